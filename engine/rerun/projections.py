"""The rows that pages work from, of one case, under names that are the same wherever the case was done."""

from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import Connection, select

from engine.rerun.outside import closures_of
from engine.tables import (
    AnswerCorrection,
    Answers,
    Case,
    CaseAction,
    Deadline,
    Departure,
    DisputeNote,
    Instance,
    Part,
    Person,
    PersonalFact,
    RestingMark,
    SharedInformation,
    SharingWish,
    Submission,
    Table,
    TakenOver,
    Wait,
    WorkItem,
)

Rows = dict[str, dict[str, Any]]
"""Row in words -> column -> value."""

# By what a row is known in its case. Identifiers are random: they are left out, or replaced by what they stand for.
KEYS: Mapping[type[Table], tuple[str, ...]] = {
    Case: (),
    Person: (),
    Part: ("agency_id", "number"),
    Instance: ("process", "number"),
    Submission: ("id",),
    WorkItem: ("instance_id", "element", "occurrence"),
    Wait: ("instance_id", "kind", "name"),
    Deadline: ("clock", "number"),
    Answers: ("instance_id", "element", "occurrence"),
    DisputeNote: ("instance_id", "element", "occurrence", "field", "written_at"),
    SharedInformation: ("instance_id", "element", "occurrence", "recorded_at", "what", "others", "consent"),
    SharingWish: ("id",),
    PersonalFact: ("id",),
    CaseAction: ("id",),
    Departure: ("id",),
    TakenOver: (),
    AnswerCorrection: ("instance_id", "element", "occurrence", "number", "field"),
    RestingMark: ("instance_id", "element", "occurrence", "of_instance_id", "of_element", "of_occurrence", "marked_at"),
}
RANDOM = (WorkItem, Deadline, Answers, Part, DisputeNote, SharedInformation, AnswerCorrection, RestingMark)


def projections(connection: Connection, case: str, recorded: Mapping[str, str]) -> Rows:
    """`recorded` leads from an instance to the one of the record that it stands for; what is not in it stands so."""
    found: Rows = {}
    names: dict[Any, str] = {}
    left_out: dict[type[Table], tuple[str, ...]] = dict.fromkeys(RANDOM, ("id",))
    for table in (Instance, Deadline):
        for row in _rows(connection, table, case):
            names[row["id"]] = " ".join(str(row[key]) for key in KEYS[table])
    if any(row["joined_to_id"] for row in _rows(connection, Case, case)):
        left_out[Part] = ("id", "held_until")  # it ends with the case in which this one goes on
    for table, keys in KEYS.items():
        for row in _rows(connection, table, case):
            plain = {column: _plain(column, value, names, recorded) for column, value in row.items()}
            plain = {column: value for column, value in plain.items() if column not in left_out.get(table, ())}
            found[" ".join([table.__tablename__, *(str(plain[key]) for key in keys)])] = plain
    return found


def _rows(connection: Connection, table: type[Table], case: str) -> list[dict[str, Any]]:
    if table is Person:
        condition = Person.id == select(Case.person_id).where(Case.id == case).scalar_subquery()
    elif table is Submission:
        condition = Submission.instance_id.in_(select(Instance.id).where(Instance.case_id == case))
    else:
        condition = table.__table__.c["id" if table is Case else "case_id"] == case
    return [dict(row) for row in connection.execute(select(table.__table__).where(condition)).mappings()]


def _plain(column: str, value: Any, names: Mapping[Any, str], recorded: Mapping[str, str]) -> Any:
    if column in ("instance_id", "of_instance_id", "deadline_id"):
        return names.get(value, value)
    if column == "taken_up":
        return {names.get(instance, instance): taken_at for instance, taken_at in value.items()}
    if column == "id":
        return recorded.get(value, value)
    if column == "state" and isinstance(value, bytes):
        return _state(value)
    # The library of bank holidays may be another one today; what it counts is compared, not what it is called.
    return closures_of(value) if column == "calendar" else value


def _state(value: bytes) -> Any:
    """The engine's state is JSON: read, so that a difference in it can be named. What is none is compared as it is."""
    try:
        read = orjson.loads(value)
    except orjson.JSONDecodeError:
        return value.hex()
    return read if orjson.dumps(read, option=orjson.OPT_SORT_KEYS) == value else value.hex()
