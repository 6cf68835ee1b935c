"""A case in which the ticking clock fails is set aside with its id, and the clock goes on with the others."""

from datetime import datetime

import structlog

from engine.base.database import Database
from engine.casework.stalling import stall, why
from engine.people.command import CommandRight, Work, command
from engine.people.identity import Actor

log = structlog.get_logger()


def set_aside(database: Database, actor: Actor, now: datetime, case: str, step: str, fault: Exception) -> None:
    """Where not even that can be kept, as where the database is away, the log has it and the next tick tries again."""
    try:
        note_stalled(database, actor, now, case, step, fault)
    except Exception as more:  # noqa: BLE001 - nothing that is wrong with one case ends the tick
        log.error("a case fails, and cannot be set aside", case=case, step=step, why=why(fault), then=why(more))


@command(may=CommandRight.SYSTEM)
def note_stalled(work: Work, case: str, step: str, fault: Exception) -> None:
    """That this step of the clock failed in the case, once more."""
    stall(work.connection, case, step, work.now, fault)
