"""Which cases somebody may know of. Default: none."""

from sqlalchemy import ColumnElement, Connection, and_, exists, false, func, or_, select, true

from engine.base.errors import NotAllowed, NotFound, RefusalCode
from engine.base.subject import START
from engine.people.identity import Actor
from engine.people.who_may import sees_answers_of
from engine.tables import Answers, Case, Instance, Membership, Organisation, Part, WorkItem


def knows(actor: Actor) -> ColumnElement[bool]:
    """The condition on `case` that holds for the cases this actor may know of; every list and look uses it.

    Of the actor's own authority alone: the leading agency knows the cases of its team, another organisation those it
    has a part in, also as it goes on in another one, oversight all. Who stands outside the agencies knows those that
    came to them, a disagreement to resolve, until the case is closed and nothing of it waits for them.
    """
    return and_(in_authority_of(actor), true() if actor.in_oversight else _takes_part(actor))


def in_authority_of(actor: Actor) -> ColumnElement[bool]:
    """Of `case`. Who acts in no authority has none: not even the cases of all."""
    return Case.authority_id == actor.authority if actor.authority else false()


def _takes_part(actor: Actor) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = []
    if actor.in_leading_agency:
        conditions.append(Case.team_id.in_(actor.teams))
    if partners := actor.partners:
        theirs = select(Part.case_id).where(Part.organisation_id.in_(partners), _still_held(actor))
        came = select(Instance.case_id).where(Instance.came_from_id.in_(theirs))
        conditions.append(or_(Case.id.in_(theirs), Case.id.in_(came)))
    outside = {one.role for one in actor.held if one.agency is None}
    if outside:
        came = select(WorkItem.case_id).where(WorkItem.role.in_(outside))
        waits = Case.id.in_(came.where(WorkItem.closed_at.is_(None)))
        conditions.append(or_(waits, and_(Case.closed_at.is_(None), Case.id.in_(came))))
    return or_(*conditions) if conditions else false()


def _still_held(actor: Actor) -> ColumnElement[bool]:
    """Of `part`. One that ends with its case goes on for as long as somebody may still say that it went wrong."""
    without_end = Part.held_until.is_(None)
    return or_(without_end, Part.held_until > actor.moment) if actor.moment else without_end


def sees_work(actor: Actor) -> ColumnElement[bool]:
    """The condition on `instance` that holds for those of a case of which this actor, who knows of it, may know.

    A part in a case stays what it was there, when that case was joined to another: it tells of what began in its own,
    and of whatever this agency has had to do with.
    """
    if actor.in_oversight or actor.in_leading_agency:
        return true()
    began_in = func.coalesce(Instance.came_from_id, Instance.case_id)
    theirs = select(Part.case_id).where(Part.organisation_id.in_(actor.partners), _still_held(actor))
    outside = {one.role for one in actor.held if one.agency is None}
    own = or_(WorkItem.agency_id.in_(actor.partners.values()), WorkItem.role.in_(outside))
    worked = select(WorkItem.instance_id).where(own, for_own_organisation(actor))
    return or_(began_in.in_(theirs), Instance.id.in_(worked))


def for_own_organisation(actor: Actor) -> ColumnElement[bool]:
    """The condition on `work_item` that leaves out what is another organisation's of the actor's agency: two schools
    with a part in one case each find what is for a school to do, until somebody of one takes it; what one of them has
    taken or done, and what comes of a process that it began by its own form, is of that one alone.
    """
    if not actor.partners or sees_answers_of(actor, None):
        return true()
    of_agency = WorkItem.agency_id.in_(actor.partners.values())
    others = select(Organisation.id).where(
        *(Organisation.authority_id == actor.authority, Organisation.agency.in_(actor.partners.values())),
        Organisation.id.not_in(actor.organisations),
    )
    people, ours = select(Membership.account_id), Membership.organisation_id.in_(actor.organisations)
    whose = func.coalesce(WorkItem.closed_by, WorkItem.owner_id)
    of_another = and_(whose.in_(people.where(Membership.organisation_id.in_(others))), whose.not_in(people.where(ours)))
    begun_by_another = exists().where(
        *(Answers.instance_id == WorkItem.instance_id, Answers.element == START),
        Answers.organisation_id.in_(others),
    )
    return or_(WorkItem.agency_id.is_(None), ~of_agency, and_(or_(whose.is_(None), ~of_another), ~begun_by_another))


def must_know(connection: Connection, actor: Actor, case: str) -> None:
    """Raises NotFound where the case does not exist or this actor may not know of it."""
    found = connection.execute(select(Case.id).where(Case.id == case, knows(actor))).one_or_none()
    if found is None:
        raise NotFound


def must_see_all(connection: Connection, actor: Actor, case: str) -> None:
    """For pages that show everything that a case holds: the leading agency's team and oversight.

    Raises NotFound where the actor may not know of the case, NotAllowed where it may not see all its answers.
    """
    must_know(connection, actor, case)
    if not sees_answers_of(actor, None):
        raise NotAllowed(
            "This shows answers of every agency. It is for children’s social care and for auditors.",
            code=RefusalCode.SEES_OWN_AGENCY_ONLY,
        )


def must_take_part(connection: Connection, actor: Actor, case: str) -> None:
    """Raises NotAllowed for an actor who knows of the case by oversight alone."""
    found = connection.execute(
        select(Case.id).where(Case.id == case, in_authority_of(actor), _takes_part(actor))
    ).one_or_none()
    if found is None:
        raise NotAllowed("Oversight reads a case and does not work in it.", code=RefusalCode.OVERSIGHT_READS_ONLY)


def must_oversee(connection: Connection, actor: Actor, case: str) -> None:
    """Raises NotFound where the case does not exist or this actor may not know of it, NotAllowed for whoever works in
    it: only oversight, and the product itself, sees who looked, or takes a whole case out of the system.
    """
    if actor.is_system:
        if connection.execute(select(Case.id).where(Case.id == case, in_authority_of(actor))).one_or_none() is None:
            raise NotFound
        return
    must_know(connection, actor, case)
    if not actor.in_oversight:
        raise NotAllowed("This is for auditors.", code=RefusalCode.OVERSIGHT_ONLY)
