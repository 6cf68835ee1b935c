"""Clocks: those that drawings name, and what the rows of timescales.csv listen to."""

from collections.abc import Iterator
from typing import Any

from engine.process.drawing import Drawing
from engine.process.expressions import names_read
from engine.process.lint.comparisons import paths_tested, values_compared
from engine.process.lint.conditions import START, field_read, wrong_value
from engine.process.lint.findings import Finding, RuleId
from engine.process.lint.form_file import FormFile, kind_of
from engine.process.lint.material import Material, fault, nearest, of_kind
from engine.process.lint.tables import TIMESCALES
from engine.timescales import Event, Moment, Rule

LATE_REASON = "late_reason"


def check(drawing: Drawing, material: Material) -> Iterator[Finding]:
    """The clocks named by the events of one drawing."""
    known = frozenset(material.tables.clocks)
    for event in of_kind(drawing, "intermediateCatchEvent", "boundaryEvent"):
        if event.clock is not None and event.clock not in known:
            message = f"{event.clock or 'This'} is no clock of timescales.csv.{nearest(event.clock, known)}"
            yield fault("unknown-clock", drawing, event, message)


def check_table(material: Material) -> Iterator[Finding]:
    for rule in material.tables.clocks.values():
        for event in (*rule.starts_on, *rule.met_on, *rule.stopped_on):
            problem = _unknown_event(event, material)
            if problem:
                yield _fault("clock-event", rule, material, problem)
            elif event.condition:
                yield from _condition(rule, event, material)
        yield from _moments(rule, material)
    yield from _late_reasons(material)


def _unknown_event(event: Event, material: Material) -> str:
    if event.happening == "thrown":
        messages = frozenset(row.name for row in material.tables.messages)
        return "" if event.process in messages else f"There is no message {event.process}."
    if event.happening in ("set", "passed"):
        clocks = frozenset(material.tables.clocks)
        return "" if event.process in clocks else f"There is no clock {event.process}.{nearest(event.process, clocks)}"
    drawing = material.drawings.get(event.process)
    if drawing is None:
        return f"There is no process {event.process}.{nearest(event.process, frozenset(material.drawings))}"
    tasks = frozenset(task.id for task in of_kind(drawing, "userTask"))
    if event.task and event.task not in tasks:
        return f"There is no task {event.process}.{event.task}.{nearest(event.task, tasks)}"
    return ""


def _condition(rule: Rule, event: Event, material: Material) -> Iterator[Finding]:
    drawing = material.drawings.get(event.process)
    if drawing is None:
        yield _fault("unknown-name", rule, material, "A condition reads the answers of a task: it has no place here.")
        return
    read = {path: _field(path, event, drawing, material) for path in sorted(names_read(event.condition))}
    for path, found in read.items():
        yield from _name(rule, event, path, found, material)
    for path, value in sorted(values_compared(event.condition)):
        message = wrong_value(path, value, read.get(path))
        if message:
            yield _fault("unknown-value", rule, material, message)


def _name(rule: Rule, event: Event, path: str, found: dict[str, Any] | str, material: Material) -> Iterator[Finding]:
    if isinstance(found, str):
        yield _fault("unknown-name", rule, material, found)
    elif "." not in path and not _always_there(path, event, material) and path not in paths_tested(event.condition):
        message = f"{path} may be left unanswered: write has({path}) and ..."
        yield _fault("maybe-missing", rule, material, message)


def _field(path: str, event: Event, drawing: Drawing, material: Material) -> dict[str, Any] | str:
    """A bare name is a decision of the completed task."""
    bare = "." not in path
    if bare and not event.task:
        return f"{path}: only a completed task has answers; write start.{path} or task.{path}."
    return field_read(f"{event.task}.{path}" if bare else path, drawing, material)


def _always_there(name: str, event: Event, material: Material) -> bool:
    form = material.forms[event.process, event.task]
    return name in form.schema.get("required", ()) or "default" in form.fields[name]


def _moments(rule: Rule, material: Material) -> Iterator[Finding]:
    for event in rule.starts_on:
        yield from _moment(rule, rule.counts_from, event, material)
    for event in rule.met_on:
        yield from _moment(rule, rule.met_at, event, material)


def _moment(rule: Rule, moment: Moment, event: Event, material: Material) -> Iterator[Finding]:
    if not moment.field:
        return
    process, task = (moment.process, START) if moment.process else (event.process, event.task or START)
    form = material.forms.get((process, task))
    fields = {} if form is None or event.happening not in ("started", "completed") else form.fields
    asked = (fields.get(name, {}).get("format") for name in (moment.field, moment.otherwise) if name)
    if not {"date", "date-time"} & set(asked):
        message = (
            f"The form {process}/{task} asks no date or time {moment.field}.{nearest(moment.field, frozenset(fields))}"
        )
        yield _fault("clock-field", rule, material, message)


def _late_reasons(material: Material) -> Iterator[Finding]:
    met = {(event.process, event.task): rule for rule in material.tables.clocks.values() for event in rule.met_on}
    for place, rule in met.items():
        form = material.forms.get(place)
        if form is not None and not _asks_why_late(form):
            message = (
                f"This task can meet the clock {rule.id} late: ask `{LATE_REASON}` (string, long_text, x-when late)."
            )
            yield form.fault("late-reason", ("properties", LATE_REASON), message)


def _asks_why_late(form: FormFile) -> bool:
    field = form.fields.get(LATE_REASON, {})
    return (field.get("type"), field.get("x-when"), kind_of(field)) == ("string", "late", "long_text")


def _fault(rule_id: RuleId, rule: Rule, material: Material, message: str) -> Finding:
    return Finding(TIMESCALES, rule.id, material.tables.clock_lines.get(rule.id, 0), message, rule_id)
