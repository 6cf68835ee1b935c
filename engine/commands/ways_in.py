"""All by which somebody signs in, taken away at once: whoever is to oversee or administer comes in anew, by two."""

from sqlalchemy import delete, exists, select, update

from engine.commands import one_time_words
from engine.commands.provider_links import unlink
from engine.commands.second_factors import take_away_factors
from engine.people.command import Work
from engine.people.identity import GIVEN_BY_TWO
from engine.tables import Account, Membership, Session, held_at


def end_what_one_administrator_made(work: Work, account: str) -> None:
    """Password, second factor, single sign-on and sessions end: one administrator alone may have set up any of them,
    and would be signed in as that person. Nothing ends for who holds such a role already: two have let them in.
    """
    held = exists().where(Membership.account_id == account, Membership.role.in_(GIVEN_BY_TWO), held_at(work.now))
    if work.connection.scalar(select(held)):
        return
    one_time_words.forget(work, account)
    take_away_factors(work, account)
    unlink(work, account)
    work.connection.execute(delete(Session).where(Session.account_id == account))
    take_away_password(work, account)


def take_away_password(work: Work, account: str) -> bool:
    """Whether there was one. They get another by a link."""
    has_one = (Account.id == account, Account.password_hash.is_not(None))
    if not work.connection.execute(update(Account).where(*has_one).values(password_hash=None)).rowcount:
        return False
    work.record_settled("password_taken_away", {"account": account})
    return True
