"""Changes of a drawing as the editor makes them, each known by the parts that it touches."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from random import Random

from lxml import etree

from engine.lint.allowed_xml import PICTURE
from engine.process.drawing import BPMN, SPIFF
from engine.process.normal_form import in_normal_form
from engine.process.safe_xml import XmlElement, parse_xml

Act = Callable[[XmlElement], frozenset[str]]
"""Changes the tree, and gives the ids of what it touches."""
BPMNDI, DC, DI = PICTURE


class Edited:
    """A drawing after an act, with what was touched."""

    def __init__(self, content: bytes, act: Act) -> None:
        root = parse_xml(content, "a drawing")
        _bare(root)
        self.touched = act(root)
        self.content = in_normal_form(root)


def at_will(random: Random, content: bytes, number: int) -> Act:
    """One of all kinds, at an element of the drawing. `number` tells what is new from what another act makes."""
    root = parse_xml(content, "a drawing")
    kind = random.choice((renamed, with_property, moved, put_between, in_other_lane, taken_out))
    step = random.choice([node.get("id", "") for node in root.iter(f"{BPMN}userTask")])
    return lambda tree: kind(tree, step, number)


def renamed(root: XmlElement, step: str, number: int) -> frozenset[str]:
    _at(root, step).set("name", f"It’s “called” <{number}> & more")
    return frozenset({step})


def with_property(root: XmlElement, step: str, number: int) -> frozenset[str]:
    node = _at(root, step)
    if "spiffworkflow" not in root.nsmap:
        return renamed(root, step, number)
    extension = node.find(f"{BPMN}extensionElements")
    if extension is None:
        extension = etree.Element(f"{BPMN}extensionElements")
        node.insert(0, extension)
        etree.SubElement(extension, f"{SPIFF}properties")
    etree.SubElement(extension[0], extension[0].tag.replace("properties", "property"), name=f"n{number}", value="'1'")
    return frozenset({step})


def moved(root: XmlElement, step: str, number: int) -> frozenset[str]:
    """With the ends of the arrows at it."""
    by = {"x": 10 * number, "y": 7 * number}
    for node in [*_shape(root, step).iter(f"{DC}Bounds"), *_ends_at(root, step)]:
        for side, length in by.items():
            node.set(side, f"{float(node.get(side, '0')) + length:g}")
    flows = [one.get("id", "") for one in root.iter(f"{BPMN}sequenceFlow")]
    return frozenset({f"the place of {step}", *(one for one in flows if step in _between(root, one))})


def put_between(root: XmlElement, step: str, number: int) -> frozenset[str]:
    """A new step after this one."""
    flow = next(one for one in root.iter(f"{BPMN}sequenceFlow") if one.get("sourceRef") == step)
    target, new, way = _at(root, flow.get("targetRef", "")), f"new_{number}", f"new_{number}_on"
    flow.set("targetRef", new)
    came_in = next(one for one in target.iter(f"{BPMN}incoming") if one.text == flow.get("id"))
    came_in.text = way
    process = _process(root)
    node = etree.SubElement(process, f"{BPMN}userTask", id=new, name="New")
    etree.SubElement(node, f"{BPMN}incoming").text = flow.get("id")
    etree.SubElement(node, f"{BPMN}outgoing").text = way
    etree.SubElement(process, f"{BPMN}sequenceFlow", id=way, sourceRef=new, targetRef=target.get("id", ""))
    etree.SubElement(_lane(root, step), f"{BPMN}flowNodeRef").text = new
    plane = next(root.iter(f"{BPMNDI}BPMNPlane"))
    shape = etree.SubElement(plane, f"{BPMNDI}BPMNShape", id=f"{new}_di", bpmnElement=new)
    etree.SubElement(shape, f"{DC}Bounds", x=str(900 + number), y="100", width="110", height="80")
    return frozenset({flow.get("id", ""), new, way})


def also_on_to(root: XmlElement, step: str, target: str, points: Iterable[tuple[int, int]]) -> frozenset[str]:
    """A further way."""
    flow = {"id": f"{step}_to_{target}_too", "sourceRef": step, "targetRef": target}
    etree.SubElement(_process(root), f"{BPMN}sequenceFlow", flow)
    for node, tag in ((step, "outgoing"), (target, "incoming")):
        last = _at(root, node).findall(f"{BPMN}{tag}")[-1]
        another = etree.Element(last.tag)
        another.text = flow["id"]
        last.addnext(another)
    plane = next(root.iter(f"{BPMNDI}BPMNPlane"))
    edge = etree.SubElement(plane, f"{BPMNDI}BPMNEdge", id=f"{flow['id']}_di", bpmnElement=flow["id"])
    for across, down in points:
        etree.SubElement(edge, f"{DI}waypoint", x=str(across), y=str(down))
    return frozenset({flow["id"]})


def in_other_lane(root: XmlElement, step: str, number: int) -> frozenset[str]:
    lanes = [*root.iter(f"{BPMN}lane")]
    here = _lane(root, step)
    there = lanes[(lanes.index(here) + number) % len(lanes)]
    node = next(one for one in here if one.text == step)
    if there is not here:
        there.append(node)
    return frozenset({step})


def taken_out(root: XmlElement, step: str, number: int) -> frozenset[str]:
    """Where it has one way in and one out, and nothing sits on it; else it is renamed."""
    flows = [*root.iter(f"{BPMN}sequenceFlow")]
    before = [one for one in flows if one.get("targetRef") == step]
    after = [one for one in flows if one.get("sourceRef") == step]
    if len(before) != 1 or len(after) != 1 or [one for one in root.iter() if one.get("attachedToRef") == step]:
        return renamed(root, step, number)
    (come,), (go,) = before, after
    target = _at(root, go.get("targetRef", ""))
    come.set("targetRef", target.get("id", ""))
    next(one for one in target.iter(f"{BPMN}incoming") if one.text == go.get("id")).text = come.get("id")
    _lane(root, step).remove(next(one for one in _lane(root, step) if one.text == step))
    touched = {step, *(one.get("id", "") for one in (come, go))}
    for node in (_at(root, step), go, _shape(root, step), _shape(root, go.get("id", ""))):
        if (parent := node.getparent()) is not None:
            parent.remove(node)
    return frozenset(touched)


def units_of(content: bytes) -> Mapping[str, str]:
    """A way out of a decision is one part with the decision."""
    root = parse_xml(content, "a drawing")
    decisions = {node.get("id", "") for node in root.iter(f"{BPMN}exclusiveGateway")}
    flows = {flow.get("id", ""): flow.get("sourceRef", "") for flow in root.iter(f"{BPMN}sequenceFlow")}
    return {flow: source for flow, source in flows.items() if source in decisions}


def _at(root: XmlElement, name: str) -> XmlElement:
    return next(node for node in _process(root) if node.get("id") == name)


def _process(root: XmlElement) -> XmlElement:
    return next(root.iter(f"{BPMN}process"))


def _lane(root: XmlElement, step: str) -> XmlElement:
    return next(lane for lane in root.iter(f"{BPMN}lane") if step in [one.text for one in lane])


def _shape(root: XmlElement, name: str) -> XmlElement:
    return next(node for node in root.iter() if node.get("bpmnElement") == name)


def _ends_at(root: XmlElement, step: str) -> Iterator[XmlElement]:
    for flow in root.iter(f"{BPMN}sequenceFlow"):
        points = _shape(root, flow.get("id", "")).findall(f"{DI}waypoint")
        if flow.get("sourceRef") == step:
            yield points[0]
        if flow.get("targetRef") == step:
            yield points[-1]


def _between(root: XmlElement, flow: str) -> tuple[str, str]:
    node = _at(root, flow)
    return node.get("sourceRef", ""), node.get("targetRef", "")


def _bare(root: XmlElement) -> None:
    for node in root.iter():
        node.tail = None
        if len(node):
            node.text = None
