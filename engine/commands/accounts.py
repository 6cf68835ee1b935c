"""Organisations, teams and accounts; and whether a password is right."""

import math
import threading
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import delete, exists, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from engine.base.database import Database
from engine.base.database_faults import DatabaseUnavailable
from engine.base.errors import NotAllowed, NotFound, NotPossible, RefusalCode
from engine.base.identifiers import new_id
from engine.commands import counting
from engine.commands.counting import Budget
from engine.facts import models
from engine.forms.cleaning import must_not_turn
from engine.people.command import CommandRight, Work, command
from engine.people.identity import ADMINISTRATOR, SYSTEM
from engine.people.password_entry import HASHED_ANEW, By, note_password
from engine.people.password_rule import LONGEST_PASSWORD, must_be_good
from engine.record.chain import NewEntry, append
from engine.tables import Account, Membership, Organisation, Session, Team, enabled_at, held_at

# One check takes 145 ms and 64 MiB (measured): as a load on the server it is limited, whoever asks for it.
CHECKS_AT_ONCE = 2
LONGEST_WAIT = timedelta(seconds=10)  # of a whole office that signs in at nine
WRONG = "That email address and password do not belong together. Check both and try again."
TRY_LATER = "Wrong passwords have been tried. Wait {wait}, then try again: until then no password is looked at."
BUSY = "Many people are signing in at this moment. Wait a minute and try again."


class TooSoon(NotPossible):
    """After wrong passwords the next is not looked at for a while. `again_at` is when it is."""

    def __init__(self, again_at: datetime, wait: timedelta) -> None:
        self.again_at = again_at
        seconds = math.ceil(wait.total_seconds())
        number, unit = (seconds, "second") if seconds < 60 else (math.ceil(seconds / 60), "minute")
        said = f"{number} {unit}{'' if number == 1 else 's'}"
        super().__init__(TRY_LATER.format(wait=said), code=RefusalCode.TOO_SOON)


@dataclass(frozen=True, slots=True)
class Tries:
    """With which others a wrong password counts. `key` is whoever tries the one account: each makes their next wait
    longer. `budgets` are shared with others: how many wrong ones may be tried at all.
    """

    key: str
    budgets: Mapping[str, Budget] = field(default_factory=dict[str, Budget])


_hasher = PasswordHasher()
_uncounted: dict[str, datetime] = {}
_checking = threading.BoundedSemaphore(CHECKS_AT_ONCE)


def hashed(password: str, own: Iterable[str] = ()) -> str:
    """What is stored of a password. `own` is what is known of the person. Raises BadAnswers as `must_be_good`, and
    NotPossible while too many are being looked at.
    """
    must_be_good(password, own)
    with _one_of_few():
        return _hasher.hash(password)


def account_of(database: Database, now: datetime, email: str, password: str, tries: Tries) -> str:
    """The account that this email address and password open.

    Raises NotAllowed in the same words, and after the same time, whether the address is unknown, disabled or the
    password wrong; TooSoon, as little telling, before it looks at a password that comes too soon after wrong ones;
    NotPossible while too many are being checked. Not a command: hashing must hold no transaction.
    """
    row = _by_email(database, now, email)
    stored = row[1] if row and row[1] else _nobodys()
    with _one_of_few():  # so that many that are sent at once are not all looked at before the first is counted
        tried_before = _must_not_wait(database, now, tries)
        right = _matches(stored, password[: LONGEST_PASSWORD + 1])
        if row is None or row[1] is None or not right:
            try:
                note_wrong_password(database, SYSTEM, now, row[0] if row else None, tries)
            except DatabaseUnavailable:
                _keep_in_mind(tries.key, now)
                raise
            raise NotAllowed(WRONG, code=RefusalCode.SIGN_IN_FAILED)
        if stored.startswith("$argon2") and _hasher.check_needs_rehash(stored):
            with suppress(DatabaseUnavailable):
                hash_anew(database, SYSTEM, now, row[0], stored, _hasher.hash(password))
    if tried_before:  # whoever has shown who they are is not kept out where that cannot be written
        with suppress(DatabaseUnavailable), database.brief_transaction() as connection:
            counting.forget(connection, tries.key)
    return row[0]


