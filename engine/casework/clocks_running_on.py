"""Clocks that were stopped and run on, to the day that they had: what stopped them has been overruled."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import select

from engine.casework.case_rows import InstanceRow
from engine.casework.deadline_rows import (
    SET_ANEW,
    insert_deadline,
    keep_deadline,
    stop_deadlines,
    take_up,
    told_of_clock,
)
from engine.casework.locked_case import CaseWork
from engine.facts.case_now import RunningDeadline
from engine.tables import Deadline


@dataclass(frozen=True, slots=True)
class StoppedDeadline:
    """A deadline that was stopped without being met. `limit` and `calendar` are those that it was counted by."""

    id: str
    clock: str
    number: int
    instance: str
    counted_from: datetime
    limit: int
    due_at: datetime
    calendar: str
    protects: bool = False
    passed: bool = False
    taken_up: dict[str, str] = field(default_factory=dict[str, str])
    late_before: bool = False


def resume_clock(casework: CaseWork, clock: str, instance: InstanceRow) -> None:
    """A clock that was stopped runs again to the same day: what stopped it has been overruled in `instance`."""
    if stopped := stopped_clock(casework, clock):
        casework.changes.change(Deadline, stopped.id, stopped_at=None, stopped_because=None)
        again = RunningDeadline(
            id=stopped.id,
            clock=clock,
            number=stopped.number,
            instance=stopped.instance,
            counted_from=stopped.counted_from,
            due_at=stopped.due_at,
            protects=stopped.protects,
            passed=stopped.passed,
            taken_up=stopped.taken_up,
            late_before=stopped.late_before,
        )
        keep_deadline(casework, again)
        take_up(casework, again, instance)
        casework.note("deadline", payload=told_of_clock("resumed", clock, stopped.due_at))


def carry_clock(linked: CaseWork, instance: InstanceRow, stopped: StoppedDeadline) -> None:
    """What was stopped in a case that is closed by now runs on in the one that was opened after it, to the same day.

    By the limit and the calendar that it began with; one of its kind that the new case has set in the
    same scope gives way to it unless it is due before, while that of another enquiry runs on.
    """
    if rule := linked.model(instance).rules.get(stopped.clock):
        of_its_kind = [one for one in linked.deadlines if one.clock == rule.id and one.is_in_scope(rule, instance.id)]
        if any(one.due_at < stopped.due_at for one in of_its_kind):
            return
        stop_deadlines(linked, of_its_kind, SET_ANEW)
        rule = replace(rule, limit=stopped.limit)
        insert_deadline(linked, rule, instance, stopped.counted_from, stopped.due_at, stopped.calendar)
        resumed = told_of_clock("resumed", stopped.clock, stopped.due_at, counted_from=stopped.counted_from)
        counted = {"calendar": stopped.calendar, "limit": stopped.limit}
        linked.note("deadline", instance, payload=resumed | counted)


def stopped_clock(casework: CaseWork, clock: str) -> StoppedDeadline | None:
    """The newest of its kind, where it was stopped without being met."""
    casework.write_rows()
    newest = casework.connection.execute(
        select(Deadline.__table__)
        .where(Deadline.case_id == casework.case.id, Deadline.clock == clock)
        .order_by(Deadline.number.desc())
        .limit(1)
    ).one_or_none()
    if newest is None or newest.stopped_at is None:
        return None
    return StoppedDeadline(
        id=newest.id,
        clock=clock,
        number=newest.number,
        instance=newest.instance_id,
        counted_from=newest.counted_from,
        limit=newest.limit,
        due_at=newest.due_at,
        calendar=newest.calendar,
        protects=bool(newest.protects),
        passed=newest.passed_at is not None,
        taken_up=dict(newest.taken_up),
        late_before=newest.came_with_case and newest.due_at < newest.started_at,
    )
