"""What somebody sees of their own account: where they are signed in, and what they show beside their password."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from engine.people.identity import Actor
from engine.tables import Account, CodeApp, Passkey, RecoveryCode, Session


@dataclass(frozen=True, slots=True)
class OwnSession:
    """`digest` names it, and opens nothing."""

    digest: str
    began_at: datetime
    seen_at: datetime
    is_this: bool


@dataclass(frozen=True, slots=True)
class OwnPasskey:
    id: str
    name: str
    made_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """`sessions` are those that stand, this one first. `app_since`: since when an app shows codes."""

    name: str
    email: str
    sessions: tuple[OwnSession, ...]
    app_since: datetime | None
    passkeys: tuple[OwnPasskey, ...]
    recovery_codes: int
    cases_shown: tuple[str, ...] = ()

    @property
    def others(self) -> int:
        return sum(not one.is_this for one in self.sessions)


def own_email(connection: Connection, actor: Actor, _now: datetime) -> str:
    return connection.execute(select(Account.email).where(Account.id == actor.account)).scalar_one()


def own_account(
    connection: Connection, actor: Actor, _now: datetime, digest: str, seen_after: datetime, begun_after: datetime
) -> OwnAccount:
    """`digest` is of this browser's session; those stand that were seen and begun after these moments."""
    account = select(Account.name, Account.email).where(Account.id == actor.account)
    row = connection.execute(account).one()
    sessions = connection.execute(
        select(Session.digest, Session.created_at, Session.seen_at)
        .where(Session.account_id == actor.account, Session.half.is_(False))
        .where(Session.seen_at > seen_after, Session.created_at > begun_after)
        .order_by(Session.seen_at.desc(), Session.digest)
    )
    known = [OwnSession(one.digest, one.created_at, one.seen_at, one.digest == digest) for one in sessions]
    passkeys = connection.execute(
        select(Passkey.id, Passkey.name, Passkey.made_at, Passkey.used_at)
        .where(Passkey.account_id == actor.account)
        .order_by(Passkey.made_at, Passkey.id)
    )
    codes = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.account_id == actor.account)
    return OwnAccount(
        name=row.name,
        email=row.email,
        sessions=tuple(sorted(known, key=lambda one: not one.is_this)),
        app_since=connection.scalar(select(CodeApp.confirmed_at).where(CodeApp.account_id == actor.account)),
        passkeys=tuple(OwnPasskey(one.id, one.name, one.made_at, one.used_at) for one in passkeys),
        recovery_codes=connection.execute(codes).scalar_one(),
    )
