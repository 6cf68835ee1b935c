# pyright: basic
"""What is relied on in SpiffWorkflow, its private parts too: look here when a new release fails, then raise the pin."""

import inspect
import tomllib
from importlib.metadata import version
from typing import Any

import pytest
from SpiffWorkflow.bpmn.parser.BpmnParser import full_tag
from SpiffWorkflow.bpmn.specs.defaults import ParallelGateway
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.util.event import EventManager
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.specs.Join import Join
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser
from SpiffWorkflow.spiff.parser.task_spec import UserTaskParser
from SpiffWorkflow.spiff.specs.defaults import ParallelMultiInstanceTask, UserTask
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.base.errors import BadModel
from engine.process import specifications
from tests.engine.process.drawings import end, in_a_row, model_of, on_boundary, several, task, together
from tests.engine.process.walking import Act, Mover, done, kept, open_tasks, stored, walk
from tests.repository.tools import ROOT

RELEASE = "3.2.0"
# Where a parameter is renamed or moved, what is called or overridden with it does something else in silence.
USED: dict[Any, dict[str, list[str]]] = {
    TaskSpec: {
        "_predict": ["self", "my_task", "seen", "looked_ahead", "mask"],
        "_update_hook": ["self", "my_task"],
        "_run_hook": ["self", "my_task"],
    },
    Task: {
        "__init__": ["self", "workflow", "task_spec", "parent", "state", "id"],
        "_set_state": ["self", "value"],
        "find_ancestor": ["self", "spec_name"],
        "is_descendant_of": ["self", "task"],
    },
    EventManager: {"add_task": ["self", "my_task"]},
    ParallelMultiInstanceTask: {"_update_hook": ["self", "my_task"], "merge_child": ["self", "workflow", "child"]},
    CatchingEvent: {"_update_hook": ["self", "my_task"]},
}
LOOPS = (
    (task("again"), together("split"), end(), in_a_row("start", "again", "split", "again"), in_a_row("split", "end")),
    (task("again"), on_boundary("stop", "plan_ended", "again"), end(), in_a_row("start", "again", "again"),
     in_a_row("stop", "end")),
)  # fmt: skip
"""Each is a loop that nothing decides: `parallel-loop` and `undecided-loop` of the linter."""
ASKED_AFTER_AN_EVENT = (
    task("watch"), on_boundary("over", "plan_ended", "watch"), several("ask", "count(start.who)", "start.who"), end(),
    end("watched"), in_a_row("start", "watch", "watched"), in_a_row("over", "ask", "end"),
)  # fmt: skip
BOTH = {"who": ["health", "police"]}


def test_the_release_is_the_one_that_was_measured() -> None:
    """A new release: docs/decisions/state.md says what to look at."""
    pinned = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    assert f"spiffworkflow=={RELEASE}" in pinned
    assert version("spiffworkflow") == RELEASE


@pytest.mark.parametrize("owner", USED, ids=lambda owner: owner.__name__)
def test_what_is_used_of_the_engine_is_called_as_it_was(owner: Any) -> None:
    found = {name: list(inspect.signature(getattr(owner, name)).parameters) for name in USED[owner]}
    assert found == USED[owner]


def test_what_is_read_and_replaced_of_the_engine_is_there() -> None:
    position = BpmnWorkflow(walkable().specifications["planted"].spec)
    assert {"_children", "_parent", "internal_data", "triggered", "data"} <= vars(position.task_tree).keys()
    assert hasattr(position, "bpmn_events")
    assert isinstance(position.event_manager.tasks, dict)
    assert issubclass(ParallelGateway, Join)
    assert UserTaskParser.PARALLEL_MI_CLASS is ParallelMultiInstanceTask
    assert SpiffBpmnParser.OVERRIDE_PARSER_CLASSES[full_tag("userTask")] == (UserTaskParser, UserTask)
    assert TaskState.NOT_FINISHED_MASK | TaskState.FINISHED_MASK == 2**9 - 1


def walkable() -> Any:
    return model_of(task("write"), end(), in_a_row("start", "write", "end"))


@pytest.mark.parametrize("shapes", LOOPS)
def test_a_loop_that_nothing_decides_is_a_fault_of_the_model(shapes: tuple[str, ...]) -> None:
    """The engine lays out what must come and never comes to its end: RecursionError."""
    with pytest.raises(BadModel, match="nothing is decided"):
        walk(model_of(*shapes, messages=("plan_ended",)), "planted")


def test_the_same_loop_is_a_fault_where_a_state_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    model = walkable()
    move = stored(model, "planted")
    move(None)

    def endless(*_: object) -> None:
        raise RecursionError

    monkeypatch.setattr("engine.process.state._predict", endless)
    with pytest.raises(BadModel, match="nothing is decided"):
        move(done("write"))


@pytest.mark.parametrize("way", [stored, kept])
def test_several_are_asked_after_an_event_on_a_boundary(way: Any) -> None:
    move: Mover = way(model_of(*ASKED_AFTER_AN_EVENT, messages=("plan_ended",)), "planted", BOTH)
    move(None)
    assert open_tasks(move(Act("message", "plan_ended"))) == ["ask(health)", "ask(police)"]
    move(done("ask", 2))
    assert move(done("ask", 1)).outcome == "end"


def test_the_engine_by_itself_cannot_ask_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once it can, `SeveralItems` goes."""
    monkeypatch.setattr(specifications.TaskParser, "PARALLEL_MI_CLASS", ParallelMultiInstanceTask)
    monkeypatch.setattr(specifications, "executable", specifications.executable.__wrapped__)
    move = kept(model_of(*ASKED_AFTER_AN_EVENT, messages=("plan_ended",)), "planted", BOTH)
    move(None)
    with pytest.raises(BadModel, match="non-predicted child"):
        move(Act("message", "plan_ended"))
