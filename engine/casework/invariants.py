"""What must hold of a case when a command has done its work on it, whatever the drawings and the commands are.

Asked in production, before the record of the command is written: four statements, and what the command knows already.
tests/walks/invariants.py has the full set, which knows the pathway; this one knows no name of it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from engine.base.errors import CaseBroken
from engine.casework.case_rows import InstanceRow
from engine.casework.locked_case import CaseWork
from engine.casework.setting_aside import set_aside
from engine.facts.models import model
from engine.process.run import Position
from engine.tables import Case, Deadline, Instance, NamedRow, Wait, WorkItem, running_deadline
from engine.timescales.calendar import day_of


@dataclass(frozen=True, slots=True)
class CaseRows:
    """The rows of one case that are open, and all its instances by id; each instance with the dates of the case."""

    instances: dict[str, NamedRow]
    items: Sequence[NamedRow]
    waits: Sequence[NamedRow]
    deadlines: Sequence[NamedRow]


def must_fit_together(casework: CaseWork) -> None:
    """What is amiss in one instance sets that one aside. Raises CaseBroken for what is amiss in the case as a whole."""
    rows = _rows(casework.connection, casework.case.id)
    for instance, position in [*casework.moved.values()]:
        if amiss := " and ".join(_amiss(rows, instance, position)):
            set_aside(casework, instance, amiss)
            casework.write_rows()
            rows = _rows(casework.connection, casework.case.id)
    if broken := tuple(_broken(casework, rows)):
        raise CaseBroken(casework.case.id, broken)


_INSTANCES = (
    select(
        *(Instance.id, Instance.process, Instance.bundle_hash, Instance.status),
        *(Case.closed_at, Case.plan_from, Case.plan_until),
    )
    .join(Case, Case.id == Instance.case_id)
    .where(Instance.case_id == bindparam("case"))
    .order_by(Instance.id)
)
_ITEMS = (
    select(WorkItem.instance_id, WorkItem.element, WorkItem.occurrence, WorkItem.agency_id, WorkItem.deadline_id)
    .where(WorkItem.case_id == bindparam("case"), WorkItem.closed_at.is_(None))
    .order_by(WorkItem.instance_id, WorkItem.element, WorkItem.occurrence)
)
_WAITS = (
    select(Wait.instance_id, Wait.kind, Wait.name)
    .where(Wait.case_id == bindparam("case"))
    .order_by(Wait.instance_id, Wait.kind, Wait.name)
)
_DEADLINES = (
    select(Deadline.id, Deadline.clock, Deadline.instance_id)
    .where(Deadline.case_id == bindparam("case"), running_deadline())
    .order_by(Deadline.clock, Deadline.number)
)


def _rows(connection: Connection, case: str) -> CaseRows:
    instances, items, waits, deadlines = (
        connection.execute(statement, {"case": case}).all() for statement in (_INSTANCES, _ITEMS, _WAITS, _DEADLINES)
    )
    return CaseRows({row.id: row for row in instances}, items, waits, deadlines)


def _amiss(rows: CaseRows, instance: InstanceRow, position: Position) -> Iterator[str]:
    """Whether the open work and the waits of an instance that has moved are those of its state."""
    items = {(row.element, row.occurrence): row.agency_id for row in rows.items if row.instance_id == instance.id}
    tasks = {(task.element, task.occurrence): task.agency for task in position.open}
    if items.keys() != tasks.keys():
        elements = ", ".join(sorted({element for element, _ in items.keys() ^ tasks.keys()}))
        yield f"what is open is not what its drawing has open: {elements}"
    elif wrong := sorted({place[0] for place, agency in tasks.items() if agency and items[place] != agency}):
        yield f"a task is open for another agency than its drawing has it: {', '.join(wrong)}"
    waits = {(row.kind, row.name) for row in rows.waits if row.instance_id == instance.id}
    awaited = {(wait.kind, wait.name) for wait in position.waits}
    if waits != awaited:
        names = ", ".join(sorted(name for _, name in waits ^ awaited))
        yield f"what is awaited is not what its drawing waits for: {names}"


def _broken(casework: CaseWork, rows: CaseRows) -> Iterator[str]:
    yield from _closures(casework, rows)
    yield from _of_ended(rows)
    yield from _of_clocks(casework, rows)
    for case in list(rows.instances.values())[:1]:
        if case.plan_until is not None and (case.plan_from is None or day_of(case.plan_until) < day_of(case.plan_from)):
            yield "a plan ends before the day on which it begins"
        if case.closed_at is not None:
            yield from _of_closed(casework, rows)


def _closures(casework: CaseWork, rows: CaseRows) -> Iterator[str]:
    """A case is closed once: the process that closes it does not run beside itself."""
    running = [row for row in rows.instances.values() if row.status == "running"]
    closing = [row.process for row in running if _says(casework, row, "begins_when_idle")]
    if len(closing) > 1:
        yield f"{closing[0]} runs {len(closing)} times"


def _of_ended(rows: CaseRows) -> Iterator[str]:
    """Work and waits are those of instances that run."""
    for what, those in (("has open work", rows.items), ("is awaited", rows.waits)):
        for process in sorted({rows.instances[row.instance_id].process for row in those if not _runs(rows, row)}):
            yield f"{process} has ended and {what}"


def _of_clocks(casework: CaseWork, rows: CaseRows) -> Iterator[str]:
    """What only one instance can meet runs for one that is not done; and what a task is due by runs."""
    kinds = [(row.clock, row.instance_id) for row in rows.deadlines]
    yield from (
        f"the clock {clock} runs twice" for clock in sorted({kind[0] for kind in kinds if kinds.count(kind) > 1})
    )
    for row in rows.deadlines:
        instance = rows.instances[row.instance_id]
        if instance.status not in ("running", "stuck"):
            rule = model(casework.connection, instance.bundle_hash).rules.get(row.clock)
            if rule is not None and rule.scope == "instance":
                yield f"the clock {row.clock} runs for {instance.process}, which has ended"
    running = {row.id for row in rows.deadlines}
    idle = (row.element for row in rows.items if row.deadline_id is not None and row.deadline_id not in running)
    yield from (f"{element} is due by a clock that does not run" for element in idle)


def _of_closed(casework: CaseWork, rows: CaseRows) -> Iterator[str]:
    for what, those in (("work of {} is open", rows.items), ("a clock of {} runs", rows.deadlines)):
        owners = {row.instance_id for row in those}
        for instance in (rows.instances[owner] for owner in sorted(owners)):
            if not _goes_on_after_closure(casework, instance):
                yield f"the case is closed and {what.format(instance.process)}"


def _goes_on_after_closure(casework: CaseWork, instance: NamedRow) -> bool:
    return _says(casework, instance, "until_days_after_closure")


def _says(casework: CaseWork, instance: NamedRow, what: str) -> bool:
    """Whether the start event of its process has the property."""
    its_model = model(casework.connection, instance.bundle_hash)
    return what in its_model.start_event(instance.process).properties


def _runs(rows: CaseRows, row: NamedRow) -> bool:
    return rows.instances[row.instance_id].status == "running"
