"""What is carried over to another drawing stands there as it stood, goes on to an end, and comes back to the byte; what
cannot go on there is refused, in words.
"""

from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from random import Random
from typing import Any

import orjson
import pytest

from engine.base.errors import BadModel
from engine.lint.condition_rules import expressions_of
from engine.process.bundle import Model
from engine.process.migrating import CannotMigrate, migrate
from engine.process.position import OpenTask, Position
from engine.process.run import standing
from tests.amount import random_of, seeds
from tests.engine.process.redrawn import CHANGES, MODEL, NoSuchPlace, redrawn
from tests.engine.process.test_state import CARRIED, decided_at_start, decided_in
from tests.engine.process.walking import FACTS, Act, acted, done, stored, walk

# Those in which somebody has something to do: others are over as they begin.
PROCESSES = sorted(
    process
    for process, drawing in MODEL.drawings.items()
    if any(element.kind == "userTask" for element in drawing.elements.values())
)
A_ROUND = 2_500
FINISHED = 64 | 128 | 256  # states of a task of the engine: completed, failed, cancelled
LONGEST_WALK = 200
Chosen = dict[str, Any]


def choose(fields: Mapping[str, tuple[Any, ...]], random: Random) -> Chosen:
    return {name: random.choice(answers) for name, answers in fields.items()}


def next_act(model: Model, process: str, position: Position, random: Random) -> Act:
    chosen = random.choice([*position.open, *position.waits])
    if isinstance(chosen, OpenTask):
        decisions = choose(decided_in(model, process, chosen.element), random)
        facts = {name: random.random() < 0.2 for name in FACTS}
        return Act("complete", chosen.element, chosen.occurrence, decisions, facts)
    if chosen.kind == "clock":
        return Act("clock", chosen.name)
    brought = {name: CARRIED[name] for name in model.messages[chosen.name].payload if name in CARRIED}
    return Act("message", chosen.name, decisions=choose(brought, random))


def half_way(process: str, random: Random) -> Position:
    """Where a case may stand that has gone some steps by the shipped drawing."""
    move = stored(MODEL, process, choose(decided_at_start(MODEL, process), random))
    position = move(None)
    for _ in range(random.randrange(12)):
        act = next_act(MODEL, process, position, random)
        after = acted(MODEL, process, position.state, act)
        if after.ended:
            break
        position = after
    return position


def place(position: Position) -> tuple[list[tuple[str, int, str | None]], Any]:
    return sorted((one.element, one.occurrence, one.agency) for one in position.open), position.waits


def unheard(model: Model, process: str, position: Position) -> list[str]:
    """The events on the edges of open tasks for which nothing waits."""
    open_now = {task.element for task in position.open}
    waits = {wait.name for wait in position.waits}
    drawing = model.drawings[process]
    attached = [one for one in drawing.elements.values() if one.attached_to in open_now]
    return [one.id for one in attached if (one.clock or one.message or "") not in {"", *waits}]


def stands_in(state: bytes) -> set[str]:
    """The steps that are open or awaited, as the state names them."""
    rows = orjson.loads(state)["tasks"]
    return {row["spec"].removesuffix(" [child]") for row in rows if not row["state"] & FINISHED}


def comes_to_an_end(model: Model, process: str, position: Position, random: Random) -> bool:
    """Whatever is done next."""
    for _ in range(LONGEST_WALK):
        position = acted(model, process, position.state, next_act(model, process, position, random))
        if position.ended:
            return True
    return False


def always_ends(model: Model, process: str, random: Random) -> bool:
    """By the drawing alone: a task in a loop may lose a signal that comes while it is open."""
    begun = (stored(model, process, choose(decided_at_start(model, process), random))(None) for _ in range(60))
    return all(comes_to_an_end(model, process, position, random) for position in begun)


def somewhere(change: str, random: Random) -> tuple[str, Model, set[str]]:
    """The change, in one of the processes in which it can be made."""
    while True:
        process = random.choice(PROCESSES)
        with suppress(NoSuchPlace):
            return process, *redrawn(process, change, random)


