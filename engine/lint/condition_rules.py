"""Expressions, wherever they stand: written in the language, over names that exist, values that can be chosen."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engine.decision_tables.cells import NUMBER, TEXT, TRUTH, kind_of_value
from engine.decision_tables.decision_table import DecisionTable
from engine.expressions.evaluation import BadExpression, names_read
from engine.expressions.syntax import paths_tested
from engine.lint.comparisons import values_compared
from engine.lint.form_file import choices_of
from engine.lint.graph import graph_of
from engine.lint.lint_problems import LintProblem, RuleId
from engine.lint.material import Material, as_text, fault, missing, nearest, of_kind
from engine.process.drawing import CATCHES, EVALUATED, PAYLOAD, RULE_TASK, THROWS, Drawing, Element, Flow

START, CASE = "start", "case"
_EVALUATED = tuple(zip(EVALUATED, ("", TEXT, TRUTH), strict=True))
_ONCE_ANSWERED = "resumes_when"
"""The property of a task that is evaluated when the task has been answered, and may read what was."""


@dataclass(frozen=True)
class Expression:
    """One expression of a drawing and the element at which it is evaluated: when it is entered, or `once_answered`.

    `wanted` is the kind of value that it must give.
    """

    drawing: Drawing
    source: str
    written_on: Element | Flow
    element: str
    wanted: str = ""
    once_answered: bool = False

    def fault(self, rule: RuleId, message: str, cause: str = "") -> LintProblem:
        return fault(rule, self.drawing, self.written_on, message, cause)


def expressions_of(drawing: Drawing) -> Iterator[Expression]:
    for flow in drawing.flows:
        if flow.condition is not None:
            yield Expression(drawing, flow.condition, flow, flow.source, TRUTH)
    for element in drawing.elements.values():
        yield from _of_element(drawing, element)


def _of_element(drawing: Drawing, element: Element) -> Iterator[Expression]:
    written = [(element.cardinality, ""), *((element.properties.get(name), kind) for name, kind in _EVALUATED)]
    written += [(value, "") for name, value in element.properties.items() if name.startswith(PAYLOAD)]
    for source, wanted in written:
        if source is not None:
            yield Expression(drawing, source, element, element.id, wanted)
    if _ONCE_ANSWERED in element.properties:
        source = element.properties[_ONCE_ANSWERED]
        yield Expression(drawing, source, element, element.id, TRUTH, once_answered=True)


def sources_of(drawing: Drawing) -> Iterator[str]:
    """Whatever the drawing evaluates: its expressions, and what the tables in it read."""
    yield from (one.source for one in expressions_of(drawing))
    yield from (source for one in drawing.rule_tasks() if one.table is not None for source in one.table.reads())


def check_language(drawing: Drawing) -> Iterator[LintProblem]:
    for expression in expressions_of(drawing):
        try:
            names_read(expression.source)
        except BadExpression as error:
            yield expression.fault("bad-expression", f"{_shortened(expression.source)}: {error}")


def check_names(drawing: Drawing, material: Material) -> Iterator[LintProblem]:
    """What is not in the language is left to `check_language`."""
    done_before = graph_of(drawing).done_before()
    for expression in expressions_of(drawing):
        if is_readable(expression.source):
            done = done_before.get(expression.element, frozenset[str]())
            yield from _names(expression, material, done | {expression.element} if expression.once_answered else done)


def _names(expression: Expression, material: Material, done: frozenset[str]) -> Iterator[LintProblem]:
    drawing, source = expression.drawing, expression.source
    read = {path: field_read(path, drawing, material) for path in sorted(names_read(source))}
    for path, found in read.items():
        if isinstance(found, str):
            yield expression.fault("unknown-name", found, missing_name(path, drawing, material))
        elif path not in paths_tested(source) and (problem := unsure(path, drawing, material, done)):
            yield expression.fault(*problem)
    for path, value in sorted(values_compared(source)):
        if message := wrong_value(path, value, read.get(path)):
            yield expression.fault("unknown-value", message, missing_value(f"{drawing.process}.{path}", value))


def field_read(path: str, drawing: Drawing, material: Material) -> dict[str, Any] | str:
    """The field that `task.field` reads (empty for a fact of the case or of a message), or what is wrong."""
    owner, _, name = path.partition(".")
    if not name or "." in name:
        return f"{path} is not a value: write task.field, start.field or case.fact.{as_text(path)}"
    if owner == CASE:
        facts = material.known.facts
        return {} if name in facts else f"There is no fact case.{name}.{nearest(name, facts)}"
    if name in _carried(owner, drawing, material):
        return {}
    decides = _deciding(owner, drawing)
    return _asked(path, drawing, material) if decides is None else _decided(path, name, decides.table)


def _asked(path: str, drawing: Drawing, material: Material) -> dict[str, Any] | str:
    """The decision that a form asks."""
    owner, _, name = path.partition(".")
    if owner in drawing.caught:
        return f"{path}: by messages.csv the message {owner} brings no {name}."
    tasks = frozenset(task.id for task in of_kind(drawing, "userTask", RULE_TASK))
    if owner != START and owner not in tasks:
        return f"{path}: {owner} is no task of {drawing.process}.{nearest(owner, tasks | {START, CASE})}"
    form = material.forms.get((drawing.process, owner))
    fields = {} if form is None else {key: field for key, field in form.fields.items() if field.get("x-decision")}
    if name not in fields:
        return f"{path}: the form {owner} asks no decision {name} (x-decision).{nearest(name, frozenset(fields))}"
    return fields[name]


def _deciding(owner: str, drawing: Drawing) -> Element | None:
    one = drawing.elements.get(owner)
    return one if one is not None and one.kind == RULE_TASK else None


def _decided(path: str, name: str, table: DecisionTable | None) -> dict[str, Any] | str:
    """As `field_read`; empty where the table is missing, which is a fault of its own."""
    if table is None:
        return {}
    if name != table.output:
        return f"{path}: the table “{table.name}” decides {table.output}, and not {name}."
    return field_decided(table)


def field_decided(table: DecisionTable) -> dict[str, Any]:
    """What a table decides as the field of a form, with its results as the choices."""
    results = table.results()
    kind = kind_of_value(results[0])
    if kind != TEXT:
        return {"type": {NUMBER: "number", TRUTH: "boolean"}.get(kind, "string")}
    return {"type": "string", "oneOf": [{"const": value, "title": value} for value in results]}


def _carried(owner: str, drawing: Drawing, material: Material) -> tuple[str, ...]:
    """What a message brings: one that is caught here under its name, the one that starts the process under `start`."""
    if owner == START and (drawing.process, START) in material.forms:
        asked = material.forms[drawing.process, START].fields
        row = material.tables.started_by(drawing.process)
        return tuple(name for name in (row.payload if row else ()) if name not in asked)
    caught = {each.message for each in of_kind(drawing, *CATCHES)}
    row = material.tables.started_by(drawing.process) if owner == START else material.tables.message(owner)
    return row.payload if row and (owner == START or owner in caught) else ()


def wrong_value(path: str, value: str, field: dict[str, Any] | str | None) -> str:
    """Why the comparison can never hold, empty where it can."""
    choices = choices_of(field) if isinstance(field, dict) else None
    if choices is None or value in choices:
        return ""
    return f'{path} is never "{value}": it is one of {", ".join(sorted(choices))}.{nearest(value, choices)}'


def missing_name(path: str, drawing: Drawing, material: Material) -> str:
    """What is not there of `task.field`: the form where there is none, so that all its questions have one cause."""
    owner = path.partition(".")[0]
    if owner in drawing.caught and material.tables.message(owner) is None:
        return missing("message", owner)
    return f"{drawing.process}.{path if (drawing.process, owner) in material.forms else owner}"


def missing_value(question: str, value: str) -> str:
    return f"{question} = {value}"


def _ask_whether(path: str) -> str:
    """As the panel of the editor calls it, and as text."""
    return f"read it only where it was answered, has({path}) and ..."


def unsure(path: str, drawing: Drawing, material: Material, done: frozenset[str]) -> tuple[RuleId, str, str] | None:
    """Why the value may not be there, which would stop the case, with its cause; None where it surely is.

    `done` are the tasks that were surely answered and the messages that surely came.
    """
    owner, _, name = path.partition(".")
    if owner == CASE:
        return None
    if owner not in {*done, START}:
        return "maybe-missing", f"{path} may not be known yet on some way to here: {_ask_whether(path)}", ""
    if name in _carried(owner, drawing, material) or _deciding(owner, drawing):
        return None
    form = material.forms[drawing.process, owner]
    if name not in form.schema.get("required", ()) and "default" not in form.fields[name]:
        message = f"{path} may be left unanswered: {_ask_whether(path)}"
        return "maybe-missing", message, f"{drawing.process}.{path}"
    if owner == START and "default" not in form.fields[name] and starts_unasked(drawing, name, material):
        message = f"A message can start {drawing.process} without asking {path}: give the field a default."
        return "start-default", message, f"{drawing.process}.{path}"
    return None


def starts_unasked(drawing: Drawing, field: str, material: Material) -> bool:
    """Whether another process starts this one with a message that does not carry the field."""
    row = material.tables.started_by(drawing.process)
    if row is None or field in row.payload:
        return False
    events = (event for each in material.drawings.values() for event in of_kind(each, *THROWS))
    return any(event.message == row.name for event in events)


def is_readable(source: str) -> bool:
    try:
        names_read(source)
    except BadExpression:
        return False
    return True


def _shortened(source: str) -> str:
    return source if len(source) <= 80 else f"{source[:80]}…"
