"""Which tasks are for somebody, as conditions on `work_item`."""

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    String,
    and_,
    cast,
    exists,
    false,
    func,
    or_,
    select,
    text,
    true,
    union_all,
)

from engine.base.subject import START
from engine.people.identity import Actor, Held
from engine.people.who_may import sees_answers_of
from engine.tables import HAS_FURTHER_ROLES, Answers, Membership, Organisation, WorkItem

_FURTHER = cast(WorkItem.also, String)


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


def tasks_seen(actor: Actor, team: str) -> ColumnElement[bool]:
    """The condition on `work_item` that holds for the tasks of a case that this actor may see, as `sees_task` says of
    one; `team` has the case.
    """
    if sees_answers_of(actor, None):
        return true()
    return or_(false(), *(_is_for(held) for held in actor.held if not held.leads or held.team == team))


def _is_for(held: Held) -> ColumnElement[bool]:
    of_agency = or_(WorkItem.agency_id.is_(None), WorkItem.agency_id == held.agency)
    return or_(is_further_role(held.role), and_(WorkItem.role == held.role, of_agency))


def is_further_role(role: str) -> ColumnElement[bool]:
    """The condition on `work_item` that its further roles name this one."""
    return _FURTHER.contains(f'"{role}"', autoescape=True)


def tasks_of_role(actor: Actor) -> CompoundSelect[str]:
    """The ids of the tasks that wait for one of the actor's roles, in whichever case, or that the actor has taken: each
    part is found by an index of its own, where the condition that one of them holds would be asked of every task.
    """
    waits = select(WorkItem.id).where(WorkItem.closed_at.is_(None))
    further = waits.where(text(HAS_FURTHER_ROLES), or_(false(), *(is_further_role(role) for role in actor.roles)))
    taken = waits.where(WorkItem.owner_id == actor.account)
    return union_all(waits.where(WorkItem.role.in_(actor.roles)), further, taken)
