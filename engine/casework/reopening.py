"""A case that was closed by mistake is opened again: what its closing ended comes back to where it stood.

That are the clocks that stopped with it, the parts of organisations, and the work that was withdrawn so that it could
be closed. What left meanwhile, or was told to somebody, stays so; a letter that was withdrawn is not written again.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

from engine.casework import case_rows
from engine.casework.case_rows import INSTANCE_COLUMNS, InstanceRow, instance_of
from engine.casework.deadline_rows import CASE_CLOSED, SET_ANEW
from engine.casework.going_on_again import ended_then, go_on_again, run_on
from engine.casework.locked_case import CaseWork
from engine.casework.settling import settle
from engine.casework.to_do import ActOnPassedClocks, CloseIfIdle
from engine.process.bundle import START
from engine.tables import Answers, Case, Deadline, Instance, NamedRow, Part, WorkItem
from engine.tables.departure_tables import FURTHER

CLOSES, CLOSURE = "closes_case", "begins_when_idle"


def reopen(casework: CaseWork, reason: str) -> None:
    """The case was closed, and who may has said that it was a mistake."""
    casework.note("case_reopened", payload={"reason": reason})
    began = _closure_began(casework)
    casework.connection.execute(update(Case).where(Case.id == casework.case.id).values(closed_at=None))
    restored = _restore_work(casework, began) if began else []
    _restore_clocks(casework, began, restored)
    _restore_parts(casework)
    casework.closed_at = None
    casework.read_again()
    casework.to_do.add(CloseIfIdle())
    casework.to_do.add(ActOnPassedClocks())
    settle(casework)


def _closure_began(casework: CaseWork) -> datetime | None:
    """When somebody asked by hand that the case be closed: for that, work was withdrawn then."""
    asked = select(Answers.instance_id).where(Answers.case_id == casework.case.id, Answers.element == START)
    rows = casework.connection.execute(
        select(*INSTANCE_COLUMNS).where(
            *(Instance.case_id == casework.case.id, Instance.status == "ended", Instance.id.in_(asked)),
            Instance.ended_at == casework.case.closed_at,
        )
    )
    closing = (one for one in map(instance_of, rows) if _closes(casework, one))
    return next((one.started_at for one in closing), None)


def _closes(casework: CaseWork, instance: InstanceRow) -> bool:
    elements = casework.model(instance).drawings[instance.process].elements.values()
    return any(CLOSES in one.properties.get("effect", "").split() for one in elements)


def _restore_work(casework: CaseWork, began: datetime) -> list[str]:
    """The ids of the instances."""
    withdrawn = ended_then(casework, "withdrawn", began)
    restored = [(one, state) for one, state in withdrawn if not _is_closure(casework, one)]
    for instance, state in restored:
        go_on_again(casework, instance, state, began)
    _restore_further(casework, began, [instance.id for instance, _ in restored])
    casework.write_rows()
    return [instance.id for instance, _ in restored]


def _is_closure(casework: CaseWork, instance: InstanceRow) -> bool:
    return CLOSURE in casework.model(instance).start_event(instance.process).properties


def _restore_further(casework: CaseWork, began: datetime, restored: Sequence[str]) -> None:
    """Steps that somebody had opened out of order in processes that had ended."""
    rows = casework.connection.execute(
        select(WorkItem.id, WorkItem.instance_id, WorkItem.element, WorkItem.occurrence)
        .where(WorkItem.case_id == casework.case.id, WorkItem.occurrence >= FURTHER)
        .where(WorkItem.closed_how == "withdrawn", WorkItem.closed_at == began, WorkItem.instance_id.not_in(restored))
        .order_by(WorkItem.process, WorkItem.element, WorkItem.occurrence)
    ).all()
    for row in rows:
        casework.changes.change(WorkItem, row.id, closed_at=None, closed_how=None)
        instance = case_rows.instance(casework.connection, row.instance_id)
        casework.note("opened", instance, element=row.element, occurrence=row.occurrence)


def _restore_clocks(casework: CaseWork, began: datetime | None, restored: Sequence[str]) -> None:
    with_case = Deadline.stopped_because == CASE_CLOSED
    with_work = (
        *(Deadline.instance_id.in_(restored), Deadline.stopped_at == began),
        Deadline.stopped_because != SET_ANEW,
    )
    of_case = select(Deadline.id, Deadline.clock, Deadline.due_at).where(Deadline.case_id == casework.case.id)
    found: dict[str, NamedRow] = {}
    for conditions in ((with_case,), with_work) if restored else ((with_case,),):
        rows = casework.connection.execute(of_case.where(*conditions).order_by(Deadline.clock, Deadline.number))
        found |= {row.id: row for row in rows}
    for row in found.values():
        run_on(casework, row)


def _restore_parts(casework: CaseWork) -> None:
    """Those that were to end with the case, also of a case that goes on in this one."""
    came_from = select(Instance.came_from_id).where(Instance.case_id == casework.case.id)
    here = (Part.case_id == casework.case.id) | Part.case_id.in_(came_from.where(Instance.came_from_id.is_not(None)))
    casework.connection.execute(update(Part).where(here, Part.held_until > casework.now).values(held_until=None))
