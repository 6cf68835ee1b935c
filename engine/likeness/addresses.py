"""How alike two addresses are: the house apart from the street, the postcode apart from both."""

import re
from dataclasses import dataclass
from functools import lru_cache

from engine.likeness.folding import fold
from engine.likeness.names import SLIP, Agreement, word_likeness

_POSTCODE = re.compile(r"\b([a-z]{1,2}[0-9][a-z0-9]?) ?([0-9o][a-z]{2})\b")
_NUMBER = re.compile(r"[0-9]+[a-z]?")
GENERIC = frozenset({
    "street", "st", "road", "rd", "avenue", "ave", "lane", "ln", "close", "cl", "drive", "dr", "court", "ct",
    "crescent", "cres", "gardens", "gdns", "grove", "terrace", "place", "pl", "square", "sq", "way", "hill", "park",
    "view", "house", "flat", "apartment", "apt", "unit", "room", "floor", "the", "and", "of", "at", "in", "not",
    "known", "unknown", "no", "fixed", "abode", "address",
})  # fmt: skip
HOUSEHOLD, STREET, OTHER = 3.0, 1.5, -0.5


@dataclass(frozen=True, slots=True)
class Address:
    """`numbers` of house and flat; `words` that tell, in order; `postcode` without its space. All may be empty."""

    numbers: frozenset[str]
    words: tuple[str, ...]
    postcode: str

    @property
    def is_known(self) -> bool:
        return bool(self.words or self.postcode)


@lru_cache(maxsize=20_000)
def read_address(text: str) -> Address:
    folded = fold(text)
    found = _POSTCODE.search(folded)
    postcode = found[1] + found[2].replace("o", "0", 1) if found else ""
    rest = _POSTCODE.sub(" ", folded).split()
    numbers = frozenset(word for word in rest if _NUMBER.fullmatch(word))
    words = tuple(word for word in rest if word not in numbers and word not in GENERIC)
    return Address(numbers, words, postcode)


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
    return len(one.words) > 0 and one.words[:2] == other.words[:2]


def _same_street(one: Address, other: Address) -> bool:
    if one.postcode and one.postcode == other.postcode:
        return True
    if not one.words or not other.words:
        return False
    short, long = sorted((one.words, other.words), key=len)
    return any(word_likeness(short[0], word) >= SLIP for word in long[:3]) or any(
        word_likeness(long[0], word) >= SLIP for word in short[:3]
    )
