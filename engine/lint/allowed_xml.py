"""What may stand in a drawing at all: an allow-list of elements and attributes, each with its place.

SpiffWorkflow evaluates or silently ignores far more than people draw here; so what is not listed is refused, unread.
"""

from collections.abc import Iterator

from lxml import etree

from engine.lint.lint_problems import LintProblem, RuleId
from engine.process.drawing import BPMN, FLOW_NODES, SPIFF, line_of, local_name
from engine.process.kind_words import kind_in_plain_words, with_article
from engine.process.safe_xml import XmlElement

XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
PICTURE = tuple(
    f"{{http://www.omg.org/spec/{place}}}" for place in ("BPMN/20100524/DI", "DD/20100524/DC", "DD/20100524/DI")
)
LANGUAGES = {
    "language": "conditions are written in one language only",
    "expressionLanguage": "conditions are written in one language only",
    "typeLanguage": "what an answer may be is said by the forms",
}

_NODE = "documentation incoming outgoing "
_CHILDREN = {
    "definitions": "collaboration process message signal",
    "collaboration": "participant documentation textAnnotation association",
    "participant": "documentation",
    "message": "documentation",
    "signal": "documentation",
    "process": "documentation laneSet sequenceFlow textAnnotation association userTask startEvent endEvent "
    "boundaryEvent intermediateCatchEvent intermediateThrowEvent exclusiveGateway parallelGateway eventBasedGateway "
    "businessRuleTask",
    "laneSet": "documentation lane",
    "lane": "documentation flowNodeRef",
    "sequenceFlow": "documentation conditionExpression",
    "textAnnotation": "text",
    "association": "documentation",
    "userTask": _NODE + "extensionElements multiInstanceLoopCharacteristics",
    "businessRuleTask": _NODE + "extensionElements",
    "startEvent": _NODE + "extensionElements messageEventDefinition",
    "endEvent": _NODE + "extensionElements messageEventDefinition terminateEventDefinition",
    "boundaryEvent": _NODE + "messageEventDefinition signalEventDefinition timerEventDefinition",
    "intermediateCatchEvent": _NODE + "messageEventDefinition signalEventDefinition timerEventDefinition",
    "intermediateThrowEvent": _NODE + "extensionElements messageEventDefinition signalEventDefinition",
    "exclusiveGateway": _NODE,
    "parallelGateway": _NODE,
    "eventBasedGateway": _NODE,
    "timerEventDefinition": "timeDate",
    "multiInstanceLoopCharacteristics": "loopCardinality",
    "extensionElements": "properties",
    "properties": "property",
}
_ATTRIBUTES = {
    "process": "isExecutable",
    "participant": "processRef",
    "exclusiveGateway": "default gatewayDirection",
    "parallelGateway": "gatewayDirection",
    "eventBasedGateway": "gatewayDirection",
    "boundaryEvent": "attachedToRef cancelActivity",
    "sequenceFlow": "sourceRef targetRef isImmediate",
    "association": "sourceRef targetRef associationDirection",
    "messageEventDefinition": "messageRef",
    "signalEventDefinition": "signalRef",
    "multiInstanceLoopCharacteristics": "isSequential",
    "conditionExpression": XSI_TYPE,
    "loopCardinality": XSI_TYPE,
    "timeDate": XSI_TYPE,
    "textAnnotation": "textFormat",
    "documentation": "textFormat",
    "property": "value",
}
_ONLY_VALUE = {"isExecutable": "true", "isSequential": "false"}
_DEFAULTS = {
    "behavior": "All",
    "completionQuantity": "1",
    "eventGatewayType": "Exclusive",
    "expressionLanguage": "http://www.w3.org/1999/XPath",
    "implementation": "##unspecified",
    "instantiate": "false",
    "isClosed": "false",
    "isForCompensation": "false",
    "isInterrupting": "true",
    "parallelMultiple": "false",
    "processType": "None",
    "startQuantity": "1",
    "typeLanguage": "http://www.w3.org/2001/XMLSchema",
}
"""What BPMN takes an attribute to be where it is left out: written out by most tools, it says nothing more."""
_MANY = frozenset({"lane", "flowNodeRef", "incoming", "outgoing", "participant", *_CHILDREN["process"].split()}) - {
    "laneSet"
}
_SPIFF = frozenset({"properties", "property"})

_NO_CODE = "A drawing never runs code: draw a task, a decision or a message."
_NO_DATA = "Take it out: what people answer is asked in forms."
_NO_PART = "Draw it in a process of its own that a message starts."
_NO_EVENT = "Use a message, a signal or a clock."
_ADVICE = {
    "task": "Say who does it: draw a task.",
    "manualTask": "Say who does it: draw a task.",
    **dict.fromkeys(("scriptTask", "serviceTask", "script"), _NO_CODE),
    "sendTask": "Throw the message with an event.",
    "receiveTask": "Wait for the message with an event.",
    **dict.fromkeys(("ioSpecification", "dataInputAssociation", "dataOutputAssociation"), _NO_DATA),
    **dict.fromkeys(("subProcess", "transaction", "adHocSubProcess", "callActivity"), _NO_PART),
    **dict.fromkeys(
        ("inclusiveGateway", "complexGateway"),
        "Draw a decision, or a place where all ways are taken.",
    ),
    **dict.fromkeys(("linkEventDefinition", "compensateEventDefinition", "conditionalEventDefinition"), _NO_EVENT),
    "terminateEventDefinition": "Only an end event ends all that is still open.",
    **dict.fromkeys(("errorEventDefinition", "escalationEventDefinition", "cancelEventDefinition"), _NO_EVENT),
    "standardLoopCharacteristics": "Draw the loop with a decision and a way back.",
    "timerEventDefinition": "Let the case wait for it within the process, or put it on a task.",
    **dict.fromkeys(("timeDuration", "timeCycle"), "Name a clock of timescales.csv in a timeDate."),
    **dict.fromkeys(("calledDecision", "calledDecisionId"), "Name the table in a property `table` of the task."),
    "childLaneSet": "A lane is a role; it has no lanes inside.",
}
_ADVICE_IN = {
    ("signalEventDefinition", "startEvent"): "A process begins with a message, or somebody begins it.",
    ("signalEventDefinition", "endEvent"): "Throw the signal with an intermediate event before the end.",
}


