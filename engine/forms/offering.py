"""What a question offers where only the case, or the authority, knows it: what can be chosen, and what is suggested."""

from collections.abc import Mapping
from dataclasses import dataclass

SUGGESTS = "x-suggests"
"""On a question in words: what it offers while somebody types, by the name of where that comes from."""


@dataclass(frozen=True)
class Choice:
    """`case` is one that the label names, so that whoever is shown it is known to have seen it."""

    value: str
    label: str
    hint: str = ""
    case: str = ""


Choices = Mapping[str, tuple[Choice, ...]]
"""What can be chosen: by id of a field, or by kind ("person", "people", "agencies"); and what is suggested, by
`suggestions`.
"""


def suggestions(source: str) -> str:
    """The name among Choices of what comes from a source; no question can be called so."""
    return f"{SUGGESTS} {source}"
