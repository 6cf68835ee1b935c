"""The rows of a case as a command works with them: read once, typed, and kept current while it works."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, String, bindparam, cast, exists, func, null, or_, select, union_all

from engine.process.position import AwaitedEvent
from engine.tables import Draft, Instance, Instant, Organisation, Part, WorkItem

# Above every number that the database gives.
NEWEST = 2**31


@dataclass(frozen=True, slots=True)
class CaseRow:
    """The case as it was when it was locked. `plan_since` is when the plan began that is in force; `is_joined`: its
    work goes on in another case.
    """

    id: str
    authority: str
    reference: str
    person: str
    family: str
    team: str
    lead: str | None
    closed_at: datetime | None
    born: date | None
    expected: date | None
    plan_since: datetime | None
    opened_at: datetime
    plan_from: datetime | None = None
    is_joined: bool = False


@dataclass(frozen=True, slots=True)
class InstanceRow:
    """An instance, running or not. `number` is 0 for one that this very command began: the database numbers it."""

    id: str
    process: str
    number: int
    bundle: str
    origin_at: datetime
    started_at: datetime


INSTANCE_COLUMNS = (
    Instance.id.label("instance_id"),
    Instance.process,
    Instance.number,
    Instance.bundle_hash,
    Instance.origin_at,
    Instance.started_at,
)


def instance_of(row: Row[*tuple[Any, ...]]) -> InstanceRow:
    """Of a statement that selects INSTANCE_COLUMNS, whatever else it selects."""
    return InstanceRow(
        id=row.instance_id,
        process=row.process,
        number=row.number,
        bundle=row.bundle_hash,
        origin_at=row.origin_at,
        started_at=row.started_at,
    )


def instance(connection: Connection, instance_id: str) -> InstanceRow:
    return instance_of(connection.execute(select(*INSTANCE_COLUMNS).where(Instance.id == instance_id)).one())


@dataclass(slots=True)
class RunningInstance:
    """An instance that has not ended: its state, and what it waits for."""

    row: InstanceRow
    state: bytes
    waits: set[AwaitedEvent]


@dataclass(frozen=True, slots=True)
class HeldPart:
    """A part in a case that is not over. `organisation` is None where nobody has chosen one of the agency. `until` is
    set once the case is closed: then it ends by itself.
    """

    id: str
    agency: str
    organisation: str | None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Parts:
    """Those in a case, by id; and by agency the organisation, where the authority has one of it alone."""

    held: dict[str, HeldPart]
    only: dict[str, str]


_PARTS = union_all(
    select(Part.id, Part.agency_id, Part.organisation_id, Part.held_until).where(
        Part.case_id == bindparam("case"),
        or_(Part.held_until.is_(None), Part.held_until > bindparam("now", type_=Instant)),
    ),
    select(cast(null(), String), Organisation.agency, func.min(Organisation.id), cast(null(), Instant))
    .where(Organisation.authority_id == bindparam("authority"), ~Organisation.leads)
    .group_by(Organisation.agency)
    .having(func.count() == 1),
)


def parts(connection: Connection, case: str, authority: str, now: datetime) -> Parts:
    """In one statement: each row is a part, or an agency of which there is one organisation."""
    found, asked = Parts({}, {}), {"case": case, "authority": authority, "now": now}
    for part, agency, organisation, until in connection.execute(_PARTS, asked):
        if part:
            found.held[part] = HeldPart(part, agency, organisation, until)
        elif organisation:
            found.only[agency] = organisation
    return found


@dataclass(frozen=True, slots=True)
class LockedTask:
    """One row of the inbox with what deciding about it needs.

    `has_draft`: somebody, not only whoever does it now, has typed an answer to it and not sent it. `is_given`: `owner`
    has not taken it, it was given to them.
    """

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
    is_given: bool
    closed_at: datetime | None
    closed_by: str | None
    closed_how: str | None
    submission: str | None
    has_draft: bool
    instance_row: InstanceRow


_TASK = (
    select(
        WorkItem,
        Instance.number,
        Instance.bundle_hash,
        Instance.origin_at,
        Instance.started_at,
        exists().where(Draft.subject == WorkItem.id).label("has_draft"),
    )
    .select_from(WorkItem.__table__)
    .join(Instance, Instance.id == WorkItem.instance_id)
    .where(WorkItem.id == bindparam("work_item"))
)


def locked_task(connection: Connection, work_item: str) -> LockedTask | None:
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
        is_given=row.is_given,
        closed_at=row.closed_at,
        closed_by=row.closed_by,
        closed_how=row.closed_how,
        submission=row.submission,
        has_draft=row.has_draft,
        instance_row=instance_of(row),
    )


_STUCK = select(exists().where(Instance.case_id == bindparam("case"), Instance.status == "stuck"))


def is_any_stuck(connection: Connection, case: str) -> bool:
    return connection.execute(_STUCK, {"case": case}).scalar_one()
