"""What is open in a case: the rows that nearly every command works with, read in one statement."""

from dataclasses import dataclass, field

from sqlalchemy import (
    JSON,
    Boolean,
    Connection,
    Integer,
    LargeBinary,
    String,
    bindparam,
    cast,
    literal,
    null,
    select,
    union_all,
)

from engine.casework.case_rows import InstanceRow, RunningInstance
from engine.facts.case_now import OpenItem, RunningDeadline
from engine.process.position import AwaitedEvent
from engine.tables import Deadline, Instance, Instant, NamedRow, Wait, WorkItem, late_before, running_deadline


@dataclass(slots=True)
class OpenRows:
    """The instances that run and what waits for somebody, by id; the clocks that run, by kind and number."""

    running: dict[str, RunningInstance] = field(default_factory=dict[str, RunningInstance])
    items: dict[str, OpenItem] = field(default_factory=dict[str, OpenItem])
    deadlines: list[RunningDeadline] = field(default_factory=list[RunningDeadline])


# Rows of four tables: what a table has no column for is left empty.
_TEXT, _NUMBER, _MOMENT = cast(null(), String), cast(null(), Integer), cast(null(), Instant)
_YES_OR_NO, _STATE, _JSON = cast(null(), Boolean), cast(null(), LargeBinary), cast(null(), JSON)
_THIS = bindparam("case", type_=String)
_OPEN = union_all(
    select(
        *(literal("instance").label("what"), Instance.id, _TEXT.label("of"), Instance.process.label("kind")),
        *(Instance.bundle_hash.label("name"), Instance.number, Instance.origin_at.label("since")),
        *(Instance.started_at.label("until"), _MOMENT.label("passed_at"), _TEXT.label("agency")),
        *(_TEXT.label("deadline"), _YES_OR_NO.label("urgent"), Instance.state, _JSON.label("taken_up")),
        *(_TEXT.label("role"), _TEXT.label("owner"), _YES_OR_NO.label("is_given")),
    ).where(Instance.case_id == _THIS, Instance.status == "running"),
    select(
        *(literal("wait"), _TEXT, Wait.instance_id, Wait.kind, Wait.name, _NUMBER),
        *(_MOMENT, _MOMENT, _MOMENT, _TEXT, _TEXT, _YES_OR_NO, _STATE, _JSON, _TEXT, _TEXT, _YES_OR_NO),
    ).where(Wait.case_id == _THIS),
    select(
        *(literal("item"), WorkItem.id, WorkItem.instance_id, WorkItem.process, WorkItem.element, WorkItem.occurrence),
        *(WorkItem.opened_at, _MOMENT, _MOMENT, WorkItem.agency_id, WorkItem.deadline_id, WorkItem.urgent),
        *(_STATE, _JSON, WorkItem.role, WorkItem.owner_id, WorkItem.is_given),
    ).where(WorkItem.case_id == _THIS, WorkItem.closed_at.is_(None)),
    select(
        *(literal("deadline"), Deadline.id, Deadline.instance_id, Deadline.clock, Deadline.protects, Deadline.number),
        *(Deadline.counted_from, Deadline.due_at, Deadline.passed_at, _TEXT, _TEXT, late_before(), _STATE),
        *(Deadline.taken_up, _TEXT, _TEXT, _YES_OR_NO),
    ).where(Deadline.case_id == _THIS, running_deadline()),
)


def open_rows(connection: Connection, case: str) -> OpenRows:
    """What is set aside waits for nothing."""
    by_kind: dict[str, list[NamedRow]] = {}
    for row in connection.execute(_OPEN, {"case": case}):
        by_kind.setdefault(row.what, []).append(row)
    running = {one.id: _running(one) for one in by_kind.get("instance", ())}
    for one in by_kind.get("wait", ()):
        if one.of in running:
            running[one.of].waits.add(AwaitedEvent(one.kind, one.name))
    items = sorted(by_kind.get("item", ()), key=lambda one: (one.since, one.id))
    deadlines = sorted(by_kind.get("deadline", ()), key=lambda one: (one.kind, one.number))
    return OpenRows(running, {one.id: _item(one) for one in items}, [_deadline(one) for one in deadlines])


def _running(row: NamedRow) -> RunningInstance:
    instance = InstanceRow(row.id, row.kind, row.number, row.name, origin_at=row.since, started_at=row.until)
    return RunningInstance(instance, row.state, set())


def _item(row: NamedRow) -> OpenItem:
    return OpenItem(
        id=row.id,
        instance=row.of,
        process=row.kind,
        element=row.name,
        occurrence=row.number,
        agency=row.agency,
        deadline=row.deadline,
        urgent=row.urgent,
        role=row.role,
        owner=row.owner,
        is_given=bool(row.is_given),
    )


def _deadline(row: NamedRow) -> RunningDeadline:
    return RunningDeadline(
        id=row.id,
        clock=row.kind,
        number=row.number,
        instance=row.of,
        counted_from=row.since,
        due_at=row.until,
        protects=bool(row.name),
        passed=row.passed_at is not None,
        taken_up=dict(row.taken_up),
        late_before=bool(row.urgent),
    )
