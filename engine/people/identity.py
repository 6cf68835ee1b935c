"""Who somebody is: the account, and the roles that it holds now."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, or_, select

from engine.base.errors import NotFound
from engine.tables import Account, Instant, Membership

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
_HELD = and_(
    Membership.account_id == Account.id,
    Membership.held_from <= _NOW,
    or_(Membership.held_until.is_(None), Membership.held_until > _NOW),
)
_ACTOR = (
    select(Account.name, Membership.role, Membership.agency_id, Membership.team_id)
    .outerjoin(Membership, _HELD)
    .where(Account.id == bindparam("account"), or_(Account.disabled_at.is_(None), Account.disabled_at > _NOW))
    # Whoever is given a role in a second agency goes on answering for their first.
    .order_by(Membership.held_from, Membership.id)
)


def actor(connection: Connection, account: str, now: datetime) -> Actor:
    """The person behind an account, with the roles held at this moment.

    Raises NotFound where there is no such account or it is disabled.
    """
    rows = connection.execute(_ACTOR, {"account": account, "now": now}).all()
    if not rows:
        raise NotFound("There is no such account.")
    held = tuple(Held(row.role, row.agency_id, row.team_id) for row in rows if row.role is not None)
    return Actor(account, rows[0].name, held)
