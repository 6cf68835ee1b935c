"""How alike two addresses are: the house apart from the street, the postcode apart from both."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from engine.likeness.folding import fold
from engine.likeness.name_likeness import SLIP, Agreement, word_likeness

_POSTCODE = re.compile(r"\b([a-z]{1,2}[0-9][a-z0-9]?) ?([0-9o][a-z]{2})\b")
_PARTS = re.compile(r"[,;\n]")
_NUMBER = re.compile(r"[0-9]+[a-z]?")
GENERIC = frozenset({
    "street", "st", "road", "rd", "avenue", "ave", "lane", "ln", "close", "cl", "drive", "dr", "court", "ct",
    "crescent", "cres", "gardens", "gdns", "grove", "terrace", "place", "pl", "square", "sq", "way", "hill", "park",
    "view", "house", "flat", "apartment", "apt", "unit", "room", "floor", "the", "and", "of", "at", "in", "not",
    "known", "unknown", "no", "fixed", "abode", "address",
})  # fmt: skip
STREETS = frozenset({"street", "st", "road", "rd", "avenue", "ave", "lane", "ln", "drive", "dr", "crescent", "cres"})
HOUSEHOLD, STREET, OTHER = 3.0, 1.5, -0.5


@dataclass(frozen=True, slots=True)
class Address:
    """`numbers` of house and flat; `street` the words that tell, with those of the house; `words` with the place too;
    `postcode` without its space. All may be empty.
    """

    numbers: frozenset[str]
    street: tuple[str, ...]
    words: tuple[str, ...]
    postcode: str

    @property
    def is_known(self) -> bool:
        return bool(self.words or self.postcode)


@lru_cache(maxsize=20_000)
def read_address(text: str) -> Address:
    found = _POSTCODE.search(fold(text))
    postcode = found[1] + found[2].replace("o", "0", 1) if found else ""
    parts = [_POSTCODE.sub(" ", fold(part)).split() for part in _PARTS.split(text)]
    parts = [part for part in parts if part]
    numbers = frozenset(word for part in parts for word in part if _NUMBER.fullmatch(word))
    numbered = [place for place, part in enumerate(parts, start=1) if not numbers.isdisjoint(part)]
    near = parts[: max(numbered, default=1)]
    return Address(
        numbers=numbers,
        street=tuple(word for part in near for word in _telling(_up_to_the_street(part))),
        words=tuple(word for part in parts for word in _telling(part)),
        postcode=postcode,
    )


def _telling(words: Iterable[str]) -> Iterator[str]:
    return (word for word in words if word not in GENERIC and not _NUMBER.fullmatch(word))


def _up_to_the_street(words: Sequence[str]) -> Sequence[str]:
    """What stands behind “Street” is the place, with or without a comma between."""
    ends = [number for number, word in enumerate(words, start=1) if word in STREETS and number > 1]
    return words[: min(ends)] if ends else words


def address_agreement(one: Address, other: Address) -> Agreement:
    if not one.is_known or not other.is_known:
        return Agreement(0, "")
    street = _same_street(one, other)
    if street and _same_house(one, other):
        return Agreement(HOUSEHOLD, "same address")
    if street:
        return Agreement(STREET, "same street or postcode")
    return Agreement(OTHER, "other address", unlike=True)


def _same_house(one: Address, other: Address) -> bool:
    """The flat may be left out on one side. Without a number, a named house is known by its words."""
    if one.numbers and other.numbers:
        return one.numbers <= other.numbers or other.numbers <= one.numbers
    if one.numbers or other.numbers:
        return False
    return len(one.street) > 0 and one.street[:2] == other.street[:2]


def _same_street(one: Address, other: Address) -> bool:
    if one.postcode and one.postcode == other.postcode:
        return True
    return any(word_likeness(word, its) >= SLIP for word in one.street[:3] for its in other.street[:3])
