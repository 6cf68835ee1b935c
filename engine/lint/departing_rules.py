"""What a form says of proceeding differently at its task (`x-departures`) can be meant, and says why where it forbids.

Whoever judges the work of others is not passed over, nor done a second time: nobody would judge it.
"""

from collections.abc import Iterator, Mapping

from engine.forms.departure_rules import BECAUSE, DEPARTURES, HOWS, NEVER
from engine.lint.form_file import START, FormFile
from engine.lint.lint_problems import LintProblem
from engine.lint.material import Material
from engine.process.drawing import Element


def check(form: FormFile, material: Material) -> Iterator[LintProblem]:
    drawing = material.drawings.get(form.process)
    task = drawing.elements.get(form.task) if drawing and form.task != START else None
    for message in _faults(form, task):
        yield form.fault("departures", (DEPARTURES,), message[0].upper() + message[1:])


def _faults(form: FormFile, task: Element | None) -> Iterator[str]:
    said = form.schema.get(DEPARTURES, {})
    if form.task == START and said:
        yield "what begins a process is no step of it: take it out."
        return
    never = NEVER in said.values()
    if never and not said.get(BECAUSE):
        yield f"say why it is never possible, in words for whoever wants to ({BECAUSE})."
    if said.get(BECAUSE) and not never:
        yield f"everything is possible, so that nobody reads {BECAUSE}: take it out."
    if task is not None:
        yield from _of_task(said, task)


def _of_task(said: Mapping[str, str], task: Element) -> Iterator[str]:
    if "not_by" in task.properties and any(said.get(how, NEVER) != NEVER for how in HOWS):
        yield f"it judges the work of others (not_by), so that {', '.join(HOWS)} are never possible."
