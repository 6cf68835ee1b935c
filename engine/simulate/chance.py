"""Chance that can be had again: a stream of its own for each thing that happens, whoever draws it and in what order."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from random import Random
from typing import TypeVar

from engine.base.clock import LONDON
from engine.simulate.rates import HOURS, WORKING_DAYS, Span
from engine.timescales.calendar import Calendar, day_of, in_utc

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FIRST_HOURS = 3
# A simulated authority has no closure days of its own.
_CALENDAR = Calendar()
Value = TypeVar("Value")


def stream(*names: object) -> Random:
    """Of equal names always the same; `names` say whose chance it is: the seed, the authority, the case, the task."""
    return Random("|".join(map(str, names)))  # noqa: S311 (invented people, not a secret)


def one_of(random: Random, shares: Mapping[Value, float]) -> Value | None:
    """None where no share is above nothing."""
    values = [value for value, share in shares.items() if share > 0]
    return random.choices(values, [shares[value] for value in values])[0] if values else None


def drawn(random: Random, span: Span) -> float:
    """Half of the draws lie below the median, and few near the latest; of two bounds each number is as likely."""
    if len(span.between) == 2:
        return random.uniform(*span.between)
    soonest, median, latest = span.between
    part = random.random() * 2
    return soonest + (median - soonest) * part if part < 1 else median + (latest - median) * (part - 1) ** 3


class Office:
    """When people work, from a time of day until another, on working days in London unless it is `every_day`."""

    def __init__(self, opens: str, closes: str, *, every_day: bool = False) -> None:
        self.opens, self.closes = time.fromisoformat(opens), time.fromisoformat(closes)
        self._every_day = every_day

    def is_open(self, moment: datetime) -> bool:
        local = moment.astimezone(LONDON)
        is_day = self._every_day or _CALENDAR.is_working_day(local.date())
        return is_day and self.opens <= local.time() < self.closes

    def any_time(self, random: Random, day: date) -> datetime:
        """A moment of the day while the office is open."""
        opens, closes = (in_utc(datetime.combine(day, one, LONDON)) for one in (self.opens, self.closes))
        return opens + random.random() * (closes - opens)

    def out_of_hours(self, random: Random, day: date) -> datetime:
        """A moment of the day or the night after it while the office is closed."""
        if not _CALENDAR.is_working_day(day):
            return in_utc(datetime.combine(day, time.min, LONDON)) + random.random() * DAY
        closes = in_utc(datetime.combine(day, self.closes, LONDON))
        opens = in_utc(datetime.combine(day + DAY, self.opens, LONDON))
        return closes + random.random() * (opens - closes)

    def next_open(self, random: Random, moment: datetime) -> datetime:
        """The moment itself, or where the office is closed then, one of the first hours of the next day it opens."""
        if self.is_open(moment):
            return moment
        local = moment.astimezone(LONDON)
        before = local.date() - DAY if local.time() < self.opens else local.date()
        day = before + DAY if self._every_day else _CALENDAR.add_working_days(before, 1)
        opens = datetime.combine(day, self.opens, LONDON)
        return in_utc(opens) + random.random() * FIRST_HOURS * HOUR

    def after(self, random: Random, start: datetime, span: Span, *, at_any_hour: bool = False) -> datetime:
        """So long after the start, while the office is open unless hours are counted `at_any_hour`. Never the start."""
        number = drawn(random, span)
        if span.unit == HOURS:
            moment = start + number * HOUR
            return moment if at_any_hour else self.next_open(random, moment)
        return max(self.any_time(random, ahead(start, span.unit, number)), start + random.random() * HOUR)


def ahead(now: datetime, unit: str, number: float) -> date:
    """The day that lies so many days after now, working days or those of the calendar."""
    if unit == WORKING_DAYS:
        return _CALENDAR.add_working_days(day_of(now), max(round(number), 0))
    return day_of(now) + timedelta(days=round(number))
