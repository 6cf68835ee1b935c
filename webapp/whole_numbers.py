"""Whole numbers that a browser sends: of nine digits at most, since Python reads no very long ones and no table holds
them.
"""

import re

from werkzeug.routing import IntegerConverter

_NUMBER = re.compile(r"[0-9]{1,9}")


class NumberInAddress(IntegerConverter):
    """`<int:number>` in a route; of a longer one there is no page."""

    regex = _NUMBER.pattern


def whole_number(text: str, otherwise: int) -> int:
    """`otherwise` for whatever is no such number."""
    return int(text) if _NUMBER.fullmatch(text) else otherwise
