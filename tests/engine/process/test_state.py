"""Saving and loading an instance between any two steps changes nothing: neither where it stands nor a byte of it."""

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.process.bundle import Model
from engine.process.run import NotThere, OpenTask, Position
from tests.builders import shipped_model
from tests.engine.process.drawings import choice, end, flow, in_a_row, model_of, task, together
from tests.engine.process.walking import (
    Act,
    Mover,
    done,
    kept,
    never_compacted,
    open_tasks,
    stored,
    whole,
    without_state,
)

MODEL = shipped_model()
LONGEST_WALK = 40
TWO_ROUNDS = model_of(
    task("ask"), together("split"), task("left"), task("right"), task("middle"), together("join"),
    choice("again", "again_to_end"), end(), in_a_row("start", "ask", "split", "left", "join", "again"),
    in_a_row("split", "right", "join"), in_a_row("split", "middle", "join"),
    flow("again", "ask", "ask.again"), flow("again", "end"),
)  # fmt: skip
"""A block of three branches that join, in a loop."""
BESIDE = model_of(
    task("other"), together("begin"), task("ask"), together("split"), task("left"), task("right"), together("join"),
    choice("again", "again_to_end"), end(), in_a_row("start", "begin", "ask", "split", "left", "join", "again"),
    in_a_row("split", "right", "join"), in_a_row("begin", "other", "end"), flow("again", "ask", "ask.again"),
    flow("again", "end"),
)  # fmt: skip
"""The same beside work that stays open."""


AGENCIES = ("health", "police", "education", "voluntary")
DECISIONS: Mapping[str, Mapping[str, tuple[Any, ...]]] = {
    "start": {"reply_by": ("email", "post")},
    "clarify_referral": {"same_child": ("yes", "no", "unsure")},
    "decide_response": {"response": ("assessment", "early_help", "no_further_action")},
    "plan_assessment": {"contributors": ([], ["police"], ["health", "police"], list(AGENCIES))},
    "see_child": {"child_seen": ("yes", "no", "not_born")},
    "contribute": {"answer": ("given", "refused")},
    "write_assessment": {"finding": ("child_in_need", "no_support")},
    "authorise_assessment": {"authorised": ("yes", "returned")},
    "review_plan": {"progress": ("continue", "early_help", "close")},
    "ask": {"again": (True, True, False)},
}
"""What may be decided in each task, whether or not it goes together; of all other tasks nothing."""


def decisions_of(element: str) -> st.SearchStrategy[dict[str, Any]]:
    fields = DECISIONS.get(element, {})
    return st.fixed_dictionaries({name: st.sampled_from(answers) for name, answers in fields.items()})


def next_act(draw: st.DataObject, position: Position) -> Act:
    acts: list[OpenTask | str] = [*position.open, *(wait.name for wait in position.waits)]
    chosen = draw.draw(st.sampled_from(acts))
    if isinstance(chosen, str):
        return Act("clock", chosen)
    decisions = draw.draw(decisions_of(chosen.element))
    return Act("complete", chosen.element, chosen.occurrence, decisions)


def walk_together(draw: st.DataObject, *movers: Mover) -> list[tuple[Position, ...]]:
    """The positions of all, step by step; the first one says what may be done next."""
    act: Act | None = None
    found: list[tuple[Position, ...]] = []
    for _ in range(LONGEST_WALK):
        found.append(tuple(move(act) for move in movers))
        if found[-1][0].ended:
            break
        act = next_act(draw, found[-1][0])
    return found


@pytest.mark.parametrize("process", sorted(MODEL.drawings))
@given(draw=st.data())
def test_random_walks_find_the_same_whether_or_not_the_state_is_stored(process: str, draw: st.DataObject) -> None:
    decisions = draw.draw(decisions_of("start"))
    ways = [way(MODEL, process, decisions) for way in (stored, kept, whole)]
    for after_storing, in_memory, uncut in walk_together(draw, *ways):
        assert after_storing == in_memory
        assert without_state(after_storing) == without_state(uncut)