def migrated(new: Model, process: str, state: bytes) -> tuple[bytes, str]:
    """The state, or why there is none."""
    try:
        return migrate(MODEL, new, process, state), ""
    except CannotMigrate as refused:
        where = refused.element
        why = str(refused)
    assert where in {"", *MODEL.drawings[process].elements, *new.drawings[process].elements}
    return b"", why


def tried(seed: int, only: str = "") -> tuple[str, str]:
    """The kind of change, and why it was refused, or nothing where the instance was carried over."""
    random = random_of(seed)
    change = only or random.choice(sorted(CHANGES))
    process, new, touched = somewhere(change, random)
    before = half_way(process, random)
    made, refused = migrated(new, process, before.state)
    if refused:
        return change, refused
    assert made == migrate(MODEL, new, process, before.state)
    assert not touched & stands_in(before.state)
    after = standing(new, process, made)
    assert place(after) == place(before)
    assert not unheard(new, process, after)
    assert comes_to_an_end(new, process, after, random) or not always_ends(new, process, random)
    with suppress(CannotMigrate):  # the way back may lead through what was left out
        assert migrate(new, MODEL, process, made) == before.state
    return change, ""


SELDOM_REFUSED = {"nothing", "task_added", "answer_renamed"}


def some_of(change: str) -> list[tuple[str, str]]:
    """Ten of a kind, and more until one is refused, of a kind that is."""
    found: list[tuple[str, str]] = []
    for seed in range(60):
        if seed >= 10 and (change in SELDOM_REFUSED or any(refused for _, refused in found)):
            break
        found.append(tried(seed, change))
    return found


def test_what_is_carried_over_goes_on_and_what_is_not_is_refused_in_words() -> None:
    found = [tried(seed) for seed in seeds(30, A_ROUND)]
    for change in sorted(CHANGES):
        found += some_of(change)
    assert {change for change, refused in found if not refused} == CHANGES.keys()
    refused = {change for change, refused in found if refused}
    assert refused >= CHANGES.keys() - SELDOM_REFUSED
    assert not refused & {"nothing", "task_added"}


