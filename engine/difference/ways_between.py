"""The ways of a process before and now: which step was put between two, which was taken out, what leads elsewhere.

A way is known by where it comes from and where it leads: the ids of flows are names in the file and nobody reads them.
"""

import ast
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from engine.difference.called import called
from engine.difference.model_difference import Kind, Mark, ModelDifference, Renames, marks_on
from engine.expressions.syntax import BadExpression, parsed
from engine.process.bundle import Model
from engine.process.condition_words import condition_in_words
from engine.process.drawing import Drawing, Flow

Ends = tuple[str, str, int]
"""The elements at both ends, by the ids of now; and which it is, where several lead from one to the other."""


@dataclass(frozen=True)
class Ways:
    """Both drawings of a process."""

    models: tuple[Model, Model]
    before: Drawing
    now: Drawing
    renames: Renames

    @property
    def renamed(self) -> Mapping[str, str]:
        """Old id of an element -> new one."""
        return self.renames.of(self.now.process)

    @cached_property
    def was(self) -> Mapping[Ends, Flow]:
        return _by_ends(self.before, self.renamed)

    @cached_property
    def is_now(self) -> Mapping[Ends, Flow]:
        return _by_ends(self.now, {})

    @cached_property
    def kept(self) -> frozenset[str]:
        """The elements of both, by their ids of now."""
        return frozenset(self.renamed.get(one, one) for one in self.before.elements) & self.now.elements.keys()

    @cached_property
    def put_between(self) -> Mapping[Ends, tuple[str, ...]]:
        """Each way that is gone -> the new elements through which it leads now, in order."""
        return _through(self.was.keys() - self.is_now.keys(), self.is_now, self.kept)

    @cached_property
    def taken_out(self) -> Mapping[Ends, tuple[str, ...]]:
        """Each new way -> the elements that are gone, by which it led before."""
        return _through(self.is_now.keys() - self.was.keys(), self.was, self.kept)

    def old_id(self, element: str) -> str:
        return self.renames.old_id(self.now.process, element)


def _by_ends(drawing: Drawing, renamed: Mapping[str, str]) -> dict[Ends, Flow]:
    seen: Counter[tuple[str, str]] = Counter()
    found: dict[Ends, Flow] = {}
    for flow in drawing.flows:
        ends = renamed.get(flow.source, flow.source), renamed.get(flow.target, flow.target)
        found[*ends, seen[ends]] = flow
        seen[ends] += 1
    return found


def _through(
    lost: frozenset[Ends] | set[Ends], ways: Mapping[Ends, Flow], kept: frozenset[str]
) -> dict[Ends, tuple[str, ...]]:
    """For each of the ways that are not there any more the shortest that leads by elements alone which are not kept."""
    after: dict[str, list[str]] = {}
    for source, target, _ in ways:
        after.setdefault(source, []).append(target)
    found: dict[Ends, tuple[str, ...]] = {}
    for ends in sorted(one for one in lost if one[0] in kept and one[1] in kept):
        by = _way(ends[0], ends[1], after, kept)
        if by:
            found[ends] = by
    return found


def _way(source: str, target: str, after: Mapping[str, Sequence[str]], kept: frozenset[str]) -> tuple[str, ...]:
    ways: list[tuple[str, ...]] = [(one,) for one in after.get(source, ()) if one not in kept]
    seen = {way[-1] for way in ways}
    while ways:
        way = ways.pop(0)
        for one in after.get(way[-1], ()):
            if one == target:
                return way
            if one not in kept and one not in seen:
                seen.add(one)
                ways.append((*way, one))
    return ()


def differences_of_ways(ways: Ways) -> Iterator[ModelDifference]:
    """Of the ways between elements that both drawings have: what leads to a new one is said with that one."""
    gone, new = _unsaid(ways.was, ways.is_now, ways), _unsaid(ways.is_now, ways.was, ways)
    for source in dict.fromkeys(ends[0] for ends in (*gone, *new)):
        lost = [ends for ends in gone if ends[0] == source]
        won = [ends for ends in new if ends[0] == source]
        yield from _leads_elsewhere(ways, source, lost, won)
    for was, is_now in _same_ways(ways):
        yield from _said_otherwise(ways, was, is_now)
    yield from _other_order(ways)


def _unsaid(those: Mapping[Ends, Flow], others: Mapping[Ends, Flow], ways: Ways) -> list[Ends]:
    said = ways.put_between.keys() | ways.taken_out.keys()
    return [
        ends
        for ends in those
        if ends not in others and ends not in said and (_loose(ends, those, ways) or {*ends[:2]} <= ways.kept)
    ]


def _loose(ends: Ends, those: Mapping[Ends, Flow], ways: Ways) -> bool:
    """A flow that ends nowhere, which the linter refuses."""
    drawn = ways.before.elements if those is ways.was else ways.now.elements
    flow = those[ends]
    return flow.source not in drawn or flow.target not in drawn


