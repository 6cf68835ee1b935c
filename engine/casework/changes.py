"""What a command has yet to write of its case: each row once, with all that it became, in an order that keys allow."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import Connection, Insert, Update, bindparam, delete, func, insert, select, update

from engine.tables import (
    Alarm,
    AnswerCorrection,
    Answers,
    Case,
    CaseAction,
    Deadline,
    Departure,
    DisputeNote,
    Instance,
    Outbox,
    Part,
    PersonalFact,
    RestingMark,
    SharedInformation,
    SharingWish,
    Submission,
    TakenOver,
    Wait,
    WorkItem,
)
from engine.tables.column_types import Table

Columns = dict[str, Any]
Rows = dict[type[Table], dict[str, Columns]]

# A row stands below those that its foreign keys name.
_IN_ORDER: tuple[type[Table], ...] = (
    *(Case, Instance, Submission, Deadline, WorkItem, Wait, Answers, Part),
    *(Alarm, Outbox, DisputeNote, AnswerCorrection, RestingMark, SharedInformation, SharingWish, CaseAction, Departure),
    PersonalFact,
    TakenOver,
)


def _numbered(table: type[Instance] | type[Deadline] | type[Part], kind: str) -> Insert:
    """Numbers the row among those of its kind in the case, the first as 1; the case is locked."""
    of_kind = (table.case_id == bindparam("of_case"), table.__table__.c[kind] == bindparam("of_kind"))
    count = select(func.count() + 1).select_from(table).where(*of_kind)
    return insert(table).values(number=count.scalar_subquery())


_INSERTS: Mapping[type[Table], Insert] = {
    **{table: insert(table) for table in _IN_ORDER},
    Instance: _numbered(Instance, "process"),
    Deadline: _numbered(Deadline, "clock"),
    Part: _numbered(Part, "agency_id"),
}


@dataclass(slots=True)
class Changes:
    """Rows are kept by table and id; what has no id of its own has a key of its columns."""

    added: Rows = field(default_factory=Rows)
    changed: Rows = field(default_factory=Rows)
    ended_waits: dict[str, Columns] = field(default_factory=dict[str, Columns])

    def add(self, table: type[Table], key: str, **columns: Any) -> None:
        self.added.setdefault(table, {})[key] = columns

    def add_numbered(self, table: type[Table], key: str, counted_among: str, **columns: Any) -> None:
        """`counted_among`: the process, clock or agency by which the row is numbered in its case."""
        self.add(table, key, **columns, id=key, of_case=columns["case_id"], of_kind=counted_among)

    def change(self, table: type[Table], key: str, **columns: Any) -> None:
        if key in self.added.get(table, {}):
            self.added[table][key] |= columns
        else:
            self.changed.setdefault(table, {}).setdefault(key, {}).update(columns)

    def begin_wait(self, case: str, instance: str, kind: str, name: str) -> None:
        self.add(Wait, f"{instance} {kind} {name}", case_id=case, instance_id=instance, kind=kind, name=name)

    def end_wait(self, instance: str, kind: str, name: str) -> None:
        key = f"{instance} {kind} {name}"
        if self.added.get(Wait, {}).pop(key, None) is None:
            self.ended_waits[key] = {"of_instance": instance, "of_kind": kind, "of_name": name}

    def write(self, connection: Connection) -> None:
        """One statement for all new rows of a table, and one for all its rows of which the same columns changed."""
        if self.ended_waits:
            connection.execute(_END_WAIT, list(self.ended_waits.values()))
        for table in _IN_ORDER:
            if rows := self.added.get(table):
                connection.execute(_INSERTS[table], _filled(rows.values()))
            for columns, changed in _alike(self.changed[table]) if table in self.changed else ():
                connection.execute(_update(table, columns), changed)
        for written in (self.added, self.changed, self.ended_waits):
            written.clear()


@cache
def _update(table: type[Table], columns: tuple[str, ...]) -> Update:
    values: Columns = {column: bindparam(f"new_{column}") for column in columns}
    return update(table).where(table.__table__.c.id == bindparam("at_id")).values(values)


_END_WAIT = delete(Wait).where(
    Wait.instance_id == bindparam("of_instance"), Wait.kind == bindparam("of_kind"), Wait.name == bindparam("of_name")
)


def _filled(rows: Iterable[Columns]) -> list[Columns]:
    """A column that one new row was given later is one of all: the statement is made by the columns of the first."""
    columns = {column: None for row in rows for column in row}
    return [columns | row for row in rows]


def _alike(changed: Mapping[str, Columns]) -> Iterable[tuple[tuple[str, ...], list[Columns]]]:
    found: dict[tuple[str, ...], list[Columns]] = {}
    for key, columns in changed.items():
        row = {"at_id": key, **{f"new_{column}": value for column, value in columns.items()}}
        found.setdefault(tuple(sorted(columns)), []).append(row)
    return found.items()
