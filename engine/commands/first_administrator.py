"""The first administrator of an authority: whoever has the code that the command line printed. There is no account
that comes with the product.
"""

from datetime import datetime

from sqlalchemy import Connection, exists, select

from engine.base.database import Database, one_at_a_time
from engine.base.errors import NotPossible, RefusalCode
from engine.commands import one_time_words
from engine.commands.accounts import new_account
from engine.commands.giving_roles import new_membership
from engine.facts.people_forms import AskedRole
from engine.people.command import CommandRight, Work, command
from engine.people.identity import ADMINISTRATOR, Actor
from engine.tables import Account, Membership, enabled_at, held_at

HAS_ONE = "This authority has an administrator, who makes all other accounts."


def is_administered(connection: Connection, authority: str, now: datetime) -> bool:
    """Whether somebody can make accounts there."""
    holds = exists().where(
        *(Account.authority_id == authority, enabled_at(now), Membership.account_id == Account.id),
        *(Membership.role == ADMINISTRATOR, held_at(now)),
    )
    return bool(connection.execute(select(holds)).scalar_one())


@command(may=CommandRight.SYSTEM)
def make_first_code(work: Work) -> str:
    """The code, as it is typed; good for a day and once. Raises NotPossible where there is an administrator."""
    _must_have_none(work)
    code = one_time_words.typed_word()
    one_time_words.keep(work, "first_administrator", code)
    work.record_settled("first_administrator_code_made", {"authority": work.authority})
    return code


def authority_of_code(database: Database, now: datetime, code: str) -> str:
    """Raises NotPossible where the code opens nothing."""
    with database.read() as connection:
        typed = one_time_words.as_typed(code)
        return one_time_words.known(connection, now, "first_administrator", typed).authority_id


@command(may=CommandRight.ANYONE)
def make_first_administrator(work: Work, code: str, name: str, email: str, password_hash: str) -> str:
    """The account's id. The code is spent.

    Raises NotPossible where the code opens nothing, there is an administrator by now, or the address is taken, and
    BadAnswers as `new_account`.
    """
    row = one_time_words.spend(work, "first_administrator", one_time_words.as_typed(code))
    by_code = Work(work.connection, Actor(None, name, (), row.authority_id), work.now)
    _must_have_none(by_code)
    account = new_account(by_code, name, email, password_hash, "first administrator")
    new_membership(by_code, account, AskedRole(ADMINISTRATOR, None, None, None, None))
    return account


def _must_have_none(work: Work) -> None:
    one_at_a_time(work.connection, f"first administrator {work.authority}")
    if is_administered(work.connection, work.authority, work.now):
        raise NotPossible(HAS_ONE, code=RefusalCode.HAS_ADMINISTRATOR)
