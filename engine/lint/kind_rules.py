"""Expressions put together what goes together, and give what they are asked for: also over what a message brings."""

from collections.abc import Iterator
from typing import Any

from engine.lint.condition_rules import CASE, START, expressions_of, field_read
from engine.lint.lint_problems import LintProblem
from engine.lint.material import Material, of_kind
from engine.lint.table_files import MessageRow
from engine.lint.value_kinds import LIST, NUMBER, TEXT, TRUTH, UNKNOWN, Kinds, KindsOf, kind_faults, kinds_given
from engine.process.drawing import PAYLOAD, THROWS, Drawing, Element, Flow


def check(drawing: Drawing, material: Material) -> Iterator[LintProblem]:
    for expression in expressions_of(drawing):
        if expression.source in _counted(expression.written_on):
            continue  # `multi-instance` holds it to the list of the task
        for message in kind_faults(expression.source, kinds_in(drawing, material), expression.wanted):
            yield expression.fault("wrong-kind", message)


def _counted(written_on: Element | Flow) -> tuple[str | None, ...]:
    return (written_on.cardinality,) if isinstance(written_on, Element) else ()


def kinds_in(drawing: Drawing, material: Material, above: frozenset[tuple[str, str]] = frozenset()) -> KindsOf:
    """What the values are that expressions of the drawing read.

    `above`: the messages and fields through which they have been traced.
    """

    def kinds_of(path: str) -> Kinds:
        owner, _, name = path.partition(".")
        field = field_read(path, drawing, material)
        if isinstance(field, str):
            return UNKNOWN  # a fault of its own
        if field:
            return frozenset({kind_of_field(field)})
        return frozenset({TRUTH}) if owner == CASE else _brought(owner, name, drawing, material, above)

    return kinds_of


def _brought(owner: str, name: str, drawing: Drawing, material: Material, above: frozenset[tuple[str, str]]) -> Kinds:
    row = message_of(owner, drawing, material)
    if row is None or (row.name, name) in above:
        return UNKNOWN
    thrown = payloads(row.name, name, material)
    traced = (kinds_given(source, kinds_in(each, material, above | {(row.name, name)})) for each, source in thrown)
    return frozenset(kind for kinds in traced for kind in kinds)


def kind_of_field(field: dict[str, Any]) -> str:
    return {"array": LIST, "integer": NUMBER, "number": NUMBER, "boolean": TRUTH}.get(field.get("type", ""), TEXT)


def message_of(owner: str, drawing: Drawing, material: Material) -> MessageRow | None:
    """The message that is read as `owner`: `start` for the one that starts the process."""
    return material.tables.started_by(drawing.process) if owner == START else material.tables.message(owner)


def payloads(message: str, field: str, material: Material) -> Iterator[tuple[Drawing, str]]:
    """The expressions that fill a field of a message, each with the drawing that throws it."""
    for drawing in material.drawings.values():
        for event in of_kind(drawing, *THROWS):
            if event.message == message and PAYLOAD + field in event.properties:
                yield drawing, event.properties[PAYLOAD + field]
