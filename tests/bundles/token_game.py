"""The token game of BPMN over a drawing, written from the standard alone: what the engine must agree with.

Tokens carry data. Nothing here is SpiffWorkflow's; of the product only the drawing as it was read, and expressions.
"""

from collections import Counter, deque
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from engine.expressions.evaluation import evaluate
from engine.process.drawing import PAYLOAD, Drawing, Element

Data = dict[str, Any]
LONGEST_STEP = 500


@dataclass(eq=False)
class Group:
    """The items of one task: one, or one for each agency of a list."""

    data: Data
    left: int = 1


@dataclass(eq=False)
class Item:
    """`occurrence` is counted when the game has come to rest: what is gone by then was never seen."""

    element: str
    agency: str | None
    group: Group
    occurrence: int = 0


@dataclass(eq=False)
class Wait:
    """For an event. `host` are the items of the task on which it stands; of one `gateway` the first that comes wins."""

    kind: str
    name: str
    element: Element
    data: Data
    host: Group | None = None
    gateway: object | None = None


@dataclass
class Seen:
    """What the outside sees after a step: open tasks with the agency, what is awaited, what was thrown on the way."""

    open: Counter[tuple[str, str | None]]
    waits: set[tuple[str, str]]
    thrown: list[tuple[str, Data]]
    ended: bool


