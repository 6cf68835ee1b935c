"""The bundle in force and the one that is to be published: what is other now, and may be a slip.

It runs all the same, so nothing is refused: whoever publishes says why (docs/decisions/doubts.md). What running cases
would stumble over is a fault, and stands in between_bundles.py.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice, product
from typing import Any, cast

from engine.expressions.evaluation import names_read
from engine.forms.duty_judgement import JUDGING, holds
from engine.forms.questions import names_in
from engine.lint import limits_of_law_between, other_ways
from engine.lint.comparisons import values_compared
from engine.lint.condition_rules import CASE, is_readable
from engine.lint.form_file import choices_of
from engine.lint.graph import Graph, graph_of, reached
from engine.lint.lint_problems import LintProblem
from engine.lint.material import fault, of_kind
from engine.lint.other_ways import question_read, titles_of
from engine.process.bundle import DUTIES, Model
from engine.process.called_anew import CalledAnew, called_anew
from engine.process.drawing import THROWS, Drawing, Element

MOST_WAYS = 2_000
"""Of so many ways to answer what else a condition reads, it is asked whether it holds."""
_WHO = ("also", "started_by", "for_each", "for_agency")


def doubts_between(old: Model, new: Model) -> tuple[LintProblem, ...]:
    """`old` is in force. In order of process, and within one in order of the drawing."""
    found: list[LintProblem] = []
    both = {process: _called(old, new, process) for process in sorted(old.drawings.keys() & new.drawings.keys())}
    renamed = {process: called for process, called in both.items() if called}
    for process, called in both.items():
        before, now = _under_new_names(old.drawings[process], called), new.drawings[process]
        found += _other_role(before, now, new)
        found += _not_by_gone(before, now)
        found += (*_only_by_default(now, old, new), *_only_by_other_rows(now, old, new))
        found += (*_stays_open(before, now), *other_ways.check(old, new, called))
    return (*found, *limits_of_law_between.check(old, new, renamed), *_duties_gone(old, new))


def _called(old: Model, new: Model, process: str) -> CalledAnew:
    try:
        return called_anew(old, new, process)
    except ValueError:  # two names became one: what is there by the same name is compared
        return CalledAnew(process, {}, {}, {})


def _under_new_names(before: Drawing, called: CalledAnew) -> Drawing:
    """Its elements, and who may not do them, as the new bundle calls them. What conditions read keeps its names."""
    if not called.tasks:
        return before
    elements: dict[str, Element] = {}
    for one in before.elements.values():
        properties = dict(one.properties)
        if "not_by" in properties:
            properties["not_by"] = called.task(properties["not_by"])
        host = one.attached_to and called.task(one.attached_to)
        elements[called.task(one.id)] = replace(one, id=called.task(one.id), attached_to=host, properties=properties)
    flows = (replace(one, source=called.task(one.source), target=called.task(one.target)) for one in before.flows)
    return replace(before, elements=elements, flows=tuple(flows))


def _other_role(before: Drawing, now: Drawing, new: Model) -> Iterator[LintProblem]:
    """A task moved into another lane, or another role that may do it as well, or begin the process."""
    for element in of_kind(now, "userTask", "startEvent"):
        earlier = before.elements.get(element.id)
        if earlier is not None and earlier.kind == element.kind and _who(earlier) != _who(element):
            words = f"{_said(element, new)} now; {_said(earlier, new)} in the models in force. Is that meant?"
            yield fault("other-role", now, element, words)


def _who(element: Element) -> tuple[object, ...]:
    lane = element.lane if element.kind == "userTask" else None
    return (lane, *(frozenset(element.properties.get(name, "").split()) for name in _WHO))


def _said(element: Element, new: Model) -> str:
    """“Social worker, or Team manager”: roles by their names, lists as they are written."""
    first = [element.lane or ""] if element.kind == "userTask" else element.properties.get("started_by", "").split()
    roles = [*first, *element.properties.get("also", "").split()]
    names = ", or ".join(new.roles[role].name if role in new.roles else role for role in roles) or "Nobody"
    whose = [element.properties[name] for name in _WHO[2:] if name in element.properties]
    return f"{names} ({', '.join(whose)})" if whose else names


def _not_by_gone(before: Drawing, now: Drawing) -> Iterator[LintProblem]:
    for task in of_kind(now, "userTask"):
        earlier = before.elements.get(task.id)
        judged = earlier.properties.get("not_by", "") if earlier is not None else ""
        named = task.properties.get("not_by", "")
        if judged and judged != named and (not named or judged in now.elements):
            other = before.elements[judged].name if judged in before.elements else judged
            words = (
                f"Whoever did “{other}” may do this too; in the models in force they may not (`not_by`). Is that meant?"
            )
            yield fault("not-by-gone", now, task, words)


def _only_by_default(now: Drawing, old: Model, new: Model) -> Iterator[LintProblem]:
    """An answer that can be given now, and that no condition of a gateway takes which asks for the question."""
    for gateway in of_kind(now, "exclusiveGateway"):
        flows = now.outgoing(gateway.id)
        conditions = [flow.condition for flow in flows if flow.condition and is_readable(flow.condition)]
        asked = {path for condition in conditions for path, _ in values_compared(condition)}
        default = next((flow for flow in flows if flow.id == gateway.default), None)
        for path in sorted(asked) if default else ():
            for value in sorted(_added(path, now.process, old, new)):
                if not any(_takes(condition, path, value, now.process, new) for condition in conditions):
                    way = f"“{default.name}”" if default and default.name else "the default"
                    answered = _answered(path, value, now.process, new)
                    words = f"{answered} now, and no condition takes it here: it goes by {way}. Is that meant?"
                    yield fault("only-by-default", now, gateway, words)


def _only_by_other_rows(now: Drawing, old: Model, new: Model) -> Iterator[LintProblem]:
    """An answer that can be given now, and that a table takes only in rows for whatever they do not name."""
    for task in now.rule_tasks():
        for number, one in enumerate(task.table.inputs if task.table else ()):
            cells = [row.cells[number] for row in task.table.rows] if task.table else []
            named = {value for cell in cells if not cell.negated for value in cell.values()}
            for value in sorted(_added(one.path, now.process, old, new) - named) if named else ():
                words = (
                    f"{_answered(one.path, value, now.process, new)} now, and no row of the table names it here: it "
                    "goes by a row for anything else. Is that meant?"
                )
                yield fault("only-by-default", now, task, words)


def _answered(path: str, value: str, process: str, new: Model) -> str:
    """“What do you find?” can be answered “Early help”."""
    field = question_read(path, process, new) or {}
    return f"“{field.get('title') or path}” can be answered “{titles_of(field).get(value) or value}”"


def _added(path: str, process: str, old: Model, new: Model) -> frozenset[str]:
    """The choices that the question has now and has not in the models in force, where it is asked there."""
    asked = (question_read(path, process, model) for model in (old, new))
    before, now = (choices_of(field) if field else None for field in asked)
    return now - before if before is not None and now is not None else frozenset()


def _takes(condition: str, path: str, value: str, process: str, new: Model) -> bool:
    """Whether it holds for the answer, however all else is answered that it reads."""
    others = sorted(names_read(condition) - {path})
    if path not in names_read(condition):
        return False
    ways = product(*(_offered(other, condition, process, new) for other in others))
    given = ({path: value, **dict(zip(others, way, strict=True))} for way in islice(ways, MOST_WAYS))
    return any(holds(condition, _nested(answers), new.agencies_to_ask) for answers in given)


def _offered(path: str, condition: str, process: str, new: Model) -> tuple[object, ...]:
    if path.startswith(f"{CASE}."):
        return True, False
    field = question_read(path, process, new)
    chosen = choices_of(field) if field else None
    return (None, *sorted(chosen or {value for name, value in values_compared(condition) if name == path}))


def _nested(answers: Mapping[str, object]) -> dict[str, dict[str, object]]:
    """What is None was not answered."""
    found: dict[str, dict[str, object]] = {}
    for path, value in answers.items():
        owner, _, name = path.partition(".")
        found.setdefault(owner, {})
        if value is not None:
            found[owner][name] = value
    return found


def _stays_open(before: Drawing, now: Drawing) -> Iterator[LintProblem]:
    """What stayed open before is meant so: some work goes on whatever becomes of the rest."""
    for task, signal in sorted(left_open(now) - left_open(before)):
        words = f"It stays open when {signal} withdraws the work that began with it. Is that meant?"
        yield fault("stays-open", now, now.elements[task], words)


def left_open(drawing: Drawing) -> frozenset[tuple[str, str]]:
    """Each task, with the signal, that begins together with others which the signal withdraws, and is not withdrawn.

    On the way on which the signal is thrown nothing is left open.
    """
    graph = graph_of(drawing)
    withdrawn: dict[str, set[str]] = {}
    for event in of_kind(drawing, "boundaryEvent"):
        if event.signal and event.interrupting and event.attached_to:
            withdrawn.setdefault(event.signal, set()).add(event.attached_to)
    splits = [each.id for each in of_kind(drawing, "parallelGateway") if len(graph.after[each.id]) > 1]
    return frozenset(
        (task, signal)
        for signal, taken in withdrawn.items()
        for split in splits
        for task in _left(graph, split, signal, frozenset(taken))
    )


def _left(graph: Graph, split: str, signal: str, taken: frozenset[str]) -> frozenset[str]:
    elements = graph.drawing.elements
    thrown = frozenset(each.id for each in of_kind(graph.drawing, *THROWS) if each.signal == signal)
    if any(elements[each].ends_all for each in reached(graph.after, thrown)):
        return frozenset()
    begun = {branch: _begun(graph, branch) for branch in graph.after[split]}
    others = [branch for branch in begun if not thrown & reached(graph.after, [branch])]
    found = frozenset(task for branch in others for task in begun[branch])
    return found - taken if len(others) < len(begun) and any(tasks & taken for tasks in begun.values()) else frozenset()


def _begun(graph: Graph, branch: str) -> frozenset[str]:
    """The tasks that are open at once when the branch is entered, whichever way a gateway chooses."""
    elements = graph.drawing.elements
    stops = {each.id for each in elements.values() if each.kind in ("userTask", "intermediateCatchEvent")}
    onwards = {each: () if each in stops else after for each, after in graph.after.items()}
    return frozenset(each for each in reached(onwards, [branch]) if elements[each].kind == "userTask")


def _duties_gone(old: Model, new: Model) -> Iterator[LintProblem]:
    """Of a duty that duties.csv delivers now the linter says more; these may have left the table as well."""
    judged, named = _judged(new), _named(new)
    for duty in sorted((_judged(old) - judged) | (_named(old) - named)):
        said = "No form says any more when" if duty in named else "No form names any more that"
        row = old.duties.get(duty)
        gone = f"no process {row.process}" if row and row.process not in new.drawings else ""
        words = f"{said} {duty} is done{f': {row.duty}' if row else ''}. Is that meant?"
        yield LintProblem(DUTIES, duty, 0, words, "duty-gone", cause=gone)


def _judged(model: Model) -> frozenset[str]:
    return frozenset(duty for form in model.forms.values() for duty in form.get(JUDGING[0], {}))


def _named(model: Model) -> frozenset[str]:
    return frozenset(duty for form in model.forms.values() for duty in _duties_in(form))


def _duties_in(part: Any) -> Iterator[str]:
    """Whatever the part is: the form, a question, a choice, a list of them."""
    if isinstance(part, dict):
        mapping = cast(dict[str, Any], part)
        yield from (*names_in(mapping.get("x-duty", ())), *mapping.get(JUDGING[0], ()))
        part = list(mapping.values())
    for inner in cast(list[Any], part) if isinstance(part, list) else ():
        yield from _duties_in(inner)
