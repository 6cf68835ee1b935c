"""What is known of people with an account: the roles that they hold or held, who acts for whom, what is proposed."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.orm import aliased

from engine.facts.models import in_force
from engine.facts.people_forms import roles_to_give
from engine.likeness.folding import fold
from engine.people.identity import ADMINISTRATOR, GIVEN_BY_TWO, Actor
from engine.reads.authority.administration import is_disabled, is_unused
from engine.tables import (
    CODE_NOT_GIVEN,
    Account,
    Cover,
    Membership,
    NamedRow,
    OneTimeWord,
    Organisation,
    ProposedRole,
    Team,
    enabled_at,
    held_at,
)

SHOWN = {
    "all": "Everybody",
    "never": "Never signed in",
    "unused": "Not signed in for 90 days",
    "away": "Away now",
    "disabled": "Disabled",
    "without": "Without a role",
}
"""Which people a list is of."""


@dataclass(frozen=True, slots=True)
class HeldRole:
    """`where` is the organisation with its team, empty outside the agencies. `held_until` is None where no end is
    known. `state` is `held`, `to_come` or `over`. `opens_much`: two people give it.
    """

    membership: str
    role: str
    where: str
    held_from: datetime
    held_until: datetime | None
    state: str
    opens_much: bool


@dataclass(frozen=True, slots=True)
class CoverShown:
    """Somebody acts for somebody else, now or later. `is_now`."""

    cover: str
    absent: str
    absent_name: str
    covering: str
    covering_name: str
    team: str
    held_from: datetime
    held_until: datetime
    is_now: bool


@dataclass(frozen=True, slots=True)
class PersonRow:
    """`roles` are those held now or later. `signed_in_at` is None for who never did; `is_unused`: not for 90 days, nor
    was the account made since. `link_until`: a link to choose a password waits for them, made by `link_by`;
    `code_waits`: it opens with a code that nobody has given yet; `is_proposed`: a role that takes two waits.
    """

    account: str
    name: str
    email: str
    disabled_at: datetime | None
    signed_in_at: datetime | None
    is_unused: bool
    roles: tuple[HeldRole, ...]
    away_until: datetime | None
    link_until: datetime | None
    link_by: str | None
    link_takes_code: bool
    code_waits: bool
    is_proposed: bool

    @property
    def opens_much(self) -> bool:
        """Nobody lets them in alone (`who_opens_much.takes_two_to_let_in`)."""
        return any(role.opens_much for role in self.roles)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A role that waits for a second administrator. `is_own`: the reader proposed it, or it is for them.
    `can_be_agreed_to`: somebody else administers.
    """

    proposal: str
    account: str
    name: str
    role: str
    held_from: datetime | None
    held_until: datetime | None
    proposed_at: datetime
    proposed_by: str
    is_own: bool
    can_be_agreed_to: bool


def accounts_of(connection: Connection, actor: Actor, account: str | None = None) -> Iterable[NamedRow]:
    wanted = (Account.authority_id == actor.within, *([Account.id == account] if account is not None else []))
    columns = (Account.id, Account.name, Account.email, Account.created_at, Account.disabled_at, Account.signed_in_at)
    link = (OneTimeWord.account_id == Account.id) & (OneTimeWord.purpose == "password")
    of_link = (OneTimeWord.until.label("link_until"), OneTimeWord.made_by, OneTimeWord.code_digest)
    found = select(*columns, *of_link).outerjoin(OneTimeWord, link).where(*wanted)
    return connection.execute(found.order_by(Account.name, Account.email)).all()


def person_row(
    row: NamedRow,
    roles: Mapping[str, Collection[HeldRole]],
    away: Mapping[str, datetime],
    proposed: Iterable[Proposal],
    now: datetime,
) -> PersonRow:
    waits = row.link_until is not None and row.link_until > now
    return PersonRow(
        account=row.id,
        name=row.name,
        email=row.email,
        disabled_at=row.disabled_at if is_disabled(row, now) else None,
        signed_in_at=row.signed_in_at,
        is_unused=is_unused(row, now),
        roles=tuple(one for one in roles.get(row.id, ()) if one.state != "over"),
        away_until=away.get(row.id),
        link_until=row.link_until if waits else None,
        link_by=row.made_by if waits else None,
        link_takes_code=waits and row.code_digest is not None,
        code_waits=waits and row.code_digest == CODE_NOT_GIVEN,
        is_proposed=any(one.account == row.id for one in proposed),
    )


def is_shown(one: PersonRow, show: str) -> bool:
    is_so = {
        "never": one.disabled_at is None and one.signed_in_at is None,
        "unused": one.is_unused,
        "away": one.away_until is not None,
        "disabled": one.disabled_at is not None,
        "without": one.disabled_at is None and not one.roles,
    }
    return is_so.get(show, True)


