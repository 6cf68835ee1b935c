"""Other cases of the same child and of the family: only those that the reader may know of."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from engine.people.identity import Actor
from engine.people.who_knows import knows
from engine.reads.authority.people import ChildView, child_columns, child_of
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


def related(connection: Connection, actor: Actor, now: datetime, case: NamedRow) -> tuple[Related, ...]:
    """`case` is the row of this one. Cases of the same child first, newest first."""
    persons = {one for one in (case.person_id, case.same_person_id) if one}
    linked = and_(Case.same_person_id.is_not(None), Case.same_person_id.in_(persons))
    same_child = or_(Case.person_id.in_(persons), linked)
    return (
        *_cases(connection, actor, now, case.id, same_child, "same_child"),
        *_cases(connection, actor, now, case.id, (Case.family_id == case.family_id) & ~same_child, "family"),
    )


def goes_on_in(connection: Connection, actor: Actor, now: datetime, case: str | None) -> Related | None:
    """The case to which one was joined, for who may know of it."""
    return next(iter(_cases(connection, actor, now, "", Case.id == case, "same_child")), None) if case else None


def _cases(
    connection: Connection, actor: Actor, now: datetime, but: str, condition: ColumnElement[bool], how: str
) -> tuple[Related, ...]:
    rows = connection.execute(
        select(
            *(Case.id, Case.reference, Case.opened_at, Case.closed_at),
            *child_columns(),
        )
        .join(Person, Person.id == Case.person_id)
        .where(Case.id != but, condition, knows(actor))
        .order_by(Case.opened_at.desc(), Case.id)
    )
    return tuple(
        Related(
            case=row.id,
            reference=row.reference,
            child=child_of(row, now),
            opened_at=row.opened_at,
            closed_at=row.closed_at,
            how=how,
        )
        for row in rows
    )
