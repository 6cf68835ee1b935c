"""Gateways and events: who decides, what is caught, and where an event may stand."""

from collections.abc import Iterator

from engine.lint.graph import graph_of, reached
from engine.lint.lint_problems import LintProblem
from engine.lint.material import fault, missing_flow, of_kind
from engine.process.drawing import Drawing, Element, Flow
from engine.process.kind_words import kind_in_plain_words, with_article

_CAUGHT = ("startEvent", "intermediateCatchEvent", "boundaryEvent")
_THROWN = ("intermediateThrowEvent", "endEvent")


def check(drawing: Drawing) -> Iterator[LintProblem]:
    yield from _conditions(drawing)
    for gateway in of_kind(drawing, "eventBasedGateway"):
        yield from _event_gateway(drawing, gateway)
    for event in of_kind(drawing, "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"):
        if [event.message, event.signal, event.clock].count(None) != 2:
            yield fault("event-kind", drawing, event, "The event needs exactly one message, signal or clock.")
    yield from _boundaries(drawing)
    yield from _same(drawing)
    yield from _signals(drawing)


def _boundaries(drawing: Drawing) -> Iterator[LintProblem]:
    """What does not interrupt is heard once (measured). A clock runs out once; a message or signal may come again."""
    for event in of_kind(drawing, "boundaryEvent"):
        host = drawing.elements.get(event.attached_to or "")
        if host is None or host.kind != "userTask":
            yield fault(
                "boundary-host", drawing, event, "What may happen during a task stands on its edge: put it on one."
            )
        if not event.interrupting and event.clock is None:
            message = "It would be heard once only: let it interrupt, or draw an event beside the task, in a loop."
            yield fault("boundary-host", drawing, event, message)
        if host is not None and (message := _leads_back(drawing, event, host)):
            yield fault("boundary-host", drawing, event, message)


def _leads_back(drawing: Drawing, event: Element, host: Element) -> str:
    """The engine mixes up a task and its own next round where one begins while the other is not over (measured)."""
    if event.interrupting:
        straight = any(flow.target == host.id for flow in drawing.outgoing(event.id))
        return "It leads straight back to its own task: draw a decision on the way." if straight else ""
    after = graph_of(drawing).after
    if host.id in reached(after, after[event.id]):
        return "The task is still open, and this way leads to it once more: let the event interrupt, or end the way."
    return ""


def _same(drawing: Drawing) -> Iterator[LintProblem]:
    """Of two events of one task, or after one gateway, that wait for the same nobody can say which comes."""
    places = [(event.attached_to or "", event) for event in of_kind(drawing, "boundaryEvent")]
    for gateway in of_kind(drawing, "eventBasedGateway"):
        targets = (drawing.elements.get(flow.target) for flow in drawing.outgoing(gateway.id))
        places += [(gateway.id, event) for event in targets if event is not None]
    seen: set[tuple[str, str | None, str | None, str | None]] = set()
    for place, event in places:
        waits_for = (place, event.message, event.signal, event.clock)
        if waits_for in seen:
            message = f"Another event of {place} waits for the same: only one of the two ways can be meant."
            yield fault("same-event", drawing, event, message)
        seen.add(waits_for)


def _conditions(drawing: Drawing) -> Iterator[LintProblem]:
    for element in drawing.elements.values():
        flows = drawing.outgoing(element.id)
        if element.kind == "exclusiveGateway" and len(flows) > 1:
            yield from _decision(drawing, element, flows)
            continue
        if element.kind == "exclusiveGateway" and (element.default or any(flow.condition for flow in flows)):
            yield from _one_way_left(drawing, element, flows)
            continue
        for flow in flows:
            if flow.condition is not None:
                message = "Only a way that leaves a decision with several ways has a condition: take it out."
                yield fault("misplaced-condition", drawing, flow, message)


def _one_way_left(drawing: Drawing, gateway: Element, flows: tuple[Flow, ...]) -> Iterator[LintProblem]:
    """The other was taken out: without it the one that is left would be taken whatever was answered."""
    message = "This decides and only one way is left: draw the other, or take the decision out."
    conditional = [flow for flow in flows if flow.condition is not None]
    for flow in conditional:
        yield fault("misplaced-condition", drawing, flow, message, missing_flow(drawing))
    if not conditional:
        yield fault("gateway-default", drawing, gateway, message, missing_flow(drawing))


def _decision(drawing: Drawing, gateway: Element, flows: tuple[Flow, ...]) -> Iterator[LintProblem]:
    if gateway.default not in {flow.id for flow in flows}:
        message = "Mark one of the ways that leave this decision as its default: it is taken when no condition holds."
        yield fault("gateway-default", drawing, gateway, message, f"{drawing.process}.{gateway.id}")
    for flow in flows:
        if flow.id == gateway.default and flow.condition is not None:
            yield fault("misplaced-condition", drawing, flow, "The default flow has no condition: take it out.")
        if flow.id != gateway.default and not flow.condition:
            message = "Say with a condition when this way is taken, or take it where no condition holds."
            yield fault("gateway-default", drawing, flow, message, f"{drawing.process}.{gateway.id}")


def _event_gateway(drawing: Drawing, gateway: Element) -> Iterator[LintProblem]:
    found = [drawing.elements.get(flow.target) for flow in drawing.outgoing(gateway.id)]
    targets = [target for target in found if target is not None]
    if len(targets) < 2:
        message = "Whichever comes first is one of at least two that are waited for."
        yield fault("event-gateway", drawing, gateway, message, missing_flow(drawing))
    for target in targets:
        if target.kind != "intermediateCatchEvent":
            message = (
                f"What may come first is waited for; {target.id} is {with_article(kind_in_plain_words(target.kind))}."
            )
            yield fault("event-gateway", drawing, gateway, message)
        elif len(drawing.incoming(target.id)) > 1:
            yield fault("event-gateway", drawing, target, "What may come first is reached from there alone.")
    if sum(target.clock is not None for target in targets) > 1:
        yield fault("event-gateway", drawing, gateway, "Only one time limit can be among those that may come first.")


def _signals(drawing: Drawing) -> Iterator[LintProblem]:
    caught = {event.signal for event in of_kind(drawing, *_CAUGHT) if event.signal}
    thrown = {event.signal for event in of_kind(drawing, *_THROWN) if event.signal}
    if any(_is_empty(event) for event in of_kind(drawing, "intermediateThrowEvent")):
        thrown |= caught  # what that one throws is not said yet, and another rule asks for it
    for event in drawing.elements.values():
        cause = f"a signal of {drawing.process} is alone: {event.signal}"
        if event.kind in _THROWN and event.signal and event.signal not in caught:
            message = f"Nothing in this drawing catches the signal {event.signal}."
            yield fault("signal-pair", drawing, event, message, cause)
        if event.kind in _CAUGHT and event.signal and event.signal not in thrown:
            message = f"Nothing in this drawing throws the signal {event.signal}."
            yield fault("signal-pair", drawing, event, message, cause)


def _is_empty(event: Element) -> bool:
    return not (event.message or event.signal or event.clock)
