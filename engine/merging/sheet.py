"""A drawing taken apart into what is kept by its id, and put together again to the byte."""

import copy
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from engine.base.errors import BadModel
from engine.lint.allowed_xml import PICTURE
from engine.merging.three_way import CannotMerge
from engine.process.drawing import BPMN
from engine.process.normal_form import in_normal_form
from engine.process.safe_xml import XmlElement, parse_xml

FLOW, GATEWAY = f"{BPMN}sequenceFlow", f"{BPMN}exclusiveGateway"
ENDS = (f"{BPMN}incoming", f"{BPMN}outgoing")
_BEFORE_ENDS = (f"{BPMN}documentation", f"{BPMN}extensionElements")
_FRAME = (f"{BPMN}collaboration", f"{BPMN}process", f"{PICTURE[0]}BPMNDiagram")


@dataclass(frozen=True, slots=True)
class Sheet:
    """`frame` is the document without the others: messages and signals, lanes, nodes (shapes and flows) by their ids,
    and the picture by the ids of what it shows. `members` are the nodes of each lane in order, `ends` the flows of each
    node by ENDS: a node is kept without them.
    """

    frame: XmlElement
    declared: Mapping[str, XmlElement]
    lanes: Mapping[str, XmlElement]
    nodes: Mapping[str, XmlElement]
    picture: Mapping[str, XmlElement]
    members: Mapping[str, Sequence[str]]
    ends: Mapping[str, Mapping[str, Sequence[str]]]

    def lane_of(self, node: str) -> str:
        """Empty where it is in none."""
        return next((lane for lane, members in self.members.items() if node in members), "")


def taken_apart(content: bytes, file: str) -> Sheet:
    """Raises CannotMerge where the file is not as the editor writes it: then something of it might be lost."""
    try:
        frame = parse_xml(content, file)
    except BadModel:
        raise CannotMerge("One of the drawings cannot be read.") from None
    _without_space(frame)
    process, lane_set, plane = _containers(frame)
    declared = [each for each in frame if each.tag not in _FRAME]
    nodes = [each for each in process if each is not lane_set and each.get("id")]
    lanes = [*lane_set]
    sheet = Sheet(
        frame=frame,
        declared=_by("id", declared),
        lanes=_by("id", lanes),
        nodes=_by("id", nodes),
        picture=_by("bpmnElement", [*plane]),
        members={lane.get("id", ""): _texts_cut_out(lane, f"{BPMN}flowNodeRef") for lane in lanes},
        ends={node.get("id", ""): {tag: _texts_cut_out(node, tag) for tag in ENDS} for node in nodes},
    )
    for each in (*declared, *lanes, *nodes, *plane):
        if (parent := each.getparent()) is not None:
            parent.remove(each)
    twice = [one for one, times in Counter((*sheet.declared, *sheet.lanes, *sheet.nodes)).items() if times > 1]
    if twice or put_together(sheet) != content:
        raise CannotMerge("One of the drawings is not written as the editor writes it: save it there once.")
    return sheet


def put_together(sheet: Sheet) -> bytes:
    """The file."""
    frame = copy.deepcopy(sheet.frame)
    process, lane_set, plane = _containers(frame)
    at = list(frame).index(process)
    frame[at:at] = map(copy.deepcopy, sheet.declared.values())
    for name, lane in sheet.lanes.items():
        lane_set.append(_with_texts(lane, f"{BPMN}flowNodeRef", sheet.members[name], 0))
    for name, node in sheet.nodes.items():
        drawn = copy.deepcopy(node)
        for tag in reversed(ENDS):
            at = sum(child.tag in _BEFORE_ENDS for child in drawn)
            drawn = _with_texts(drawn, tag, sheet.ends[name].get(tag, ()), at)
        process.append(drawn)
    plane.extend(map(copy.deepcopy, sheet.picture.values()))
    return in_normal_form(frame)


def as_text(node: XmlElement) -> str:
    """By which two are known to be alike."""
    return etree.tostring(node, encoding="unicode", with_tail=False)


def _containers(frame: XmlElement) -> tuple[XmlElement, XmlElement, XmlElement]:
    found: list[XmlElement] = []
    for path in (f"{BPMN}process", f"{BPMN}process/{BPMN}laneSet", f"{PICTURE[0]}BPMNDiagram/{PICTURE[0]}BPMNPlane"):
        those = frame.findall(path)
        if len(those) != 1:
            raise CannotMerge("One of the drawings is not a process with its roles and its picture.")
        found += those
    return found[0], found[1], found[2]


def _by(attribute: str, nodes: Iterable[XmlElement]) -> dict[str, XmlElement]:
    """Of two with the same id one is lost here, which is found when the sheet is put together again."""
    return {node.get(attribute, ""): node for node in nodes}


def _texts_cut_out(node: XmlElement, tag: str) -> list[str]:
    found = node.findall(tag)
    for one in found:
        node.remove(one)
    return [one.text or "" for one in found]


def _with_texts(node: XmlElement, tag: str, texts: Iterable[str], at: int) -> XmlElement:
    made = copy.deepcopy(node)
    for number, text in enumerate(texts):
        child = etree.Element(tag)
        child.text = text
        made.insert(at + number, child)
    return made


def _without_space(root: XmlElement) -> None:
    """Without what only indents: it follows from where something stands."""
    for node in root.iter():
        if len(node) and not (node.text or "").strip():
            node.text = None
        if not (node.tail or "").strip():
            node.tail = None
