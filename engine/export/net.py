"""A drawing as a Petri net, in PNML (ISO/IEC 15909-2): what a process mining tool holds the event log against.

The tools read BPMN too, but leave gateways and boundary events out or guess at them. Here each way through a shape is a
transition, and its name is the `way` of an event of the log; a place is what waits before a shape.
"""

from collections.abc import Iterable, Iterator

from engine.export.markup import as_xml, node
from engine.process.drawing import Drawing, Element, Flow
from engine.process.safe_xml import XmlElement

TYPE = "http://www.pnml.org/version-2009/grammar/pnmlcoremodel"
TAKES_ONE = ("exclusiveGateway", "eventBasedGateway")
BEGINNING = "before the start"


def way(element: str, flows: Iterable[str]) -> str:
    """“decided: decided_to_inform_family”: through this shape, and out by these sequence flows."""
    return ": ".join(part for part in (element, " ".join(sorted(flows))) if part)


def net(drawing: Drawing) -> bytes:
    ways = [(name, before, after) for one in drawing.elements.values() for name, before, after in _ways(drawing, one)]
    places = dict.fromkeys([BEGINNING, *(place for _, before, after in ways for place in (*before, *after))])
    numbers = {place: f"p{number}" for number, place in enumerate(places)}
    arcs = [
        ends
        for number, (_, before, after) in enumerate(ways)
        for ends in (
            *((numbers[one], f"t{number}") for one in before),
            *((f"t{number}", numbers[one]) for one in after),
        )
    ]
    page = node(
        "page",
        *(_named("place", numbers[place], place, begins=place == BEGINNING) for place in places),
        *(_named("transition", f"t{number}", name) for number, (name, _, _) in enumerate(ways)),
        *(node("arc", id=f"a{number}", source=source, target=target) for number, (source, target) in enumerate(arcs)),
        id="page",
    )
    return as_xml(node("pnml", node("net", _name(drawing.name), page, id=drawing.process, type=TYPE)))


def _ways(drawing: Drawing, element: Element) -> Iterator[tuple[str, list[str], list[str]]]:
    """Each with the places before it and after it."""
    outgoing = drawing.outgoing(element.id)
    for taken in ([flow] for flow in outgoing) if element.kind in TAKES_ONE else [list(outgoing)]:
        yield (
            way(element.id, (flow.id for flow in taken)),
            _before(drawing, element),
            [_place(drawing, flow) for flow in taken],
        )


def _before(drawing: Drawing, element: Element) -> list[str]:
    if element.kind == "startEvent":
        return [BEGINNING]
    if element.attached_to:
        return [f"before {element.attached_to}"]
    return sorted({_place(drawing, flow) for flow in drawing.incoming(element.id)})


def _place(drawing: Drawing, flow: Flow) -> str:
    """Only where branches meet it matters by which flow one came."""
    meets = drawing.elements[flow.target].kind == "parallelGateway"
    return f"{flow.id} before {flow.target}" if meets else f"before {flow.target}"


def _named(tag: str, identifier: str, name: str, *, begins: bool = False) -> XmlElement:
    marking = [node("initialMarking", node("text", "1"))] if begins else []
    return node(tag, _name(name), *marking, id=identifier)


def _name(name: str) -> XmlElement:
    return node("name", node("text", name))
