"""A team's work for those who manage it: danger first, then children who were not seen in time, cases that nobody leads
and what colleagues have who left or are away; then orders, whom another authority does not take on, what is about to
run out, what nobody has taken, and who has what.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection, and_, select

from engine.base.errors import NotAllowed, RefusalCode
from engine.facts.authority import calendar_of
from engine.facts.managing import teams_managed
from engine.facts.models import in_force
from engine.people.identity import Actor
from engine.reads.case.protected import Protection, protection
from engine.reads.case.unsettled_letters import LetterView, letters_of_teams
from engine.reads.list_page import OVERVIEW, ListPart, Wanted, named_part, part_of
from engine.reads.lists.alarm_list import AlarmRow, alarms
from engine.reads.lists.not_accepted import NotAccepted, not_accepted
from engine.reads.lists.pressing import Pressing, ends_order, presses, pressing
from engine.reads.lists.responsibility import not_seen_in_time, unseen
from engine.reads.lists.set_aside import Stalled, StuckProcess, stalled_cases, stuck_processes
from engine.reads.lists.worklist import InboxRow, untaken_in, urgent_in
from engine.reads.lists.workload import Led, Load, Taken, led_by, taken_by, unled, workload
from engine.tables import Case
from engine.tables import Team as TeamTable

OF_ONE = ("led", "taken")
LISTS = (
    *("alarms", "danger", "unseen", "orders", "refused", "stuck", "stalled", "letters", "pressing", "untaken", "unled"),
    "people",
    *OF_ONE,
)
"""Those of the page that can be wanted by themselves; the last are of one person."""


class OfCase(Protocol):
    @property
    def case(self) -> str: ...


@dataclass(frozen=True, slots=True)
class TeamView:
    """`alarms` are those that nobody has opened. `danger` is what waits where a child may be in danger, `unseen` are
    children who should have been seen by now, `unled` cases that nobody of the team leads, `left` colleagues who have
    something and are away, or not in the team any more. `orders` is what ends an order or police protection, and
    `pressing` the other clocks that are overdue or about to run out. `refused` are children whom another authority does
    not take on, `stuck` processes that cannot go on, `stalled` cases in which the clock fails, `untaken` tasks,
    `letters` those that did not leave.

    All of them, a few rows each, and `people`, first those who have something; or one by itself, where it is wanted,
    and the others empty: then `led` and `taken` are of the one colleague who is named in `person`. `protection` is of
    every case that is shown.
    """

    names: tuple[str, ...]
    alarms: ListPart[AlarmRow]
    danger: ListPart[InboxRow]
    unseen: ListPart[Pressing]
    left: tuple[Load, ...]
    orders: ListPart[Pressing]
    refused: ListPart[NotAccepted]
    stuck: ListPart[StuckProcess]
    stalled: ListPart[Stalled]
    pressing: ListPart[Pressing]
    untaken: ListPart[InboxRow]
    unled: ListPart[Led]
    led: ListPart[Led]
    taken: ListPart[Taken]
    people: ListPart[Load]
    letters: ListPart[LetterView]
    person: str
    protection: Mapping[str, Protection]
    wanted: Wanted

    @property
    def to_see_to(self) -> int:
        """As the menu counts it."""
        return (self.unseen.total or 0) + (self.unled.total or 0)

    @property
    def cases_shown(self) -> tuple[str, ...]:
        elsewhere = (case for one in self.protection.values() for case in one.other_cases)
        return tuple(dict.fromkeys((*self.protection, *elsewhere)))


@dataclass(frozen=True, slots=True)
class ManagesTeam:
    """Whether the page of a team is offered to the reader; it shows no case."""

    answer: bool
    cases_shown: tuple[str, ...] = ()


def manages_team(connection: Connection, actor: Actor, _now: datetime) -> ManagesTeam:
    return ManagesTeam(bool(teams_managed(connection, actor)))


def team(connection: Connection, actor: Actor, now: datetime, wanted: Wanted = OVERVIEW) -> TeamView:
    """The overview where a list is wanted of somebody of no team of theirs. Raises NotAllowed for who manages none."""
    teams = _managed(connection, actor)
    who = connection, actor, teams, now
    shows, people = wanted.shows, workload(*who) if wanted.of or wanted.shows("people") else ()
    person = next((one.name for one in people if one.account == wanted.of), "")
    if wanted.name in OF_ONE and not person:
        return team(connection, actor, now)
    raised = alarms(connection, actor, now, wanted) if shows("alarms") else ListPart[AlarmRow]()
    danger = urgent_in(connection, actor, now, teams, wanted) if shows("danger") else ListPart[InboxRow]()
    refused = part_of(not_accepted(*who), wanted) if shows("refused") else ListPart[NotAccepted]()
    stuck = part_of(stuck_processes(*who), wanted) if shows("stuck") else ListPart[StuckProcess]()
    stalled = part_of(stalled_cases(*who), wanted) if shows("stalled") else ListPart[Stalled]()
    clocks = not_seen, orders, pressed = _clocks(*who, wanted)
    untaken = untaken_in(connection, actor, now, teams, wanted) if shows("untaken") else ListPart[InboxRow]()
    without = unled(*who, wanted) if shows("unled") else ListPart[Led]()
    led, taken = _of_one(*who, wanted)
    letters = letters_of_teams(*who, wanted) if shows("letters") else ListPart[LetterView]()
    cases = _cases((raised, danger, *clocks, refused, stuck, stalled, untaken, without, led, taken, letters))
    return TeamView(
        names=_names(connection, teams),
        alarms=raised,
        danger=danger,
        unseen=not_seen,
        left=() if wanted.name else _left_behind(people),
        orders=orders,
        refused=refused,
        stuck=stuck,
        stalled=stalled,
        pressing=pressed,
        untaken=untaken,
        unled=without,
        led=led,
        taken=taken,
        people=named_part("people", sorted(people, key=lambda one: not one.has_something), wanted),
        letters=letters,
        person=person,
        protection=protection(connection, actor, cases, now, calendar_of(connection, actor.within)),
        wanted=wanted,
    )


def _of_one(
    connection: Connection, actor: Actor, teams: Collection[str], now: datetime, wanted: Wanted
) -> tuple[ListPart[Led], ListPart[Taken]]:
    led = led_by(connection, actor, teams, now, wanted) if wanted.name == "led" else ListPart[Led]()
    taken = taken_by(connection, actor, teams, now, wanted) if wanted.name == "taken" else ListPart[Taken]()
    return led, taken


def _clocks(
    connection: Connection, actor: Actor, teams: Collection[str], now: datetime, wanted: Wanted
) -> tuple[ListPart[Pressing], ListPart[Pressing], ListPart[Pressing]]:
    """By which a child should have been seen, those that end an order, and the others that press: each in one list."""
    its_model, in_team, shows = in_force(connection, actor.within), Case.team_id.in_(teams), wanted.shows
    others = and_(in_team, ~not_seen_in_time(its_model, now))
    return (
        unseen(connection, actor, teams, its_model, now, wanted) if shows("unseen") else ListPart[Pressing](),
        pressing(connection, actor, in_team, now, ends_order, wanted) if shows("orders") else ListPart[Pressing](),
        pressing(connection, actor, others, now, presses, wanted) if shows("pressing") else ListPart[Pressing](),
    )


def _managed(connection: Connection, actor: Actor) -> frozenset[str]:
    if teams := teams_managed(connection, actor):
        return teams
    raise NotAllowed("This page is for those who manage a team.", code=RefusalCode.MANAGES_NO_TEAM)


def _left_behind(people: Iterable[Load]) -> tuple[Load, ...]:
    """First what is of colleagues who are not in the team any more. Partners with a task of their own are none."""
    gone = [one for one in people if one.has_something and (one.left or one.away_until)]
    return tuple(sorted(gone, key=lambda one: not one.left))


def _cases(lists: Iterable[ListPart[OfCase]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.case for each in lists for one in each.rows))


def _names(connection: Connection, teams: Collection[str]) -> tuple[str, ...]:
    return tuple(connection.scalars(select(TeamTable.name).where(TeamTable.id.in_(teams)).order_by(TeamTable.name)))
