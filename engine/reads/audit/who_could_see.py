"""Who could know of a case at a moment, and by which rule."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, or_, select

from engine.base.errors import NotFound
from engine.facts.child import of_child
from engine.facts.models import in_force
from engine.people.identity import OVERSIGHT, PRIVACY_OFFICER, Actor
from engine.people.kept_from import barred_then
from engine.reads.audit.held_then import HeldThen, disabled_then, held_by
from engine.reads.audit.looks_of_days import is_reviewed_by, must_review
from engine.reads.audit.parts_then import came_to, moved, parts_in, team_then, why_part
from engine.reads.audit.restricted_then import named_then
from engine.reads.list_page import ListPart, Wanted, part_of
from engine.tables import Account, BrokenGlass, Case, NamedRow, SubjectRequest, enabled_at

BY_OVERSIGHT = "oversight reads every case"
BY_REQUEST = "privacy officers answered a request for what is held of the child"
BY_GLASS = "they opened it in an emergency (break glass)"


@dataclass(frozen=True, slots=True)
class CouldSee:
    """Somebody with an account, with what they were then, and each rule by which they could know of the case."""

    account: str
    name: str
    roles: tuple[str, ...]
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WhoCouldSee:
    """`was_open`: there was such a case by then; before it nobody could know of it."""

    case: str
    reference: str
    at: datetime
    was_open: bool
    people: ListPart[CouldSee]

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return (self.case,)


def who_could_see(
    connection: Connection, actor: Actor, now: datetime, case: str, at: datetime | None = None, page: int = 1
) -> WhoCouldSee:
    """At this moment, else now; a page of them in order of name. Raises NotFound for no case of the authority,
    NotAllowed for who reviews no looks.
    """
    moment = now if at is None else at
    found = everybody_who_could_see(connection, actor, case, moment)
    row = connection.execute(select(Case.reference, Case.opened_at).where(Case.id == case)).one()
    part = part_of(found, Wanted("people", page))
    return WhoCouldSee(case, row.reference, moment, row.opened_at <= moment, part)


def everybody_who_could_see(connection: Connection, actor: Actor, case: str, at: datetime) -> tuple[CouldSee, ...]:
    """All of them. Raises as `who_could_see`."""
    must_review(actor)
    whose = (Case.id == case, Case.authority_id == actor.authority, is_reviewed_by(actor))
    row = connection.execute(select(Case.team_id, Case.opened_at).where(*whose)).one_or_none()
    if row is None:
        raise NotFound
    if row.opened_at > at:
        return ()
    people = connection.execute(
        select(Account.id, Account.name)
        .where(Account.authority_id == actor.authority, Account.created_at <= at, enabled_at(at))
        .order_by(Account.name, Account.id)
    ).all()
    rule = _rule(connection, actor.within, case, at, row.team_id)
    held = held_by(connection, (one.id for one in people))
    roles = in_force(connection, actor.within).roles
    found: list[CouldSee] = []
    for person in people:
        if person.id in rule.disabled:
            continue
        by = [(one, why) for one in held[person.id] if (why := rule.why(one))]
        rules = rule.holding(person.id, (why for _, why in by))
        known = by or [(one, "") for one in held[person.id] if one.at(at)]
        named = dict.fromkeys(roles[one.role].name if one.role in roles else one.role for one, _ in known)
        if rules:
            found.append(CouldSee(person.id, person.name, (*named,), rules))
    return tuple(found)


def _rule(connection: Connection, authority: str, case: str, at: datetime, team: str) -> "_Rule":
    used = (BrokenGlass.case_id == case, BrokenGlass.broken_at <= at, BrokenGlass.until > at)
    return _Rule(
        at=at,
        team=team_then(moved(connection, [case]), case, team, at),
        parts=parts_in(connection, [case])[case],
        came=came_to(connection, [case])[case],
        barred=frozenset(connection.scalars(barred_then(case, at))),
        named=named_then(connection, authority, case, at),
        disabled=disabled_then(connection, authority, at),
        broke_glass=frozenset(connection.scalars(select(BrokenGlass.account_id).where(*used))),
        was_asked_for=_was_asked_for(connection, case, at),
    )


def _was_asked_for(connection: Connection, case: str, at: datetime) -> bool:
    """A request for what is held of its child was open."""
    requests = select(SubjectRequest.id).join(Case, Case.id == SubjectRequest.case_id)
    is_open = or_(SubjectRequest.closed_at.is_(None), SubjectRequest.closed_at > at)
    of_its_child = of_child(select(Case.id).where(Case.id == case))
    return connection.scalar(requests.where(of_its_child, SubjectRequest.recorded_at <= at, is_open)) is not None


@dataclass(frozen=True, slots=True)
class _Rule:
    """What stood of the case at a moment: `named` has of each restriction those who could know of it."""

    at: datetime
    team: str
    parts: Sequence[NamedRow]
    came: Sequence[NamedRow]
    barred: frozenset[str]
    named: Sequence[frozenset[str]]
    disabled: frozenset[str]
    broke_glass: frozenset[str]
    was_asked_for: bool

    def why(self, held: HeldThen) -> str | None:
        """By which rule somebody knew of the case by this role, in words; None where they did not. What was kept from
        them is not looked at.
        """
        if held.absent in self.disabled:
            return None
        if held.role in OVERSIGHT:
            return BY_OVERSIGHT if held.at(self.at) else None
        if held.role == PRIVACY_OFFICER:
            return BY_REQUEST if self.was_asked_for and held.at(self.at) else None
        return why_part(held, self.team, self.at, self.parts, self.came)

    def holding(self, account: str, rules: Iterable[str]) -> tuple[str, ...]:
        """Of these rules those that held: a bar beats all, and of a restricted case only who is named knows, or who
        broke the glass.
        """
        if account in self.barred:
            return ()
        known = rules if all(account in named for named in self.named) else ()
        return (*dict.fromkeys(known), *((BY_GLASS,) if account in self.broke_glass else ()))
