"""The shipped drawings, changed by chance as somebody who edits them might: many of them the linter refuses."""

from collections.abc import Callable
from copy import deepcopy
from random import Random

from lxml import etree

from engine.lint.allowed_xml import PICTURE, XSI_TYPE
from engine.process.drawing import BPMN, local_name
from engine.process.safe_xml import XmlElement
from tests.builders import shipped, shipped_model

DI, DC, POINTS = PICTURE
DRAWINGS = sorted(shipped_model().drawings)
MOST_CHANGES = 3


def mutated(seed: int) -> tuple[str, dict[str, bytes]]:
    """The process that was changed, and the whole bundle with it."""
    random = Random(seed)  # noqa: S311 (a drawing, not a secret)
    process = random.choice(DRAWINGS)
    path = f"processes/{process}/{process}.bpmn"
    drawn = _Drawn(etree.fromstring(shipped()[path]), random)
    for _ in range(random.randint(1, MOST_CHANGES)):
        random.choice(CHANGES)(drawn)
    return process, {**shipped(), path: etree.tostring(drawn.root, encoding="UTF-8", xml_declaration=True)}


class _Drawn:
    def __init__(self, root: XmlElement, random: Random) -> None:
        self.root, self.random, self.number = root, random, 0
        self.process = next(root.iterchildren(f"{BPMN}process"))
        self.plane = next(root.iter(f"{DI}BPMNPlane"))

    def some(self, *kinds: str) -> XmlElement | None:
        found = [node for node in self.process if local_name(node) in kinds]
        return self.random.choice(found) if found else None

    def named(self, name: str) -> XmlElement:
        return next(node for node in self.process if node.get("id") == name)

    def flows(self, end: str, name: str) -> list[XmlElement]:
        return [flow for flow in self.process.iterchildren(f"{BPMN}sequenceFlow") if flow.get(end) == name]

    def new(self, kind: str, like: str, **attributes: str) -> XmlElement:
        """A shape of another kind, drawn where the other one is."""
        self.number += 1
        said = {"id": f"new_{self.number}", "name": "New", **attributes}
        node = etree.SubElement(self.process, BPMN + kind, attrib=said)
        shape = deepcopy(next(one for one in self.plane.iter(f"{DI}BPMNShape") if one.get("bpmnElement") == like))
        shape.set("id", f"new_{self.number}_di")
        shape.set("bpmnElement", f"new_{self.number}")
        self.plane.append(shape)
        return node

    def connect(self, source: str, target: str) -> XmlElement:
        self.number += 1
        name = f"flow_{self.number}"
        flow = etree.SubElement(
            self.process, f"{BPMN}sequenceFlow", id=name, name="New", sourceRef=source, targetRef=target
        )
        edge = etree.SubElement(self.plane, f"{DI}BPMNEdge", id=f"{name}_di", bpmnElement=name)
        for _ in range(2):
            etree.SubElement(edge, f"{POINTS}waypoint", x="0", y="0")
        return flow

    def take_out(self, node: XmlElement) -> None:
        name = node.get("id", "")
        for reference in list(self.root.iter(f"{BPMN}flowNodeRef", f"{BPMN}incoming", f"{BPMN}outgoing")):
            if (reference.text or "").strip() == name:
                _remove(reference)
        for shape in [one for one in self.plane.iterchildren() if one.get("bpmnElement") == name]:
            _remove(shape)
        _remove(node)


def _remove(node: XmlElement) -> None:
    holder = node.getparent()
    if holder is not None:
        holder.remove(node)


def _all_instead_of_one(drawn: _Drawn) -> None:
    """As an editor does it: conditions are gone without a word."""
    gateway = drawn.some("exclusiveGateway")
    if gateway is None:
        return
    gateway.tag = f"{BPMN}parallelGateway"
    if "default" in gateway.attrib:
        del gateway.attrib["default"]
    for flow in drawn.flows("sourceRef", gateway.get("id", "")):
        for condition in list(flow.iterchildren(f"{BPMN}conditionExpression")):
            flow.remove(condition)


