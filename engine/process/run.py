# pyright: basic
"""One step of one instance: state in, position and trace out. Pure: no database, no clock, no identifiers of ours.
Each step raises BadModel where the drawing cannot go on.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import MultiInstanceTask
from SpiffWorkflow.bpmn.util import BpmnEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.spiff.specs.event_definitions import MessageEventDefinition
from SpiffWorkflow.util.task import TaskState

from engine.base.errors import BadModel, Problem
from engine.expressions.evaluation import BadExpression, evaluate
from engine.process.bundle import Model
from engine.process.drawing import Drawing, Element
from engine.process.position import AwaitedEvent, OpenTask, Position, Thrown, TraceStep
from engine.process.safety import SafeScriptEngine
from engine.process.specifications import FIRED, ClockEvent, Specification, element_of
from engine.process.state import NotThere, load, save

# A task of the engine's tree; what it is declared as lacks the attributes that BPMN gives it.
Task = Any
Counts = dict[str, int]

# More elements than any drawing passes between two people's acts: a loop without a wait never returns.
STEP_BUDGET = 500


def start(model: Model, process: str, data: Mapping[str, Any]) -> Position:
    """`data` is the decisions of the start form under `start`, and the facts of the case under `case`."""
    specification = model.specifications[process]
    with _drawing_at_fault(specification.drawing):
        workflow = BpmnWorkflow(specification.spec, script_engine=SafeScriptEngine(specification.agencies))
    workflow.task_tree.set_data(**data)
    execution = _Execution(model, specification, workflow, {})
    execution.on()
    if specification.start_message:
        execution.catch(MessageEventDefinition(specification.start_message), {})
    return execution.position(data)


def complete(
    model: Model,
    process: str,
    state: bytes,
    element: str,
    occurrence: int,
    decisions: Mapping[str, Any],
    facts: Mapping[str, Any],
) -> Position:
    """Raises NotThere where that occurrence of the task is not open."""
    execution = _resume(model, process, state)
    task = execution.open_task(element, occurrence)
    task.data.update({element: dict(decisions), "case": dict(facts)})
    seen = deepcopy(task.data)  # where branches meet, the engine changes what they share in place
    execution.complete(task)
    return execution.position(seen)


def fire_clock(model: Model, process: str, state: bytes, clock: str) -> Position:
    """Raises NotThere where the instance does not wait for that clock."""
    execution = _resume(model, process, state)
    execution.catch(ClockEvent(name=clock), {})
    return execution.position({})


def catch_message(model: Model, process: str, state: bytes, name: str, payload: Mapping[str, Any]) -> Position:
    """The payload is process data from then on, under the message's name.

    Raises NotThere where the instance does not wait for that message.
    """
    execution = _resume(model, process, state)
    execution.catch(MessageEventDefinition(name), payload)
    return execution.position({})


def standing(model: Model, process: str, state: bytes) -> Position:
    """Where an instance stands, as its state alone says it. Raises NotThere where it has ended."""
    return _resume(model, process, state).position({})


def _resume(model: Model, process: str, state: bytes) -> "_Execution":
    specification = model.specifications[process]
    try:
        with _drawing_at_fault(specification.drawing):
            return _Execution(model, specification, *load(state, specification))
    except (LookupError, TypeError, ValueError) as error:  # cut short, of another drawing
        unreadable = f"what is stored of it cannot be read ({type(error).__name__})"
        raise BadModel([Problem(specification.drawing.file, "", 0, unreadable)]) from error


class _Execution:
    """The workflow while it moves: collects the trace and counts how often each element is entered."""

    def __init__(self, model: Model, specification: Specification, workflow: BpmnWorkflow, counts: Counts) -> None:
        self.model = model
        self.drawing = specification.drawing
        self.agencies = specification.agencies
        self.workflow = workflow
        self.counts = counts
        self.trace: list[TraceStep] = []
        self.before = self._open()

    def open_task(self, element: str, occurrence: int) -> Task:
        for task in self.before:
            if task.task_spec.bpmn_id == element and task.internal_data["occurrence"] == occurrence:
                return task
        raise NotThere(f"{element} ({occurrence}) is not open")

    def complete(self, task: Task) -> None:
        with _drawing_at_fault(self.drawing):
            task.run()
        self._note("completed", task, task.internal_data["occurrence"])
        self.on()

    def catch(self, definition: Any, payload: Mapping[str, Any]) -> None:
        with _drawing_at_fault(self.drawing):
            self.workflow.catch(BpmnEvent(definition, payload=dict(payload)))
        if any(event.event_definition == definition for event in self.workflow.bpmn_events):
            raise NotThere(f"nothing waits for {definition.name}")
        self.on()

    def on(self) -> None:
        """As far as it goes without a person or an event, then name what was opened and what was withdrawn."""
        with _drawing_at_fault(self.drawing):
            self.workflow.do_engine_steps(did_complete_task=self._passed)
        now_open = self._open()
        for task in self.before:
            # An item of several is dropped from the tree when all are cancelled, a single task stays in it.
            gone = task.has_state(TaskState.CANCELLED) or task.id not in self.workflow.tasks
            if gone or (self._all_is_over() and not task.has_state(TaskState.COMPLETED)):
                self.trace.append(TraceStep("withdrawn", task.task_spec.bpmn_id, task.internal_data["occurrence"]))
        for task in now_open:
            if "occurrence" not in task.internal_data:
                task.internal_data["occurrence"] = self._count(task.task_spec.bpmn_id)
                self.trace.append(TraceStep("opened", task.task_spec.bpmn_id, task.internal_data["occurrence"]))
        self.before = now_open

    def position(self, data: Mapping[str, Any]) -> Position:
        ended = self.workflow.is_completed()
        waits = () if ended else self._waits()
        if not ended and not self.before and not waits:
            raise self._fault("", "the process stands still: nothing is open and nothing is awaited")
        ends = [step.element for step in self.trace if self.drawing.elements[step.element].kind == "endEvent"]
        return Position(
            state=save(self.workflow, self.counts),
            open=tuple(self._describe(task) for task in self.before),
            waits=waits,
            thrown=tuple(
                Thrown(event.event_definition.name, event.payload)
                for event in self.workflow.get_events()
                if _is_message(event)
            ),
            data=data,
            ended=ended,
            outcome=ends[-1] if ended and ends else None,
            trace=tuple(self.trace),
        )

    def _passed(self, task: Task) -> None:
        if len(self.trace) > STEP_BUDGET:
            raise self._fault(task.task_spec.bpmn_id, "the process goes round without waiting for anybody")
        element = task.task_spec.bpmn_id
        if element in self.drawing.elements:
            self._note("passed", task, self._count(element) if not _holds_items(task) else 0)

    def _note(self, kind: str, task: Task, occurrence: int) -> None:
        element = task.task_spec.bpmn_id
        targets = [_element(child) for child in task.children if child.state != TaskState.CANCELLED]
        flows = [self.drawing.flow_between(element, target) for target in targets if target]
        taken, fired = tuple(flow for flow in flows if flow), task.internal_data.get(FIRED)
        self.trace.append(TraceStep(kind, element, occurrence, taken, fired))

    def _count(self, element: str) -> int:
        self.counts[element] = self.counts.get(element, 0) + 1
        return self.counts[element]

    def _open(self) -> list[Task]:
        if self._all_is_over():
            return []
        # Every task that is ready is looked at, not only those that the engine's iterator reaches.
        ready = self.workflow.get_tasks(state=TaskState.READY)
        found = [task for task in ready if self._is_user_task(task)]
        everywhere = [task for task in self.workflow.tasks.values() if task.has_state(TaskState.READY)]
        if len(ready) != len(everywhere):
            raise self._fault("", "the engine has lost sight of an open task")
        return found

    def _all_is_over(self) -> bool:
        """Whether an end event has withdrawn everything: what it withdrew may become ready later in the same step."""
        return any(self.drawing.elements[step.element].ends_all for step in self.trace)

    def _is_user_task(self, task: Task) -> bool:
        element = self.drawing.elements.get(task.task_spec.bpmn_id)
        return element is not None and element.kind == "userTask" and not _holds_items(task)

    def _describe(self, task: Task) -> OpenTask:
        element = self.drawing.elements[task.task_spec.bpmn_id]
        try:
            automatic = element.properties.get("automatic")
            alone = automatic is not None and evaluate(automatic, task.data, self.agencies) is True
            return OpenTask(element.id, task.internal_data["occurrence"], self._agency(element, task), alone)
        except (BadExpression, KeyError) as error:
            raise self._fault(element.id, str(error)) from error

    def _agency(self, element: Element, task: Task) -> str | None:
        """The agency that an item is for: the n-th of `for_each`, or the one that `for_agency` names."""
        index, source = task.internal_data.get("key_or_index"), element.properties.get("for_agency")
        if index is not None:
            source = f"({element.properties['for_each']})[{index}]"
        if source is None:
            return None
        named = evaluate(source, task.data, self.agencies)
        if not isinstance(named, str) or named not in self.model.agencies:
            raise self._fault(element.id, "it is for an agency that the bundle does not know")
        return named

    def _waits(self) -> tuple[AwaitedEvent, ...]:
        found: dict[AwaitedEvent, None] = {}
        for task in self.workflow.event_manager.tasks.values():
            definition = task.task_spec.event_definition
            for one in getattr(definition, "event_definitions", [definition]):
                if isinstance(one, ClockEvent):
                    found[AwaitedEvent("clock", str(one.name))] = None
                elif isinstance(one, MessageEventDefinition):
                    found[AwaitedEvent("message", str(one.name))] = None
        return tuple(sorted(found, key=lambda wait: (wait.kind, wait.name)))

    def _fault(self, element: str | None, message: str) -> BadModel:
        return BadModel([Problem(self.drawing.file, element or "", 0, message)])


@contextmanager
def _drawing_at_fault(drawing: Drawing) -> Iterator[None]:
    try:
        yield
    except (BadExpression, SpiffWorkflowException) as error:
        raise BadModel([Problem(drawing.file, "", 0, str(error))]) from error
    except RecursionError:
        raise BadModel([Problem(drawing.file, "", 0, "a loop on which nothing is decided has no end")]) from None


def _holds_items(task: Task) -> bool:
    return isinstance(task.task_spec, MultiInstanceTask)


def _element(task: Task) -> str:
    """The element on the drawing that a task stands for; a task with boundary events hides behind a split."""
    return task.task_spec.bpmn_id or element_of(task.task_spec.name)


def _is_message(event: BpmnEvent) -> bool:
    return isinstance(event.event_definition, MessageEventDefinition)
