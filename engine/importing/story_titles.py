"""What the stories beside the models are called, without reading what is told in them."""

import tomllib
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache


@lru_cache(maxsize=4096)
def story_title(content: bytes, path: str) -> str:
    """What it says that it is called, else the name of its file. Read once, as hundreds of them stand on a page."""
    told: Mapping[str, object] = {}
    with suppress(UnicodeDecodeError, tomllib.TOMLDecodeError):
        told = tomllib.loads(content.decode())
    title = told.get("title")
    return title if isinstance(title, str) and title.strip() else story_name(path)


def story_name(path: str) -> str:
    """Of its file."""
    return path.rpartition("/")[2].removesuffix(".toml")
