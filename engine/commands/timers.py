"""Clocks that have run out: each is acted on once, in order of its time, however long the system was down."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, select, update

from engine.access import Actor
from engine.commands.casework import CaseWork, InstanceRow, lock_case
from engine.commands.command import May, Work, command
from engine.commands.instances import move
from engine.commands.settling import settle
from engine.database import Database
from engine.models import model
from engine.process import run
from engine.tables import Case, Deadline, Instance, Wait


def catch_up(database: Database, actor: Actor, now: datetime) -> int:
    """Acts on everything that fell due until now; gives how many clocks. Any number of schedulers may call it.

    Each clock is a transaction of its own, so that one faulty case does not hold up another's.
    """
    acted = 0
    while pass_next_clock(database, actor, now):
        acted += 1
    return acted


def next_due(connection: Connection, after: datetime) -> datetime | None:
    """When the next running clock runs out, if one does."""
    return connection.execute(
        select(func.min(Deadline.due_at)).where(_running(), Deadline.due_at >= after)
    ).scalar_one_or_none()


@command(may=May.SYSTEM)
def pass_next_clock(work: Work) -> bool:
    """Takes the clock that ran out first, skipping cases that somebody works on this moment; False if none is left."""
    connection = work.connection
    row = connection.execute(
        select(Deadline.id, Deadline.case_id)
        .join(Case, Case.id == Deadline.case_id)
        .where(_running(), Deadline.due_at < work.now)
        .order_by(Deadline.due_at, Deadline.id)
        .limit(1)
        .with_for_update(of=Case, skip_locked=True)
    ).one_or_none()
    if row is None:
        return False
    casework = lock_case(work, row.case_id)
    deadline = connection.execute(
        select(Deadline.clock, Deadline.instance_id, Deadline.due_at).where(Deadline.id == row.id, _running())
    ).one_or_none()
    if deadline is not None:
        connection.execute(update(Deadline).where(Deadline.id == row.id).values(passed_at=work.now))
        payload = {"what": "passed", "clock": deadline.clock, "due_at": deadline.due_at.isoformat()}
        casework.note("deadline", payload=payload)
        _fire(casework, deadline.clock, deadline.instance_id)
        settle(casework)
    return True


def _fire(casework: CaseWork, clock: str, instance: str) -> None:
    """Moves on every instance that waits for the clock; for a clock of one instance only that one."""
    rows = casework.connection.execute(
        select(
            Instance.id,
            Instance.process,
            Instance.number,
            Instance.bundle_hash,
            Instance.origin_at,
            Instance.state,
        )
        .join(Wait, Wait.instance_id == Instance.id)
        .where(Wait.case_id == casework.case.id, Wait.kind == "clock", Wait.name == clock)
        .order_by(Instance.started_at, Instance.process, Instance.number)
    )
    for row in rows.all():
        waiting = InstanceRow(*row[:5])
        its_model = model(casework.connection, waiting.bundle)
        if its_model.rules[clock].scope == "case" or waiting.id == instance:
            move(casework, waiting, run.fire_clock(its_model, waiting.process, row.state, clock))


def _running() -> ColumnElement[bool]:
    return and_(Deadline.passed_at.is_(None), Deadline.met_at.is_(None), Deadline.stopped_at.is_(None))
