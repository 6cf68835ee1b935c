"""How one moves through a drawing: what follows what, what is reached, and what is surely known before."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from engine.process.drawing import CATCHES, Drawing, Element

Ways = Mapping[str, tuple[str, ...]]
_DECIDES = frozenset({"exclusiveGateway", "eventBasedGateway"})


@dataclass(frozen=True)
class Graph:
    """`after` and `before` follow flows, and from a task to the events on its boundary."""

    drawing: Drawing
    after: Ways
    before: Ways

    def from_starts(self) -> frozenset[str]:
        return reached(self.after, (each.id for each in self.drawing.elements.values() if each.kind == "startEvent"))

    def to_ends(self) -> frozenset[str]:
        return reached(self.before, (each.id for each in self.drawing.elements.values() if each.kind == "endEvent"))

    def can_return(self, element: str) -> bool:
        return element in reached(self.after, self.after[element])

    def silent_loops(self) -> Iterator[str]:
        """One element, the first in the file, of every loop on which nobody and nothing is waited for."""
        return (loop[0] for loop in self._loops_of(lambda element: not waits(element)))

    def undecided_loops(self) -> Iterator[tuple[str, ...]]:
        """Every loop that is taken whatever anybody answers: no gateway and no event on it chooses another way."""
        return self._loops_of(lambda element: element.kind not in _DECIDES and element.attached_to is None)

    def endless_rounds(self) -> Iterator[tuple[str, ...]]:
        """Every loop on which nobody chooses another way and nothing takes a task away: a merge chooses nothing."""
        hosts = {element.attached_to for element in self.drawing.elements.values() if element.interrupting}
        return self._loops_of(
            lambda one: (
                one.attached_to is None
                and one.id not in hosts
                and not (one.kind in _DECIDES and len(self.after[one.id]) > 1)
            )
        )

    def _loops_of(self, belongs: Callable[[Element], bool]) -> Iterator[tuple[str, ...]]:
        """The loops that can be gone round through such elements alone, each with its elements as in the file."""
        among = {element.id for element in self.drawing.elements.values() if belongs(element)}
        ways = {each: tuple(to for to in others if to in among) for each, others in self.after.items() if each in among}
        seen: set[str] = set()
        for each, following in ways.items():
            ahead = reached(ways, following)
            if each in ahead and each not in seen:
                loop = tuple(other for other in ways if other in ahead and each in reached(ways, ways[other]))
                yield loop
                seen |= {*loop}

    @cached_property
    def known(self) -> Mapping[str, str]:
        """For each element that, once left, makes something known: the task that was answered, the table that decided,
        the message that came.

        A task that the system completes, or that is one for each of no agencies, has no answers.
        """
        elements = self.drawing.elements.values()
        tasks = (element for element in elements if element.kind == "userTask")
        found = {task.id: task.id for task in tasks if waits(task) and task.cardinality is None}
        found |= {one.id: one.id for one in self.drawing.rule_tasks()}
        return found | {event.id: event.message for event in elements if event.kind in CATCHES and event.message}

    def done_before(self) -> dict[str, frozenset[str]]:
        """For every element the tasks that are answered and the messages that came whenever it is entered, whichever
        way was taken.

        A parallel join has waited for all its branches; anywhere else one way alone was taken. Found by taking away
        from all of them until nothing changes. Where nothing leads nothing is taken away: `unreachable` says so.
        """
        everything, elements = frozenset(self.known.values()), self.drawing.elements.values()
        done = {each.id: frozenset[str]() if each.kind == "startEvent" else everything for each in elements}
        changed = True
        while changed:
            found = {each: self._done(each, done) for each in done}
            changed, done = found != done, found
        return done

    def _done(self, element: str, done: Mapping[str, frozenset[str]]) -> frozenset[str]:
        ways = [self._left(each, element, done) for each in self.before[element]]
        if not ways:
            return done[element]
        first, others = ways[0], ways[1:]
        joins = self.drawing.elements[element].kind == "parallelGateway"
        return first.union(*others) if joins else first.intersection(*others)

    def _left(self, source: str, target: str, done: Mapping[str, frozenset[str]]) -> frozenset[str]:
        """What is done on the way from source to target: an event on the boundary does not complete its task."""
        on_boundary = self.drawing.elements[target].attached_to == source
        return done[source] if on_boundary or source not in self.known else done[source] | {self.known[source]}


def graph_of(drawing: Drawing) -> Graph:
    """Flows that lead nowhere are left out: another rule reports them."""
    after: dict[str, list[str]] = {each: [] for each in drawing.elements}
    before: dict[str, list[str]] = {each: [] for each in drawing.elements}
    ways = [(flow.source, flow.target) for flow in drawing.flows]
    ways += [(element.attached_to, element.id) for element in drawing.elements.values() if element.attached_to]
    for source, target in ways:
        if source in after and target in before:
            after[source].append(target)
            before[target].append(source)
    return Graph(drawing, _fixed(after), _fixed(before))


def _fixed(ways: dict[str, list[str]]) -> Ways:
    return {each: tuple(others) for each, others in ways.items()}


def reached(ways: Ways, starts: Iterable[str]) -> frozenset[str]:
    """The starts and all that can be reached from them."""
    seen: set[str] = set()
    waiting = list(starts)
    while waiting:
        each = waiting.pop()
        if each not in seen:
            seen.add(each)
            waiting.extend(ways[each])
    return frozenset(seen)


def waits(element: Element) -> bool:
    """Whether something outside must happen before it is left. A task that completes itself may not be waited for."""
    if element.kind == "userTask":
        return "automatic" not in element.properties
    return element.kind in CATCHES
