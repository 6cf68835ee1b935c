"""Two children who had been taken for one: each has what is theirs again, and nothing of it is lost."""

from typing import Any

import pytest
from sqlalchemy import update

from engine.base.database import Database
from engine.commands.recording_people import change_personal_fact
from engine.commands.separating_cases import separate_case
from engine.export.stored import StoredCase, read_case
from engine.reads.audit.replay import replay_feed
from engine.reads.case.whole_record import whole_record
from engine.tables import Answers, Case, Deadline, Instance, PersonalFact, SharingWish, WorkItem
from tests.builders import DAY, MONDAY, Authority, authority, do, open_items, refer
from tests.engine.commands.calls_of_people_around import RISK, fact, person
from tests.engine.commands.calls_of_sharing import wishes
from tests.engine.commands.joining import TUESDAY, by_form, kinds, must_be_sound, row, rows, same
from tests.engine.commands.pathway import assessing, planned
from tests.engine.commands.test_joining_work import discussing

WEDNESDAY = TUESDAY + DAY
WHY = {"reason": "The other Ada lives in another town."}


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def take_apart(world: Authority, newer: str, **said: object) -> None:
    separate_case(world.database, world.actor("team_manager"), WEDNESDAY, newer, {**WHY, **said})


def stored(world: Authority, case: str) -> StoredCase:
    with world.database.read() as connection:
        return read_case(connection, case)


def held(world: Authority, case: str) -> tuple[list[object], ...]:
    """What runs and ran, what was answered, the tasks, and the clocks, each in one order."""
    columns = {
        Instance: ("process", "number", "status", "came_from_id"),
        Answers: ("process", "element", "occurrence"),
        WorkItem: ("process", "element", "occurrence", "closed_at", "closed_how", "owner_id", "team_id"),
        Deadline: ("clock", "number", "due_at", "met_at", "stopped_at"),
    }
    return tuple(
        sorted(([getattr(one, name) for name in names] for one in rows(world, table, table.case_id == case)), key=str)
        for table, names in columns.items()
    )


def test_what_each_had_before_it_has_again(world: Authority) -> None:
    first, second = refer(authority=world).cases[0], by_form(world).cases[0]
    before = held(world, first)
    same(world, second, first)
    take_apart(world, second)
    assert held(world, first) == before
    assert (row(world, second).closed_at, row(world, second).joined_to_id, row(world, second).same_person_id) == (
        None,
    ) * 3
    assert {one.case_id for one in rows(world, Instance)} == {first, second}
    must_be_sound(world)


def test_a_discussion_that_was_made_one_with_the_others_is_called_for_each_again(world: Authority) -> None:
    """With the day that each had; whom the other had invited keeps knowing what it knew until somebody ends that."""
    first, second = discussing(world, "health"), discussing(world, "housing", now=TUESDAY)
    with world.database.transaction() as connection:
        of_second = Deadline.case_id == second, Deadline.clock == "strategy_discussion"
        connection.execute(update(Deadline).where(*of_second).values(due_at=MONDAY))
    before = {case: (held(world, case)[0], held(world, case)[3]) for case in (first, second)}
    same(world, second, first)
    take_apart(world, second)
    for case in (first, second):
        assert (held(world, case)[0], held(world, case)[3]) == before[case]
        assert "hold_strategy_discussion" in open_items(database=world.database, case=case)
    assert {"separated", "restored"} <= {*kinds(world, second)}
    assert "gave_back" in kinds(world, first)


@pytest.mark.parametrize("held_since", [False, True])
def test_what_was_held_for_the_one_child_is_not_held_for_the_other(world: Authority, *, held_since: bool) -> None:
    first, second = discussing(world, "health"), discussing(world, "housing", now=TUESDAY)
    same(world, second, first)
    if held_since:
        do(authority=world, case=first, task="hold_strategy_discussion", now=TUESDAY, decision="no_further_action")
    take_apart(world, second)
    assert ("hold_strategy_discussion" in open_items(database=world.database, case=first)) is not held_since
    assert "hold_strategy_discussion" in open_items(database=world.database, case=second)
    (clock,) = rows(world, Deadline, Deadline.clock == "strategy_discussion", Deadline.case_id == second)
    assert (clock.met_at, clock.stopped_at) == (None, None)
    must_be_sound(world)