def check(root: XmlElement, file: str) -> Iterator[LintProblem]:
    """Every element and attribute that is not allowed; what stands inside a refused element is not looked at."""
    yield from _attributes(root, file)
    for child in root.iterchildren("{*}*"):
        if child.tag == f"{PICTURE[0]}BPMNDiagram":
            yield from _picture(child, file)
        else:
            yield from _element(child, "definitions", file)


def _picture(diagram: XmlElement, file: str) -> Iterator[LintProblem]:
    for node in diagram.iter("{*}*"):
        if not str(node.tag).startswith(PICTURE):
            name = local_name(node)
            yield _fault("unsupported-element", node, file, f"{name} is no part of a picture: take it out.")


def _element(node: XmlElement, parent: str, file: str) -> Iterator[LintProblem]:
    name = local_name(node)
    if refused := why_refused(node, parent):
        yield _fault("unsupported-element", node, file, refused)
        return
    yield from _attributes(node, file)
    yield from _twice(node, file)
    for child in node.iterchildren("{*}*"):
        yield from _element(child, name, file)


def why_refused(node: XmlElement, parent: str) -> str:
    """Why an element cannot stand there, and what to do instead; empty where it can."""
    if _is_allowed(node, parent):
        return ""
    name = local_name(node)
    advice = _ADVICE_IN.get((name, parent), _ADVICE.get(name, "Take it out."))
    refused, holder = kind_in_plain_words(name), with_article(kind_in_plain_words(parent))
    return f"{holder[:1].upper()}{holder[1:]} can hold no {refused} here. {advice}"


def _is_allowed(node: XmlElement, parent: str) -> bool:
    name = local_name(node)
    home = SPIFF if name in _SPIFF else BPMN
    return node.tag == home + name and name in _CHILDREN.get(parent, "").split()


def steps() -> frozenset[str]:
    """The kinds of step that a drawing may have ("userTask")."""
    return FLOW_NODES & frozenset(_CHILDREN["process"].split())


def leaves_the_flow_open(root: XmlElement) -> bool:
    """Whether a shape is refused, or what one does: then nobody can say how the drawing flows."""
    shapes = list(root.iterfind(f"{BPMN}process/*"))
    does = [(part, shape) for shape in shapes for part in shape.iterchildren() if local_name(part).endswith(_DOES)]
    return any(not _is_allowed(shape, "process") for shape in shapes if local_name(shape) in FLOW_NODES) or any(
        not _is_allowed(part, local_name(shape)) for part, shape in does
    )


_DOES = ("EventDefinition", "LoopCharacteristics")


def _twice(node: XmlElement, file: str) -> Iterator[LintProblem]:
    """Of two readers one would take the first and the other the last, so only the kinds that are many may be many."""
    seen: set[str] = set()
    for child in node.iterchildren("{*}*"):
        name = child.get("name", "") if local_name(child) == "property" else local_name(child)
        if name in seen and name not in _MANY and _is_allowed(child, local_name(node)):
            yield _fault("unsupported-element", child, file, f"{name} stands twice here: keep one.")
        seen.add(name)
    if {"terminateEventDefinition", "messageEventDefinition"} <= seen:
        message = "The event ends everything or throws a message, not both: throw it before."
        yield _fault("unsupported-element", node, file, message)


def attribute_says_nothing(name: str, value: str) -> bool:
    """Whether it would hold as well if the attribute were left out."""
    return value == _DEFAULTS.get(name)


def _attributes(node: XmlElement, file: str) -> Iterator[LintProblem]:
    name = local_name(node)
    allowed = {"id", "name", *_ATTRIBUTES.get(name, "").split()}
    for attribute, value in node.attrib.items():
        if attribute_says_nothing(str(attribute), str(value)):
            continue
        if attribute in LANGUAGES:
            message = f"Take out {attribute}: {LANGUAGES[str(attribute)]}."
            yield _fault("other-expression-language", node, file, message)
        elif name != "definitions" and attribute not in allowed:
            plain = etree.QName(str(attribute)).localname
            message = f"The attribute {plain} is not supported in {name}: take it out."
            yield _fault("unsupported-attribute", node, file, message)
        elif value != _ONLY_VALUE.get(str(attribute), value):
            message = f"{attribute} must be {_ONLY_VALUE[str(attribute)]}, or left out."
            yield _fault("unsupported-attribute", node, file, message)


def _fault(rule: RuleId, node: XmlElement, file: str, message: str) -> LintProblem:
    named = next((each for each in (node, *node.iterancestors()) if each.get("id")), node)
    return LintProblem(file, named.get("id", ""), line_of(node), message, rule)
