"""BPMN files written in a few words, each with a picture, for tests of what reads them."""

import re
from itertools import pairwise

_NAMESPACES = (
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
    'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
    'xmlns:di="http://www.omg.org/spec/DD/20100524/DI" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core"'
)
_SHAPE = (
    '<bpmndi:BPMNShape id="{0}_di" bpmnElement="{0}"><dc:Bounds x="0" y="{1}" width="{2}" height="{2}" />'
    "</bpmndi:BPMNShape>"
)
_EDGE = (
    '<bpmndi:BPMNEdge id="{0}_di" bpmnElement="{0}"><di:waypoint x="0" y="0" /><di:waypoint x="9" y="9" />'
    "</bpmndi:BPMNEdge>"
)
_FRAMES = ("participant", "lane")
_IN_LANE = re.compile(r'(?:<bpmn:lane id="|<bpmn:flowNodeRef>)(\w+)')
_DRAWN = re.compile(
    r'<bpmn:(\w*Event|\w*Gateway|\w*Task|task|subProcess|callActivity|lane|participant|sequenceFlow) id="(\w+)"'
)


def drawing(*, process: str, declared: str, lanes: str, body: str) -> str:
    """A whole BPMN file; the picture has a place for everything in the body, in its lane, one lane below the other.

    What stands in a lane is a point, so that nothing lies over another.
    """
    pool = f'<bpmn:participant id="{process}_pool" name="Pool" processRef="{process}" />'
    down = {
        name: 10 * number for number, one in enumerate(lanes.split("</bpmn:lane>")) for name in _IN_LANE.findall(one)
    }
    drawn = "\n".join(
        (_EDGE if kind == "sequenceFlow" else _SHAPE).format(name, down.get(name, 0), 9 if kind in _FRAMES else 0)
        for kind, name in _DRAWN.findall(pool + lanes + body)
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions {_NAMESPACES} id="{process}_definitions" targetNamespace="https://example.org">
<bpmn:collaboration id="{process}_collaboration">{pool}</bpmn:collaboration>
{declared}
<bpmn:process id="{process}" name="{process.capitalize()}" isExecutable="true">
<bpmn:laneSet id="{process}_lanes">{lanes}</bpmn:laneSet>
{body}
</bpmn:process>
<bpmndi:BPMNDiagram id="{process}_diagram"><bpmndi:BPMNPlane id="{process}_plane" bpmnElement="{process}_collaboration">
{drawn}
</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
</bpmn:definitions>
"""


def lane(role: str, name: str, *members: str) -> str:
    references = "".join(f"<bpmn:flowNodeRef>{member}</bpmn:flowNodeRef>" for member in members)
    return f'<bpmn:lane id="{role}" name="{name}">{references}</bpmn:lane>'


def flow(source: str, target: str, name: str = "", condition: str = "") -> str:
    inner = f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{condition}</bpmn:conditionExpression>'
    named = f' name="{name}"' if name else ""
    return (
        f'<bpmn:sequenceFlow id="{source}_to_{target}"{named} sourceRef="{source}" targetRef="{target}">'
        f"{inner if condition else ''}</bpmn:sequenceFlow>"
    )


def chain(*elements: str) -> str:
    """A flow from each element to the next, one a line."""
    return "\n".join(flow(source, target) for source, target in pairwise(elements))


def properties(**values: str) -> str:
    inner = "".join(f'<spiffworkflow:property name="{name}" value="{value}" />' for name, value in values.items())
    return (
        f"<bpmn:extensionElements><spiffworkflow:properties>{inner}</spiffworkflow:properties></bpmn:extensionElements>"
    )


def event(kind: str, event_id: str, *, name: str = "", inner: str = "", more: str = "", **references: str) -> str:
    """An event that throws or catches: `message=`, `signal=` or `clock=` say what, `inner` stands before it."""
    definitions = {
        what: f'<bpmn:{what}EventDefinition id="{event_id}_{what}" {what}Ref="{reference}" />'
        for what, reference in references.items()
    }
    if "clock" in references:
        date = f'<bpmn:timeDate xsi:type="bpmn:tFormalExpression">{references["clock"]}</bpmn:timeDate>'
        definitions["clock"] = f'<bpmn:timerEventDefinition id="{event_id}_timer">{date}</bpmn:timerEventDefinition>'
    named = f' name="{name}"' if name else ""
    return f'<bpmn:{kind} id="{event_id}"{named}{more}>{inner}{"".join(definitions.values())}</bpmn:{kind}>'


def task(task_id: str, name: str, *, inner: str = "", **values: str) -> str:
    extended = properties(**values) if values else ""
    return f'<bpmn:userTask id="{task_id}" name="{name}">{extended}{inner}</bpmn:userTask>'


def for_each(cardinality: str) -> str:
    return (
        "<bpmn:multiInstanceLoopCharacteristics>"
        f"<bpmn:loopCardinality>{cardinality}</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"
    )
