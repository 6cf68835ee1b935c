"""Which way a gateway takes for each answer, and the ways that none takes."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from engine.expressions.evaluation import names_read
from engine.expressions.syntax import paths_tested
from engine.forms.duty_judgement import holds
from engine.lint.condition_rules import field_read, is_readable
from engine.lint.form_file import choices_of
from engine.lint.lint_problems import LintProblem
from engine.lint.material import Material, fault, of_kind
from engine.process.drawing import Drawing, Element, Flow

FieldOf = Callable[[str], dict[str, Any] | None]
"""The question that `task.field` reads; None where it is none that can be chosen from."""
Taken = Mapping[str | None, Flow]
"""By answer the way that is taken; None for no answer."""


def check(drawing: Drawing, material: Material) -> Iterator[LintProblem]:
    """For a bundle without a fault."""

    def field_of(path: str) -> dict[str, Any] | None:
        found = field_read(path, drawing, material)
        return found if isinstance(found, dict) else None

    for gateway in of_kind(drawing, "exclusiveGateway"):
        asked, taken = ways_taken(drawing, gateway, field_of, material.tables.agencies)
        ways = {flow.id for flow in taken.values()}
        for flow in drawing.outgoing(gateway.id) if taken else ():
            if flow.id not in ways:
                whatever = f"Whatever is answered to {asked}" if asked else "Whatever is answered"
                yield fault("untaken-way", drawing, flow, f"{whatever}, this way is never taken. Is that meant?")


def ways_taken(drawing: Drawing, gateway: Element, field_of: FieldOf, agencies: frozenset[str]) -> tuple[str, Taken]:
    """The question that the conditions of a gateway ask, empty where they ask none, and the ways that its answers take.
    Nothing where they ask more than one, or one whose answers are not chosen from a list.
    """
    flows = drawing.outgoing(gateway.id)
    default = next((flow for flow in flows if flow.id == gateway.default), None)
    asking = [(flow, flow.condition) for flow in flows if flow.condition is not None]
    if default is None or len(flows) < 2 or not all(is_readable(condition) for _, condition in asking):
        return "", {}
    read = sorted({path for _, condition in asking for path in names_read(condition)})
    answers = _answers(read[0], asking, field_of) if read else (None,)
    if len(read) > 1 or not answers:
        return "", {}
    named = [(answer, _names(read[0] if read else "", answer)) for answer in answers]
    taken = {
        answer: next((flow for flow, condition in asking if holds(condition, names, agencies)), default)
        for answer, names in named
    }
    return "".join(read), taken


def _answers(path: str, asking: list[tuple[Flow, str]], field_of: FieldOf) -> tuple[str | None, ...]:
    field = field_of(path)
    choices = choices_of(field) if field and field.get("type") == "string" else None
    unanswered = (None,) if any(path in paths_tested(condition) for _, condition in asking) else ()
    return (*sorted(choices), *unanswered) if choices else ()


def _names(path: str, answer: str | None) -> Mapping[str, object]:
    owner, _, name = path.partition(".")
    return {owner: {} if answer is None else {name: answer}} if path else {}
