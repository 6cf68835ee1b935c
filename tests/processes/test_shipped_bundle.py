"""The drawings, forms and tables that are shipped: nothing for the linter to say, nothing to stumble over."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from engine.forms.checks import KNOWN_CHECKS
from engine.lint import lint
from tests.builders import shipped
from tests.processes.pictures import Box, Line, Picture, complaints, read_picture

DRAWINGS = tuple(path for path in sorted(shipped()) if path.endswith(".bpmn"))


def test_the_linter_finds_nothing_in_the_shipped_bundle() -> None:
    found = lint(shipped(), known_checks=KNOWN_CHECKS)

    assert [str(finding) for finding in found] == []


@pytest.mark.parametrize("path", DRAWINGS)
def test_a_picture_can_be_read(path: str) -> None:
    assert complaints(read_picture(shipped()[path])) == []


def referral() -> Picture:
    return read_picture(shipped()["processes/referral/referral.bpmn"])


def moved(box: Box, *, right: float = 0, down: float = 0) -> Box:
    return Box(box.left + right, box.top + down, box.right + right, box.bottom + down)


def with_shape(picture: Picture, name: str, box: Box) -> Picture:
    return replace(picture, shapes={**picture.shapes, name: box})


def with_line(picture: Picture, flow: str, box: Box) -> Picture:
    return replace(picture, lines=(*picture.lines, Line(flow, box)))


def spoilt_pictures() -> Iterator[tuple[str, Picture]]:
    picture = referral()
    task, label = picture.shapes["decide_response"], picture.labels["clarified"]
    above = Box(task.left - 20, task.top + 10, task.right + 20, task.top + 10)
    through_label = Box(label.left - 5, label.top + 2, label.right + 5, label.top + 2)
    arrow = next(line.box for line in picture.lines if line.flow == "clarify_referral_to_known_child")
    middle = (arrow.left + arrow.right) / 2
    other = "feed_back_to_referrer_to_referrer_told"
    yield "lies on", with_shape(picture, "clarify_referral", moved(task, right=10))
    yield "lies on", replace(picture, labels={**picture.labels, "clarified": task})
    yield "in no lane", with_shape(picture, "referral_received", moved(task, right=5000))
    yield "runs through decide_response", with_line(picture, other, above)
    yield "runs through the label", with_line(picture, other, through_label)
    yield "crosses", with_line(picture, other, Box(middle, arrow.top - 5, middle, arrow.top + 5))
    yield "right angles", with_line(picture, other, Box(0, 0, 5, 5))
    yield "13 columns", replace(picture, shapes={str(n): Box(n * 50, 0, n * 50 + 10, 9) for n in range(13)})
    yield "lower edge", replace(picture, hosts={"acknowledged": "acknowledge_referral"})


@pytest.mark.parametrize(("complaint", "picture"), list(spoilt_pictures()))
def test_a_spoilt_picture_is_complained_about(complaint: str, picture: Picture) -> None:
    assert any(complaint in one for one in complaints(picture))
