"""Whether the clock of the machine may be wrong: then nothing is acted on by it until somebody has looked."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, func, select

from engine.base.clock import Uptime, uptime
from engine.tables import Act, LastTick

BEHIND = timedelta(minutes=2)
AHEAD = timedelta(days=1)


class Doubt(StrEnum):
    """Why the clock may be wrong; the words are for whoever runs the system."""

    BEHIND = "it is more than two minutes before the newest entry of the record, or before the last tick"
    AHEAD = "since the last tick it has gone on by more than a day longer than the machine was up"


def doubted(connection: Connection, now: datetime, machine: Uptime | None = None) -> Doubt | None:
    """By the record, and by the last tick. `machine` is this one, unless another is given.

    An outage is no doubt: where the machine was down, or was up all the while without a tick, nothing speaks against
    the clock. What is in the record up to what an operator has confirmed says nothing about the time any more.
    """
    row = connection.execute(
        select(
            select(func.max(Act.at)).scalar_subquery().label("newest"),
            *(LastTick.at, LastTick.boot, LastTick.uptime, LastTick.confirmed),
        )
        .select_from(select(1).subquery())
        .outerjoin(LastTick, LastTick.number == 1)
    ).one()
    is_news = row.newest and (row.confirmed is None or row.newest > row.confirmed)
    newest = max((one for one in (row.newest if is_news else None, row.at) if one), default=now)
    if now + BEHIND < newest:
        return Doubt.BEHIND
    here = machine or uptime()
    if row.at and here.boot and here.boot == row.boot:
        was_up = timedelta(seconds=here.seconds - row.uptime)
        if now - row.at - was_up > AHEAD:
            return Doubt.AHEAD
    return None


def newest_entry_at(connection: Connection) -> datetime | None:
    return connection.execute(select(func.max(Act.at))).scalar_one()


def noted_ahead(moment: ColumnElement[datetime], now: datetime) -> ColumnElement[bool]:
    """Of a moment that was the present when it was noted: the clock was ahead then, so nothing is to wait for it."""
    return moment > now + BEHIND
