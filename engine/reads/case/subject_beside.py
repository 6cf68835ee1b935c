"""What is kept of a child beside the steps of its cases, question by question, for whoever asks for what is held: what
was shared, what is wished about that, who is around the child, and what was agreed that somebody does.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from engine.facts.action_forms import action_as_asked
from engine.facts.people_around import THE_CHILD
from engine.facts.personal_forms import fact_as_asked
from engine.facts.sharing_forms import agency_names, as_asked
from engine.process.bundle import Model
from engine.reads.authority.people import names_of
from engine.reads.case.answer_rows import Answer, answered, ids_in
from engine.tables import Account, CaseAction, PersonalFact, SharedInformation, SharingWish

Row = Mapping[Any, Any]


@dataclass(frozen=True, slots=True)
class KeptBeside:
    """`name` tells it from all others, `by` is the name of whoever recorded it. `by_somebody`: the fields that hold
    what somebody else than the child may have said.
    """

    name: str
    case: str
    title: str
    at: datetime
    by: str
    told: tuple[Answer, ...]
    by_somebody: frozenset[str]


def kept_beside(connection: Connection, newest: Model, cases: Collection[str]) -> Iterator[KeptBeside]:
    """A wish is of the child or of another one than who asks now, and so is all that tells of it: also that something
    was shared against it. What is known of somebody around the child is theirs as well.
    """
    for table, title in ((SharedInformation, "What was shared, with whom and why"), (SharingWish, "A wish")):
        for row in _rows(connection, table, cases):
            told = answered(newest, *as_asked(_in_json(row), agency_names(newest)), {})
            fields = (one.field for one in told if table is SharingWish or one.field == "against_wishes_because")
            yield _kept(table, row, title, row["recorded_at"], told, fields)
    for row in _rows(connection, PersonalFact, cases):
        told = answered(newest, *fact_as_asked(_in_json(row)), {})
        fields = (one.field for one in told if row["about"] != THE_CHILD or one.field == "source")
        yield _kept(PersonalFact, row, "Who is around the child", row["recorded_at"], told, fields)
    actions = _rows(connection, CaseAction, cases)
    names = names_of(connection, ids_in(row["person_id"] for row in actions))
    for row in actions:
        told = answered(newest, *action_as_asked(_in_json(row), newest), names)
        yield _kept(CaseAction, row, "An action", row["agreed_at"], told, ("why_so",))


_Table = type[SharedInformation] | type[SharingWish] | type[CaseAction] | type[PersonalFact]


def _rows(connection: Connection, table: _Table, cases: Collection[str]) -> list[Row]:
    columns = select(table.__table__, Account.name.label("by"))
    theirs = columns.outerjoin(Account, Account.id == table.account_id).where(table.case_id.in_(cases))
    return [*connection.execute(theirs).mappings()]


def _kept(
    table: _Table,
    row: Row,
    title: str,
    at: datetime,
    told: tuple[Answer, ...],
    theirs: Iterable[str],
) -> KeptBeside:
    name = f"{table.__tablename__}-{row['id']}"
    return KeptBeside(name, row["case_id"], title, at, row["by"] or "", told, frozenset(theirs))


def _in_json(row: Row) -> dict[str, Any]:
    return {str(name): value.isoformat() if isinstance(value, date) else value for name, value in row.items()}
