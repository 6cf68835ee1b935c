"""The pictures: every shape, name and flow of every shipped drawing is on its picture, and the path is marked."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from engine.export.picture import TakenPath, picture, taken_path
from engine.export.stored import StoredCase
from engine.export.symbols import LOOKS
from engine.export.telling import Telling
from engine.export.told import NarratedProcess
from engine.process.bundle import ROLES, read_bundle
from engine.process.drawing import Drawing
from tests.builders import MONDAY, shipped, shipped_model

SVG = "{http://www.w3.org/2000/svg}"
NOTHING = TakenPath({}, frozenset(), frozenset())
TAKEN, OPEN = LOOKS["taken"][0], LOOKS["open"][0]


def stage(drawing: Drawing) -> NarratedProcess:
    content = shipped()[drawing.file]
    return NarratedProcess("1", 1, drawing.name, drawing.process, "", drawing, content, "running", MONDAY, None)


def texts(root: Any) -> str:
    return " ".join("".join(text.itertext()) for text in root.iter(f"{SVG}text"))


def edges(root: Any) -> list[Any]:
    return [line for line in root.iter(f"{SVG}polyline") if line.get("stroke-width")]


def test_lanes_are_named_as_the_roles_of_the_bundle() -> None:
    files = {**shipped(), ROLES: shipped()[ROLES].replace(b'"Team manager"', b'"Practice manager"')}
    drawing = read_bundle(files).drawings["referral"]
    said = texts(picture(stage(drawing), NOTHING))
    assert "Practice manager" in said
    assert "Team manager" not in said


@pytest.mark.parametrize("process", sorted(shipped_model().drawings))
def test_everything_on_a_drawing_is_on_its_picture(process: str) -> None:
    drawing = shipped_model().drawings[process]
    root = picture(stage(drawing), NOTHING)
    words = texts(root).split()
    for named in (*drawing.elements.values(), *drawing.flows):
        assert set(named.name.split()) <= set(words), named.name
    assert set(" ".join(drawing.lanes.values()).split()) <= set(words)
    assert len(edges(root)) == len(drawing.flows)
    looks = [shape for shape in root if shape.get("fill") == LOOKS[""][0] and shape.get("stroke")]
    assert len(looks) == len(drawing.elements)
    left, top, width, height = map(float, root.get("viewBox", "").split())
    for shape in root.iter(f"{SVG}rect"):
        assert left <= float(shape.get("x", "")) <= left + width
        assert top <= float(shape.get("y", "")) <= top + height


def test_the_way_is_marked_and_numbered(long_case: tuple[StoredCase, datetime]) -> None:
    stored, at = long_case
    told = Telling(stored, at, redacted=False).told()
    for one in told.stages:
        path = taken_path(one, told.steps)
        root = picture(one, path)
        marked = [shape for shape in root if shape.get("fill") == TAKEN]
        assert len(marked) == len(set(path.passed) - path.open)
        thick = [line for line in edges(root) if line.get("stroke-width") == "3.5"]
        assert len(thick) == len(path.flows)
        for acts in path.passed.values():
            assert str(acts[0]) in texts(root).split()


def test_an_open_task_is_marked_as_open(long_case: tuple[StoredCase, datetime]) -> None:
    stored, at = long_case
    told = Telling(stored, at, redacted=False).told()
    one = replace(told.stages[0], status="running")
    task = next(step for step in told.steps if step.stage == 1 and step.kind == "opened")
    until = [step for step in told.steps if step.number <= task.number]
    path = taken_path(one, until)
    assert task.element in path.open
    assert [shape for shape in picture(one, path) if shape.get("fill") == OPEN]
    assert taken_path(replace(one, status="ended"), until).open == frozenset()


def test_many_passings_are_shortened(long_case: tuple[StoredCase, datetime]) -> None:
    one = Telling(long_case[0], long_case[1], redacted=False).told().stages[0]
    element = next(iter(one.drawing.elements))
    assert "11 22 33 …" in texts(picture(one, TakenPath({element: (11, 22, 33, 44)}, frozenset(), frozenset())))
