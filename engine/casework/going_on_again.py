"""Processes that were ended without their drawing go on from where they stood: their waits, and the tasks that were
withdrawn with them.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import select, update

from engine.casework.case_rows import INSTANCE_COLUMNS, InstanceRow, instance_of
from engine.casework.deadline_rows import told_of_clock
from engine.casework.locked_case import CaseWork
from engine.process import run
from engine.tables import Deadline, Instance, NamedRow, WorkItem

Ended = Literal["withdrawn", "joined"]


def ended_then(casework: CaseWork, how: Ended, at: datetime) -> list[tuple[InstanceRow, bytes]]:
    """Those that ended so at this moment, each with where it stood."""
    rows = casework.connection.execute(
        select(*INSTANCE_COLUMNS, Instance.state)
        .where(Instance.case_id == casework.case.id, Instance.status == how, Instance.ended_at == at)
        .order_by(Instance.process, Instance.number)
    ).all()
    return [(instance_of(row), row.state) for row in rows]


def go_on_again(casework: CaseWork, instance: InstanceRow, state: bytes, at: datetime) -> None:
    """`at` is when it was ended."""
    values = {"status": "running", "ended_at": None, "outcome": None}
    casework.connection.execute(update(Instance).where(Instance.id == instance.id).values(values))
    casework.note("restored", instance)
    for wait in run.standing(casework.model(instance), instance.process, state).waits:
        casework.changes.begin_wait(casework.case.id, instance.id, wait.kind, wait.name)
    for item in _withdrawn_items(casework, instance, at):
        casework.changes.change(WorkItem, item.id, closed_at=None, closed_how=None)
        casework.note("opened", instance, element=item.element, occurrence=item.occurrence)


def _withdrawn_items(casework: CaseWork, instance: InstanceRow, at: datetime) -> Sequence[NamedRow]:
    return casework.connection.execute(
        select(WorkItem.id, WorkItem.element, WorkItem.occurrence)
        .where(WorkItem.instance_id == instance.id, WorkItem.closed_how == "withdrawn", WorkItem.closed_at == at)
        .order_by(WorkItem.element, WorkItem.occurrence)
    ).all()


def run_on(casework: CaseWork, clock: NamedRow) -> None:
    """A clock that was stopped or met runs on to the same day; the row has `id`, `clock` and `due_at`."""
    again = {"stopped_at": None, "stopped_because": None, "met_at": None, "late_reason": None}
    casework.connection.execute(update(Deadline).where(Deadline.id == clock.id).values(again))
    casework.note("deadline", payload=told_of_clock("resumed", clock.clock, clock.due_at))
