"""Who somebody is, what they may know of, and what they may do. Default: nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, bindparam, false, or_, select

from engine.errors import NotAllowed, NotFound
from engine.tables import Account, Case, Instant, Membership, Part, WorkItem

SOCIAL_CARE = "social_care"
# Oversight reads every case and works on none (WT2013 ch3 para 2).
OVERSIGHT = frozenset({"auditor"})


@dataclass(frozen=True, slots=True)
class Held:
    """A role held now: in which agency and team. Both are None for roles outside the agencies."""

    role: str
    agency: str | None
    team: str | None


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever gives a command. `account` is None for the public and for the system itself."""

    account: str | None
    name: str
    held: tuple[Held, ...]

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(one.role for one in self.held)

    @property
    def agencies(self) -> frozenset[str]:
        return frozenset(one.agency for one in self.held if one.agency)

    @property
    def teams(self) -> frozenset[str]:
        return frozenset(one.team for one in self.held if one.team)

    @property
    def in_oversight(self) -> bool:
        return bool(self.roles & OVERSIGHT)

    @property
    def signature(self) -> str:
        """How the record names this actor: the account, or what stands in for one (`public`, `system`)."""
        return self.account or self.held[0].role

    @property
    def chain(self) -> str:
        """The chain of the record that holds this actor's looks, sign-ins and refusals."""
        return f"person:{self.account}" if self.account else "system"


PUBLIC = Actor(account=None, name="A member of the public", held=(Held("public", None, None),))
OTHER_AUTHORITY = Actor(account=None, name="Another authority", held=(Held("other_authority", None, None),))
SYSTEM = Actor(account=None, name="Throughline", held=(Held("system", None, None),))


_NOW = bindparam("now", type_=Instant)
_NAME = select(Account.name).where(
    Account.id == bindparam("account"), or_(Account.disabled_at.is_(None), Account.disabled_at > _NOW)
)
_HELD = (
    select(Membership.role, Membership.agency_id, Membership.team_id)
    .where(Membership.account_id == bindparam("account"), Membership.held_from <= _NOW)
    .where(or_(Membership.held_until.is_(None), Membership.held_until > _NOW))
    # Whoever is given a role in a second agency goes on answering for their first.
    .order_by(Membership.held_from, Membership.id)
)


def actor(connection: Connection, account: str, now: datetime) -> Actor:
    """The person behind an account, with the roles held at this moment.

    Raises NotFound where there is no such account or it is disabled.
    """
    row = connection.execute(_NAME, {"account": account, "now": now}).one_or_none()
    if row is None:
        raise NotFound("There is no such account.")
    held = connection.execute(_HELD, {"account": account, "now": now})
    return Actor(account, row.name, tuple(Held(role, agency, team) for role, agency, team in held))


def knows(actor: Actor) -> ColumnElement[bool]:
    """The condition on `case` that holds for the cases this actor may know of; every list and look uses it.

    Social care knows the cases of its team, an agency those it has a part in, oversight all. Who stands outside the
    agencies knows those that came to them: a disagreement that they are to resolve.
    """
    return Case.id.is_not(None) if actor.in_oversight else _takes_part(actor)


def _takes_part(actor: Actor) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = []
    if SOCIAL_CARE in actor.agencies:
        conditions.append(Case.team_id.in_(actor.teams))
    partners = actor.agencies - {SOCIAL_CARE}
    if partners:
        conditions.append(Case.id.in_(select(Part.case_id).where(Part.agency_id.in_(partners))))
    outside = {one.role for one in actor.held if one.agency is None}
    if outside:
        conditions.append(Case.id.in_(select(WorkItem.case_id).where(WorkItem.role.in_(outside))))
    return or_(*conditions) if conditions else false()


def must_know(connection: Connection, actor: Actor, case: str) -> None:
    """Raises NotFound where the case does not exist or this actor may not know of it."""
    found = connection.execute(select(Case.id).where(Case.id == case, knows(actor))).one_or_none()
    if found is None:
        raise NotFound


def must_see_all(connection: Connection, actor: Actor, case: str) -> None:
    """For pages that show everything that a case holds: social care's team and oversight.

    Raises NotFound where the actor may not know of the case, NotAllowed where it may not see all its answers.
    """
    must_know(connection, actor, case)
    if not sees_answers_of(actor, None):
        raise NotAllowed("This shows answers of every agency. It is for children’s social care and for auditors.")


def must_take_part(connection: Connection, actor: Actor, case: str) -> None:
    """Raises NotAllowed for an actor who knows of the case by oversight alone."""
    found = connection.execute(select(Case.id).where(Case.id == case, _takes_part(actor))).one_or_none()
    if found is None:
        raise NotAllowed("Oversight reads a case and does not work in it.")


def must_oversee(connection: Connection, actor: Actor, case: str) -> None:
    """Raises NotFound where the case does not exist or this actor may not know of it, NotAllowed for whoever works in
    it: only oversight, and the product itself, sees who looked, or takes a whole case out of the system.
    """
    if actor is SYSTEM:
        if connection.execute(select(Case.id).where(Case.id == case)).one_or_none() is None:
            raise NotFound
        return
    must_know(connection, actor, case)
    if not actor.in_oversight:
        raise NotAllowed("This is for auditors.")


def must_hold(actor: Actor, roles: Iterable[str], *, agency: str | None = None, team: str | None = None) -> None:
    """Raises NotAllowed unless the actor holds one of the roles: of that agency, and in social care of that team."""
    wanted = frozenset(roles)
    for one in actor.held:
        in_agency = agency is None or one.agency == agency
        in_team = team is None or one.agency != SOCIAL_CARE or one.team == team
        if one.role in wanted and in_agency and in_team:
            return
    raise NotAllowed("This is not part of your role.")


def may_take(actor: Actor, role: str, also: Iterable[str], agency: str | None, team: str | None) -> bool:
    """Whether a task is for this actor: its role in its agency, or a further role, each in an agency of its own.

    What police or social care may record stands with one of them, and the other finds it all the same. A role of
    social care counts in the team of the case alone.
    """
    partner = agency if agency != SOCIAL_CARE else None
    further = frozenset(also)
    in_team = [one for one in actor.held if team is None or one.agency != SOCIAL_CARE or one.team == team]
    return any(one.role in further or (one.role == role and partner in (None, one.agency)) for one in in_team)


def sees_answers_of(actor: Actor, agency: str | None) -> bool:
    """Whether answers given by that agency may be shown: social care and oversight see all, others their own."""
    return actor.in_oversight or SOCIAL_CARE in actor.agencies or (agency is not None and agency in actor.agencies)
