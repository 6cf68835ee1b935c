"""Whether what has happened in an instance reads the same on another drawing.

Pages, replay and pack tell the past of an instance by its models. Where these change, the past must not: its steps and
the ways between them are called what they were called, and its forms ask what they asked.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import replace

import orjson

from engine.process.bundle import START, Model
from engine.process.drawing import Drawing, Element, Flow
from engine.process.position import Position


def told_otherwise(old: Model, new: Model, process: str, state: bytes, now: Position) -> Iterator[tuple[str, str]]:
    """What of the past would read otherwise: why, and the element. `now` is where the instance stands by its state."""
    before, after = old.drawings[process], new.drawings[process]
    entered: dict[str, int] = orjson.loads(state)["counts"]
    is_open = Counter(task.element for task in now.open)
    passed = [element for element, times in entered.items() if times > is_open[element]]
    for element in passed:
        if element not in after.elements or _told(before.elements[element]) != _told(after.elements[element]):
            yield f"{before.named(element)} was passed here, and in the new drawing it is another step", element
    yield from _other_ways(before, after, {*passed, *is_open}, passed)
    for element in (START, *passed):
        if old.form(process, element) != new.form(process, element):
            named = before.named(element) if element != START else f"The form that starts “{before.name}”"
            yield f"{named} was answered here, and in the new models it asks something else", element


def _told(element: Element) -> Element:
    """Where it stands in the file and who does it next time is not told of the past."""
    asked = {name: value for name, value in element.properties.items() if name == "for_each"}
    return replace(element, line=0, lane=None, properties=asked)


def _other_ways(
    before: Drawing, after: Drawing, entered: Collection[str], passed: Collection[str]
) -> Iterator[tuple[str, str]]:
    """A way that may have been taken: from what was passed to what was entered."""
    are = {flow.id: _told_of(flow) for flow in after.flows}
    for flow in before.flows:
        if flow.source in passed and flow.target in entered and are.get(flow.id) != _told_of(flow):
            named = f"{before.named(flow.source)} to {before.named(flow.target)}"
            yield f"The way from {named} may have been taken here, and in the new drawing it is another", flow.source


def _told_of(flow: Flow) -> Flow:
    return replace(flow, line=0)
