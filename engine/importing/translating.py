"""What a foreign drawing says in its own language, said in ours: properties, messages, signals, clocks, conditions."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from engine.importing.foreign_file import extensions_of
from engine.importing.given_ids import GivenIds, is_words, words_of
from engine.importing.import_report import ImportReport, plain
from engine.importing.read_condition import AskedFor, read_condition
from engine.importing.sketch import Shape, Sketch, Way
from engine.lint.table_files import Tables
from engine.lint.task_rules import PROPERTIES
from engine.process.drawing import BPMN, PAYLOAD, RULE_TASK, SPIFF, TABLE, THROWS, local_name
from engine.process.plain_ids import RESERVED
from engine.process.safe_xml import XmlElement

_READ_AS_QUESTIONS = frozenset(
    {"formData", "formProperty", "formDefinition", "userTaskForm", "assignmentDefinition", "instructionsForEndUser"}
)
_READ_AS_TABLE = frozenset({"calledDecision", "calledDecisionId"})
_DECISION = "{http://camunda.org/schema/1.0/bpmn}decisionRef"
AGENCIES_NEEDED = "count(agencies_needed)"
"""For how many a step is done, until a person has said it: the linter names it."""
_HERE = frozenset({"start", "case", "count"})
_WORD = re.compile(r"\b[A-Za-z]\w*\b(?![\"'])", re.ASCII)


def take_properties(sketch: Sketch, report: ImportReport) -> None:
    """Properties that a shape of ours may have are kept; what else a tool keeps beside BPMN is left out, and said."""
    for shape in sketch.shapes.values():
        for part in extensions_of(shape.node):
            _extension(shape, part, report)
        if shape.kind == RULE_TASK:
            _table(shape, report)
    for part in extensions_of(sketch.node):
        _leave_out(part, sketch.node, report)


def _extension(shape: Shape, part: XmlElement, report: ImportReport) -> None:
    if part.tag == f"{SPIFF}properties":
        for one in part.iterchildren(f"{SPIFF}property"):
            _property(shape, one.get("name", ""), one.get("value", ""), report)
    elif shape.kind != RULE_TASK or local_name(part) not in _READ_AS_TABLE:
        _leave_out(part, shape.node, report)


def _table(shape: Shape, report: ImportReport) -> None:
    """Other tools name a table by the id of its decision, we by its file beside the drawing."""
    parts = [one for one in extensions_of(shape.node) if local_name(one) in _READ_AS_TABLE]
    named = [shape.node.get(_DECISION, ""), *(one.get("decisionId") or one.text or "" for one in parts)]
    table = next((words for words in map(words_of, named) if words), "")
    if table and not shape.properties.get(TABLE):
        shape.properties[TABLE] = table
        report.change(f"Put the table by which it decides beside the drawing: {table}.dmn.", shape.node)


def _leave_out(part: XmlElement, node: XmlElement, report: ImportReport) -> None:
    if local_name(part) not in _READ_AS_QUESTIONS:
        report.change(f"{local_name(part)[:80]} is left out: nothing here reads it.", node)


def _property(shape: Shape, name: str, value: str, report: ImportReport) -> None:
    payload = shape.kind in THROWS and name.startswith(PAYLOAD)
    if payload or name in PROPERTIES.get(shape.kind, ()):
        shape.properties[name] = value
    elif not name.startswith("formJsonSchema"):
        report.change(f"Its property {plain(name)[:80]} is left out: nothing here reads it.", shape.node)


def take_what_events_do(sketch: Sketch, root: XmlElement, tables: Tables, ids: GivenIds, report: ImportReport) -> None:
    """Messages and signals by names of words, clocks by ids of the table of time limits."""
    known = frozenset(row.name for row in tables.messages)
    declared = {kind: _declared(root, kind) for kind in ("message", "signal")}
    for shape in sketch.shapes.values():
        if shape.does == "timer":
            _clock(shape, tables, report)
        elif shape.does in declared and shape.of:
            reference = shape.of if shape.of in declared[shape.does] else shape.of.rpartition(":")[2]
            given = sketch.messages if shape.does == "message" else sketch.signals
            if reference not in given:
                called = plain(declared[shape.does].get(reference, ""))
                given[reference] = _name(reference, called, known, given, ids, shape.does)
                if shape.does == "message" and given[reference] not in known:
                    said = f"Its message is none of messages.csv: name one that is, or add {given[reference]}."
                    report.change(said, shape.node)
            shape.of = given[reference]


def _declared(root: XmlElement, kind: str) -> dict[str, str]:
    return {node.get("id", ""): node.get("name", "") for node in root.iterchildren(f"{BPMN}{kind}")}


def _name(reference: str, called: str, known: frozenset[str], given: dict[str, str], ids: GivenIds, kind: str) -> str:
    """A message of the bundle where its id or its name is one, else a new one in words."""
    for one in (reference, called, words_of(called)):
        if one in known:
            return one if one in given.values() else ids.keep(one)
    own = reference if is_words(reference) else ""
    return ids.give((own, words_of(called)), kind)


def _clock(shape: Shape, tables: Tables, report: ImportReport) -> None:
    if shape.of in tables.clocks:
        return
    before, shape.of = shape.of, words_of(shape.name) or "clock_needed"
    said = f"It waited for {before[:80]!r}. " if before else ""
    report.change(f"{said}Time limits stand in timescales.csv: name one of them, or add {shape.of}.", shape.node)


def take_conditions(sketch: Sketch, messages: Iterable[str], report: ImportReport) -> None:
    """Conditions, which may read what the messages of the bundle carry, and whatever else names a shape by its old id.

    Where all ways but one that leave a gateway have a condition, that one is its default.
    """
    asked: dict[str, list[AskedFor]] = {}
    for name, question in chain.from_iterable(map(_asked, sketch.shapes.values())):
        asked.setdefault(name, []).append(question)
    once = {name: questions[0] for name, questions in asked.items() if len(questions) == 1}
    renamed = {shape.source: shape.id for shape in sketch.shapes.values() if shape.id != shape.source}
    unchanged = {*_HERE, *messages, *sketch.shapes} - renamed.keys()
    _defaults(sketch, report)
    for way in sketch.ways:
        if way.condition is not None:
            _condition(sketch, way, once, unchanged, report)
    for shape in sketch.shapes.values():
        shape.properties = {name: _with_new_ids(value, renamed) for name, value in shape.properties.items()}
        if shape.cardinality is not None:
            _cardinality(shape, unchanged, report)


def _condition(
    sketch: Sketch, way: Way, asked: Mapping[str, AskedFor], unchanged: set[str], report: ImportReport
) -> None:
    read = read_condition(way.condition or "", asked, unchanged)
    if read is None:
        said = f"Its condition cannot be read here and is left out: {plain(way.condition or '')[:200]}"
        report.change(said, way.node, way.id)
        way.condition = None
        return
    if read.text != way.condition:
        report.change(f"Its condition is {read.text} now.", way.node, way.id)
    if read.unknown:
        names = ", ".join(sorted(read.unknown))
        report.change(f"No form here asks for {names}: say which question that is, as task.field.", way.node, way.id)
    way.condition = read.text
    _make_decisions(sketch, {asked[name].path for name in read.asked})


def _asked(shape: Shape) -> Iterator[tuple[str, AskedFor]]:
    if shape.form is not None:
        for name, question in shape.form.asks(shape.id if shape.kind == "userTask" else "start"):
            yield name, question
            yield f"{shape.source}.{name}", question


def _make_decisions(sketch: Sketch, paths: set[str]) -> None:
    for shape in sketch.shapes.values():
        task = shape.id if shape.kind == "userTask" else "start"
        for one in shape.form.fields if shape.form else ():
            one.decides = one.decides or f"{task}.{one.name}" in paths


def _defaults(sketch: Sketch, report: ImportReport) -> None:
    for shape in sketch.shapes.values():
        ways = [way for way in sketch.ways if way.start is shape]
        for way in (way for way in ways if way.condition and way.source == shape.default):
            report.change("It is taken when no other holds, so that its condition says nothing: left out.", way.node)
            way.condition = None
        plain_ways = [way for way in ways if not way.condition]
        if shape.kind == "exclusiveGateway" and len(ways) > 1 and len(plain_ways) == 1 and not shape.default:
            shape.default = plain_ways[0].source
            report.change("The only way without a condition is taken when no condition holds.", plain_ways[0].node)


def _cardinality(shape: Shape, unchanged: set[str], report: ImportReport) -> None:
    read = read_condition(shape.cardinality or "", {}, unchanged)
    if read is None or read.text != shape.cardinality:
        report.change("For how many it is done is not said here: name the agencies in for_each.", shape.node)
        shape.cardinality = AGENCIES_NEEDED


def _with_new_ids(value: str, renamed: dict[str, str]) -> str:
    if not renamed.keys() - RESERVED:
        return value
    return _WORD.sub(lambda found: renamed.get(found[0], found[0]), value)
