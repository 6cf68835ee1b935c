"""Clocks that have run out: each is acted on once, in order of its time, however long the system was down."""

from datetime import datetime

import structlog
from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, insert, select, union_all, update

from engine.base.database import Database
from engine.base.errors import BadModel, CaseBroken
from engine.casework.clocks import pass_by
from engine.casework.locked_case import CaseWork
from engine.casework.locking import FoundBy, lock_cases
from engine.casework.settling import settle
from engine.commands.leavers import hand_back_tasks_of_leavers
from engine.commands.watching_alarms import look_after_alarms
from engine.commands.working_days_and_limits import recalculate
from engine.people.command import CommandRight, Work, command
from engine.people.identity import Actor
from engine.tables import Alarm, Deadline, LastTick, running_deadline

log = structlog.get_logger()


def tick(database: Database, actor: Actor, now: datetime) -> int:
    """What the ticking clock does: alarms go on before all else; then it hands back what leavers held, recalculates
    where the calendar has changed, and acts on what has fallen due. Gives how many alarms and clocks it acted on.

    In this order, so that nothing runs out on a day that is no longer its last: the clocks of a case that could not be
    had to recalculate wait for the next tick.
    """
    alarms = look_after_alarms(database, actor, now)
    hand_back_tasks_of_leavers(database, actor, now)
    return alarms + catch_up(database, actor, now, recalculate(database, actor, now).left)


def catch_up(database: Database, actor: Actor, now: datetime, waiting: frozenset[str] = frozenset()) -> int:
    """Acts on everything that fell due until now, in order; gives how many. Any number of schedulers may call it.

    Each clock is a transaction of its own. A case whose clock fails, or that somebody works on this moment, is left for
    the next time with all its clocks, so that they stay in order and hold up no other case; so are those `waiting`.
    """
    acted = 0
    left = {*waiting}
    while first := _first_due(database, now, left):
        deadline, case = first
        try:
            done = pass_clock(database, actor, now, deadline)
        except Exception as fault:  # noqa: BLE001 - whatever is wrong with one case, the others' clocks go on
            why = str(fault) if isinstance(fault, CaseBroken | BadModel) else type(fault).__name__
            log.error("a clock ran out and could not be acted on", deadline=deadline, case=case, why=why)
            done = False
        acted += done
        if not done:
            left.add(case)
    return acted


@command(may=CommandRight.SYSTEM)
def note_tick(work: Work, acted: int) -> None:
    """That the clock has gone through all that fell due, so that whoever asks sees when it last did."""
    stands = {"at": work.now, "acted": acted}
    if work.connection.execute(update(LastTick).values(stands)).rowcount == 0:
        work.connection.execute(insert(LastTick).values(number=1, **stands))


def next_due(connection: Connection, after: datetime) -> datetime | None:
    """When the next running clock runs out, or the next alarm is to be looked after, if one is."""
    clock = select(func.min(Deadline.due_at)).where(_to_pass(), Deadline.due_at >= after)
    alarm = select(func.min(Alarm.next_step_at)).where(Alarm.ended_at.is_(None), Alarm.next_step_at >= after)
    found = connection.scalars(union_all(clock, alarm)).all()
    return min((moment for moment in found if moment is not None), default=None)


@command(may=CommandRight.SYSTEM)
def pass_clock(work: Work, deadline: str) -> bool:
    """Marks one clock as run out and moves what waits for it; False where it is not to be had just now, or where what
    stands once its case is locked has it run out no more: somebody met, moved or acted on it meanwhile.
    """
    of_deadline = FoundBy(_OF_DEADLINE, {"deadline": deadline})
    for casework in lock_cases(work, of_deadline, skip_locked=True):
        if any(one.id == deadline and not one.passed and one.due_at < work.now for one in casework.deadlines):
            run_out(casework, deadline)
            return True
    return False


def run_out(casework: CaseWork, deadline: str) -> None:
    pass_by(casework, next(one for one in casework.deadlines if one.id == deadline))
    settle(casework)


def _first_due(database: Database, now: datetime, left: set[str]) -> tuple[str, str] | None:
    """The clock, and its case."""
    with database.read() as connection:
        row = connection.execute(
            select(Deadline.id, Deadline.case_id)
            .where(_to_pass(), Deadline.due_at < now, Deadline.case_id.not_in(left))
            .order_by(Deadline.due_at, Deadline.case_id, Deadline.clock, Deadline.number)
            .limit(1)
        ).one_or_none()
    return (row.id, row.case_id) if row else None


def _to_pass() -> ColumnElement[bool]:
    return and_(Deadline.passed_at.is_(None), running_deadline())


_OF_DEADLINE = select(Deadline.case_id).where(Deadline.id == bindparam("deadline"), _to_pass())
