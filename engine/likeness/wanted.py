"""What somebody typed to find a child: names in any order, a birth date, a street, a postcode, a reference, an NHS or
pupil number, a telephone number, an email address.
"""

import re
from dataclasses import dataclass
from datetime import date

from engine.likeness.addresses import GENERIC, read_address
from engine.likeness.births import is_slip
from engine.likeness.children import Described, identifiers_typed
from engine.likeness.folding import fold, name_words
from engine.likeness.name_likeness import DOUBTFUL, INITIAL, SLIP, word_likeness

LONGEST = 100
MOST_WORDS = 8
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE = re.compile(r"\b(?:(\d{4}) (\d{1,2}) (\d{1,2})|(\d{1,2})(?:st|nd|rd|th)? (\d{1,2}|[a-z]{3,9}) (\d{4}|\d{2}))\b")
_REFERENCE = re.compile("([a-z0-9]{4}) ?([a-z0-9]{4})")
_TWO_DIGITS = 100
BEGUN = 0.7
A_DATE, A_PLACE, A_NUMBER = 1.0, 0.9, 0.5


@dataclass(frozen=True, slots=True)
class LookedFor:
    """`words` must each be found; `besides` (a house number, “street”) only tell which is meant. `references` is how a
    reference of that look is written; `identifiers` is the whole text, read as a number or an address for mail.
    """

    words: tuple[str, ...]
    besides: tuple[str, ...]
    born: date | None
    postcode: str
    reference: str
    identifiers: frozenset[str] = frozenset()

    @property
    def is_empty(self) -> bool:
        return not (self.words or self.born or self.postcode or self.reference or self.identifiers)


def wanted(text: str, today: date) -> LookedFor:
    """Nothing that was typed is refused: what tells nothing is passed over."""
    folded = fold(text[:LONGEST])
    reference = _REFERENCE.fullmatch(folded)
    born, rest = _date(folded, today)
    postcode = read_address(rest).postcode
    words = rest.split() if not postcode else _without_postcode(rest, postcode)
    names = [word for word in words if not word[0].isdigit()]
    telling = [word for word in names if word not in GENERIC and len(word) > 1] or [w for w in names if len(w) > 1]
    return LookedFor(
        words=name_words(" ".join(telling))[:MOST_WORDS],
        besides=tuple(word for word in words if word not in telling)[:MOST_WORDS],
        born=born,
        postcode=postcode,
        reference=f"{reference[1]}-{reference[2]}".upper() if reference else "",
        identifiers=identifiers_typed(text[:LONGEST]),
    )


def _without_postcode(text: str, postcode: str) -> list[str]:
    outward, inward = postcode[:-3], postcode[-3:]
    return re.sub(rf"\b{outward} ?{inward}\b", " ", text).split()


def _date(text: str, today: date) -> tuple[date | None, str]:
    """The first date in it, and what stands beside that."""
    for found in _DATE.finditer(text):
        year, month, day = (found[1], found[2], found[3]) if found[1] else (found[6], found[5], found[4])
        if born := _day(year, month, day, today):
            return born, f"{text[: found.start()]} {text[found.end() :]}".strip()
    return None, text


def a_date(text: str) -> date | None:
    """A day with a year of four digits, in any of the ways that people write one; None where it is none."""
    folded = fold(text)
    found = _DATE.fullmatch(folded)
    return _date(folded, date.max)[0] if found and not (found[6] and len(found[6]) == 2) else None


def _day(year: str, month: str, day: str, today: date) -> date | None:
    number = _MONTHS.index(month[:3]) + 1 if month[:3] in _MONTHS else int(month) if month.isdigit() else 0
    full = int(year) + (today.year // _TWO_DIGITS * _TWO_DIGITS if len(year) == 2 else 0)
    try:
        return date(full - _TWO_DIGITS if len(year) == 2 and full > today.year else full, number, int(day))
    except ValueError:
        return None


def found_in(looked_for: LookedFor, child: Described) -> float:
    """How well the child answers, 0 where a word has nothing like it: what is spelt the same comes first."""
    words = (*child.name.given, *child.name.family, *child.home.words)
    grades = [_best(word, words) for word in looked_for.words]
    if looked_for.born:
        grades.append(_born(looked_for.born, child.born))
    if looked_for.postcode:
        grades.append(A_PLACE if child.home.postcode == looked_for.postcode else 0)
    if not grades or 0 in grades:
        return 0
    return sum(grades) / len(grades) + sum(_beside(word, child) for word in looked_for.besides)


def _best(word: str, among: tuple[str, ...]) -> float:
    return max((_grade(word, other) for other in among), default=0)


def _grade(word: str, other: str) -> float:
    """Of two names that merely look alike both are shown, the one that was meant first."""
    like = word_likeness(word, other)
    if like >= SLIP:
        return like
    return BEGUN if other.startswith(word) and len(word) > 1 else like if like == DOUBTFUL else 0


def _born(day: date, born: date | None) -> float:
    if born is None:
        return 0
    return A_DATE if day == born else SLIP if is_slip(day, born) else 0


def _beside(word: str, child: Described) -> float:
    initial = len(word) == 1 and any(word_likeness(word, name) >= INITIAL for name in child.name.given)
    return A_NUMBER if word in child.home.numbers or initial else 0.1 if word in fold(child.address).split() else 0
