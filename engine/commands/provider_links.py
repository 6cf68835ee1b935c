"""Whose account somebody has whom a provider of single sign-on knows: linked once, as an entry, by an administrator or
by the address that both have. No account is made by it.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, insert, select

from engine.base.database import Database, one_at_a_time
from engine.base.errors import BadAnswers, NotAllowed, NotPossible, RefusalCode
from engine.commands.accounts import folded, must_be_ours
from engine.commands.who_opens_much import must_not_open_much, opens_much
from engine.people.command import CommandRight, Work, command
from engine.people.factors import SignInWay
from engine.people.identity import SYSTEM
from engine.record.chain import NewEntry, append, authority_chain
from engine.tables import Account, ProviderLink, Session, enabled_at

UNKNOWN = "You signed in there, and no account here belongs to that. Ask an administrator to link yours."
TAKEN = "That belongs to another account already. Look at which is right."
LONGEST_SUBJECT = 255
NO_SUBJECT = f"Enter what the provider knows them by: up to {LONGEST_SUBJECT} characters, without spaces."


@dataclass(frozen=True, slots=True)
class KnownThere:
    """Whom the provider means: by what it knows them for good, and their address where it has made sure of that."""

    issuer: str
    subject: str
    address: str = ""


def account_of_known(database: Database, now: datetime, known: KnownThere) -> str:
    """Their account; the first time it is linked, where an account has their address and no link yet.

    Raises NotAllowed in the same words whether there is no account, it is disabled, or it is somebody else's there.
    """
    linked = (ProviderLink.issuer == known.issuer, ProviderLink.subject == known.subject)
    with database.read() as connection:
        account = connection.scalar(
            select(Account.id).join(ProviderLink, ProviderLink.account_id == Account.id).where(*linked, enabled_at(now))
        )
    return account or link_by_address(database, SYSTEM, now, known)


@command(may=CommandRight.SYSTEM)
def link_by_address(work: Work, known: KnownThere) -> str:
    """Raises NotAllowed as `account_of_known`. Whoever is linked already is never linked to another by an address.

    Nor is anybody by one with other letters than those of ASCII: `ſ` is folded into `s`, and is another's address. Nor
    is who oversees or administers: one administrator alone chose the address, and may have chosen their own.
    """
    one_at_a_time(work.connection, f"provider {known.issuer} {known.subject}")
    row = work.connection.execute(
        select(Account.id, Account.authority_id).where(Account.email == folded(known.address), enabled_at(work.now))
    ).one_or_none()
    if not known.address.isascii() or not known.address or row is None or _linked_to(work, known):
        raise NotAllowed(UNKNOWN, code=RefusalCode.SIGN_IN_FAILED)
    one_at_a_time(work.connection, f"provider link of {row.id}")
    is_linked = work.connection.scalar(select(exists().where(ProviderLink.account_id == row.id)))
    if is_linked or opens_much(work, row.id):
        raise NotAllowed(UNKNOWN, code=RefusalCode.SIGN_IN_FAILED)
    _link(work, row.id, row.authority_id, known, "address")
    return row.id


@command(may=CommandRight.ADMINISTRATOR)
def link_account(work: Work, account: str, issuer: str, subject: str) -> None:
    """Whoever the provider knows so opens this account from now on; whoever it was linked with before does no more.

    Raises NotFound for no account of ours, NotAllowed as `must_not_open_much`, BadAnswers for what names nobody,
    NotPossible where it is another account's.
    """
    must_be_ours(work, Account, account)
    must_not_open_much(work, account)
    known = KnownThere(issuer, subject.strip())
    if not 0 < len(known.subject) <= LONGEST_SUBJECT or not known.subject.isprintable() or " " in known.subject:
        raise BadAnswers({"subject": NO_SUBJECT})
    one_at_a_time(work.connection, f"provider {issuer} {known.subject}")
    if (whose := _linked_to(work, known)) and whose != account:
        raise NotPossible(TAKEN, code=RefusalCode.LINKED_ELSEWHERE)
    if not whose:
        one_at_a_time(work.connection, f"provider link of {account}")
        unlink(work, account)
        _link(work, account, work.authority, known, "administrator")


@command(may=CommandRight.ADMINISTRATOR)
def unlink_account(work: Work, account: str) -> None:
    """Nobody whom the provider knows opens it any more, and what was opened so is over. Nothing happens where it is not
    linked. By their address it may be linked anew: disable the account to keep somebody out.

    Raises NotFound for no account of ours.
    """
    must_be_ours(work, Account, account)
    unlink(work, account)


def _linked_to(work: Work, known: KnownThere) -> str | None:
    same = (ProviderLink.issuer == known.issuer, ProviderLink.subject == known.subject)
    return work.connection.scalar(select(ProviderLink.account_id).where(*same))


def _link(work: Work, account: str, authority: str, known: KnownThere, by: str) -> None:
    there = {"issuer": known.issuer, "subject": known.subject}
    work.connection.execute(insert(ProviderLink).values(account_id=account, linked_at=work.now, **there))
    said = NewEntry("provider_linked", payload={"account": account, **there, "by": by})
    append(work.connection, authority_chain(authority), work.actor.signature, work.now, [said])


def unlink(work: Work, account: str) -> bool:
    """What was opened so is over. Whether it was linked."""
    if not work.connection.execute(delete(ProviderLink).where(ProviderLink.account_id == account)).rowcount:
        return False
    work.connection.execute(delete(Session).where(Session.account_id == account, Session.way != SignInWay.PASSWORD))
    work.record_settled("provider_unlinked", {"account": account})
    return True
