"""Steps of a story that are about the authority, and about no case: who is on duty, a day on which it is closed."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from engine.commands.keeping_duty_list import add_duty_turn
from engine.commands.working_days_and_limits import add_closure_day
from engine.facts.authority import calendar_of
from engine.people.identity import SYSTEM, Actor
from engine.scenario.stage import StoryWorld
from engine.scenario.story import StoryStep, instant

A_DAY = timedelta(days=1)


def put_on_duty(stage: StoryWorld, step: StoryStep, actor: Actor) -> Callable[[], object]:
    now, until = stage.now, step.answers.get("until")
    ends_at = instant(until) if isinstance(until, datetime) else now + A_DAY
    turn = {
        "person": actor.account,
        "place": step.target,
        "starts_at": now.isoformat(),
        "ends_at": ends_at.isoformat(),
    }
    return lambda: add_duty_turn(stage.database, SYSTEM.at(actor.within), now, turn)


def add_holiday(stage: StoryWorld, step: StoryStep, actor: Actor) -> Callable[[], object]:
    """A day that is none already stays as it is, unless the story says that it is refused."""
    given = {"day": step.target, "name": step.answers.get("name", "Closure day")}
    with stage.database.read() as connection:
        works = calendar_of(connection, actor.within).is_working_day(date.fromisoformat(step.target))
    added = not (step.refused or works)
    return lambda: None if added else add_closure_day(stage.database, actor, stage.now, given)
