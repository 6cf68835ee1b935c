"""Short forms and spellings of first names: our own list (given_names.txt), since those kept elsewhere are of other
countries or are not free to be shipped. Why it is short stands in docs/matching.md.
"""

from collections import defaultdict
from functools import cache
from pathlib import Path

LIST = Path(__file__).with_name("given_names.txt")


@cache
def _forms() -> dict[str, tuple[str, ...]]:
    """By form the names that it may stand for, each by the first word of its line."""
    found: dict[str, list[str]] = defaultdict(list)
    for line in LIST.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            first, *others = line.split()
            for form in (first, *others):
                found[form].append(first)
    return {form: tuple(dict.fromkeys(names)) for form, names in found.items()}


def full_names(word: str) -> tuple[str, ...]:
    """The names that a folded word may stand for; none where it is not on the list."""
    return _forms().get(word, ())


def is_one_name(one: str, other: str) -> bool:
    return not set(full_names(one)).isdisjoint(full_names(other))


def are_two_names(one: str, other: str) -> bool:
    """Both are known, and neither is a form of the other: that they look alike is no slip."""
    return bool(full_names(one)) and bool(full_names(other)) and not is_one_name(one, other)
