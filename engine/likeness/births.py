"""How alike two birth dates are: the slips that people make with dates."""

from datetime import date, timedelta

from rapidfuzz.distance import OSA

from engine.likeness.name_likeness import Agreement

SAME, SLIP, TWO_OF_THREE, OTHER = 6.0, 3.0, 0.5, -5.0
AROUND_BIRTH = timedelta(days=60)
AROUND_DUE = timedelta(days=28)


def birth_agreement(
    one: date | None, other: date | None, one_expected: date | None = None, other_expected: date | None = None
) -> Agreement:
    """Nothing where one is not known. A child not yet born is compared by the day on which it is expected."""
    if one and other:
        return _born(one, other)
    if (one or one_expected) and (other or other_expected) and (one_expected or other_expected):
        apart = abs((one or one_expected or date.min) - (other or other_expected or date.min))
        near = apart <= (AROUND_BIRTH if one or other else AROUND_DUE)
        return Agreement(SLIP, "expected when the other was born or expected") if near else Agreement(OTHER, "")
    return Agreement(0, "birth date not known")


def _born(one: date, other: date) -> Agreement:
    if one == other:
        return Agreement(SAME, "same birth date")
    if is_slip(one, other):
        return Agreement(SLIP, "birth date differs by a slip")
    if (one.day == other.day) + (one.month == other.month) + (one.year == other.year) == 2:
        return Agreement(TWO_OF_THREE, "two of day, month and year of birth agree")
    return Agreement(OTHER, "other birth date", unlike=True)


def is_slip(one: date, other: date) -> bool:
    """A digit wrong, two exchanged, day and month exchanged, the year off by one or ten, the next day, or the first of
    January written for a day that was not known.
    """
    years = abs(one.year - other.year)
    same_day = (one.month, one.day) == (other.month, other.day)
    exchanged = (one.month, one.day) == (other.day, other.month)
    if years <= 1 and exchanged:
        return True
    if same_day:
        return years in (1, 10) or OSA.distance(str(one.year), str(other.year)) == 1
    if years:
        return False
    first_of_january = (1, 1) in ((one.month, one.day), (other.month, other.day))
    return first_of_january or abs(one - other) <= timedelta(days=1) or _one_digit(one, other)


def _one_digit(one: date, other: date) -> bool:
    if one.day == other.day:
        return abs(one.month - other.month) == 1 or OSA.distance(f"{one:%m}", f"{other:%m}") == 1
    return one.month == other.month and OSA.distance(f"{one:%d}", f"{other:%d}") == 1
