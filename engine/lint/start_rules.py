"""Every process starts: tried once as a person and once as a message starts it, when nothing else is wrong any more."""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.base.errors import BadModel
from engine.lint.comparisons import texts_given
from engine.lint.condition_rules import START, field_read, is_readable
from engine.lint.form_file import choices_of
from engine.lint.kind_rules import kinds_in, payloads
from engine.lint.lint_problems import LintProblem
from engine.lint.material import Material, of_kind
from engine.lint.value_kinds import LIST, NUMBER, TRUTH, kinds_given
from engine.process import run
from engine.process.bundle import Model, read_bundle
from engine.process.drawing import THROWS, Drawing

_NO_FACTS = False
"""Of the case nothing holds yet."""
_ONE_OF_KIND: Mapping[str, Any] = {NUMBER: 0, TRUTH: _NO_FACTS, LIST: []}


def check(files: Mapping[str, bytes], material: Material) -> Iterator[LintProblem]:
    try:
        model = read_bundle(files)
    except BadModel as error:
        for one in error.problems:
            yield LintProblem(one.file, one.element, one.line, one.message, "cannot-start")
        return
    for process, drawing in material.drawings.items():
        for started in (_by_hand(process, material), _by_message(drawing, material)):
            if started is not None:
                yield from _start(model, drawing, started, material)


def _start(model: Model, drawing: Drawing, started: dict[str, Any], material: Material) -> Iterator[LintProblem]:
    facts = dict.fromkeys(material.known.facts, _NO_FACTS)
    try:
        run.start(model, drawing.process, {START: started, "case": facts})
    except BadModel as error:
        problem = error.problems[0]
        message = f"The process does not start: {problem.message}"
        yield LintProblem(drawing.file, problem.element, problem.line, message, "cannot-start")


def _by_hand(process: str, material: Material) -> dict[str, Any] | None:
    """What somebody decides who answers no more than they must; None where there is no form."""
    form = material.forms.get((process, START))
    if form is None:
        return None
    required = form.schema.get("required", ())
    decisions = {name: field for name, field in form.fields.items() if field.get("x-decision")}
    asked = {name: field for name, field in decisions.items() if name in required or "default" in field}
    return {name: _answer(field) for name, field in asked.items()}


def _by_message(drawing: Drawing, material: Material) -> dict[str, Any] | None:
    """The defaults of the form and what the message brings; None where no drawing throws one that starts it."""
    row = material.tables.started_by(drawing.process)
    events = (event for each in material.drawings.values() for event in of_kind(each, *THROWS))
    if row is None or all(event.message != row.name for event in events):
        return None
    form = material.forms.get((drawing.process, START))
    fields = {} if form is None else form.fields
    defaults = {name: field["default"] for name, field in fields.items() if "default" in field}
    return defaults | {name: _brought(row.name, name, material) for name in row.payload}


def _brought(message: str, name: str, material: Material, above: frozenset[tuple[str, str]] = frozenset()) -> Any:
    """One value that a message may carry: as the first drawing says that throws it, through however many messages."""
    for drawing, source in payloads(message, name, material):
        if not is_readable(source) or (message, name) in above:
            continue
        texts = sorted(texts_given(source))
        field = field_read(source, drawing, material)
        if texts or (isinstance(field, dict) and field):
            return texts[0] if texts else _answer(field if isinstance(field, dict) else {})
        kinds = kinds_given(source, kinds_in(drawing, material))
        if len(kinds) == 1 and (one_of := _ONE_OF_KIND.get(next(iter(kinds)))) is not None:
            return one_of
    return ""


def _answer(field: dict[str, Any]) -> Any:
    if "default" in field:
        return field["default"]
    return [] if field.get("type") == "array" else next(iter(sorted(choices_of(field) or ())), "")
