"""A team's work for those who manage it: orders first, then whom another authority does not take on, what presses, what
nobody has taken, and who has what.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, false, select

from engine.base.errors import NotAllowed
from engine.people.identity import Actor
from engine.reads.authority.people import child_view
from engine.reads.case.protected import Protection, protection
from engine.reads.lists.not_accepted import NotAccepted, not_accepted
from engine.reads.lists.pressing import Pressing, pressing
from engine.reads.lists.set_aside import StuckProcess, stuck_processes
from engine.reads.lists.worklist import InboxRow, waiting
from engine.reads.lists.workload import Led, Load, workload
from engine.tables import Case, Person, WorkItem
from engine.tables import Team as TeamTable

MANAGERS = frozenset({"team_manager", "service_manager"})


@dataclass(frozen=True, slots=True)
class TeamView:
    """`orders` are what ends an order or police protection; `pressing` the other clocks that are overdue or of which
    the last warning has come. `refused` are children whom another authority does not take on, `stuck` processes that
    cannot go on. `untaken` are tasks, `untaken_total` says of how many; `unled` are cases without a lead professional.
    `protection` is of every case that is shown.
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


def manages(actor: Actor) -> frozenset[str]:
    """The teams of social care that somebody manages."""
    return frozenset(held.team for held in actor.held if held.role in MANAGERS and held.team)


def team(connection: Connection, actor: Actor, now: datetime) -> TeamView:
    """Raises NotAllowed for who manages no team. Always the same number of queries."""
    teams = manages(actor)
    if not teams:
        raise NotAllowed("This page is for those who manage a team.")
    running = pressing(connection, Case.team_id.in_(teams), now)
    pressed = tuple(one for one in running if one.clock.escalated and not one.order)
    untaken, total = _untaken(connection, teams, now)
    orders = tuple(one for one in running if one.order)
    unled, people = _unled(connection, teams, now), workload(connection, teams, now)
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
        untaken_total=total,
        unled=unled,
        people=people,
        protection=protection(connection, cases, now),
    )


def _untaken(connection: Connection, teams: Collection[str], now: datetime) -> tuple[tuple[InboxRow, ...], int]:
    return waiting(connection, now, and_(WorkItem.team_id.in_(teams), WorkItem.owner_id.is_(None)), false())


def _names(connection: Connection, teams: Collection[str]) -> tuple[str, ...]:
    return tuple(connection.scalars(select(TeamTable.name).where(TeamTable.id.in_(teams)).order_by(TeamTable.name)))


def _unled(connection: Connection, teams: Collection[str], now: datetime) -> tuple[Led, ...]:
    """Longest open first."""
    rows = connection.execute(
        select(
            *(Case.id.label("case"), Case.reference, Case.opened_at),
            *(Person.id.label("person"), Person.given_name, Person.family_name, Person.born, Person.expected),
        )
        .join(Person, Person.id == Case.person_id)
        .where(Case.team_id.in_(teams), Case.closed_at.is_(None), Case.lead_account_id.is_(None))
        .order_by(Case.opened_at, Case.id)
    )
    return tuple(
        Led(
            row.case,
            row.reference,
            child_view(row.person, row.given_name, row.family_name, row.born, row.expected, now),
            row.opened_at,
        )
        for row in rows
    )
