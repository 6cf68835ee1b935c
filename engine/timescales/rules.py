"""The clocks: which happening starts, meets or stops one, when it is due, and how long is left.

A rule is a row of `processes/timescales.csv` (timescale_table.py reads it). A deadline is the last instant in time:
late is what happened after it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from engine.base.clock import LONDON
from engine.expressions.evaluation import BadExpression, evaluate
from engine.timescales.calendar import Calendar, day_of, end_of, in_months, in_utc, of_age, start_of

Unit = Literal["hours", "days", "working_days", "months", "instant"]
Kind = Literal["statutory", "local"]
Scope = Literal["instance", "origin", "case", "person"]
Happening = Literal["started", "completed", "reached", "ended", "thrown", "set", "passed"]
Protects = Literal["", "police", "order"]
Named = Literal["", "its due date", "the eighteenth birthday", "coming of age", "what called for it"]

UNIT_WORDS: Mapping[Unit, str] = {
    "hours": "hour",
    "days": "day",
    "working_days": "working day",
    "months": "month",
}
WHOLE_CASE: tuple[Scope, ...] = ("case", "person")
ELAPSED: tuple[Unit, ...] = ("hours", "instant")
_AFTER = timedelta(microseconds=1)
_MINUTES_IN = {"day": 24 * 60, "hour": 60, "minute": 1}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a clock listens for. `task` is empty but for `completed`, and for `reached`, where it is the
    message that an instance of the process waited for; `condition` is empty where there is none.

    `process` holds the name of the message for `thrown`, and of another clock for `set` and `passed`. A start does
    nothing `unless_running`: while a clock of its own row runs in its scope; nor `while_running` where none does; nor
    while the clock that it names in `unless_clock` runs anywhere in the case. `since_called`: what happened counts only
    where it lies at or after the moment at which it was called for.
    """

    happening: Happening
    process: str
    task: str = ""
    condition: str = ""
    unless_running: bool = False
    while_running: bool = False
    unless_clock: str = ""
    since_called: bool = False

    def matches(
        self, happening: Happening, process: str, task: str, names: Mapping[str, object], agencies: frozenset[str]
    ) -> bool:
        """Whether what happened is what is meant; `task` is as above. What runs, and when it was
        called for, is left to the caller, who has the rows. `names`: process data, `case` and `start`, and the
        completed task's decision fields; `agencies`: those of the model.

        Raises BadExpression for a condition that these names cannot answer with true or false.
        """
        if (happening, process, task) != (self.happening, self.process, self.task):
            return False
        holds = evaluate(self.condition, names, agencies) if self.condition else True
        if not isinstance(holds, bool):  # `where authorised` would hold for "no"
            raise BadExpression(f"The condition {self.condition} is neither true nor false.")
        return holds


@dataclass(frozen=True, slots=True)
class DateRule:
    """The date that counts: an answer, or without `field` the time of the command."""

    field: str = ""
    process: str = ""  # whose start form answered it; empty: the form of the event itself
    otherwise: tuple[str, ...] = ()  # fields of other events' forms, or of this one, where `field` was not answered
    # What the engine itself knows: the date of the clock that was set, the working day before the child's eighteenth
    # birthday, that birthday itself, or when that happened which called for the process.
    named: Named = ""
    newest: bool = False  # of what happened again and again the newest counts, in whatever order it was typed in

    @property
    def fields(self) -> tuple[str, ...]:
        """In the order in which they are asked for; none where the time of the command counts."""
        return (self.field, *self.otherwise) if self.field else ()

    def instant(self, answers: Mapping[str, object], command_time: datetime) -> datetime:
        """A date as its first instant in London, a time without a zone as London's. Raises ValueError for no time."""
        answer = next((answers[field] for field in self.fields if answers.get(field)), None)
        if not isinstance(answer, str) or not answer:
            return command_time
        instant = datetime.fromisoformat(answer)
        return in_utc(instant if instant.tzinfo else instant.replace(tzinfo=LONDON))


@dataclass(frozen=True, slots=True)
class Notice:
    """How long before the deadline to warn."""

    count: int
    unit: Literal["hours", "working_days"]


@dataclass(frozen=True, slots=True)
class Clock:
    """One row of the table. `title` is what people read; a negative `limit` counts back.

    `protects`: while it runs, the child is held safe by law.
    """

    id: str
    title: str
    limit: int
    unit: Unit
    kind: Kind
    scope: Scope
    starts_on: tuple[Event, ...]
    counts_from: DateRule
    met_on: tuple[Event, ...]
    met_at: DateRule
    stopped_on: tuple[Event, ...]
    warn_before: tuple[Notice, ...]
    protects: Protects
    source: str


