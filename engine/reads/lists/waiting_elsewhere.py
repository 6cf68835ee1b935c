"""What waits for somebody outside the cases' tasks: what another proposed and a second person is to decide.

Without it the page of tasks would say to an approver, an administrator or a privacy officer that nothing waits. Each is
a number alone: of what the page to which it leads lists for the reader, that which they may decide themselves.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, literal, select, union_all

from engine.facts.part_requests import waiting
from engine.facts.retention import is_told_to
from engine.people.command import ROLES, CommandRight
from engine.people.identity import ADMINISTRATOR, PATHWAY_APPROVER, PRIVACY_OFFICER, Actor
from engine.people.who_knows import bars_told_to, is_open_in_emergency
from engine.tables import (
    CODE_NOT_GIVEN,
    Account,
    Bar,
    BrokenGlass,
    CarryOver,
    CarryOverItem,
    Case,
    Change,
    ChangeFile,
    ChangeSave,
    Erasure,
    OneTimeWord,
    PartRequest,
    ProposedRole,
    Team,
)

PARTS, CODES = "parts", "codes"


@dataclass(frozen=True, slots=True)
class WaitingElsewhere:
    """`what` names the kind; the words and the page to which it leads are the site's."""

    what: str
    number: int


@dataclass(frozen=True, slots=True)
class _Kind:
    roles: Collection[str]
    counted: Callable[[Actor], Select[Any]]


def waiting_elsewhere(
    connection: Connection, actor: Actor, now: datetime, managed: Collection[str] = ()
) -> tuple[WaitingElsewhere, ...]:
    """Of the kinds that are for a role of the actor, or for who manages these teams, those of which any waits, in one
    statement; none for others.
    """
    counted = {name: kind.counted(actor) for name, kind in KINDS.items() if actor.roles & {*kind.roles}}
    if ADMINISTRATOR in actor.roles:
        counted[CODES] = _codes(actor, now)
    if managed:
        counted[PARTS] = _part_requests(actor, managed)
    asked = [
        one.with_only_columns(literal(name).label("what"), func.count().label("number"))
        for name, one in counted.items()
    ]
    rows = connection.execute(union_all(*asked)).all() if asked else ()
    numbers = {row.what: row.number for row in rows if row.number}
    return tuple(WaitingElsewhere(name, numbers[name]) for name in counted if name in numbers)


def _changes(actor: Actor) -> Select[Any]:
    """In which they had no hand."""
    hands = (
        exists().where(table.change_id == Change.id, table.saved_by == actor.account)
        for table in (ChangeFile, ChangeSave)
    )
    in_review = and_(Change.authority_id == actor.within, Change.state == "in_review")
    return select(Change.id).where(in_review, Change.owner_id != actor.account, *(~one for one in hands))


def _held_up(actor: Actor) -> Select[Any]:
    return select(Change.id).where(
        Change.authority_id == actor.within, Change.state == "approved", Change.held_up != ""
    )


def _carry_overs(actor: Actor) -> Select[Any]:
    waits = exists().where(CarryOverItem.carry_over_id == CarryOver.id, CarryOverItem.verdict == "waits")
    return select(CarryOver.id).where(
        CarryOver.authority_id == actor.within,
        CarryOver.approved_at.is_(None),
        CarryOver.asked_by != actor.account,
        waits,
    )


def _roles(actor: Actor) -> Select[Any]:
    mine = (ProposedRole.account_id == actor.account) | _is(ProposedRole.proposed_by, actor)
    return select(ProposedRole.id).where(
        ProposedRole.authority_id == actor.within, ProposedRole.settled_at.is_(None), ~mine
    )


def _codes(actor: Actor, now: datetime) -> Select[Any]:
    """Links that open with a code that is not given yet, by others."""
    mine = (OneTimeWord.account_id == actor.account) | _is(OneTimeWord.made_by, actor)
    waits = (OneTimeWord.authority_id == actor.within, OneTimeWord.code_digest == CODE_NOT_GIVEN)
    return select(OneTimeWord.digest).where(*waits, OneTimeWord.until > now, ~mine)


def _bars(actor: Actor) -> Select[Any]:
    asked = Bar.ending_asked_by.is_not(None) & ~_is(Bar.ending_asked_by, actor)
    return (
        select(Bar.id)
        .join(Account, Account.id == Bar.account_id)
        .where(Bar.authority_id == actor.within, Bar.ended_at.is_(None), bars_told_to(actor), asked)
    )


def _glass(actor: Actor) -> Select[Any]:
    return (
        select(BrokenGlass.id)
        .join(Case, Case.id == BrokenGlass.case_id)
        .where(BrokenGlass.authority_id == actor.within, BrokenGlass.reviewed_at.is_(None))
        .where(BrokenGlass.account_id != actor.account, is_open_in_emergency(actor))
    )


def _erasures(actor: Actor) -> Select[Any]:
    return (
        select(Erasure.id)
        .join(Case, Case.id == Erasure.case_id)
        .where(Erasure.authority_id == actor.within, Erasure.settled_at.is_(None))
        .where(~_is(Erasure.proposed_by, actor), is_told_to(actor))
    )


def _part_requests(actor: Actor, managed: Collection[str]) -> Select[Any]:
    """They are for who manages the duty team."""
    manages_duty_team = exists().where(Team.duty, Team.id.in_(managed))
    return select(PartRequest.id).where(waiting(actor.within), manages_duty_team)


def _is(column: Any, actor: Actor) -> ColumnElement[bool]:
    return func.coalesce(column, "") == actor.account


KINDS = {
    "glass": _Kind((PRIVACY_OFFICER,), _glass),
    "bars": _Kind(ROLES[CommandRight.SECOND_FOR_BARS], _bars),
    "erasures": _Kind(ROLES[CommandRight.KEEPS_RETENTION], _erasures),
    "roles": _Kind((ADMINISTRATOR,), _roles),
    "changes": _Kind((PATHWAY_APPROVER,), _changes),
    "held_up": _Kind(ROLES[CommandRight.PUTS_IN_FORCE], _held_up),
    "carry_overs": _Kind(ROLES[CommandRight.PUTS_IN_FORCE], _carry_overs),
}