@pytest.mark.parametrize(
    ("guard", "change"),
    [
        ("_Pair._gone", "task_removed"),
        ("_Pair._changed", "event_turned"),
        ("_Pair._interrupted", "boundary_event_added"),
        ("_Pair._alternatives", "alternative_added"),
        ("_Pair._branches", "branch_added"),
        ("unreadable", "question_added"),
        ("unreadable", "task_added_and_read"),
    ],
)
def test_without_a_guard_something_goes_wrong(guard: str, change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: each guard left out in turn, which the walks above must find."""

    def sees_nothing(*_: Any) -> tuple[()]:
        return ()

    monkeypatch.setattr(f"engine.process.migrating.{guard}", sees_nothing)
    with pytest.raises((AssertionError, BadModel, LookupError)):
        deque((tried(seed, change) for seed in range(150)), maxlen=0)


WRITTEN = (done("plan_assessment", contributors=["health"]), done("write_assessment", finding="no_support_needed"))
"""An assessment that waits to be authorised, to which an agency is still to contribute."""


def carried(new: Model, process: str = "assessment", *acts: Act) -> Position:
    state = walk(MODEL, process, *(acts or WRITTEN)).state
    return standing(new, process, migrate(MODEL, new, process, state))


def with_condition(condition: str) -> Model:
    """What follows the authorisation goes by this as well."""
    drawing = MODEL.drawings["assessment"]
    flows = [
        replace(flow, condition=condition) if flow.source == "which_finding" and flow.condition else flow
        for flow in drawing.flows
    ]
    return replace(MODEL, drawings={**MODEL.drawings, "assessment": replace(drawing, flows=tuple(flows))})


def with_other_findings() -> Model:
    form = deepcopy(MODEL.forms[WRITING])
    for choice in form["properties"]["finding"]["oneOf"]:
        choice["const"] += "_x"
    return replace(MODEL, forms={**MODEL.forms, WRITING: form})


def judging_what_was_not_done() -> Model:
    """Whoever authorises may not have done a task that the new drawing has before."""
    drawing = MODEL.drawings["assessment"]
    look = replace(drawing.elements["plan_assessment"], id="second_look", name="Look again")
    judge = drawing.elements["authorise_assessment"]
    judge = replace(judge, properties={**judge.properties, "not_by": look.id})
    elements = {**drawing.elements, look.id: look, judge.id: judge}
    return replace(MODEL, drawings={**MODEL.drawings, "assessment": replace(drawing, elements=elements)})


WRITING = "forms/assessment/write_assessment.json"
WITHOUT_HEALTH = {name: one for name, one in MODEL.agencies.items() if name != "health"}
NOT_ANY_MORE = "was answered as it cannot be any more, and"
FINDING = "“What do you find?” (“Write the assessment”)"
AGENCIES = "“Which agencies do you ask to contribute?” (“Plan the assessment”)"
REFUSED = {
    "The new drawings have no “Assessment”.": replace(MODEL, drawings={}),
    "“Authorise the assessment” is for nobody who did “Look again”, and that was not done here.": (
        judging_what_was_not_done()
    ),
    f"{FINDING} {NOT_ANY_MORE} “Which finding?” goes by the answer.": with_other_findings(),
    f"{AGENCIES} {NOT_ANY_MORE} “Contribute to the assessment” goes by the answer.": replace(
        MODEL, agencies=WITHOUT_HEALTH
    ),
    "“other” (“Write the assessment”) was not asked here, and “Which finding?” goes by the answer.": with_condition(
        "write_assessment.other"
    ),
}


@pytest.mark.parametrize("words", REFUSED)
def test_why_it_is_refused_is_said_in_titles_and_quotes_no_answer(words: str) -> None:
    with pytest.raises(CannotMigrate) as refused:
        carried(REFUSED[words])
    assert str(refused.value) == words


def test_what_a_message_brought_must_be_known_where_it_is_read() -> None:
    """No form asks it, so the drawings say which answers there are."""
    old, new = with_condition('start.why == "first"'), with_condition('start.why == "second"')
    state = walk(old, "assessment", *WRITTEN, why="first").state
    with pytest.raises(CannotMigrate, match="was answered as it cannot be any more"):
        migrate(old, new, "assessment", state)
    unnamed = walk(old, "assessment", *WRITTEN, why="third").state
    assert migrate(old, new, "assessment", unnamed) == unnamed


@pytest.mark.parametrize("condition", ["has(write_assessment.other)", "authorise_assessment.other", "case.unborn"])
def test_what_is_asked_on_the_way_or_need_not_be_there_is_no_hindrance(condition: str) -> None:
    """The authorisation is still to come, so it is asked in its new words."""
    assert place(carried(with_condition(condition))) == place(walk(MODEL, "assessment", *WRITTEN))


def test_what_has_ended_cannot_be_carried_over() -> None:
    random = random_of(0)
    position = half_way("case_closure", random)
    while not position.ended:
        act = next_act(MODEL, "case_closure", position, random)
        position = acted(MODEL, "case_closure", position.state, act)
    with pytest.raises(CannotMigrate, match="It has ended"):
        migrate(MODEL, MODEL, "case_closure", position.state)


def test_what_is_no_state_of_the_old_drawing_is_said_to_be_that() -> None:
    """No fault of the new one, so it is no refusal."""
    with pytest.raises(BadModel, match="cannot be read"):
        migrate(MODEL, MODEL, "referral", walk(MODEL, "assessment", *WRITTEN).state)


def test_drawing_and_linter_know_the_same_expressions() -> None:
    """But for what is asked once a task has been answered."""
    for drawing in MODEL.drawings.values():
        known = sorted((one.element, one.source) for one in expressions_of(drawing) if not one.once_answered)
        assert known == sorted((one, source) for one in drawing.elements for source in drawing.evaluated_at(one))
