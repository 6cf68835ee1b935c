"""Decisions that nobody reads, people's and tables': no step, clock, message or condition asks for them, and no
`x-read-by` says who does.
"""

from collections.abc import Iterable, Iterator, Set
from itertools import chain

from engine.expressions.evaluation import names_read
from engine.forms.duty_judgement import BESIDE, JUDGING
from engine.forms.schema import conditions_of, refusals_of
from engine.lint.condition_rules import is_readable, sources_of
from engine.lint.form_file import START, FormFile, scopes
from engine.lint.lint_problems import LintProblem
from engine.lint.material import Material, fault

Question = tuple[str, str, str]
"""Process, task (or `start`), field."""
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


def _results(material: Material, read: Set[Question]) -> Iterator[LintProblem]:
    for drawing in material.drawings.values():
        for task in drawing.rule_tasks():
            if task.table is not None and (drawing.process, task.id, task.table.output) not in read:
                message = f"Nothing reads what its table decides: read {task.id}.{task.table.output}, or take it out."
                yield fault("unread-result", drawing, task, message)


def _read_by_drawings(material: Material) -> Iterator[Question]:
    for drawing in material.drawings.values():
        for path in _paths(sources_of(drawing)):
            yield _question(drawing.process, path)


def _read_by_tables(material: Material) -> Iterator[Question]:
    of_clocks = ((*one.starts_on, *one.met_on, *one.stopped_on) for one in material.tables.clocks.values())
    for event in chain(*of_clocks, *(row.until for row in material.tables.messages)):
        for path in _paths([event.condition] if event.condition else []):
            yield _question(event.process, path if "." in path else f"{event.task}.{path}")


def _read_by_form(form: FormFile) -> Iterator[Question]:
    """Its own questions too: one that only decides what else is asked is read."""
    for scope in scopes(form):
        shown = (name for field in scope.fields.values() for name in field.get("x-ui", {}).get("show_if", {}))
        tested = (name for one in scope.schema.get("allOf", ()) for name in one["if"]["properties"])
        yield from ((form.process, form.task, name) for name in (*shown, *tested))
        for field in scope.fields.values():
            yield from (_question(*path.split(".", 1)) for path in field.get("x-prefill", "").split())
    for path in _paths(source for table in JUDGING for source in form.schema.get(table, {}).values()):
        beside = path.partition(".")[0] in BESIDE
        yield _question(form.process, path.removeprefix("last.") if beside else f"{form.task}.{path}")
    conditions = chain(conditions_of(form.schema), (condition for _, condition, _ in refusals_of(form.schema)))
    for path in _paths(conditions):
        yield _of_fact(form, path)


def _of_fact(form: FormFile, path: str) -> Question:
    """What a condition of a form reads: an answer of this form, of the start, the last of a task, or of the child."""
    root, _, rest = path.partition(".")
    if root == START:
        return form.process, START, rest
    if root == "child":
        return _question(*(rest.partition(".")[2].split(".", 1) if rest.count(".") > 1 else ("", "")))
    return _question(form.process, rest if root == "last" else f"{form.task}.{rest}")


def _question(process: str, path: str = "") -> Question:
    task, _, field = path.partition(".")
    return process, task, field.partition(".")[0]


def _paths(sources: Iterable[str]) -> Iterator[str]:
    """What is not in the language is reported where expressions are."""
    return (path for source in sources if is_readable(source) for path in names_read(source))
