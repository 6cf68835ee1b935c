"""The cases that a reader may know of, a page at a time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, or_, select

from engine.facts.matching import folded_name
from engine.facts.models import in_force
from engine.people.identity import Actor
from engine.people.who_knows import knows
from engine.reads.authority.people import ChildView, child_columns, child_of
from engine.reads.case.starts import Beginning, new_cases
from engine.reads.lists.list_page import list_page
from engine.tables import Account, Case, NamedRow, Person, WorkItem


@dataclass(frozen=True, slots=True)
class Listed:
    """`open_tasks` counts what waits in the case, whoever is to do it."""

    case: str
    reference: str
    child: ChildView
    lead: str
    opened_at: datetime
    closed_at: datetime | None
    open_tasks: int


@dataclass(frozen=True, slots=True)
class Cases:
    """A page of them. `more`: another page follows; `total` is known on the first page. `beginnings` open cases beside
    a referral.
    """

    rows: tuple[Listed, ...]
    total: int | None
    page: int
    more: bool
    beginnings: tuple[Beginning, ...]

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return tuple(row.case for row in self.rows)


def cases(connection: Connection, actor: Actor, now: datetime, name: str = "", page: int = 1) -> Cases:
    """Open ones first, then by the child's name. `name` is a part of the child's name, or a reference."""
    found = list_page(connection, _known(actor, name), page)
    listed = tuple(_listed(row, now) for row in found.rows)
    return Cases(listed, found.total, page, found.more, new_cases(actor, in_force(connection, actor.within)))


def _known(actor: Actor, name: str) -> Select[*tuple[Any, ...]]:
    waiting = select(func.count()).where(WorkItem.case_id == Case.id, WorkItem.closed_at.is_(None))
    statement = (
        select(
            *(Case.id, Case.reference, Case.opened_at, Case.closed_at, Account.name.label("lead")),
            *child_columns(),
            waiting.scalar_subquery().label("open_tasks"),
        )
        .select_from(Case)
        .join(Person, Person.id == Case.person_id)
        .outerjoin(Account, Account.id == Case.lead_account_id)
        .where(knows(actor))
        .order_by(Case.closed_at.is_not(None), Person.match_name, Case.opened_at.desc(), Case.id)
    )
    if not name.strip():
        return statement
    of_child = Person.match_name.contains(folded_name(name, ""), autoescape=True)
    return statement.where(or_(of_child, Case.reference == name.strip().upper()))


def _listed(row: NamedRow, now: datetime) -> Listed:
    return Listed(
        case=row.id,
        reference=row.reference,
        child=child_of(row, now),
        lead=row.lead or "",
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        open_tasks=row.open_tasks,
    )
