"""A drawing as a picture: SVG from the diagram interchange of the BPMN file, with the path that was taken marked.

The symbols are those of BPMN 2.0 (ISO/IEC 19510). What was taken is told by thickness and number, not by colour alone.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.export.markup import drawn
from engine.export.symbols import label, symbol
from engine.export.told import NarratedProcess, NarratedStep
from engine.process.drawing import BPMN, RULE_TASK, Drawing, Element, parse_xml
from engine.process.safe_xml import XmlElement

DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
WAYPOINT = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
MARGIN = 20
MOST_NUMBERS = 3
ARROW = 9
INK, PALE, TAKEN = "#0b0c0c", "#6f777b", "#00592f"
PLACED = ("completed", "passed")


@dataclass(frozen=True, slots=True)
class Box:
    """In the units of the drawing, pixels."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class TakenPath:
    """By element the numbers of the acts that passed it; the flows taken; the tasks that are open at the end."""

    passed: Mapping[str, tuple[int, ...]]
    flows: frozenset[str]
    open: frozenset[str]


def taken_path(stage: NarratedProcess, steps: Sequence[NarratedStep]) -> TakenPath:
    """Up to where it went over to other models, if it did; on these, what was passed before counts too."""
    own = [step for step in steps if step.stage == stage.number and step.number < stage.until]
    passed: dict[str, dict[int, None]] = {}
    opened: dict[str, int] = {}
    for step in own:
        if step.kind in PLACED and step.element:
            passed.setdefault(step.element, {})[step.act] = None
        opened[step.element] = opened.get(step.element, 0) + _opens(step)
        if step.renamed:
            opened = {step.renamed.get(element, element): count for element, count in opened.items()}
    return TakenPath(
        passed={element: tuple(acts) for element, acts in passed.items()},
        flows=frozenset(flow for step in own for flow in step.flows),
        open=frozenset(element for element, count in opened.items() if count > 0 and stage.status == "running"),
    )


def picture(stage: NarratedProcess, path: TakenPath) -> XmlElement:
    """The whole drawing of a stage as one `svg` element."""
    root = parse_xml(stage.drawn, stage.drawing.file)
    boxes = {shape.get("bpmnElement", ""): _box(shape) for shape in root.iter(f"{DI}BPMNShape")}
    frame = _frame(boxes.values())
    return drawn(
        "svg",
        drawn("title", f"{stage.name}: the drawing with the path that was taken"),
        drawn("rect", given=_area(frame), fill="#ffffff"),
        *_frames(root, stage.drawing, boxes),
        *_flows(root, stage.drawing, path),
        *_shapes(root, stage.drawing, boxes, path),
        *_labels(root, stage.drawing),
        *_numbers(boxes, path),
        given={"viewBox": f"{frame.x:g} {frame.y:g} {frame.width:g} {frame.height:g}", "role": "img"},
        width=f"{frame.width:g}",
        height=f"{frame.height:g}",
        font_family="Arial, Helvetica, sans-serif",
    )


def _opens(step: NarratedStep) -> int:
    return 1 if step.kind == "opened" else -1 if step.kind in ("completed", "withdrawn") else 0


def _frames(root: XmlElement, drawing: Drawing, boxes: Mapping[str, Box]) -> Iterator[XmlElement]:
    """The pool and its lanes, each with its name along the left edge."""
    for kind in ("participant", "lane"):
        for frame in root.iter(BPMN + kind):
            box = boxes.get(frame.get("id", ""))
            if box is None:
                continue
            middle = f"{box.x + 15:g} {box.y + box.height / 2:g}"
            yield drawn("rect", given=_area(box), fill="none", stroke=PALE)
            yield drawn(
                "text",
                drawing.lanes.get(frame.get("id", ""), frame.get("name", "")),
                given={"transform": f"translate({middle}) rotate(-90)", "text-anchor": "middle"},
                font_size="12",
                fill=INK,
            )


def _flows(root: XmlElement, drawing: Drawing, path: TakenPath) -> Iterator[XmlElement]:
    """Those that were taken last, so that they lie above the others."""
    edges = [
        edge for edge in root.iter(f"{DI}BPMNEdge") if edge.get("bpmnElement") in {one.id for one in drawing.flows}
    ]
    for edge in sorted(edges, key=lambda edge: edge.get("bpmnElement") in path.flows):
        points = [(_number(point, "x"), _number(point, "y")) for point in edge.iterfind(WAYPOINT)]
        taken = edge.get("bpmnElement") in path.flows
        colour = TAKEN if taken else PALE
        line = " ".join(f"{x:g},{y:g}" for x, y in points)
        yield drawn("polyline", points=line, fill="none", stroke=colour, stroke_width="3.5" if taken else "1.2")
        yield drawn("polygon", points=_head(points[-2], points[-1]), fill=colour)


