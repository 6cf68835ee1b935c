"""What must hold of a case when a command has done its work on it, whatever the drawings and the commands are.

Asked in production, before the record of the command is written: the rows are read back in one statement, and held
against what the command knows.
tests/walks/invariants.py has the full set, which knows the pathway; this one knows no name of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, Integer, String, bindparam, cast, func, literal, null, select, union_all

from engine.base.errors import CaseBroken
from engine.casework.case_rows import InstanceRow
from engine.casework.locked_case import CaseWork
from engine.casework.setting_aside import set_aside
from engine.facts.child import of_child
from engine.facts.models import model
from engine.process.position import Position
from engine.tables import Case, Deadline, Instance, Wait, WorkItem, plan_in_force, running_deadline
from engine.tables.column_types import Instant
from engine.tables.departure_tables import FURTHER
from engine.timescales.calendar import day_of


class StoredInstance(NamedTuple):
    id: str
    process: str
    bundle: str
    status: str


class StoredItem(NamedTuple):
    """A work item that is open."""

    instance: str
    element: str
    occurrence: int
    agency: str | None
    deadline: str | None


class StoredWait(NamedTuple):
    instance: str
    kind: str
    name: str


class StoredDeadline(NamedTuple):
    """A deadline that runs."""

    id: str
    clock: str
    instance: str


@dataclass(slots=True)
class CaseRows:
    """The rows of one case that are open, and all its instances by id; with the dates of the case. `plans_beside` are
    how many plans are in force in other cases of the child.
    """

    closed_at: datetime | None = None
    plan_from: datetime | None = None
    plan_until: datetime | None = None
    plans_beside: int = 0
    instances: dict[str, StoredInstance] = field(default_factory=dict[str, StoredInstance])
    items: list[StoredItem] = field(default_factory=list[StoredItem])
    waits: list[StoredWait] = field(default_factory=list[StoredWait])
    deadlines: list[StoredDeadline] = field(default_factory=list[StoredDeadline])


def must_fit_together(casework: CaseWork) -> None:
    """What is amiss in one instance sets that one aside. Raises CaseBroken for what is amiss in the case as a whole."""
    rows = _rows(casework.connection, casework.case.id)
    for instance, position in [*casework.moved.values()]:
        if instance.id not in casework.running:
            continue  # it has ended: what is left of it is a fault of the whole case
        if amiss := " and ".join(_amiss(rows, instance, position)):
            set_aside(casework, instance, amiss)
            casework.write_rows()
            rows = _rows(casework.connection, casework.case.id)
    if broken := tuple(_broken(casework, rows)):
        raise CaseBroken(casework.case.id, broken)


# One statement for rows of five tables: what a table has no column for is left empty.
_TEXT, _NUMBER, _MOMENT = cast(null(), String), cast(null(), Integer), cast(null(), Instant)
_CASE, _INSTANCE, _ITEM, _WAIT, _DEADLINE = (literal(what) for what in ("case", "instance", "item", "wait", "deadline"))
_THIS = bindparam("case", type_=String)
_PLANS_BESIDE = (
    select(func.count())
    .select_from(Case)
    .where(of_child(select(Case.id).where(Case.id == _THIS)), Case.id != _THIS, plan_in_force())
    .correlate(None)
    .scalar_subquery()
)
_ROWS = union_all(
    select(
        *(_CASE.label("what"), Case.id, _TEXT.label("name"), _TEXT.label("more"), _TEXT.label("other")),
        *(_PLANS_BESIDE.label("number"), Case.closed_at, Case.plan_from, Case.plan_until),
    ).where(Case.id == _THIS),
    select(
        *(_INSTANCE, Instance.id, Instance.process, Instance.bundle_hash, Instance.status),
        *(_NUMBER, _MOMENT, _MOMENT, _MOMENT),
    ).where(Instance.case_id == _THIS),
    select(
        *(_ITEM, WorkItem.instance_id, WorkItem.element, WorkItem.agency_id, WorkItem.deadline_id),
        *(WorkItem.occurrence, _MOMENT, _MOMENT, _MOMENT),
    ).where(WorkItem.case_id == _THIS, WorkItem.closed_at.is_(None)),
    select(
        *(_WAIT, Wait.instance_id, Wait.kind, Wait.name, _TEXT),
        *(_NUMBER, _MOMENT, _MOMENT, _MOMENT),
    ).where(Wait.case_id == _THIS),
    select(
        *(_DEADLINE, Deadline.id, Deadline.clock, Deadline.instance_id, _TEXT),
        *(_NUMBER, _MOMENT, _MOMENT, _MOMENT),
    ).where(Deadline.case_id == _THIS, running_deadline()),
)


def _rows(connection: Connection, case: str) -> CaseRows:
    found = CaseRows()
    for what, id_, name, more, other, number, *moments in connection.execute(_ROWS, {"case": case}):
        match what:
            case "case":
                found.closed_at, found.plan_from, found.plan_until = moments
                found.plans_beside = number
            case "instance":
                found.instances[id_] = StoredInstance(id_, name, more, other)
            case "item":
                found.items.append(StoredItem(id_, name, number, more, other))
            case "wait":
                found.waits.append(StoredWait(id_, name, more))
            case _:
                found.deadlines.append(StoredDeadline(id_, name, more))
    return found


def _amiss(rows: CaseRows, instance: InstanceRow, position: Position) -> Iterator[str]:
    """Whether the open work and the waits of an instance that has moved are those of its state."""
    its = [row for row in rows.items if row.instance == instance.id and row.occurrence < FURTHER]
    items = {(row.element, row.occurrence): row.agency for row in its}
    tasks = {(task.element, task.occurrence): task.agency for task in position.open}
    if items.keys() != tasks.keys():
        elements = ", ".join(sorted({element for element, _ in items.keys() ^ tasks.keys()}))
        yield f"what is open is not what its drawing has open: {elements}"
    elif wrong := sorted({place[0] for place, agency in tasks.items() if agency and items[place] != agency}):
        yield f"a task is open for another agency than its drawing has it: {', '.join(wrong)}"
    waits = {(row.kind, row.name) for row in rows.waits if row.instance == instance.id}
    awaited = {(wait.kind, wait.name) for wait in position.waits}
    if waits != awaited:
        names = ", ".join(sorted(name for _, name in waits ^ awaited))
        yield f"what is awaited is not what its drawing waits for: {names}"


def _broken(casework: CaseWork, rows: CaseRows) -> Iterator[str]:
    yield from _closures(casework, rows)
    yield from _of_ended(rows)
    yield from _of_clocks(casework, rows)
    begins, ends = rows.plan_from, rows.plan_until
    if ends is not None and (begins is None or day_of(ends) < day_of(begins)):
        yield "a plan ends before the day on which it begins"
    if rows.plans_beside and casework.plan_since and not casework.case.plan_since:
        yield "a plan begins beside another plan of the child"
    if rows.closed_at is not None:
        yield from _of_closed(casework, rows)


def _closures(casework: CaseWork, rows: CaseRows) -> Iterator[str]:
    """A case is closed once: the process that closes it does not run beside itself."""
    running: dict[str, list[StoredInstance]] = {}
    for row in rows.instances.values():
        if row.status == "running":
            running.setdefault(row.process, []).append(row)
    for process, those in sorted(running.items()):
        if len(those) > 1 and _says(casework, those[0], "begins_when_idle"):
            yield f"{process} runs {len(those)} times"


def _of_ended(rows: CaseRows) -> Iterator[str]:
    """Work and waits are those of instances that run; what somebody does beside a drawing may outlast it."""
    items = [row for row in rows.items if row.occurrence < FURTHER]
    for what, those in (("has open work", items), ("is awaited", rows.waits)):
        for process in sorted({rows.instances[row.instance].process for row in those if not _runs(rows, row)}):
            yield f"{process} has ended and {what}"


def _of_clocks(casework: CaseWork, rows: CaseRows) -> Iterator[str]:
    """What only one instance can meet runs for one that is not done; and what a task is due by runs."""
    kinds = [(row.clock, row.instance) for row in rows.deadlines]
    yield from (
        f"the clock {clock} runs twice" for clock in sorted({kind[0] for kind in kinds if kinds.count(kind) > 1})
    )
    for row in rows.deadlines:
        instance = rows.instances[row.instance]
        if instance.status not in ("running", "stuck"):
            rule = model(casework.connection, instance.bundle).rules.get(row.clock)
            if rule is not None and rule.scope == "instance":
                yield f"the clock {row.clock} runs for {instance.process}, which has ended"
    running = {row.id for row in rows.deadlines}
    idle = (row.element for row in rows.items if row.deadline is not None and row.deadline not in running)
    yield from (f"{element} is due by a clock that does not run" for element in idle)


def _of_closed(casework: CaseWork, rows: CaseRows) -> Iterator[str]:
    for what, those in (("work of {} is open", rows.items), ("a clock of {} runs", rows.deadlines)):
        owners = {row.instance for row in those}
        for instance in (rows.instances[owner] for owner in sorted(owners)):
            if not _goes_on_after_closure(casework, instance):
                yield f"the case is closed and {what.format(instance.process)}"


def _goes_on_after_closure(casework: CaseWork, instance: StoredInstance) -> bool:
    return _says(casework, instance, "until_days_after_closure")


def _says(casework: CaseWork, instance: StoredInstance, what: str) -> bool:
    """Whether the start event of its process has the property."""
    its_model = model(casework.connection, instance.bundle)
    return what in its_model.start_event(instance.process).properties


def _runs(rows: CaseRows, row: StoredItem | StoredWait) -> bool:
    return rows.instances[row.instance].status == "running"
