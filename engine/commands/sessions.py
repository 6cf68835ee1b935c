"""Who is signed in. Sessions live here and not in the cookie, so that one can be ended at once (OWASP ASVS 5, 7.4).

The browser holds a random token, the database its SHA-256 digest: a stolen copy of the table opens nothing.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, insert, or_, select, update

from engine.base.database import Database
from engine.base.errors import NotFound
from engine.people import identity
from engine.people.command import CommandRight, Work, command
from engine.people.identity import Actor
from engine.record.chain import NewEntry, append
from engine.tables import Account, Instant, Session

IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=12)
# A page is looked at many times a minute; being there is noted once.
NOTED_EVERY = timedelta(minutes=1)
# For so long whoever has shown their password is not asked for it again.
FRESH = timedelta(minutes=5)
TOKEN_BYTES = 32
# Asked with every request, and so made once.
_PRESENT = select(Session.account_id, Session.seen_at, Session.confirmed_at).where(
    Session.digest == bindparam("digest"),
    Session.seen_at > bindparam("seen_after", type_=Instant),
    Session.created_at > bindparam("created_after", type_=Instant),
)


@dataclass(frozen=True, slots=True)
class Presence:
    """Somebody who is signed in. `to_note`: it is time to call `note` again, else the session runs out. `fresh`: they
    have just shown who they are.
    """

    actor: Actor
    to_note: bool
    fresh: bool


def present(database: Database, token: str, now: datetime, read_only_since: datetime | None = None) -> Presence | None:
    """Whose session this is; None where it is over, or the account is disabled.

    While nothing can be written nobody is noted to be there: what stood when that began goes on.
    """
    noted_until = min(now, read_only_since or now)
    with database.read() as connection:
        given = {"digest": digest(token), "seen_after": noted_until - IDLE, "created_after": now - LONGEST}
        row = connection.execute(_PRESENT, given).one_or_none()
        if row is None:
            return None
        try:
            actor = identity.actor(connection, row.account_id, now)
        except NotFound:
            return None
    fresh = row.confirmed_at is not None and now - row.confirmed_at < FRESH
    return Presence(actor, to_note=now - row.seen_at >= NOTED_EVERY, fresh=fresh)


def present_without_session(database: Database, account: str, now: datetime) -> Presence | None:
    """Somebody who has shown who they are while no session could be written; None where the account is disabled."""
    with database.read() as connection:
        try:
            return Presence(identity.actor(connection, account, now), to_note=False, fresh=False)
        except NotFound:
            return None


@command(may=CommandRight.SYSTEM)
def begin(work: Work, account: str, replaced: str = "", *, confirmed: bool = False) -> str:
    """The token of a new session. An earlier session of that browser ends. `confirmed`: they have shown a password;
    in the demonstration nobody has one.

    Raises NotFound where the account is disabled.
    """
    actor = identity.actor(work.connection, account, work.now)
    _forget(work, replaced)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    work.connection.execute(
        insert(Session).values(
            digest=digest(token),
            account_id=account,
            created_at=work.now,
            seen_at=work.now,
            confirmed_at=work.now if confirmed else None,
        )
    )
    work.connection.execute(update(Account).where(Account.id == account).values(signed_in_at=work.now))
    append(work.connection, actor.chain, actor.signature, work.now, [NewEntry("signed_in")])
    return token


def account_at(connection: Connection, digest: str, at: datetime) -> str | None:
    """Whose session stood at that moment, where it is still known."""
    stood = (Session.digest == digest, Session.created_at > at - LONGEST, Session.seen_at > at - IDLE)
    return connection.scalar(select(Session.account_id).where(*stood))


def note(database: Database, now: datetime, token: str) -> None:
    """The person is still there: the idle time counts from now. Not a command, as nothing is done."""
    with database.brief_transaction() as connection:
        connection.execute(update(Session).where(Session.digest == digest(token)).values(seen_at=now))


@command(may=CommandRight.SIGNED_IN)
def confirm(work: Work, token: str) -> None:
    """The person has shown again who they are (`accounts.must_be`): for a while they are not asked once more."""
    mine = (Session.digest == digest(token), Session.account_id == work.actor.account)
    work.connection.execute(update(Session).where(*mine).values(confirmed_at=work.now))


@command(may=CommandRight.SIGNED_IN)
def end(work: Work, token: str) -> None:
    _forget(work, token)
    append(work.connection, work.actor.chain, work.actor.signature, work.now, [NewEntry("signed_out")])


def _forget(work: Work, token: str) -> None:
    """This session, and with it all that have run out."""
    over = or_(Session.seen_at <= work.now - IDLE, Session.created_at <= work.now - LONGEST)
    work.connection.execute(delete(Session).where(or_(Session.digest == digest(token), over)))


def digest(token: str) -> str:
    """What is stored of it: it opens nothing."""
    return hashlib.sha256(token.encode()).hexdigest()
