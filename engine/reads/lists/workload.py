"""Who of a team has what: how many cases each leads and tasks each has taken, and which they are."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, literal, select

from engine.facts.authority import calendar_of
from engine.facts.models import in_force
from engine.people.identity import Actor
from engine.people.who_knows import is_open_to
from engine.reads.authority.people import ChildView, child_columns, child_of
from engine.reads.case.deadlines import DeadlineView, clock, deadline_columns
from engine.reads.list_page import ListPart, Wanted, listed
from engine.tables import (
    Account,
    Case,
    Deadline,
    Instance,
    Membership,
    NamedRow,
    Person,
    WorkItem,
    enabled_at,
    held_at,
)
from engine.timescales.calendar import Calendar


@dataclass(frozen=True, slots=True)
class Led:
    """An open case, with or without a lead professional."""

    case: str
    reference: str
    child: ChildView
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """A task that somebody has taken and not done."""

    item: str
    case: str
    title: str
    child: ChildView
    clock: DeadlineView | None


@dataclass(frozen=True, slots=True)
class Load:
    """What one colleague has; `role` in words, and empty for who is not in the team any more.

    `cases` that they lead, `tasks` that they have taken, and of these how many are `overdue` or about to run out
    (`soon`).
    """

    account: str
    name: str
    role: str
    cases: int
    tasks: int
    overdue: int
    soon: int


def workload(connection: Connection, actor: Actor, teams: Collection[str], now: datetime) -> tuple[Load, ...]:
    """Who is in the teams, how many of their cases each leads, how many of their tasks each has taken. Then who is not
    in them, or not any more, and has some all the same: nothing is left out because of whose it is. Four queries at
    most.
    """
    roles, calendar = in_force(connection, actor.within).roles, calendar_of(connection, actor.within)
    led = _how_many_led(connection, actor, teams)
    taken = _how_taken_stand(connection, actor, teams, now, calendar)
    tasks = Counter(account for account, _ in taken.elements())
    members = _members(connection, teams, now)
    others = {*led, *tasks}.difference(row.id for row in members)
    return tuple(
        Load(
            account=row.id,
            name=row.name,
            role=roles[row.role].name if row.role in roles else row.role,
            cases=led[row.id],
            tasks=tasks[row.id],
            overdue=taken[row.id, "overdue"],
            soon=taken[row.id, "soon"],
        )
        for row in (*members, *_named(connection, others))
    )


def led_by(
    connection: Connection, actor: Actor, teams: Collection[str], now: datetime, wanted: Wanted
) -> ListPart[Led]:
    """The open cases of these teams that the account leads which is wanted, by the child's name."""
    of_account = and_(is_open_to(actor), Case.lead_account_id == wanted.of)
    return _cases(connection, teams, of_account, (Person.match_name, Case.id), now, wanted)


def unled(connection: Connection, actor: Actor, teams: Collection[str], now: datetime, wanted: Wanted) -> ListPart[Led]:
    """The open cases of these teams without a lead professional, longest open first."""
    of_nobody = and_(is_open_to(actor), Case.lead_account_id.is_(None))
    return _cases(connection, teams, of_nobody, (Case.opened_at, Case.id), now, wanted)


def taken_by(
    connection: Connection, actor: Actor, teams: Collection[str], now: datetime, wanted: Wanted
) -> ListPart[Taken]:
    """The tasks of the cases of these teams that the account has taken which is wanted, by what runs out first."""
    statement = (
        select(
            *(WorkItem.id.label("item"), WorkItem.case_id, WorkItem.title.label("task")),
            *(*child_columns(), WorkItem.deadline_id),
            *deadline_columns(),
        )
        .select_from(WorkItem)
        .join(Case, Case.id == WorkItem.case_id)
        .join(Person, Person.id == Case.person_id)
        .join(Instance, Instance.id == WorkItem.instance_id)
        .outerjoin(Deadline, Deadline.id == WorkItem.deadline_id)
        .where(*_taken(actor, teams), WorkItem.owner_id == wanted.of)
        .order_by(Deadline.due_at.asc().nulls_last(), WorkItem.opened_at, WorkItem.id)
    )
    found, calendar = listed(connection, statement, wanted), calendar_of(connection, actor.within)
    return found.showing(
        Taken(
            item=row.item,
            case=row.case_id,
            title=row.task,
            child=child_of(row, now),
            clock=clock(connection, row, now, calendar) if row.deadline_id else None,
        )
        for row in found.rows
    )


def _cases(
    connection: Connection,
    teams: Collection[str],
    condition: ColumnElement[bool],
    order: tuple[Any, ...],
    now: datetime,
    wanted: Wanted,
) -> ListPart[Led]:
    statement = (
        select(Case.id.label("case"), Case.reference, Case.opened_at, *child_columns())
        .join(Person, Person.id == Case.person_id)
        .where(Case.team_id.in_(teams), Case.closed_at.is_(None), condition)
        .order_by(*order)
    )
    found = listed(connection, statement, wanted)
    return found.showing(Led(row.case, row.reference, child_of(row, now), row.opened_at) for row in found.rows)


def _members(connection: Connection, teams: Collection[str], now: datetime) -> list[NamedRow]:
    """Once each, by name; of several roles the first."""
    rows = connection.execute(
        select(Account.id, Account.name, Membership.role)
        .join(Membership, Membership.account_id == Account.id)
        .where(Membership.team_id.in_(teams), enabled_at(now), held_at(now))
        .order_by(Account.name, Account.id, Membership.role)
    ).all()
    return list({row.id: row for row in reversed(rows)}.values())[::-1]


def _named(connection: Connection, accounts: Collection[str]) -> Sequence[NamedRow]:
    """By name, without a role in the team."""
    if not accounts:
        return ()
    named = select(Account.id, Account.name, literal("").label("role")).where(Account.id.in_(accounts))
    return connection.execute(named.order_by(Account.name, Account.id)).all()


def _how_many_led(connection: Connection, actor: Actor, teams: Collection[str]) -> Counter[str]:
    rows = connection.execute(
        select(Case.lead_account_id, func.count().label("led"))
        .where(Case.team_id.in_(teams), Case.closed_at.is_(None), Case.lead_account_id.is_not(None), is_open_to(actor))
        .group_by(Case.lead_account_id)
    )
    return Counter({row.lead_account_id or "": row.led for row in rows})


def _how_taken_stand(
    connection: Connection, actor: Actor, teams: Collection[str], now: datetime, calendar: Calendar
) -> Counter[tuple[str, str]]:
    """By account and the state of the clock; empty for a task that has none."""
    rows = connection.execute(
        select(WorkItem.owner_id, WorkItem.deadline_id, *deadline_columns())
        .select_from(WorkItem)
        .join(Case, Case.id == WorkItem.case_id)
        .join(Instance, Instance.id == WorkItem.instance_id)
        .outerjoin(Deadline, Deadline.id == WorkItem.deadline_id)
        .where(*_taken(actor, teams))
    )
    return Counter(
        (row.owner_id, clock(connection, row, now, calendar).state if row.deadline_id else "") for row in rows
    )


def _taken(actor: Actor, teams: Collection[str]) -> tuple[ColumnElement[bool], ...]:
    return Case.team_id.in_(teams), is_open_to(actor), WorkItem.closed_at.is_(None), WorkItem.owner_id.is_not(None)
