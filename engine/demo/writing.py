"""Writes the demonstration into an empty database, by playing its stories up to this moment on one clock."""

import tomllib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from enum import Enum
from functools import partial
from pathlib import Path

from sqlalchemy import func, select

from engine.base.database import Database
from engine.base.errors import NotPossible, RefusalCode
from engine.commands.authorities import add_authority
from engine.commands.keeping_directory import add_service
from engine.commands.publishing import publish_shipped
from engine.demo.dates import resolved
from engine.demo.looking import Looked, looked, open_page
from engine.demo.staff import AUTHORITY, AUTHORITY_NAME, described, employ, found_teams
from engine.facts.models import in_force
from engine.people.identity import SYSTEM
from engine.scenario.cast import Cast
from engine.scenario.known_names import check_names
from engine.scenario.player import Player
from engine.scenario.stage import StoryWorld
from engine.scenario.story import Story, StoryStep, from_table
from engine.tables import Account, Authority, Case

STORIES, SERVICES = (Path(__file__).parent / name for name in ("stories", "services.toml"))
# Comes last of all: where this person is missing, writing was cut short.
LAST = "auditor"
BEFORE_THE_FIRST_REFERRAL = timedelta(days=30)


class Holds(Enum):
    """What a database holds already."""

    NOTHING = "nothing"
    DEMONSTRATION = "the demonstration"
    HALF = "a demonstration whose writing was cut short"
    OTHER = "other data"


def held(database: Database) -> Holds:
    """The tables must be there. Whatever people have done in a demonstration since, it stays one."""
    with database.read() as connection:
        emails = set(connection.scalars(select(Account.email)))
        cases = connection.execute(select(func.count()).select_from(Case)).scalar_one()
        named = set(connection.scalars(select(Account.name)))
        authorities = set(connection.scalars(select(Authority.id)))
    if not authorities:
        return Holds.NOTHING
    if authorities != {AUTHORITY}:
        return Holds.OTHER
    if not emails:
        return Holds.OTHER if cases else Holds.HALF
    if not all(email.endswith(f"@{described()['domain']}") for email in emails):
        return Holds.OTHER
    return Holds.DEMONSTRATION if described()["person"][LAST] in named else Holds.HALF


def write(database: Database, now: datetime, models: Path) -> None:
    """`models` is the folder of those that the stories are told with.

    Raises NotPossible where the database holds anything, or the models cannot tell these stories.
    """
    if held(database) is not Holds.NOTHING:
        raise NotPossible(
            f"This database holds {held(database).value}. The demonstration needs an empty one.",
            code=RefusalCode.DATABASE_HELD,
        )
    stories = list(told(now))
    joined = min(story.steps[0].at for story in stories) - BEFORE_THE_FIRST_REFERRAL
    add_authority(database, SYSTEM, joined, AUTHORITY, AUTHORITY_NAME)
    publish_shipped(database, SYSTEM.at(AUTHORITY), joined, models)
    with database.read() as connection:
        model = in_force(connection, AUTHORITY)
    teams = found_teams(database, model, joined)
    accounts = {
        person: employ(database, model, teams, person, joined) for person in described()["person"] if person != LAST
    }
    for one in tomllib.loads(SERVICES.read_text(encoding="utf-8"))["service"]:
        add_service(database, SYSTEM.at(AUTHORITY), joined, one)
    stage = StoryWorld(database, Cast(database, AUTHORITY, model, accounts), joined, mail="taken")
    play(stage, stories, list(looked(now)), now)
    employ(database, model, teams, LAST, now)


def told(now: datetime) -> Iterator[Story]:
    """The stories as they look at this moment."""
    for path in sorted(STORIES.glob("*.toml")):
        yield from_table(resolved(tomllib.loads(path.read_text(encoding="utf-8")), now), path.name)


def play(stage: StoryWorld, stories: list[Story], looks: list[Looked], now: datetime) -> None:
    """All together, in the order of time, as it would have been."""
    for story in stories:
        check_names(story, stage.model)
    players = [Player(stage, story) for story in stories]
    by_child = {child: player for player, story in zip(players, stories, strict=True) for child in story.children}
    acts: list[tuple[datetime, Callable[[], None]]] = [
        (step.at, partial(_take, player, step))
        for player, story in zip(players, stories, strict=True)
        for step in story.steps
    ]
    acts += [(one.at, partial(_look, stage, one, by_child[one.child])) for one in looks]
    for _, act in sorted(acts, key=lambda one: one[0]):
        act()
    stage.advance(now)


def _take(player: Player, step: StoryStep) -> None:
    player.play(step)
    if player.result.failures:
        raise NotPossible(
            f"The demonstration cannot be told with these models: {player.result.failures[0]}",
            code=RefusalCode.STORY_FAILS,
        )


def _look(stage: StoryWorld, one: Looked, player: Player) -> None:
    open_page(stage, one, player.actions.names.called(one.child))