def passed_early(steps: Sequence[Position], branches: set[str]) -> bool:
    """Whether a join of these branches was passed before each of them was completed in its round."""
    since: set[str] = set()
    for step in [step for position in steps for step in position.trace]:
        since |= {step.element} if step.kind == "completed" else set()
        if step.element == "join" and not branches <= since:
            return True
        since = set() if step.element == "join" else since
    return False


@pytest.mark.parametrize(
    ("model", "branches"), [(TWO_ROUNDS, {"left", "right", "middle"}), (BESIDE, {"left", "right"})]
)
@given(draw=st.data())
def test_a_join_in_a_loop_waits_for_all_its_branches_in_every_round(
    model: Model, branches: set[str], draw: st.DataObject
) -> None:
    steps = [position for (position,) in walk_together(draw, stored(model, "planted"))]
    assert not passed_early(steps, branches)


@pytest.mark.parametrize(("way", "early"), [(whole, True), (stored, False)])
def test_without_compaction_a_join_in_a_loop_passes_early(way: Callable[[Model, str], Mover], early: bool) -> None:
    """SpiffWorkflow counts the branches of the round before as arrived: the fault that the walk above must find."""
    move = way(BESIDE, "planted")
    begun = done("ask", again=True), done("left"), done("right", again=True), done("ask", 2, again=True)
    steps = [move(act) for act in (None, *begun, done("right", 2))]
    assert passed_early(steps, {"left", "right"}) is early


def test_a_join_brings_together_what_its_branches_decided() -> None:
    move = stored(TWO_ROUNDS, "planted")
    for act in (None, done("ask", again=True), done("right", found=2), done("left", found=1)):
        move(act)
    rows = orjson.loads(move(done("middle", found=3)).state)["tasks"]
    joined = next(row["data"] for row in rows if "middle" in (row["data"] or {}))
    assert [joined[branch]["found"] for branch in ("left", "right", "middle")] == [1, 2, 3]


def test_a_state_that_forgets_something_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: compaction that drops what unfinished tasks hang from."""

    def forgetting(tasks: list[Any]) -> set[Any]:
        return {one.id for one in tasks[-3:]}

    monkeypatch.setattr("engine.process.state._with_all_above", forgetting)
    move = stored(MODEL, "assessment")
    assert open_tasks(move(None)) == ["plan_assessment"]
    with pytest.raises(NotThere):
        move(done("plan_assessment", contributors=[]))


def test_a_state_names_no_time_no_code_and_nothing_of_chance() -> None:
    first, second = (stored(MODEL, "assessment"), stored(MODEL, "assessment"))
    acts = [None, done("plan_assessment", contributors=["health"]), done("write_assessment", finding="no_support")]
    for act in acts:
        assert first(act).state == second(act).state
    text = first(done("authorise_assessment", authorised="returned")).state.decode()
    assert "202" not in text
    assert "last_state_change" not in text


def seeded_walk(seed: int, process: str) -> list[bytes]:
    random = Random(seed)  # noqa: S311 (a walk, not a secret)
    move = stored(MODEL, process, {"reply_by": random.choice(["email", "post"])})
    position = move(None)
    states = [position.state]
    while not position.ended and len(states) < LONGEST_WALK:
        chosen = random.choice(position.open)
        decisions = {name: random.choice(answers) for name, answers in DECISIONS.get(chosen.element, {}).items()}
        position = move(Act("complete", chosen.element, chosen.occurrence, decisions))
        states.append(position.state)
    return states


def test_instances_that_share_a_drawing_do_not_influence_one_another() -> None:
    """Eight threads over the same specifications, all at once, each find what they find alone."""
    walks = [(seed, process) for process in sorted(MODEL.drawings) for seed in range(8)]
    alone = [seeded_walk(*one) for one in walks]
    together_now = threading.Barrier(8)

    def walk_with_others(number: int) -> list[list[bytes]]:
        together_now.wait()
        return [seeded_walk(*one) for one in walks[number::8]]

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(walk_with_others, range(8)))
    assert found == [alone[number::8] for number in range(8)]


def test_what_was_never_compacted_can_be_loaded_too() -> None:
    """The plant of the other tests is itself a state that works, only a long one."""
    with never_compacted():
        move = stored(MODEL, "referral", {"reply_by": "post"})
        move(None)
        assert "decide_response" in open_tasks(move(done("clarify_referral", same_child="unsure")))
