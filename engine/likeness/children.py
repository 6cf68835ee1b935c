"""How alike two descriptions of a child are: points for what agrees and against what differs, with why."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from rapidfuzz.distance import OSA

from engine.base.numbers import nhs_number_problem, upn_problem
from engine.likeness.addresses import HOUSEHOLD, Address, address_agreement, read_address
from engine.likeness.births import birth_agreement
from engine.likeness.folding import fold
from engine.likeness.name_likeness import Agreement, Name, name_agreement, named

ENOUGH = 7.0
"""Points from which a pair is shown: a name and one other thing that agree, or a name where the birth date is open."""
MIDDLE, A_POINT = 50, 6
SAME_NUMBER, SLIP_OF_NUMBER, OTHER_NUMBER = 12.0, 2.0, -4.0
ONE_CHILD_ALONE = "one child alone can have it, so it or what differs is wrong"
SAME_CONTACT = 2.0
LAST_DIGITS = 9
OTHER_NAME_AT_HOME = 2.0
"""Another last name speaks less against a child of the same first name in the same house: parents part and marry."""


@dataclass(frozen=True)
class Described:
    """A child as somebody described it; what is not known is empty. `references` are those of cases, old and new."""

    given_name: str = ""
    family_name: str = ""
    born: date | None = None
    expected: date | None = None
    address: str = ""
    telephone: str = ""
    email: str = ""
    nhs_number: str = ""
    upn: str = ""
    references: tuple[str, ...] = ()

    @cached_property
    def name(self) -> Name:
        return named(self.given_name, self.family_name)

    @cached_property
    def home(self) -> Address:
        return read_address(self.address)


@dataclass(frozen=True, slots=True)
class Likeness:
    """`score` from 0 to 100, shown from 50. `relative`: not the same child by what is known, but of one household."""

    score: int
    shown: bool
    relative: bool
    why: tuple[str, ...]


def likeness(one: Described, other: Described) -> Likeness:
    """The same whichever comes first."""
    names = name_agreement(one.name, other.name)
    birth = birth_agreement(one.born, other.born, one.expected, other.expected)
    address = address_agreement(one.home, other.home)
    numbers = _numbers(one, other)
    contacts = _contacts(one, other)
    found = (names.given, names.family, birth, address, *numbers, *contacts)
    at_home = address.points == HOUSEHOLD and names.family.unlike and not names.given.unlike
    points = sum(agreement.points for agreement in found) + (OTHER_NAME_AT_HOME if at_home else 0)
    is_numbered = any(agreement.points == SAME_NUMBER for agreement in numbers)
    own = _own_number(one, other)
    against = bool(own) and (points < ENOUGH or names.given.unlike)
    points = max(points, ENOUGH) if own else points
    household = address.points == HOUSEHOLD or bool(contacts)
    apart = names.given.unlike or (names.given.doubtful and household)
    shown = points >= ENOUGH and (is_numbered or not apart)
    relative = not shown and household and not names.family.unlike and bool(one.name.family and other.name.family)
    return Likeness(_score(points, shown), shown, relative, _why(found, relative, own if against else ""))


def _score(points: float, shown: bool) -> int:
    score = max(0, min(100, round(MIDDLE + (points - ENOUGH) * A_POINT)))
    return score if shown else min(score, MIDDLE - 1)


def _why(found: tuple[Agreement, ...], relative: bool, contradicted: str) -> tuple[str, ...]:
    """`contradicted` is the number that alone, or against the name, says that it is one child."""
    said = tuple(agreement.why for agreement in found if agreement.why)
    if contradicted:
        rest = (why for why in said if why != f"same {contradicted}")
        return (f"same {contradicted}", ONE_CHILD_ALONE, *rest)
    return (*said, "may be a brother, a sister or a twin") if relative else said


def plain_number(text: str) -> str:
    """A reference, NHS number or UPN as it is compared: without spaces and dashes, in one case."""
    return fold(text).replace(" ", "")


def plain_telephone(text: str) -> str:
    """The last digits: with or without the code of the country, or its 0."""
    digits = "".join(letter for letter in fold(text) if letter.isdigit())
    return digits[-LAST_DIGITS:] if len(digits) >= LAST_DIGITS else ""


def plain_email(text: str) -> str:
    return text.strip().casefold()


def identifiers(child: Described) -> frozenset[str]:
    """All by which the child could be found at once, as `identifiers_typed` has them."""
    numbers = (plain_number(each) for each in (child.nhs_number, child.upn, *child.references))
    contacts = (plain_telephone(child.telephone), plain_email(child.email))
    return frozenset(each for each in (*numbers, *contacts) if each)


def identifiers_typed(text: str) -> frozenset[str]:
    """What somebody typed to find a child, read as a number, a telephone number and an email address."""
    found = {plain_email(text)} if "@" in text else {plain_telephone(text), plain_number(text)}
    return frozenset(each for each in found if any(letter.isdigit() or letter == "@" for letter in each))


def _numbers(one: Described, other: Described) -> tuple[Agreement, ...]:
    pairs = (("NHS number", one.nhs_number, other.nhs_number), ("unique pupil number", one.upn, other.upn))
    numbers = tuple(_number(what, plain_number(a), plain_number(b)) for what, a, b in pairs if a and b)
    same_case = {*map(plain_number, one.references)} & {*map(plain_number, other.references)} - {""}
    return (*numbers, Agreement(SAME_NUMBER, "same case reference")) if same_case else numbers


def _own_number(one: Described, other: Described) -> str:
    """The number that both have and that is given out to one child alone; empty where they have none. What is typed
    where no number is known, one figure over and over, passes for an NHS number and is none.
    """
    pairs = (
        ("NHS number", one.nhs_number, other.nhs_number, nhs_number_problem),
        ("unique pupil number", one.upn, other.upn, upn_problem),
    )
    for what, a, b, problem in pairs:
        number = plain_number(a)
        if number == plain_number(b) and len(set(number)) > 1 and not problem(number):
            return what
    return ""


def _number(what: str, one: str, other: str) -> Agreement:
    if one == other:
        return Agreement(SAME_NUMBER, f"same {what}")
    if OSA.distance(one, other) == 1:
        return Agreement(SLIP_OF_NUMBER, f"{what} differs by a slip")
    return Agreement(OTHER_NUMBER, f"other {what}")


def _contacts(one: Described, other: Described) -> tuple[Agreement, ...]:
    pairs = (
        ("telephone", plain_telephone(one.telephone), plain_telephone(other.telephone)),
        ("email", plain_email(one.email), plain_email(other.email)),
    )
    return tuple(Agreement(SAME_CONTACT, f"same {what}") for what, a, b in pairs if a and a == b)
