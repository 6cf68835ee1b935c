"""Meetings that are planned: all that lie ahead, and those on a day on which the authority turned out to be closed,
which refuses nothing and so is shown. Which answers plan a meeting, and what meets, its form says (`called` in
`x-serves`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from engine.facts.models import model
from engine.forms.questions import Schema, is_field_shown
from engine.forms.wall_time import day_in
from engine.reads.case.answered import Given
from engine.reads.case.earlier import EarlierAnswers
from engine.tables import Answers, Deadline, Instance, WorkItem, running_deadline
from engine.timescales.calendar import Calendar, day_of

_Planning: TypeAlias = Mapping[tuple[str, str, str], Mapping[str, Schema]]
"""By bundle, process and element of a form, its questions that plan a meeting."""


@dataclass(frozen=True, slots=True)
class PlannedMeeting:
    """`called` is what meets, as the form names it."""

    called: str
    day: date


@dataclass(frozen=True, slots=True)
class _Plan:
    given: Given
    called: str
    day: date
    clocks: frozenset[str]


def planned_while_closed(
    connection: Connection, case: str, earlier: EarlierAnswers, now: datetime, calendar: Calendar
) -> tuple[PlannedMeeting, ...]:
    """Those on a day that is no working day of this calendar."""
    return _planned(connection, case, earlier, now, lambda day: not calendar.is_working_day(day))


def planned_ahead(
    connection: Connection, case: str, earlier: EarlierAnswers, now: datetime
) -> tuple[PlannedMeeting, ...]:
    return _planned(connection, case, earlier, now, lambda _day: True)


def _planned(
    connection: Connection, case: str, earlier: EarlierAnswers, now: datetime, wants: Callable[[date], bool]
) -> tuple[PlannedMeeting, ...]:
    """The newest of each kind that lies ahead, or is today, and has not been held. A meeting is awaited for as long as
    a clock runs that it serves: what was planned before the first of these began is not read.
    """
    planning, since = _planning(connection, case), None
    kinds = {clock for fields in planning.values() for field in fields.values() for clock in _clocks(field)}
    if kinds:
        runs = (Deadline.case_id == case, running_deadline(), Deadline.clock.in_(kinds))
        since = connection.execute(select(func.min(Deadline.started_at)).where(*runs)).scalar_one()
    if since is None:
        return ()
    plans = _plans(earlier.those(Answers.at >= since, _planned_by(planning)), planning)
    newest = [plan for place, plan in enumerate(plans) if not any(one.clocks & plan.clocks for one in plans[:place])]
    ahead = [one for one in newest if one.day >= day_of(now) and wants(one.day)]
    waiting = [
        one for one in ahead if _is_awaited(connection, case, one) and not _is_asked_again(one, earlier, planning)
    ]
    return tuple(PlannedMeeting(one.called, one.day) for one in sorted(waiting, key=lambda one: one.day))


def _planning(connection: Connection, case: str) -> _Planning:
    """The forms of the models of the case that plan a meeting, with the questions that do."""
    now = select(Instance.bundle_hash).where(Instance.case_id == case)
    then = select(Answers.told_by).where(Answers.case_id == case, Answers.told_by.is_not(None))
    models = [model(connection, bundle) for bundle in connection.scalars(now.union(then))]
    forms = ((one, place) for one in models for place in one.marked.get("x-serves", ()))
    asked = {(one.hash, *place): _calling(one.form(*place) or {}) for one, place in forms}
    return {place: fields for place, fields in asked.items() if fields}


def _calling(form: Schema) -> Mapping[str, Schema]:
    fields: Schema = form.get("properties", {})
    return {name: field for name, field in fields.items() if "called" in field.get("x-serves", ())}


def _clocks(field: Schema) -> frozenset[str]:
    return frozenset(field["x-serves"].get("clocks", ()))


def _planned_by(planning: _Planning) -> ColumnElement[bool]:
    forms = {(process, element) for _, process, element in planning}
    return or_(*(and_(Answers.process == process, Answers.element == element) for process, element in sorted(forms)))


def _plans(earlier: Iterable[Given], planning: _Planning) -> list[_Plan]:
    asked = ((one, planning.get((one.bundle, one.process, one.element), {})) for one in earlier)
    return [plan for one, fields in asked for plan in _plans_of(one, fields)]


def _plans_of(given: Given, asked: Mapping[str, Schema]) -> Iterator[_Plan]:
    for name, field in asked.items():
        day = day_in(given.answers.get(name)) if is_field_shown(field, given.answers) else None
        if day:
            yield _Plan(given, field["x-serves"]["called"], day, _clocks(field))


def _is_awaited(connection: Connection, case: str, plan: _Plan) -> bool:
    """A clock that ran when it was planned runs on, and none that it serves has started since, as the next one does
    when it was held.
    """
    of_it = (Deadline.case_id == case, Deadline.clock.in_(plan.clocks))
    newer = select(Deadline.id).where(*of_it, Deadline.started_at > plan.given.at).exists()
    runs_on = select(Deadline.id).where(*of_it, Deadline.started_at <= plan.given.at, running_deadline()).exists()
    return connection.execute(select(and_(runs_on, ~newer))).scalar_one()


def _is_asked_again(plan: _Plan, earlier: EarlierAnswers, planning: _Planning) -> bool:
    """It is being arranged again: by the task with which its process first planned it. Another one only changes the
    day.
    """
    instance = plan.given.instance
    first = _plans(earlier.those(Answers.instance_id == instance, _planned_by(planning)), planning)[-1].given.element
    asked = select(WorkItem.id).where(
        WorkItem.instance_id == instance, WorkItem.element == first, WorkItem.closed_at.is_(None)
    )
    return earlier.connection.execute(asked.limit(1)).one_or_none() is not None
