"""By which name a reader is told who did something: people of other organisations are not named to a partner."""

from sqlalchemy import ColumnElement, Connection, func, literal, or_, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql.expression import case

from engine.people.identity import Actor
from engine.people.who_may import sees_answers_of
from engine.tables import Account, Membership, Organisation

SOMEBODY = "somebody else"


def shown_name(actor: Actor, account: type[Account] = Account) -> ColumnElement[str]:
    """The name of `account`, which the statement joins or an alias of it. Who sees all of a case reads every name, a
    partner those of their own organisations; of the others, where they work.
    """
    if sees_answers_of(actor, None):
        return account.name.expression
    at, held = aliased(Organisation), aliased(Membership)
    works_at = select(func.min(at.name)).join(held, held.organisation_id == at.id).where(held.account_id == account.id)
    theirs = select(held.account_id).where(held.organisation_id.in_(actor.organisations))
    elsewhere = func.coalesce(literal("somebody at ") + works_at.correlate(account).scalar_subquery(), SOMEBODY)
    is_named = or_(account.id == actor.account, account.id.in_(theirs))
    return case((account.id.is_(None), None), (is_named, account.name), else_=elsewhere)


def capitalised(name: str) -> str:
    """At the beginning of a sentence: a name is written as its owner writes it."""
    return name.replace("somebody", "Somebody", 1) if name.startswith("somebody ") else name


def name_of(connection: Connection, actor: Actor, account: str | None) -> str:
    """Empty for no account."""
    return connection.scalar(select(shown_name(actor)).where(Account.id == account)) or ""
