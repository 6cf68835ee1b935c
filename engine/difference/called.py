"""What the parts of a bundle are called in a sentence: by their titles, and what has none by what stands beside it."""

from collections.abc import Iterable, Mapping

from engine.process.bundle import ANY_AGENCY, START, Model
from engine.process.condition_words import condition_in_words, listed, readable
from engine.process.drawing import Drawing, Element
from engine.timescales.rules import DateRule, Event

KINDS_IN_WORDS: Mapping[str, str] = {
    "userTask": "a task",
    "startEvent": "the beginning",
    "endEvent": "an end",
    "boundaryEvent": "something that may happen during a task",
    "intermediateCatchEvent": "a wait",
    "intermediateThrowEvent": "something that is sent",
    "exclusiveGateway": "a decision by which one way is taken",
    "parallelGateway": "a place where ways part and all are taken",
    "eventBasedGateway": "a wait for whichever comes first",
    "businessRuleTask": "a decision by a table",
}
_MEETS: Mapping[str, str] = {
    "exclusiveGateway": "a place where ways meet",
    "parallelGateway": "a place where ways meet and wait for each other",
}
ANYONE = "anyone"
_ARTICLES = ("a ", "an ", "another ", "the ", "any ")
_EVENTS: Mapping[str, str] = {"started": "{process} begins", "ended": "{process} ends"}


def kind_called(drawing: Drawing, element: Element) -> str:
    """“a task”; a gateway that one way leaves at most decides nothing."""
    meets = _MEETS.get(element.kind) if len(drawing.outgoing(element.id)) <= 1 else None
    return meets or KINDS_IN_WORDS.get(element.kind, readable(element.kind))


def called(drawing: Drawing, element: str, behind: str = "") -> str:
    """“See the child”; where several bear the name, with what stands before it. `behind` is what the sentence names
    already: what has no name is not called by that again.
    """
    one = drawing.elements.get(element)
    if one is None:
        return f"“{readable(element)}”"
    if not one.name:
        return _unnamed(drawing, element, behind)
    host = drawing.elements.get(one.attached_to or "")
    if host is not None:
        return f"“{one.name}” during “{host.name}”"
    alike = [each for each in drawing.elements.values() if each.name == one.name]
    before = [flow.source for flow in drawing.incoming(element)]
    named = (drawing.elements[each] for each in before if each in drawing.elements and each != element)
    first = next((each.name for each in named if each.name), "")
    return f"“{one.name}” after “{first}”" if len(alike) > 1 and first else f"“{one.name}”"


def _unnamed(drawing: Drawing, element: str, behind: str) -> str:
    ways = f"where ways {'part' if len(drawing.outgoing(element)) > 1 else 'meet'}"
    name = drawing.named(element)
    if name == element:
        return f"{KINDS_IN_WORDS.get(drawing.elements[element].kind, 'a shape')} without a name"
    after = name.removeprefix("what follows ")
    return f"a place {ways}" if behind and after == f"“{behind}”" else f"the place after {after} {ways}"


def title(model: Model, process: str, element: str) -> str:
    """“See the child”; for the form that begins a process, what begins it."""
    drawing = model.drawings.get(process)
    if element == START:
        return f"What begins {process_called(model, process)}"
    return called(drawing, element) if drawing else f"“{readable(element)}”"


def process_called(model: Model, process: str) -> str:
    drawing = model.drawings.get(process)
    return f"“{drawing.name if drawing else readable(process)}”"


def role_called(model: Model, role: str) -> str:
    """“the social worker”, within a sentence."""
    if role == ANY_AGENCY[0]:
        return "the agency that is asked"
    if role == ANYONE:
        return "anyone"
    known = model.roles.get(role)
    name = str(known.name) if known else readable(role)
    name = name if name[1:2].isupper() else name[:1].lower() + name[1:]
    return name if name.startswith(_ARTICLES) else f"the {name}"


def roles_called(model: Model, roles: Iterable[str]) -> str:
    return listed([role_called(model, role) for role in roles]) or "nobody"


def agency_called(model: Model, agency: str) -> str:
    return f"“{model.agencies[agency].name if agency in model.agencies else readable(agency)}”"


def clock_called(model: Model, clock: str) -> str:
    return f"“{model.rules[clock].title if clock in model.rules else readable(clock)}”"


def message_called(model: Model, message: str) -> str:
    """“Assessment required”, which begins “Assessment”."""
    row = model.messages.get(message)
    begins = f", which begins {process_called(model, row.starts)}" if row and row.starts else ""
    return f"“{readable(message)}”{begins}"


def duty_called(model: Model, duty: str) -> str:
    row = model.duties.get(duty)
    return f"“{row.duty}”" if row and row.duty else f"“{duty}”"


def event_called(model: Model, event: Event) -> str:
    """“See the child” (“Assessment”) is done, where “Have you seen the child?” is “Yes”."""
    return "".join((_happens(model, event), _where(model, event), _running(model, event)))


def _happens(model: Model, event: Event) -> str:
    process = process_called(model, event.process)
    match event.happening:
        case "completed":
            return f"{title(model, event.process, event.task)} ({process}) is done"
        case "reached":
            return f"“{readable(event.task)}” comes to {process}"
        case "thrown":
            return f"“{readable(event.process)}” is sent"
        case "set":
            return f"the time limit {clock_called(model, event.process)} begins to run"
        case "passed":
            return f"the time limit {clock_called(model, event.process)} runs out"
        case happening:
            return _EVENTS[happening].format(process=process)


def _where(model: Model, event: Event) -> str:
    if not event.condition:
        return ""
    return f", where {condition_in_words(model, event.process, event.task or START, event.condition)}"


def _running(model: Model, event: Event) -> str:
    said = (
        (event.unless_running, ", unless it runs already"),
        (event.while_running, ", while it runs"),
        (event.unless_clock, f", unless {clock_called(model, event.unless_clock)} runs"),
        (event.since_called, ", counting only what happened since it was called for"),
    )
    return "".join(words for holds, words in said if holds)


def events_called(model: Model, events: Iterable[Event]) -> str:
    return "; or ".join(event_called(model, event) for event in events)


def date_called(model: Model, rule: DateRule, events: Iterable[Event]) -> str:
    """The answer to “When did you see the child?”; `events` are those of whose forms it may be an answer."""
    if rule.named:
        return rule.named
    if not rule.field:
        return "the moment at which it is recorded"
    asked = [(event.process, event.task or START) for event in events]
    forms = [(rule.process, START)] if rule.process else asked
    fields = listed([_field_called(model, field, forms) for field in rule.fields], "or")
    of = f" at the beginning of {process_called(model, rule.process)}" if rule.process else ""
    return f"{'the newest answer' if rule.newest else 'the answer'} to {fields}{of}"


def _field_called(model: Model, field: str, forms: Iterable[tuple[str, str]]) -> str:
    for process, element in forms:
        asked = (model.form(process, element) or {}).get("properties", {}).get(field)
        if asked and asked.get("title"):
            return f"“{asked['title']}”"
    return f"“{readable(field)}”"
