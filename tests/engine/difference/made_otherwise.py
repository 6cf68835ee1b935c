"""One thing of the shipped bundle made otherwise, and what is then said."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from engine.difference.between_models import differences_between
from engine.difference.model_difference import ModelDifference
from engine.process.bundle import Model
from engine.process.drawing import Drawing, Element, Flow
from tests.builders import shipped_model

PROCESS, TASK, CLOCK = "assessment", "authorise_assessment", "assessment"
FORM_PATH = f"forms/{PROCESS}/write_assessment.json"
UNSAID = frozenset({"id", "line", "specifications", "hash", "table", "renames"})
"""Of each kind of thing what is not said: an id is how it is known again, a line is where it stands in the file, and
what engine/process/specifications.py makes is read from the drawings; renames explain what is called otherwise. Of
tables: test_decided_differences.py.
"""


def said(new: Model, old: Model | None = None) -> tuple[ModelDifference, ...]:
    return differences_between(old or shipped_model(), replace(new, hash="other"))


def sentences(new: Model) -> list[str]:
    return [one.words for one in said(new)]


def with_drawing(drawing: Drawing) -> Model:
    model = shipped_model()
    return replace(model, drawings={**model.drawings, drawing.process: drawing})


def with_element(element: Element, process: str = PROCESS) -> Model:
    drawing = shipped_model().drawings[process]
    return with_drawing(replace(drawing, elements={**drawing.elements, element.id: element}))


def with_flow(flow: Flow, place: str) -> Model:
    drawing = shipped_model().drawings[PROCESS]
    return with_drawing(replace(drawing, flows=tuple(flow if one.id == place else one for one in drawing.flows)))


def with_form(form: Mapping[str, Any]) -> Model:
    return replace(shipped_model(), forms={**shipped_model().forms, FORM_PATH: form})
