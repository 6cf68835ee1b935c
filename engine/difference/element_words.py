"""What a shape of a drawing says, attribute by attribute and property by property, in words.

Each is said so that it can stand after “now” and “before” alike: “done once for each of …”, “done once”.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.difference.called import (
    called,
    clock_called,
    kind_called,
    message_called,
    process_called,
    role_called,
    roles_called,
    title,
)
from engine.difference.model_difference import turned
from engine.process.bundle import Model
from engine.process.condition_words import condition_in_words, readable, value_in_words
from engine.process.drawing import CATCHES, PAYLOAD, TABLE, Drawing, Element
from engine.process.vocabulary import EFFECTS_VOCABULARY, PROPERTIES_VOCABULARY, YES, On, ShapeProperty

EFFECT = "effect"


@dataclass(frozen=True, slots=True)
class DrawnElement:
    """An element with what is needed to say it."""

    model: Model
    drawing: Drawing
    element: Element

    @property
    def process(self) -> str:
        return self.drawing.process

    @property
    def is_task(self) -> bool:
        return self.element.kind == "userTask"

    def condition(self, source: str) -> str:
        return condition_in_words(self.model, self.process, "", source)

    def value(self, source: str) -> str:
        return value_in_words(self.model, self.process, "", source)


def _kind(one: DrawnElement) -> str:
    return kind_called(one.drawing, one.element)


def _lane(one: DrawnElement) -> str:
    if one.element.lane is None:
        return "done by nobody" if one.is_task else "in nobody’s lane"
    role = role_called(one.model, one.element.lane)
    return f"done by {role}" if one.is_task else f"drawn in the lane of {role}"


def _message(one: DrawnElement) -> str:
    if one.element.message is None:
        return "without a message"
    waits = one.element.kind in (*CATCHES, "startEvent")
    return f"{'waiting for' if waits else 'sending'} the message {message_called(one.model, one.element.message)}"


def _signal(one: DrawnElement) -> str:
    if one.element.signal is None:
        return "without a sign within the process"
    waits = one.element.kind in CATCHES
    return f"{'waiting for' if waits else 'giving'} the sign “{readable(one.element.signal)}” within the process"


def _clock(one: DrawnElement) -> str:
    if one.element.clock is None:
        return "without a time limit"
    return f"waiting until the time limit {clock_called(one.model, one.element.clock)} runs out"


def _attached_to(one: DrawnElement) -> str:
    host = one.element.attached_to
    return f"possible during {called(one.drawing, host)}" if host else "not bound to a task"


def _interrupting(one: DrawnElement) -> str:
    return "taking the task away when it happens" if one.element.interrupting else "leaving the task open beside it"


def _cardinality(one: DrawnElement) -> str:
    return f"opened as often as is {one.value(one.element.cardinality)}" if one.element.cardinality else "opened once"


def _ends_all(one: DrawnElement) -> str:
    return "ending everything in the process that is still open" if one.element.ends_all else "ending its own way only"


ATTRIBUTES: Mapping[str, Callable[[DrawnElement], str]] = {
    "kind": _kind,
    "lane": _lane,
    "message": _message,
    "signal": _signal,
    "clock": _clock,
    "attached_to": _attached_to,
    "interrupting": _interrupting,
    "cardinality": _cardinality,
    "ends_all": _ends_all,
}
"""Of Element, what is said of each in one way. Its name, properties and default are said by elements_between.py."""


def _also(one: DrawnElement, value: str) -> str:
    return f"possible for {roles_called(one.model, value.split())} as well"


def _started_by(one: DrawnElement, value: str) -> str:
    return f"begun by hand by {roles_called(one.model, value.split())}"


def _not_by(one: DrawnElement, value: str) -> str:
    process, _, task = value.rpartition(".")
    of = f" ({process_called(one.model, process)})" if process else ""
    return f"closed to whoever did {title(one.model, process or one.process, task)}{of}"


OWN_PROPERTIES: Mapping[str, tuple[Callable[[DrawnElement, str], str], str]] = {
    "also": (_also, "possible for nobody else"),
    "started_by": (_started_by, "begun by hand by nobody"),
    "not_by": (_not_by, "open to whoever else may do it, whatever they did before"),
    "for_each": (lambda one, value: f"done once for each of {one.value(value)}", "done once"),
    "for_agency": (lambda one, value: f"done for the agency of {one.value(value)}", "done for no one agency"),
    "automatic": (
        lambda one, value: f"done by the system itself where {one.condition(value)}",
        "never done by the system itself",
    ),
    TABLE: (lambda _one, value: f"decided as the file “{value}” says", "decided by no table"),
    "until_days_after_closure": (
        lambda _one, value: f"possible until {value} days after the case is closed",
        "not possible once the case is closed",
    ),
}
"""What a property says, and what holds without it; besides these there is the vocabulary, and what a message says."""


def property_turned(subject: str, name: str, was: DrawnElement, is_now: DrawnElement) -> str:
    """The sentence for a property that only one of them has, or that both have with another value."""
    before, now = was.element.properties.get(name), is_now.element.properties.get(name)
    if name == EFFECT:
        return _effects_turned(subject, (before or "").split(), (now or "").split())
    if name.startswith(PAYLOAD):
        return _payload_turned(subject, f"“{readable(name.removeprefix(PAYLOAD))}”", (was, before), (is_now, now))
    known = _known(is_now, name)
    if name in OWN_PROPERTIES or known is None or (before and now):
        return turned(subject, _said(was, name, before), _said(is_now, name, now))
    if now is not None:
        return f"{subject}: now {_said(is_now, name, now)}; before it did not."
    return f"{subject}: {_said(was, name, before).replace('the system', 'the system no longer', 1)}."


def _said(one: DrawnElement, name: str, value: str | None) -> str:
    if name in OWN_PROPERTIES:
        said, without = OWN_PROPERTIES[name]
        return without if value is None else said(one, value)
    if name.startswith(PAYLOAD):
        return f"telling as “{readable(name.removeprefix(PAYLOAD))}” {one.value(value or '')}"
    if value is None:
        return f"without “{readable(name)}”"
    known = _known(one, name)
    held = _held(one, known, value) if known else ""
    return f"the system {known.does}{f' ({held})' if held else ''}" if known else f"with “{readable(name)}”: “{value}”"


def _known(one: DrawnElement, name: str) -> ShapeProperty | None:
    on: On = "task" if one.is_task else "start"
    return PROPERTIES_VOCABULARY.get((on, name))


def _held(one: DrawnElement, known: ShapeProperty, value: str) -> str:
    match known.holds:
        case "clock":
            return clock_called(one.model, value)
        case "expression":
            return one.condition(value)
        case "message" | "message without a process":
            return f"“{readable(value)}”"
        case "words" | "number":
            return f"“{value}”"
        case _:
            return "" if value == YES else f"“{readable(value)}”"


def _payload_turned(
    subject: str, field: str, was: tuple[DrawnElement, str | None], is_now: tuple[DrawnElement, str | None]
) -> str:
    then, there = (one.value(value) if value is not None else "" for one, value in (was, is_now))
    if not then:
        return f"{subject} tells {field} as well now: {there}."
    return (
        f"{subject} tells as {field} {there} now; before: {then}." if there else f"{subject} no longer tells {field}."
    )


def _effects_turned(subject: str, was: Sequence[str], is_now: Sequence[str]) -> str:
    more = [f"the system now {effect_in_words(one)}" for one in is_now if one not in was]
    less = [f"the system no longer {effect_in_words(one)}" for one in was if one not in is_now]
    said = "; ".join((*more, *less)) or "the system does the same in another order"
    return f"{subject}: when it is done, {said}."


def effect_in_words(effect: str) -> str:
    """“closes the case and stops its clocks”."""
    return EFFECTS_VOCABULARY[effect].does if effect in EFFECTS_VOCABULARY else f"does “{readable(effect)}”"


def said_of(one: DrawnElement) -> Iterator[str]:
    """Whatever a new element says of itself, without what is so anyhow."""
    element = one.element
    stands = (
        ("lane", element.lane is not None and one.is_task),
        ("message", element.message is not None),
        ("signal", element.signal is not None),
        ("clock", element.clock is not None),
        ("attached_to", element.attached_to is not None),
        ("interrupting", element.attached_to is not None),
        ("cardinality", element.cardinality is not None and "for_each" not in element.properties),
        ("ends_all", element.ends_all),
    )
    yield from (ATTRIBUTES[name](one) for name, holds in stands if holds)
    for name, value in element.properties.items():
        if name == TABLE and element.table is not None:
            continue  # which is said in full
        if name == EFFECT:
            yield from (f"when it is done, the system {effect_in_words(each)}" for each in value.split())
        else:
            yield _said(one, name, value)
