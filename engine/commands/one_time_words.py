"""What opens one thing once, for a limited time: made at random, known by its digest, gone when it is used."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection, delete, insert, or_, select

from engine.base.errors import NotPossible, RefusalCode
from engine.people.command import Work
from engine.tables import NamedRow, OneTimeWord

Purpose = Literal["password", "first_administrator"]
# Over a weekend, for somebody who reads their letters on Monday; and for whoever stands at the machine just now.
HOLDS: dict[Purpose, timedelta] = {"password": timedelta(days=3), "first_administrator": timedelta(hours=24)}
OVER = "This was used already, has run out, or was never given. Ask for another."


def keep(work: Work, purpose: Purpose, word: str, account: str | None = None) -> None:
    """From now on it is the only one for this, and all that have run out are forgotten."""
    same = (OneTimeWord.purpose == purpose) & (OneTimeWord.authority_id == work.authority)
    same &= OneTimeWord.account_id.is_not_distinct_from(account)
    work.connection.execute(delete(OneTimeWord).where(or_(same, OneTimeWord.until <= work.now)))
    values = {"digest": _digest(word), "purpose": purpose, "authority_id": work.authority, "account_id": account}
    work.connection.execute(insert(OneTimeWord).values(**values, until=work.now + HOLDS[purpose]))


def known(connection: Connection, now: datetime, purpose: Purpose, word: str) -> NamedRow:
    """With `authority_id` and `account_id`. Raises NotPossible where it opens nothing, in the same words whatever the
    reason.
    """
    row = connection.execute(
        select(OneTimeWord.authority_id, OneTimeWord.account_id).where(
            OneTimeWord.digest == _digest(word), OneTimeWord.purpose == purpose, OneTimeWord.until > now
        )
    ).one_or_none()
    if row is None:
        raise over()
    return row


def spend(work: Work, purpose: Purpose, word: str) -> NamedRow:
    """As `known`, and it opens nothing any more: of two who use it at once one is refused."""
    row = known(work.connection, work.now, purpose, word)
    gone = work.connection.execute(delete(OneTimeWord).where(OneTimeWord.digest == _digest(word)))
    if not gone.rowcount:
        raise over()
    return row


def forget(work: Work, account: str) -> None:
    """Whatever waits for this account opens nothing any more."""
    work.connection.execute(delete(OneTimeWord).where(OneTimeWord.account_id == account))


def over() -> NotPossible:
    return NotPossible(OVER, code=RefusalCode.WORD_OVER)


def long_word() -> str:
    """For a link."""
    return secrets.token_urlsafe(32)


def typed_word() -> str:
    """For somebody who types it: 100 bits, in four groups of letters and figures that are not taken for each other."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(4))


LETTERS, GROUP = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789", 5


def as_typed(text: str) -> str:
    """However somebody typed it: in small letters, with blanks, without the strokes."""
    letters = "".join(one for one in text.upper() if one in LETTERS)
    return "-".join(letters[start : start + GROUP] for start in range(0, len(letters), GROUP))


def _digest(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()
