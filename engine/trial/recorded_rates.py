"""What happens how often and how long it takes, drawn from an authority's own record for years that are made up.

From some cases, spread over all, it is counted which choices were made, how long each task took, how far ahead days
were set, and when the holders of a role work. Nothing else is read of an answer: no text, no name, no person. What
the record has too little of stays as the table of rates has it (engine/simulate/rates.toml), mostly assumed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import ceil, floor
from typing import Any

from sqlalchemy import select

from engine.base.clock import LONDON
from engine.base.database import Database
from engine.facts.authority import calendar_of
from engine.forms.questions import SEVERAL
from engine.process.bundle import Model
from engine.simulate.chance import HOUR
from engine.simulate.rates import HOURS, WORKING_DAYS, Rates, RoleHours, Span, TaskWait
from engine.tables import Answers, WorkItem
from engine.timescales.calendar import Calendar, day_of, start_of
from engine.trial.trying import cases_of, spread

SAMPLE = 200
"""Cases: as many as a trial looks at first."""
LEAST = 20
"""Answers to a question, times that a task was done, or acts of a role: of fewer nothing is drawn."""
AT_ONCE = 50
CLOSED = ("yes_no", "one_of", "any_of", "agencies")
"""Kinds of question of which an answer is one of few that the form offers."""
FREE_DAYS = 0.1
"""Who does so much on free days works on any day."""
MARGIN = 0.05
"""So much at either end is left out: of a delay, and of the day of a role."""


@dataclass(frozen=True, slots=True)
class RestsOn:
    """How many `cases` were looked at, of `total`; and how many questions, dates ahead, tasks and roles came up often
    enough in them.
    """

    cases: int
    total: int
    questions: int = 0
    dates: int = 0
    tasks: int = 0
    roles: int = 0

    def in_words(self) -> str:
        if not (self.questions or self.dates or self.tasks or self.roles):
            return (
                f"The record has too little to draw from, {_counted(self.cases, 'case')}: all shares and delays are "
                "those of the program’s own table, mostly assumed."
            )
        of = "" if self.cases == self.total else f" of {self.total}"
        answered = f"{_counted(self.questions, 'question')} and {_counted(self.dates, 'date')}"
        return (
            f"Drawn from {_counted(self.cases, 'case')}{of} of the record: the answers to {answered}, the delays of "
            f"{_counted(self.tasks, 'task')} and the working hours of {_counted(self.roles, 'role')}. What came up "
            f"fewer than {LEAST} times in them, and who is referred when, is that of the program’s own table, mostly "
            "assumed."
        )


@dataclass(slots=True)
class _Counted:
    """By `process.task.question`, `process.task` and role."""

    calendar: Calendar
    asked: Counter[str] = field(default_factory=Counter[str])
    chosen: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict[str, Counter[str]](Counter))
    ahead: dict[str, list[float]] = field(default_factory=lambda: defaultdict[str, list[float]](list))
    delays: dict[str, list[float]] = field(default_factory=lambda: defaultdict[str, list[float]](list))
    urgent: list[float] = field(default_factory=list[float])
    acts: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict[str, list[datetime]](list))


def recorded_rates(database: Database, authority: str, model: Model, table: Rates) -> tuple[Rates, RestsOn]:
    """`model` is what is in force: what was answered on earlier ones counts as far as it still can be answered."""
    every = cases_of(database, authority)
    sample = spread(every, SAMPLE)
    with database.read() as connection:
        counted = _Counted(calendar_of(connection, authority))
    for first in range(0, len(sample), AT_ONCE):
        _count(database, sample[first : first + AT_ONCE], model, table, counted)
    chosen, planned = _shares(counted), _planned(counted, table)
    waits, hours = _waits(counted, table), _role_hours(counted)
    otherwise = {**table.otherwise}
    if len(counted.urgent) >= LEAST:
        otherwise["urgent"] = _span(HOURS, counted.urgent)
    rates = replace(
        table,
        chosen={**table.chosen, **chosen},
        planned={**table.planned, **planned},
        waits={**table.waits, **waits},
        otherwise=otherwise,
        hours=hours,
    )
    return rates, RestsOn(len(sample), len(every), len(chosen), len(planned), len(waits), len(hours))


def _count(database: Database, cases: Sequence[str], model: Model, table: Rates, counted: _Counted) -> None:
    answers = select(Answers.process, Answers.element, Answers.instance_id, Answers.at, Answers.answers)
    items = select(
        *(WorkItem.process, WorkItem.element, WorkItem.instance_id, WorkItem.role),
        *(WorkItem.urgent, WorkItem.opened_at, WorkItem.closed_at),
    )
    done = (WorkItem.case_id.in_(cases), WorkItem.closed_by.is_not(None), WorkItem.closed_at.is_not(None))
    days: dict[tuple[str, str], list[tuple[datetime, str]]] = defaultdict(list)
    waited_for = {wait.on for wait in table.waits.values() if wait.on}
    with database.read() as connection:
        for row in connection.execute(answers.where(Answers.case_id.in_(cases)).order_by(Answers.at)):
            _count_answers(model, table, counted, f"{row.process}.{row.element}", row.at, row.answers)
            for name in waited_for & row.answers.keys():
                days[row.instance_id, name].append((row.at, str(row.answers[name])))
        for row in connection.execute(items.where(*done)):
            counted.acts[row.role].append(row.closed_at)
            name = f"{row.process}.{row.element}"
            wait = table.wait(name, urgent=False)
            since = _since(row.opened_at, days.get((row.instance_id, wait.on), ()))
            if row.urgent and wait.span.unit != HOURS:
                counted.urgent.append(_delay(counted.calendar, HOURS, since, row.closed_at))
            else:
                counted.delays[name].append(_delay(counted.calendar, wait.span.unit, since, row.closed_at))


def _since(opened: datetime, days: Sequence[tuple[datetime, str]]) -> datetime:
    """From when somebody could do it: where it waits for a day that was set before, from that day on."""
    before = [_moment(day) for at, day in days if at <= opened]
    return max(opened, start_of(day_of(before[-1]))) if before and before[-1] else opened


def _count_answers(
    model: Model, table: Rates, counted: _Counted, task: str, at: datetime, answers: Mapping[str, Any]
) -> None:
    process, element = task.split(".")
    for question in model.every_question(process, element):
        path, given = f"{task}.{question.id}", answers.get(question.id)
        if path in table.planned and isinstance(given, str) and (day := _moment(given)):
            counted.ahead[path].append(_delay(counted.calendar, table.planned[path].unit, at, day))
        is_asked = question.required or question.may_be_required or path in table.chosen
        if question.kind not in CLOSED or given is None or not is_asked:
            continue
        known = {choice.value for choice in question.choices or model.who_may_be_named}
        chosen = [one for one in (given if question.kind in SEVERAL else [given]) if one in known]
        counted.asked[path] += bool(chosen) or question.kind in SEVERAL
        counted.chosen[path].update(chosen)


def _moment(said: str) -> datetime | None:
    """A day or a moment as it was answered."""
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=LONDON)


def _delay(calendar: Calendar, unit: str, since: datetime, until: datetime) -> float:
    if unit == HOURS:
        return max((until - since) / HOUR, 0.0)
    first, last = day_of(since), day_of(until)
    if unit == WORKING_DAYS:
        return float(calendar.working_days_left(first, last))
    return float(max((last - first).days, 0))


def _shares(counted: _Counted) -> dict[str, Mapping[str, float]]:
    return {
        path: {value: times / asked for value, times in counted.chosen[path].items()}
        for path, asked in counted.asked.items()
        if asked >= LEAST
    }


def _planned(counted: _Counted, table: Rates) -> dict[str, Span]:
    enough = {path: days for path, days in counted.ahead.items() if len(days) >= LEAST}
    return {path: _span(table.planned[path].unit, days) for path, days in enough.items()}


def _waits(counted: _Counted, table: Rates) -> dict[str, TaskWait]:
    found: dict[str, TaskWait] = {}
    for name, delays in counted.delays.items():
        if len(delays) >= LEAST:
            wait = table.wait(name, urgent=False)
            found[name] = replace(wait, span=_span(wait.span.unit, delays))
    return found


def _span(unit: str, numbers: Iterable[float]) -> Span:
    """So that half of what is drawn of it lies below the median of these, and little beyond what is theirs.

    Between the median and the latest `drawn` goes by the third power: so much of the way lies below its margin.
    """
    ordered = sorted(numbers)
    soonest, median, late = (_at(ordered, part) for part in (MARGIN, 0.5, 1 - MARGIN))
    return Span(unit, (soonest, median, median + (late - median) / (1 - 2 * MARGIN) ** 3))


def _at(ordered: Sequence[float], part: float) -> float:
    return ordered[min(int(part * len(ordered)), len(ordered) - 1)]


def _role_hours(counted: _Counted) -> dict[str, RoleHours]:
    enough = {role: [*_local(acts)] for role, acts in counted.acts.items() if len(acts) >= LEAST}
    return {role: _hours_of(acts, counted.calendar) for role, acts in enough.items()}


def _local(acts: Iterable[datetime]) -> Iterator[datetime]:
    return (one.astimezone(LONDON) for one in acts)


def _hours_of(acts: Sequence[datetime], calendar: Calendar) -> RoleHours:
    """From the full hour before the first of a day until the one after the last, but for a margin at either end."""
    times = sorted(one.hour + one.minute / 60 for one in acts)
    opens, closes = floor(_at(times, MARGIN)), ceil(_at(times, 1 - MARGIN))
    free = sum(not calendar.is_working_day(one.date()) for one in acts) / len(acts)
    closes = max(closes, opens + 1)
    return RoleHours(f"{opens:02}:00", f"{closes:02}:00" if closes < 24 else "23:59", free >= FREE_DAYS)


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
