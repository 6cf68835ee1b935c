"""A BPMN file as plain facts: what stands in it, in file order, with the line of each element.

Reading is lenient where the linter can say more (engine/lint/shape_rules.py): it raises only where no drawing can be
made of the file.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from lxml import etree

from engine.base.errors import BadModel, Problem
from engine.decision_tables.decision_table import DecisionTable
from engine.process.safe_xml import XmlElement, parse_xml

__all__ = [
    "BPMN",
    "CATCHES",
    "EVALUATED",
    "FLOW_NODES",
    "PAYLOAD",
    "RULE_TASK",
    "SPIFF",
    "TABLE",
    "THROWS",
    "Drawing",
    "Element",
    "Flow",
    "local_name",
    "parse_xml",
    "read_drawing",
    "with_names_of_lanes",
]

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
SPIFF = "{http://spiffworkflow.org/bpmn/schema/1.0/core}"
# A throw event states each field of its message: `payload.<field>` and the expression that gives it.
PAYLOAD = "payload."
# What is evaluated as a shape is entered, beside the payload that it throws.
EVALUATED = ("for_each", "for_agency", "automatic")
# A task that nobody does: its table decides. The property names the file beside the drawing, without its ending.
RULE_TASK, TABLE = "businessRuleTask", "table"
THROWS = ("intermediateThrowEvent", "endEvent")
CATCHES = ("intermediateCatchEvent", "boundaryEvent")
_TASKS = "task userTask manualTask serviceTask sendTask receiveTask scriptTask businessRuleTask "
_PARTS = "subProcess transaction adHocSubProcess callActivity "
_EVENTS = "startEvent endEvent boundaryEvent intermediateCatchEvent intermediateThrowEvent "
_GATEWAYS = "exclusiveGateway parallelGateway eventBasedGateway inclusiveGateway complexGateway"
# What a token passes, also where the linter refuses it; whatever else stands in a process is beside the flow.
FLOW_NODES = frozenset((_TASKS + _PARTS + _EVENTS + _GATEWAYS).split())


@dataclass(frozen=True)
class Element:
    """A task, event or gateway. `kind` is its BPMN name ("userTask"), `lane` the id of a role, `clock` a timer's text.

    `message` and `signal` are the names of what it throws or catches, `cardinality` the expression of a multi-instance
    task, `default` the flow that an exclusive gateway takes when no condition holds. `ends_all`: an end event that
    withdraws whatever is still open. `table` decides at a business rule task of a bundle that has been read.
    """

    id: str
    kind: str
    name: str
    lane: str | None
    line: int
    properties: Mapping[str, str]
    message: str | None
    signal: str | None
    clock: str | None
    attached_to: str | None
    interrupting: bool
    default: str | None
    cardinality: str | None
    ends_all: bool
    table: DecisionTable | None = None


@dataclass(frozen=True)
class Flow:
    """A sequence flow; `source` and `target` are ids of elements, empty where the file names none."""

    id: str
    source: str
    target: str
    name: str
    condition: str | None
    line: int


@dataclass(frozen=True)
class Drawing:
    """One process. `elements` stand in file order, which is reading order; `lanes` map the id of a role to its name, in
    a bundle as its table of roles has it, whatever the file says.
    """

    process: str
    name: str
    file: str
    elements: dict[str, Element]
    flows: tuple[Flow, ...]
    lanes: dict[str, str]

    @cached_property
    def _flow_by_ends(self) -> dict[tuple[str, str], str]:
        return {(flow.source, flow.target): flow.id for flow in self.flows}

    @cached_property
    def caught(self) -> frozenset[str]:
        """The messages that it waits for somewhere."""
        return frozenset(one.message for one in self.elements.values() if one.kind in CATCHES and one.message)

    def rule_tasks(self) -> tuple[Element, ...]:
        """Where a table decides."""
        return tuple(one for one in self.elements.values() if one.kind == RULE_TASK)

    def outgoing(self, element: str) -> tuple[Flow, ...]:
        return tuple(flow for flow in self.flows if flow.source == element)

    def incoming(self, element: str) -> tuple[Flow, ...]:
        return tuple(flow for flow in self.flows if flow.target == element)

    def evaluated_at(self, element: str) -> Iterator[str]:
        """The expressions that decide what happens there: of the shape itself, and of the flows that leave it. What a
        table reads is among them, as `task.field in [...]` with the texts that it knows.
        """
        one = self.elements[element]
        yield from (flow.condition for flow in self.outgoing(element) if flow.condition is not None)
        if one.cardinality is not None:
            yield one.cardinality
        yield from (value for name, value in one.properties.items() if name in EVALUATED or name.startswith(PAYLOAD))
        if one.table is not None:
            yield from one.table.reads()

    def lapses(self, task: str) -> bool:
        """Whether a clock takes the task away when its time has come: then nobody has to do it by then."""
        return any(one.attached_to == task and one.interrupting and one.clock for one in self.elements.values())

    def named(self, element: str) -> str:
        """As people know it: by its name, and what has none by what stands before it."""
        found = self.elements[element]
        if found.name:
            return f"“{found.name}”"
        before, to_see = {element}, [element]
        while to_see:
            one = self.elements[to_see.pop(0)]
            if one.name:
                return f"what follows “{one.name}”"
            ahead_of = [one.attached_to or "", *(flow.source for flow in self.incoming(one.id))]
            to_see += [each for each in ahead_of if each in self.elements and each not in before]
            before.update(ahead_of)
        return element

    def flow_between(self, source: str, target: str) -> str | None:
        """The id of the one flow from source to target; the linter refuses a second one."""
        return self._flow_by_ends.get((source, target))


@lru_cache(maxsize=64)
def read_drawing(content: bytes, file: str) -> Drawing:
    """Raises BadModel for XML that is malformed or unsafe, and where processes, ids or lanes leave no clear drawing.

    Remembered by its text: of the drawings of a draft, one differs from what was read a moment ago.
    """
    root = parse_xml(content, file)
    processes = list(root.iterchildren(f"{BPMN}process"))
    if root.tag != f"{BPMN}definitions" or len(processes) != 1:
        raise BadModel([Problem(file, "", line_of(root), _not_one(root, processes))])
    process = processes[0]
    shapes = [child for child in process.iterchildren("{*}*") if _is_shape(child)]
    flows = list(process.iterchildren(f"{BPMN}sequenceFlow"))
    problems = list(_unclear_ids([process, *shapes, *flows], file))
    if problems:
        raise BadModel(problems)
    names = _names(root)
    lanes = {node: str(lane.get("id", "")) for lane in process.iter(f"{BPMN}lane") for node in _members(lane)}
    elements = [_element(shape, lanes.get(shape.get("id", "")), names) for shape in shapes]
    return Drawing(
        process=process.get("id", ""),
        name=process.get("name", ""),
        file=file,
        elements={element.id: element for element in elements},
        flows=tuple(_flow(flow) for flow in flows),
        lanes={lane.get("id", ""): lane.get("name", "") for lane in process.iter(f"{BPMN}lane")},
    )


def with_names_of_lanes(content: bytes, drawing: Drawing) -> bytes:
    """The file of the drawing, its lanes named as people read them; as it is where it names them so itself."""
    root = parse_xml(content, drawing.file)
    differing = [lane for lane in root.iter(f"{BPMN}lane") if lane.get("name") != drawing.lanes[lane.get("id", "")]]
    for lane in differing:
        lane.set("name", drawing.lanes[lane.get("id", "")])
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True) if differing else content


def _not_one(root: XmlElement, processes: list[XmlElement]) -> str:
    if root.tag != f"{BPMN}definitions":
        return f"This is no BPMN 2.0: the file must begin with the element definitions of {BPMN[1:-1]}."
    if not processes:
        return "The file holds no process: draw one."
    named = ", ".join(f"{each.get('name') or 'one without a name'} ({each.get('id', 'no id')})" for each in processes)
    return (
        f"The file holds {len(processes)} processes, and one drawing is one process: {named}. Who only takes part may "
        "become a lane; what runs by itself is drawn in a file of its own and started by a message."
    )


def local_name(node: XmlElement) -> str:
    return etree.QName(node).localname


def line_of(node: XmlElement) -> int:
    return node.sourceline or 0


def _is_shape(node: XmlElement) -> bool:
    return local_name(node) in FLOW_NODES


def _unclear_ids(nodes: list[XmlElement], file: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for node in nodes:
        node_id = node.get("id", "")
        if not node_id:
            yield Problem(file, "", line_of(node), f"This {local_name(node)} has no id: give it one.")
        elif node_id in seen:
            yield Problem(file, node_id, line_of(node), "Another element has this id: give each its own.")
        seen.add(node_id)


def _names(root: XmlElement) -> dict[str, str]:
    declared = [*root.iterchildren(f"{BPMN}message"), *root.iterchildren(f"{BPMN}signal")]
    return {node.get("id", ""): node.get("name", "") for node in declared}


def _members(lane: XmlElement) -> list[str]:
    return [_text(node) for node in lane.iterchildren(f"{BPMN}flowNodeRef")]


def _element(node: XmlElement, lane: str | None, names: Mapping[str, str]) -> Element:
    return Element(
        id=node.get("id", ""),
        kind=local_name(node),
        name=node.get("name", ""),
        lane=lane,
        line=line_of(node),
        properties={each.get("name", ""): each.get("value", "") for each in node.iterfind(_PROPERTY)},
        message=_referred(node, "message", names),
        signal=_referred(node, "signal", names),
        clock=_optional_text(node.find(f"{BPMN}timerEventDefinition/{BPMN}timeDate")),
        attached_to=node.get("attachedToRef"),
        interrupting=node.get("cancelActivity", "true") == "true",
        default=node.get("default"),
        cardinality=_optional_text(node.find(f"{BPMN}multiInstanceLoopCharacteristics/{BPMN}loopCardinality")),
        ends_all=node.find(f"{BPMN}terminateEventDefinition") is not None,
    )


_PROPERTY = f"{BPMN}extensionElements/{SPIFF}properties/{SPIFF}property"


def _referred(node: XmlElement, kind: str, names: Mapping[str, str]) -> str | None:
    definition = node.find(f"{BPMN}{kind}EventDefinition")
    if definition is None:
        return None
    reference = definition.get(f"{kind}Ref", "")
    return names.get(reference, reference)


def _flow(node: XmlElement) -> Flow:
    return Flow(
        id=node.get("id", ""),
        source=node.get("sourceRef", ""),
        target=node.get("targetRef", ""),
        name=node.get("name", ""),
        condition=_optional_text(node.find(f"{BPMN}conditionExpression")),
        line=line_of(node),
    )


def _optional_text(node: XmlElement | None) -> str | None:
    return None if node is None else _text(node)


def _text(node: XmlElement) -> str:
    return "".join(str(part) for part in node.itertext(with_tail=False)).strip()
