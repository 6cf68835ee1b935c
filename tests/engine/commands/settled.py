"""What an administrator settles, in one call, and the day on which a clock is due because of it."""

from datetime import date, datetime

from engine.commands import working_days_and_limits as commands
from engine.timescales.calendar import day_of
from tests.builders import MONDAY, Authority
from tests.engine.commands.pathway import clocks


def close_on(world: Authority, day: date, now: datetime, name: str = "A closure day") -> None:
    answers = {"day": day.isoformat(), "name": name}
    commands.add_closure_day(world.database, world.actor("administrator", now=now), now, answers)


def open_again(world: Authority, day: date, now: datetime) -> None:
    commands.remove_closure_day(world.database, world.actor("administrator", now=now), now, day)


def set_limit(world: Authority, clock: str, value: object, now: datetime = MONDAY) -> None:
    commands.set_local_limit(world.database, world.actor("administrator", now=now), now, clock, {"limit": value})


def due_day(world: Authority, case: str, clock: str) -> str:
    return day_of(clocks(database=world.database, case=case)[clock].due_at).isoformat()
