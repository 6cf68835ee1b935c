"""Identifiers that cannot be guessed: 128 random bits, so that a sweep of addresses finds nothing."""

import base64
import re
import secrets
from collections.abc import Iterator, Mapping
from typing import Any, cast

_ID = re.compile("[a-z2-7]{26}")


def new_id() -> str:
    """26 characters, lower case letters and digits, safe in an address and when read aloud."""
    return base64.b32encode(secrets.token_bytes(16)).decode("ascii").rstrip("=").lower()


def ids_in(answers: object) -> Iterator[str]:
    """Whatever in the answers and in the items of their lists has the form of an identifier: more than are meant, never
    fewer.
    """
    if isinstance(answers, Mapping):
        for answer in cast("Mapping[str, Any]", answers).values():
            if isinstance(answer, str) and _ID.fullmatch(answer):
                yield answer
            for item in cast("list[Any]", answer) if isinstance(answer, list) else ():
                if isinstance(item, Mapping):
                    values = cast("Mapping[str, Any]", item).values()
                    yield from (one for one in values if isinstance(one, str) and _ID.fullmatch(one))
