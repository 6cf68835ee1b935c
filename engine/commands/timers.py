"""Clocks that have run out: each is acted on once, in order of its time, however long the system was down."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

import structlog
from sqlalchemy import Connection, func, select, union_all

from engine.base.database import Database
from engine.casework.locking import lock_as_it_stands, lock_cases
from engine.casework.running_out import is_due, run_due_clocks, to_pass
from engine.casework.stalling import is_stalled, why
from engine.commands.breaking_glass import tell_of_all_glass
from engine.commands.ending_drafts import end_drafts
from engine.commands.leavers import end_what_is_kept_from_them, hand_back_tasks_of_leavers
from engine.commands.setting_cases_aside import set_aside
from engine.commands.watching_alarms import look_after_alarms
from engine.commands.working_days_and_limits import recalculate
from engine.people.command import CommandRight, Work, command
from engine.people.identity import Actor
from engine.tables import Alarm, Deadline

log = structlog.get_logger()
Result = TypeVar("Result")
NOBODY: frozenset[str] = frozenset()


def tick(database: Database, actor: Actor, now: datetime) -> int:
    """What the ticking clock does: alarms go on before all else; then it hands back what leavers held, and those from
    whom a case is kept since, ends drafts, tells of break glass, recalculates where the calendar has changed, and acts
    on what has fallen due. Gives how many alarms and clocks it acted on.

    In this order, so that nothing runs out on a day that is no longer its last: the clocks of a case that could not be
    had to recalculate wait for the next tick. A step that fails as a whole is logged, and keeps no other from its work.
    """
    alarms = _step(look_after_alarms, database, actor, now) or 0
    _step(hand_back_tasks_of_leavers, database, actor, now)
    _step(end_what_is_kept_from_them, database, actor, now)
    _step(end_drafts, database, actor, now)
    _step(tell_of_all_glass, database, actor, now)
    recalculated = _step(recalculate, database, actor, now)
    return alarms + catch_up(database, actor, now, recalculated.left if recalculated else NOBODY)


def _step(
    step: Callable[[Database, Actor, datetime], Result], database: Database, actor: Actor, now: datetime
) -> Result | None:
    try:
        return step(database, actor, now)
    except Exception as fault:  # noqa: BLE001 - whatever is wrong with it, the deadlines are checked
        log.error("a step of the clock failed", step=step.__name__, why=why(fault))
        return None


def catch_up(database: Database, actor: Actor, now: datetime, waiting: frozenset[str] = NOBODY) -> int:
    """Acts on everything that fell due until now, case by case, in order of what ran out first; gives how many. Any
    number of schedulers may call it.

    The clocks of a case are one transaction. A case that fails is set aside for a while with all its clocks, so that
    they stay in order and hold up no other case; one that somebody works on this moment is left for the next time, as
    are those `waiting`.
    """
    acted = 0
    left = {*waiting}
    while case := _first_due(database, now, left):
        here = 0
        try:
            here = pass_clocks(database, actor, now, case)
        except Exception as fault:  # noqa: BLE001 - whatever is wrong with one case, the others' clocks go on
            set_aside(database, actor, now, case, "clocks", fault)
        if not here:  # else nothing in it is due any more, or it is set aside: each statement names few cases
            left.add(case)
        acted += here
    return acted


def next_due(connection: Connection, after: datetime) -> datetime | None:
    """When the next running clock runs out, or the next alarm is to be looked after, if one is."""
    clock = select(func.min(Deadline.due_at)).where(to_pass(), Deadline.due_at >= after)
    alarm = select(func.min(Alarm.next_step_at)).where(Alarm.ended_at.is_(None), Alarm.next_step_at >= after)
    found = connection.scalars(union_all(clock, alarm)).all()
    return min((moment for moment in found if moment is not None), default=None)


@command(may=CommandRight.SYSTEM)
def pass_clocks(work: Work, case: str) -> int:
    """Marks what has run out in a case, and moves what waits for it; gives how many. None where the case is not to be
    had just now, or nothing in it is due once it is locked: somebody met, moved or acted on it meanwhile.
    """
    free = lock_cases(work, [case], skip_locked=True, as_it_stands=True)
    return run_due_clocks(work, [one.case.id for one in free], lock_as_it_stands)


def _first_due(database: Database, now: datetime, left: set[str]) -> str | None:
    """The case."""
    with database.read() as connection:
        aside = is_stalled("clocks", now, Deadline.case_id.expression)
        return connection.execute(
            select(Deadline.case_id)
            .where(is_due(now), Deadline.case_id.not_in(left), ~aside)
            .order_by(Deadline.due_at, Deadline.case_id, Deadline.clock, Deadline.number)
            .limit(1)
        ).scalar_one_or_none()
