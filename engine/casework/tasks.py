"""A work item as a command sees it, and who may work on it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.orm import aliased

from engine.base.errors import AlreadyDone, NotAllowed
from engine.base.subject import Subject
from engine.casework.locked_case import CaseWork, InstanceRow
from engine.facts.own_work import why_not_judge
from engine.people.command import Work
from engine.people.who_may import may_take
from engine.tables import Account, Instance, WorkItem


@dataclass(frozen=True, slots=True)
class LockedTask:
    """One row of the inbox with what deciding about it needs. `owner_name` and `closer_name` are for refusals."""

    id: str
    case: str
    instance: str
    process: str
    element: str
    occurrence: int
    title: str
    role: str
    also: tuple[str, ...]
    agency: str | None
    owner: str | None
    owner_name: str | None
    closed_at: datetime | None
    closed_by: str | None
    closer_name: str | None
    closed_how: str | None
    submission: str | None
    instance_row: InstanceRow


_OWNER, _CLOSER = aliased(Account), aliased(Account)
_TASK = (
    select(
        WorkItem,
        _OWNER.name.label("owner_name"),
        _CLOSER.name.label("closer_name"),
        Instance.number,
        Instance.bundle_hash,
        Instance.origin_at,
    )
    .select_from(WorkItem.__table__)
    .join(Instance, Instance.id == WorkItem.instance_id)
    .outerjoin(_OWNER, _OWNER.id == WorkItem.owner_id)
    .outerjoin(_CLOSER, _CLOSER.id == WorkItem.closed_by)
    .where(WorkItem.id == bindparam("work_item"))
)


def task(connection: Connection, work_item: str) -> LockedTask | None:
    row = connection.execute(_TASK, {"work_item": work_item}).one_or_none()
    if row is None:
        return None
    return LockedTask(
        id=row.id,
        case=row.case_id,
        instance=row.instance_id,
        process=row.process,
        element=row.element,
        occurrence=row.occurrence,
        title=row.title,
        role=row.role,
        also=tuple(row.also),
        agency=row.agency_id,
        owner=row.owner_id,
        owner_name=row.owner_name,
        closed_at=row.closed_at,
        closed_by=row.closed_by,
        closer_name=row.closer_name,
        closed_how=row.closed_how,
        submission=row.submission,
        instance_row=InstanceRow(row.instance_id, row.process, row.number, row.bundle_hash, row.origin_at),
    )


def require_may_work_on(work: Work, casework: CaseWork, item: LockedTask) -> None:
    """Raises NotAllowed unless a role of the task is held, in its agency (in social care: in the team of the case), and
    nobody is asked to judge their own work.

    An open task that a colleague has taken is theirs until they hand it back.
    """
    if not may_take(work.actor, item.role, item.also, item.agency, casework.case.team):
        raise NotAllowed("This is not part of your role.")
    subject = Subject(item.process, item.element, item.case, item.instance)
    if own_work := why_not_judge(work.connection, casework.model(item.instance_row), subject, work.actor.account):
        raise NotAllowed(own_work)
    if item.closed_at is None and item.owner not in (None, work.actor.account):
        raise NotAllowed(f"{item.owner_name} has taken this task. Ask them to hand it back.")


def require_open(work: Work, item: LockedTask) -> None:
    """Raises AlreadyDone, naming who and when."""
    if item.closed_at is None:
        return
    if item.closed_how == "withdrawn":
        raise AlreadyDone("This task is no longer needed: it was withdrawn.", at=item.closed_at)
    by = "you" if item.closed_by == work.actor.account else item.closer_name or "the system"
    raise AlreadyDone(f"This task was already completed by {by}.", by=item.closer_name or "", at=item.closed_at)
