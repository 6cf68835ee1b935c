"""Alarms that nobody has opened yet, with who is to be told and what became of each letter: above all else on Tasks and
Team, for the team that has the case, and as a number on every page.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import ColumnElement, Connection, Select, and_, false, func, literal, select

from engine.people.identity import Actor
from engine.people.who_knows import knows
from engine.reads.authority.people import ChildView, child_columns, child_of
from engine.reads.list_page import ListPart, Wanted, listed
from engine.tables import Account, Alarm, Case, Outbox, Person
from engine.tables.alarm_tables import ON_DUTY, PLACES
from engine.tables.desk_tables import HAS_LEFT


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody who is to be told by a letter; `state` is the letter's, `since` when it came to that."""

    name: str
    place: str
    state: str
    since: datetime

    @property
    def has_left(self) -> bool:
        return self.state in HAS_LEFT


@dataclass(frozen=True, slots=True)
class AlarmRow:
    """`told` in the order in which it went on. `missing` are the places on the duty list in which nobody was when it
    came to them. `nobody_left`: there is no next.
    """

    id: str
    case: str
    reference: str
    child: ChildView
    raised_at: datetime
    told: tuple[Told, ...]
    missing: tuple[str, ...]
    nobody_left: bool

    @property
    def told_by_place(self) -> tuple[tuple[Told, ...], ...]:
        """Those who were told together, in the order of `told`."""
        return tuple(tuple(those) for _, those in groupby(self.told, key=lambda one: one.place))

    @property
    def reached(self) -> bool:
        """A letter has left."""
        return any(one.has_left for one in self.told)


def standing_alarms(actor: Actor) -> Select[int]:
    """How many nobody has opened, of the teams that the actor is in."""
    return select(func.count()).select_from(Alarm).join(Case, Case.id == Alarm.case_id).where(_of_teams(actor))


def alarms(connection: Connection, actor: Actor, now: datetime, wanted: Wanted) -> ListPart[AlarmRow]:
    """The oldest first. Three queries, however many there are; none for who is in no team."""
    if not actor.teams:
        return ListPart()
    part = listed(
        connection,
        select(Alarm.id, Alarm.case_id, Alarm.raised_at, Alarm.place, Alarm.next_step_at)
        .add_columns(Case.reference, *child_columns())
        .join(Case, Case.id == Alarm.case_id)
        .join(Person, Person.id == Case.person_id)
        .where(_of_teams(actor))
        .order_by(Alarm.raised_at, Alarm.id),
        wanted,
    )
    told = _told(connection, [row.id for row in part.rows])
    return part.showing(
        AlarmRow(
            id=row.id,
            case=row.case_id,
            reference=row.reference,
            child=child_of(row, now),
            raised_at=row.raised_at,
            told=tuple(sorted(told[row.id], key=lambda one: PLACES.index(one.place))),
            missing=_missing(row.place, {one.place for one in told[row.id]}),
            nobody_left=row.next_step_at is None,
        )
        for row in part.rows
    )


def _of_teams(actor: Actor) -> ColumnElement[bool]:
    theirs = Case.team_id.in_(actor.teams) if actor.teams else false()
    return and_(Alarm.ended_at.is_(None), knows(actor), theirs)


def _missing(place: str, told: Collection[str]) -> tuple[str, ...]:
    """It went past them because nobody was there."""
    return tuple(one for one in ON_DUTY if one not in told and PLACES.index(one) < PLACES.index(place))


def _told(connection: Connection, of: Collection[str]) -> dict[str, list[Told]]:
    """A letter is numbered among those to its recipient: the order of all is that of the places."""
    found: dict[str, list[Told]] = defaultdict(list)
    rows = connection.execute(
        select(Outbox.alarm_id, Outbox.alarm_place, Outbox.state, Outbox.since, Account.name)
        .join(Account, Outbox.recipient == literal("account:") + Account.id)
        .where(Outbox.alarm_id.in_(of))
        .order_by(Outbox.number)
    )
    for row in rows:
        found[row.alarm_id].append(Told(row.name, row.alarm_place, row.state, row.since))
    return found
