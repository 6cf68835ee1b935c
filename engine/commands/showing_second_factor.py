"""Whether what somebody shows beside their password is right: a code of their app, a passkey, or a recovery code.

Asked once the password was right, so that nobody learns by it who has an account. Each wrong one makes the next wait
longer, as with passwords; what is looked at is counted in the same transaction, so that many at once win nothing.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select, update

from engine.base.database import Database, one_at_a_time
from engine.base.errors import NotAllowed, RefusalCode
from engine.commands import counting
from engine.commands.accounts import TooSoon, Tries
from engine.commands.counting import Budget
from engine.commands.passkeys import SiteAddress, signs
from engine.commands.second_factors import take_recovery_code
from engine.people import code_app
from engine.people.command import CommandRight, Work, command
from engine.people.identity import SYSTEM
from engine.record.chain import NewEntry, append
from engine.tables import Account, CodeApp

WRONG_FACTOR = "That code or passkey is not right. A code is good once: wait for the next one and try again."


@dataclass(frozen=True, slots=True)
class ShownFactor:
    """What was sent: a code as it was typed, or what a passkey signed, as JSON. `session` is the token of the session
    whose challenge it signs, and `place` where that was asked. `key` opens the secrets of apps.
    """

    code: str
    signed: str
    session: str
    place: SiteAddress
    key: bytes


def must_show(database: Database, now: datetime, account: str, shown: ShownFactor, tries: Tries) -> None:
    """Raises NotAllowed where it is wrong, and TooSoon, before it is looked at, after wrong ones."""
    again_at, right = take_factor(database, SYSTEM, now, account, shown, tries)
    if again_at:
        raise TooSoon(again_at, again_at - now)
    if not right:
        raise NotAllowed(WRONG_FACTOR, code=RefusalCode.SECOND_FACTOR)


@command(may=CommandRight.SYSTEM)
def take_factor(work: Work, account: str, shown: ShownFactor, tries: Tries) -> tuple[datetime | None, bool]:
    """When the next may be tried, where this one came too soon and was not looked at; else whether it is right. It is
    used then; a wrong one counts, and stands in the record of whose account it is.
    """
    one_at_a_time(work.connection, f"second factor {account}")
    wrong, may_try_at = counting.wrong_before(work.connection, work.now, tries.key)
    ends = (may_try_at, counting.room_at(work.connection, work.now, tries.budgets))
    if again_at := max((end for end in ends if end and end > work.now), default=None):
        return again_at, False
    if _is_right(work, account, shown):
        if wrong:
            counting.forget(work.connection, tries.key)
        return None, True
    counting.forget_old(work.connection, work.now)
    counting.count(work.connection, work.now, {**tries.budgets, tries.key: Budget(1, counting.WRONG_COUNTS_FOR)})
    said = {"command": "sign_in", "refusal": NotAllowed.__name__, "code": RefusalCode.SECOND_FACTOR}
    append(work.connection, f"person:{account}", "public", work.now, [NewEntry("refused", payload=said)])
    return None, False


def _is_right(work: Work, account: str, shown: ShownFactor) -> bool:
    if shown.signed:
        return signs(work, account, shown.session, shown.place, shown.signed)
    if _is_code(work, account, shown):
        return True
    authority = work.connection.execute(select(Account.authority_id).where(Account.id == account)).scalar_one()
    return take_recovery_code(work, account, authority, shown.code)


def _is_code(work: Work, account: str, shown: ShownFactor) -> bool:
    """A code, and whatever the app showed before it, is good once."""
    mine = (CodeApp.account_id == account, CodeApp.confirmed_at.is_not(None))
    stored = work.connection.scalar(select(CodeApp.secret).where(*mine))
    secret = code_app.opened(shown.key, account, stored) if stored else None
    step = code_app.step_of(secret, shown.code, work.now) if secret else None
    if step is None:
        return False
    unused = or_(CodeApp.last_step.is_(None), CodeApp.last_step < step)
    return bool(work.connection.execute(update(CodeApp).where(*mine, unused).values(last_step=step)).rowcount)