@dataclass
class Game:
    drawing: Drawing
    agencies: frozenset[str]
    items: list[Item] = field(default_factory=list[Item])
    waits: list[Wait] = field(default_factory=list[Wait])
    thrown: list[tuple[str, Data]] = field(default_factory=list[tuple[str, Data]])
    joins: dict[str, dict[str, deque[Data]]] = field(default_factory=dict[str, dict[str, deque[Data]]])
    counts: Counter[str] = field(default_factory=Counter[str])
    moving: deque[tuple[str, str, Data]] = field(default_factory=deque[tuple[str, str, Data]])

    def start(self, data: Data) -> Seen:
        begin = next(one for one in self.drawing.elements.values() if one.kind == "startEvent")
        return self._step(lambda: self._leave(begin.id, data))

    def complete(self, element: str, occurrence: int, decisions: Data, facts: Data) -> Seen:
        item = next(one for one in self.items if (one.element, one.occurrence) == (element, occurrence))
        self.items.remove(item)
        item.group.left -= 1
        if item.agency is None or self.drawing.elements[element].cardinality is None:
            item.group.data |= {element: decisions, "case": facts}
        return self._step(lambda: None if item.group.left else self._done(element, item.group))

    def event(self, kind: str, name: str, payload: Data) -> Seen:
        return self._step(lambda: self._catch(kind, name, payload))

    def _step(self, begin: Callable[[], None]) -> Seen:
        self.thrown = []
        begin()
        for _ in range(LONGEST_STEP):
            if not self.moving:
                break
            self._enter(*self.moving.popleft())
        else:
            raise AssertionError("the game does not come to rest")
        for item in (one for one in self.items if not one.occurrence):
            self.counts[item.element] += 1
            item.occurrence = self.counts[item.element]
        return self.seen()

    def seen(self) -> Seen:
        waits = {(one.kind, one.name) for one in self.waits if one.kind != "signal"}
        still = Counter((one.element, one.agency) for one in self.items)
        waiting = any(tokens for arrived in self.joins.values() for tokens in arrived.values())
        return Seen(still, waits, self.thrown, not self.items and not self.waits and not waiting)

    def _leave(self, element: str, data: Data) -> None:
        for flow in self.drawing.outgoing(element):
            self.moving.append((flow.target, flow.id, deepcopy(data)))

    def _done(self, element: str, group: Group) -> None:
        self.waits = [one for one in self.waits if one.host is not group]
        self._leave(element, group.data)

    def _enter(self, name: str, flow: str, data: Data) -> None:
        element = self.drawing.elements[name]
        ENTERED[element.kind](self, element, flow, data)

    def task(self, element: Element, _flow: str, data: Data) -> None:
        agencies = self._agencies(element, data)
        if not agencies:
            self._leave(element.id, data)
            return
        group = Group(data, len(agencies))
        self.items += [Item(element.id, agency, group) for agency in agencies]
        for event in self.drawing.elements.values():
            if event.attached_to == element.id:
                self._wait(event, data, host=group)

    def _agencies(self, element: Element, data: Data) -> list[str | None]:
        if element.cardinality is not None:
            return list(self._value(element.properties["for_each"], data))
        named = element.properties.get("for_agency")
        return [None if named is None else self._value(named, data)]

    def exclusive(self, element: Element, _flow: str, data: Data) -> None:
        ways = self.drawing.outgoing(element.id)
        default = next((way for way in ways if way.id == element.default), ways[0])
        held = (way for way in ways if way.condition and way.id != element.default)
        way = next((way for way in held if len(ways) > 1 and self._value(way.condition or "", data) is True), default)
        self.moving.append((way.target, way.id, data))

    def parallel(self, element: Element, flow: str, data: Data) -> None:
        ways = [one.id for one in self.drawing.incoming(element.id)]
        arrived = self.joins.setdefault(element.id, {way: deque() for way in ways})
        arrived[flow].append(data)
        if all(arrived.values()):
            merged: Data = {}
            for way in ways:
                merged |= arrived[way].popleft()
            self._leave(element.id, merged)

    def first_of(self, element: Element, _flow: str, data: Data) -> None:
        gateway = object()
        for way in self.drawing.outgoing(element.id):
            self._wait(self.drawing.elements[way.target], data, gateway=gateway)

    def caught(self, element: Element, _flow: str, data: Data) -> None:
        self._wait(element, data)

    def throws(self, element: Element, _flow: str, data: Data) -> None:
        if element.signal:
            self._catch("signal", element.signal, {})
        if element.message:
            stated = {name: value for name, value in element.properties.items() if name.startswith(PAYLOAD)}
            payload = {name.removeprefix(PAYLOAD): self._value(value, data) for name, value in stated.items()}
            self.thrown.append((element.message, payload))
        self._leave(element.id, data)

    def ends(self, element: Element, flow: str, data: Data) -> None:
        self.throws(element, flow, data)
        if element.ends_all:
            self.items, self.waits, self.joins = [], [], {}
            self.moving.clear()

    def _wait(self, event: Element, data: Data, host: Group | None = None, gateway: object | None = None) -> None:
        kinds = {"message": event.message, "signal": event.signal, "clock": event.clock}
        kind, name = next((kind, name) for kind, name in kinds.items() if name)
        self.waits.append(Wait(kind, name, event, deepcopy(data), host, gateway))

    def _catch(self, kind: str, name: str, payload: Data) -> None:
        for wait in [one for one in self.waits if (one.kind, one.name) == (kind, name)]:
            if wait not in self.waits:
                continue
            self.waits.remove(wait)
            if wait.gateway is not None:
                self.waits = [one for one in self.waits if one.gateway is not wait.gateway]
            if wait.host is not None and wait.element.interrupting:
                self.items = [one for one in self.items if one.group is not wait.host]
                self.waits = [one for one in self.waits if one.host is not wait.host]
            brought = {name: payload} if kind == "message" else {}
            self._leave(wait.element.id, {**wait.data, **brought})

    def _value(self, source: str, data: Data) -> Any:
        return evaluate(source, data, self.agencies)


ENTERED: dict[str, Callable[[Game, Element, str, Data], None]] = {
    "userTask": Game.task,
    "exclusiveGateway": Game.exclusive,
    "parallelGateway": Game.parallel,
    "eventBasedGateway": Game.first_of,
    "intermediateCatchEvent": Game.caught,
    "intermediateThrowEvent": Game.throws,
    "endEvent": Game.ends,
}
