"""What the stories beside the models are called, without reading what is told in them."""

import tomllib
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache


@lru_cache(maxsize=4096)
def story_title(content: bytes, path: str) -> str:
    """What it says that it is called, else the name of its file. Read once, as hundreds of them stand on a page."""
    title = (_told(content) or {}).get("title")
    return title if isinstance(title, str) and title.strip() else story_name(path)


def is_readable(content: bytes) -> bool:
    """Whether it is written as a story is at all."""
    return _told(content) is not None


def _told(content: bytes) -> Mapping[str, object] | None:
    with suppress(UnicodeDecodeError, tomllib.TOMLDecodeError):
        return tomllib.loads(content.decode())
    return None


def story_name(path: str) -> str:
    """Of its file."""
    return path.rpartition("/")[2].removesuffix(".toml")
