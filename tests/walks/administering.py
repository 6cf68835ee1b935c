"""Steps of a walk that are about the authority and the people who work in it."""

from datetime import date
from random import Random
from typing import TYPE_CHECKING

from engine.commands.accounts import disable_account
from engine.commands.giving_roles import give_role
from engine.commands.working_days_and_limits import add_closure_day, remove_closure_day, set_local_limit
from tests.builders import DAY, account, shipped_model
from tests.walks.alarming import keep_list_or_look

if TYPE_CHECKING:
    from tests.walks.walking import Walk


def administer(walk: "Walk", random: Random) -> None:
    if random.random() < 0.4:
        keep_list_or_look(walk, random)
        return
    day: date = (walk.now + random.randrange(90) * DAY).date()
    clock, limit = random.choice([*shipped_model().rules]), random.choice((-4, 1, 2, 20, 0))
    administrator = walk.actor(random.choice(("administrator", "administrator", "auditor")), random)
    database, now = walk.at.database, walk.now
    command = random.choice(
        (
            lambda: add_closure_day(database, administrator, now, {"day": day.isoformat(), "name": "Closed"}),
            lambda: remove_closure_day(database, administrator, now, day),
            lambda: set_local_limit(database, administrator, now, clock, {"limit": limit}),
        )
    )
    walk.give(f"{administrator.name}: {day} {clock} {limit}", command)


def leave_or_come(walk: "Walk", random: Random) -> None:
    """The second of two people leaves, or somebody comes who takes on one more role."""
    role = random.choice([*shipped_model().roles.values()])
    administrator, database, now = walk.actor("administrator", random), walk.at.database, walk.now
    if random.random() < 0.5:
        leaver = account(role=role.id, number=2)
        walk.give(f"{leaver} leaves", lambda: disable_account(database, administrator, now, leaver))
        return
    team, taker = random.choice(("duty_team", "other_team")), account(role="social_worker", number=2)
    walk.give(
        f"{taker} becomes {role.id}",
        lambda: give_role(database, administrator, now, taker, role.id, role.agency, team),
    )
