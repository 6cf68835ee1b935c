"""What has run out in a case is acted on before anything else is done in it, whoever comes first."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, bindparam, exists, select

from engine.base.database import undone_if_it_fails
from engine.base.database_faults import NOT_OURS
from engine.casework.clocks import pass_by
from engine.casework.locked_case import CaseWork
from engine.casework.recalculating import recalculate_outdated
from engine.casework.settling import settle
from engine.casework.stalling import LONGEST, is_stalled, stall, stalled_within
from engine.facts.right_time import doubted
from engine.people.command import Work
from engine.people.identity import SYSTEM
from engine.tables import Case, Deadline, NamedRow, running_deadline
from engine.tables.conditions import Moment


def run_due_clocks(work: Work, cases: Collection[str], lock: Callable[[Work, str], CaseWork]) -> int:
    """In these cases, which are locked, in order of time; gives how many. `lock` reads one of them as it stands.

    Each clock is an act of the system, as when it ticks: so a case has one history, whether it ticked first or somebody
    came first. Closure days that were settled since count first. What fails is undone by itself and sets its case
    aside, so that people can go on in it. Nothing where the time may be wrong.
    """
    acted, tried_with = 0, replace(work, actor=SYSTEM)
    while due := _first_due(work.connection, cases, work.now):
        if not acted and doubted(work.connection, work.now):
            break
        try:
            with undone_if_it_fails(work.connection):
                acted += _act_on(lock(tried_with, due.case_id), due.id)
        except NOT_OURS:  # the database fails, and not the case: whoever came is told so
            raise
        except Exception as fault:  # noqa: BLE001 - whatever is wrong with a clock, it keeps nobody from the case
            stall(work.connection, due.case_id, "clocks", work.now, fault)
    return acted


def run_out(casework: CaseWork, deadline: str) -> None:
    pass_by(casework, next(one for one in casework.deadlines if one.id == deadline))
    settle(casework)


def is_due(now: Moment) -> ColumnElement[bool]:
    """Of `deadline`: it has run out, and nobody has acted on it."""
    return and_(to_pass(), Deadline.due_at < now)


def to_pass() -> ColumnElement[bool]:
    return and_(Deadline.passed_at.is_(None), running_deadline())


def has_due_clock() -> ColumnElement[bool]:
    """Of `case`, unless it is set aside. Whoever runs the statement gives `due_by` with it."""
    due = exists().where(Deadline.case_id == Case.id, is_due(bindparam("now")))
    return and_(due, ~stalled_within("clocks", bindparam("now"), bindparam("longest_wait")))


def due_by(now: datetime) -> dict[str, datetime]:
    """What `has_due_clock` asks of the moment, by the names of its parameters."""
    return {"now": now, "longest_wait": now + LONGEST}


def _act_on(casework: CaseWork, deadline: str) -> int:
    """Counted on other closure days it may run out later, or another before it: then it is looked for again."""
    if recalculate_outdated(casework).clocks:
        return 0
    run_out(casework, deadline)
    return 1


def _first_due(connection: Connection, cases: Collection[str], now: datetime) -> NamedRow | None:
    return connection.execute(
        select(Deadline.id, Deadline.case_id)
        .where(Deadline.case_id.in_(cases), is_due(now), ~is_stalled("clocks", now, Deadline.case_id.expression))
        .order_by(Deadline.due_at, Deadline.case_id, Deadline.clock, Deadline.number)
        .limit(1)
    ).one_or_none()
