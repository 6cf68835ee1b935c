"""Who is signed in. Sessions live here and not in the cookie, so that one can be ended at once (OWASP ASVS 5, 7.4).

The browser holds a random token, the database its SHA-256 digest: a stolen copy of the table opens nothing.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, bindparam, delete, insert, or_, select, update

from engine.base.database import Database
from engine.base.errors import NotFound, RefusalCode
from engine.people import identity
from engine.people.command import CommandRight, Work, command
from engine.people.factors import Factors, SignInWay, factors_of, has_app, has_passkey
from engine.people.identity import Actor
from engine.people.signed import NOTHING_UNSIGNED, Unsigned, conduct_unsigned, sharing_unsigned
from engine.record.chain import NewEntry, append
from engine.tables import Account, Instant, Session, enabled_at

IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=12)
# A page is looked at many times a minute; being there is noted once.
NOTED_EVERY = timedelta(minutes=1)
# For so long whoever has shown who they are is not asked for it again.
FRESH = timedelta(minutes=5)
# For so long the password waits for the second factor.
HALF = timedelta(minutes=10)
TOKEN_BYTES = 32
# Asked with every request, and so made once.
_NOW = bindparam("now", type_=Instant)
_PRESENT = select(
    *(Session.account_id, Session.created_at, Session.seen_at, Session.confirmed_at, Session.way),
    *(conduct_unsigned(Session.account_id, _NOW).label("conduct"),),
    *(sharing_unsigned(Session.account_id, _NOW).label("sharing"),),
    *(has_app(Session.account_id).label("app"), has_passkey(Session.account_id).label("passkey")),
).where(
    Session.digest == bindparam("digest"),
    Session.half.is_(False),
    Session.seen_at > bindparam("seen_after", type_=Instant),
    Session.created_at > bindparam("created_after", type_=Instant),
)


@dataclass(frozen=True, slots=True)
class Presence:
    """Somebody who is signed in. `to_note`: it is time to call `note` again, else the session runs out. `fresh`: they
    have just shown who they are. `factors`: what they show beside a password. `way`: how the session began.
    `unsigned`: what must be signed before the door opens. `ends`: when the session is over unless something is asked
    for, and `latest` whatever is asked for; None where there is no session.
    """

    actor: Actor
    to_note: bool
    fresh: bool
    factors: Factors
    way: SignInWay = SignInWay.PASSWORD
    unsigned: Unsigned = NOTHING_UNSIGNED
    ends: datetime | None = None
    latest: datetime | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """Whose password was shown in a browser a short while ago, or whom the provider let in, and whose second factor was
    not shown yet. `anew`: what they showed was asked of them then, and not remembered by the provider.
    """

    account: str
    email: str
    factors: Factors
    way: SignInWay
    anew: bool


def present(database: Database, token: str, now: datetime, read_only_since: datetime | None = None) -> Presence | None:
    """Whose session this is; None where it is over, or the account is disabled.

    While nothing can be written nobody is noted to be there, and nobody can agree to a code of conduct: what stood when
    that began goes on.
    """
    noted_until = min(now, read_only_since or now)
    with database.read() as connection:
        given = {"digest": digest(token), "seen_after": noted_until - IDLE, "created_after": now - LONGEST, "now": now}
        row = connection.execute(_PRESENT, given).one_or_none()
        if row is None:
            return None
        try:
            actor = identity.actor(connection, row.account_id, now)
        except NotFound:
            return None
    fresh = row.confirmed_at is not None and now - row.confirmed_at < FRESH
    factors = Factors(row.app, row.passkey)
    to_note = now - row.seen_at >= NOTED_EVERY
    unsigned = Unsigned(row.conduct if read_only_since is None else None, row.sharing, row.created_at)
    latest = row.created_at + LONGEST
    return Presence(
        actor,
        to_note=to_note,
        fresh=fresh,
        factors=factors,
        way=SignInWay(row.way),
        unsigned=unsigned,
        ends=latest if read_only_since else min(latest, row.seen_at + IDLE),
        latest=latest,
    )


def present_without_session(database: Database, account: str, now: datetime) -> Presence | None:
    """Somebody who has shown who they are while no session could be written; None where the account is disabled."""
    with database.read() as connection:
        try:
            actor = identity.actor(connection, account, now)
            return Presence(actor, to_note=False, fresh=False, factors=factors_of(connection, account))
        except NotFound:
            return None


@command(may=CommandRight.SYSTEM)
def begin(
    work: Work,
    account: str,
    replaced: str = "",
    *,
    confirmed: bool = False,
    by_second_factor: bool = False,
    way: SignInWay = SignInWay.PASSWORD,
    anew: bool = True,
) -> str:
    """The token of a new session. An earlier session of that browser ends. `confirmed`: they have shown who they are;
    in the demonstration nobody does. `anew`: and just now; a provider may know them from hours ago, and then the
    browser may have been left open. Whoever has a second factor and has shown none, neither here nor to the provider,
    gets half a session, which opens nothing (`waiting`).

    Raises NotFound where the account is disabled.
    """
    actor = identity.actor(work.connection, account, work.now)
    one_factor = confirmed and not by_second_factor and way is not SignInWay.PROVIDER_AND_SECOND
    half = one_factor and factors_of(work.connection, account).any
    _forget(work, replaced)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    work.connection.execute(
        insert(Session).values(
            digest=digest(token),
            account_id=account,
            created_at=work.now,
            seen_at=work.now,
            confirmed_at=work.now if confirmed and anew else None,
            half=half,
            way=way,
        )
    )
    if not half:
        work.connection.execute(update(Account).where(Account.id == account).values(signed_in_at=work.now))
        said = NewEntry("signed_in", payload={"by": "provider"} if way.by_provider else None)
        append(work.connection, actor.chain, actor.signature, work.now, [said])
    return token


def waiting(database: Database, token: str, now: datetime) -> Waiting | None:
    half = (Session.digest == digest(token), Session.half, Session.created_at > now - HALF)
    with database.read() as connection:
        row = connection.execute(
            select(Account.id, Account.email, Session.way, Session.confirmed_at)
            .join(Session, Session.account_id == Account.id)
            .where(*half, enabled_at(now))
        ).one_or_none()
        if row is None:
            return None
        way, anew = SignInWay(row.way), row.confirmed_at is not None
        return Waiting(row.id, row.email, factors_of(connection, row.id), way, anew)


def account_at(connection: Connection, digest: str, at: datetime) -> str | None:
    """Whose session stood at that moment, where it is still known."""
    stood = (Session.digest == digest, Session.created_at > at - LONGEST, Session.seen_at > at - IDLE)
    return connection.scalar(select(Session.account_id).where(*stood, Session.half.is_(False)))


def note(database: Database, now: datetime, token: str) -> None:
    """The person is still there: the idle time counts from now. Not a command, as nothing is done."""
    with database.brief_transaction() as connection:
        connection.execute(update(Session).where(Session.digest == digest(token)).values(seen_at=now))


@command(may=CommandRight.SIGNED_IN)
def confirm(work: Work, token: str) -> str:
    """The person has shown again who they are (`accounts.must_be`): for a while they are not asked once more. Gives
    another token for the session, so that whoever has a copy of the one before has nothing of it (OWASP ASVS 5, 7.2.4).
    """
    mine = (Session.digest == digest(token), Session.account_id == work.actor.account)
    other = secrets.token_urlsafe(TOKEN_BYTES)
    work.connection.execute(update(Session).where(*mine).values(confirmed_at=work.now, digest=digest(other)))
    return other


@command(may=CommandRight.SIGNED_IN)
def end_one(work: Work, ended: str) -> None:
    """One of the person's own, by its digest; nothing happens where it is over already."""
    _end_own(work, Session.digest == ended)


@command(may=CommandRight.SIGNED_IN)
def end_others(work: Work, token: str) -> None:
    """All of the person's own but this one."""
    _end_own(work, Session.digest != digest(token))


def _end_own(work: Work, which: ColumnElement[bool]) -> None:
    gone = work.connection.execute(delete(Session).where(Session.account_id == work.actor.account, which))
    if gone.rowcount:
        said = NewEntry("sessions_ended", payload={"how_many": gone.rowcount})
        append(work.connection, work.actor.chain, work.actor.signature, work.now, [said])


@command(may=CommandRight.ADMINISTRATOR)
def end_for_others(work: Work, account: str | None = None) -> int:
    """Those of one person, or of everybody in the authority: they sign in again. Gives how many were over by it.

    Raises NotFound for no account of ours.
    """
    ours = select(Account.id).where(Account.authority_id == work.authority)
    if account is not None:
        ours = ours.where(Account.id == account)
        if work.connection.scalar(ours) is None:
            raise NotFound("There is no such account.", code=RefusalCode.UNKNOWN_ACCOUNT)
    gone = work.connection.execute(delete(Session).where(Session.account_id.in_(ours))).rowcount
    work.record_settled("sessions_of_others_ended", {"account": account, "how_many": gone})
    return gone


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
