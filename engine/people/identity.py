"""Who somebody is: the account, the authority it belongs to, and the roles that it holds now."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, select

from engine.base.errors import NotFound, NotPossible, RefusalCode
from engine.record.chain import INSTALLATION, authority_chain
from engine.tables import Account, Instant, Membership, Organisation, enabled_at, held_at

# Oversight reads every case of its authority and works on none (WT2013 ch3 para 2).
OVERSIGHT = frozenset({"auditor"})
# Who changes the pathway, who changes its words alone, and who approves that: two people. The product itself needs
# them, so that somebody can hold them whatever the models in force say; else models that know none of them could never
# be changed again.
PROCESS_OWNER, PATHWAY_WRITER, PATHWAY_APPROVER = "process_owner", "pathway_writer", "pathway_approver"
CHANGES_PATHWAY = frozenset({PROCESS_OWNER, PATHWAY_WRITER})
PUTS_IN_FORCE = frozenset({PROCESS_OWNER, PATHWAY_APPROVER})
STUDIO = CHANGES_PATHWAY | PUTS_IN_FORCE
# Keeps bars, restricted cases and break glass, and knows of no case by that.
PRIVACY_OFFICER, ADMINISTRATOR = "privacy_officer", "administrator"
THE_SYSTEM, THE_PUBLIC = "system", "public"


@dataclass(frozen=True, slots=True)
class Held:
    """A role held now: in which organisation, of which agency, and in which team; all None outside the agencies.

    `leads`: the organisation has the cases, so that the role counts in the cases of its team alone.
    """

    role: str
    organisation: str | None = None
    agency: str | None = None
    team: str | None = None
    leads: bool = False

    @property
    def as_recorded(self) -> tuple[str | bool | None, ...]:
        return self.role, self.organisation, self.agency, self.team, self.leads


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever gives a command. `account` is None for the public, for people of roles without one, and for the system.

    `authority` is the one that the actor acts in, and sees nothing beyond; None only for what belongs to none.
    `moment` is when the roles are held that were read.
    """

    account: str | None
    name: str
    held: tuple[Held, ...]
    authority: str | None = None
    moment: datetime | None = None

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(one.role for one in self.held)

    @property
    def agencies(self) -> frozenset[str]:
        return frozenset(one.agency for one in self.held if one.agency)

    @property
    def agency(self) -> str | None:
        """The one that the actor answers for: of several the first held."""
        return next((one.agency for one in self.held if one.agency), None)

    @property
    def teams(self) -> frozenset[str]:
        return frozenset(one.team for one in self.held if one.team)

    @property
    def partners(self) -> dict[str, str]:
        """The organisations whose people know of a case by having a part in it, each with its agency; in one order."""
        those = sorted((one.organisation, one.agency) for one in self.held if one.organisation and one.agency)
        leading = {one.organisation for one in self.held if one.leads}
        return {organisation: agency for organisation, agency in those if organisation not in leading}

    @property
    def organisations(self) -> frozenset[str]:
        return frozenset(one.organisation for one in self.held if one.organisation)

    @property
    def organisation(self) -> str | None:
        """The one that the actor answers for: of several the first held."""
        return next((one.organisation for one in self.held if one.organisation), None)

    @property
    def in_leading_agency(self) -> bool:
        return any(one.leads for one in self.held)

    @property
    def in_oversight(self) -> bool:
        return bool(self.roles & OVERSIGHT)

    @property
    def writes_words_alone(self) -> bool:
        """Changes the pathway, and of it words alone (engine/difference/beyond_words.py)."""
        return PATHWAY_WRITER in self.roles and PROCESS_OWNER not in self.roles

    @property
    def is_system(self) -> bool:
        """The product itself, at the command line or by its clock: no account can hold this role."""
        return self.account is None and THE_SYSTEM in self.roles

    @property
    def within(self) -> str:
        """The authority that the actor acts in. Raises NotPossible where none is said."""
        if self.authority is None:
            raise NotPossible("It is not said which authority this is for.", code=RefusalCode.WHICH_AUTHORITY)
        return self.authority

    @property
    def signature(self) -> str:
        """How the record names this actor: the account, or what stands in for one (`public`, `system`)."""
        return self.account or next((one.role for one in self.held), THE_PUBLIC)

    @property
    def chain(self) -> str:
        """The chain of the record that holds this actor's looks, sign-ins and refusals."""
        if self.account:
            return f"person:{self.account}"
        return authority_chain(self.authority) if self.authority else INSTALLATION

    def at(self, authority: str) -> "Actor":
        """The same, acting in this authority: for those who have no account that says it."""
        return replace(self, authority=authority)


PUBLIC = Actor(account=None, name="A member of the public", held=(Held(THE_PUBLIC),))
SYSTEM = Actor(account=None, name="Throughline", held=(Held(THE_SYSTEM),))


def without_account(role: str, name: str, authority: str) -> Actor:
    """Somebody of a role whose people act without signing in (`account = false` in roles.toml)."""
    return Actor(account=None, name=name, held=(Held(role),), authority=authority)


_NOW = bindparam("now", type_=Instant)
_HELD = and_(Membership.account_id == Account.id, held_at(_NOW))
_ACTOR = (
    select(Account.name, Account.authority_id, Membership.role, Membership.team_id)
    .add_columns(Organisation.id.label("organisation"), Organisation.agency, Organisation.leads)
    .outerjoin(Membership, _HELD)
    .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
    .where(Account.id == bindparam("account"), enabled_at(_NOW))
    # Whoever is given a role in a second agency goes on answering for their first.
    .order_by(Membership.held_from, Membership.id)
)


def actor(connection: Connection, account: str, now: datetime) -> Actor:
    """The person behind an account, with the roles held at this moment.

    Raises NotFound where there is no such account or it is disabled.
    """
    rows = connection.execute(_ACTOR, {"account": account, "now": now}).all()
    if not rows:
        raise NotFound("There is no such account.", code=RefusalCode.UNKNOWN_ACCOUNT)
    held = tuple(
        Held(row.role, row.organisation, row.agency, row.team_id, bool(row.leads))
        for row in rows
        if row.role is not None
    )
    return Actor(account, rows[0].name, held, rows[0].authority_id, now)
