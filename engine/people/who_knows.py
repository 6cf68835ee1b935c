"""Which cases somebody may know of. Default: none."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Connection,
    ScalarSelect,
    Select,
    String,
    and_,
    bindparam,
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

from engine.base.errors import NotAllowed, NotFound, RefusalCode
from engine.base.subject import START
from engine.people.identity import Actor, Held
from engine.people.who_may import sees_answers_of
from engine.tables import HAS_FURTHER_ROLES, Answers, Case, Instance, Instant, Membership, Organisation, Part, WorkItem

MANY = 500
"""Cases."""
_FURTHER = cast(WorkItem.also, String)


class Reach(NamedTuple):
    """By what somebody knows of cases, whoever they are: the same condition holds for all who know by the same, and a
    statement that asks it can be made once for them. By how many teams, organisations with parts and roles outside the
    agencies: a list of any length would be written into the statement anew each time.
    """

    authority: bool
    oversight: bool
    teams: int
    parts: int
    moment: bool
    outside: int


def reach_of(actor: Actor) -> Reach:
    return Reach(
        authority=bool(actor.authority),
        oversight=actor.in_oversight,
        teams=len(actor.teams) if actor.in_leading_agency else 0,
        parts=len(actor.partners),
        moment=bool(actor.moment),
        outside=len(_roles_outside(actor)),
    )


def known_by(actor: Actor) -> dict[str, Any]:
    """What `known_within` asks of the actor, by the names of its parameters."""
    return {
        "known_authority": actor.authority,
        "known_moment": actor.moment,
        **_numbered("known_team", actor.teams),
        **_numbered("known_part", actor.partners),
        **_numbered("known_outside", _roles_outside(actor)),
    }


def _numbered(name: str, values: Iterable[str]) -> dict[str, str]:
    return {f"{name}_{number}": value for number, value in enumerate(values)}


def known_within(reach: Reach) -> ColumnElement[bool]:
    """As `knows`, without the actor: who runs the statement gives `known_by` with it."""
    return _knows(reach, None)


def knows(actor: Actor) -> ColumnElement[bool]:
    """The condition on `case` that holds for the cases this actor may know of; every list and look uses it.

    Of the actor's own authority alone: the leading agency knows the cases of its team, another organisation those it
    has a part in, also as it goes on in another one, oversight all. Who stands outside the agencies knows those that
    came to them, a disagreement to resolve, until the case is closed and nothing of it waits for them.
    """
    return _knows(reach_of(actor), known_by(actor))


def in_authority_of(actor: Actor) -> ColumnElement[bool]:
    """Of `case`. Who acts in no authority has none: not even the cases of all."""
    return _in_authority(reach_of(actor), known_by(actor))


_Given = Mapping[str, Any] | None


def _knows(reach: Reach, given: _Given) -> ColumnElement[bool]:
    return and_(_in_authority(reach, given), true() if reach.oversight else _takes_part(reach, given))


def _in_authority(reach: Reach, given: _Given) -> ColumnElement[bool]:
    return Case.authority_id == _value("known_authority", given) if reach.authority else false()


def _takes_part(reach: Reach, given: _Given) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = []
    if reach.teams:
        conditions.append(Case.team_id.in_(_values("known_team", reach.teams, given)))
    if reach.parts:
        # Each case is asked for its part: whoever has one in every case of an authority has as many parts.
        has_part = _cases_with_part(reach, given).where(Part.case_id == Case.id).correlate(Case).exists()
        conditions.append(or_(has_part, Case.id.in_(_goes_on_with_part(reach, given))))
    if reach.outside:
        came = select(WorkItem.case_id).where(WorkItem.role.in_(_values("known_outside", reach.outside, given)))
        waits = Case.id.in_(came.where(WorkItem.closed_at.is_(None)))
        conditions.append(or_(waits, and_(Case.closed_at.is_(None), Case.id.in_(came))))
    return or_(*conditions) if conditions else false()


def _cases_with_part(reach: Reach, given: _Given) -> Select[str]:
    """A part that ends with its case goes on for as long as somebody may still say that it went wrong."""
    still = Part.held_until.is_(None)
    if reach.moment:
        still = or_(still, Part.held_until > _value("known_moment", given, Instant))
    return select(Part.case_id).where(Part.organisation_id.in_(_values("known_part", reach.parts, given)), still)


def _goes_on_with_part(reach: Reach, given: _Given) -> Select[str]:
    """The cases in which one with such a part goes on. Few are joined: each is held against the parts, not each part
    against them.
    """
    joined = _cases_with_part(reach, given).where(Part.case_id == Instance.came_from_id).exists()
    return select(Instance.case_id).where(Instance.came_from_id.is_not(None), joined)


class ByPart(NamedTuple):
    """Ids of the cases in which an organisation has a part, of those beside them in which joined ones go on, and of
    both, where they are few: found by their parts, and of each it is asked again whether the actor knows of it.
    """

    own: Select[str]
    beside: Select[str]
    few: Select[str]

    def are_many(self, connection: Connection) -> bool:
        """So many that it costs more to gather them than to look at what everybody has for what is theirs."""
        some = self.own.limit(MANY).subquery()
        return connection.execute(select(func.count()).select_from(some)).scalar_one() == MANY

    @property
    def number(self) -> Select[int]:
        """How many cases that are."""
        return select(_number_of(self.own) + _number_of(self.beside))


def _number_of(ids: Select[str]) -> ScalarSelect[int]:
    return ids.with_only_columns(func.count(ids.selected_columns[0].distinct())).scalar_subquery()


def known_by_part(actor: Actor) -> ByPart | None:
    """The cases that `knows` holds for, of an actor who knows of them by parts alone; None for who knows of some
    otherwise. An organisation has parts in cases of its own authority alone.
    """
    reach, given = reach_of(actor), known_by(actor)
    if not reach.parts or not reach.authority or reach.oversight or reach.teams or reach.outside:
        return None
    own = _cases_with_part(reach, given)
    has_part = own.where(Part.case_id == Instance.case_id).correlate(Instance).exists()
    beside = _goes_on_with_part(reach, given).where(~has_part)
    found = union_all(own, beside).subquery()
    known = select(Case.id).where(Case.id == found.c.case_id, knows(actor)).correlate(found).exists()
    return ByPart(own, beside, select(found.c.case_id).where(known))


def _value(name: str, given: _Given, type_: Any = None) -> BindParameter[Any]:
    """Of this actor alone where it is given, whoever else the same statement asks about."""
    return bindparam(name, type_=type_) if given is None else bindparam(name, given[name], type_=type_, unique=True)


def _values(name: str, count: int, given: _Given) -> list[BindParameter[Any]]:
    return [_value(f"{name}_{number}", given, String) for number in range(count)]


def _roles_outside(actor: Actor) -> frozenset[str]:
    return frozenset(one.role for one in actor.held if one.agency is None)


def sees_work(actor: Actor) -> ColumnElement[bool]:
    """The condition on `instance` that holds for those of a case of which this actor, who knows of it, may know.

    A part in a case stays what it was there, when that case was joined to another: it tells of what began in its own,
    and of whatever this agency has had to do with.
    """
    if actor.in_oversight or actor.in_leading_agency:
        return true()
    began_in = func.coalesce(Instance.came_from_id, Instance.case_id)
    theirs = _cases_with_part(reach_of(actor), known_by(actor))
    own = or_(WorkItem.agency_id.in_(actor.partners.values()), WorkItem.role.in_(_roles_outside(actor)))
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
        select(Case.id).where(Case.id == case, in_authority_of(actor), _takes_part(reach_of(actor), known_by(actor)))
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
