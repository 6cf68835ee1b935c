"""What a publication changed for those who do the tasks: each difference in words, with the tasks that it touches and
the roles that have to know it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.difference.between_models import differences_between
from engine.difference.model_difference import Mark, ModelDifference
from engine.forms.duty_judgement import JUDGING
from engine.forms.questions import names_in
from engine.process.bundle import ANY_AGENCY, START, Model
from engine.process.drawing import Element

TaskId = tuple[str, str]
"""Process and task, or `start` for the form that begins the process."""


@dataclass(frozen=True, slots=True)
class NewsBetween:
    """`tasks` are those that it is about, each as `process.task`; `roles` whoever does them, or has a part in what it
    is about.
    """

    words: str
    tasks: tuple[str, ...]
    roles: tuple[str, ...]

    def told(self) -> Mapping[str, Any]:
        """As JSON has it."""
        return {"words": self.words, "tasks": [*self.tasks], "roles": [*self.roles]}


def news_between(old: Model, new: Model) -> tuple[NewsBetween, ...]:
    """In the order of the differences; without what touches nobody’s work."""
    every = (_news(old, new, one) for one in differences_between(old, new))
    return tuple(one for one in every if one.roles)


def _news(old: Model, new: Model, one: ModelDifference) -> NewsBetween:
    tasks = sorted(set(_tasks(old, new, one)))
    roles = {role for model in (old, new) for task in tasks for role in _done_by(model, *task)}
    if one.about == "process":
        drawings = (model.drawings.get(one.process) for model in (old, new))
        roles |= {role for drawing in drawings if drawing for role in drawing.lanes}
    return NewsBetween(one.words, tuple(map(".".join, tasks)), tuple(sorted(roles)))


def _tasks(old: Model, new: Model, one: ModelDifference) -> Iterator[TaskId]:
    match one.about:
        case "element":
            yield from _tasks_at(old, new, [(one.process, one.subject)])
        case "form" | "question":
            yield one.process, one.subject.partition(".")[0]
        case "time limit":
            yield from _tasks_at(old, new, map(_place, one.marks))
        case "duty" if one.process:
            yield from _tasks_at(old, new, map(_place, one.marks))
        case "duty":
            yield from (task for model in (old, new) for task in _about_duty(model, one.subject))
        case _:
            return


def _place(mark: Mark) -> TaskId:
    return mark.process, mark.element


def _tasks_at(old: Model, new: Model, places: Iterable[TaskId]) -> Iterator[TaskId]:
    """The tasks among these shapes, and those to which one of them is bound."""
    for process, shape in places:
        for model in (old, new):
            element = _element(model, process, shape)
            host = _element(model, process, element.attached_to) if element and element.attached_to else element
            if host is not None and host.kind == "userTask":
                yield process, host.id


def _element(model: Model, process: str, element: str) -> Element | None:
    drawing = model.drawings.get(process)
    return drawing.elements.get(element) if drawing else None


def _about_duty(model: Model, duty: str) -> Iterator[TaskId]:
    for path, form in model.forms.items():
        if duty in names_in(form.get("x-duty", ())) or any(duty in form.get(table, ()) for table in JUDGING):
            process, _, task = path.removeprefix("forms/").removesuffix(".json").partition("/")
            yield process, task


def _done_by(model: Model, process: str, task: str) -> Iterator[str]:
    drawing = model.drawings.get(process)
    if drawing is None:
        return
    if task == START:
        begins = (one for one in drawing.elements.values() if one.kind == "startEvent")
        yield from (role for one in begins for role in one.properties.get("started_by", "").split())
    elif task in drawing.elements:
        yield from _of_task(model, drawing.elements[task])


def _of_task(model: Model, task: Element) -> Iterator[str]:
    if task.lane == ANY_AGENCY[0]:
        yield from (agency.role for agency in model.agencies.values())
    elif task.lane:
        yield task.lane
    yield from task.properties.get("also", "").split()
