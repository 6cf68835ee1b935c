"""A sketch written as one of our drawings, with the parts and in the order that the modeler writes them."""

from collections.abc import Mapping

from lxml import etree

from engine.importing.foreign_picture import DrawnPicture
from engine.importing.given_ids import GivenIds
from engine.importing.sketch import Shape, Sketch, Way
from engine.lint.allowed_xml import PICTURE, XSI_TYPE
from engine.lint.shape_rules import DrawnBox
from engine.process.drawing import BPMN, SPIFF
from engine.process.normal_form import in_normal_form
from engine.process.safe_xml import XmlElement

_NAMESPACES: Mapping[str, str] = {
    "bpmn": BPMN[1:-1],
    "bpmndi": PICTURE[0][1:-1],
    "dc": PICTURE[1][1:-1],
    "di": PICTURE[2][1:-1],
    "xsi": XSI_TYPE[1:].partition("}")[0],
    "spiffworkflow": SPIFF[1:-1],
}
_PLACE = "https://throughline.example/processes"


def written_drawing(sketch: Sketch, picture: DrawnPicture, ids: GivenIds) -> bytes:
    """`picture` is by the new ids; `ids` gives those that only the file needs."""
    root = etree.Element(f"{BPMN}definitions", nsmap=dict(_NAMESPACES))
    root.set("id", ids.give([f"{sketch.id}_definitions"], ""))
    root.set("targetNamespace", _PLACE)
    collaboration = ids.give([f"{sketch.id}_collaboration"], "")
    pool = ids.give([f"{sketch.id}_pool"], "")
    _add(_add(root, "collaboration", id=collaboration), "participant", id=pool, name=sketch.name, processRef=sketch.id)
    for kind, declared in (("message", sketch.messages), ("signal", sketch.signals)):
        for name in dict.fromkeys(declared.values()):
            _add(root, kind, id=name, name=name)
    _process(root, sketch, picture, ids)
    _picture(root, sketch, picture, ids, {"collaboration": collaboration, "pool": pool})
    return in_normal_form(root)


def _process(root: XmlElement, sketch: Sketch, picture: DrawnPicture, ids: GivenIds) -> None:
    process = _add(root, "process", id=sketch.id, name=sketch.name, isExecutable="true")
    _document(process, sketch.documentation)
    lanes = _add(process, "laneSet", id=ids.give([f"{sketch.id}_lanes"], ""))
    for lane in sketch.lanes:
        drawn = _add(lanes, "lane", id=lane.id, name=lane.name)
        for shape in sketch.in_lane(lane.id):
            _add(drawn, "flowNodeRef").text = shape.id
    for shape in sketch.shapes.values():
        _shape(process, shape, sketch, ids)
    for way in sketch.ways:
        _way(process, way)
    _notes(process, sketch, picture, ids)


def _add(parent: XmlElement, tag: str, /, **attributes: str) -> XmlElement:
    return etree.SubElement(parent, f"{BPMN}{tag}", {key: one for key, one in attributes.items() if one})


def _document(node: XmlElement, text: str) -> None:
    if text:
        _add(node, "documentation").text = text


def _shape(process: XmlElement, shape: Shape, sketch: Sketch, ids: GivenIds) -> None:
    node = _add(process, shape.kind, id=shape.id, name=shape.name)
    leaving = [way for way in sketch.ways if way.start is shape]
    if defaults := [way.id for way in leaving if way.source == shape.default]:
        node.set("default", defaults[0])
    if shape.kind == "boundaryEvent":
        _attached(node, shape, sketch)
    _document(node, shape.documentation)
    _properties(node, shape)
    for way in (way for way in sketch.ways if way.end is shape):
        _add(node, "incoming").text = way.id
    for way in leaving:
        _add(node, "outgoing").text = way.id
    _what_it_does(node, shape, ids)


def _properties(node: XmlElement, shape: Shape) -> None:
    if shape.properties:
        properties = etree.SubElement(_add(node, "extensionElements"), f"{SPIFF}properties")
        for name, value in shape.properties.items():
            etree.SubElement(properties, f"{SPIFF}property", {"name": name, "value": value})


def _attached(node: XmlElement, shape: Shape, sketch: Sketch) -> None:
    if not shape.interrupting:
        node.set("cancelActivity", "false")
    host = sketch.shapes.get(shape.attached_to)
    node.set("attachedToRef", host.id if host else "")


