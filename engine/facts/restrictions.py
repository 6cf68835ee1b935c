"""Which restrictions hold for a case, who may restrict it, and who would know of it if it were not restricted."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection, or_, select

from engine.base.numbers import reference_as_kept
from engine.people.identity import OVERSIGHT, Actor, actor
from engine.people.who_knows import in_authority_of, is_open_in_emergency, is_theirs
from engine.tables import (
    Account,
    Case,
    Membership,
    NamedAccount,
    Part,
    RestrictedCase,
    Restriction,
    enabled_at,
    held_at,
)


def restrictions_of(connection: Connection, case: str) -> tuple[str, ...]:
    """The ids of those that hold for the case, the oldest first."""
    rows = connection.scalars(
        select(Restriction.id)
        .join(RestrictedCase, RestrictedCase.restriction_id == Restriction.id)
        .where(RestrictedCase.case_id == case, Restriction.ended_at.is_(None))
        .order_by(Restriction.restricted_at, Restriction.id)
    )
    return tuple(rows)


def named_by_restriction(connection: Connection, restrictions: Collection[str]) -> Mapping[str, Mapping[str, str]]:
    """Of each restriction the names of those who are named in it, by account, in order of name."""
    rows = connection.execute(
        select(Account.id, Account.name, NamedAccount.restriction_id)
        .join(NamedAccount, NamedAccount.account_id == Account.id)
        .where(NamedAccount.restriction_id.in_(restrictions))
        .order_by(Account.name, Account.id)
    )
    found: dict[str, dict[str, str]] = {one: {} for one in restrictions}
    for row in rows:
        found[row.restriction_id][row.id] = row.name
    return found


def named_in(connection: Connection, restrictions: Collection[str]) -> Mapping[str, str]:
    """The names, by account, of those who are named in all of these restrictions."""
    first, *others = named_by_restriction(connection, restrictions).values()
    return {account: name for account, name in first.items() if all(account in one for one in others)}


def who_would_know(connection: Connection, case: str, now: datetime) -> Mapping[str, str]:
    """The names, by account: who works in the team of the case, or for an organisation that has a part in it, and who
    oversees; without those who are barred.
    """
    parts = select(Part.organisation_id).where(
        Part.case_id == case, Part.organisation_id.is_not(None), or_(Part.held_until.is_(None), Part.held_until > now)
    )
    team = select(Case.team_id).where(Case.id == case).scalar_subquery()
    authority = select(Case.authority_id).where(Case.id == case).scalar_subquery()
    theirs = or_(Membership.team_id == team, Membership.organisation_id.in_(parts), Membership.role.in_(OVERSIGHT))
    rows = connection.execute(
        select(Account.id, Account.name)
        .distinct()
        .join(Membership, Membership.account_id == Account.id)
        .where(Account.authority_id == authority, held_at(now), enabled_at(now), theirs)
        .order_by(Account.name, Account.id)
    )
    found = {row.id: row.name for row in rows}
    return {account: name for account, name in found.items() if _would_know(connection, case, account, now)}


def who_would_not(connection: Connection, case: str, accounts: Collection[str], now: datetime) -> tuple[str, ...]:
    """The names of those of the accounts who would not know of the case anyway."""
    names = connection.execute(select(Account.id, Account.name).where(Account.id.in_(accounts)).order_by(Account.name))
    return tuple(row.name for row in names.all() if not _would_know(connection, case, row.id, now))


def _would_know(connection: Connection, case: str, account: str, now: datetime) -> bool:
    somebody = actor(connection, account, now)
    return connection.scalar(select(Case.id).where(Case.id == case, is_theirs(somebody))) is not None


def case_to_restrict(connection: Connection, officer: Actor, reference: str) -> str | None:
    """The case of this reference, unless the officer is barred from its child."""
    of_case = Case.reference == reference_as_kept(reference), in_authority_of(officer)
    return connection.scalar(select(Case.id).where(*of_case, is_open_in_emergency(officer)))
