"""What somebody typed about a case, kept, and can no longer send: it is shown to them alone, to be copied."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, exists, or_, select

from engine.people.identity import Actor
from engine.process.bundle import START, Model
from engine.tables import Draft, Instance, NamedRow, WorkItem


@dataclass(frozen=True, slots=True)
class Unsent:
    """Of the task `item`, which is closed; or of the beginning of `process` in `case`, which was joined to this one."""

    title: str
    kept_at: datetime
    item: str = ""
    process: str = ""
    case: str = ""


def unsent(connection: Connection, actor: Actor, model: Model, case: str) -> tuple[Unsent, ...]:
    """The reader's own, newest first. What can still be sent stands in its form."""
    came = exists().where(Instance.case_id == case, Draft.subject.endswith(Instance.came_from_id))
    rows = connection.execute(
        select(Draft.subject, Draft.saved_at, WorkItem.title)
        .outerjoin(WorkItem, WorkItem.id == Draft.subject)
        .where(
            Draft.account_id == actor.account,
            or_(
                and_(WorkItem.case_id == case, WorkItem.closed_at.is_not(None)),
                and_(WorkItem.id.is_(None), Draft.subject.startswith("start:"), came),
            ),
        )
        .order_by(Draft.saved_at.desc(), Draft.subject)
    )
    return tuple(_unsent(model, row) for row in rows.all())


def _unsent(model: Model, row: NamedRow) -> Unsent:
    if row.title:
        return Unsent(row.title, row.saved_at, item=row.subject)
    _, process, case = row.subject.split(":")
    return Unsent(model.title(process, START), row.saved_at, process=process, case=case)
