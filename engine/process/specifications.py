# pyright: basic
"""A drawing made into what SpiffWorkflow executes: parsed once for a bundle and shared by all its instances."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from SpiffWorkflow.bpmn.parser.BpmnParser import full_tag
from SpiffWorkflow.bpmn.parser.task_parsers import GatewayParser
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.defaults import ExclusiveGateway, ParallelGateway
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.multiple import MultipleEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import MultiInstanceTask
from SpiffWorkflow.bpmn.util import BpmnEvent
from SpiffWorkflow.specs.Join import Join
from SpiffWorkflow.spiff.parser.process import VALIDATOR, SpiffBpmnParser
from SpiffWorkflow.spiff.parser.task_spec import SpiffTaskParser, UserTaskParser
from SpiffWorkflow.spiff.specs.defaults import ParallelMultiInstanceTask, UserTask
from SpiffWorkflow.spiff.specs.event_definitions import MessageEventDefinition
from SpiffWorkflow.spiff.specs.spiff_task import SpiffBpmnTask
from SpiffWorkflow.util.task import TaskState

from engine.base.errors import BadModel, Problem
from engine.decision_tables.decision_table import DecisionTable
from engine.process.drawing import PAYLOAD, THROWS, Drawing, Element, parse_xml, read_drawing

# What a rule task notes of its table while it runs: which row fired. Of one step, and no part of a state.
FIRED = "fired"


class ClockEvent(EventDefinition):
    """A timer that knows no time: it names a clock of timescales.csv and fires when it is told to.

    SpiffWorkflow's own timers read the wall clock, keep dates in the state and cannot count working days.
    """

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ClockEvent) and other.name == self.name

    __hash__ = None  # type: ignore[assignment]


class LeavingMessage(MessageEventDefinition):
    """A message that a drawing throws goes out, to whoever waits for it: the instance itself may be one of them.

    SpiffWorkflow gives it to what waits in the same instance and to nobody else, and then says nothing of it.
    """

    def throw(self, my_task: Any) -> None:
        payload = my_task.workflow.script_engine.evaluate(my_task, self.expression)
        my_task.workflow.top_workflow.bpmn_events.append(BpmnEvent(self, payload=payload))


class Gateway(ParallelGateway):
    """Reached by one flow it only splits, each time anew.

    SpiffWorkflow takes every parallel gateway for a join: a second token that reached it by another way would take
    away, without a word, what the first one opened.
    """

    def _update_hook(self, my_task: Any) -> Any:
        return super()._update_hook(my_task) if len(self.inputs) > 1 else super(Join, self)._update_hook(my_task)

    def _run_hook(self, my_task: Any) -> Any:
        return super()._run_hook(my_task) if len(self.inputs) > 1 else super(Join, self)._run_hook(my_task)


class SeveralItems(ParallelMultiInstanceTask):
    """Makes its items also where it was reached by an event on a boundary.

    SpiffWorkflow only guesses that what follows such an event may be reached, does not take the guess back once the
    event has come, and then refuses to hang real items under what it believes to be a guess.
    """

    def _update_hook(self, my_task: Any) -> Any:
        if my_task.has_state(TaskState.PREDICTED_MASK):
            my_task.state = TaskState.FUTURE
        return super()._update_hook(my_task)


class RuleTask(SpiffBpmnTask):
    """Decides by a table of the bundle, and keeps the result as the task's own data: conditions read it as an answer.

    SpiffWorkflow's own takes the cells of a DMN file for Python.
    """

    table: DecisionTable

    def _run_hook(self, my_task: Any) -> Any:
        fired = self.table.decide(lambda path: my_task.workflow.script_engine.evaluate(my_task, path))
        my_task.data[self.bpmn_id] = {fired.output: fired.value}
        my_task.internal_data[FIRED] = fired
        return super()._run_hook(my_task)


class TaskParser(UserTaskParser):
    PARALLEL_MI_CLASS = SeveralItems


class Parser(SpiffBpmnParser):
    """SpiffWorkflow's own, but for three classes."""

    OVERRIDE_PARSER_CLASSES = {
        **SpiffBpmnParser.OVERRIDE_PARSER_CLASSES,
        full_tag("userTask"): (TaskParser, UserTask),
        full_tag("parallelGateway"): (GatewayParser, Gateway),
        full_tag("businessRuleTask"): (SpiffTaskParser, RuleTask),
    }

    def _find_dependencies(self, process: Any) -> None:
        """A process depends on no other file: calls are refused, and tables are read by this product alone."""


