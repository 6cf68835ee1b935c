"""Two children who had been taken for one: a manager takes their cases apart again."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, select

from engine.base.errors import NotAllowed, NotFound, NotPossible, RefusalCode
from engine.casework.known_children import say_separated
from engine.casework.locked_case import CaseWork
from engine.casework.locking import lock_cases
from engine.casework.separating import separate
from engine.casework.separating_rows import Separation
from engine.casework.settling import settle
from engine.facts.child import of_child
from engine.facts.managing import manages
from engine.facts.models import in_force
from engine.facts.separating_forms import GOES, IS_CLOSED, NOT_JOINED, REASON, STILL_LINKED, WasJoined, was_joined
from engine.forms import check
from engine.people.command import CommandRight, Work, command
from engine.people.who_knows import must_know
from engine.tables import Case, Wait

_NO_CIRCUMSTANCES: frozenset[str] = frozenset()


@command(may=CommandRight.TEAM_OF_CASE)
def separate_case(work: Work, case: str, newer: str, answers: Mapping[str, Any]) -> None:
    """`newer` is the case that was joined to this one. From answers to the form of `was_joined`.

    Raises NotFound, NotAllowed, BadAnswers; NotPossible where it was not joined, where this one is closed, and where
    another case says that it is one child.
    """
    must_know(work.connection, work.actor, case)
    model = in_force(work.connection, work.authority)
    if was_joined(work.connection, model, case, newer) is None:
        must_know(work.connection, work.actor, newer)
        raise NotPossible(NOT_JOINED, code=RefusalCode.NOT_JOINED)
    here = {one.case.id: one for one in lock_cases(work, (case, newer))}
    older = here.get(case)
    if older is None or not older.is_known:
        raise NotFound
    if not manages(work.actor, older.model_in_force, older.case.team):
        words = "A manager of the team that has the case decides this."
        raise NotAllowed(words, code=RefusalCode.ROLE)
    joined = was_joined(work.connection, older.model_in_force, case, newer)
    if joined is None:
        raise NotPossible(NOT_JOINED, code=RefusalCode.NOT_JOINED)
    if older.case.closed_at:
        raise NotPossible(IS_CLOSED, code=RefusalCode.CASE_CLOSED)
    said = check(joined.form, answers, _NO_CIRCUMSTANCES, work.now)
    separate(here, _separation(older, joined, said))
    _must_be_two(work.connection, here)
    say_separated(work.connection, here[newer].case.person, older.case.person, work.now)
    for one in here.values():
        settle(one)


def _separation(older: CaseWork, joined: WasJoined, said: Mapping[str, Any]) -> Separation:
    instances = (*joined.came, *said.get(GOES, ()))
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
        calls=tuple(asdict(one) for one in joined.called_anew(instances)),
    )


def _plans(older: CaseWork, joined: WasJoined, instances: tuple[str, ...]) -> tuple[str | None, str | None]:
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
    is_theirs = bool(theirs) or bool(waits & {*instances})
    is_own = bool(waits - {*instances}) or not is_theirs
    return (theirs or now) if is_theirs else None, now if is_own else None


def _must_be_two(connection: Connection, here: Mapping[str, CaseWork]) -> None:
    """Raises NotPossible."""
    one, other = here
    still = select(Case.id).where(Case.id == other, of_child(select(Case.id).where(Case.id == one)))
    if connection.execute(still).one_or_none():
        raise NotPossible(STILL_LINKED, code=RefusalCode.CANNOT_SEPARATE)
