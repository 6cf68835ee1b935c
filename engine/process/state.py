# pyright: basic
"""An instance's state as bytes: short, the same for the same position, and free of dates, code and drawings.

Compacted: of the finished tasks only those are kept that an unfinished one hangs from or where branches part, so that
a task costs the same in the fortieth round as in the first (every completion visits the whole tree). What the engine
only predicts is not kept either: it follows from the drawing, so it is predicted anew at each load.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any
from uuid import UUID

import orjson
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.specs.mixins.parallel_gateway import ParallelGateway
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task as EngineTask
from SpiffWorkflow.util.task import TaskState

from engine.base.errors import OtherVersion
from engine.process.safety import SafeScriptEngine
from engine.process.specifications import FIRED, Specification

VERSION = 2
# What may still come: no token is there, so nothing of it has happened.
PREDICTED = TaskState.FUTURE | TaskState.PREDICTED_MASK
# What is noted of events and tables while it moves: nothing of it counts once it has come to rest.
OF_ONE_STEP = ("seen_events", "event_fired", FIRED)
# A task of the engine's tree: its parent is declared as possibly missing where it never is.
Task = Any


class NotThere(Exception):
    """The instance does not stand where the caller believed: a projection disagrees with the state."""


def save(workflow: BpmnWorkflow, counts: dict[str, int]) -> bytes:
    """`counts` holds, for each element, how often it has been entered. An ended instance keeps only those."""
    kept = [] if workflow.is_completed() else list(_compacted(workflow))
    numbers = {task.id: number for number, (task, _) in enumerate(kept)}
    rows = [_row(task, parent, numbers) for task, parent in kept]
    return orjson.dumps({"version": VERSION, "counts": counts, "tasks": rows}, option=orjson.OPT_SORT_KEYS)


def load(state: bytes, specification: Specification) -> tuple[BpmnWorkflow, dict[str, int]]:
    """The workflow with the safe expression engine in it, never the default one, and the counts.

    Raises NotThere for an instance that has ended, OtherVersion for one that another version of the product saved.
    """
    stored = orjson.loads(state)
    if stored["version"] != VERSION:
        raise OtherVersion(f"state of version {stored['version']} cannot be read by version {VERSION}")
    if not stored["tasks"]:
        raise NotThere("this process has ended")
    workflow = BpmnWorkflow(
        specification.spec, deserializing=True, script_engine=SafeScriptEngine(specification.agencies)
    )
    tasks = [_restore(workflow, number, row) for number, row in enumerate(stored["tasks"])]
    for task, row in zip(tasks, stored["tasks"], strict=True):
        if row["parent"] is not None:
            tasks[row["parent"]]._children.append(task.id)
    workflow.task_tree = tasks[0]
    _predict(tasks)
    return workflow, stored["counts"]


def _compacted(workflow: BpmnWorkflow) -> Iterator[tuple[Task, Task | None]]:
    """What the next step needs, from the root down: each task with the nearest one above it that is kept."""
    tokens = _awaited_tokens(workflow)
    unfinished = [task for task in workflow.tasks.values() if not is_finished(task) and not task.has_state(PREDICTED)]
    needed = _with_all_above([*tokens, *unfinished])
    ahead: list[tuple[Task, Task | None]] = [(workflow.task_tree, None)]
    while ahead:  # not the engine's own iterator, which stops in silence at a depth of 1000
        task, parent = ahead.pop()
        children = [child for child in task.children if _is_kept(child, task, needed)]
        if parent is not None and _only_leads_on(task, children, tokens):
            ahead.append((children[0], parent))
        else:
            yield task, parent
            ahead.extend((child, task) for child in reversed(children))


def _is_kept(child: Task, parent: Task, needed: set[UUID]) -> bool:
    """The items of a task that several agencies do are kept until all are done: they are counted."""
    return child.id in needed or (not is_finished(parent) and not child.has_state(PREDICTED))


def _only_leads_on(task: Task, children: list[Task], tokens: list[Task]) -> bool:
    """Done, and so is the one task that still matters after it. What an unfinished task hangs from is kept."""
    return is_finished(task) and len(children) == 1 and is_finished(children[0]) and children[0] not in tokens


def _awaited_tokens(workflow: BpmnWorkflow) -> list[Task]:
    """Branches that came to a parallel join which waits for more: the engine marks all but the last one cancelled."""
    joins = [task for task in workflow.tasks.values() if isinstance(task.task_spec, ParallelGateway)]
    tokens: list[Task] = []
    for waiting in joins:
        if waiting.has_state(TaskState.WAITING):
            round_before = waiting.find_ancestor(waiting.task_spec.name)
            same = [task for task in joins if task.task_spec is waiting.task_spec and task.state == TaskState.CANCELLED]
            tokens += [task for task in same if round_before is None or task.is_descendant_of(round_before)]
    return tokens


def _with_all_above(tasks: list[Task]) -> set[UUID]:
    found: set[UUID] = set()
    for task in tasks:
        one: Task | None = task
        while one is not None and one.id not in found:
            found.add(one.id)
            one = one.parent
    return found


def is_finished(task: Task) -> bool:
    return task.has_state(TaskState.FINISHED_MASK)


def _row(task: Task, parent: Task | None, numbers: dict[UUID, int]) -> dict[str, Any]:
    internal = {key: value for key, value in task.internal_data.items() if key not in OF_ONE_STEP}
    if "merged" in internal:
        internal["merged"] = [str(_id(numbers[UUID(one)])) for one in internal["merged"] if UUID(one) in numbers]
    return {
        "parent": None if parent is None else numbers[parent.id],
        "state": task.state,
        "spec": task.task_spec.name,
        "triggered": task.triggered,
        "internal": internal,
        "data": None if parent is not None and parent.data == task.data else task.data,
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


def _predict(tasks: list[Task]) -> None:
    """What may follow, as the engine had it: a join waits for what is ahead of it, the end for everything."""
    for task in tasks:
        if not is_finished(task):
            task.task_spec._predict(task, mask=TaskState.NOT_FINISHED_MASK)


@cache
def _id(number: int) -> UUID:
    return UUID(int=number)
