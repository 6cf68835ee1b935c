"""Accounts, teams and published models as an administrator at the command line sees them."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, or_, select

from engine.base.errors import NotFound, RefusalCode
from engine.base.numbers import reference_as_kept
from engine.tables import Account, Case, Membership, NamedRow, Organisation, Publication, Team, held_at

UNUSED = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class AccountRow:
    """`roles` are those held now, each with the team where there is one: "team_manager (Duty team)". `is_unused`: they
    have not signed in for 90 days.
    """

    email: str
    name: str
    roles: tuple[str, ...]
    disabled: bool
    is_unused: bool


@dataclass(frozen=True, slots=True)
class PublicationRow:
    """Models as an authority published them; the one with the highest number is in force. `published_by` and
    `approved_by` are accounts; `change` and `approved_by` are None for what is shipped.
    """

    number: int
    hash: str
    published_at: datetime
    published_by: str
    reason: str
    shipped: bool
    change: str | None
    approved_by: str | None


def accounts(connection: Connection, authority: str, now: datetime) -> tuple[AccountRow, ...]:
    """Everybody of the authority, in order of name."""
    held = connection.execute(
        select(Membership.account_id, Membership.role, Team.name.label("team"))
        .outerjoin(Team, Team.id == Membership.team_id)
        .join(Account, Account.id == Membership.account_id)
        .where(Account.authority_id == authority)
        .where(held_at(now))
        .order_by(Membership.role)
    )
    roles: dict[str, list[str]] = defaultdict(list)
    for account, role, team in held:
        roles[account].append(f"{role} ({team})" if team else role)
    rows = connection.execute(
        select(Account.id, Account.email, Account.name, Account.created_at, Account.disabled_at, Account.signed_in_at)
        .where(Account.authority_id == authority)
        .order_by(Account.name, Account.email)
    )
    return tuple(
        AccountRow(
            email=row.email,
            name=row.name,
            roles=tuple(roles[row.id]),
            disabled=is_disabled(row, now),
            is_unused=is_unused(row, now),
        )
        for row in rows
    )


class CaseCalled(NamedTuple):
    case: str
    reference: str
    authority: str


def case_called(connection: Connection, named: str) -> CaseCalled:
    """By its reference or its id, of whichever authority. Raises NotFound."""
    called = or_(Case.id == named, Case.reference == reference_as_kept(named))
    found = connection.execute(select(Case.id, Case.reference, Case.authority_id).where(called)).one_or_none()
    if found is None:
        raise NotFound(f"There is no case {named}.", code=RefusalCode.UNKNOWN_NAME)
    return CaseCalled(found.id, found.reference, found.authority_id)


def is_disabled(account: NamedRow, now: datetime) -> bool:
    return account.disabled_at is not None and account.disabled_at <= now


def is_unused(account: NamedRow, now: datetime) -> bool:
    """Open, and nobody has signed in with it for long, nor was it made since."""
    return not is_disabled(account, now) and (account.signed_in_at or account.created_at) <= now - UNUSED


def membership_called(
    connection: Connection, account: str, role: str, organisation: str | None, team: str | None, now: datetime
) -> str:
    """The role of an account that is held now or later, there where it is said. Raises NotFound where it holds none, or
    several and it is not said which.
    """
    rows = connection.execute(
        select(Membership.id)
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .outerjoin(Team, Team.id == Membership.team_id)
        .where(Membership.account_id == account, Membership.role == role)
        .where(or_(Membership.held_until.is_(None), Membership.held_until > now))
        .where(*([Organisation.name == organisation] if organisation else []), *([Team.name == team] if team else []))
    ).all()
    if len(rows) != 1:
        words = "They hold no such role." if not rows else "They hold this role in several places: say in which."
        raise NotFound(words, code=RefusalCode.UNKNOWN_NAME)
    return rows[0].id


class AccountFound(NamedTuple):
    """An email address has one account in the whole installation, which says the authority."""

    account: str
    authority: str


def account_called(connection: Connection, email: str) -> AccountFound:
    """Raises NotFound."""
    found = connection.execute(
        select(Account.id, Account.authority_id).where(Account.email == email.strip().casefold())
    ).one_or_none()
    if found is None:
        raise NotFound(f"Nobody has an account with the address {email}.", code=RefusalCode.UNKNOWN_ACCOUNT)
    return AccountFound(found.id, found.authority_id)


def organisation_of(connection: Connection, authority: str, agency: str, name: str | None = None) -> str | None:
    """The id of the authority's organisation of this agency that is called so; without a name of its first."""
    ours = [Organisation.authority_id == authority, Organisation.agency == agency]
    ours += [Organisation.name == name] if name else []
    return connection.scalar(select(Organisation.id).where(*ours).order_by(Organisation.name, Organisation.id).limit(1))


def teams_of(connection: Connection, organisation: str) -> dict[str, str]:
    """Name -> id."""
    of_it = select(Team.name, Team.id).where(Team.organisation_id == organisation).order_by(Team.name)
    return {row.name: row.id for row in connection.execute(of_it)}


def publications(connection: Connection, authority: str) -> tuple[PublicationRow, ...]:
    """Newest first."""
    rows = connection.execute(
        select(
            *(Publication.number, Publication.bundle_hash, Publication.published_at, Publication.published_by),
            *(Publication.reason, Publication.shipped, Publication.change_id, Publication.approved_by),
        )
        .where(Publication.authority_id == authority)
        .order_by(Publication.number.desc())
    )
    return tuple(
        PublicationRow(
            number=row.number,
            hash=row.bundle_hash,
            published_at=row.published_at,
            published_by=row.published_by,
            reason=row.reason,
            shipped=row.shipped,
            change=row.change_id,
            approved_by=row.approved_by,
        )
        for row in rows
    )
