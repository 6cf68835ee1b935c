"""A BPMN file of another tool read into a sketch, or refused part by part: what stands in the way is what the linter
does not allow either, and what would do something else if it were left out.
"""

import codecs
import re
from collections.abc import Iterator

from engine.base.errors import BadModel, Problem
from engine.importing.import_report import ImportReport, plain
from engine.importing.sketch import Note, Shape, Way
from engine.lint import MOST_ELEMENTS, MOST_FLOWS
from engine.lint.allowed_xml import attribute_says_nothing, why_refused
from engine.process.drawing import BPMN, FLOW_NODES, local_name
from engine.process.safe_xml import LARGEST_FILE, XmlElement

_DECLARED = re.compile(r"""(<\?xml[^>]{0,200}\sencoding\s*=\s*["'])([A-Za-z0-9_.-]{1,40})""")
_OTHER_WRITINGS = frozenset({"iso-8859-1", "iso-8859-15", "latin-1", "windows-1252", "cp1252", "utf-16"})
_MADE_USER_TASKS = ("task", "manualTask")
_DOES = ("EventDefinition", "LoopCharacteristics")
_READ_ELSEWHERE = frozenset(
    {"incoming", "outgoing", "documentation", "extensionElements", "potentialOwner", "performer", "humanPerformer"}
)
_BESIDE = ("extensionElements", "laneSet", "sequenceFlow", "textAnnotation", "association", "documentation")
_CHANGES_MEANING = {
    "isForCompensation": "It undoes other work, which nothing here does.",
    "startQuantity": "It waits for several tokens, which nothing here does.",
    "completionQuantity": "It sends on several tokens, which nothing here does.",
    "instantiate": "It begins the process: draw a start event.",
    "eventGatewayType": "It waits for all of its events: draw a parallel gateway.",
    "parallelMultiple": "It waits for several events at once: draw one event for each.",
    "isInterrupting": "It begins a part of the process: draw that in a process of its own.",
    "isSequential": "It is done once after another; here a task for several agencies is done by all at once.",
}
_READ = frozenset(
    {"id", "name", "default", "attachedToRef", "cancelActivity", "sourceRef", "targetRef", "gatewayDirection"}
    | {"isImmediate", "isExecutable", "associationDirection", "textFormat"}
)
_READ_BESIDE = frozenset({"assignee", "candidateGroups", "candidateUsers", "formKey", "formRef"})
_ALL_AT_ONCE = ("isSequential", "false")
_TIMES = {
    "timeCycle": "It comes again and again; a clock here runs out once. Draw the loop with a gateway and a flow back."
}


