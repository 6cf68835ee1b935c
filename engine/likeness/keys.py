"""By which keys a child is found: two descriptions of one child share one, whatever slip was made in either.

A key is a number that a name, date or place was made into with the authority it belongs to: it can be compared and not
read, and one authority's keys are no keys of another's.
"""

import hashlib
from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import combinations, product

from engine.likeness.addresses import Address
from engine.likeness.children import Described, identifiers
from engine.likeness.folding import consonants
from engine.likeness.name_forms import full_names

BEGINNING = 3
EXACT, FORM, HEARD, BEGUN = 8, 4, 3, 1
"""How much a key of a word that was searched for weighs: what is spelt the same comes first."""
SLIPS_OF_YEARS = (-10, -1, 1, 10)
MOST_WORDS = 12


def kept_keys(authority: str, child: Described) -> frozenset[int]:
    """All that are kept of a child: those by which it is matched, and those by which it is searched for."""
    return frozenset(_number(authority, text) for text in {*_matched_by(child), *_searched_by(child)})


def match_keys(authority: str, child: Described) -> frozenset[int]:
    """A child that shares one of them may be the same."""
    return frozenset(_number(authority, text) for text in _matched_by(child))


def word_keys(authority: str, word: str) -> Mapping[int, int]:
    """Of a folded word that was searched for: key -> how much it weighs."""
    found: dict[str, int] = {_word(word): EXACT, f"place {word}": EXACT}
    for sounding in _sounds(word):
        found.setdefault(f"heard {sounding}", HEARD)
    for name in full_names(word):
        found.setdefault(f"form {name}", FORM)
    for part in _parts(word):
        found.setdefault(part, BEGUN)
    return {_number(authority, text): weight for text, weight in found.items()}


def date_keys(authority: str, born: date) -> Mapping[int, int]:
    """Of a birth date that was searched for, and of those that it may be a slip for."""
    days = dict.fromkeys(_slips(born), HEARD) | {born: EXACT}
    return {_number(authority, f"born {day.isoformat()}"): weight for day, weight in days.items()}


def _slips(born: date) -> Iterator[date]:
    """The year off by one or ten, day and month exchanged, the day before and after."""
    for year, month, day in (
        *((born.year + years, born.month, born.day) for years in SLIPS_OF_YEARS),
        (born.year, born.day, born.month),
    ):
        if 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]:
            yield date(year, month, day)
    yield from (born + timedelta(days=days) for days in (-1, 1))


def identifier_key(authority: str, identifier: str) -> int:
    return _number(authority, _identifier(identifier))


def _identifier(identifier: str) -> str:
    return f"identifier {identifier}"


def place_key(authority: str, postcode: str) -> int:
    return _number(authority, f"place {postcode}")


def _number(authority: str, text: str) -> int:
    """Signed, as both databases keep a large integer."""
    digest = hashlib.blake2b(text.encode(), digest_size=8, key=authority.encode()[:64]).digest()
    return int.from_bytes(digest, signed=True)


def _matched_by(child: Described) -> Iterator[str]:
    """Two names; a name and the place; a name and half of the birth date; the whole birth date; the house; a number, a
    telephone number, an email address.
    """
    words = tuple(dict.fromkeys((*child.name.given, *child.name.family)))[:MOST_WORDS]
    sounds = {word: _sounds(word) for word in words}
    for one, other in combinations(words, 2):
        for pair in product(sounds[one], sounds[other]):
            yield f"two names {' '.join(sorted(pair))}"
        yield from (f"name and letter {heard} {other[0]}" for heard in sounds[one])
        yield from (f"name and letter {heard} {one[0]}" for heard in sounds[other])
    heard = {sound for all_of_word in sounds.values() for sound in all_of_word}
    if child.born:
        yield f"born {child.born.isoformat()}"
        day, month = sorted((child.born.day, child.born.month))
        yield from (f"name and {half} {sound}" for half in (f"{day} {month}", child.born.year) for sound in heard)
    yield from (_identifier(each) for each in sorted(identifiers(child)))
    yield from _houses(child.home)
    yield from (f"name and place {sound} {place}" for place in _places(child.home) for sound in heard)


def _searched_by(child: Described) -> Iterator[str]:
    for word in (*child.name.given, *child.name.family)[:MOST_WORDS]:
        yield _word(word)
        yield from (f"heard {sounding}" for sounding in _sounds(word))
        yield from (f"form {name}" for name in full_names(word))
        yield from _parts(word)
    yield from (f"place {place}" for place in _places(child.home))


def _word(word: str) -> str:
    return f"word {word}"


def _sounds(word: str) -> frozenset[str]:
    """Of the word, and of the names that it is a form of."""
    return frozenset(consonants(name) for name in (word, *full_names(word)))


def _parts(word: str) -> Iterator[str]:
    """The beginning and the end: a letter that is wrong is in one of them at most."""
    if len(word) >= BEGINNING:
        yield f"begins {word[:BEGINNING]}"
        yield f"ends {word[-BEGINNING:]}"


def _places(home: Address) -> tuple[str, ...]:
    return (*home.street[:3], *((home.postcode,) if home.postcode else ()))


def _houses(home: Address) -> Iterator[str]:
    for number in sorted(home.numbers):
        yield from (f"house {number} {place}" for place in _places(home))
