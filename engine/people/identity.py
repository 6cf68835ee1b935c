"""Who somebody is: the account, the authority it belongs to, and the roles that it holds now."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, String, and_, bindparam, cast, exists, null, select, union_all
from sqlalchemy.orm import aliased

from engine.base.errors import NotAllowed, NotFound, NotPossible, RefusalCode
from engine.record.chain import INSTALLATION, authority_chain
from engine.tables import Account, Cover, Instant, Membership, NamedRow, Organisation, enabled_at, held_at

# Oversight reads every case of its authority and works on none (WT2013 ch3 para 2).
OVERSIGHT = frozenset({"auditor"})
# Who changes the pathway, who changes its words alone, and who approves that: two people. The product itself needs
# them, so that somebody can hold them whatever the models in force say; else models that know none of them could never
# be changed again.
PROCESS_OWNER, PATHWAY_WRITER, PATHWAY_APPROVER = "process_owner", "pathway_writer", "pathway_approver"
CHANGES_PATHWAY = frozenset({PROCESS_OWNER, PATHWAY_WRITER})
PUTS_IN_FORCE = frozenset({PROCESS_OWNER, PATHWAY_APPROVER})
STUDIO = CHANGES_PATHWAY | PUTS_IN_FORCE
# The first manages people and their rights; the second keeps bars, restricted cases and break glass. Neither knows of a
# case by that.
ADMINISTRATOR, PRIVACY_OFFICER = "administrator", "privacy_officer"
# Reviews who looked at what, and knows of no case by that. Nobody reviews their own looks: those of the privacy officer
# are for the auditors to see.
REVIEWS_LOOKS = OVERSIGHT | {PRIVACY_OFFICER}
# Whoever reads everything, lets others in, or changes the pathway for all children shows more than a password.
NEEDS_SECOND_FACTOR = OVERSIGHT | PUTS_IN_FORCE | {ADMINISTRATOR, PRIVACY_OFFICER}
# Whoever holds one of these could let themselves in everywhere, or see who looked: two people give it.
GIVEN_BY_TWO = OVERSIGHT | {ADMINISTRATOR, PRIVACY_OFFICER}
THE_SYSTEM, THE_PUBLIC = "system", "public"


@dataclass(frozen=True, slots=True)
class Held:
    """A role held now: in which organisation, of which agency, and in which team; all None outside the agencies.

    `leads`: the organisation has the cases, so that the role counts in the cases of its team alone. `for_account` is
    whoever is away, where it is held for them (`Cover`).
    """

    role: str
    organisation: str | None = None
    agency: str | None = None
    team: str | None = None
    leads: bool = False
    for_account: str | None = None

    @property
    def as_recorded(self) -> tuple[str | bool | None, ...]:
        own = self.role, self.organisation, self.agency, self.team, self.leads
        return (*own, self.for_account) if self.for_account else own


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
    def stands_for(self) -> frozenset[str]:
        """The accounts of those who are away, and for whom the actor may act now."""
        return frozenset(one.for_account for one in self.held if one.for_account)

    @property
    def in_leading_agency(self) -> bool:
        return any(one.leads for one in self.held)

    @property
    def in_oversight(self) -> bool:
        return bool(self.roles & OVERSIGHT)

    @property
    def may_break_glass(self) -> bool:
        """Who works for an organisation, or oversees; nobody who knows of cases by nothing at all."""
        return bool(self.account) and (bool(self.organisations) or self.in_oversight)

    def must_break_glass(self) -> None:
        """Raises NotAllowed."""
        if not self.may_break_glass:
            raise NotAllowed("This is for those who work with children.", code=RefusalCode.ROLE)

    @property
    def needs_second_factor(self) -> bool:
        return bool(self.roles & NEEDS_SECOND_FACTOR)

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
_ACCOUNT = bindparam("account", type_=String)
_WHERE = (Organisation.id.label("organisation"), Organisation.agency, Organisation.leads)
_OWN = (
    select(Account.name, Account.authority_id, Membership.role, Membership.team_id, *_WHERE)
    .add_columns(cast(null(), String).label("for_account"), Membership.held_from, Membership.id)
    .outerjoin(Membership, and_(Membership.account_id == Account.id, held_at(_NOW)))
    .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
    .where(Account.id == _ACCOUNT, enabled_at(_NOW))
)
_ABSENT, _COLLEAGUE = aliased(Account), aliased(Membership)
# What somebody who is away holds in the team, for as long as both work in the same organisation. Whom they themselves
# act for is not handed on.
_FOR_OTHERS = (
    select(Account.name, Account.authority_id, Membership.role, Membership.team_id, *_WHERE)
    .add_columns(Cover.absent_id.label("for_account"), Membership.held_from, Membership.id)
    .join(Cover, Cover.covering_id == Account.id)
    .join(_ABSENT, _ABSENT.id == Cover.absent_id)
    .join(Membership, and_(Membership.account_id == Cover.absent_id, Membership.team_id == Cover.team_id))
    .join(Organisation, Organisation.id == Membership.organisation_id)
    .where(Account.id == _ACCOUNT, Cover.held_from <= _NOW, Cover.held_until > _NOW, held_at(_NOW))
    .where(enabled_at(_NOW), enabled_at(_NOW, _ABSENT))
    .where(
        exists().where(
            *(_COLLEAGUE.account_id == Cover.covering_id, _COLLEAGUE.organisation_id == Membership.organisation_id),
            held_at(_NOW, _COLLEAGUE),
        )
    )
)
_ACTOR = union_all(_OWN, _FOR_OTHERS)


def actor(connection: Connection, account: str, now: datetime) -> Actor:
    """The person behind an account, with the roles held at this moment: their own first, and of those the first that
    was given. Whoever is given a role in a second agency goes on answering for their first.

    Raises NotFound where there is no such account or it is disabled.
    """
    rows = connection.execute(_ACTOR, {"account": account, "now": now}).all()
    if not rows:
        raise NotFound("There is no such account.", code=RefusalCode.UNKNOWN_ACCOUNT)
    held = sorted(
        (row for row in rows if row.role is not None), key=lambda row: (row.for_account or "", row.held_from, row.id)
    )
    return Actor(account, rows[0].name, tuple(map(_held, held)), rows[0].authority_id, now)


def _held(row: NamedRow) -> Held:
    return Held(row.role, row.organisation, row.agency, row.team_id, bool(row.leads), row.for_account)
