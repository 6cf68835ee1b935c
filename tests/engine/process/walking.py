# pyright: basic
"""Walks through a drawing in three ways that must agree: stored after each step, kept in memory, never compacted."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any

import orjson
import pytest
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task

from engine.process import run, state
from engine.process.bundle import START, Model
from engine.process.position import Position

FACTS = {"unborn": False, "plan_in_force": False, "order_in_force": False, "case_closed": False}


@dataclass(frozen=True)
class Act:
    """What moves an instance: `kind` is complete, clock or message, `name` the task, clock or message.

    `decisions` are what was decided in the task, or what the message brings.
    """

    kind: str
    name: str
    occurrence: int = 0
    decisions: Mapping[str, Any] | None = None
    facts: Mapping[str, Any] = field(default_factory=FACTS.copy)


def done(task: str, occurrence: int = 1, **decisions: Any) -> Act:
    return Act("complete", task, occurrence, decisions)


Mover = Callable[[Act | None], Position]


def stored(model: Model, process: str, decisions: Mapping[str, Any] | None = None) -> Mover:
    """Each step begins with the bytes that the step before left; no act starts it."""
    at: list[bytes] = []

    def move(act: Act | None) -> Position:
        position = _started(model, process, decisions) if act is None else acted(model, process, at[-1], act)
        at.append(position.state)
        return position

    return move


def acted(model: Model, process: str, before: bytes, act: Act) -> Position:
    decisions = deepcopy(dict(act.decisions or {}))  # where branches meet, the engine changes lists in place
    if act.kind == "complete":
        return run.complete(model, process, before, act.name, act.occurrence, decisions, act.facts)
    if act.kind == "clock":
        return run.fire_clock(model, process, before, act.name)
    return run.catch_message(model, process, before, act.name, decisions)


def kept(model: Model, process: str, decisions: Mapping[str, Any] | None = None) -> Mover:
    """One workflow in memory from the first step to the last; nothing is ever loaded.

    Its tasks share their lists, and the engine changes them where branches meet. Storing parts them, so they are
    parted here too; that is all that storing may do.
    """
    made: list[tuple[BpmnWorkflow, dict[str, int]]] = []

    def keep(workflow: BpmnWorkflow, counts: dict[str, int]) -> bytes:
        for task in workflow.tasks.values():
            task.data = deepcopy(task.data)
        made[:] = [(workflow, counts)]
        return state.save(workflow, counts)

    def give(*_: Any) -> tuple[BpmnWorkflow, dict[str, int]]:
        return made[-1]

    def move(act: Act | None) -> Position:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(run, "save", keep)
            patch.setattr(run, "load", give)
            return _started(model, process, decisions) if act is None else acted(model, process, b"", act)

    return move


def whole(model: Model, process: str, decisions: Mapping[str, Any] | None = None) -> Mover:
    """As `kept`, and the tree of tasks is never cut: what SpiffWorkflow does by itself."""
    inner = kept(model, process, decisions)

    def move(act: Act | None) -> Position:
        with never_compacted():
            return inner(act)

    return move


@contextmanager
def never_compacted() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(state, "_compacted", _everything)
        yield


def _everything(workflow: BpmnWorkflow) -> Iterator[tuple[Task, Task | None]]:
    ahead: list[tuple[Task, Task | None]] = [(workflow.task_tree, None)]
    while ahead:
        task, parent = ahead.pop()
        yield task, parent
        ahead.extend((child, task) for child in reversed(task.children) if not child.has_state(state.PREDICTED))


def _started(model: Model, process: str, decisions: Mapping[str, Any] | None) -> Position:
    return run.start(model, process, {START: deepcopy(dict(decisions or {})), "case": FACTS})


def without_state(position: Position) -> Position:
    return replace(position, state=b"")


def size(position: Position) -> int:
    """How many tasks the engine has to walk through at the next step."""
    return len(orjson.loads(position.state)["tasks"])


def loaded_and_saved(model: Model, process: str, before: bytes) -> bytes:
    return state.save(*state.load(before, model.specifications[process]))


def open_tasks(position: Position) -> list[str]:
    """As a story writes them: `contribute(health)`, and `write_assessment` for one that everybody knows."""
    return sorted(f"{task.element}({task.agency})" if task.agency else task.element for task in position.open)


def thrown(position: Position) -> tuple[str, ...]:
    return tuple(each.name for each in position.thrown)


def passed(position: Position) -> list[str]:
    return [step.element for step in position.trace if step.kind == "passed"]


def walk(model: Model, process: str, *acts: Act, **decisions: Any) -> Position:
    """The last position of a stored walk."""
    move = stored(model, process, decisions)
    position = move(None)
    for act in acts:
        position = move(act)
    return position
