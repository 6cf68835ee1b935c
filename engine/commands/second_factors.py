"""Setting up and removing what somebody shows beside their password, and the codes that stand in for it when lost."""

import hashlib

from sqlalchemy import delete, exists, insert, select, update

from engine.base.database import Database, one_at_a_time
from engine.base.errors import BadAnswers, NotFound, NotPossible, RefusalCode
from engine.commands.one_time_words import as_typed, typed_word
from engine.commands.who_opens_much import must_not_open_much
from engine.people import code_app
from engine.people.command import CommandRight, Work, command
from engine.people.factors import factors_of, has_app
from engine.people.identity import Actor
from engine.record.chain import NewEntry, append, authority_chain
from engine.tables import Account, CodeApp, Passkey, RecoveryCode, Session

RECOVERY_CODES = 10
FACTORS = (CodeApp, Passkey, RecoveryCode)
NOT_THE_CODE = "That is not the code that the app shows now. Wait for the next one and try again."
NO_APP = "There is no app to set up. Begin again."
HAS_APP = "You have an app already. Remove it first."


@command(may=CommandRight.SIGNED_IN)
def begin_app(work: Work, key: bytes) -> None:
    """A new secret, which counts once a code of it was shown. Raises NotPossible where there is an app already."""
    account = _account(work.actor)
    if work.connection.execute(select(has_app(account))).scalar_one():
        raise NotPossible(HAS_APP, code=RefusalCode.HAS_APP)
    work.connection.execute(delete(CodeApp).where(CodeApp.account_id == account))
    secret = code_app.sealed(key, account, code_app.new_secret())
    values = {"account_id": account, "secret": secret, "confirmed_at": None, "last_step": None}
    work.connection.execute(insert(CodeApp).values(values))


def secret_to_confirm(database: Database, actor: Actor, key: bytes) -> str:
    """Of the app that is being set up. Raises NotPossible where none is."""
    account = _account(actor)
    with database.read() as connection:
        stored = connection.scalar(
            select(CodeApp.secret).where(CodeApp.account_id == account, CodeApp.confirmed_at.is_(None))
        )
    secret = code_app.opened(key, account, stored) if stored else None
    if secret is None:
        raise NotPossible(NO_APP, code=RefusalCode.NO_APP)
    return secret


@command(may=CommandRight.SIGNED_IN)
def confirm_app(work: Work, key: bytes, code: str) -> tuple[str, ...]:
    """From now on the app counts. Gives recovery codes where this is the first factor of theirs, to be shown once.

    Raises BadAnswers where it is not the code that the app shows, NotPossible where none is being set up.
    """
    account = _account(work.actor)
    one_at_a_time(work.connection, f"second factor {account}")
    unconfirmed = (CodeApp.account_id == account, CodeApp.confirmed_at.is_(None))
    stored = work.connection.scalar(select(CodeApp.secret).where(*unconfirmed))
    secret = code_app.opened(key, account, stored) if stored else None
    if secret is None:
        raise NotPossible(NO_APP, code=RefusalCode.NO_APP)
    step = code_app.step_of(secret, code, work.now)
    if step is None:
        raise BadAnswers({"second_factor": NOT_THE_CODE})
    is_first = not factors_of(work.connection, account).any
    work.connection.execute(update(CodeApp).where(*unconfirmed).values(confirmed_at=work.now, last_step=step))
    work.record_settled("second_factor_set", {"account": account, "factor": "app"})
    return codes_of_first(work, account) if is_first else ()


@command(may=CommandRight.SIGNED_IN)
def remove_app(work: Work) -> None:
    """By its owner, who has shown that it is them."""
    account = _account(work.actor)
    gone = work.connection.execute(delete(CodeApp).where(CodeApp.account_id == account))
    if gone.rowcount:
        _removed(work, account, {"factor": "app"})


@command(may=CommandRight.SIGNED_IN)
def remove_passkey(work: Work, passkey: str) -> None:
    """By its owner, who has shown that it is them."""
    account = _account(work.actor)
    mine = (Passkey.account_id == account, Passkey.id == passkey)
    if work.connection.execute(delete(Passkey).where(*mine)).rowcount:
        _removed(work, account, {"factor": "passkey", "passkey": passkey})


@command(may=CommandRight.SIGNED_IN)
def renew_recovery_codes(work: Work) -> tuple[str, ...]:
    """Ten others, to be shown once; those from before open nothing any more."""
    return codes_of_first(work, _account(work.actor))


@command(may=CommandRight.ADMINISTRATOR)
def take_away_second_factor(work: Work, account: str) -> None:
    """All of it, and the recovery codes: it was lost. The person's sessions end; whoever must have one sets it up anew
    when they sign in next, by their password alone, so give it only to whom you know.

    Raises NotFound for no account of ours; NotAllowed as `must_not_open_much`.
    """
    ours = exists().where(Account.id == account, Account.authority_id == work.authority)
    if not work.connection.execute(select(ours)).scalar_one():
        raise NotFound("There is no such account.", code=RefusalCode.UNKNOWN_ACCOUNT)
    must_not_open_much(work, account)
    work.connection.execute(delete(Session).where(Session.account_id == account))
    _remove_all(work, account)
    work.record_settled("second_factor_taken_away", {"account": account})


def take_away_factors(work: Work, account: str) -> bool:
    """All of them, with the recovery codes. Whether there were any."""
    if not _remove_all(work, account):
        return False
    work.record_settled("second_factor_taken_away", {"account": account})
    return True


def _remove_all(work: Work, account: str) -> bool:
    rows = [work.connection.execute(delete(table).where(table.account_id == account)) for table in FACTORS]
    return any(row.rowcount for row in rows)


def codes_of_first(work: Work, account: str) -> tuple[str, ...]:
    """Recovery codes, made anew."""
    work.connection.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account))
    codes = tuple(typed_word() for _ in range(RECOVERY_CODES))
    rows = [{"account_id": account, "digest": recovery_digest(code)} for code in codes]
    work.connection.execute(insert(RecoveryCode), rows)
    work.record_settled("recovery_codes_made", {"account": account})
    return codes


def take_recovery_code(work: Work, account: str, authority: str, code: str) -> bool:
    """Whether it is one that was not used yet; it is used now."""
    this = (RecoveryCode.account_id == account, RecoveryCode.digest == recovery_digest(code))
    if not work.connection.execute(delete(RecoveryCode).where(*this)).rowcount:
        return False
    used = NewEntry("recovery_code_used", payload={"account": account})
    append(work.connection, authority_chain(authority), account, work.now, [used])
    return True


def recovery_digest(code: str) -> str:
    return hashlib.sha256(as_typed(code).encode()).hexdigest()


def _removed(work: Work, account: str, said: dict[str, str]) -> None:
    """Without any factor there is nothing that a recovery code would stand in for."""
    if not factors_of(work.connection, account).any:
        work.connection.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account))
    work.record_settled("second_factor_removed", {"account": account, **said})


def _account(actor: Actor) -> str:
    """Raises NotFound for whoever has none: the product itself has no second factor."""
    if actor.account is None:
        raise NotFound("There is no such account.", code=RefusalCode.UNKNOWN_ACCOUNT)
    return actor.account
