"""How somebody comes to a password: by a link that opens once, or by the one that they have."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from sqlalchemy import delete, exists, select, update

from engine.base.database import Database
from engine.base.errors import NotAllowed, NotFound, RefusalCode
from engine.commands import one_time_words
from engine.commands.accounts import must_be_ours
from engine.commands.second_factors import take_away_factors
from engine.commands.sessions import digest
from engine.commands.who_opens_much import must_not_be_proposed, takes_two_to_let_in
from engine.people.command import CommandRight, Work, command
from engine.people.identity import Actor
from engine.people.password_entry import note_password
from engine.tables import Account, Session, enabled_at

OWN_CODE = "Nobody gives a code to themselves. Another administrator does."


@dataclass(frozen=True, slots=True)
class LinkOwner:
    """Whose password a link is for."""

    account: str
    authority: str
    name: str
    email: str
    takes_code: bool

    @property
    def own_words(self) -> tuple[str, str]:
        return self.name, self.email


@command(may=CommandRight.ADMINISTRATOR)
def make_password_link(work: Work, account: str) -> str:
    """The word of a link by which the person chooses a password, for three days and once. An earlier one opens nothing
    any more. Whoever makes it gives it to the person: it is kept nowhere. For who oversees or administers it opens with
    a code alone, which another administrator gives (`give_password_code`).

    Raises NotFound for an account that is disabled, or of another authority; NotAllowed while a role that takes two is
    proposed for them.
    """
    ours = exists().where(Account.id == account, Account.authority_id == work.authority, enabled_at(work.now))
    if not work.connection.execute(select(ours)).scalar_one():
        raise NotFound("There is no such account.", code=RefusalCode.UNKNOWN_ACCOUNT)
    must_not_be_proposed(work, account)
    word, takes_two = one_time_words.long_word(), takes_two_to_let_in(work, account)
    one_time_words.keep(work, "password", word, account, takes_two=takes_two)
    work.record_settled("password_link_made", {"account": account})
    return word


@command(may=CommandRight.ADMINISTRATOR)
def give_password_code(work: Work, account: str) -> str:
    """What the person types beside the link that another administrator made. Given again it is another, and the one
    before opens nothing any more. It is kept nowhere.

    Raises NotFound, AlreadyDone where no link waits for a code, NotAllowed for who made it and for one's own.
    """
    must_be_ours(work, Account, account)
    if account == work.actor.account:
        raise NotAllowed(OWN_CODE, code=RefusalCode.SECOND_ADMINISTRATOR)
    code = one_time_words.give_code(work, "password", account)
    work.record_settled("password_code_given", {"account": account})
    return code


def owner_of_link(database: Database, now: datetime, word: str) -> LinkOwner:
    """Raises NotPossible where the link opens nothing, as `one_time_words.known`, or the account is disabled since."""
    with database.read() as connection:
        row = one_time_words.known(connection, now, "password", word)
        owner = select(Account.name, Account.email).where(Account.id == row.account_id, enabled_at(now))
        found = connection.execute(owner).one_or_none()
    if found is None:
        raise one_time_words.over()
    return LinkOwner(row.account_id, row.authority_id, found.name, found.email, row.code_digest is not None)


@command(may=CommandRight.ANYONE)
def choose_password(work: Work, word: str, password_hash: str, code: str = "") -> None:
    """By the link. Whoever is signed in as this person is signed out, and signs in by the new password. Where it takes
    a code, a second factor that they had is gone: two administrators know that it is they, and it may be lost.

    Raises NotPossible, BadAnswers as `one_time_words.spend`.
    """
    row = one_time_words.spend(work, "password", word, code)
    _set(work, row.account_id, row.authority_id, password_hash, "link")
    work.connection.execute(delete(Session).where(Session.account_id == row.account_id))
    if row.code_digest is not None:
        take_away_factors(replace(work, actor=Actor(row.account_id, "", (), row.authority_id)), row.account_id)


@command(may=CommandRight.SIGNED_IN)
def change_password(work: Work, password_hash: str, token: str) -> None:
    """By the person, who has shown the old one (`accounts.must_be`). All their sessions end but this, and a link that
    waits opens nothing any more.
    """
    account = work.actor.account or ""
    one_time_words.forget(work, account)
    _set(work, account, work.authority, password_hash, "old password")
    others = (Session.account_id == account, Session.digest != digest(token))
    work.connection.execute(delete(Session).where(*others))


def _set(work: Work, account: str, authority: str, password_hash: str, by: Literal["link", "old password"]) -> None:
    work.connection.execute(update(Account).where(Account.id == account).values(password_hash=password_hash))
    note_password(work, account, authority, password_hash, by)
