"""What tables listen to: events of processes, messages and clocks, and the conditions that go with them."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from engine.expressions.evaluation import names_read
from engine.expressions.syntax import paths_tested
from engine.lint.comparisons import bare_names, values_compared
from engine.lint.condition_rules import field_read, missing_name, missing_value, unsure, wrong_value
from engine.lint.graph import graph_of
from engine.lint.kind_rules import kinds_in
from engine.lint.lint_problems import RuleId
from engine.lint.material import Kind, Material, as_text, missing, missing_task, nearest, of_kind
from engine.lint.value_kinds import TRUTH, kind_faults
from engine.process.drawing import Drawing
from engine.timescales.rules import Event


class EventFault(NamedTuple):
    """`cause` names what is missing where more may follow from it."""

    rule: RuleId
    message: str
    cause: str = ""


def event_faults(event: Event, material: Material, if_unknown: RuleId) -> Iterator[EventFault]:
    """What is wrong with an event of a table; `if_unknown` is the rule for one that can never happen."""
    if unknown := _unknown_event(event, material):
        message, cause = unknown
        yield EventFault(if_unknown, message, cause)
    elif event.condition:
        yield from _condition(event, material)


def _unknown_event(event: Event, material: Material) -> tuple[str, str] | None:
    """Why the event can never happen, with its cause; None where it can."""
    if event.happening == "thrown":
        messages = frozenset(row.name for row in material.tables.messages)
        return _unknown("message", event.process, messages)
    if event.happening in ("set", "passed"):
        return _unknown("clock", event.process, frozenset(material.tables.clocks))
    drawing = material.drawings.get(event.process)
    if drawing is None:
        return _unknown("process", event.process, frozenset(material.drawings))
    if event.happening == "reached":
        return _unawaited(event, drawing)
    tasks = frozenset(task.id for task in of_kind(drawing, "userTask"))
    if event.task and event.task not in tasks:
        message = f"There is no task {event.process}.{event.task}.{nearest(event.task, tasks)}"
        return message, missing_task(event.process, event.task)
    return None


def _unawaited(event: Event, drawing: Drawing) -> tuple[str, str] | None:
    if event.task in drawing.caught:
        return None
    message = f"{event.process} waits nowhere for a message {event.task}.{nearest(event.task, drawing.caught)}"
    return message, missing("message", event.task)


def _unknown(what: Kind, name: str, known: frozenset[str]) -> tuple[str, str] | None:
    return None if name in known else (f"There is no {what} {name}.{nearest(name, known)}", missing(what, name))


def _condition(event: Event, material: Material) -> Iterator[EventFault]:
    if event.happening not in ("started", "completed"):
        message = f"A condition reads answers, so it has no place after {event.happening} {event.process}."
        yield EventFault("unknown-name", message)
        return
    drawing = material.drawings[event.process]
    read = {path: _field(path, event, drawing, material) for path in sorted(names_read(event.condition))}
    for path, found in read.items():
        yield from _name(path, found, event, drawing, material)
    for path, value in sorted(values_compared(event.condition)):
        if message := wrong_value(path, value, read.get(path)):
            question = f"{event.process}.{_full(path, event)}"
            yield EventFault("unknown-value", message, missing_value(question, value))
    kinds_of = kinds_in(drawing, material)
    for message in kind_faults(event.condition, lambda path: kinds_of(_full(path, event)), TRUTH):
        yield EventFault("wrong-kind", message)


def _field(path: str, event: Event, drawing: Drawing, material: Material) -> dict[str, Any] | str:
    """A bare name is a decision of the completed task."""
    if "." not in path and not event.task:
        return f"{path}: only a completed task has answers; write start.{path} or task.{path}."
    found = field_read(_full(path, event), drawing, material)
    is_bare = isinstance(found, str) and path in bare_names(event.condition)
    return f"{found}{as_text(path)}" if is_bare else found


def _name(
    path: str, found: dict[str, Any] | str, event: Event, drawing: Drawing, material: Material
) -> Iterator[EventFault]:
    if isinstance(found, str):
        yield EventFault("unknown-name", found, missing_name(_full(path, event), drawing, material))
    elif path not in paths_tested(event.condition):
        done = graph_of(drawing).done_before()[event.task] | {event.task} if event.task else frozenset[str]()
        problem = unsure(_full(path, event), drawing, material, done)
        if problem:
            rule, message, cause = problem
            yield EventFault(rule, message, cause)


def _full(path: str, event: Event) -> str:
    return path if "." in path else f"{event.task}.{path}"