def must_be(database: Database, now: datetime, account: str, password: str, tries: Tries) -> None:
    """Whoever is signed in shows again who they are, before something that a borrowed browser must not do.

    Raises NotAllowed where it is not their password, and TooSoon and NotPossible as `account_of`.
    """
    with database.read() as connection:
        email = connection.scalar(select(Account.email).where(Account.id == account))
    try:
        account_of(database, now, email or "", password, tries)
    except NotAllowed:
        raise NotAllowed("That is not your password.", code=RefusalCode.PASSWORD) from None


def _keep_in_mind(key: str, now: datetime) -> None:
    """A wrong password that could not be counted: this process lets whoever gave it wait for as long as any may."""
    for one in [one for one, end in _uncounted.items() if end <= now]:
        del _uncounted[one]
    _uncounted[key] = now + counting.LONGEST_DELAY


@command(may=CommandRight.SYSTEM)
def note_wrong_password(work: Work, account: str | None, tries: Tries) -> None:
    """Counts it, and where there is such an account it stands in the record of whose that is: in one transaction, so
    that both take as long.
    """
    counting.forget_old(work.connection, work.now)
    counting.count(work.connection, work.now, {**tries.budgets, tries.key: Budget(1, counting.WRONG_COUNTS_FOR)})
    if account:
        said = {"command": "sign_in", "refusal": NotAllowed.__name__, "code": RefusalCode.SIGN_IN_FAILED}
        append(work.connection, f"person:{account}", "public", work.now, [NewEntry("refused", payload=said)])


@command(may=CommandRight.SYSTEM)
def hash_anew(work: Work, account: str, before: str, after: str) -> None:
    """A password that was just shown is stored by what is asked of one now. Nothing happens where another was chosen
    meanwhile.
    """
    same = (Account.id == account, Account.password_hash == before)
    if work.connection.execute(update(Account).where(*same).values(password_hash=after)).rowcount:
        authority = work.connection.scalars(select(Account.authority_id).where(Account.id == account)).one()
        note_password(work, account, authority, after, HASHED_ANEW)


def _must_not_wait(database: Database, now: datetime, tries: Tries) -> bool:
    """Whether there were wrong ones before. Raises TooSoon."""
    with database.read() as connection:
        wrong, may_try_at = counting.wrong_before(connection, now, tries.key)
        ends = (may_try_at, counting.room_at(connection, now, tries.budgets), _uncounted.get(tries.key))
    if again_at := max((end for end in ends if end is not None and end > now), default=None):
        raise TooSoon(again_at, again_at - now)
    return wrong > 0


@command(may=CommandRight.ADMINISTRATOR)
def add_organisation(work: Work, agency: str, name: str) -> str:
    """As `new_organisation`."""
    return new_organisation(work, agency, name)


def new_organisation(work: Work, agency: str, name: str) -> str:
    """A school, a trust, a police force: `agency` is an id of roles.toml. Gives the organisation's id.

    Raises NotFound where there is no such agency, BadAnswers for a name that would turn round what stands beside it.
    """
    kind = models.in_force(work.connection, work.authority).agencies.get(agency)
    if kind is None:
        raise NotFound(f"There is no agency called “{agency}”.", code=RefusalCode.UNKNOWN_NAME)
    must_not_turn("name", "The name", name)
    organisation = new_id()
    values = {"agency": agency, "name": name, "leads": kind.leads}
    row = {"id": organisation, "authority_id": work.authority, **values}
    work.connection.execute(insert(Organisation).values(row))
    work.record_settled("organisation_added", {"organisation": organisation, **values})
    return organisation


@command(may=CommandRight.ADMINISTRATOR)
def add_team(work: Work, organisation: str, name: str, duty: bool = False) -> str:
    """As `new_team`."""
    return new_team(work, organisation, name, duty)


def new_team(work: Work, organisation: str, name: str, duty: bool = False) -> str:
    """`duty`: the team that referrals reach first. Gives the team's id.

    Raises NotFound for no organisation of ours, BadAnswers for a name that would turn round what stands beside it.
    """
    must_be_ours(work, Organisation, organisation)
    must_not_turn("name", "The name", name)
    team = new_id()
    values = {"organisation_id": organisation, "name": name, "duty": duty}
    work.connection.execute(insert(Team).values(id=team, authority_id=work.authority, **values))
    work.record_settled("team_added", {"team": team, "organisation": organisation, "name": name, "duty": duty})
    return team


