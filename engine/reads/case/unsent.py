"""What somebody typed about a case, kept, and can no longer send: it is shown to them alone, to be copied."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, exists, or_, select

from engine.facts.kept_drafts import draft_days, kept_until
from engine.people.identity import Actor
from engine.people.who_may import sees_task
from engine.people.whose_tasks import for_own_organisation
from engine.process.bundle import START, Model
from engine.tables import Draft, Instance, NamedRow, WorkItem


@dataclass(frozen=True, slots=True)
class Unsent:
    """Of the task `item`, which is closed; or of the beginning of `process` in `case`, which was joined to this one."""

    title: str
    kept_at: datetime
    kept_until: datetime
    item: str = ""
    process: str = ""
    case: str = ""


def unsent(connection: Connection, actor: Actor, model: Model, case: str, team: str) -> tuple[Unsent, ...]:
    """The reader's own, newest first, of tasks that they may still see; `team` has the case. What can still be sent
    stands in its form.
    """
    came = exists().where(Instance.case_id == case, Draft.subject.endswith(Instance.came_from_id))
    rows = connection.execute(
        select(Draft.subject, Draft.saved_at, WorkItem.title, WorkItem.role, WorkItem.also, WorkItem.agency_id)
        .outerjoin(WorkItem, WorkItem.id == Draft.subject)
        .where(
            Draft.account_id == actor.account,
            or_(
                and_(WorkItem.case_id == case, WorkItem.closed_at.is_not(None), for_own_organisation(actor)),
                and_(WorkItem.id.is_(None), Draft.subject.startswith("start:"), came),
            ),
        )
        .order_by(Draft.saved_at.desc(), Draft.subject)
    ).all()
    seen = (row for row in rows if row.title is None or sees_task(actor, row.role, row.also, row.agency_id, team))
    days = draft_days(connection, actor.within) if rows else 0
    return tuple(_unsent(model, row, days) for row in seen)


def _unsent(model: Model, row: NamedRow, days: int) -> Unsent:
    until = kept_until(row.saved_at, days)
    if row.title:
        return Unsent(row.title, row.saved_at, until, item=row.subject)
    _, process, case = row.subject.split(":")
    return Unsent(model.title(process, START), row.saved_at, until, process=process, case=case)
