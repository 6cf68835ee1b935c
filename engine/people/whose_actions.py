"""Which actions of a case somebody may know of, as a condition on `case_action`."""

from sqlalchemy import ColumnElement, exists, func, or_, true

from engine.people.identity import Actor
from engine.people.who_may import sees_answers_of
from engine.tables import CaseAction, Part


def sees_action(actor: Actor) -> ColumnElement[bool]:
    """Of those in a case of which this actor knows: another organisation sees those that are for its agency, where it
    has a part in the case in which they were agreed, and those for the actor.
    """
    if sees_answers_of(actor, None):
        return true()
    agreed_in = func.coalesce(CaseAction.came_from_id, CaseAction.case_id)
    still = Part.held_until.is_(None)
    if actor.moment:
        still = or_(still, Part.held_until > actor.moment)
    has_part = exists().where(
        *(Part.case_id == agreed_in, Part.agency_id == CaseAction.agency),
        *(Part.organisation_id.in_(actor.partners), still),
    )
    return or_(has_part, CaseAction.person_id == actor.account)
