"""The drawings of a process before and now: its shapes, who does what, what each says."""

from collections.abc import Iterator, Sequence

from engine.difference.called import called, process_called, role_called, roles_called
from engine.difference.decided_between import differences_of_table, table_in_words
from engine.difference.element_words import ATTRIBUTES, DrawnElement, property_turned, said_of
from engine.difference.model_difference import ModelDifference, Renames, apart, kind_of, marks_on, turned
from engine.difference.ways_between import Ways, differences_of_ways, where
from engine.process.bundle import Model
from engine.process.condition_words import listed
from engine.process.drawing import Drawing, Element


def differences_of_drawing(ways: Ways) -> Iterator[ModelDifference]:
    """In the order of the new drawing; then what is gone, then the ways between what stayed."""
    yield from _of_process(ways)
    for element in ways.now.elements.values():
        if element.id in ways.kept:
            yield from _of_element(ways, ways.before.elements[ways.old_id(element.id)], element)
        else:
            yield _new(ways, element)
    kept = {ways.old_id(one) for one in ways.kept}
    yield from (_gone(ways, element) for element in ways.before.elements.values() if element.id not in kept)
    yield from differences_of_ways(ways)


def whole_process(model: Model, process: str, *, is_new: bool) -> ModelDifference:
    """A process that only one of them has."""
    drawing = model.drawings[process]
    tasks = [f"“{one.name}”" for one in drawing.elements.values() if one.kind == "userTask"]
    roles = roles_called(model, (lane for lane in drawing.lanes if _does_something(drawing, lane)))
    what = "is a new process" if is_new else "is gone: it was a process"
    words = f"{process_called(model, process)} {what} with the tasks {listed(tasks) or '(none)'}, done by {roles}."
    return ModelDifference(process, "process", process, "added" if is_new else "removed", words)


def _does_something(drawing: Drawing, lane: str) -> bool:
    return any(one.lane == lane and one.kind == "userTask" for one in drawing.elements.values())


def _of_process(ways: Ways) -> Iterator[ModelDifference]:
    before, now = ways.before, ways.now
    if before.name != now.name:
        words = f"The process “{before.name}” is called “{now.name}” now."
        yield ModelDifference(now.process, "process", now.process, "renamed", words)
    if before.file != now.file:
        words = f"The drawing of “{now.name}” is kept in the file {now.file} now; before: {before.file}."
        yield ModelDifference(now.process, "process", now.process, "moved", words)
    for lane in dict.fromkeys((*before.lanes, *now.lanes)):
        yield from _of_lane(ways, lane)


def _of_lane(ways: Ways, lane: str) -> Iterator[ModelDifference]:
    old, new = ways.models
    was, is_now = lane in ways.before.lanes, lane in ways.now.lanes
    if was is not is_now:
        role = role_called(new if is_now else old, lane)
        part = f"a part in “{ways.now.name}”"
        words = f"{role[:1].upper()}{role[1:]} {f'has {part} now' if is_now else f'no longer has {part}'}."
        yield ModelDifference(ways.now.process, "process", lane, kind_of(was, is_now), words)
    elif ways.before.lanes[lane] != ways.now.lanes[lane] and _role_name(old, lane) == _role_name(new, lane):
        words = f"The lane “{ways.before.lanes[lane]}” is called “{ways.now.lanes[lane]}” now."
        yield ModelDifference(ways.now.process, "process", lane, "renamed", words)


def _role_name(model: Model, role: str) -> str:
    return model.roles[role].name if role in model.roles else ""


def _of_element(ways: Ways, before: Element, now: Element) -> Iterator[ModelDifference]:
    old, new = ways.models
    was, is_now = DrawnElement(old, ways.before, before), DrawnElement(new, ways.now, now)
    name = called(ways.now, now.id)
    marks = marks_on(ways.before, ways.now, [before.id], [now.id])
    if before.id != now.id:
        words = f"{name} is the same step under another id: `{now.id}`; before: `{before.id}`."
        yield ModelDifference(ways.now.process, "element", now.id, "renamed", words, marks)
    if before.name != now.name:
        words = f"{_quoted(before.name)} is called {_quoted(now.name)} now."
        yield ModelDifference(ways.now.process, "element", now.id, "renamed", words, marks)
    for words in (
        *_attributes(name, was, is_now, ways.renames),
        *_properties(name, was, is_now, ways.renames),
        *_default(ways, name, before, now),
        *differences_of_table(name, was, is_now, ways.renames),
    ):
        yield ModelDifference(ways.now.process, "element", now.id, "changed", words, marks)


def _quoted(name: str) -> str:
    return f"“{name}”" if name else "What had no name"


