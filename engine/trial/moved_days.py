"""The days of a case that is retold: all moved by whole weeks where that makes no difference to any clock, else kept;
days of birth moved by a number of days that is one for the family.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from engine.base.clock import LONDON
from engine.timescales.calendar import LAST_PUBLISHED_YEAR, bank_holidays, of_age

MOST_WEEKS, MOST_DAYS = 104, 180
FIRST_YEAR = 2000
KEPT = "The days are those of the record: a bank holiday lies between them, or the clocks go forward or back."
MOVED = "All days are moved by the same number of whole weeks."
BIRTH_KEPT = "The day of birth is that of the record: any other would have changed what came of it."


@dataclass(frozen=True, slots=True)
class MovedDays:
    """By how many `weeks` every moment is moved, and by how many `days` of birth are."""

    weeks: int
    days: int

    def moment(self, at: datetime) -> datetime:
        """As a story writes it: in London, without a zone."""
        return at.astimezone(LONDON).replace(tzinfo=None) + timedelta(weeks=self.weeks)

    def day(self, day: date) -> date:
        return day + timedelta(weeks=self.weeks)

    def born(self, day: date) -> date:
        return day + timedelta(weeks=self.weeks, days=self.days)

    def answered(self, answer: str, *, is_birth: bool = False) -> date | datetime | None:
        """A day or a moment as a form takes it; None for what is neither."""
        try:
            if "T" not in answer:
                return (self.born if is_birth else self.day)(date.fromisoformat(answer))
            moment = datetime.fromisoformat(answer)
        except ValueError:
            return None
        return self.moment(moment if moment.tzinfo else moment.replace(tzinfo=LONDON))

    def remarks(self) -> Sequence[str]:
        return [MOVED if self.weeks else KEPT, *([] if self.days else [BIRTH_KEPT])]


def moved_days(
    moments: Sequence[datetime], born: Collection[date], expected: Collection[date], random: Random
) -> MovedDays:
    """`moments` are all that the case has met and is to meet; `born` and `expected` the days of its children."""
    met = {one.astimezone(LONDON).date() for one in moments}
    return MovedDays(_weeks(moments, random), _days(met, born, expected, random))


def _weeks(moments: Sequence[datetime], random: Random) -> int:
    first, last = (one.astimezone(LONDON) for one in (min(moments), max(moments)))
    if not _is_plain(first, last):
        return 0
    weeks = [one for one in range(-MOST_WEEKS, MOST_WEEKS + 1) if one and _may_move(first, last, timedelta(weeks=one))]
    return random.choice(weeks) if weeks else 0


def _may_move(first: datetime, last: datetime, by: timedelta) -> bool:
    is_known = (first + by).year >= FIRST_YEAR and (last + by).year <= LAST_PUBLISHED_YEAR
    return is_known and _is_plain(first + by, last + by)


def _is_plain(first: datetime, last: datetime) -> bool:
    """No bank holiday between the two, and no night in which the clocks go forward or back."""
    holidays = (day for year in range(first.year, last.year + 1) for day in bank_holidays(year))
    return first.utcoffset() == last.utcoffset() and not any(first.date() <= day <= last.date() for day in holidays)


def _days(met: Collection[date], born: Collection[date], expected: Collection[date], random: Random) -> int:
    """None where any would let a child be born, or come of age, on the other side of something that happened."""
    days = [one for one in range(-MOST_DAYS, MOST_DAYS + 1) if one]
    random.shuffle(days)
    return next((one for one in days if _may_be_born(timedelta(days=one), met, born, expected)), 0)


def _may_be_born(by: timedelta, met: Collection[date], born: Collection[date], expected: Collection[date]) -> bool:
    """A birth that is expected only comes nearer: forms ask for no day that lies too far from the one they are sent."""
    first = min(met)
    is_nearer = all(min(first, day) <= day + by <= max(first, day) for day in expected)
    return is_nearer and all(_is_alike(day, day + by, met) for day in (*born, *expected))


def _is_alike(day: date, other: date, met: Collection[date]) -> bool:
    births = ((day, other), (of_age(day), of_age(other)))
    return all((one >= was) == (one >= now) and (one > was) == (one > now) for was, now in births for one in met)
