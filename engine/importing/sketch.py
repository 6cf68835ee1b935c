"""A drawing while it is brought in: the shapes, flows and notes of one process, between the old file and the new."""

from dataclasses import dataclass, field

from engine.importing.foreign_questions import ForeignForm
from engine.process.safe_xml import XmlElement


@dataclass(slots=True)
class Shape:
    """A task, event or gateway. `source` is its id in the file, `id` the new one; `lane` the id of a lane.

    `does` is what an event does or waits for: "message", "signal", "timer", "terminate" or nothing, and `of` which
    message, signal or clock.
    """

    node: XmlElement
    source: str
    kind: str
    name: str
    id: str = ""
    lane: str = ""
    does: str = ""
    of: str = ""
    attached_to: str = ""
    interrupting: bool = True
    default: str = ""
    cardinality: str | None = None
    documentation: str = ""
    properties: dict[str, str] = field(default_factory=dict[str, str])
    form: ForeignForm | None = None


@dataclass(slots=True)
class Way:
    """A sequence flow, from shape to shape."""

    node: XmlElement
    source: str
    start: Shape
    end: Shape
    name: str
    id: str = ""
    condition: str | None = None
    documentation: str = ""


@dataclass(slots=True)
class Note:
    """Words beside the flow; `about` are the ids in the file of what it is tied to, by the id of its association."""

    node: XmlElement
    source: str
    text: str
    id: str = ""
    about: list[str] = field(default_factory=list[str])


@dataclass(slots=True)
class LaneSketch:
    """`source` is its id in the file; empty where the file drew none."""

    id: str
    name: str
    source: str = ""


@dataclass(slots=True)
class Sketch:
    """One process. `old_id` is its id in the file, `pool` the id of its pool there."""

    node: XmlElement
    old_id: str
    pool: str
    id: str
    name: str
    shapes: dict[str, Shape]
    ways: list[Way]
    notes: list[Note]
    documentation: str = ""
    lanes: list[LaneSketch] = field(default_factory=list[LaneSketch])
    messages: dict[str, str] = field(default_factory=dict[str, str])
    signals: dict[str, str] = field(default_factory=dict[str, str])

    def in_lane(self, lane: str) -> list[Shape]:
        return [shape for shape in self.shapes.values() if shape.lane == lane]