def _one_instead_of_all(drawn: _Drawn) -> None:
    gateway = drawn.some("parallelGateway")
    if gateway is None:
        return
    gateway.tag = f"{BPMN}exclusiveGateway"
    leaving = drawn.flows("sourceRef", gateway.get("id", ""))
    if len(leaving) > 1:
        gateway.set("name", "Which?")
        gateway.set("default", leaving[0].get("id", ""))
        for flow in leaving:
            flow.set("name", "This")
        for flow in leaving[1:]:
            _when(flow, "case.unborn")


def _when(flow: XmlElement, source: str) -> None:
    condition = etree.SubElement(flow, f"{BPMN}conditionExpression")
    condition.set(XSI_TYPE, "bpmn:tFormalExpression")
    condition.text = source


def _lead_elsewhere(drawn: _Drawn) -> None:
    flow, shape = drawn.some("sequenceFlow"), drawn.some("userTask", "exclusiveGateway", "parallelGateway", "endEvent")
    if flow is not None and shape is not None:
        flow.set("targetRef", shape.get("id", ""))


def _without_task(drawn: _Drawn) -> None:
    task = drawn.some("userTask", "intermediateThrowEvent")
    if task is None:
        return
    name = task.get("id", "")
    after = drawn.flows("sourceRef", name)
    if any(event.get("attachedToRef") == name for event in drawn.process) or len(after) != 1:
        return
    for flow in drawn.flows("targetRef", name):
        flow.set("targetRef", after[0].get("targetRef", ""))
    drawn.take_out(after[0])
    drawn.take_out(task)


def _beside_or_instead(drawn: _Drawn) -> None:
    event = drawn.some("boundaryEvent")
    if event is not None:
        event.set("cancelActivity", "false" if event.get("cancelActivity", "true") == "true" else "true")


def _end_of_all(drawn: _Drawn) -> None:
    end = drawn.some("endEvent")
    if end is not None and not list(end.iterchildren(f"{BPMN}messageEventDefinition")):
        etree.SubElement(end, f"{BPMN}terminateEventDefinition", id=f"{end.get('id')}_all")


def _other_default(drawn: _Drawn) -> None:
    gateway = drawn.some("exclusiveGateway")
    leaving = [] if gateway is None else drawn.flows("sourceRef", gateway.get("id", ""))
    conditions = [(flow, found) for flow in leaving for found in flow.iterchildren(f"{BPMN}conditionExpression")]
    default = [flow for flow in leaving if flow.get("id") == (gateway.get("default") if gateway is not None else "")]
    if gateway is None or not conditions or not default:
        return
    flow, condition = drawn.random.choice(conditions)
    flow.remove(condition)
    _when(default[0], f"not ({condition.text})")
    gateway.set("default", flow.get("id", ""))


def _clock_on_a_task(drawn: _Drawn) -> None:
    task, target = drawn.some("userTask"), drawn.some("endEvent", "userTask", "exclusiveGateway")
    if task is None or target is None:
        return
    name = task.get("id", "")
    event = drawn.new("boundaryEvent", name, attachedToRef=name, cancelActivity=drawn.random.choice(("true", "false")))
    timer = etree.SubElement(event, f"{BPMN}timerEventDefinition", id=f"{event.get('id')}_timer")
    etree.SubElement(timer, f"{BPMN}timeDate").text = drawn.random.choice(sorted(shipped_model().rules))
    drawn.connect(event.get("id", ""), target.get("id", ""))


def _end_beside(drawn: _Drawn) -> None:
    """What follows a flow is done beside a way of its own that ends."""
    flow = drawn.some("sequenceFlow")
    if flow is None or local_name(drawn.named(flow.get("targetRef", ""))) == "intermediateCatchEvent":
        return
    like = flow.get("targetRef", "")
    split, end = drawn.new("parallelGateway", like), drawn.new("endEvent", like)
    target = flow.get("targetRef", "")
    flow.set("targetRef", split.get("id", ""))
    drawn.connect(split.get("id", ""), target)
    drawn.connect(split.get("id", ""), end.get("id", ""))


CHANGES: tuple[Callable[[_Drawn], None], ...] = (
    *(
        _all_instead_of_one,
        _one_instead_of_all,
        _lead_elsewhere,
        _without_task,
        _beside_or_instead,
        _end_of_all,
        _other_default,
    ),
    *(_clock_on_a_task, _end_beside),
)
