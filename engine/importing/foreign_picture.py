"""Where everything stands in the picture of another tool."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.lint.allowed_xml import PICTURE
from engine.lint.shape_rules import DrawnBox
from engine.process.safe_xml import XmlElement

_FURTHEST = 100_000
_MOST_POINTS = 200
Point = tuple[float, float]


@dataclass(slots=True)
class DrawnPicture:
    """Boxes of shapes, ways of flows and places of labels, by id."""

    boxes: dict[str, DrawnBox] = field(default_factory=dict[str, DrawnBox])
    ways: dict[str, list[Point]] = field(default_factory=dict[str, list[Point]])
    labels: dict[str, DrawnBox] = field(default_factory=dict[str, DrawnBox])
    upright: set[str] = field(default_factory=set[str])


def read_picture(root: XmlElement) -> DrawnPicture:
    """By the ids of the file; what has no place that can be drawn is not in it."""
    picture = DrawnPicture()
    for shape in root.iter(f"{PICTURE[0]}BPMNShape"):
        name, box = shape.get("bpmnElement", ""), _box(shape.find(f"{PICTURE[1]}Bounds"))
        if box is not None:
            picture.boxes.setdefault(name, box)
        if shape.get("isHorizontal") == "false":
            picture.upright.add(name)
        _label(picture, name, shape)
    for edge in root.iter(f"{PICTURE[0]}BPMNEdge"):
        name, points = edge.get("bpmnElement", ""), list(_points(edge))
        if 1 < len(points) <= _MOST_POINTS:
            picture.ways.setdefault(name, points)
        _label(picture, name, edge)
    return picture


def _label(picture: DrawnPicture, name: str, node: XmlElement) -> None:
    box = _box(node.find(f"{PICTURE[0]}BPMNLabel/{PICTURE[1]}Bounds"))
    if box is not None:
        picture.labels.setdefault(name, box)


def _points(edge: XmlElement) -> Iterator[Point]:
    for one in edge.iterchildren(f"{PICTURE[2]}waypoint"):
        found = _numbers(one, "x", "y")
        if found is not None:
            yield found[0], found[1]


def _box(bounds: XmlElement | None) -> DrawnBox | None:
    found = None if bounds is None else _numbers(bounds, "x", "y", "width", "height")
    if found is None or found[2] <= 0 or found[3] <= 0:
        return None
    return DrawnBox(*found)


def _numbers(node: XmlElement, *names: str) -> list[float] | None:
    try:
        found = [float(node.get(name, "")) for name in names]
    except ValueError:
        return None
    return found if all(math.isfinite(one) and abs(one) < _FURTHEST for one in found) else None


def around(boxes: list[DrawnBox], margin: float = 0) -> DrawnBox:
    """The smallest box that holds them all, with room on each side."""
    left, top = min(box.left for box in boxes) - margin, min(box.top for box in boxes) - margin
    right = max(box.left + box.width for box in boxes) + margin
    bottom = max(box.top + box.height for box in boxes) + margin
    return DrawnBox(left, top, right - left, bottom - top)
