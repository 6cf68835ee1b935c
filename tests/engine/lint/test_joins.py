"""Joins that may wait for what never comes, and events that lead back to their own task: refused, and no others."""

import pytest

from tests.engine.lint.small_bundle import VISIT, small_bundle
from tests.engine.lint.small_drawing import chain, drawing, event, flow, lane, task
from tests.engine.lint.test_lint import found_in

BEGIN = event("startEvent", "begin", name="Begin")
TASKS = tuple(f"step_{number}" for number in range(1, 5))
EITHER = "start.urgent == &quot;no&quot;"
ENDS_ALL = '<bpmn:terminateEventDefinition id="all" />'


def of_joins(*parts: str, clock: str = "visit_limit", ends_all: bool = False) -> list[tuple[str, str]]:
    """What is said of joins and loops in a drawing that stands in the place of the visit's."""
    steps = "".join(task(name, name.capitalize()) for name in TASKS if any(name in part for part in parts))
    shapes = "".join(f'<bpmn:parallelGateway id="{name}" />' for name in ("split", "join", "inner", "inner_join"))
    shapes += "".join(f'<bpmn:exclusiveGateway id="{name}" name="Which?"{more} />' for name, more in DECIDE.items())
    late = event("boundaryEvent", "late", name="Late", more=f' attachedToRef="step_1"{BESIDE}', clock=clock)
    over = event("endEvent", "over", name="Over", inner=ENDS_ALL if ends_all else "")
    end = '<bpmn:endEvent id="ended" name="Ended" />'
    everything = BEGIN + steps + shapes + late + over + end + "".join(parts)
    named = [name for name in TASKS if name in steps]
    text = drawing(process="visit", declared="", lanes=lane("social_worker", "Social worker", *named), body=everything)
    found = found_in({**small_bundle(), VISIT: text})
    step_1_is_there = "step_1" in named
    return [(one.rule, one.element) for one in found if one.rule in JOINS or (one.rule == BACK and step_1_is_there)]


JOINS, BACK = ("join-starves", "join-in-loop", "parallel-loop"), "boundary-host"


DECIDE = {"which": ' default="which_to_step_2"', "merged": ""}
BESIDE = ' cancelActivity="false"'
TWO = chain("begin", "split", "step_1", "join", "ended")
STARVES = [("join-starves", "join")]


def test_what_is_parted_is_joined() -> None:
    assert of_joins(TWO, chain("split", "step_2", "join")) == []


def test_a_block_in_a_branch_is_a_branch_still() -> None:
    inner = chain("split", "inner", "step_2", "inner_join", "join") + chain("inner", "step_3", "inner_join")
    assert of_joins(TWO, inner) == []


def test_a_branch_that_is_parted_once_more_on_the_way_to_the_same_join() -> None:
    assert of_joins(TWO, chain("split", "inner", "step_2", "join") + chain("inner", "step_3", "join")) == []


def test_of_three_branches_two_are_joined_before() -> None:
    inner = chain("split", "step_2", "inner_join", "join") + chain("split", "step_3", "inner_join")
    assert of_joins(TWO, inner) == []


def test_a_branch_that_comes_by_one_of_two_ways_surely_comes() -> None:
    ways = chain("split", "which", "step_2", "merged", "join") + flow("which", "step_3", "No", EITHER)
    assert of_joins(TWO, ways, chain("step_3", "merged")) == []


def test_a_branch_that_ends_of_itself_beside_those_that_are_joined() -> None:
    assert of_joins(TWO, chain("split", "step_2", "join"), chain("split", "step_3", "over")) == []


def test_the_whole_may_end_before_it_is_parted() -> None:
    before = chain("begin", "which", "step_2", "split", "step_1", "join", "ended") + chain("split", "step_3", "join")
    assert of_joins(before, flow("which", "over", "No", EITHER)) == []


def test_a_branch_that_may_end_before_the_join() -> None:
    ways = chain("split", "which", "step_2", "join") + flow("which", "over", "No", EITHER)
    assert of_joins(TWO, ways) == STARVES
    assert of_joins(TWO, ways, ends_all=True) == [], "then all is over, and nothing waits"


def test_a_branch_that_an_event_takes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "BESIDE", "")
    assert of_joins(TWO, chain("split", "step_2", "join"), chain("late", "over")) == STARVES
    assert (
        of_joins(TWO.replace("step_1_to_join", "x"), chain("split", "step_2", "join"), chain("late", "step_3", "join"))
        == STARVES
    )


def test_a_clock_beside_a_branch_comes_once_too_often() -> None:
    more = chain("late", "step_3", "merged", "join")
    branches = chain("begin", "split", "step_1", "merged") + chain("join", "ended")
    assert of_joins(branches, chain("split", "step_2", "join"), more) == STARVES
    assert of_joins(TWO, chain("split", "step_2", "join"), chain("late", "step_3", "over")) == []


def test_a_decision_is_not_a_split() -> None:
    ways = chain("begin", "which", "step_2", "join", "ended") + flow("which", "step_3", "No", EITHER)
    assert of_joins(ways, chain("step_3", "join")) == STARVES


def test_a_decision_in_one_branch_of_a_split_is_none_either() -> None:
    """The split before it parts something else: only one of its branches comes to the join."""
    ways = chain("split", "which", "step_2", "join", "ended") + flow("which", "step_3", "No", EITHER)
    assert of_joins(chain("begin", "split", "step_1", "over"), ways, chain("step_3", "join")) == STARVES


def test_two_branches_by_one_way() -> None:
    ways = chain("begin", "split", "step_1", "merged", "join", "ended") + chain("split", "step_2", "merged")
    assert of_joins(ways, chain("split", "step_3", "join")) == STARVES


def test_more_is_parted_than_is_joined() -> None:
    around = chain("begin", "merged", "split", "step_1", "join", "ended") + chain("split", "step_2", "join")
    again = chain("split", "step_3", "which", "step_4", "over")
    assert ("join-starves", "join") in of_joins(around, again, flow("which", "merged", "No", EITHER))


@pytest.mark.parametrize(
    ("beside", "back", "refused"),
    [
        (True, chain("late", "step_1"), True),
        (True, chain("late", "step_2", "merged", "step_1"), True),
        (True, chain("late", "step_2", "over"), False),
        (False, chain("late", "step_1"), True),
        (False, chain("late", "merged", "step_1"), False),
        (False, chain("late", "step_2", "step_1"), False),
    ],
)
def test_a_way_from_a_task_back_to_it(beside: bool, back: str, refused: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the task is still open, or straight from its event, the engine takes its next round for the same."""
    monkeypatch.setitem(globals(), "BESIDE", BESIDE if beside else "")
    said = of_joins(chain("begin", "step_1", "ended"), back)
    assert said == ([("boundary-host", "late")] if refused else [])


def test_a_merge_on_a_loop_decides_nothing() -> None:
    """Each round would begin all ways once more, and nobody could ever end it."""
    around = chain("begin", "merged", "step_2", "split", "merged") + chain("split", "ended")
    assert of_joins(around) == [("parallel-loop", "split")]
    decided = chain("begin", "merged", "step_2", "split", "which", "step_3", "merged") + chain("split", "ended")
    assert of_joins(decided.replace("which_to_step_3", "which_to_step_2"), flow("which", "over", "No", EITHER)) == []
