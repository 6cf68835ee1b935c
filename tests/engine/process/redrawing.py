"""A shipped process taken apart, so that something in it can be drawn otherwise, and put together again."""

from copy import deepcopy
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any, cast

import orjson
from lxml import etree

from engine.lint.condition_rules import expressions_of
from engine.process.bundle import Model
from engine.process.drawing import BPMN, FLOW_NODES, local_name, read_drawing
from engine.process.safe_xml import XmlElement
from engine.process.specifications import specify
from tests.builders import shipped, shipped_model

MODEL = shipped_model()
ADDED = "extra"


class NoSuchPlace(Exception):
    """This drawing has nothing that could be changed so."""


@dataclass
class Redrawing:
    """One process while it is changed. `touched` are the steps that are other ones afterwards."""

    process: str
    root: XmlElement
    forms: dict[str, Any]
    random: Random
    touched: set[str] = field(default_factory=set[str])

    @property
    def body(self) -> XmlElement:
        return next(self.root.iterchildren(f"{BPMN}process"))

    def shapes(self, *kinds: str) -> list[XmlElement]:
        return [node for node in self.body if local_name(node) in (kinds or FLOW_NODES)]

    def flows(self, end: str = "", of: str = "") -> list[XmlElement]:
        return [flow for flow in self.body.iterchildren(f"{BPMN}sequenceFlow") if not end or flow.get(end) == of]

    def one_of(self, found: list[Any]) -> Any:
        if not found:
            raise NoSuchPlace
        return self.random.choice(found)

    def touch(self, found: list[XmlElement]) -> XmlElement:
        node: XmlElement = self.one_of(found)
        self.touched.add(node.get("id", ""))
        return node

    def form(self, task: str) -> dict[str, Any]:
        return self.forms[f"forms/{self.process}/{task}.json"]

    def add(self, kind: str, name: str) -> XmlElement:
        return etree.SubElement(self.body, BPMN + kind, attrib={"id": name, "name": "What was added"})

    def connect(self, source: str, target: str) -> XmlElement:
        said = {"id": f"{source}_to_{target}", "sourceRef": source, "targetRef": target}
        return etree.SubElement(self.body, f"{BPMN}sequenceFlow", attrib=said)

    def insert_task(self, flow: XmlElement) -> None:
        """On a way that is drawn already."""
        self.add("userTask", ADDED)
        self.connect(ADDED, flow.get("targetRef", ""))
        flow.set("targetRef", ADDED)

    def readers(self, task: str) -> bool:
        drawing = read_drawing(etree.tostring(self.root), "")
        return any(f"{task}." in one.source for one in expressions_of(drawing))

    def model(self) -> Model:
        """The shipped bundle with this process in the place of its own."""
        _prune(self)
        _name_flows_in_shapes(self)
        content = etree.tostring(self.root)
        path = f"processes/{self.process}/{self.process}.bpmn"
        drawing = read_drawing(content, path)
        return replace(
            MODEL,
            hash=ADDED,
            drawings={**MODEL.drawings, self.process: drawing},
            specifications={
                **MODEL.specifications,
                self.process: specify(content, drawing, MODEL.agencies_to_ask),
            },
            forms={**MODEL.forms, **self.forms},
        )


def redrawing(process: str, random: Random) -> Redrawing:
    forms = {path: deepcopy(form) for path, form in MODEL.forms.items() if path.startswith(f"forms/{process}/")}
    root = etree.fromstring(shipped()[MODEL.drawings[process].file])
    return Redrawing(process, root, orjson.loads(orjson.dumps(forms)), random)


def _prune(drawn: Redrawing) -> None:
    """Takes away what no way leads to any more."""
    gone = True
    while gone:
        aimed_at = {flow.get("targetRef") for flow in drawn.flows()}
        shapes = {node.get("id"): node for node in drawn.shapes()}
        gone = [
            node
            for name, node in shapes.items()
            if local_name(node) != "startEvent"
            and (node.get("attachedToRef") not in shapes if node.get("attachedToRef") else name not in aimed_at)
        ]
        gone += [flow for flow in drawn.flows() if flow.get("sourceRef") not in shapes]
        for node in gone:
            drawn.body.remove(node)
    for reference in list(drawn.body.iter(f"{BPMN}flowNodeRef")):
        if reference.text not in {node.get("id") for node in drawn.shapes()}:
            cast("XmlElement", reference.getparent()).remove(reference)


def _name_flows_in_shapes(drawn: Redrawing) -> None:
    for node in drawn.shapes():
        for each in [*node.iterchildren(f"{BPMN}incoming"), *node.iterchildren(f"{BPMN}outgoing")]:
            node.remove(each)
        place = len([*node.iterchildren(f"{BPMN}documentation"), *node.iterchildren(f"{BPMN}extensionElements")])
        for name, end in (("outgoing", "sourceRef"), ("incoming", "targetRef")):
            for flow in drawn.flows(end, node.get("id", "")):
                named = etree.Element(BPMN + name)
                named.text = flow.get("id")
                node.insert(place, named)
