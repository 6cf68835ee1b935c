"""Secrets of this installation: made at first start, kept beside the data, readable by their owner alone."""

import hmac
import secrets
from hashlib import sha256
from pathlib import Path
from typing import cast

from flask import current_app

from engine.base.laying import lay
from engine.base.settings import BadSetting

KEY_BYTES = 32
FORMS = "forms"
"""The secret with which forms and cookies are signed."""
LOOKS = "looks"
"""The secret with which looks are signed that are kept in a file while nothing can be written."""

SECOND_FACTORS = "second-factors"
"""The secret with which those of apps that show codes are sealed."""


def key(folder: Path, name: str) -> bytes:
    """The secret of that name, made now if there is none. Two processes that start together end up with the same.

    Raises BadSetting for one that was cut short or is none: with it every form would be refused, or anybody's taken.
    """
    path = folder / name
    if not path.exists():
        lay(path, secrets.token_bytes(KEY_BYTES))
    content = path.read_bytes()
    if len(content) != KEY_BYTES:
        raise BadSetting(
            f"{path} is not a key: it has {len(content)} bytes and not {KEY_BYTES}. Put it back from where you keep a "
            "copy. Without one take the file away and start anew: a key is made, and what the old one signed counts no "
            "more."
        )
    return content


def fingerprint(key: bytes) -> str:
    """What says which key it is and gives nothing of it away."""
    return sha256(b"throughline-key/1\n" + key).hexdigest()


def secret() -> bytes:
    """That of the site which answers now."""
    return cast("bytes", current_app.config["SECRET_KEY"])


def hashed(key: bytes, *words: str) -> str:
    """What these words are known by: without the key nobody can tell which they are, or that two are alike."""
    return hmac.new(key, "\n".join(("throughline-hashed/1", *words)).encode(), sha256).hexdigest()
