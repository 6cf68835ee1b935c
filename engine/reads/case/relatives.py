"""Other cases of the same child and of the family: only those that the reader may know of."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, literal, or_, select

from engine.people.identity import Actor
from engine.people.who_knows import knows
from engine.reads.authority.people import ChildView, child_columns, child_of
from engine.reads.list_page import ListPart, Wanted, listed
from engine.tables import Case, NamedRow, Person


@dataclass(frozen=True, slots=True)
class Related:
    """`how` is same_child or family."""

    case: str
    reference: str
    child: ChildView
    opened_at: datetime
    closed_at: datetime | None
    how: str


def related(connection: Connection, actor: Actor, now: datetime, of: NamedRow, wanted: Wanted) -> ListPart[Related]:
    """`of` is the row of this case. Cases of the same child first, newest first."""
    persons = {one for one in (of.person_id, of.same_person_id) if one}
    linked = and_(Case.same_person_id.is_not(None), Case.same_person_id.in_(persons))
    same_child = or_(Case.person_id.in_(persons), linked)
    how = case((same_child, "same_child"), else_="family")
    others = (Case.id != of.id, or_(same_child, Case.family_id == of.family_id))
    statement = _cases(actor, how, *others).order_by(same_child.desc(), Case.opened_at.desc(), Case.id)
    found = listed(connection, statement, wanted)
    return found.showing(_related(row, now) for row in found.rows)


def goes_on_in(connection: Connection, actor: Actor, now: datetime, other: str | None) -> Related | None:
    """The case to which one was joined, for who may know of it."""
    statement = _cases(actor, literal("same_child"), Case.id == other)
    row = connection.execute(statement).one_or_none() if other else None
    return _related(row, now) if row else None


def known_among(connection: Connection, actor: Actor, now: datetime, cases: Collection[str]) -> tuple[Related, ...]:
    """Of these cases of one child those that the reader may know of, the oldest first."""
    statement = _cases(actor, literal("same_child"), Case.id.in_(cases)).order_by(Case.opened_at, Case.id)
    return tuple(_related(row, now) for row in connection.execute(statement)) if cases else ()


def _cases(actor: Actor, how: ColumnElement[str], *conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(*(Case.id, Case.reference, Case.opened_at, Case.closed_at, how.label("how")), *child_columns())
        .join(Person, Person.id == Case.person_id)
        .where(*conditions, knows(actor))
    )


def _related(row: NamedRow, now: datetime) -> Related:
    return Related(
        case=row.id,
        reference=row.reference,
        child=child_of(row, now),
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        how=row.how,
    )
