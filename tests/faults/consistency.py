"""What must hold of a database between any two commands: each projection says what the state and the record say."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, select

from engine.base.database import Database
from engine.facts.models import model
from engine.process.run import standing
from engine.reads.case.whole_record import whole_record
from engine.record.chain import RecordedEntry, lines
from engine.tables import Act, Answers, Case, Deadline, Instance, Part, Wait, WorkItem


def inconsistencies(database: Database) -> list[str]:
    with database.snapshot() as connection:
        found = list(_of_chains(connection))
        for case in connection.execute(select(Case.id).where(Case.joined_to_id.is_(None))).scalars().all():
            found += [f"case {case}: {fault}" for fault in _of_case(connection, case)]
        for instance in connection.execute(select(Instance.__table__)).all():
            found += [f"{instance.process} {instance.id}: {fault}" for fault in _of_instance(connection, instance)]
    return found


def _of_chains(connection: Connection) -> Iterator[str]:
    for chain in connection.scalars(select(Act.chain).distinct()).all():
        numbers = [entry.number for entry in lines(connection, chain)]
        if numbers != list(range(1, len(numbers) + 1)):
            yield f"{chain} has gaps"


def _of_case(connection: Connection, case: str) -> Iterator[str]:
    """With those that were joined to it, whose rows are its own."""
    entries = whole_record(connection, case)
    cases = {line.case or "" for line in entries}
    kinds = Counter(line.kind for line in entries)
    items = connection.execute(select(WorkItem.__table__).where(WorkItem.case_id == case)).all()
    clocks = Counter((line.payload or {})["what"] for line in entries if line.kind == "deadline")
    carried = _carried(entries)
    goes_on = clocks["resumed"] - carried
    deadlines = connection.execute(select(Deadline.__table__).where(Deadline.case_id == case)).all()
    passed = sum(row.passed_at is not None for row in deadlines)  # one that is counted anew may run again
    counted = {
        "opened_case": (len(cases), kinds["opened_case"]),
        "instances": (len(_ids(connection, Instance, case)), kinds["started"]),
        "parts": (sum(len(_ids(connection, Part, one)) for one in cases), kinds["part"]),
        "opened": (len(items), kinds["opened"]),
        "completed": (sum(item.closed_how == "completed" for item in items), kinds["completed"]),
        "withdrawn": (
            sum(item.closed_how == "withdrawn" for item in items),
            sum(line.kind == "withdrawn" and line.element is not None for line in entries),
        ),
        "clocks started": (len(deadlines), clocks["started"] + carried),
        "clocks met": (sum(row.met_at is not None for row in deadlines), clocks["met"]),
        "clocks stopped": (sum(row.stopped_at is not None for row in deadlines), clocks["stopped"] - goes_on),
        "clocks passed": (passed, min(passed, clocks["passed"]) if clocks["recalculated"] else clocks["passed"]),
    }
    if kinds["gave_back"] or kinds["separated"]:  # an entry of a clock that ran out or stopped names no process
        counted = {what: counted[what] for what in ("opened_case", "instances", "completed")}
    yield from (f"{what}: {rows} rows, {said} entries" for what, (rows, said) in counted.items() if rows != said)


def _carried(entries: Iterable[RecordedEntry]) -> int:
    """Clocks that run on from a closed case: their entry names the instance. One that goes on in its own names none."""
    told = [line for line in entries if line.kind == "deadline" and line.instance]
    return sum((line.payload or {})["what"] == "resumed" for line in told)


def _ids(connection: Connection, table: Any, case: str) -> list[Any]:
    return list(connection.execute(select(table.case_id).where(table.case_id == case)).scalars())


def _of_instance(connection: Connection, instance: Any) -> Iterator[str]:
    where = WorkItem.instance_id == instance.id
    items = connection.execute(select(WorkItem.__table__).where(where, WorkItem.closed_at.is_(None))).all()
    waits = connection.execute(select(Wait.kind, Wait.name).where(Wait.instance_id == instance.id)).all()
    if instance.status != "running":
        yield from ["has ended and is still worked on"] * bool(items or waits)
        return
    position = standing(model(connection, instance.bundle_hash), instance.process, instance.state)
    if {(item.element, item.occurrence) for item in items} != {(one.element, one.occurrence) for one in position.open}:
        yield "its open tasks are not those of its state"
    if {(wait.kind, wait.name) for wait in waits} != {(one.kind, one.name) for one in position.waits}:
        yield "it waits for something else than its state"
    done = connection.execute(select(Answers.element, Answers.occurrence).where(Answers.instance_id == instance.id))
    closed = connection.execute(
        select(WorkItem.element, WorkItem.occurrence).where(where, WorkItem.closed_how == "completed")
    )
    if {tuple(row) for row in closed} != {tuple(row) for row in done if row.element != "start"}:
        yield "its answers are not those of its completed tasks"