def _what_it_does(node: XmlElement, shape: Shape, ids: GivenIds) -> None:
    if shape.does:
        _definition(node, shape, ids)
    if shape.cardinality is not None:
        _expression(_add(node, "multiInstanceLoopCharacteristics"), "loopCardinality", shape.cardinality)


def _definition(node: XmlElement, shape: Shape, ids: GivenIds) -> None:
    definition = _add(node, f"{shape.does}EventDefinition", id=ids.give([f"{shape.id}_{shape.does}"], ""))
    if shape.does == "timer":
        _expression(definition, "timeDate", shape.of)
    elif shape.of:
        definition.set(f"{shape.does}Ref", shape.of)


def _expression(parent: XmlElement, name: str, text: str) -> None:
    node = _add(parent, name)
    node.set(XSI_TYPE, "bpmn:tFormalExpression")
    node.text = text


def _way(process: XmlElement, way: Way) -> None:
    node = _add(process, "sequenceFlow", id=way.id, name=way.name, sourceRef=way.start.id, targetRef=way.end.id)
    _document(node, way.documentation)
    if way.condition is not None:
        _expression(node, "conditionExpression", way.condition)


def _notes(process: XmlElement, sketch: Sketch, picture: DrawnPicture, ids: GivenIds) -> None:
    for note in sketch.notes:
        _add(_add(process, "textAnnotation", id=note.id), "text").text = note.text
    for note in sketch.notes:
        for source in note.about:
            about = sketch.shapes[source].id
            name = ids.give([f"{about}_to_{note.id}"], "")
            _add(process, "association", id=name, sourceRef=about, targetRef=note.id)
            shape, words = picture.boxes[about], picture.boxes[note.id]
            picture.ways[name] = [(shape.left + shape.width / 2, shape.top), (words.left, words.top + words.height / 2)]


def _picture(root: XmlElement, sketch: Sketch, picture: DrawnPicture, ids: GivenIds, frame: Mapping[str, str]) -> None:
    diagram = etree.SubElement(root, f"{PICTURE[0]}BPMNDiagram", {"id": ids.give([f"{sketch.id}_diagram"], "")})
    plane = etree.SubElement(diagram, f"{PICTURE[0]}BPMNPlane", {"id": ids.give([f"{sketch.id}_plane"], "")})
    plane.set("bpmnElement", frame["collaboration"])
    for name in (sketch.id, *(lane.id for lane in sketch.lanes)):
        shown = frame["pool"] if name == sketch.id else name
        drawn = _drawn(plane, "BPMNShape", shown, ids)
        drawn.set("isHorizontal", "false" if name in picture.upright else "true")
        _bounds(drawn, picture.boxes[name])
    for shape in (*sketch.shapes.values(), *sketch.notes):
        drawn = _drawn(plane, "BPMNShape", shape.id, ids)
        if isinstance(shape, Shape) and shape.kind == "exclusiveGateway":
            drawn.set("isMarkerVisible", "true")
        _bounds(drawn, picture.boxes[shape.id])
        _label(drawn, shape.id, picture)
    for name, points in picture.ways.items():
        drawn = _drawn(plane, "BPMNEdge", name, ids)
        for across, down in points:
            etree.SubElement(drawn, f"{PICTURE[2]}waypoint", {"x": f"{across:.0f}", "y": f"{down:.0f}"})
        _label(drawn, name, picture)


def _drawn(plane: XmlElement, kind: str, name: str, ids: GivenIds) -> XmlElement:
    attributes = {"id": ids.give([f"{name}_di"], ""), "bpmnElement": name}
    return etree.SubElement(plane, f"{PICTURE[0]}{kind}", attributes)


def _label(drawn: XmlElement, name: str, picture: DrawnPicture) -> None:
    if name in picture.labels:
        _bounds(etree.SubElement(drawn, f"{PICTURE[0]}BPMNLabel"), picture.labels[name])


def _bounds(node: XmlElement, box: DrawnBox) -> None:
    sides = zip(("x", "y", "width", "height"), box, strict=True)
    etree.SubElement(node, f"{PICTURE[1]}Bounds", {side: f"{length:.0f}" for side, length in sides})
