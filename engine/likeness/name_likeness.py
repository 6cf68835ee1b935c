"""How alike two names are: word by word, whatever their order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from engine.likeness.folding import consonants, has_vowels, name_words, sound
from engine.likeness.name_forms import are_two_names, full_names, is_one_name

SAME, FORM, SOUND, SLIP, INITIAL, DOUBTFUL, UNLIKE = 1.0, 0.95, 0.9, 0.75, 0.5, 0.3, 0.0
SHORTEST_CLIPPED = 3


@dataclass(frozen=True, slots=True)
class Agreement:
    """`points` speak for the same child where they are positive; `why` says what was found, in words."""

    points: float
    why: str
    doubtful: bool = False
    unlike: bool = False


def word_likeness(one: str, other: str) -> float:
    """From 1 for the same to 0, of two folded words; the same whichever comes first."""
    return _likeness(*sorted((one, other)))


@lru_cache(maxsize=50_000)
def _likeness(one: str, other: str) -> float:
    if one == other:
        return SAME
    if min(len(one), len(other)) == 1:
        return INITIAL if one[0] == other[0] else UNLIKE
    if is_one_name(one, other):
        return FORM
    alike = _spelt_alike(one, other)
    return DOUBTFUL if alike and are_two_names(one, other) else alike


def _spelt_alike(one: str, other: str) -> float:
    if _without_article(one) == _without_article(other):
        return FORM
    if not (has_vowels(one) and has_vowels(other)):
        return SOUND if consonants(one) == consonants(other) and len(consonants(one)) > 1 else _slip(one, other)
    heard = sound(one), sound(other)
    if heard[0] == heard[1] and _distance(one, other) <= max(len(one), len(other)) / 2:
        return SOUND
    return _slip(one, other)


def _slip(one: str, other: str) -> float:
    """A letter wrong, missing, too many or two of them exchanged; more of them in a long word; or a word cut short."""
    short, long = sorted((one, other), key=len)
    clipped = len(short) >= SHORTEST_CLIPPED and long.startswith(short)
    most = min(3, max(1, len(long) // 3)) if len(short) > 2 else 1
    apart = min(_distance(one, other), _distance(_as_read(one), _as_read(other)))
    if clipped or apart <= most or _sounds_nearly(one, other):
        return SLIP
    return SLIP if any(_sounds_nearly(*pair) for pair in _written_out(one, other)) else UNLIKE


def _written_out(one: str, other: str) -> Iterator[tuple[str, str]]:
    """A short form beside the whole name in a spelling that is on no list: “Katie”, “Kathryne”."""
    yield from ((name, other) for name in full_names(one))
    yield from ((one, name) for name in full_names(other))


def _sounds_nearly(one: str, other: str) -> bool:
    heard = sound(one), sound(other)
    return heard[0][0] == heard[1][0] and min(map(len, heard)) > SHORTEST_CLIPPED + 1 and _distance(*heard) <= 1


def _distance(one: str, other: str) -> int:
    return OSA.distance(one, other)


def _as_read(word: str) -> str:
    """Letters that a scanner takes for one another are one."""
    return word.replace("rn", "m").replace("vv", "w").replace("cl", "d").replace("ii", "u").replace("l", "i")


def _without_article(word: str) -> str:
    return word[2:] if word.startswith(("al", "el")) and len(word) > 5 else word


@dataclass(frozen=True, slots=True)
class _Paired:
    """The words of two names, each with its like; `left` counts those that have none on either side."""

    grades: tuple[float, ...]
    left: tuple[int, int]

    @property
    def weakest(self) -> float:
        return min(self.grades, default=UNLIKE)


def _pair(ones: Sequence[str], others: Sequence[str], least: float) -> _Paired:
    """The best pairs first; which side a word stands on makes no difference."""
    ranked = sorted(
        (-word_likeness(one, other), *sorted((one, other)), at, there)
        for at, one in enumerate(ones)
        for there, other in enumerate(others)
    )
    grades: list[float] = []
    used_at: set[int] = set()
    used_there: set[int] = set()
    for negative, _, _, at, there in ranked:
        if -negative >= least and at not in used_at and there not in used_there:
            grades.append(-negative)
            used_at.add(at)
            used_there.add(there)
    return _Paired(tuple(grades), (len(ones) - len(grades), len(others) - len(grades)))


def _whole(ones: Sequence[str], others: Sequence[str]) -> float:
    """Of names whose words are written together on one side: “Xiao Ming”, “Xiaoming”."""
    return word_likeness("".join(ones), "".join(others)) if len(ones) != len(others) else UNLIKE


def _in_words(grade: float, what: str) -> str:
    said = {SAME: "same {}", FORM: "{} is a form of the other", SOUND: "{} sounds alike", SLIP: "{} differs by a slip"}
    return said[grade].format(what)


GIVEN_POINTS = {SAME: 5.0, FORM: 5.0, SOUND: 4.5, SLIP: 3.5}
FAMILY_POINTS = {SAME: 4.0, FORM: 4.0, SOUND: 3.7, SLIP: 3.0}


def given_agreement(ones: Sequence[str], others: Sequence[str]) -> Agreement:
    if not ones or not others:
        return Agreement(0, "")
    whole = _whole(ones, others)
    if whole >= SLIP and whole != SLIP:
        return Agreement(GIVEN_POINTS[whole], _in_words(whole, "first name"))
    paired = _pair(ones, others, SLIP)
    if paired.grades and 0 in paired.left:
        more = " (a middle name left out)" if sum(paired.left) else ""
        return Agreement(GIVEN_POINTS[paired.weakest], _in_words(paired.weakest, "first name") + more)
    return _weak_given(ones, others, paired)


def _weak_given(ones: Sequence[str], others: Sequence[str], paired: _Paired) -> Agreement:
    if paired.grades:
        return _partly_the_same(ones, others, paired)
    loose = _pair(ones, others, DOUBTFUL)
    if INITIAL in loose.grades and 0 in loose.left:
        return Agreement(1.5, "initial of the first name")
    if _whole(ones, others) == SLIP:
        return Agreement(GIVEN_POINTS[SLIP], _in_words(SLIP, "first name"))
    if DOUBTFUL in loose.grades:
        return Agreement(0.5, "first names look alike, but are two names", doubtful=True)
    return Agreement(-8, "other first name", unlike=True)


def _partly_the_same(ones: Sequence[str], others: Sequence[str], paired: _Paired) -> Agreement:
    """One name is the same, the others differ: brothers may share one. An initial stands for the rest."""
    loose = _pair(ones, others, INITIAL)
    if 0 in loose.left:
        return Agreement(GIVEN_POINTS[paired.weakest] - 0.5, _in_words(paired.weakest, "first name"))
    return Agreement(0.5, "one first name the same, another not", doubtful=True)


def family_agreement(ones: Sequence[str], others: Sequence[str]) -> Agreement:
    if not ones or not others:
        return Agreement(0, "")
    whole = _whole(ones, others)
    if whole >= SLIP:
        return Agreement(FAMILY_POINTS[whole], _in_words(whole, "last name"))
    paired = _pair(ones, others, SLIP)
    if not paired.grades:
        return Agreement(-3, "other last name", unlike=True)
    best = max(paired.grades)
    if sum(paired.left):
        return Agreement(FAMILY_POINTS[best] - 0.5, "a part of the last name")
    return Agreement(FAMILY_POINTS[paired.weakest], _in_words(paired.weakest, "last name"))


@dataclass(frozen=True, slots=True)
class Name:
    """The folded words of a name as it was given."""

    given: tuple[str, ...]
    family: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NameAgreement:
    """Of whole names, in the order that agrees best."""

    given: Agreement
    family: Agreement

    @property
    def points(self) -> float:
        return self.given.points + self.family.points


def named(given_name: str, family_name: str) -> Name:
    return Name(name_words(given_name), name_words(family_name))


def name_agreement(one: Name, other: Name) -> NameAgreement:
    """As they are given; first and last name exchanged; or the same words in any order."""
    straight = NameAgreement(given_agreement(one.given, other.given), family_agreement(one.family, other.family))
    return max((straight, _any_order(one, other)), key=lambda found: found.points)


def _any_order(one: Name, other: Name) -> NameAgreement:
    """Every word of the shorter name has its like in the longer one; one word alone is too little."""
    ones, others = (*one.given, *one.family), (*other.given, *other.family)
    nothing = NameAgreement(Agreement(-8, "", unlike=True), Agreement(-8, "", unlike=True))
    if not (one.given or one.family) or not (other.given or other.family):
        return nothing
    paired = _pair(ones, others, SLIP)
    together = _whole(ones, others) if len(ones) > 1 and len(others) > 1 else UNLIKE
    if together >= FORM:
        return _other_order(together)
    if len(paired.grades) < 2 or 0 not in paired.left or not _shares_given(one, other):
        return nothing
    return _other_order(paired.weakest)


def _shares_given(one: Name, other: Name) -> bool:
    """The same family name of two parts is no agreement of first names."""
    rest = _pair(one.given, (*other.given, *other.family), SLIP), _pair(other.given, (*one.given, *one.family), SLIP)
    return all(found.grades for found in rest)


def _other_order(grade: float) -> NameAgreement:
    given, family = GIVEN_POINTS[grade] - 0.5, FAMILY_POINTS[grade]
    return NameAgreement(Agreement(given, "the same names in another order"), Agreement(family, ""))
