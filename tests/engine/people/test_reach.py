"""A statement that is made once for all who know by the same finds for each of them what one of their own would."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from engine.base.database import Database
from engine.people.identity import Actor, Held
from engine.people.who_knows import known_by, known_within, knows, reach_of
from engine.tables import Case
from tests.builders import MONDAY, Authority, authority, case_at, shipped_model

NOBODY = Actor(None, "Nobody", ())
ELSEWHERE = Held("social_worker", "social_care", "social_care", "other_team", True)


@pytest.fixture
def world(database: Database) -> Authority:
    made = authority(database=database)
    case_at(authority=made, point="assessing")
    case_at(authority=made, point="deciding")
    return made


def test_whoever_asks_finds_the_same(world: Authority) -> None:
    people = [world.actor(role) for role in shipped_model().roles if role != "public"]
    people += [replace(one, moment=MONDAY) for one in people]
    people += [NOBODY, NOBODY.at(world.id), replace(world.actor("social_worker"), held=(ELSEWHERE,))]
    found: dict[str, list[str]] = {}
    with world.database.read() as connection:
        for one in people:
            own = connection.scalars(select(Case.id).where(knows(one)).order_by(Case.id)).all()
            shared = select(Case.id).where(known_within(reach_of(one))).order_by(Case.id)
            found[f"{one.name} {one.moment} {one.authority} {one.held}"] = [*own]
            assert connection.scalars(shared, known_by(one)).all() == own
    assert {len(one) for one in found.values()} >= {0, 2}  # it tells them apart
