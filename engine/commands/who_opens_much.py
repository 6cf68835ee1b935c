"""Whoever oversees or administers is let in by nobody alone."""

from sqlalchemy import and_, exists, or_, select

from engine.base.errors import NotAllowed, RefusalCode
from engine.people.command import Work
from engine.people.identity import GIVEN_BY_TWO
from engine.tables import Membership, ProposedRole

OPENS_MUCH = (
    "They oversee or administer, so nobody does this alone. Make a link for them: with a code that a second "
    "administrator gives they choose a new password and set up a new second factor."
)
IS_PROPOSED = "A role that takes two administrators is proposed for them. First agree to it, or drop it."


def must_not_open_much(work: Work, account: str) -> None:
    """Raises NotAllowed for who has, will have or is proposed for a role that two give: one would have it alone."""
    must_not_be_proposed(work, account)
    if takes_two_to_let_in(work, account):
        raise NotAllowed(OPENS_MUCH, code=RefusalCode.OPENS_MUCH)


def must_not_be_proposed(work: Work, account: str) -> None:
    """Raises NotAllowed while a role that two give waits for the second: what opens the account then ends with it."""
    waits = exists().where(ProposedRole.account_id == account, ProposedRole.settled_at.is_(None))
    if not work.actor.is_system and work.connection.scalar(select(waits)):
        raise NotAllowed(IS_PROPOSED, code=RefusalCode.OPENS_MUCH)


def takes_two_to_let_in(work: Work, account: str) -> bool:
    """Whether they open much. Whoever runs the system lets them in alone."""
    return not work.actor.is_system and opens_much(work, account)


def opens_much(work: Work, account: str) -> bool:
    """Whether they have, or will have, a role that two give. One that ends before it begins is never held."""
    is_held = and_(Membership.held_until > work.now, Membership.held_until > Membership.held_from)
    goes_on = or_(Membership.held_until.is_(None), is_held)
    held = exists().where(Membership.account_id == account, Membership.role.in_(GIVEN_BY_TWO), goes_on)
    return bool(work.connection.scalar(select(held)))