def is_found(one: PersonRow, words: Collection[str]) -> bool:
    text = fold(f"{one.name} {one.email}")
    return all(word in text for word in words)


def roles_of(
    connection: Connection, actor: Actor, now: datetime, account: str | None = None
) -> Mapping[str, list[HeldRole]]:
    """By account, in the order in which they began."""
    names = roles_to_give(in_force(connection, actor.within))
    rows = connection.execute(
        select(Membership.id, Membership.account_id, Membership.role, Membership.held_from, Membership.held_until)
        .add_columns(Organisation.name.label("organisation"), Team.name.label("team"))
        .join(Account, Account.id == Membership.account_id)
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .outerjoin(Team, Team.id == Membership.team_id)
        .where(Account.authority_id == actor.within, *([Account.id == account] if account is not None else []))
        .order_by(Membership.held_from, Membership.role, Membership.id)
    )
    found: dict[str, list[HeldRole]] = defaultdict(list)
    for row in rows:
        where = ": ".join(name for name in (row.organisation, row.team) if name)
        state = "over" if _is_over(row, now) else "to_come" if row.held_from > now else "held"
        name, opens_much = _named(names, row.role), row.role in GIVEN_BY_TWO
        role = HeldRole(row.id, name, where, row.held_from, row.held_until, state, opens_much)
        found[row.account_id].append(role)
    return found


def _is_over(row: NamedRow, now: datetime) -> bool:
    """One that was ended before it began has never been held."""
    return row.held_until is not None and row.held_until <= max(now, row.held_from)


def away_now(connection: Connection, actor: Actor, now: datetime) -> Mapping[str, datetime]:
    """Until when, by account."""
    rows = connection.execute(
        select(Cover.absent_id, Cover.held_until).where(
            Cover.authority_id == actor.within, Cover.held_from <= now, Cover.held_until > now
        )
    )
    return {row.absent_id: row.held_until for row in rows}


def covers(connection: Connection, actor: Actor, now: datetime, account: str) -> tuple[CoverShown, ...]:
    """In which the account is the one who is away or the one who acts; those that are over are left out."""
    absent, covering = aliased(Account), aliased(Account)
    rows = connection.execute(
        select(Cover.id, Cover.absent_id, Cover.covering_id, Cover.held_from, Cover.held_until)
        .add_columns(absent.name.label("absent_name"), covering.name.label("covering_name"), Team.name.label("team"))
        .join(absent, absent.id == Cover.absent_id)
        .join(covering, covering.id == Cover.covering_id)
        .join(Team, Team.id == Cover.team_id)
        .where(Cover.authority_id == actor.within, Cover.held_until > now, Cover.held_until > Cover.held_from)
        .where((Cover.absent_id == account) | (Cover.covering_id == account))
        .order_by(Cover.held_from, Cover.id)
    )
    return tuple(
        CoverShown(
            cover=row.id,
            absent=row.absent_id,
            absent_name=row.absent_name,
            covering=row.covering_id,
            covering_name=row.covering_name,
            team=row.team,
            held_from=row.held_from,
            held_until=row.held_until,
            is_now=row.held_from <= now,
        )
        for row in rows
    )


def proposals(connection: Connection, actor: Actor, now: datetime) -> tuple[Proposal, ...]:
    administrators = _administrators(connection, actor, now)
    names, by = roles_to_give(in_force(connection, actor.within)), aliased(Account)
    rows = connection.execute(
        select(ProposedRole.__table__, Account.name, by.name.label("proposer"))
        .join(Account, Account.id == ProposedRole.account_id)
        .outerjoin(by, by.id == ProposedRole.proposed_by)
        .where(ProposedRole.authority_id == actor.within, ProposedRole.settled_at.is_(None))
        .order_by(ProposedRole.proposed_at, ProposedRole.id)
    )
    return tuple(
        Proposal(
            proposal=row.id,
            account=row.account_id,
            name=row.name,
            role=_named(names, row.role),
            held_from=row.held_from,
            held_until=row.held_until,
            proposed_at=row.proposed_at,
            proposed_by=row.proposer or "the system",
            is_own=actor.account in (row.account_id, row.proposed_by),
            can_be_agreed_to=bool(administrators - {row.account_id, row.proposed_by}),
        )
        for row in rows
    )


def _administrators(connection: Connection, actor: Actor, now: datetime) -> frozenset[str]:
    theirs = (Account.authority_id == actor.within, Membership.role == ADMINISTRATOR, held_at(now), enabled_at(now))
    return frozenset(
        connection.scalars(select(Account.id).join(Membership, Membership.account_id == Account.id).where(*theirs))
    )


def _named(names: Mapping[str, str], role: str) -> str:
    """A role that the models in force no longer have is still held."""
    return names.get(role, role)