@dataclass(frozen=True)
class Specification:
    """What the engine executes for one drawing. `start_message` is the message that its start event awaits.

    `agencies` are those of the bundle that can be asked for something: what `agencies_of` finds in a list.
    """

    spec: BpmnProcessSpec
    drawing: Drawing
    agencies: frozenset[str]
    start_message: str | None


def specify(content: bytes, drawing: Drawing, agencies: frozenset[str]) -> Specification:
    """`drawing` is what `content` says, with the tables of the bundle that decide in it.

    Raises BadModel with the engine's own words for a drawing that it cannot read.
    """
    tables = tuple((one.id, cast(DecisionTable, one.table)) for one in drawing.rule_tasks())
    spec: BpmnProcessSpec = executable(content, drawing.file, drawing.process, tables)
    starts = [element for element in drawing.elements.values() if element.kind == "startEvent"]
    return Specification(spec, drawing, agencies, starts[0].message if starts else None)


@lru_cache(maxsize=64)
def executable(content: bytes, file: str, process: str, tables: tuple[tuple[str, DecisionTable], ...]) -> Any:
    """Remembered by what it is made of: bundles that differ in one drawing share the others."""
    parser = Parser(validator=VALIDATOR)
    try:
        parser.add_bpmn_xml(parse_xml(content, file).getroottree(), file)
        spec: Any = parser.get_spec(process)
    except ValidationException as error:
        raise BadModel([Problem(file, str(error.id or ""), int(error.line_number or 0), str(error))]) from None
    drawing, by_task = read_drawing(content, file), dict(tables)
    for task_spec in list(spec.task_specs.values()):
        if isinstance(task_spec, RuleTask):
            task_spec.table = by_task[str(task_spec.bpmn_id)]
        _replace_timers(task_spec)
        _carry_payload(task_spec, drawing)
        _order_by_file(task_spec, drawing)
        _connect_instances(spec, task_spec)
    return spec


def _order_by_file(task_spec: Any, drawing: Drawing) -> None:
    """The engine takes the ways that leave a gateway in the order of their height in the picture, and of two conditions
    that hold the one drawn higher: a picture that is moved would change what happens.
    """
    flows = drawing.outgoing(getattr(task_spec, "bpmn_id", None) or "")
    place = {flow.target: number for number, flow in enumerate(flows)}
    if len(place) > 1 and isinstance(task_spec, ParallelGateway | ExclusiveGateway):
        task_spec.outputs = sorted(task_spec.outputs, key=lambda spec: place[element_of(spec.name)])
    if isinstance(task_spec, ExclusiveGateway):
        task_spec.cond_task_specs.sort(key=lambda way: place[element_of(way[1])])


def element_of(name: str) -> str:
    """The element for which a part of the engine's specification stands: a task with events hides behind a split."""
    return name.removesuffix(".BoundaryEventSplit")


def _replace_timers(task_spec: Any) -> None:
    definition = getattr(task_spec, "event_definition", None)
    if isinstance(definition, TimerEventDefinition):
        task_spec.event_definition = ClockEvent(name=definition.expression)
    elif isinstance(definition, MultipleEventDefinition):
        definition.event_definitions = [
            ClockEvent(name=one.expression) if isinstance(one, TimerEventDefinition) else one
            for one in definition.event_definitions
        ]


def _carry_payload(task_spec: Any, drawing: Drawing) -> None:
    """A throw gathers the fields that its drawing states (`payload.<field>`); a catch keeps them by message name."""
    definition = getattr(task_spec, "event_definition", None)
    element = drawing.elements.get(getattr(task_spec, "bpmn_id", None) or "")
    for one in getattr(definition, "event_definitions", [definition]):
        if not isinstance(one, MessageEventDefinition) or element is None or element.kind == "startEvent":
            continue
        if element.kind in THROWS:
            task_spec.event_definition = LeavingMessage(one.name, expression=payload_expression(element))
        else:
            one.message_var = one.name


def payload_expression(element: Element) -> str:
    """One expression of the safe language that gives the whole payload of a throw event."""
    stated = {name: value for name, value in element.properties.items() if name.startswith(PAYLOAD)}
    return "{" + ", ".join(f'"{name.removeprefix(PAYLOAD)}": {value}' for name, value in stated.items()) + "}"


def _connect_instances(spec: BpmnProcessSpec, task_spec: Any) -> None:
    # The engine connects a multi-instance task to its items only when it makes them, so one that was loaded from its
    # state would never hear that an item is done.
    if isinstance(task_spec, MultiInstanceTask):
        spec.task_specs[task_spec.task_spec].completed_event.connect(task_spec.merge_child)
