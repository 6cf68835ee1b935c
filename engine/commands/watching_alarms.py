"""Alarms go on by themselves, and end when somebody of the team opens the case."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, bindparam, or_, select

from engine.base.database import Database
from engine.casework.alarms import end_alarms, is_to_be_looked_after, look_after, standing_alarm
from engine.casework.locking import FoundBy, lock_cases
from engine.commands.setting_cases_aside import set_aside
from engine.facts.right_time import noted_ahead
from engine.people.command import CommandRight, Work, command
from engine.people.identity import Actor
from engine.tables import Alarm, Case, NamedRow

_OF_ALARM = select(Alarm.case_id).where(Alarm.id == bindparam("alarm"))


def look_after_alarms(database: Database, actor: Actor, now: datetime) -> int:
    """Each whose moment has come, once; gives how many went on. One that fails, or in whose case somebody works this
    moment, is left for the next tick and holds up no other.
    """
    return sum(_looked_after(database, actor, now, row.id, row.case_id) for row in _due(database, now))


def _looked_after(database: Database, actor: Actor, now: datetime, alarm: str, case: str) -> bool:
    try:
        return look_after_alarm(database, actor, now, alarm)
    except Exception as fault:  # noqa: BLE001 - whatever is wrong with one case, the others' alarms go on
        set_aside(database, actor, now, case, "alarm", fault)
        return False


@command(may=CommandRight.SYSTEM)
def look_after_alarm(work: Work, alarm: str) -> bool:
    """False where it does not go on just now: somebody has opened the case, or there is time yet to do so."""
    for casework in lock_cases(work, FoundBy(_OF_ALARM, {"alarm": alarm}), skip_locked=True):
        standing = standing_alarm(work.connection, alarm)
        if standing and is_to_be_looked_after(standing, work.now):
            return look_after(casework, standing)
    return False


def open_cases(work: Work, cases: Select[str]) -> bool:
    """The actor is about to be shown these cases: if they are of the team that has one, its alarms are over. False
    where none stood.

    Part of the look (engine/commands/looks.py): that it was shown and what follows from it are one transaction.
    """
    if not work.actor.teams:
        return False
    alarmed = select(Alarm.case_id).where(
        Alarm.ended_at.is_(None),
        Alarm.case_id.in_(select(Case.id).where(Case.id.in_(cases), Case.team_id.in_(work.actor.teams))),
    )
    found = work.connection.scalars(alarmed).all()
    for casework in lock_cases(work, found, known=True) if found else ():
        end_alarms(casework, "opened")
        casework.write_record()
    return bool(found)


def _due(database: Database, now: datetime) -> Sequence[NamedRow]:
    with database.read() as connection:
        # None that was told while the clock was ahead waits for that day.
        its_time = or_(Alarm.next_step_at < now, noted_ahead(Alarm.told_at.expression, now))
        standing = (Alarm.ended_at.is_(None), Alarm.next_step_at.is_not(None), its_time)
        due = select(Alarm.id, Alarm.case_id).where(*standing).order_by(Alarm.next_step_at, Alarm.id)
        return connection.execute(due).all()
