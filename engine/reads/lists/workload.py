"""Who of a team has what: how many children each leads, what each has to do and whom to see, who is away, and which
cases and tasks these are.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, func, literal, select

from engine.facts.authority import calendar_of
from engine.facts.models import in_force
from engine.people.identity import Actor
from engine.people.who_knows import is_open_to
from engine.process.bundle import Model
from engine.reads.authority.people import ChildView, child_columns, child_of
from engine.reads.case.deadlines import DeadlineView, clock, deadline_columns
from engine.reads.list_page import ListPart, Wanted, listed
from engine.reads.lists.responsibility import without_lead
from engine.tables import (
    Account,
    Case,
    Cover,
    Deadline,
    Instance,
    Membership,
    NamedRow,
    Person,
    WorkItem,
    enabled_at,
    held_at,
    running_deadline,
)
from engine.timescales.calendar import Calendar, day_of


@dataclass(frozen=True, slots=True)
class Led:
    """An open case, with or without a lead professional. `left` leads it and does not work in the team any more."""

    case: str
    reference: str
    child: ChildView
    opened_at: datetime
    left: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """A task that is somebody's and not done. `is_given`: they have not taken it; `of_team`: it is for the team."""

    item: str
    case: str
    title: str
    child: ChildView
    clock: DeadlineView | None
    is_given: bool
    of_team: bool


@dataclass(frozen=True, slots=True)
class Load:
    """What one person has; `role` in words, and empty for who works in none of the teams, or not any more.

    `cases` that they lead, `tasks` that they have, of these how many are for the team (`of_team`), and how many are
    `overdue` or about to run out (`soon`). `stands_in`: they act in one of the teams for somebody who is away.
    `visits`: in how many of their cases a time to see the child is about to run out, or has. `away_until` is set for
    who is away now; `acting` are the names of who acts for them, of those who still can.
    """

    account: str
    name: str
    role: str
    cases: int
    tasks: int
    of_team: int
    overdue: int
    soon: int
    visits: int
    away_until: datetime | None
    acting: tuple[str, ...]
    stands_in: bool

    @property
    def left(self) -> bool:
        """A partner who does a task of their own agency is no colleague who has left."""
        return not self.role and not self.stands_in and bool(self.cases or self.of_team)

    @property
    def has_something(self) -> bool:
        return bool(self.cases or self.tasks)

    @property
    def in_words(self) -> str:
        """For whoever is to be given something more."""
        late = f", {self.overdue} overdue" if self.overdue else ""
        to_see = f", {_number(self.visits, 'child', 'children')} to see, soon or overdue" if self.visits else ""
        away = f". Away until {day_of(self.away_until):%-d %B}" if self.away_until else ""
        leads = f"leads {_number(self.cases, 'child', 'children')}"
        return f"{self.role}: {leads}, has {_number(self.tasks, 'task', 'tasks')}{late}{to_see}{away}"


def _number(count: int, one: str, several: str) -> str:
    return f"{count or 'no'} {one if count == 1 else several}"


