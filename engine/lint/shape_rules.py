"""What each shape needs by itself: an id, a name, a picture, and something declared behind each reference."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from engine.lint.allowed_xml import PICTURE
from engine.lint.lint_problems import LintProblem
from engine.lint.material import fault, missing_flow, of_kind
from engine.process.drawing import BPMN, RULE_TASK, Drawing, Element, Flow, line_of, local_name
from engine.process.drawn_names import LONGEST_NAME
from engine.process.kind_words import kind_in_plain_words
from engine.process.plain_ids import RESERVED, is_plain
from engine.process.safe_xml import XmlElement

_NAMED_IN_WORDS = ("process", "lane", "message", "signal")
_NAMED = ("userTask", RULE_TASK, "startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent")


def check(root: XmlElement, drawing: Drawing) -> Iterator[LintProblem]:
    yield from _ids(root, drawing)
    yield from _names(drawing)
    yield from _references(root, drawing)
    yield from _participant(root, drawing)
    yield from _picture(root, drawing)
    boxes = _boxes(root)
    yield from _lanes(boxes, drawing)
    yield from _over_another(boxes, drawing)


def _ids(root: XmlElement, drawing: Drawing) -> Iterator[LintProblem]:
    words = {node for kind in _NAMED_IN_WORDS for node in root.iter(BPMN + kind)}
    seen: set[str] = set()
    for node in root.iterfind(".//*[@id]"):
        node_id = node.get("id", "")
        if node_id in seen:
            message = "Another element has this id: give each its own."
            yield LintProblem(drawing.file, node_id, line_of(node), message, "duplicate-id")
        elif (node in words or node_id in drawing.elements) and not is_plain(node_id):
            message = "Write the id in small letters and digits, words joined by single underscores."
            yield LintProblem(drawing.file, node_id, line_of(node), message, "bad-id")
        seen.add(node_id)
    yield from _reserved(drawing)


def _reserved(drawing: Drawing) -> Iterator[LintProblem]:
    for task in of_kind(drawing, "userTask", RULE_TASK):
        if task.id in RESERVED:
            yield fault("reserved-id", drawing, task, f"{task.id} has a meaning in expressions: choose another id.")


def _names(drawing: Drawing) -> Iterator[LintProblem]:
    for element in drawing.elements.values():
        splits = element.kind in ("exclusiveGateway", "eventBasedGateway") and len(drawing.outgoing(element.id)) > 1
        if (element.kind in _NAMED or splits) and not element.name.strip():
            question = "as a question" if splits else "as people say it"
            yield fault(
                "missing-name", drawing, element, f"Give this {kind_in_plain_words(element.kind)} a name, {question}."
            )
        for flow in drawing.outgoing(element.id) if splits and element.kind == "exclusiveGateway" else ():
            if not flow.name.strip():
                message = f"Write beside this way the answer to “{element.name or element.id}” that leads along it."
                yield fault("missing-name", drawing, flow, message)
    if not drawing.name.strip():
        yield fault("missing-name", drawing, None, "Give the process a name.")
    yield from _long_names(drawing)


def _long_names(drawing: Drawing) -> Iterator[LintProblem]:
    parts: list[Element | Flow] = [*drawing.elements.values(), *drawing.flows]
    for where, name in ((None, drawing.name), *((one, one.name) for one in parts)):
        if len(name) > LONGEST_NAME:
            message = f"Give it a shorter name: this has {len(name)} characters, and {LONGEST_NAME} are the most."
            yield fault("missing-name", drawing, where, message)


def _references(root: XmlElement, drawing: Drawing) -> Iterator[LintProblem]:
    for kind in ("message", "signal"):
        declared = {node.get("id"): node for node in root.iterchildren(BPMN + kind)}
        for node_id, node in declared.items():
            if node.get("name") != node_id:
                message = f"The name of a {kind} must be its id."
                yield LintProblem(drawing.file, node_id or "", line_of(node), message, "undeclared-reference")
        for definition in root.iter(f"{BPMN}{kind}EventDefinition"):
            reference = definition.get(f"{kind}Ref", "")
            if reference not in declared:
                message, element = _undeclared(kind, reference), _holder(definition)
                yield LintProblem(drawing.file, element, line_of(definition), message, "undeclared-reference")


def _undeclared(kind: str, reference: str) -> str:
    if not reference:
        return f"It names no {kind}: choose in the drawing which {kind} is meant."
    return f"The {kind} {reference} is not declared: add <bpmn:{kind}> with this id and name."


def _holder(node: XmlElement) -> str:
    parent = node.getparent()
    return "" if parent is None else parent.get("id", "")


def _participant(root: XmlElement, drawing: Drawing) -> Iterator[LintProblem]:
    shown = [node.get("processRef") for node in root.iterfind(f"{BPMN}collaboration/{BPMN}participant")]
    if shown != [drawing.process]:
        message = "Draw one pool (collaboration, participant) for this process."
        if len(shown) > 1 and drawing.process in shown:
            message = (
                f"There are {len(shown)} pools: keep the one of this process. Whoever the others are may be a lane."
            )
        yield fault("one-participant", drawing, None, message)


def _picture(root: XmlElement, drawing: Drawing) -> Iterator[LintProblem]:
    drawn = Counter(node.get("bpmnElement", "") for node in root.iter(*_PICTURES) if _has_place(node))
    pools = (node for node in root.iter(f"{BPMN}participant") if node.get("processRef") == drawing.process)
    shapes = [*pools, *root.iter(f"{BPMN}lane"), *_flow_nodes(root, drawing)]
    for node in shapes:
        node_id = node.get("id", "")
        if drawn[node_id] != 1:
            message = f"This {local_name(node)} is drawn {drawn[node_id]} times: it needs one place in the picture."
            yield LintProblem(drawing.file, node_id, line_of(node), message, "no-picture")
    known = {node.get("id", "") for node in root.iter("{*}*")}
    for node in root.iter(*_PICTURES):
        node_id = node.get("bpmnElement", "")
        if drawn[node_id] and node_id not in known:
            message = f"The picture shows {node_id}, which is not in the drawing: take it out."
            cause = missing_flow(drawing) if local_name(node) == "BPMNEdge" else ""
            yield LintProblem(drawing.file, node_id, line_of(node), message, "no-picture", cause=cause)


_PICTURES = (f"{PICTURE[0]}BPMNShape", f"{PICTURE[0]}BPMNEdge")


def _flow_nodes(root: XmlElement, drawing: Drawing) -> Iterator[XmlElement]:
    flows = {flow.id for flow in drawing.flows}
    for node in root.iterfind(f"{BPMN}process/{{*}}*"):
        if node.get("id", "") in flows or node.get("id", "") in drawing.elements:
            yield node


def _has_place(node: XmlElement) -> bool:
    """A shape has bounds, an edge at least two points."""
    if local_name(node) == "BPMNShape":
        return _bounds(node) is not None
    return len(node.findall(f"{PICTURE[2]}waypoint")) > 1


class DrawnBox(NamedTuple):
    left: float
    top: float
    width: float
    height: float

    def holds_centre_of(self, other: "DrawnBox") -> bool:
        across, down = other.left + other.width / 2 - self.left, other.top + other.height / 2 - self.top
        return 0 <= across <= self.width and 0 <= down <= self.height

    def covers(self, other: "DrawnBox") -> bool:
        """Some of it; not where they only touch."""
        across = self.left < other.left + other.width and other.left < self.left + self.width
        return across and self.top < other.top + other.height and other.top < self.top + self.height


def _bounds(shape: XmlElement) -> DrawnBox | None:
    found = shape.find(f"{PICTURE[1]}Bounds")
    if found is None:
        return None
    try:
        left, top, width, height = (float(found.get(side, "")) for side in ("x", "y", "width", "height"))
    except ValueError:
        return None
    return DrawnBox(left=left, top=top, width=width, height=height)


def _boxes(root: XmlElement) -> dict[str, DrawnBox]:
    shapes = ((node.get("bpmnElement", ""), _bounds(node)) for node in root.iter(_PICTURES[0]))
    return {name: box for name, box in shapes if box is not None}


def _over_another(boxes: Mapping[str, DrawnBox], drawing: Drawing) -> Iterator[LintProblem]:
    """An event on the boundary lies over its task, and over nothing else. Said of the one that the file names later."""
    drawn = [element for element in drawing.elements.values() if element.id in boxes]
    for number, above in enumerate(drawn):
        beside = [below for below in drawn[:number] if above.id != below.attached_to and above.attached_to != below.id]
        covered = [below.id for below in beside if boxes[above.id].covers(boxes[below.id])]
        if covered:
            more = f" and {len(covered) - 1} more" if len(covered) > 1 else ""
            message = f"It lies over {covered[0]}{more} in the picture, so that not all can be read: move it."
            yield fault("over-another", drawing, above, message)


def _lanes(boxes: Mapping[str, DrawnBox], drawing: Drawing) -> Iterator[LintProblem]:
    """People read in the picture who does a task, and the engine in the lane's list: they should say the same."""
    lanes = {lane: boxes[lane] for lane in drawing.lanes if lane in boxes}
    for element in drawing.elements.values():
        if element.lane not in lanes or element.id not in boxes:
            continue
        drawn_in = [lane for lane, box in lanes.items() if box.holds_centre_of(boxes[element.id])]
        if drawn_in != [element.lane]:
            where = f"in the lane {' and in '.join(drawn_in)}" if drawn_in else "in no lane"
            message = f"It is drawn {where}, but it stands in the list of {element.lane}: who does it? Let both say it."
            yield fault("lane-picture", drawing, element, message)
