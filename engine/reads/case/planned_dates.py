"""Meetings that are planned for a day on which the authority turned out to be closed: that refuses nothing, so it is
shown. Which answers plan a meeting, and what meets, its form says (`called` in `x-serves`).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from sqlalchemy import Connection, select

from engine.facts.models import model
from engine.forms.questions import Schema, is_field_shown
from engine.forms.wall_time import day_in
from engine.reads.case.answered import Given
from engine.tables import Deadline, WorkItem
from engine.timescales.calendar import Calendar, day_of

_Asking: TypeAlias = dict[tuple[str, str, str], Mapping[str, Schema]]


@dataclass(frozen=True, slots=True)
class PlannedWhileClosed:
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
    connection: Connection, case: str, earlier: Sequence[Given], now: datetime, calendar: Calendar
) -> tuple[PlannedWhileClosed, ...]:
    """The newest of each kind that lies ahead, or is today, and has not been held. `earlier` is newest first. What it
    asks the database, it asks only where such a day is no working day.
    """
    asking: _Asking = {}
    plans = [plan for given in earlier for plan in _plans(given, _asked(connection, given, asking))]
    newest = [plan for place, plan in enumerate(plans) if not any(one.clocks & plan.clocks for one in plans[:place])]
    closed = [one for one in newest if one.day >= day_of(now) and not calendar.is_working_day(one.day)]
    waiting = [one for one in closed if _is_awaited(connection, case, one, plans)]
    return tuple(PlannedWhileClosed(one.called, one.day) for one in sorted(waiting, key=lambda one: one.day))


def _asked(connection: Connection, given: Given, asking: _Asking) -> Mapping[str, Schema]:
    """The questions of its form that plan a meeting: looked for once, however often the form was answered."""
    place = given.bundle, given.process, given.element
    if place not in asking:
        form = model(connection, given.bundle).form(given.process, given.element) or {}
        asked = form.get("properties", {}).items()
        asking[place] = {name: field for name, field in asked if "called" in field.get("x-serves", ())}
    return asking[place]


def _plans(given: Given, asked: Mapping[str, Schema]) -> Iterator[_Plan]:
    for name, field in asked.items():
        day = day_in(given.answers.get(name)) if is_field_shown(field, given.answers) else None
        if day:
            served = field["x-serves"]
            yield _Plan(given, served["called"], day, frozenset(served.get("clocks", ())))


def _is_awaited(connection: Connection, case: str, plan: _Plan, plans: Sequence[_Plan]) -> bool:
    """A clock that ran when it was planned runs on, none that it serves has started since, as the next one does when it
    was held, and it is not being arranged again.
    """
    clocks = connection.execute(
        select(Deadline.started_at, Deadline.met_at, Deadline.stopped_at).where(
            Deadline.case_id == case, Deadline.clock.in_(plan.clocks)
        )
    ).all()
    runs_on = any(one.started_at <= plan.given.at and not (one.met_at or one.stopped_at) for one in clocks)
    return (
        runs_on
        and not any(one.started_at > plan.given.at for one in clocks)
        and not _is_asked_again(
            connection, plan, [one.given.element for one in plans if one.given.instance == plan.given.instance]
        )
    )


def _is_asked_again(connection: Connection, plan: _Plan, elements: Collection[str]) -> bool:
    """By the task with which its process first planned it, the last of these: another one only changes the day."""
    first = [*elements][-1]
    asked = select(WorkItem.id).where(
        WorkItem.instance_id == plan.given.instance, WorkItem.element == first, WorkItem.closed_at.is_(None)
    )
    return connection.execute(asked.limit(1)).one_or_none() is not None
