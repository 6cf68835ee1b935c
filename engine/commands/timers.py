"""Clocks that have run out: each is acted on once, in order of its time, however long the system was down."""

from datetime import datetime

import structlog
from sqlalchemy import ColumnElement, Connection, and_, func, select, update

from engine.base.database import Database
from engine.base.errors import BadModel, CaseBroken
from engine.casework.clocks import Happened, tell_clocks
from engine.casework.locked_case import CaseWork, InstanceRow, lock_case
from engine.casework.settling import settle
from engine.commands.working_days_and_limits import recalculate
from engine.people.command import CommandRight, Work, command
from engine.people.identity import Actor
from engine.tables import Case, Deadline, Instance

log = structlog.get_logger()


def tick(database: Database, actor: Actor, now: datetime) -> int:
    """What the ticking clock does: counts anew where the calendar has changed, then acts on what has fallen due.

    In this order, so that nothing runs out on a day that is no longer its last.
    """
    recalculate(database, actor, now)
    return catch_up(database, actor, now)


def catch_up(database: Database, actor: Actor, now: datetime) -> int:
    """Acts on everything that fell due until now, in order; gives how many. Any number of schedulers may call it.

    Each clock is a transaction of its own. A case whose clock fails, or that somebody works on this moment, is left for
    the next time with all its clocks, so that they stay in order and hold up no other case.
    """
    acted = 0
    left: set[str] = set()
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


def next_due(connection: Connection, after: datetime) -> datetime | None:
    """When the next running clock runs out, if one does."""
    return connection.execute(
        select(func.min(Deadline.due_at)).where(_running(), Deadline.due_at >= after)
    ).scalar_one_or_none()


@command(may=CommandRight.SYSTEM)
def pass_clock(work: Work, deadline: str) -> bool:
    """Marks one clock as run out and moves what waits for it; False where it is not to be had just now."""
    case = work.connection.execute(
        select(Deadline.case_id)
        .join(Case, Case.id == Deadline.case_id)
        .where(Deadline.id == deadline, _running())
        .with_for_update(of=Case, skip_locked=True)
    ).scalar_one_or_none()
    if case is None:
        return False
    run_out(lock_case(work, case), deadline)
    return True


def run_out(casework: CaseWork, deadline: str) -> None:
    """Its entry says which of its kind it was."""
    row = casework.connection.execute(
        select(Deadline.clock, Deadline.number, Deadline.instance_id, Deadline.due_at).where(Deadline.id == deadline)
    ).one()
    casework.connection.execute(update(Deadline).where(Deadline.id == deadline).values(passed_at=casework.now))
    instance = _instance(casework, row.instance_id)
    which = {"clock": row.clock, "number": row.number, "due_at": row.due_at.isoformat()}
    casework.note("deadline", instance, payload={"what": "passed", **which})
    casework.clock_awaited = True
    tell_clocks(casework, Happened("passed", instance, "", {"case": casework.case_facts()}, {}, of=row.clock))
    settle(casework)


def _first_due(database: Database, now: datetime, left: set[str]) -> tuple[str, str] | None:
    """The clock, and its case."""
    with database.read() as connection:
        row = connection.execute(
            select(Deadline.id, Deadline.case_id)
            .where(_running(), Deadline.due_at < now, Deadline.case_id.not_in(left))
            .order_by(Deadline.due_at, Deadline.case_id, Deadline.clock, Deadline.number)
            .limit(1)
        ).one_or_none()
    return (row.id, row.case_id) if row else None


def _instance(casework: CaseWork, instance: str) -> InstanceRow:
    columns = (Instance.id, Instance.process, Instance.number, Instance.bundle_hash, Instance.origin_at)
    return InstanceRow(*casework.connection.execute(select(*columns).where(Instance.id == instance)).one())


def _running() -> ColumnElement[bool]:
    return and_(Deadline.passed_at.is_(None), Deadline.met_at.is_(None), Deadline.stopped_at.is_(None))
