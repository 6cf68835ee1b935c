"""How ids are written that expressions, forms and stories name."""

import keyword
import re

LONGEST_ID = 60
SNAKE_CASE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", re.ASCII)
RESERVED = frozenset({"start", "case", "typename", "count", "has", *keyword.kwlist})
"""What has a meaning in expressions."""


def is_plain(name: str) -> bool:
    return len(name) <= LONGEST_ID and SNAKE_CASE.fullmatch(name) is not None
