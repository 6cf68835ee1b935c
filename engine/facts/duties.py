"""What the guidance asks, and where it is fulfilled: the questions, forms and shapes that name a duty."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.forms.questions import Schema, names_in
from engine.process.bundle import Model

NOW = "now"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """`element` is a task, or `start` for the form that starts the process; `field` is empty for the whole of it."""

    process: str
    element: str
    field: str = ""


def fulfilled(model: Model) -> Mapping[str, tuple[Place, ...]]:
    """By duty, in order of process and task."""
    found: dict[str, set[Place]] = defaultdict(set)
    for place, duty in (*_in_drawings(model), *_in_forms(model)):
        found[duty].add(place)
    return {duty: tuple(sorted(places)) for duty, places in found.items()}


def _in_drawings(model: Model) -> Iterator[tuple[Place, str]]:
    for process, drawing in model.drawings.items():
        for element in drawing.elements.values():
            for duty in element.properties.get("duty", "").split():
                yield Place(process, element.id), duty


def _in_forms(model: Model) -> Iterator[tuple[Place, str]]:
    for path, form in model.forms.items():
        _, process, file = path.split("/")
        element = file.removesuffix(".json")
        for duty in names_in(form.get("x-duty", ())):
            yield Place(process, element), duty
        for field, duty in _in_fields(form):
            yield Place(process, element, field), duty


def _in_fields(form: Schema) -> Iterator[tuple[str, str]]:
    """Of the questions, and of those asked of each item of a list."""
    for field, schema in form.get("properties", {}).items():
        for duty in names_in(schema.get("x-duty", ())):
            yield field, duty
        for inner, duty in _in_fields(schema.get("items", {})):
            yield f"{field}.{inner}", duty
