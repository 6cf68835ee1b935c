"""The shapes of a drawing in plain words: what it means that the path of a case came past one."""

from collections.abc import Callable, Mapping
from typing import Any

from engine.decision_tables.decision_table import DecisionTable
from engine.process.drawing import RULE_TASK, Drawing, Element
from engine.process.table_words import result_in_words, row_in_words
from engine.reads.case.case_facts import ProcessRun


def passed(run: ProcessRun, element: str, flows: tuple[str, ...], said: Mapping[str, Any]) -> str:
    """`flows` are the arrows taken on leaving it, `said` is what the entry carries."""
    drawing = run.model.drawings[run.process]
    shape = drawing.elements.get(element)
    if shape is None:
        return f"Passed: {element}"
    if shape.table is not None:
        return _decided(run, shape, shape.table, said)
    say = _SAY.get(shape.kind)
    return say(drawing, shape, flows) if say else f"Passed: “{shape.name or element}”"


def is_choice(run: ProcessRun, element: str) -> bool:
    """Whether the drawing, or a table, decides here which way to go on."""
    drawing = run.model.drawings[run.process]
    shape = drawing.elements.get(element)
    if shape is None:
        return False
    return shape.kind == RULE_TASK or (shape.kind == "exclusiveGateway" and len(drawing.outgoing(element)) > 1)


def _decided(run: ProcessRun, shape: Element, table: DecisionTable, said: Mapping[str, Any]) -> str:
    """What the entry says is what held then; where it was erased, nothing is said of the row."""
    by = f"“{shape.name}” was decided by the table “{table.name}”"
    row: object = said.get("row")
    decided: Mapping[str, Any] = said.get("decided") or {}
    if not isinstance(row, int) or not 0 < row <= len(table.rows):
        return by
    answered = row_in_words(run.model, run.process, table, row) or "whatever was answered"
    return f"{by}, row {row} ({answered}): {', '.join(result_in_words(value) for value in decided.values())}"


def _choice(drawing: Drawing, shape: Element, flows: tuple[str, ...]) -> str:
    if len(drawing.outgoing(shape.id)) < 2:
        return "Ways came together"
    taken = " and ".join(f"“{_flow_name(drawing, flow)}”" for flow in flows)
    return f"{shape.name or 'Which way?'} {taken}" if taken else f"{shape.name or 'Which way?'}"


def _flow_name(drawing: Drawing, flow: str) -> str:
    """Where an arrow has no name, the shape that it leads to says where the case went."""
    found = next((one for one in drawing.flows if one.id == flow), None)
    if found is None:
        return flow
    target = drawing.elements.get(found.target)
    return found.name or (target.name if target else "") or "the next step"


def _together(drawing: Drawing, shape: Element, flows: tuple[str, ...]) -> str:
    if len(flows) > 1:
        return "Several things began side by side"
    return "What went on side by side came together" if len(drawing.incoming(shape.id)) > 1 else "The way went on"


def _waits(_drawing: Drawing, _shape: Element, _flows: tuple[str, ...]) -> str:
    return "From here on it waits for whatever comes first"


def _begins(_drawing: Drawing, shape: Element, _flows: tuple[str, ...]) -> str:
    return f"The way begins: “{shape.name}”"


def _ends(_drawing: Drawing, shape: Element, _flows: tuple[str, ...]) -> str:
    return f"The way ends: “{shape.name}”"


def _told(_drawing: Drawing, shape: Element, _flows: tuple[str, ...]) -> str:
    """A signal is heard in its own process alone (BPMN 2.0 as it is run here), a message by the whole case."""
    return f"Told the {'other steps' if shape.signal else 'rest of the case'}: “{shape.name}”"


def _heard(_drawing: Drawing, shape: Element, _flows: tuple[str, ...]) -> str:
    return f"It had waited for this: “{shape.name}”"


def _cut_short(drawing: Drawing, shape: Element, _flows: tuple[str, ...]) -> str:
    task = drawing.elements.get(shape.attached_to or "")
    return f"“{task.name}” was ended by “{shape.name}”" if task and shape.interrupting else f"Happened: “{shape.name}”"


def _whole(_drawing: Drawing, shape: Element, _flows: tuple[str, ...]) -> str:
    """Whoever was asked has answered, or nobody was asked this time; of another time somebody may still be."""
    return f"The way went on from “{shape.name}”"


_SAY: dict[str, Callable[[Drawing, Element, tuple[str, ...]], str]] = {
    "exclusiveGateway": _choice,
    "parallelGateway": _together,
    "eventBasedGateway": _waits,
    "startEvent": _begins,
    "endEvent": _ends,
    "intermediateThrowEvent": _told,
    "intermediateCatchEvent": _heard,
    "boundaryEvent": _cut_short,
    "userTask": _whole,
}