def in_utf_8(content: bytes, file: str, report: ImportReport) -> bytes:
    """The same text in UTF-8, where the file says that it is written in another usual way. Raises BadModel."""
    if len(content) > LARGEST_FILE:
        raise BadModel([Problem(file, "", 0, f"The file is larger than {LARGEST_FILE} bytes.")])
    wide = content[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    head = content.decode("utf-16", "replace") if wide else content.decode("latin-1")
    said = _DECLARED.match(head)
    written_in = "utf-16" if wide else said[2].lower() if said else ""
    if written_in not in _OTHER_WRITINGS or (wide and not said):
        return content
    try:
        text = content.decode(written_in)
    except UnicodeDecodeError:
        raise BadModel([Problem(file, "", 1, f"The file is not written in {written_in}: save it as UTF-8.")]) from None
    report.change(f"The file was written in {written_in}; it is UTF-8 now.")
    return _DECLARED.sub(r"\1UTF-8", text, count=1).encode()


def process_nodes(root: XmlElement) -> list[XmlElement]:
    """Those that hold something that flows: other pools are people outside."""
    return [one for one in root.iterchildren(f"{BPMN}process") if any(local_name(each) in FLOW_NODES for each in one)]


def read_process(process: XmlElement, report: ImportReport) -> tuple[dict[str, Shape], list[Way], list[Note]]:
    """Its shapes by their ids in the file, its flows and notes; what stands in the way is told to the report."""
    nodes = [node for node in process.iterchildren("{*}*") if node.tag == BPMN + local_name(node)]
    flows = [node for node in nodes if local_name(node) == "sequenceFlow"]
    drawn = [node for node in nodes if local_name(node) in FLOW_NODES]
    read = {*drawn, *(node for node in nodes if local_name(node) in _BESIDE)}
    if len(drawn) > MOST_ELEMENTS or len(flows) > MOST_FLOWS:
        report.refuse(f"It has more than {MOST_ELEMENTS} elements or {MOST_FLOWS} flows: split the process.", process)
        return {}, [], []
    _refuse_unclear_ids([*drawn, *flows], report)
    shapes = {node.get("id", ""): shape for node in drawn if (shape := _shape(node, report)) is not None}
    ways = [way for node in flows if (way := _way(node, shapes, report)) is not None]
    for node in process.iterchildren("{*}*"):
        if node not in read:
            leave_out(node, report)
    return shapes, ways, _notes(nodes, shapes)


def documentation_of(node: XmlElement) -> str:
    """What is written about it, whatever form it was written in."""
    return "\n".join(filter(None, (_text(one) for one in node.iterchildren(f"{BPMN}documentation"))))


def _refuse_unclear_ids(nodes: list[XmlElement], report: ImportReport) -> None:
    seen: set[str] = set()
    for node in nodes:
        node_id = node.get("id", "")
        if not node_id or node_id in seen:
            report.refuse("It has no id." if not node_id else "Another element has its id.", node)
        seen.add(node_id)


def _shape(node: XmlElement, report: ImportReport) -> Shape | None:
    drawn_as = local_name(node)
    kind = "userTask" if drawn_as in _MADE_USER_TASKS else drawn_as
    if drawn_as not in _MADE_USER_TASKS and (refused := why_refused(node, "process")):
        report.refuse(refused, node)
        return None
    if kind != drawn_as:
        report.change("It is a task now that somebody does, and a form asks what was done.", node)
    shape = Shape(node, node.get("id", ""), kind, plain(node.get("name", "")), documentation=documentation_of(node))
    shape.attached_to, shape.default = node.get("attachedToRef", ""), node.get("default", "")
    shape.interrupting = node.get("cancelActivity", "true") != "false"
    if shape.default and kind != "exclusiveGateway":
        report.change("Only a gateway that decides has a default: draw one behind it.", node)
        shape.default = ""
    _attributes(node, report)
    for part in node.iterchildren("{*}*"):
        _part(shape, part, report)
    return shape


def _part(shape: Shape, part: XmlElement, report: ImportReport) -> None:
    """What stands inside a shape: it does something, or is read elsewhere, or is left out."""
    name = local_name(part)
    if not name.endswith(_DOES):
        if name not in _READ_ELSEWHERE:
            leave_out(part, report)
    elif refused := why_refused(part, shape.kind):
        report.refuse(refused, part)
    elif name == "multiInstanceLoopCharacteristics":
        _attributes(part, report)
        shape.cardinality = _text(part.find(f"{BPMN}loopCardinality"))
    elif shape.does:
        report.refuse("It waits for or does more than one thing: draw one event for each.", part)
    else:
        _what_it_does(shape, part, report)


def _what_it_does(shape: Shape, part: XmlElement, report: ImportReport) -> None:
    shape.does = local_name(part).removesuffix("EventDefinition")
    shape.of = part.get(f"{shape.does}Ref", "")
    if shape.does == "timer":
        _time(shape, part, report)


def _time(shape: Shape, part: XmlElement, report: ImportReport) -> None:
    for one in part.iterchildren(f"{BPMN}*"):
        name = local_name(one)
        if name in _TIMES:
            report.refuse(_TIMES[name], one)
        elif name in ("timeDate", "timeDuration"):
            shape.of = _text(one)


def _way(node: XmlElement, shapes: dict[str, Shape], report: ImportReport) -> Way | None:
    start, end = shapes.get(node.get("sourceRef", "")), shapes.get(node.get("targetRef", ""))
    if start is None or end is None:
        report.change("It led from or to what is not drawn here, and is left out.", node)
        return None
    _attributes(node, report)
    for part in node.iterchildren("{*}*"):
        if local_name(part) not in ("conditionExpression", "documentation"):
            leave_out(part, report)
    way = Way(node, node.get("id", ""), start, end, plain(node.get("name", "")), documentation=documentation_of(node))
    condition = node.find(f"{BPMN}conditionExpression")
    way.condition = None if condition is None else _text(condition)
    return way


def _notes(nodes: list[XmlElement], shapes: dict[str, Shape]) -> list[Note]:
    notes: dict[str, Note] = {}
    for node in nodes:
        if local_name(node) == "textAnnotation" and node.get("id", "") not in {*notes, *shapes}:
            notes[node.get("id", "")] = Note(node, node.get("id", ""), _text(node.find(f"{BPMN}text")))
    for node in (node for node in nodes if local_name(node) == "association"):
        ends = (node.get("sourceRef", ""), node.get("targetRef", ""))
        for one, other in (ends, ends[::-1]):
            if one in notes and other in shapes:
                notes[one].about = list(dict.fromkeys([*notes[one].about, other]))
    return list(notes.values())


def _attributes(node: XmlElement, report: ImportReport) -> None:
    for attribute, value in node.attrib.items():
        name = str(attribute)
        if name in _READ or (name, value) == _ALL_AT_ONCE or attribute_says_nothing(name, str(value)):
            continue
        if name in _CHANGES_MEANING:
            report.refuse(_CHANGES_MEANING[name], node)
        elif name.rpartition("}")[2] not in _READ_BESIDE:
            report.change(f"Its {name.rpartition('}')[2][:80]} is left out: nothing here reads it.", node)


def leave_out(node: XmlElement, report: ImportReport) -> None:
    """Says that a part is read by nothing here."""
    report.change(f"{local_name(node)[:80]} is left out: nothing here reads it.", node)


def _text(node: XmlElement | None) -> str:
    return "" if node is None else "".join(str(part) for part in node.itertext(with_tail=False)).strip()


def extensions_of(node: XmlElement) -> Iterator[XmlElement]:
    """What another tool keeps in a shape beside BPMN."""
    for holder in node.iterchildren(f"{BPMN}extensionElements"):
        yield from holder.iterchildren("{*}*")


def texts_in_parts(node: XmlElement, name: str) -> Iterator[str]:
    """The texts of the parts of this name, wherever they stand in it."""
    return (_text(part) for part in node.iter(f"{BPMN}{name}"))
