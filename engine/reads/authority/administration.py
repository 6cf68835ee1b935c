"""Accounts, teams and published models as an administrator at the command line sees them."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, or_, select

from engine.base.errors import NotFound
from engine.tables import Account, Agency, Bundle, Membership, Team


@dataclass(frozen=True, slots=True)
class AccountRow:
    """`roles` are those held now, each with the team where there is one: "team_manager (Duty team)"."""

    email: str
    name: str
    roles: tuple[str, ...]
    disabled: bool


@dataclass(frozen=True, slots=True)
class BundleRow:
    """Models as they were published; the one with the highest number is in force."""

    number: int
    hash: str
    published_at: datetime
    published_by: str
    shipped: bool


def accounts(connection: Connection, now: datetime) -> tuple[AccountRow, ...]:
    """Everybody, in order of name."""
    held = connection.execute(
        select(Membership.account_id, Membership.role, Team.name.label("team"))
        .outerjoin(Team, Team.id == Membership.team_id)
        .where(Membership.held_from <= now, or_(Membership.held_until.is_(None), Membership.held_until > now))
        .order_by(Membership.role)
    )
    roles: dict[str, list[str]] = defaultdict(list)
    for account, role, team in held:
        roles[account].append(f"{role} ({team})" if team else role)
    rows = connection.execute(
        select(Account.id, Account.email, Account.name, Account.disabled_at).order_by(Account.name, Account.email)
    )
    return tuple(
        AccountRow(row.email, row.name, tuple(roles[row.id]), bool(row.disabled_at and row.disabled_at <= now))
        for row in rows
    )


def account_called(connection: Connection, email: str) -> str:
    """The id of the account. Raises NotFound."""
    found = connection.scalar(select(Account.id).where(Account.email == email.strip().casefold()))
    if found is None:
        raise NotFound(f"Nobody has an account with the address {email}.")
    return found


def has_agency(connection: Connection, agency: str) -> bool:
    return connection.scalar(select(Agency.id).where(Agency.id == agency)) is not None


def teams_of(connection: Connection, agency: str) -> dict[str, str]:
    """Name -> id."""
    rows = connection.execute(select(Team.name, Team.id).where(Team.agency_id == agency).order_by(Team.name))
    return {row.name: row.id for row in rows}


def bundles(connection: Connection) -> tuple[BundleRow, ...]:
    """Newest first."""
    rows = connection.execute(
        select(Bundle.number, Bundle.hash, Bundle.published_at, Bundle.published_by, Bundle.shipped).order_by(
            Bundle.number.desc()
        )
    )
    return tuple(BundleRow(*row) for row in rows)
