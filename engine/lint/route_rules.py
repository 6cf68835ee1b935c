"""How a drawing flows: one start, every element on a way from it to an end, no loop that never waits."""

from collections import Counter
from collections.abc import Iterator, Set

from engine.lint import join_rules
from engine.lint.graph import Graph, Ways, graph_of, reached
from engine.lint.lint_problems import LintProblem
from engine.lint.material import fault, missing_flow, of_kind
from engine.process.drawing import Drawing, Flow
from engine.process.kind_words import kind_in_plain_words

_MAY_SPLIT = frozenset({"exclusiveGateway", "parallelGateway", "eventBasedGateway"})


def check(drawing: Drawing) -> Iterator[LintProblem]:
    yield from _starts(drawing)
    yield from _loose_flows(drawing)
    yield from _doubles(drawing)
    yield from _splits(drawing)
    graph = graph_of(drawing)
    yield from _ways(graph)
    yield from _loops(graph)
    yield from join_rules.check(graph)


def _starts(drawing: Drawing) -> Iterator[LintProblem]:
    starts = list(of_kind(drawing, "startEvent"))
    if len(starts) != 1:
        second = starts[1] if len(starts) > 1 else None
        yield fault("one-start", drawing, second, f"A process has exactly one start event; this one has {len(starts)}.")


def _loose_flows(drawing: Drawing) -> Iterator[LintProblem]:
    for flow in drawing.flows:
        for end, word in ((flow.source, "come from"), (flow.target, "lead to")):
            if end not in drawing.elements:
                yield fault(
                    "loose-flow", drawing, flow, f"The flow must {word} an element; {end or 'none'} is not one."
                )
        yield from _wrong_way(drawing, flow)


def _wrong_way(drawing: Drawing, flow: Flow) -> Iterator[LintProblem]:
    source, target = drawing.elements.get(flow.source), drawing.elements.get(flow.target)
    if source is not None and source.kind == "endEvent":
        yield fault("loose-flow", drawing, flow, f"Nothing can leave the end event {source.id}.")
    if target is not None and target.kind in ("startEvent", "boundaryEvent"):
        yield fault(
            "loose-flow", drawing, flow, f"No way can lead to the {kind_in_plain_words(target.kind)} {target.id}."
        )


def _doubles(drawing: Drawing) -> Iterator[LintProblem]:
    pairs = Counter((flow.source, flow.target) for flow in drawing.flows)
    for flow in drawing.flows:
        if pairs[flow.source, flow.target] > 1 and drawing.flow_between(flow.source, flow.target) != flow.id:
            message = (
                f"Another flow already leads from {flow.source} to {flow.target}: join the two conditions with `or`."
            )
            yield fault("two-flows-one-pair", drawing, flow, message)


def _splits(drawing: Drawing) -> Iterator[LintProblem]:
    for element in drawing.elements.values():
        if element.kind not in _MAY_SPLIT and len(drawing.outgoing(element.id)) > 1:
            message = "More than one way leaves here: say with a decision that one is taken, or that all are."
            yield fault("split-without-gateway", drawing, element, message)


def _ways(graph: Graph) -> Iterator[LintProblem]:
    """Said once for each place where the way breaks off: what follows from it needs no complaint of its own."""
    drawing = graph.drawing
    if not any(of_kind(drawing, "endEvent")):
        yield fault("dead-end", drawing, None, "The process has no end event: draw one.")
        return
    if not any(of_kind(drawing, "startEvent")):
        return  # `one-start` has said so
    apart = drawing.elements.keys() - graph.from_starts()
    begun = list(_first_of(apart, graph.before))
    broken = list(_first_of(drawing.elements.keys() - graph.to_ends() - apart, graph.after))
    one_flow = len(begun) < 2 and len(broken) < 2
    cause = missing_flow(drawing) if one_flow else ""
    between = f" Or is the flow to {begun[0]} missing?" if begun and one_flow else ""
    for name in begun:
        message = "No way from the start leads here: connect it or take it out."
        yield fault("unreachable", drawing, drawing.elements[name], message, cause)
    for name in broken:
        message = f"No way leads from here to an end event: draw one.{between}"
        yield fault("dead-end", drawing, drawing.elements[name], message, cause)


def _first_of(apart: Set[str], towards: Ways) -> Iterator[str]:
    """Those of the elements with nothing of them further that way; of a loop that lies furthest, its first."""
    ahead = {name: reached(towards, towards[name]) & apart for name in sorted(apart)}
    seen: set[str] = set()
    for name in (name for name in towards if name in apart):
        in_its_loop = {other for other in ahead[name] if name in ahead[other]} | {name}
        if not ahead[name] - in_its_loop and name not in seen:
            yield name
            seen |= in_its_loop


def _loops(graph: Graph) -> Iterator[LintProblem]:
    for name in graph.silent_loops():
        message = "This loop can turn for ever: nobody is waited for on it. Put a task that a person does on the way."
        yield fault("loop-without-wait", graph.drawing, graph.drawing.elements[name], message)
    for gateway in of_kind(graph.drawing, "parallelGateway"):
        if len(graph.before[gateway.id]) > 1 and graph.can_return(gateway.id):
            message = "A parallel join inside a loop can pass too early: move the loop out of the parallel part."
            yield fault("join-in-loop", graph.drawing, gateway, message)
    yield from _undecided_loops(graph)


def _undecided_loops(graph: Graph) -> Iterator[LintProblem]:
    """The engine lays out beforehand all that must come, so that what must come again and again has no end for it."""
    drawing = graph.drawing
    parted = [loop for loop in graph.endless_rounds() if any(_parts(drawing, name) for name in loop)]
    undecided = [loop for loop in graph.undecided_loops() if not any({*loop} & {*other} for other in parted)]
    for loop in (*parted, *undecided):
        parting = next((name for name in loop if _parts(drawing, name)), "")
        if parting:
            message = (
                "All ways are taken here, and one of them leads back without a decision: each round would begin all of "
                "them once more, without end. Let a decision say whether it goes back."
            )
            yield fault("parallel-loop", drawing, drawing.elements[parting], message)
        else:
            message = "Nothing on this loop decides whether it goes round again: put a decision on the way."
            yield fault("undecided-loop", drawing, drawing.elements[loop[0]], message)


def _parts(drawing: Drawing, name: str) -> bool:
    return drawing.elements[name].kind == "parallelGateway" and len(drawing.outgoing(name)) > 1
