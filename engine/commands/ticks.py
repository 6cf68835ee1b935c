"""Each tick of the clock is noted. Where the time may be wrong nothing is acted on, until somebody confirms it."""

from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy import Connection, insert, update

from engine.base.clock import Uptime
from engine.base.database import Database
from engine.casework.stalling import forget_stalled
from engine.commands.timers import tick
from engine.facts.right_time import Doubt, doubted, newest_entry_at
from engine.people.command import CommandRight, Work, command
from engine.people.identity import Actor
from engine.record.chain import INSTALLATION, NewEntry, append
from engine.tables import LastTick

log = structlog.get_logger()


def tick_and_note(
    database: Database, actor: Actor, clock: Callable[[], datetime], uptime: Callable[[], Uptime]
) -> int | None:
    """Gives on how much it acted; None where the clock of the machine may be wrong, which is logged and noted."""
    now, machine = clock(), uptime()
    with database.read() as connection:
        doubt = doubted(connection, now, machine)
    if doubt:
        log.error("deadlines are not being checked: the clock of the machine may be wrong", why=doubt.value)
        note_doubt(database, actor, now, doubt)
        return None
    acted = tick(database, actor, now)
    note_tick(database, actor, clock(), acted, now, uptime())
    return acted


@command(may=CommandRight.SYSTEM)
def note_tick(work: Work, acted: int, began: datetime, machine: Uptime) -> None:
    """That the clock has gone through all that fell due, so that whoever asks sees when it last did. What was set
    aside, was tried again since it `began`, and did not fail, is set aside no longer.
    """
    forget_stalled(work.connection, began)
    _keep(work.connection, acted=acted, **_moment(work.now, machine), **_NO_DOUBT)


@command(may=CommandRight.SYSTEM)
def note_doubt(work: Work, doubt: Doubt) -> None:
    """That nothing is acted on, and why. `work.now` is what the doubtful clock says."""
    _keep(work.connection, doubted_at=work.now, doubt=doubt.name)


@command(may=CommandRight.SYSTEM)
def confirm_time(work: Work, machine: Uptime, until: datetime | None = None) -> None:
    """An operator has looked, and the time is right: the clock goes on from here. In the record.

    What stands up to the newest entry says nothing about the time any more; or up to `until`, where the authorities of
    a simulation go through the same years one after another.
    """
    newest = until or newest_entry_at(work.connection)
    _keep(work.connection, confirmed=newest, **_moment(work.now, machine), **_NO_DOUBT)
    said = {"newest": newest.isoformat() if newest else None}
    append(work.connection, INSTALLATION, work.actor.signature, work.now, [NewEntry("time_confirmed", payload=said)])


_NO_DOUBT = {"doubted_at": None, "doubt": ""}


def _moment(at: datetime, machine: Uptime) -> dict[str, object]:
    return {"at": at, "boot": machine.boot, "uptime": machine.seconds}


def _keep(connection: Connection, **columns: object) -> None:
    if connection.execute(update(LastTick).values(columns)).rowcount == 0:
        connection.execute(insert(LastTick).values(number=1, **columns))
