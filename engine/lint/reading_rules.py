"""Decisions that nobody reads, people's and tables': no step, clock, message or condition asks for them, and no
`x-read-by` says who does.
"""

from collections.abc import Iterable, Iterator, Set
from itertools import chain

from engine.expressions.evaluation import names_read
from engine.forms.duty_judgement import JUDGING
from engine.forms.schema import conditions_of, refusals_of
from engine.lint.condition_rules import is_readable, sources_of
from engine.lint.form_file import FormFile, scopes
from engine.lint.lint_problems import LintProblem
from engine.lint.material import Material, fault
from engine.process.named_questions import NamedQuestion, named_in_drawing, named_in_event, named_in_form

_MEANING = ("x-read-by", "x-role", "x-outcome")
"""What a field says of itself when something else than the models reads it."""


def check(material: Material) -> Iterator[LintProblem]:
    in_forms = (_read_by_form(form) for form in material.forms.values())
    read = {*_read_by_drawings(material), *_read_by_tables(material), *chain.from_iterable(in_forms)}
    for (process, task), form in material.forms.items():
        for name, field in form.fields.items():
            means_something = any(said in field for said in _MEANING)
            if field.get("x-decision") and not means_something and (process, task, name) not in read:
                message = "Nobody reads this decision: say in x-read-by who does, or ask it only if it is needed."
                yield form.fault("unread-decision", ("properties", name), message)
    yield from _results(material, read)


def _results(material: Material, read: Set[NamedQuestion]) -> Iterator[LintProblem]:
    for drawing in material.drawings.values():
        for task in drawing.rule_tasks():
            if task.table is not None and (drawing.process, task.id, task.table.output) not in read:
                message = f"Nothing reads what its table decides: read {task.id}.{task.table.output}, or take it out."
                yield fault("unread-result", drawing, task, message)


def _read_by_drawings(material: Material) -> Iterator[NamedQuestion]:
    for drawing in material.drawings.values():
        yield from (named_in_drawing(drawing.process, path) for path in _paths(sources_of(drawing)))


def _read_by_tables(material: Material) -> Iterator[NamedQuestion]:
    of_clocks = ((*one.starts_on, *one.met_on, *one.stopped_on) for one in material.tables.clocks.values())
    for event in chain(*of_clocks, *(row.until for row in material.tables.messages)):
        for path in _paths([event.condition] if event.condition else []):
            yield from named_in_event(event, path)


def _read_by_form(form: FormFile) -> Iterator[NamedQuestion]:
    """Its own questions too: one that only decides what else is asked is read."""
    for scope in scopes(form):
        shown = (name for field in scope.fields.values() for name in field.get("x-ui", {}).get("show_if", {}))
        tested = (name for one in scope.schema.get("allOf", ()) for name in one["if"]["properties"])
        yield from (NamedQuestion(form.process, form.task, name) for name in (*shown, *tested))
        for field in scope.fields.values():
            yield from (named_in_drawing(*path.split(".", 1)) for path in field.get("x-prefill", "").split())
    judging = (source for table in JUDGING for source in form.schema.get(table, {}).values())
    conditions = chain(conditions_of(form.schema), (condition for _, condition, _ in refusals_of(form.schema)))
    yield from (named_in_form(form.process, form.task, path) for path in _paths(chain(judging, conditions)))


def _paths(sources: Iterable[str]) -> Iterator[str]:
    """What is not in the language is reported where expressions are."""
    return (path for source in sources if is_readable(source) for path in names_read(source))
