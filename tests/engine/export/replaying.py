"""An event log held against the drawings, from the files of a pack alone: every event follows a flow that was taken.

A game of tokens on the sequence flows, written from the rules of BPMN and knowing nothing of the engine that ran them.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from engine.process.drawing import BPMN, Drawing, Element, read_drawing
from tests.engine.export.packs import Opened

XES = "{http://www.xes-standard.org/}"
TAKES_ONE = ("exclusiveGateway", "eventBasedGateway")


@dataclass(frozen=True)
class Event:
    element: str
    transition: str
    occurrence: int
    flows: tuple[str, ...]
    entry: int


@dataclass(frozen=True)
class Trace:
    name: str
    status: str
    process: str
    models: str
    events: tuple[Event, ...]


def traces(log: bytes) -> list[Trace]:
    root = etree.fromstring(log)
    found: list[Trace] = []
    for trace in root.iterfind(f"{XES}trace"):
        about = values(trace)
        events = tuple(_event(values(event)) for event in trace.iterfind(f"{XES}event"))
        found.append(Trace(about["concept:name"], about["status"], about["process"], about["models"], events))
    return found


def faults(pack: Opened) -> list[str]:
    """Where an event could not happen on its drawing, trace by trace."""
    return [fault for trace in traces(pack.files["case.xes"]) for fault in replayed(trace, pack)]


def replayed(trace: Trace, pack: Opened) -> Iterator[str]:
    path = f"processes/{trace.process}/{trace.process}.bpmn"
    content = pack.files[f"models/{trace.models}/{path}"]
    endings = etree.fromstring(content).iterfind(f".//{BPMN}terminateEventDefinition/..")
    game = Game(read_drawing(content, path), frozenset(ending.get("id", "") for ending in endings))
    for event in trace.events:
        for fault in game.play(event):
            yield f"{trace.name}, entry {event.entry}, {event.element}: {fault}"
    if trace.status == "ended" and not game.terminated:
        yield from (f"{trace.name}: a token is left on {flow}" for flow in +game.tokens)
        yield from (f"{trace.name}: {element} was never done" for element in +game.active)


def net_faults(pack: Opened) -> list[str]:
    """As a process mining tool replays it on the nets of the pack: every transition fires, no token is left at the end.

    Where the drawing terminates a run, what else waited is left.
    """
    found: list[str] = []
    for trace in etree.fromstring(pack.files["case.xes"]).iterfind(f"{XES}trace"):
        about = values(trace)
        before, after, marking = read_net(pack.files[f"nets/{about['models']}/{about['process']}.pnml"])
        for way in [event["way"] for event in map(values, trace.iterfind(f"{XES}event")) if "way" in event]:
            if +(before[way] - marking):
                found.append(f"{about['concept:name']}: {way} could not fire")
            marking = marking - before[way] + after[way]
        if about["status"] == "ended" and marking and "terminateEventDefinition" not in _drawing(pack, about):
            found.append(f"{about['concept:name']}: tokens are left: {marking}")
    return found


def _drawing(pack: Opened, about: dict[str, str]) -> str:
    return pack.text(f"models/{about['models']}/processes/{about['process']}/{about['process']}.bpmn")


def read_net(content: bytes) -> tuple[dict[str, Counter[str]], dict[str, Counter[str]], Counter[str]]:
    """What each transition takes and gives, by names, and where tokens lie at first."""
    root = etree.fromstring(content)
    names = {one.get("id", ""): one.findtext("name/text") or "" for one in root.iter("place", "transition")}
    transitions = {one.get("id", "") for one in root.iter("transition")}
    before = {names[one]: Counter[str]() for one in transitions}
    after = {names[one]: Counter[str]() for one in transitions}
    assert len(before) == len(transitions), "no two ways have one name"
    for arc in root.iter("arc"):
        source, target = arc.get("source", ""), arc.get("target", "")
        if target in transitions:
            before[names[target]][names[source]] += 1
        else:
            after[names[source]][names[target]] += 1
    return (
        before,
        after,
        Counter(names[one.get("id", "")] for one in root.iter("place") if one.find("initialMarking") is not None),
    )


@dataclass
class Game:
    """`tokens` lie on flows, `active` counts open tasks, `entered` the tasks of several agencies that were reached."""

    drawing: Drawing
    terminating: frozenset[str] = frozenset()
    tokens: Counter[str] = field(default_factory=Counter[str])
    active: Counter[str] = field(default_factory=Counter[str])
    withdrawn: Counter[str] = field(default_factory=Counter[str])
    entered: set[str] = field(default_factory=set[str])
    started: bool = False
    terminated: bool = False

    def play(self, event: Event) -> Iterator[str]:
        element = self.drawing.elements.get(event.element)
        if element is None:
            yield "is not on the drawing"
            return
        if element.kind == "userTask" and event.occurrence:
            yield from self._task(element, event)
        elif element.kind == "userTask":
            yield from self._all_items_done(element)
        else:
            yield from self._reach(element)
        if event.transition == "complete" and (element.cardinality is None or not event.occurrence):
            yield from self._leave(element, event.flows)
        elif event.flows:
            yield f"left by {event.flows} before it was done"

    def _task(self, element: Element, event: Event) -> Iterator[str]:
        if event.transition == "schedule":
            if element.cardinality is None or element.id not in self.entered:
                yield from self._reach(element)
                self.entered.add(element.id)
            self.active[element.id] += 1
        elif event.transition in ("complete", "withdraw"):
            if not self.active[element.id]:
                yield f"{event.transition} without having come up"
            self.active[element.id] -= 1
            self.withdrawn[element.id] += event.transition == "withdraw"

    def _all_items_done(self, element: Element) -> Iterator[str]:
        if self.active[element.id] and any(self.tokens[flow.id] for flow in self.drawing.incoming(element.id)):
            yield from self._reach(element)  # another round, in which nobody was left to ask
            return
        if element.id not in self.entered:
            yield from self._reach(element)
        if self.active[element.id]:
            yield "went on while an item of it was open"
        self.entered.discard(element.id)

    def _reach(self, element: Element) -> Iterator[str]:
        """Takes the tokens that lead here."""
        if element.kind == "startEvent":
            if self.started:
                yield "started twice"
            self.started = True
        elif element.kind == "boundaryEvent":
            host = element.attached_to or ""
            if not self.active[host] and not self.withdrawn[host]:
                # Reached and overtaken in one act: it was never shown to anybody, so it never came up.
                yield from self._take(host, f"happened while {host} was not open")
        else:
            yield from self._take(element.id, "no flow that was taken leads here")

    def _take(self, element: str, otherwise: str) -> Iterator[str]:
        incoming = [flow.id for flow in self.drawing.incoming(element)]
        waiting = [flow for flow in incoming if self.tokens[flow]]
        needed = incoming if self.drawing.elements[element].kind == "parallelGateway" else waiting[:1]
        if not needed or [flow for flow in needed if flow not in waiting]:
            yield otherwise
        self.tokens.subtract(flow for flow in needed if flow in waiting)

    def _leave(self, element: Element, flows: tuple[str, ...]) -> Iterator[str]:
        outgoing = {flow.id for flow in self.drawing.outgoing(element.id)}
        right = len(flows) == 1 and set(flows) <= outgoing if element.kind in TAKES_ONE else set(flows) == outgoing
        if not right:
            yield f"left by {flows}, and the drawing has {sorted(outgoing)}"
        self.tokens.update(flows)
        self.terminated |= element.id in self.terminating


def values(node: Any) -> dict[str, str]:
    return {child.get("key"): child.get("value") for child in node if child.get("key")}


def _event(values: dict[str, str]) -> Event:
    return Event(
        element=values["element"],
        transition=values["lifecycle:transition"],
        occurrence=int(values["occurrence"]),
        flows=tuple(values["flows"].split()),
        entry=int(values["entry"]),
    )
