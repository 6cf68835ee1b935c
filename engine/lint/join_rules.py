"""A parallel join gets what it waits for: each branch that may come to it surely does, and once for each split."""

from collections.abc import Iterator, Set
from dataclasses import dataclass

from engine.lint.graph import Graph, reached
from engine.lint.lint_problems import LintProblem
from engine.lint.material import fault, of_kind
from engine.process.drawing import Element, Flow

_ESCAPES = (
    "A branch to this join may come to an end before it, and the join would wait for ever: join only what surely comes."
)
_UNSPLIT = (
    "What comes here was not parted by a parallel gateway before: the join would wait for ever for the other ways. "
    "Put a decision in front of it, lead the ways of which one is taken there, and lead on from it to here."
)
_ROUNDS = "What is joined here is parted inside a loop: it may be parted more often than it is joined."
_TWICE = (
    "Two branches come to this join by the same way, and the others are missed: lead each branch here by its own flow."
)


def check(graph: Graph) -> Iterator[LintProblem]:
    for join in of_kind(graph.drawing, "parallelGateway"):
        ways = graph.drawing.incoming(join.id)
        if len(ways) > 1 and not graph.can_return(join.id):
            message = _Join(graph, join, ways).fault()
            if message:
                yield fault("join-starves", graph.drawing, join, message)


@dataclass(frozen=True)
class _Join:
    graph: Graph
    join: Element
    ways: tuple[Flow, ...]

    def fault(self) -> str:
        """Why it may wait for what never comes, empty where it gets what it waits for.

        A split serves the join where its branches come to it. Each branch must surely come once it may, and by a way
        of its own, unless another join has made one of several before. Nothing may come to the join but from splits
        that serve all its ways; one of whose branches a single one leads here serves none.
        """
        may, surely = {way.id: self._may(way) for way in self.ways}, {way.id: self._surely(way) for way in self.ways}
        apart = {way.id: self._may(way, through_joins=False) for way in self.ways}
        serving: set[str] = set()
        for split in of_kind(self.graph.drawing, "parallelGateway"):
            branches = self._brought(split, may)
            if sum(map(bool, branches)) < 2:
                continue
            if branches != self._brought(split, surely):
                return _ESCAPES
            if message := self._doubled(split, self._brought(split, apart)):
                return message
            if frozenset().union(*branches) == may.keys():
                serving.add(split.id)
        return _UNSPLIT if self.join.id in self._without(serving) else ""

    def _doubled(self, split: Element, branches: list[frozenset[str]]) -> str:
        if sum(map(len, branches)) > len({way for branch in branches for way in branch}):
            return _TWICE
        return _ROUNDS if self.graph.can_return(split.id) else ""

    def _brought(self, split: Element, to: dict[str, frozenset[str]]) -> list[frozenset[str]]:
        """For each branch the ways of the join by which a token on it comes."""
        return [self._brings(flow, to) for flow in self.graph.drawing.outgoing(split.id)]

    def _brings(self, flow: Flow, to: dict[str, frozenset[str]]) -> frozenset[str]:
        return frozenset(way for way, those in to.items() if flow.id == way or flow.target in those)

    def _may(self, way: Flow, *, through_joins: bool = True) -> frozenset[str]:
        """The elements from which a token may come to the join by this way; not through the join itself."""
        before, incoming = self.graph.before, self.graph.drawing.incoming
        joins = [one.id for one in of_kind(self.graph.drawing, "parallelGateway") if len(incoming(one.id)) > 1]
        closed = {self.join.id} if through_joins else {*joins}
        open_ways = {name: tuple(one for one in others if one not in closed) for name, others in before.items()}
        return reached(open_ways, {way.source} - closed)

    def _surely(self, way: Flow) -> frozenset[str]:
        """Those of them from which it cannot end anywhere else."""
        return self._may(way) - self._ending_without(way)

    def _ending_without(self, way: Flow) -> Set[str]:
        elements = self.graph.drawing.elements
        ending = {name for name, one in elements.items() if one.kind == "endEvent" and not one.ends_all} | {
            self.join.id
        }
        waiting = True
        while waiting:
            found = {name for name in elements.keys() - ending if self._may_end(elements[name], way, ending)}
            waiting, ending = bool(found), ending | found
        return ending

    def _may_end(self, element: Element, way: Flow, ending: Set[str]) -> bool:
        leaving = [flow.id != way.id and flow.target in ending for flow in self.graph.drawing.outgoing(element.id)]
        taken_away = [
            event.id in ending
            for event in of_kind(self.graph.drawing, "boundaryEvent")
            if event.attached_to == element.id and event.interrupting
        ]
        ends = all(leaving) and bool(leaving) if element.kind == "parallelGateway" else any(leaving)
        return ends or any(taken_away)

    def _without(self, splits: Set[str]) -> frozenset[str]:
        """What is reached from the start, or from a clock beside a task, without any of the splits."""
        after = {name: () if name in splits else others for name, others in self.graph.after.items()}
        elements = self.graph.drawing.elements.values()
        begins = [one.id for one in elements if one.kind == "startEvent" or (one.attached_to and not one.interrupting)]
        return reached(after, begins)
