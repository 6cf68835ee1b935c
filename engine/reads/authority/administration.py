"""Accounts, teams and published models as an administrator at the command line sees them."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, or_, select

from engine.base.errors import NotFound, RefusalCode
from engine.tables import Account, Case, Membership, Organisation, Publication, Team, held_at


@dataclass(frozen=True, slots=True)
class AccountRow:
    """`roles` are those held now, each with the team where there is one: "team_manager (Duty team)"."""

    email: str
    name: str
    roles: tuple[str, ...]
    disabled: bool


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
        select(Account.id, Account.email, Account.name, Account.disabled_at)
        .where(Account.authority_id == authority)
        .order_by(Account.name, Account.email)
    )
    return tuple(
        AccountRow(row.email, row.name, tuple(roles[row.id]), bool(row.disabled_at and row.disabled_at <= now))
        for row in rows
    )


class CaseFound(NamedTuple):
    case: str
    reference: str
    authority: str


def case_called(connection: Connection, named: str) -> CaseFound:
    """By its reference or its id, of whichever authority. Raises NotFound."""
    found = connection.execute(
        select(Case.id, Case.reference, Case.authority_id).where(or_(Case.id == named, Case.reference == named.upper()))
    ).one_or_none()
    if found is None:
        raise NotFound(f"There is no case {named}.", code=RefusalCode.UNKNOWN_NAME)
    return CaseFound(found.id, found.reference, found.authority_id)


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