def workload(connection: Connection, actor: Actor, teams: Collection[str], now: datetime) -> tuple[Load, ...]:
    """Who is in the teams, how many of their cases each leads, how many of their tasks each has taken. Then who is not
    in them, or not any more, and has some all the same: nothing is left out because of whose it is. Six queries at
    most.
    """
    its_model, calendar = in_force(connection, actor.within), calendar_of(connection, actor.within)
    roles, led = its_model.roles, _how_many_led(connection, actor, teams)
    to_see, away = _how_many_to_see(connection, actor, teams, its_model, now, calendar), _away(connection, teams, now)
    taken = _how_taken_stand(connection, actor, teams, now, calendar)
    tasks = Counter(account for account, _, _ in taken.elements())
    of_team = Counter(account for account, is_of_team, _ in taken.elements() if is_of_team)
    standing_in = {one.covering_id for each in away.values() for one in each if one.can_act}
    members = _members(connection, teams, now)
    others = {*led, *tasks}.difference(row.id for row in members)
    return tuple(
        Load(
            account=row.id,
            name=row.name,
            role=roles[row.role].name if row.role in roles else row.role,
            cases=led[row.id],
            tasks=tasks[row.id],
            of_team=of_team[row.id],
            overdue=taken[row.id, True, "overdue"] + taken[row.id, False, "overdue"],
            soon=taken[row.id, True, "soon"] + taken[row.id, False, "soon"],
            visits=to_see[row.id],
            away_until=max((one.held_until for one in away.get(row.id, ())), default=None),
            acting=tuple(one.name for one in away.get(row.id, ()) if one.can_act),
            stands_in=row.id in standing_in,
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
    """The open cases of these teams that nobody of them leads, longest open first."""
    of_nobody = and_(is_open_to(actor), without_lead(in_force(connection, actor.within), now))
    return _cases(connection, teams, of_nobody, (Case.opened_at, Case.id), now, wanted)


def taken_by(
    connection: Connection, actor: Actor, teams: Collection[str], now: datetime, wanted: Wanted
) -> ListPart[Taken]:
    """The tasks of the cases of these teams that the account has taken which is wanted, by what runs out first."""
    statement = (
        select(
            *(WorkItem.id.label("item"), WorkItem.case_id, WorkItem.title.label("task")),
            *(*child_columns(), WorkItem.deadline_id, WorkItem.is_given, WorkItem.team_id),
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
            is_given=row.is_given,
            of_team=row.team_id is not None,
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
        .add_columns(Account.name.label("lead"))
        .join(Person, Person.id == Case.person_id)
        .outerjoin(Account, Account.id == Case.lead_account_id)
        .where(Case.team_id.in_(teams), Case.closed_at.is_(None), condition)
        .order_by(*order)
    )
    found = listed(connection, statement, wanted)
    return found.showing(
        Led(row.case, row.reference, child_of(row, now), row.opened_at, row.lead or "") for row in found.rows
    )


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
) -> Counter[tuple[str, bool, str]]:
    """By account, whether it is a task of the team, and the state of the clock; empty for a task that has none."""
    rows = connection.execute(
        select(WorkItem.owner_id, WorkItem.team_id, WorkItem.deadline_id, *deadline_columns())
        .select_from(WorkItem)
        .join(Case, Case.id == WorkItem.case_id)
        .join(Instance, Instance.id == WorkItem.instance_id)
        .outerjoin(Deadline, Deadline.id == WorkItem.deadline_id)
        .where(*_taken(actor, teams))
    )
    return Counter(
        (
            row.owner_id,
            row.team_id is not None,
            clock(connection, row, now, calendar).state if row.deadline_id else "",
        )
        for row in rows
    )


def _how_many_to_see(
    connection: Connection, actor: Actor, teams: Collection[str], model: Model, now: datetime, calendar: Calendar
) -> Counter[str]:
    """By who leads the case: in how many a clock presses that asks that the child is seen."""
    rows = connection.execute(
        select(Case.lead_account_id, Deadline.case_id, *deadline_columns())
        .select_from(Deadline)
        .join(Case, Case.id == Deadline.case_id)
        .join(Instance, Instance.id == Deadline.instance_id)
        .where(Case.team_id.in_(teams), is_open_to(actor), Case.lead_account_id.is_not(None))
        .where(running_deadline(), Deadline.clock.in_(model.clocks_of_seeing))
    )
    cases = {(row.lead_account_id, row.case_id) for row in rows if clock(connection, row, now, calendar).presses}
    return Counter(lead for lead, _ in cases)


def _away(connection: Connection, teams: Collection[str], now: datetime) -> Mapping[str, Sequence[NamedRow]]:
    """By account of who is away now: until when, and who acts for them, if they still work here (`can_act`)."""
    works_here = exists().where(Membership.account_id == Cover.covering_id, held_at(now))
    rows = connection.execute(
        select(Cover.absent_id, Cover.covering_id, Cover.held_until, Account.name)
        .add_columns(and_(enabled_at(now), works_here).label("can_act"))
        .join(Account, Account.id == Cover.covering_id)
        .where(Cover.team_id.in_(teams), Cover.held_from <= now, Cover.held_until > now)
        .order_by(Cover.absent_id, Account.name, Account.id)
    )
    return {away: tuple(of_one) for away, of_one in groupby(rows, key=lambda row: row.absent_id)}


def _taken(actor: Actor, teams: Collection[str]) -> tuple[ColumnElement[bool], ...]:
    return Case.team_id.in_(teams), is_open_to(actor), WorkItem.closed_at.is_(None), WorkItem.owner_id.is_not(None)
