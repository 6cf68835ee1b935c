"""The case as an event log for process mining: XES, IEEE 1849-2016.

One trace is one run of one process, and the case is an attribute of it. A trace of the whole case would mix processes
that run side by side, and no drawing could be held against it; so each trace can be replayed on its own drawing. The
attribute `way` of an event is the name of a transition in the Petri net of its drawing (engine/export/net.py). Of a run
that went over to other models each event names its own in `models`.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from engine.export.markup import as_xml, filled, node
from engine.export.net import way
from engine.export.told import NarratedProcess, NarratedStep, Narrative
from engine.process.drawing import Element
from engine.process.safe_xml import XmlElement

EXTENSIONS = {"Concept": "concept", "Time": "time", "Organizational": "org", "Lifecycle": "lifecycle"}
# The transition of the standard life cycle for each kind of entry. A task that is handed back has none there.
TRANSITIONS = {
    "opened": "schedule",
    "taken": "assign",
    "given": "assign",
    "handed_back": "unknown",
    "completed": "complete",
    "passed": "complete",
    "withdrawn": "withdraw",
}
GLOBALS = ("concept:name", "lifecycle:transition", "org:resource", "element")


def log(told: Narrative) -> bytes:
    root = node("log", given={"xes.version": "1849.2016", "xes.features": "nested-attributes"})
    root.set("xmlns", "http://www.xes-standard.org/")
    declared = (
        node("extension", name=name, prefix=prefix, uri=f"http://www.xes-standard.org/{prefix}.xesext")
        for name, prefix in EXTENSIONS.items()
    )
    return as_xml(
        filled(
            root,
            (
                *declared,
                *_globals(),
                node("classifier", name="Activity", keys="concept:name"),
                node("classifier", name="Shape and transition", keys="element lifecycle:transition"),
                _text("concept:name", f"Case {told.number}"),
                _text("lifecycle:model", "standard"),
                *(_trace(told, stage) for stage in told.stages),
            ),
            {},
        )
    )


def _globals() -> Iterator[XmlElement]:
    yield node("global", _text("concept:name", "unknown"), scope="trace")
    event = (_text(key, "unknown") for key in GLOBALS)
    yield node("global", *event, _date("time:timestamp", datetime(1970, 1, 1, tzinfo=UTC)), scope="event")


def _trace(told: Narrative, stage: NarratedProcess) -> XmlElement:
    """Of what happened at the shapes of its drawing; work beside it cannot be replayed on it."""
    own = [step for step in told.steps if step.stage == stage.number and step.kind in TRANSITIONS]
    at_shapes = [step for step in own if step.element in stage.then(step.number).drawing.elements]
    return node(
        "trace",
        _text("concept:name", f"{stage.process} {stage.number}"),
        _text("case", told.number),
        _text("process", stage.process),
        _text("models", " ".join(dict.fromkeys(one.bundle for one in stage.on_each))),
        _text("status", stage.status),
        *(_event(step, stage) for step in at_shapes),
    )


def _event(step: NarratedStep, stage: NarratedProcess) -> XmlElement:
    on = stage.then(step.number)
    shape = on.drawing.elements[step.element]
    decisions = (_text(f"decision {one.field}", one.value) for one in step.answers if one.decision)
    return node(
        "event",
        _text("concept:name", step.title or step.element),
        _date("time:timestamp", step.at),
        _text("lifecycle:transition", TRANSITIONS[step.kind]),
        _text("org:resource", step.by.name or step.by.role),
        _text("org:role", step.by.role),
        _text("element", step.element),
        _text("shape", shape.kind),
        _whole("occurrence", step.occurrence or 0),
        _whole("entry", step.number),
        _whole("act", step.act),
        _text("flows", " ".join(step.flows)),
        *([_text("way", way(step.element, step.flows))] if _leaves(step, shape) else []),
        *([_text("models", on.bundle)] if stage.earlier else []),
        *decisions,
    )


def _leaves(step: NarratedStep, shape: Element) -> bool:
    """Whether the case went on from the shape; one of several agencies that do a task leaves the others at it."""
    return TRANSITIONS[step.kind] == "complete" and (shape.cardinality is None or not step.occurrence)


def _text(key: str, value: str) -> XmlElement:
    return node("string", key=key, value=value)


def _whole(key: str, value: int) -> XmlElement:
    return node("int", key=key, value=str(value))


def _date(key: str, moment: datetime) -> XmlElement:
    return node("date", key=key, value=moment.astimezone(UTC).isoformat(timespec="milliseconds"))
