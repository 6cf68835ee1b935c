"""Somebody at work without a pause, in a process of their own that may be killed at any moment."""

from collections.abc import Callable
from datetime import datetime
from multiprocessing.connection import Connection
from random import Random

from sqlalchemy import Row, select

from engine.base.database import Database
from engine.base.errors import Refusal
from engine.commands.cases import claim, complete_task
from engine.commands.timers import catch_up
from engine.people.identity import SYSTEM
from engine.tables import WorkItem
from tests.builders import DAY, HERE, MONDAY, Authority, answers_to, child, refer

FEWEST_OPEN = 6
Acknowledge = Callable[[str, str], None]


def submit(url: str, told: Connection, seed: int) -> None:
    """Works until it is killed; what is done is told once the command has returned, and not before."""
    at = Authority(Database(url), HERE, "duty_team", "other_team")
    random = Random(seed)  # noqa: S311 (work, not a secret)
    while True:
        work_once(at, random, lambda kind, what: told.send((kind, what)))


def work_once(at: Authority, random: Random, acknowledge: Acknowledge) -> None:
    now = MONDAY + random.randrange(120) * DAY
    with at.database.read() as connection:
        items = connection.execute(select(WorkItem.__table__).where(WorkItem.closed_at.is_(None))).all()
    try:
        if len(items) < FEWEST_OPEN:
            for case in refer(authority=at, now=now, children=[child(), child(given_name="Ben")]).cases:
                acknowledge("opened", case)
        elif random.random() < 0.1:
            catch_up(at.database, SYSTEM, now)
        else:
            _do_some(at, random, random.choice(items), now, acknowledge)
    except Refusal:
        return  # somebody else was first


def _do_some(
    at: Authority, random: Random, item: Row[tuple[object, ...]], now: datetime, acknowledge: Acknowledge
) -> None:
    someone = at.actor(item.role, number=random.choice((1, 2)), now=now)
    answers = answers_to(authority=at, item=item, now=now)
    if random.random() < 0.2:
        claim(at.database, someone, now, item.id)
        acknowledge("taken", item.id)
    complete_task(at.database, someone, now, item.id, answers)
    acknowledge("completed", item.id)


def boast(url: str, told: Connection, seed: int) -> None:
    """The planted fault: says that it is done when it has only begun."""
    at = Authority(Database(url), HERE, "duty_team", "other_team")
    with at.database.read() as connection:
        item = connection.execute(select(WorkItem.__table__).where(WorkItem.closed_at.is_(None))).first()
    if item is not None:
        told.send(("completed", item.id))
    told.recv()
    work_once(at, Random(seed), lambda kind, what: None)  # noqa: S311, ARG005 (nobody hears of it any more)
