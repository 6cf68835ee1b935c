"""A second call while an instance runs: it joins what has not been decided yet, and nothing that has been."""

import pytest

from engine.base.database import Database
from tests.builders import MONDAY, Authority, authority, do, open_items, refer
from tests.engine.commands.pathway import (
    accepted,
    assessing,
    begin,
    discuss,
    in_enquiry,
    messages,
    processes,
    protected,
    record_action,
)


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def test_a_second_call_for_a_discussion_joins_the_one_that_is_not_held_yet(world: Authority) -> None:
    case = assessing(authority=world)
    for _ in range(2):
        do(authority=world, case=case, task="write_assessment", finding="harm_suspected")
    assert processes(database=world.database, case=case).count("strategy_discussion") == 1
    assert [
        what for name, what in messages(database=world.database, case=case) if name == "strategy_discussion_required"
    ] == [
        "started strategy_discussion",
        "joined strategy_discussion",
    ]


def test_once_it_is_held_the_next_call_starts_a_new_one(world: Authority) -> None:
    case = assessing(authority=world)
    do(authority=world, case=case, task="write_assessment", finding="harm_suspected")
    discuss(authority=world, case=case, decision="no_further_action")
    do(authority=world, case=case, task="write_assessment", finding="harm_suspected")
    assert processes(database=world.database, case=case).count("strategy_discussion") == 2


def test_a_discussion_that_decides_on_another_one_does_not_join_itself(world: Authority) -> None:
    case = accepted(authority=world, response="strategy_discussion")
    discuss(authority=world, case=case, decision="hold_another")
    assert processes(database=world.database, case=case).count("strategy_discussion") == 2
    assert "hold_strategy_discussion" in open_items(database=world.database, case=case)


def test_an_enquiry_is_joined_until_it_is_analysed_and_not_after(world: Authority) -> None:
    case = in_enquiry(authority=world)
    begin(authority=world, case=case, process="strategy_discussion")
    discuss(authority=world, case=case, decision="section_47")
    assert processes(database=world.database, case=case).count("section_47_enquiry") == 1
    do(authority=world, case=case, task="analyse_enquiry", outcome="not_substantiated")
    do(authority=world, case=case, task="authorise_section_47_outcome", authorised="returned")
    begin(authority=world, case=case, process="strategy_discussion")
    discuss(authority=world, case=case, decision="section_47")
    assert processes(database=world.database, case=case).count("section_47_enquiry") == 2


def test_an_assessment_is_joined_until_it_is_written_and_not_after(world: Authority) -> None:
    case = assessing(authority=world)
    refer_again(world, case)
    assert processes(database=world.database, case=case).count("assessment") == 1
    do(authority=world, case=case, task="write_assessment", finding="no_support_needed")
    refer_again(world, case)
    assert processes(database=world.database, case=case).count("assessment") == 2


def refer_again(world: Authority, case: str, response: str = "assessment") -> None:
    """The child is referred a second time, and the answer is the same."""
    refer(authority=world, case=case)
    name = max(one for one in open_items(database=world.database, case=case) if one.startswith("decide_response"))
    do(authority=world, case=case, task=name, response=response, reason="Told again.")


@pytest.mark.parametrize(
    ("action", "outcome", "running"),
    [
        ("other_arrangement", None, 2),  # decided: what is going on now was not known then
        ("none", None, 2),
        ("seek_order", None, 1),  # still being acted on
        ("seek_order", "order_refused", 2),
        ("seek_order", "other_arrangement", 2),
        ("police_protection", "police_protection", 1),  # held safe by law until the end of it is recorded
    ],
)
def test_a_second_alarm_joins_only_what_is_still_being_acted_on(
    world: Authority, action: str, outcome: str | None, running: int
) -> None:
    case = assessing(authority=world)
    protected(authority=world, case=case, action=action)
    if outcome:
        record_action(authority=world, case=case, outcome=outcome)
    refer_again(world, case, "immediate_protection")
    assert processes(database=world.database, case=case).count("immediate_protection") == running
    assert ("hold_immediate_strategy_discussion" in open_items(database=world.database, case=case)) == (running == 2)


def test_once_protection_has_ended_another_alarm_is_decided_on_for_itself(world: Authority) -> None:
    case = assessing(authority=world)
    protected(authority=world, case=case)
    record_action(authority=world, case=case, outcome="police_protection")
    do(authority=world, case=case, task="record_protection_ended", how="released", ended_at=MONDAY.isoformat())
    refer_again(world, case, "immediate_protection")
    assert "hold_immediate_strategy_discussion" in open_items(database=world.database, case=case)
