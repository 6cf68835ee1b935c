"""Which cases somebody may know of. Default: none."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    ScalarSelect,
    Select,
    String,
    and_,
    bindparam,
    false,
    func,
    or_,
    select,
    true,
    union_all,
)

from engine.base.errors import NotAllowed, NotFound, RefusalCode
from engine.people import kept_from
from engine.people.identity import Actor
from engine.people.kept_from import KNOWN_ACCOUNT, nobody_bars, nothing_keeps_from
from engine.people.who_may import sees_answers_of
from engine.people.whose_tasks import for_own_organisation
from engine.tables import BrokenGlass, Case, Instance, Instant, Part, WorkItem

MANY = 500
"""Cases."""


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
        KNOWN_ACCOUNT: actor.account,
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
    came to them, a disagreement to resolve, until the case is closed and nothing of it waits for them. Nobody knows of
    a case that is kept from them (engine/people/kept_from.py).
    """
    return _knows(reach_of(actor), known_by(actor))


def is_open_to(actor: Actor) -> ColumnElement[bool]:
    """The half of `knows` that says what is kept from this actor: for lists of teams that are the actor's own, and for
    numbers that are told to who knows of no case.
    """
    return and_(Case.erased_at.is_(None), nothing_keeps_from(actor.account))


def in_authority_of(actor: Actor) -> ColumnElement[bool]:
    """Of `case`. Who acts in no authority has none: not even the cases of all. Of an erased case nothing is left."""
    return _in_authority(reach_of(actor), known_by(actor))


_Given = Mapping[str, Any] | None


def is_open_in_emergency(actor: Actor) -> ColumnElement[bool]:
    """The condition on `case` that break glass may open it for this actor: nothing does for whoever is barred."""
    return nobody_bars(actor.account)


def bars_told_to(actor: Actor) -> ColumnElement[bool]:
    """The condition on `bar` that something is said of it to this actor, who keeps bars: not of their own."""
    return ~kept_from.says_nothing_to(actor.account)


def is_theirs(actor: Actor) -> ColumnElement[bool]:
    """The condition on `case` that this actor would know of it if it were not restricted."""
    reach, given = reach_of(actor), known_by(actor)
    takes_part = true() if reach.oversight else _takes_part(reach, given)
    return and_(_in_authority(reach, given), takes_part, is_open_in_emergency(actor))


def _knows(reach: Reach, given: _Given) -> ColumnElement[bool]:
    open_to = nothing_keeps_from(given[KNOWN_ACCOUNT]) if given else kept_from.nothing_keeps_from_whom_it_is_asked()
    return and_(_in_authority(reach, given), true() if reach.oversight else _takes_part(reach, given), open_to)


def _in_authority(reach: Reach, given: _Given) -> ColumnElement[bool]:
    if not reach.authority:
        return false()
    return and_(Case.authority_id == _value("known_authority", given), Case.erased_at.is_(None))


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
    kept = kept_from.cases_kept_from(actor.account)
    own = _cases_with_part(reach, given).where(Part.case_id.not_in(kept))
    has_part = own.where(Part.case_id == Instance.case_id).correlate(Instance).exists()
    beside = _goes_on_with_part(reach, given).where(~has_part, Instance.case_id.not_in(kept))
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


def must_know(connection: Connection, actor: Actor, case: str) -> None:
    """Raises NotFound where the case does not exist or this actor may not know of it."""
    found = connection.execute(select(Case.id).where(Case.id == case, knows(actor))).one_or_none()
    if found is None:
        raise NotFound


def must_read(connection: Connection, actor: Actor, case: str) -> datetime | None:
    """As `must_know`, for the page that break glass opens: it shows a case, and lets nobody do anything in it. Gives
    until when it is open to this actor by break glass alone.
    """
    with suppress(NotFound):
        must_know(connection, actor, case)
        return None
    given = known_by(actor)
    until = connection.scalar(
        select(func.max(BrokenGlass.until))
        .join(Case, Case.id == BrokenGlass.case_id)
        .where(
            *(Case.id == case, in_authority_of(actor), is_open_in_emergency(actor)),
            BrokenGlass.account_id == actor.account,
            BrokenGlass.until > _value("known_moment", given, Instant),
        )
    )
    if until is None:
        raise NotFound
    return until


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
