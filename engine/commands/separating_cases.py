"""Two children who had been taken for one: a manager takes their cases apart again."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, select

from engine.base.errors import NotAllowed, NotPossible, RefusalCode
from engine.casework.known_children import say_separated
from engine.casework.locked_case import CaseWork
from engine.casework.locking import lock_cases
from engine.casework.separating import separate
from engine.casework.separating_rows import Separation
from engine.casework.settling import settle
from engine.facts.child import of_child
from engine.facts.managing import manages
from engine.facts.models import in_force
from engine.facts.separating_forms import (
    A_MANAGER,
    GOES,
    IS_CLOSED,
    IS_HIDDEN,
    NOT_JOINED,
    REASON,
    STILL_LINKED,
    WasJoined,
    was_joined,
)
from engine.forms import check
from engine.people.command import CommandRight, Work, command
from engine.people.who_knows import must_know
from engine.tables import Case, Wait

_NO_CIRCUMSTANCES: frozenset[str] = frozenset()


@command(may=CommandRight.TEAM_OF_CASE)
def separate_case(work: Work, case: str, answers: Mapping[str, Any]) -> None:
    """`case` was joined to another. From answers to the form of `was_joined`.

    Raises NotFound, NotAllowed for who does not manage its team, BadAnswers; NotPossible where it was not joined, where
    the case in which it goes on is closed or kept from the actor, and where another case says that it is one child.
    """
    must_know(work.connection, work.actor, case)
    row = work.connection.execute(select(Case.team_id, Case.joined_to_id).where(Case.id == case)).one()
    if not manages(work.actor, in_force(work.connection, work.authority), row.team_id):
        raise NotAllowed(A_MANAGER, code=RefusalCode.ROLE)
    here = {one.case.id: one for one in lock_cases(work, [one for one in (case, row.joined_to_id) if one])}
    older = here.get(row.joined_to_id)
    joined = older and was_joined(work.connection, older.model_in_force, older.case.id, case)
    if older is None or not joined:
        raise NotPossible(NOT_JOINED, code=RefusalCode.NOT_JOINED)
    if not older.is_known:
        raise NotPossible(IS_HIDDEN, code=RefusalCode.NOT_NOW)
    if older.case.closed_at:
        raise NotPossible(IS_CLOSED, code=RefusalCode.CASE_CLOSED)
    said = check(joined.form, answers, _NO_CIRCUMSTANCES, work.now)
    separate(here, _separation(older, joined, said))
    _must_be_two(work.connection, here)
    say_separated(work.connection, here[case].case.person, older.case.person, work.now)
    for one in here.values():
        settle(one)


def _separation(older: CaseWork, joined: WasJoined, said: Mapping[str, Any]) -> Separation:
    instances = joined.going(said.get(GOES, ()))
    theirs, own = _plans(older, joined, instances)
    return Separation(
        newer=joined.newer,
        older=joined.older,
        joined_at=joined.joined_at,
        reason=said[REASON],
        instances=tuple(sorted(instances)),
        plan_since=theirs,
        own_plan_since=own,
        unheard=joined.unheard,
        expected=joined.told.get("expected"),
        calls=tuple(asdict(one) for one in joined.called_anew(instances)),
    )


def _plans(older: CaseWork, joined: WasJoined, instances: frozenset[str]) -> tuple[str | None, str | None]:
    """From when a plan holds, or held, for the child of the newer case and of the older: whichever had it when they
    were joined, and of one that began since whichever has the work of it.
    """
    now = older.case.plan_from.isoformat() if older.case.plan_from else None
    theirs, own = joined.told.get("plan_since"), joined.told.get("own_plan_since")
    if now is None or (theirs and own):
        return (theirs, own) if now else (None, None)
    ends = {one.name for one in older.model_in_force.messages.values() if "ends_plan" in one.effects}
    waiting = select(Wait.instance_id).where(Wait.case_id == joined.older, Wait.kind == "message", Wait.name.in_(ends))
    waits = {*older.connection.scalars(waiting)}
    is_theirs = bool(theirs) or bool(waits & instances)
    is_own = bool(waits - instances) or not is_theirs
    return (theirs or now) if is_theirs else None, now if is_own else None


def _must_be_two(connection: Connection, here: Mapping[str, CaseWork]) -> None:
    """Raises NotPossible."""
    one, other = here
    still = select(Case.id).where(Case.id == other, of_child(select(Case.id).where(Case.id == one)))
    if connection.execute(still).one_or_none():
        raise NotPossible(STILL_LINKED, code=RefusalCode.CANNOT_SEPARATE)