@command(may=CommandRight.ADMINISTRATOR)
def add_account(work: Work, name: str, email: str, password_hash: str | None = None) -> str:
    """As `new_account`."""
    return new_account(work, name, email, password_hash)


def new_account(work: Work, name: str, email: str, password_hash: str | None = None, by: By = "account") -> str:
    """The account's id. `password_hash` is from `hashed`: without one no password opens it. `by` is for the record.

    Raises NotPossible where the email address has an account already, in whichever authority, BadAnswers for a name
    that would turn round what stands beside it.
    """
    must_not_turn("name", "The name", name)
    account = new_id()
    values = {
        "id": account,
        "authority_id": work.authority,
        "name": name,
        "email": folded(email),
        "password_hash": password_hash,
    }
    try:
        work.connection.execute(insert(Account).values(**values, created_at=work.now, disabled_at=None))
    except IntegrityError:
        raise NotPossible(f"{email} has an account already.", code=RefusalCode.ADDRESS_TAKEN) from None
    work.record_settled("account_added", {"account": account, "name": name, "email": folded(email)})
    if password_hash is not None:
        note_password(work, account, work.authority, password_hash, by)
    return account


@command(may=CommandRight.ADMINISTRATOR)
def disable_account(work: Work, account: str) -> None:
    """From now on it opens nothing, and its sessions are over. What the person did stays in the record. The tasks that
    they had taken are handed back by `engine.commands.leavers`, each in its own case.

    Raises NotFound, NotAllowed for one's own account, NotPossible where nobody would be left who administers.
    """
    must_be_ours(work, Account, account)
    if account == work.actor.account:
        words = "You cannot disable your own account. Another administrator does that."
        raise NotAllowed(words, code=RefusalCode.OWN_RIGHTS)
    must_leave_an_administrator(work, account)
    work.connection.execute(update(Account).where(Account.id == account).values(disabled_at=work.now))
    work.connection.execute(delete(Session).where(Session.account_id == account))
    work.record_settled("account_disabled", {"account": account})


def must_leave_an_administrator(work: Work, leaving: str) -> None:
    """Somebody else who administers now, and of whom no end is known. At the command line another can be made."""
    others = select(Membership.id).join(Account, Account.id == Membership.account_id)
    stays = (
        *(Account.authority_id == work.authority, Account.id != leaving, Membership.role == ADMINISTRATOR),
        *(held_at(work.now), Membership.held_until.is_(None), enabled_at(work.now)),
    )
    if not work.actor.is_system and work.connection.execute(others.where(*stays).limit(1)).one_or_none() is None:
        words = "Nobody else would be left who administers people here. Make somebody else an administrator first."
        raise NotPossible(words, code=RefusalCode.LAST_ADMINISTRATOR)


def must_be_ours(work: Work, table: type[Account | Organisation | Team], key: str) -> None:
    """Raises NotFound for what is not there, or is another authority's: the two cannot be told apart."""
    ours = exists().where(table.id == key, table.authority_id == work.authority)
    if not work.connection.execute(select(ours)).scalar_one():
        raise NotFound(f"There is no such {table.__tablename__}.", code=RefusalCode.UNKNOWN_NAME)


def _by_email(database: Database, now: datetime, email: str) -> tuple[str, str | None] | None:
    with database.read() as connection:
        row = connection.execute(
            select(Account.id, Account.password_hash)
            .where(Account.email == folded(email))
            .where(or_(Account.disabled_at.is_(None), Account.disabled_at > now))
        ).one_or_none()
    return (row.id, row.password_hash) if row else None


def folded(email: str) -> str:
    """As it is stored and looked for."""
    return email.strip().casefold()


@contextmanager
def _one_of_few() -> Generator[None]:
    if not _checking.acquire(timeout=LONGEST_WAIT.total_seconds()):
        raise NotPossible(BUSY, code=RefusalCode.BUSY)
    try:
        yield
    finally:
        _checking.release()


def _matches(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except VerifyMismatchError:
        return False


@cache
def _nobodys() -> str:
    """Checked against where there is no such account, so that an answer takes as long as any other."""
    return _hasher.hash(new_id())
