"""A team's work for those who manage it: orders first, then whom another authority does not take on, what is urgent,
what nobody has taken, and who has what.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, false, select

from engine.base.errors import NotAllowed, RefusalCode
from engine.facts.authority import calendar_of
from engine.facts.models import in_force
from engine.people.identity import Actor
from engine.reads.authority.people import child_columns, child_of
from engine.reads.case.protected import Protection, protection
from engine.reads.lists.list_page import ListPage
from engine.reads.lists.not_accepted import NotAccepted, not_accepted
from engine.reads.lists.pressing import WARNED, Pressing, pressing
from engine.reads.lists.set_aside import StuckProcess, stuck_processes
from engine.reads.lists.worklist import InboxRow, inbox_rows, waiting
from engine.reads.lists.workload import Led, Load, workload
from engine.tables import Case, Person, WorkItem
from engine.tables import Team as TeamTable


@dataclass(frozen=True, slots=True)
class TeamView:
    """`orders` are what ends an order or police protection; `pressing` the other clocks that are overdue or of which
    the first warning has come: those that every page calls so. `refused` are children whom another authority does not
    take on, `stuck` processes that cannot go on. `untaken` are tasks, `untaken_total` says of how many; `unled` are
    cases without a lead professional. `protection` is of every case that is shown.
    """

    names: tuple[str, ...]
    orders: tuple[Pressing, ...]
    refused: tuple[NotAccepted, ...]
    stuck: tuple[StuckProcess, ...]
    pressing: tuple[Pressing, ...]
    untaken: tuple[InboxRow, ...]
    untaken_total: int
    unled: tuple[Led, ...]
    people: tuple[Load, ...]
    protection: Mapping[str, Protection]

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return tuple(self.protection)


def manages(connection: Connection, actor: Actor) -> frozenset[str]:
    """The teams that somebody manages. Who is in no team is not asked about."""
    held = [one for one in actor.held if one.team]
    managing = in_force(connection, actor.within).roles_with("manages_team") if held else frozenset[str]()
    return frozenset(one.team for one in held if one.role in managing and one.team)


@dataclass(frozen=True, slots=True)
class ManagesTeam:
    """Whether the page of a team is offered to the reader; it shows no case."""

    answer: bool
    cases_shown: tuple[str, ...] = ()


def manages_team(connection: Connection, actor: Actor, _now: datetime) -> ManagesTeam:
    return ManagesTeam(bool(manages(connection, actor)))


def team(connection: Connection, actor: Actor, now: datetime) -> TeamView:
    """Raises NotAllowed for who manages no team. Always the same number of queries."""
    teams = manages(connection, actor)
    if not teams:
        raise NotAllowed("This page is for those who manage a team.", code=RefusalCode.MANAGES_NO_TEAM)
    running = pressing(connection, actor, Case.team_id.in_(teams), now)
    pressed = tuple(one for one in running if one.clock.state in WARNED and not one.order)
    waiting_now = _untaken(connection, actor, teams)
    untaken = inbox_rows(connection, actor, waiting_now, now)
    orders = tuple(one for one in running if one.order)
    unled, people = _unled(connection, teams, now), workload(connection, actor, teams, now)
    refused, stuck = not_accepted(connection, teams, now), stuck_processes(connection, teams, now)
    held = (one for load in people for one in (*load.cases, *load.tasks))
    cases = dict.fromkeys(one.case for one in (*orders, *refused, *stuck, *pressed, *untaken, *unled, *held))
    return TeamView(
        names=_names(connection, teams),
        orders=orders,
        refused=refused,
        stuck=stuck,
        pressing=pressed,
        untaken=untaken,
        untaken_total=waiting_now.total or 0,
        unled=unled,
        people=people,
        protection=protection(connection, cases, now, calendar_of(connection, actor.within)),
    )


def _untaken(connection: Connection, actor: Actor, teams: Collection[str]) -> ListPage:
    return waiting(connection, actor, and_(WorkItem.team_id.in_(teams), WorkItem.owner_id.is_(None)), false())


def _names(connection: Connection, teams: Collection[str]) -> tuple[str, ...]:
    return tuple(connection.scalars(select(TeamTable.name).where(TeamTable.id.in_(teams)).order_by(TeamTable.name)))


def _unled(connection: Connection, teams: Collection[str], now: datetime) -> tuple[Led, ...]:
    """Longest open first."""
    rows = connection.execute(
        select(
            *(Case.id.label("case"), Case.reference, Case.opened_at),
            *child_columns(),
        )
        .join(Person, Person.id == Case.person_id)
        .where(Case.team_id.in_(teams), Case.closed_at.is_(None), Case.lead_account_id.is_(None))
        .order_by(Case.opened_at, Case.id)
    )
    return tuple(
        Led(
            row.case,
            row.reference,
            child_of(row, now),
            row.opened_at,
        )
        for row in rows
    )
