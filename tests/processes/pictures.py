"""What makes a drawing hard to read, measured on its picture: too wide, things on top of each other, crossings."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import NamedTuple

from lxml import etree

from engine.process.drawing import BPMN
from engine.process.safe_xml import XmlElement

DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
WAYPOINT = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
MOST_COLUMNS = 12
SAME_COLUMN = 40
"""Centres nearer than this (in the units of the picture) stand in one column."""


class Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def holds(self, other: "Box") -> bool:
        return (
            self.left <= other.left
            and self.top <= other.top
            and other.right <= self.right
            and other.bottom <= self.bottom
        )


class Line(NamedTuple):
    """One straight stretch of a flow, as the box around it: it has no width one way."""

    flow: str
    box: Box


@dataclass(frozen=True)
class Picture:
    shapes: dict[str, Box]
    labels: dict[str, Box]
    lanes: dict[str, Box]
    lines: tuple[Line, ...]
    ends: dict[str, tuple[str, str]]
    hosts: dict[str, str]


def read_picture(content: bytes) -> Picture:
    root = etree.fromstring(content)
    frames = {node.get("id", "") for kind in ("lane", "participant") for node in root.iter(BPMN + kind)}
    boxes = {shape.get("bpmnElement", ""): _box(shape) for shape in root.iter(f"{DI}BPMNShape")}
    flows = {flow.get("id", ""): flow for flow in root.iter(f"{BPMN}sequenceFlow")}
    return Picture(
        shapes={name: box for name, box in boxes.items() if name not in frames},
        labels=dict(_labels(root)),
        lanes={lane.get("id", ""): boxes[lane.get("id", "")] for lane in root.iter(f"{BPMN}lane")},
        lines=tuple(line for edge in root.iter(f"{DI}BPMNEdge") for line in _lines(edge)),
        ends={name: (flow.get("sourceRef", ""), flow.get("targetRef", "")) for name, flow in flows.items()},
        hosts={event.get("id", ""): event.get("attachedToRef", "") for event in root.iter(f"{BPMN}boundaryEvent")},
    )


def complaints(picture: Picture) -> list[str]:
    return [
        *_too_wide(picture),
        *_outside(picture),
        *_on_top(picture),
        *_through_shapes(picture),
        *_slanted(picture),
        *_crossings(picture),
        *_hosts(picture),
    ]


def _too_wide(picture: Picture) -> Iterator[str]:
    columns = 0
    last = float("-inf")
    standing = (box for name, box in picture.shapes.items() if name not in picture.hosts)
    for middle in sorted((box.left + box.right) / 2 for box in standing):
        if middle - last > SAME_COLUMN:
            columns += 1
            last = middle
    if columns > MOST_COLUMNS:
        yield f"{columns} columns"


def _outside(picture: Picture) -> Iterator[str]:
    for name, box in [*picture.shapes.items(), *picture.labels.items()]:
        if name not in picture.ends and not any(lane.holds(box) for lane in picture.lanes.values()):
            yield f"{name} stands in no lane, or across two"


def _on_top(picture: Picture) -> Iterator[str]:
    things = [*picture.shapes.items(), *picture.labels.items()]
    for (one, box), (other, another) in combinations(things, 2):
        attached = picture.hosts.get(one) == other or picture.hosts.get(other) == one
        if one != other and not attached and box.meets(another):
            yield f"{one} lies on {other}"


def _through_shapes(picture: Picture) -> Iterator[str]:
    for line in picture.lines:
        for name, box in picture.shapes.items():
            if name not in picture.ends[line.flow] and line.box.meets(box):
                yield f"{line.flow} runs through {name}"
        for name, box in picture.labels.items():
            if line.box.meets(box):
                yield f"{line.flow} runs through the label of {name}"


def _slanted(picture: Picture) -> Iterator[str]:
    for line in picture.lines:
        if line.box.left != line.box.right and line.box.top != line.box.bottom:
            yield f"{line.flow} is not drawn at right angles"


def _crossings(picture: Picture) -> Iterator[str]:
    """Flows that leave one element may run together; others may not touch."""
    for one, other in combinations(picture.lines, 2):
        if one.flow != other.flow and not _share_an_end(picture, one.flow, other.flow) and one.box.meets(other.box):
            yield f"{one.flow} crosses {other.flow}"


def _hosts(picture: Picture) -> Iterator[str]:
    for event, task in picture.hosts.items():
        middle = (picture.shapes[event].top + picture.shapes[event].bottom) / 2
        if middle != picture.shapes[task].bottom:
            yield f"{event} does not stand on the lower edge of {task}"


def _share_an_end(picture: Picture, one: str, other: str) -> bool:
    return bool(set(picture.ends[one]) & set(picture.ends[other]))


def _box(shape: XmlElement) -> Box:
    bounds = shape.find(f"{DC}Bounds")
    assert bounds is not None
    left, top, width, height = (float(bounds.get(name, "nan")) for name in ("x", "y", "width", "height"))
    return Box(left, top, left + width, top + height)


def _labels(root: XmlElement) -> Iterator[tuple[str, Box]]:
    for kind in ("BPMNShape", "BPMNEdge"):
        for shape in root.iter(DI + kind):
            label = shape.find(f"{DI}BPMNLabel")
            if label is not None:
                yield shape.get("bpmnElement", ""), _box(label)


def _lines(edge: XmlElement) -> Iterator[Line]:
    points = [(float(point.get("x", "nan")), float(point.get("y", "nan"))) for point in edge.iterfind(WAYPOINT)]
    for (x, y), (next_x, next_y) in pairwise(points):
        yield Line(edge.get("bpmnElement", ""), Box(min(x, next_x), min(y, next_y), max(x, next_x), max(y, next_y)))