def _head(before: tuple[float, float], end: tuple[float, float]) -> str:
    """The arrow at the end of a flow."""
    (x0, y0), (x, y) = before, end
    length = ((x - x0) ** 2 + (y - y0) ** 2) ** 0.5 or 1
    along, across = ((x - x0) / length, (y - y0) / length), (-(y - y0) / length, (x - x0) / length)
    corners = [(x, y)] + [
        (x - ARROW * along[0] + side * ARROW / 2 * across[0], y - ARROW * along[1] + side * ARROW / 2 * across[1])
        for side in (1, -1)
    ]
    return " ".join(f"{a:.1f},{b:.1f}" for a, b in corners)


def _shapes(root: XmlElement, drawing: Drawing, boxes: Mapping[str, Box], path: TakenPath) -> Iterator[XmlElement]:
    definitions = _definitions(root)
    for element in drawing.elements.values():
        if element.id in boxes:
            box = boxes[element.id]
            look = "open" if element.id in path.open else "taken" if element.id in path.passed else ""
            yield from symbol(element, definitions.get(element.id, ""), (box.x, box.y, box.width, box.height), look)


def _definitions(root: XmlElement) -> dict[str, str]:
    """What kind of event an element is: “message”, “timer”, “signal”, “terminate”."""
    ending = "EventDefinition"
    return {
        parent.get("id", ""): child.tag.removeprefix(BPMN).removesuffix(ending)
        for parent in root.iter(f"{BPMN}*")
        for child in parent
        if child.tag.endswith(ending)
    }


def _labels(root: XmlElement, drawing: Drawing) -> Iterator[XmlElement]:
    """Beside events, gateways and flows: where the file puts them."""
    names = {one.id: one.name for one in (*drawing.elements.values(), *drawing.flows)}
    for shape in (*root.iter(f"{DI}BPMNShape"), *root.iter(f"{DI}BPMNEdge")):
        place, name = shape.find(f"{DI}BPMNLabel"), names.get(shape.get("bpmnElement", ""), "")
        if place is not None and name and not _is_task(drawing.elements.get(shape.get("bpmnElement", ""))):
            box = _box(place)
            yield from label(name, (box.x, box.y, box.width, box.height), INK)


def _is_task(element: Element | None) -> bool:
    return element is not None and element.kind in ("userTask", RULE_TASK)


def _numbers(boxes: Mapping[str, Box], path: TakenPath) -> Iterator[XmlElement]:
    """The acts that passed an element, left of its upper corner, where no label lies; the page lists them all."""
    for element, acts in path.passed.items():
        if element not in boxes:
            continue
        box = boxes[element]
        words = " ".join(str(act) for act in acts[:MOST_NUMBERS]) + (" …" if len(acts) > MOST_NUMBERS else "")
        width = 7 * len(words) + 8
        place = Box(box.x - width + 6, box.y - 3, width, 16)
        yield drawn("rect", given=_area(place), rx="3", fill=TAKEN)
        yield drawn(
            "text",
            words,
            given={"x": f"{place.x + width / 2:g}", "y": f"{place.y + 12:g}", "text-anchor": "middle"},
            font_size="11",
            font_weight="bold",
            fill="#ffffff",
        )


def _box(shape: XmlElement) -> Box:
    bounds = shape.find(f"{DC}Bounds")
    if bounds is None:
        return Box(0, 0, 0, 0)
    return Box(*(_number(bounds, name) for name in ("x", "y", "width", "height")))


def _number(node: XmlElement, name: str) -> float:
    return float(node.get(name, "0"))


def _frame(boxes: Iterable[Box]) -> Box:
    """Around everything, with a margin."""
    corners = [(box.x, box.y, box.x + box.width, box.y + box.height) for box in boxes] or [(0.0, 0.0, 0.0, 0.0)]
    left, top = min(one[0] for one in corners) - MARGIN, min(one[1] for one in corners) - MARGIN
    right, bottom = max(one[2] for one in corners) + MARGIN, max(one[3] for one in corners) + MARGIN
    return Box(left, top, right - left, bottom - top)


def _area(box: Box) -> dict[str, str]:
    return {name: f"{getattr(box, name):g}" for name in ("x", "y", "width", "height")}
