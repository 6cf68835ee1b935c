"""Sub-processes that say no more than their steps do, put in their place: one token goes in, and one comes out.

What would do something else without its border stays, and stands in the way: a sub-process that an event begins or
ends, that is done several times, or in which several things go on at once.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.importing.foreign_file import leave_out
from engine.importing.import_report import ImportReport
from engine.lint.allowed_xml import PICTURE, attribute_says_nothing
from engine.process.drawing import BPMN, FLOW_NODES, local_name
from engine.process.safe_xml import XmlElement

_FLOW = f"{BPMN}sequenceFlow"
_STAYS = frozenset({*FLOW_NODES, "sequenceFlow", "textAnnotation", "association"})
_OWN = frozenset({"id", "name", "triggeredByEvent"})
_NOT_READ = frozenset({"incoming", "outgoing", "documentation", "extensionElements"})
_DECIDE = frozenset({"exclusiveGateway", "eventBasedGateway"})
_SEVERAL = frozenset({"parallelGateway", "inclusiveGateway", "complexGateway"})
_ONCE_MORE = "LoopCharacteristics"
_DOES = "EventDefinition"


@dataclass(frozen=True, slots=True)
class _Inside:
    """What a sub-process holds: `into` and `out` are the flows around it, `last` those that lead to its `ends`."""

    start: XmlElement
    first: XmlElement
    ends: list[XmlElement]
    last: list[XmlElement]
    into: list[XmlElement]
    out: XmlElement | None


def unfold(processes: Iterable[XmlElement], root: XmlElement, report: ImportReport) -> None:
    """Those inside others first. One in which nothing is drawn is a task."""
    for sub in reversed([sub for process in processes for sub in process.iter(f"{BPMN}subProcess")]):
        if sub.get("triggeredByEvent") == "true":
            continue
        if not any(local_name(one) in FLOW_NODES for one in sub.iterchildren("{*}*")):
            report.change("Nothing is drawn in this sub-process: it is a task.", sub)
            sub.attrib.pop("triggeredByEvent", "")
            sub.tag = f"{BPMN}task"
        elif inside := _plain(sub):
            _put_in_place(sub, inside, root, report)


def _plain(sub: XmlElement) -> _Inside | None:
    """None where it says more than its steps do."""
    around = [] if (parent := sub.getparent()) is None else list(parent.iterchildren("{*}*"))
    name = sub.get("id", "")
    into = [one for one in around if one.tag == _FLOW and one.get("targetRef") == name]
    out = [one for one in around if one.tag == _FLOW and one.get("sourceRef") == name]
    attached = any(one.get("attachedToRef") == name for one in around)
    if not into or len(out) > 1 or attached or any(map(_is_conditional, out)) or _says_more(sub):
        return None
    nodes = {one.get("id", ""): one for one in sub.iterchildren("{*}*") if local_name(one) in FLOW_NODES}
    flows = list(sub.iterchildren(_FLOW))
    starts = [one for one in nodes.values() if local_name(one) == "startEvent"]
    ends = [one for one in nodes.values() if local_name(one) == "endEvent"]
    first = [one for one in flows if starts and one.get("sourceRef") == starts[0].get("id")]
    if len(starts) != 1 or any(map(_does, (*starts, *ends))) or not _is_one_way_through(nodes, flows):
        return None
    last = [one for one in flows if one.get("targetRef") in {end.get("id") for end in ends}]
    joined = {one.get("id") for one in around if local_name(one) in _SEVERAL}
    if first[0] in last or _is_conditional(first[0]) or (len(last) > 1 and out and out[0].get("targetRef") in joined):
        return None
    return _Inside(starts[0], first[0], ends, last, into, out[0] if out else None)


def _says_more(sub: XmlElement) -> bool:
    """It is done several times, or has lanes, or an attribute that means something."""
    parts = map(local_name, sub.iterchildren("{*}*"))
    odd = (
        str(name)
        for name, value in sub.attrib.items()
        if name not in _OWN and not attribute_says_nothing(str(name), str(value))
    )
    return any(one.endswith(_ONCE_MORE) or one == "laneSet" for one in parts) or any("}" not in name for name in odd)


def _is_one_way_through(nodes: dict[str, XmlElement], flows: list[XmlElement]) -> bool:
    """Whether there is never more than one token in it, and each comes to an end event."""
    leaving, coming = (Counter(one.get(end, "") for one in flows) for end in ("sourceRef", "targetRef"))
    if not {*leaving, *coming} <= nodes.keys():
        return False
    return all(_passes_one(node, leaving[name], coming[name]) for name, node in nodes.items())


def _passes_one(node: XmlElement, leaving: int, coming: int) -> bool:
    kind = local_name(node)
    if kind in _SEVERAL or (kind == "boundaryEvent" and node.get("cancelActivity") == "false"):
        return False
    begins = kind in ("startEvent", "boundaryEvent")
    goes_on = leaving == 0 if kind == "endEvent" else leaving == 1 or (kind in _DECIDE and leaving > 0)
    return goes_on and (coming == 0 if begins else coming > 0)


def _does(event: XmlElement) -> bool:
    return any(local_name(part).endswith(_DOES) for part in event.iterchildren("{*}*"))


def _is_conditional(flow: XmlElement) -> bool:
    return flow.find(f"{BPMN}conditionExpression") is not None


def _put_in_place(sub: XmlElement, inside: _Inside, root: XmlElement, report: ImportReport) -> None:
    report.change("The steps of this sub-process stand in the process itself now, without its start and end.", sub)
    for part in (one for one in sub.iterchildren("{*}*") if local_name(one) not in _STAYS | _NOT_READ):
        leave_out(part, report)
    gone, led_on = [sub, inside.start, inside.first], [(flow, inside.first) for flow in inside.into]
    if inside.out is not None:
        gone += [*inside.ends, inside.out]
        led_on += [(flow, inside.out) for flow in inside.last]
    for flow, on in led_on:
        flow.set("targetRef", on.get("targetRef", ""))
    stay = [one for one in sub.iterchildren("{*}*") if local_name(one) in _STAYS and one not in gone]
    _in_its_lane(sub, stay, root)
    _take_out_of_picture(sub, [*gone, *(flow for flow, _ in led_on)], stay, root)
    for one in stay:
        sub.addprevious(one)
    _take_out(gone)


def _take_out(nodes: Iterable[XmlElement]) -> None:
    for node in nodes:
        if (parent := node.getparent()) is not None:
            parent.remove(node)


def _in_its_lane(sub: XmlElement, stay: list[XmlElement], root: XmlElement) -> None:
    for reference in list(root.iter(f"{BPMN}flowNodeRef")):
        if (reference.text or "").strip() == sub.get("id"):
            for one in (one for one in stay if local_name(one) in FLOW_NODES):
                named = reference.makeelement(reference.tag)
                named.text = one.get("id")
                reference.addnext(named)


def _take_out_of_picture(
    sub: XmlElement, otherwise: list[XmlElement], stay: list[XmlElement], root: XmlElement
) -> None:
    """What is gone, the ways that lead elsewhere now, and all that stood on another page as it was folded."""
    names = {one.get("id") for one in otherwise}
    if any(_is_folded(shape) for shape in _drawn(sub.get("id", ""), root)):
        names |= {one.get("id") for one in stay}
    for name in names:
        _take_out(_drawn(name or "", root))


def _drawn(name: str, root: XmlElement) -> Iterator[XmlElement]:
    for kind in ("BPMNShape", "BPMNEdge"):
        yield from [one for one in root.iter(f"{PICTURE[0]}{kind}") if one.get("bpmnElement") == name]


def _is_folded(shape: XmlElement) -> bool:
    return shape.get("isExpanded") == "false"