def _attributes(name: str, was: DrawnElement, is_now: DrawnElement, renames: Renames) -> Iterator[str]:
    for attribute, said in ATTRIBUTES.items():
        before, now = getattr(was.element, attribute), getattr(is_now.element, attribute)
        alike = before == now or renames.explain(before, now)
        if alike or (attribute == "cardinality" and _follows(was) and _follows(is_now)):
            continue
        if attribute == "lane" and was.is_task and is_now.is_task and before and now:
            roles = role_called(is_now.model, now), role_called(was.model, before)
            yield f"{name}: {roles[0]} does this now; before, {roles[1]} did."
        else:
            yield turned(name, *apart(said(was), said(is_now), before, now))


def _follows(one: DrawnElement) -> bool:
    """Done once for each of some, and opened as often as those are: that is one thing."""
    each = one.element.properties.get("for_each")
    return one.element.cardinality == (f"count({each})" if each else None)


def _properties(name: str, was: DrawnElement, is_now: DrawnElement, renames: Renames) -> Iterator[str]:
    before, now = was.element.properties, is_now.element.properties
    for each in dict.fromkeys((*before, *now)):
        then, there = before.get(each), now.get(each)
        if then != there and not renames.explain(then, there):
            yield property_turned(name, each, was, is_now)


def _default(ways: Ways, name: str, before: Element, now: Element) -> Iterator[str]:
    was, is_now = _goes_on_to(ways.before, before), _goes_on_to(ways.now, now)
    then = ways.renamed.get(was or "", was)
    stepped = {(ends[0], ends[1]): by[0] for ends, by in ways.put_between.items()}
    stepped |= {(ends[0], by[0]): ends[1] for ends, by in ways.taken_out.items()}
    if then != is_now and stepped.get((now.id, then or "")) != is_now:
        said = [
            f"going on to {called(drawing, to)}" if to else "going nowhere"
            for drawing, to in ((ways.before, was), (ways.now, is_now))
        ]
        yield turned(f"{name}, where no condition holds", *said)


def _goes_on_to(drawing: Drawing, element: Element) -> str | None:
    return next((flow.target for flow in drawing.flows if flow.id == element.default), element.default)


def _new(ways: Ways, element: Element) -> ModelDifference:
    model, drawing = ways.models[1], ways.now
    one = DrawnElement(model, drawing, element)
    said = _in_full(one)
    between = [ends for ends, by in ways.put_between.items() if element.id in by]
    place = _place(model, drawing, element)
    words = f"{called(drawing, element.id)} is new: {said}.{place}"
    flows = [flow.id for flow in drawing.flows if element.id in (flow.source, flow.target)]
    replaced = [ways.was[ends].id for ends in between]
    marks = marks_on(ways.before, drawing, replaced, [element.id, *flows])
    return ModelDifference(drawing.process, "element", element.id, "added", words, marks)


def _in_full(one: DrawnElement) -> str:
    table = [table_in_words(one)] if one.element.table else []
    return ", ".join((ATTRIBUTES["kind"](one), *said_of(one), *table))


def _gone(ways: Ways, element: Element) -> ModelDifference:
    model, drawing = ways.models[0], ways.before
    one = DrawnElement(model, drawing, element)
    said = _in_full(one)
    closed = [ends for ends, by in ways.taken_out.items() if ways.renamed.get(element.id, element.id) in by]
    follows = [f" After {called(ways.now, ends[0])} comes {called(ways.now, ends[1])} now." for ends in closed]
    place = "".join(follows) or _place(model, drawing, element, was=True)
    words = f"{called(drawing, element.id)} is gone: it was {said}.{place}"
    flows = [flow.id for flow in drawing.flows if element.id in (flow.source, flow.target)]
    marks = marks_on(drawing, ways.now, [element.id, *flows], [ways.is_now[ends].id for ends in closed])
    return ModelDifference(drawing.process, "element", element.id, "removed", words, marks)


def _place(model: Model, drawing: Drawing, element: Element, *, was: bool = False) -> str:
    """Where it stands: after what, where what holds, and before what."""
    before = [f"{called(drawing, flow.source)}{where(model, drawing, flow)}" for flow in drawing.incoming(element.id)]
    ways = sorted(drawing.outgoing(element.id), key=lambda flow: flow.condition is None)
    after = [f"{called(drawing, flow.target, element.name)}{where(model, drawing, flow)}" for flow in ways]
    told = [f"after {_several(before, 'or')}"] if before else []
    told += [f"before {_several(after, 'and')}"] if after else []
    return f" It {'came' if was else 'comes'} {', and '.join(told)}." if told else ""


def _several(places: Sequence[str], last: str) -> str:
    """With a semicolon before the last where one of them says a condition."""
    return listed(places, f"; {last}" if any(", " in one for one in places) else last).replace(" ; ", "; ")
