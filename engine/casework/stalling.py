"""A case in which the ticking clock fails is left for a while, so that it holds up no other: for longer each time."""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, Connection, delete, exists, insert, select, update

from engine.base.errors import BadModel, CaseBroken, OtherVersion
from engine.tables import Case, StalledCase
from engine.tables.conditions import Moment

LONGEST = timedelta(hours=1)
# Each step is tried again after so long, and twice as long after each failure in a row. An alarm waits for nothing.
FIRST_PAUSE = {"clocks": timedelta(minutes=1), "recalculation": timedelta(minutes=1), "leaver": timedelta(minutes=1)}

log = structlog.get_logger()


def stall(connection: Connection, case: str, step: str, now: datetime, fault: Exception) -> None:
    """Notes and logs that this step failed in the case once more. The log holds ids, and nothing that anybody wrote."""
    this = (StalledCase.case_id == case, StalledCase.step == step)
    before = connection.execute(select(StalledCase.failures).where(*this)).scalar_one_or_none()
    failures = (before or 0) + 1
    again = {"failures": failures, "next_try_at": now + _pause(step, failures)}
    if before is None:
        connection.execute(insert(StalledCase).values(case_id=case, step=step, since=now, **again))
    else:
        connection.execute(update(StalledCase).where(*this).values(again))
    log.error("a case is set aside by the clock", case=case, step=step, failures=failures, why=why(fault))


def is_stalled(step: str, now: datetime, case: ColumnElement[str] = Case.id.expression) -> ColumnElement[bool]:
    """Of a case: it is not time yet to try again. A wait that a wrong clock has made longer holds nothing."""
    return stalled_within(step, now, now + LONGEST, case)


def stalled_within(
    step: str, now: Moment, longest_wait: Moment, case: ColumnElement[str] = Case.id.expression
) -> ColumnElement[bool]:
    """As `is_stalled`, with the last moment to which one may wait."""
    return exists().where(StalledCase.case_id == case, StalledCase.step == step, _waits(now, longest_wait))


def forget_stalled(connection: Connection, now: datetime) -> None:
    """After a tick at `now`, in which each was tried whose time it was: what did not fail again goes on."""
    connection.execute(delete(StalledCase).where(~_waits(now, now + LONGEST)))


def _waits(now: Moment, longest_wait: Moment) -> ColumnElement[bool]:
    return StalledCase.next_try_at.between(now, longest_wait)


def why(fault: Exception) -> str:
    """What of a fault may be told: an exception of another kind could quote an answer."""
    return str(fault) if isinstance(fault, CaseBroken | BadModel | OtherVersion) else type(fault).__name__


def _pause(step: str, failures: int) -> timedelta:
    first = FIRST_PAUSE.get(step, timedelta())
    return min(first * 2 ** min(failures - 1, 10), LONGEST)