@pytest.mark.parametrize("older_first", [True, False])
def test_two_plans_are_two_again(world: Authority, *, older_first: bool) -> None:
    days = (MONDAY, TUESDAY) if older_first else (TUESDAY, MONDAY)
    first, second = (planned(authority=world, now=day) for day in days)
    if not older_first:
        with world.database.transaction() as connection:
            connection.execute(update(Case).where(Case.id == first).values(opened_at=MONDAY - DAY))
    refer(authority=world, sender=world.actor("social_worker"), case=second, now=TUESDAY)
    plans = {case: row(world, case).plan_from for case in (first, second)}
    before = {case: held(world, case)[3] for case in plans}
    same(world, second, first, by=world.actor("team_manager"))
    take_apart(world, second)
    for case, since in plans.items():
        assert (row(world, case).plan_from, row(world, case).plan_until) == (since, None)
        assert held(world, case)[3] == before[case]
        assert "confirm_joined_plans" not in open_items(database=world.database, case=case)
    if older_first:
        must_be_sound(world)


def test_said_in_the_older_case_and_taken_apart_each_has_a_referral_of_its_own(world: Authority) -> None:
    first, second = refer(authority=world).cases[0], by_form(world).cases[0]
    same(world, first, second)
    take_apart(world, second)
    assert [one.case_id for one in rows(world, Instance, Instance.process == "referral", Instance.case_id == second)]
    assert [row(world, case).same_person_id for case in (first, second)] == [None, None]
    must_be_sound(world)


def test_each_story_tells_of_its_own_child_alone(world: Authority) -> None:
    """Also what was recorded of the one in the case of the other, as long as they were taken for one."""
    first, second = assessing(authority=world), by_form(world).cases[0]
    same(world, second, first)
    answers: dict[str, Any] = {"response": "early_help", "reason": "Zqit is tired."}
    do(authority=world, case=first, task="decide_response", now=TUESDAY, **answers)
    take_apart(world, second)
    with world.database.read() as connection:
        told = {case: whole_record(connection, case) for case in (first, second)}
        feeds = {case: replay_feed(connection, world.actor("auditor"), WEDNESDAY, case) for case in told}
    packs = {case: stored(world, case) for case in told}
    for case, is_told in ((first, False), (second, True)):
        assert any("Zqit" in str(one.payload) for one in told[case]) is is_told
        assert any("Zqit" in str(one.payload) for one in packs[case].entries) is is_told
        assert not any("Zqit" in (act.payload or "") for act in packs[case].acts)
        assert feeds[case].steps
        assert feeds[case].cases_shown == (case,)


def test_who_is_around_each_child_goes_with_the_child(world: Authority) -> None:
    """Also what was said since of somebody who was named before, and what took the place of a fact."""
    first, second = refer(authority=world).cases[0], by_form(world).cases[0]
    aunt, father = person(world, first, name="Zqaunt"), person(world, second, name="Zqfather")
    wish = wishes(world, second)
    same(world, second, first)
    risk = fact(world, first, father, "risk")
    wishes(world, first, wish)
    changed = {**RISK, "what": "Zqharm: he shouted.", "ended_as": "changed"}
    change_personal_fact(world.database, world.actor("social_worker"), MONDAY, first, risk, changed)
    take_apart(world, second)
    assert {one.name for one in rows(world, PersonalFact, PersonalFact.about == aunt)} == {"Zqaunt"}
    cases = {one.about: one.case_id for one in rows(world, PersonalFact)}
    assert cases == {aunt: first, father: second}
    assert {one.case_id for one in rows(world, PersonalFact, PersonalFact.about == father)} == {second}
    assert {(one.case_id, one.came_from_id) for one in rows(world, SharingWish)} == {(second, None)}
    must_be_sound(world)