def due(rule: Clock, counted_from: datetime, calendar: Calendar) -> datetime:
    """The last instant in time, in UTC: the end of a day in London (23:59:59.999999), so that its date there is the
    due day; for hours and instants the instant itself.

    Raises ValueError for a time without a zone, OverflowError or ValueError past the year 9999.
    """
    if rule.unit in ELAPSED:
        return in_utc(counted_from) + timedelta(hours=rule.limit)
    day = day_of(counted_from)
    if rule.unit == "working_days":
        return end_of(calendar.add_working_days(day, rule.limit))
    if rule.unit == "days":
        return end_of(day + timedelta(days=rule.limit))
    return end_of(_in_months(day, rule.limit, calendar))


def _in_months(day: date, count: int, calendar: Calendar) -> date:
    """Clipped to the month's end; a meeting that cannot be held on that day must be held before it."""
    there = in_months(day, count)
    return there if calendar.is_working_day(there) else calendar.last_working_day_before(there)


def passed_over(rule: Clock, counted_from: datetime, calendar: Calendar) -> tuple[date, ...]:
    """The days that `due` does not count, as they are no working days, in their order; raises as it does. None for
    hours and days, which count every day; for months those that lie between the working day and the day itself.
    """
    if rule.unit not in ("working_days", "months"):
        return ()
    begins, last = day_of(counted_from), day_of(due(rule, counted_from, calendar))
    begins = in_months(begins, rule.limit) if rule.unit == "months" else begins
    first, last = min(begins, last), max(begins, last)
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return tuple(day for day in days if not calendar.is_working_day(day) and (rule.unit == "months" or day != begins))


def before_birthday(born: date | None, others: Sequence[datetime], calendar: Calendar) -> datetime | None:
    """The last working day before the eighteenth birthday, where the last of the other clocks would be due on it or
    later: a review is planned before the child comes of age, if the next one would come after (WT2013, discontinuing).
    """
    if born is None or not others:
        return None
    birthday = of_age(born)
    if day_of(max(others)) < birthday:
        return None
    return start_of(calendar.last_working_day_before(birthday))


def warnings(rule: Clock, due_at: datetime, calendar: Calendar) -> tuple[datetime, ...]:
    """When to warn, earliest first, in UTC; some may lie before the clock started.

    Hours before a day's end are counted from midnight, working days from the start of that day in London.
    """
    return tuple(sorted(_warning(notice, due_at, calendar, rule.unit) for notice in rule.warn_before))


def _warning(notice: Notice, due_at: datetime, calendar: Calendar, unit: Unit) -> datetime:
    if notice.unit == "working_days":
        return start_of(calendar.add_working_days(day_of(due_at), -notice.count))
    end = due_at if unit in ELAPSED else due_at + _AFTER
    return in_utc(end) - timedelta(hours=notice.count)


def limit_in_words(rule: Clock) -> str:
    """“45 working days”; “5 working days before” for a limit that counts back."""
    if rule.counts_from.named == "the eighteenth birthday":
        return "by the last working day before the eighteenth birthday"
    if rule.counts_from.named == "coming of age":
        return "on the eighteenth birthday"
    if rule.unit == "instant" or not rule.limit:
        return "by the date that is given"
    return f"{_counted(abs(rule.limit), UNIT_WORDS[rule.unit])}{' before' if rule.limit < 0 else ''}"


def remaining(due_at: datetime, now: datetime, calendar: Calendar, unit: Unit) -> str:
    """How long is left, in words that finish "Decide how to respond: ...". Overdue is counted as people do, in days."""
    if unit in ELAPSED:
        left = due_at - now
        return f"overdue by {_duration(-left)}" if left < timedelta(0) else f"{_duration(left)} left"
    day, today = day_of(due_at), day_of(now)
    if day <= today:
        return f"overdue by {_counted((today - day).days, 'day')}" if day < today else "due by the end of today"
    working_days = calendar.working_days_left(today, day) if unit == "working_days" else 0
    return f"{_counted(working_days, 'working day') if working_days else _counted((day - today).days, 'day')} left"


def _duration(span: timedelta) -> str:
    """In its two largest units, rounded down: never more than there is."""
    minutes = span // timedelta(minutes=1)
    counts: list[tuple[int, str]] = []
    for unit, size in _MINUTES_IN.items():
        count, minutes = divmod(minutes, size)
        if count or counts:
            counts.append((count, unit))
    return " and ".join(_counted(count, unit) for count, unit in counts[:2] if count) or "less than a minute"


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
