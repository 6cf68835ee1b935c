"""What is known of one case before any of it is put into words: its instances and its tasks, each read once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, or_, select
from sqlalchemy.orm import aliased

from engine.facts.models import model
from engine.people.identity import Actor
from engine.people.shown_names import shown_name
from engine.people.who_knows import for_own_organisation
from engine.people.who_may import sees_task
from engine.process.bundle import Model
from engine.tables import Account, Instance, NamedRow, WorkItem


@dataclass(frozen=True, slots=True)
class ProcessRun:
    """An instance of a process in the case, on the model of its time. `name` tells a second one from the first."""

    id: str
    process: str
    name: str
    model: Model
    status: str
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class CaseTask:
    """A task of the case. `whose` says in words who is to do it, `holder` and `closer` are names."""

    id: str
    instance: str
    element: str
    title: str
    whose: str
    opened_at: datetime
    holder_id: str | None
    holder: str | None
    closed_at: datetime | None
    closed_how: str | None
    closer: str | None
    role: str
    also: tuple[str, ...]
    agency: str | None
    deadline: str | None
    urgent: bool


def instances(
    connection: Connection, case: str, told: Iterable[str] = (), *conditions: ColumnElement[bool]
) -> dict[str, ProcessRun]:
    """By id, oldest first: those of the case, and those of which it tells that went on elsewhere."""
    rows = connection.execute(
        select(
            *(Instance.id, Instance.process, Instance.number, Instance.bundle_hash, Instance.status),
            *(Instance.started_at, Instance.ended_at),
        )
        .where(or_(Instance.case_id == case, Instance.id.in_(set(told))), *conditions)
        .order_by(Instance.started_at, Instance.process, Instance.number)
    )
    return {row.id: _running(model(connection, row.bundle_hash), row) for row in rows.all()}


def went_from(connection: Connection, case: str) -> Iterable[str]:
    """The instances that began in the case and went on in another, to which it was joined."""
    return connection.scalars(select(Instance.id).where(Instance.came_from_id == case))


def items(
    connection: Connection, actor: Actor, case: str, team: str, known: dict[str, ProcessRun]
) -> tuple[CaseTask, ...]:
    """Of the instances that are `known`, those that the reader may see, oldest first; what came up together in the
    order of its drawing. `team` has the case.
    """
    holder, closer = aliased(Account), aliased(Account)
    rows = connection.execute(
        select(
            WorkItem.__table__,
            shown_name(actor, holder).label("holder"),
            shown_name(actor, closer).label("closer"),
        )
        .select_from(WorkItem)
        .outerjoin(holder, holder.id == WorkItem.owner_id)
        .outerjoin(closer, closer.id == WorkItem.closed_by)
        .where(WorkItem.case_id == case, for_own_organisation(actor))
    )
    ours = (row for row in rows if row.instance_id in known)
    seen = (row for row in ours if sees_task(actor, row.role, row.also, row.agency_id, team))
    found = [_item(row, known[row.instance_id].model) for row in seen]
    places = {one.id: _places(one) for one in known.values()}
    return tuple(sorted(found, key=lambda item: (item.opened_at, places[item.instance][item.element], item.id)))


def _places(run: ProcessRun) -> dict[str, int]:
    return {element: place for place, element in enumerate(run.model.drawings[run.process].elements)}


def _running(its_model: Model, row: NamedRow) -> ProcessRun:
    name = its_model.drawings[row.process].name
    return ProcessRun(
        id=row.id,
        process=row.process,
        name=name if row.number == 1 else f"{name} ({row.number})",
        model=its_model,
        status=row.status,
        started_at=row.started_at,
        ended_at=row.ended_at,
    )


def _item(row: NamedRow, its_model: Model) -> CaseTask:
    return CaseTask(
        id=row.id,
        instance=row.instance_id,
        element=row.element,
        title=row.title,
        whose=whose(its_model, row.role, row.agency_id),
        opened_at=row.opened_at,
        holder_id=row.owner_id,
        holder=row.holder,
        closed_at=row.closed_at,
        closed_how=row.closed_how,
        closer=row.closer,
        role=row.role,
        also=tuple(row.also),
        agency=row.agency_id,
        deadline=row.deadline_id,
        urgent=row.urgent,
    )


def whose(its_model: Model, role: str, agency: str | None) -> str:
    """A role of the leading agency by its name; a partner by the name of the agency, which people know better."""
    name = its_model.roles[role].name if role in its_model.roles else role
    partner = its_model.agencies.get(agency or "")
    if partner and not partner.leads and partner.role == role:
        return f"{partner.name} ({name.lower()})"
    return name
