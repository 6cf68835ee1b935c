"""The row of a deadline and the entry that goes with it: set, taken up, stopped. When that is, the clocks say."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine.base.identifiers import new_id
from engine.casework.case_rows import NEWEST, InstanceRow
from engine.casework.locked_case import CaseWork
from engine.facts.case_now import RunningDeadline
from engine.tables import Deadline
from engine.timescales.calendar import day_of
from engine.timescales.rules import Clock

SET_ANEW = "it was set anew"
"""Why a clock stopped that gives way to another of its kind."""
CASE_CLOSED = "the case was closed"
"""Why all clocks stopped that ran in a case."""
GOES_ON = "it goes on for the child in what was under way already"
"""Why a clock stopped whose process was joined to another, or gave way to the plan."""


def insert_deadline(
    casework: CaseWork, rule: Clock, instance: InstanceRow, counted_from: datetime, due_at: datetime, calendar: str
) -> RunningDeadline:
    """`calendar` is the version that it was counted by: an older one is recalculated with the next tick."""
    deadline = RunningDeadline(
        id=new_id(),
        clock=rule.id,
        number=NEWEST,
        instance=instance.id,
        counted_from=counted_from,
        due_at=due_at,
        protects=bool(rule.protects),
        passed=False,
        late_before=casework.comes_over and due_at < casework.now,
    )
    keep_deadline(casework, deadline)
    casework.changes.add_numbered(
        Deadline,
        deadline.id,
        rule.id,
        case_id=casework.case.id,
        instance_id=instance.id,
        clock=rule.id,
        title=rule.title,
        kind=rule.kind,
        protects=rule.protects,
        counted_from=counted_from,
        limit=rule.limit,
        due_at=due_at,
        calendar=calendar,
        provisional=casework.calendar.is_provisional(day_of(due_at)),
        started_at=casework.now,
        taken_up={},
        came_with_case=casework.comes_over,
    )
    return deadline


def keep_deadline(casework: CaseWork, deadline: RunningDeadline) -> None:
    casework.deadlines.append(deadline)
    casework.deadlines.sort(key=lambda one: (one.clock, one.number))


def number_now(casework: CaseWork, deadline: RunningDeadline) -> None:
    """A row is numbered as it is written: for an entry that names the number of a clock that was set just before."""
    casework.write_rows()
    of_row = select(Deadline.number).where(Deadline.id == deadline.id)
    deadline.number = casework.connection.execute(of_row).scalar_one()


def take_up(casework: CaseWork, deadline: RunningDeadline, taker: InstanceRow) -> None:
    deadline.taken_up = {**deadline.taken_up, taker.id: casework.now.isoformat()}
    casework.changes.change(Deadline, deadline.id, taken_up=deadline.taken_up)


def meet_deadline(
    casework: CaseWork, deadline: RunningDeadline, at: datetime, late_reason: str | None, instance: InstanceRow | None
) -> None:
    """`instance` is where it was met, if that is in this case."""
    casework.deadlines.remove(deadline)
    casework.changes.change(Deadline, deadline.id, met_at=at, late_reason=late_reason)
    payload = told_of_clock("met", deadline.clock, deadline.due_at, met_at=at) | {"late_reason": late_reason}
    payload |= came_late(deadline)
    casework.note("deadline", instance, payload=payload)


def stop_deadlines(casework: CaseWork, deadlines: Iterable[RunningDeadline], why: str) -> None:
    """As of the day on which that happened which stops it: what fell due after that was never late. `why` in words that
    people read.
    """
    at = casework.happened_at
    for deadline in list(deadlines):
        casework.deadlines.remove(deadline)
        casework.changes.change(Deadline, deadline.id, stopped_at=at, stopped_because=why)
        payload = told_of_clock("stopped", deadline.clock, deadline.due_at, stopped_at=at)
        casework.note("deadline", payload=payload | {"why": why})


def came_late(deadline: RunningDeadline) -> dict[str, Any]:
    """What an entry says of a clock that had run out before its case was taken over; of any other nothing."""
    return {"late_before": True} if deadline.late_before else {}


def told_of_clock(what: str, clock: str, due_at: datetime, **moments: datetime) -> dict[str, Any]:
    stated = {"what": what, "clock": clock, "due_at": due_at.isoformat()}
    return stated | {name: moment.isoformat() for name, moment in moments.items()}
