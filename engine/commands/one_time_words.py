"""What opens one thing once, for a limited time: made at random, known by its digest, gone when it is used."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection, delete, insert, or_, select, update

from engine.base.errors import AlreadyDone, BadAnswers, NotAllowed, NotPossible, RefusalCode
from engine.people.command import Work
from engine.tables import CODE_NOT_GIVEN, NamedRow, OneTimeWord

Purpose = Literal["password", "first_administrator"]
# Over a weekend, for somebody who reads their letters on Monday; and for whoever stands at the machine just now.
HOLDS: dict[Purpose, timedelta] = {"password": timedelta(days=3), "first_administrator": timedelta(hours=24)}
NO_CODE_YET = "No code was given yet. Ask a second administrator for it; this link stays as it is"
WRONG_CODE = "This is not the code that was given last. Check it with the administrator who gave it"
NONE_WAITS = "No link waits for a code. It was used, has run out, or another was made since."
NO_OWN_CODE = "You made the link, so another administrator gives the code."
OVER = "This was used already, has run out, or was never given. Ask for another."


def keep(work: Work, purpose: Purpose, word: str, account: str | None = None, *, takes_two: bool = False) -> None:
    """From now on it is the only one for this, and all that have run out are forgotten. `takes_two`: it opens nothing
    without a code, which somebody else gives (`give_code`).
    """
    same = (OneTimeWord.purpose == purpose) & (OneTimeWord.authority_id == work.authority)
    same &= OneTimeWord.account_id.is_not_distinct_from(account)
    work.connection.execute(delete(OneTimeWord).where(or_(same, OneTimeWord.until <= work.now)))
    values = {"digest": _digest(word), "purpose": purpose, "authority_id": work.authority, "account_id": account}
    by = {"made_by": work.actor.account, "code_digest": CODE_NOT_GIVEN if takes_two else None}
    work.connection.execute(insert(OneTimeWord).values(**values, **by, until=work.now + HOLDS[purpose]))


def give_code(work: Work, purpose: Purpose, account: str) -> str:
    """The code without which the word that waits opens nothing, for whoever did not make that word. One that was given
    before opens nothing any more.

    Raises AlreadyDone where no word waits that takes one, NotAllowed for who made it.
    """
    waits = select(OneTimeWord.digest, OneTimeWord.made_by).where(
        *(OneTimeWord.purpose == purpose, OneTimeWord.account_id == account, OneTimeWord.until > work.now),
        OneTimeWord.code_digest.is_not(None),
    )
    row = work.connection.execute(waits).one_or_none()
    if row is None:
        raise AlreadyDone(NONE_WAITS, code=RefusalCode.WORD_OVER)
    if row.made_by == work.actor.account:
        raise NotAllowed(NO_OWN_CODE, code=RefusalCode.SECOND_ADMINISTRATOR)
    code = typed_word()
    kept = update(OneTimeWord).where(OneTimeWord.digest == row.digest).values(code_digest=_digest(code))
    if not work.connection.execute(kept).rowcount:
        raise AlreadyDone(NONE_WAITS, code=RefusalCode.WORD_OVER)
    return code


def known(connection: Connection, now: datetime, purpose: Purpose, word: str) -> NamedRow:
    """With `authority_id`, `account_id` and `code_digest`. Raises NotPossible where it opens nothing, in the same
    words whatever the reason.
    """
    row = connection.execute(
        select(OneTimeWord.authority_id, OneTimeWord.account_id, OneTimeWord.code_digest).where(
            OneTimeWord.digest == _digest(word), OneTimeWord.purpose == purpose, OneTimeWord.until > now
        )
    ).one_or_none()
    if row is None:
        raise over()
    return row


def spend(work: Work, purpose: Purpose, word: str, code: str = "") -> NamedRow:
    """As `known`, and it opens nothing any more: of two who use it at once one is refused. Raises BadAnswers for
    another code than was given, and then it is not spent.
    """
    row = known(work.connection, work.now, purpose, word)
    if row.code_digest is not None and row.code_digest != _digest(as_typed(code)):
        raise BadAnswers({"code": NO_CODE_YET if row.code_digest == CODE_NOT_GIVEN else WRONG_CODE})
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
