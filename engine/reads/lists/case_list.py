"""The cases that a reader may know of, a page at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, SQLColumnExpression, func, select, true

from engine.facts.authority import calendar_of
from engine.facts.kept_searches import words_of
from engine.facts.matching import PERSON_COLUMNS
from engine.facts.models import in_force
from engine.facts.searching import search
from engine.likeness.wanted import wanted
from engine.people.identity import Actor
from engine.people.who_knows import known_by_part, knows
from engine.people.who_may import sees_answers_of
from engine.reads.authority.people import ChildView, child_of
from engine.reads.case.protected import Protection, protection
from engine.reads.case.starts import Beginning, new_cases
from engine.reads.list_page import PAGE, ListPage, list_page
from engine.reads.lists.worklist import may_do
from engine.tables import Account, Case, NamedRow, Person, WorkItem
from engine.timescales.calendar import day_of


@dataclass(frozen=True, slots=True)
class Listed:
    """`open_tasks` counts what waits in the case, whoever is to do it; for a partner, what waits for them."""

    case: str
    reference: str
    child: ChildView
    lead: str
    opened_at: datetime
    closed_at: datetime | None
    open_tasks: int


@dataclass(frozen=True, slots=True)
class Cases:
    """A page of them. By case `protection`. `more`: another page follows; `total` is known on the first page.
    `beginnings` open cases beside a referral. `words` are those that were looked for.
    """

    rows: tuple[Listed, ...]
    protection: Mapping[str, Protection]
    total: int | None
    page: int
    more: bool
    beginnings: tuple[Beginning, ...]
    words: str = ""

    @property
    def cases_shown(self) -> tuple[str, ...]:
        elsewhere = (case for one in self.protection.values() for case in one.other_cases)
        return tuple(dict.fromkeys((*(row.case for row in self.rows), *elsewhere)))


def cases_of_search(connection: Connection, actor: Actor, now: datetime, search: str, page: int = 1) -> Cases:
    """As `cases`, by the words that were kept under this id. Raises NotFound where there are none of this actor's."""
    return cases(connection, actor, now, words_of(connection, actor, now, search), page)


def cases(connection: Connection, actor: Actor, now: datetime, name: str = "", page: int = 1) -> Cases:
    """Open ones first, then by the child's name. `name` is what was typed to find one (names in any order, a birth
    date, a street or postcode, a reference): then the likest come first. A page past the last is the first.
    """
    found = _searched(connection, actor, now, name, page) if name.strip() else _all(connection, actor, page)
    if not found.rows and page > 1:
        return cases(connection, actor, now, name)
    listed = tuple(_listed(row, now) for row in found.rows)
    listed_cases = [row.case for row in listed]
    protected = protection(connection, actor, listed_cases, now, calendar_of(connection, actor.within))
    begin = new_cases(actor, in_force(connection, actor.within))
    return Cases(listed, protected, found.total, page, found.more, begin, name)


def _searched(connection: Connection, actor: Actor, now: datetime, text: str, page: int) -> ListPage:
    rows = search(connection, actor, wanted(text, day_of(now)), *_columns(actor))
    first = (page - 1) * PAGE
    return ListPage(rows[first : first + PAGE], len(rows) > first + PAGE, len(rows) if page == 1 else None)


def _all(connection: Connection, actor: Actor, page: int) -> ListPage:
    """All cases in the order of an index: no more are read than are shown. Of those who know few, theirs are found and
    put in order: in the order of that index everybody's would be passed.
    """
    known, by_part = knows(actor), known_by_part(actor)
    many = actor.in_oversight or (by_part is not None and by_part.are_many(connection))
    if by_part is not None and not many:
        known = Case.id.in_(by_part.few)
    number = by_part.number if by_part is not None else select(func.count()).select_from(Case).where(known)
    name = Case.match_name if many else Person.match_name
    statement = (
        select(Case.reference, *PERSON_COLUMNS, *_columns(actor))
        .select_from(Case)
        .join(Person, Person.id == Case.person_id)
        .where(known)
        .order_by(Case.closed_at.is_not(None), name, Case.opened_at.desc(), Case.id)
    )
    return list_page(connection, statement, page, number=number)


def _columns(actor: Actor) -> tuple[SQLColumnExpression[Any], ...]:
    seen = true() if sees_answers_of(actor, None) else may_do(actor)
    waiting = select(func.count()).where(WorkItem.case_id == Case.id, WorkItem.closed_at.is_(None), seen)
    lead = select(Account.name).where(Account.id == Case.lead_account_id)
    return (
        *(Case.id.label("case"), Case.opened_at, Case.closed_at),
        *(
            *(Person.id.label("person"), Person.died_on, Person.abroad_since),
            lead.scalar_subquery().label("lead"),
            waiting.scalar_subquery().label("open_tasks"),
        ),
    )


def _listed(row: NamedRow, now: datetime) -> Listed:
    return Listed(
        case=row.case,
        reference=row.reference,
        child=child_of(row, now),
        lead=row.lead or "",
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        open_tasks=row.open_tasks,
    )
