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

from engine.lint.form_file import choices_of
from engine.process.bundle import START, Model
from engine.process.position import OpenTask, Position
from engine.process.run import NotThere, standing
from engine.process.state import PREDICTED
from tests.amount import some_of
from tests.builders import shipped_model
from tests.engine.process.drawings import choice, end, flow, in_a_row, model_of, task, together
from tests.engine.process.generated import generated
from tests.engine.process.walking import (
    FACTS,
    Act,
    Mover,
    done,
    kept,
    loaded_and_saved,
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
LISTS: tuple[list[str], ...] = ([], ["police"], ["health", "police"], list(AGENCIES))
ANSWER = ("yes", "no")
CARRIED: Mapping[str, tuple[Any, ...]] = {
    "contributors": LISTS,
    "criminal_investigation": ANSWER,
    "medical_examination": ANSWER,
    "joint_interview": ANSWER,
    "first": ANSWER,
    "kind": ("initial", "transfer_in", "pre_birth"),
    "why": ("disagreement", "section_47_enquiry"),
    "decision": ("section_47", "section_17", "no_further_action", "hold_another"),
    "ground": ("no_longer_at_risk", "reached_18", "died", "left_the_country"),
    "called_by": ("life_event",),
}
"""What messages bring, field by field."""


def answers_to(field: dict[str, Any]) -> tuple[Any, ...]:
    """What may be decided in a field of a form."""
    choices = tuple(sorted(choices_of(field) or AGENCIES))
    return LISTS if field.get("type") == "array" else choices


def decided_in(model: Model, process: str, element: str) -> dict[str, tuple[Any, ...]]:
    """The decisions of a task, whether or not they go together; of a drawing that was made for a test, `again`."""
    form = model.form(process, element)
    if form is None:
        return {"again": (True, True, False)} if element.startswith("ask") else {}
    return {name: answers_to(field) for name, field in form["properties"].items() if field.get("x-decision")}


def decided_at_start(model: Model, process: str) -> dict[str, tuple[Any, ...]]:
    """By the person who starts the process, or carried by the message that does."""
    carried = [row.payload for row in model.messages.values() if row.starts == process]
    return {name: CARRIED[name] for fields in carried for name in fields} | decided_in(model, process, START)


def one_of_each(fields: Mapping[str, tuple[Any, ...]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({name: st.sampled_from(answers) for name, answers in fields.items()})


def next_act(draw: st.DataObject, model: Model, process: str, position: Position) -> Act:
    chosen = draw.draw(st.sampled_from([*position.open, *position.waits]))
    facts = draw.draw(st.fixed_dictionaries({name: st.booleans() for name in FACTS}))
    if isinstance(chosen, OpenTask):
        decisions = draw.draw(one_of_each(decided_in(model, process, chosen.element)))
        return Act("complete", chosen.element, chosen.occurrence, decisions, facts)
    if chosen.kind == "clock":
        return Act("clock", chosen.name)
    brought = {name: CARRIED[name] for name in model.messages[chosen.name].payload}
    return Act("message", chosen.name, decisions=draw.draw(one_of_each(brought)))


def walk_together(draw: st.DataObject, model: Model, process: str, *movers: Mover) -> list[tuple[Position, ...]]:
    """The positions of all, step by step; the first one says what may be done next."""
    act: Act | None = None
    found: list[tuple[Position, ...]] = []
    for _ in range(LONGEST_WALK):
        found.append(tuple(move(act) for move in movers))
        if found[-1][0].ended:
            break
        act = next_act(draw, model, process, found[-1][0])
    return found


def must_agree(draw: st.DataObject, model: Model, process: str, decisions: Mapping[str, Any]) -> None:
    """A state says of itself where the instance stands, is written again to the byte, and every next step finds the
    same as without it: what is only predicted is told by the drawing.
    """
    ways = [way(model, process, decisions) for way in (stored, kept, whole)]
    for after_storing, in_memory, uncut in walk_together(draw, model, process, *ways):
        assert after_storing == in_memory
        assert without_state(after_storing) == without_state(uncut)
        if not after_storing.ended:
            assert loaded_and_saved(model, process, after_storing.state) == after_storing.state
            again = standing(model, process, after_storing.state)
            assert (again.open, again.waits) == (after_storing.open, after_storing.waits)


@pytest.mark.parametrize("process", some_of(sorted(MODEL.drawings), 2))
@given(draw=st.data())
def test_random_walks_find_the_same_whether_or_not_the_state_is_stored(process: str, draw: st.DataObject) -> None:
    must_agree(draw, MODEL, process, draw.draw(one_of_each(decided_at_start(MODEL, process))))


@given(draw=st.data(), seed=st.integers(0, 2**32))
def test_random_drawings_find_the_same_whether_or_not_the_state_is_stored(draw: st.DataObject, seed: int) -> None:
    must_agree(draw, generated(seed), "planted", {"contributors": draw.draw(st.sampled_from(LISTS))})


def nothing(_tasks: list[Any]) -> None:
    """Predicts nothing."""


def test_without_prediction_a_loaded_state_goes_another_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: nothing is predicted at load, so the walk above must find it."""
    monkeypatch.setattr("engine.process.state._predict", nothing)
    asked = done("plan_assessment", contributors=["health"])
    move, in_memory = (way(MODEL, "assessment") for way in (stored, kept))
    assert move(None) == in_memory(None)
    assert without_state(move(asked)) != without_state(in_memory(asked))


@pytest.mark.parametrize("process", sorted(MODEL.drawings))
def test_nothing_that_is_only_predicted_is_stored(process: str) -> None:
    for state in (state for seed in range(5) for state in seeded_walk(seed, process)):
        assert not [row for row in orjson.loads(state)["tasks"] if row["state"] & PREDICTED]


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
    steps = [position for (position,) in walk_together(draw, model, "planted", stored(model, "planted"))]
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
    written = done("write_assessment", finding="no_support_needed")
    acts = [None, done("plan_assessment", contributors=["health"]), written]
    for act in acts:
        assert first(act).state == second(act).state
    text = first(done("authorise_assessment", authorised="returned")).state.decode()
    assert "202" not in text
    assert "last_state_change" not in text


def seeded_walk(seed: int, process: str) -> list[bytes]:
    random = Random(seed)  # noqa: S311 (a walk, not a secret)
    begun = {name: random.choice(answers) for name, answers in decided_at_start(MODEL, process).items()}
    move = stored(MODEL, process, begun)
    position = move(None)
    states = [position.state]
    while position.open and len(states) < LONGEST_WALK:
        chosen = random.choice(position.open)
        fields = decided_in(MODEL, process, chosen.element)
        decisions = {name: random.choice(answers) for name, answers in fields.items()}
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
