"""What somebody had taken goes back to the team when their account is disabled, whoever is first to see to it."""

import pytest

from engine.base.database import Database
from engine.base.errors import NotAllowed
from engine.commands.accounts import disable_account
from engine.commands.cases import claim
from engine.commands.leavers import hand_back_of_leaver, hand_back_tasks_of_leavers
from engine.commands.timers import tick
from engine.people.identity import SYSTEM
from engine.record.chain import case_chain, lines
from tests.builders import HOUR, MONDAY, Authority, account, authority, case_at, open_items

LEAVER = account(role="social_worker")


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def taken(world: Authority, case: str, role: str = "social_worker") -> str:
    item = open_items(database=world.database, case=case)["decide_response"].id
    claim(world.database, world.actor(role), MONDAY, item)
    return item


def holder(world: Authority, case: str) -> str | None:
    return open_items(database=world.database, case=case)["decide_response"].owner_id


def test_tasks_of_a_leaver_are_handed_back_each_with_an_entry(world: Authority) -> None:
    cases = [case_at(authority=world, point="deciding") for _ in range(2)]
    for case in cases:
        taken(world, case)
    assert hand_back_tasks_of_leavers(world.database, SYSTEM, MONDAY) == 0
    assert {holder(world, case) for case in cases} == {LEAVER}
    disable_account(world.database, world.system, MONDAY + HOUR, LEAVER)
    assert hand_back_tasks_of_leavers(world.database, SYSTEM, MONDAY + HOUR) == 2
    assert {holder(world, case) for case in cases} == {None}
    with world.database.read() as connection:
        for case in cases:
            (entry,) = lines(connection, case_chain(case), ["handed_back"])
            assert (entry.actor, entry.element, entry.at) == ("system", "decide_response", MONDAY + HOUR)
    assert hand_back_tasks_of_leavers(world.database, SYSTEM, MONDAY + HOUR) == 0


def test_the_clock_sees_to_it_if_nobody_else_did(world: Authority) -> None:
    case = case_at(authority=world, point="deciding")
    taken(world, case)
    disable_account(world.database, world.system, MONDAY, LEAVER)
    tick(world.database, SYSTEM, MONDAY)
    assert holder(world, case) is None


def test_nobody_else_loses_a_task_and_nobody_else_hands_it_back(world: Authority) -> None:
    case = case_at(authority=world, point="deciding")
    item = taken(world, case)
    assert not hand_back_of_leaver(world.database, SYSTEM, MONDAY, item)
    assert holder(world, case) == LEAVER
    with pytest.raises(NotAllowed):
        hand_back_of_leaver(world.database, world.actor("administrator"), MONDAY, item)
