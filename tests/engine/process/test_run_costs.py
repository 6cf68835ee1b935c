"""What a step costs however long an instance has run, and what the engine must never do in silence."""

from typing import Any

import pytest

from engine.base.errors import BadModel, OtherVersion
from engine.process import run
from engine.process.position import Position
from tests.engine.process.drawings import (
    choice,
    end,
    flow,
    in_a_row,
    model_of,
    several,
    task,
)
from tests.engine.process.test_run import ASKED, AUTHORISED, BY_POST, MODEL, WRITTEN, assessment
from tests.engine.process.walking import (
    done,
    never_compacted,
    open_tasks,
    passed,
    size,
    stored,
    walk,
)

STAIRS = [f"stair_{number}" for number in range(10)]
# Every round is a dozen elements deep, so that not many rounds are needed to get below the depth of 1000.
LOOP = (
    task("ask"), choice("enough", "enough_to_end"), end(), *map(choice, STAIRS), in_a_row("start", "ask", *STAIRS),
    flow(STAIRS[-1], "enough"), flow("enough", "ask", "ask.again"), flow("enough", "end"),
)  # fmt: skip


def rounds(count: int) -> Position:
    move = stored(model_of(*LOOP), "planted")
    position = move(None)
    for number in range(1, count + 1):
        position = move(done("ask", number, again=True))
    return position


def test_a_loop_goes_on_beyond_the_depth_at_which_the_engine_stops_looking() -> None:
    position = rounds(100)
    assert [one.occurrence for one in position.open] == [101]


def test_without_compaction_the_loss_of_a_task_is_a_fault_and_never_silence() -> None:
    with never_compacted(), pytest.raises(BadModel, match="lost sight"):
        rounds(100)


def test_the_fortieth_round_of_a_loop_has_as_many_tasks_as_the_first() -> None:
    assert size(rounds(40)) == size(rounds(1))
    with never_compacted():
        assert size(rounds(40)) > 3 * size(rounds(1))


def test_a_loop_beside_open_work_stays_as_short() -> None:
    move = stored(MODEL, "assessment")
    move(None)
    move(ASKED)
    sizes: list[int] = []
    for number in range(1, 41):
        move(done("see_child", number, child_seen="no"))
        move(done("write_assessment", number, finding="child_in_need"))
        sizes.append(size(move(done("authorise_assessment", number, authorised="returned"))))
    assert sizes == [sizes[0]] * 40


def test_forty_plans_one_after_another_cost_the_same() -> None:
    again = (done("agree_plan"), done("circulate_plan"), done("review_plan", progress="continue"))
    first, *others = [walk(MODEL, "child_in_need_plan", *again) for _ in range(40)]
    assert all(other == first for other in others)
    assert len(first.state) < 200


def test_an_ended_instance_keeps_only_how_often_each_element_was_entered() -> None:
    position = walk(MODEL, "case_closure", done("close_case"))
    assert position.state == b'{"counts":{"case_closed":1,"close_case":1,"start":1},"tasks":[],"version":2}'


def test_items_of_several_agencies_are_awaited_by_a_join() -> None:
    joined = model_of(
        several("report", "count(start.invited)", "start.invited"), task("hold"), end(),
        in_a_row("start", "report", "hold", "end"),
    )  # fmt: skip
    invited = {"invited": ["health", "police", "education"]}
    first = (done("report", 3), done("report", 1))
    assert open_tasks(walk(joined, "planted", *first, **invited)) == ["report(police)"]
    assert open_tasks(walk(joined, "planted", *first, done("report", 2), **invited)) == ["hold"]


@pytest.mark.parametrize("members", ["start.none", "count(start.invited)", "decide.later", "1 + 'a'"])
def test_an_expression_that_cannot_be_answered_is_a_fault_of_the_model(members: str) -> None:
    planted = model_of(several("report", members, members), end(), in_a_row("start", "report", "end"))
    with pytest.raises(BadModel):
        walk(planted, "planted")


def test_process_data_may_hold_a_key_that_the_engine_uses_itself() -> None:
    """SpiffWorkflow's own serializer could never load it again; ours has no such words."""
    reserved: dict[str, Any] = {"typename": "Task", "data": {"typename": "x"}}
    position = walk(MODEL, "referral", done("clarify_referral", same_child="unsure", **reserved), **BY_POST)
    again = run.complete(MODEL, "referral", position.state, "clarify_referral", 2, {"same_child": "no"}, {})
    assert "clarify_referral" not in open_tasks(again)


def test_a_state_of_another_version_is_no_fault_of_its_drawing() -> None:
    with pytest.raises(OtherVersion, match="version 1"):
        run.fire_clock(MODEL, "referral", b'{"version": 1}', "acknowledgement")


@pytest.mark.parametrize("state", [b'{"version": 2, "tas', b"[]", b'{"version": 2, "counts": {}, "tasks": [{}]}'])
def test_a_state_that_cannot_be_read_is_a_fault_of_this_instance_alone(state: bytes) -> None:
    with pytest.raises(BadModel, match="cannot be read"):
        run.fire_clock(MODEL, "referral", state, "acknowledgement")


def test_the_trace_names_each_flow_that_was_taken() -> None:
    position = assessment(ASKED, WRITTEN, AUTHORISED)
    drawing = MODEL.drawings["assessment"]
    taken = [flow for step in position.trace for flow in step.flows]
    assert "authorised_to_authorisation_given" in taken
    assert set(taken) <= {flow.id for flow in drawing.flows}
    assert passed(position)[:2] == ["authorised", "authorisation_given"]
