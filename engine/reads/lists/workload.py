"""Who of a team has what: the cases that each leads and the tasks that each has taken."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, literal, or_, select

from engine.facts.authority import calendar_of
from engine.facts.models import in_force
from engine.people.identity import Actor
from engine.reads.authority.people import ChildView, child_columns, child_of
from engine.reads.case.deadlines import DeadlineView, clock, deadline_columns
from engine.tables import Account, Case, Deadline, Instance, Membership, NamedRow, Person, WorkItem
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
    """What one colleague has; `role` in words, and empty for who is not in the team any more."""

    account: str
    name: str
    role: str
    cases: tuple[Led, ...]
    tasks: tuple[Taken, ...]

    def count(self, state: str) -> int:
        """How many of the tasks have a clock that is `overdue`, or about to run out (`soon`)."""
        return sum(task.clock is not None and task.clock.state == state for task in self.tasks)


def workload(connection: Connection, actor: Actor, teams: Collection[str], now: datetime) -> tuple[Load, ...]:
    """Who is in the teams, which of their cases each leads, which of their tasks each has taken. Then who is not in
    them, or not any more, and has some all the same: nothing is left out because of whose it is. Four queries at most.
    """
    roles, calendar = in_force(connection, actor.within).roles, calendar_of(connection, actor.within)
    led, taken = _led(connection, teams, now), _taken(connection, teams, now, calendar)
    members = _members(connection, teams, now)
    others = {*led, *taken}.difference(row.id for row in members)
    return tuple(
        Load(
            account=row.id,
            name=row.name,
            role=roles[row.role].name if row.role in roles else row.role,
            cases=tuple(led.get(row.id, ())),
            tasks=tuple(taken.get(row.id, ())),
        )
        for row in (*members, *_named(connection, others))
    )


def _members(connection: Connection, teams: Collection[str], now: datetime) -> list[NamedRow]:
    """Once each, by name; of several roles the first."""
    rows = connection.execute(
        select(Account.id, Account.name, Membership.role)
        .join(Membership, Membership.account_id == Account.id)
        .where(Membership.team_id.in_(teams), Account.disabled_at.is_(None), Membership.held_from <= now)
        .where(or_(Membership.held_until.is_(None), Membership.held_until > now))
        .order_by(Account.name, Account.id, Membership.role)
    ).all()
    return list({row.id: row for row in reversed(rows)}.values())[::-1]


def _named(connection: Connection, accounts: Collection[str]) -> Sequence[NamedRow]:
    """By name, without a role in the team."""
    if not accounts:
        return ()
    named = select(Account.id, Account.name, literal("").label("role")).where(Account.id.in_(accounts))
    return connection.execute(named.order_by(Account.name, Account.id)).all()


def _led(connection: Connection, teams: Collection[str], now: datetime) -> dict[str, list[Led]]:
    found: dict[str, list[Led]] = defaultdict(list)
    for row in connection.execute(
        select(
            *(Case.id.label("case"), Case.reference, Case.opened_at, Case.lead_account_id),
            *child_columns(),
        )
        .join(Person, Person.id == Case.person_id)
        .where(Case.team_id.in_(teams), Case.closed_at.is_(None), Case.lead_account_id.is_not(None))
        .order_by(Person.match_name, Case.id)
    ):
        whose = child_of(row, now)
        found[row.lead_account_id].append(Led(row.case, row.reference, whose, row.opened_at))
    return found


def _taken(connection: Connection, teams: Collection[str], now: datetime, calendar: Calendar) -> dict[str, list[Taken]]:
    found: dict[str, list[Taken]] = defaultdict(list)
    for row in connection.execute(
        select(
            *(WorkItem.id.label("item"), WorkItem.case_id, WorkItem.title.label("task"), WorkItem.owner_id),
            *(*child_columns(), WorkItem.deadline_id),
            *deadline_columns(),
        )
        .select_from(WorkItem)
        .join(Case, Case.id == WorkItem.case_id)
        .join(Person, Person.id == Case.person_id)
        .join(Instance, Instance.id == WorkItem.instance_id)
        .outerjoin(Deadline, Deadline.id == WorkItem.deadline_id)
        .where(Case.team_id.in_(teams), WorkItem.closed_at.is_(None), WorkItem.owner_id.is_not(None))
        .order_by(Deadline.due_at.asc().nulls_last(), WorkItem.opened_at, WorkItem.id)
    ):
        whose = child_of(row, now)
        its_clock = clock(connection, row, now, calendar) if row.deadline_id else None
        found[row.owner_id].append(Taken(row.item, row.case_id, row.task, whose, its_clock))
    return found