def _leads_elsewhere(ways: Ways, source: str, lost: Sequence[Ends], won: Sequence[Ends]) -> Iterator[ModelDifference]:
    process = ways.now.process
    if len(lost) == len(won) == 1:
        was, is_now = ways.was[lost[0]], ways.is_now[won[0]]
        there, then = _target(ways, is_now, now=True), _target(ways, was, now=False)
        words = f"After {called(ways.now, source)} comes {there} now; before: {then}."
        yield ModelDifference(process, "way", is_now.id, "changed", words, _marks(ways, was, is_now))
        return
    for ends in lost:
        was = ways.was[ends]
        words = f"After {called(ways.before, was.source)} no longer comes {_target(ways, was, now=False)}."
        yield ModelDifference(process, "way", was.id, "removed", words, _marks(ways, was, None))
    for ends in won:
        is_now = ways.is_now[ends]
        words = f"After {called(ways.now, source)} there is a new way, to {_target(ways, is_now, now=True)}."
        yield ModelDifference(process, "way", is_now.id, "added", words, _marks(ways, None, is_now))


def _target(ways: Ways, flow: Flow, *, now: bool) -> str:
    drawing, model = (ways.now, ways.models[1]) if now else (ways.before, ways.models[0])
    return f"{called(drawing, flow.target)}{where(model, drawing, flow)}"


def where(model: Model, drawing: Drawing, flow: Flow) -> str:
    """“, where “What do you find?” is “A child in need””; empty for a way without a condition."""
    if flow.condition is None:
        source = drawing.elements.get(flow.source)
        return ", where nothing else holds" if source and source.default == flow.id else ""
    return f", where {condition_in_words(model, drawing.process, '', flow.condition)}"


def _same_ways(ways: Ways) -> Iterator[tuple[Flow, Flow]]:
    """Also those that begin with a step which is new, or that did with one which is gone."""
    yield from ((ways.was[ends], flow) for ends, flow in ways.is_now.items() if ends in ways.was)
    for ends, by in ways.put_between.items():
        yield ways.was[ends], next(flow for there, flow in ways.is_now.items() if there[:2] == (ends[0], by[0]))
    for ends, by in ways.taken_out.items():
        yield next(flow for there, flow in ways.was.items() if there[:2] == (ends[0], by[0])), ways.is_now[ends]


def _said_otherwise(ways: Ways, was: Flow, is_now: Flow) -> Iterator[ModelDifference]:
    source, target = (called(ways.now, end) for end in (is_now.source, is_now.target))
    between = f"The way from {source} to {target.removesuffix(f' after {source}')}"
    marks = _marks(ways, was, is_now)
    if was.name != is_now.name:
        words = f"{between}: now called {_quoted(is_now.name)}; before: {_quoted(was.name)}."
        yield ModelDifference(ways.now.process, "way", is_now.id, "renamed", words, marks)
    alike = ways.renames.explain(was.condition, is_now.condition)
    if not alike and not same_expression(was.condition, is_now.condition):
        then, there = _when(ways, was, now=False), _when(ways, is_now, now=True)
        words = f"{between}: now taken {there}; before: {then}."
        if then == there:
            words = (
                f"{between}: its condition is written otherwise now: `{is_now.condition}`; before: `{was.condition}`."
            )
        kind: Kind = "changed"
        yield ModelDifference(ways.now.process, "way", is_now.id, kind, words, marks)


def _when(ways: Ways, flow: Flow, *, now: bool) -> str:
    drawing, model = (ways.now, ways.models[1]) if now else (ways.before, ways.models[0])
    return where(model, drawing, flow).removeprefix(", ") or "without a condition"


def _quoted(name: str) -> str:
    return f"“{name}”" if name else "nothing"


def same_expression(was: str | None, is_now: str | None) -> bool:
    """Whether both ask the same, however they are spaced or quoted."""
    if was is None or is_now is None or was == is_now:
        return was == is_now
    try:
        return ast.dump(parsed(was)) == ast.dump(parsed(is_now))
    except BadExpression:
        return False


def _other_order(ways: Ways) -> Iterator[ModelDifference]:
    """The first condition that holds is taken: in which order they are asked can matter."""
    for element in (
        one for one in ways.now.elements.values() if one.kind == "exclusiveGateway" and one.id in ways.kept
    ):
        was = _asked(ways.was, element.id, ways)
        is_now = _asked(ways.is_now, element.id, ways)
        if was != is_now:
            order = ", then for ".join(called(ways.now, ends[1]) for ends in is_now)
            words = f"{called(ways.now, element.id)} asks its conditions in another order now: first for {order}."
            marks = marks_on(ways.before, ways.now, [ways.old_id(element.id)], [element.id])
            yield ModelDifference(ways.now.process, "element", element.id, "moved", words, marks)


def _asked(those: Mapping[Ends, Flow], gateway: str, ways: Ways) -> list[Ends]:
    both = ways.was.keys() & ways.is_now.keys()
    return [ends for ends in those if ends[0] == gateway and ends in both and ways.is_now[ends].condition is not None]


def _marks(ways: Ways, was: Flow | None, is_now: Flow | None) -> tuple[Mark, ...]:
    return marks_on(ways.before, ways.now, [was.id] if was else [], [is_now.id] if is_now else [])
