# pyright: basic
"""An instance's state as bytes: short, the same for the same position, and free of dates, code and drawings.

Compacted: finished tasks above the last one that all unfinished ones hang from are dropped, so that a task costs the
same in the fortieth round as in the first (every completion walks the whole tree).
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import orjson
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task as EngineTask
from SpiffWorkflow.util.task import TaskState

from engine.process.safety import SafeScriptEngine
from engine.process.specifications import Specification

VERSION = 1
# A task of the engine's tree: its parent is declared as possibly missing where it never is.
Task = Any


def save(workflow: BpmnWorkflow, counts: dict[str, int]) -> bytes:
    """`counts` holds, for each element, how often it has been entered. An ended instance keeps only those."""
    kept = [] if workflow.is_completed() else _compacted(workflow)
    numbers = {task.id: number for number, task in enumerate(kept)}
    rows = [_row(task, numbers) for task in kept]
    return orjson.dumps({"version": VERSION, "counts": counts, "tasks": rows}, option=orjson.OPT_SORT_KEYS)


def load(state: bytes, specification: Specification) -> tuple[BpmnWorkflow, dict[str, int]]:
    """The workflow with the safe expression engine in it, never the default one, and the counts."""
    stored = orjson.loads(state)
    if stored["version"] != VERSION:
        raise ValueError(f"state of version {stored['version']} cannot be read by version {VERSION}")
    workflow = BpmnWorkflow(specification.spec, deserializing=True, script_engine=SafeScriptEngine())
    tasks = [_restore(workflow, number, row) for number, row in enumerate(stored["tasks"])]
    for task, row in zip(tasks, stored["tasks"], strict=True):
        if row["parent"] is not None:
            tasks[row["parent"]]._children.append(task.id)
    workflow.task_tree = tasks[0]
    return workflow, stored["counts"]


def _compacted(workflow: BpmnWorkflow) -> list[Task]:
    root = workflow.task_tree
    alive = _leading_to_unfinished(workflow)
    top = root
    while len(ahead := [child for child in top.children if child.id in alive]) == 1:
        if not ahead[0].has_state(TaskState.FINISHED_MASK):
            break
        top = ahead[0]
    if top is not root:
        root.children = [top]
        top.parent = root
    return list(_tree(root))


def _leading_to_unfinished(workflow: BpmnWorkflow) -> set[UUID]:
    alive: set[UUID] = set()
    for task in workflow.tasks.values():
        one = task if task.has_state(TaskState.NOT_FINISHED_MASK) else None
        while one is not None and one.id not in alive:
            alive.add(one.id)
            one = one.parent
    return alive


def _tree(task: Task) -> Iterator[Task]:
    # The engine's own iterator stops in silence at a depth of 1000.
    waiting = [task]
    while waiting:
        one = waiting.pop()
        yield one
        waiting.extend(reversed(one.children))


def _row(task: Task, numbers: dict[UUID, int]) -> dict[str, Any]:
    internal = {key: value for key, value in task.internal_data.items() if key != "seen_events"}
    if "merged" in internal:
        internal["merged"] = [str(_id(numbers[UUID(one)])) for one in internal["merged"] if UUID(one) in numbers]
    parent = numbers.get(task._parent)
    same = parent is not None and task.parent.data == task.data
    return {
        "parent": parent,
        "state": task.state,
        "spec": task.task_spec.name,
        "triggered": task.triggered,
        "internal": internal,
        "data": None if same else task.data,
    }


def _restore(workflow: BpmnWorkflow, number: int, row: dict[str, Any]) -> Task:
    spec = workflow.spec.task_specs[row["spec"]]
    task: Task = EngineTask(workflow, spec, state=row["state"], id=_id(number))
    parent = row["parent"]
    task._parent = None if parent is None else _id(parent)
    task.triggered = row["triggered"]
    task.internal_data = row["internal"]
    task.data = orjson.loads(orjson.dumps(task.parent.data)) if row["data"] is None else row["data"]
    if isinstance(spec, CatchingEvent) and task.has_state(TaskState.WAITING):
        workflow.event_manager.add_task(task)
    return task


def _id(number: int) -> UUID:
    return UUID(int=number)
