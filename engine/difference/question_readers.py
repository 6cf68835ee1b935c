"""Who reads the answer to a question: what has to be looked at before it is taken out, or its choices are changed.

People read it where the form says so (`x-read-by`). The models act on it where a drawing, a table, a duty, or another
question or form asks for it: then what can be chosen means something beyond its words.
"""

from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import suppress
from itertools import chain
from typing import Any

from engine.difference.called import called, clock_called, duty_called, message_called, process_called, title
from engine.difference.question_words import NOT_IN_THE_LANGUAGE, AskedQuestion
from engine.expressions.evaluation import BadExpression, names_read
from engine.forms.bounds import bounds_in
from engine.forms.duty_judgement import JUDGING
from engine.forms.form_edits import group_at
from engine.forms.questions import names_in
from engine.forms.schema import Schema, conditions_of, refusals_of
from engine.process.bundle import START, Model
from engine.process.drawing import Drawing, Element
from engine.process.named_questions import NamedQuestion, named_in_drawing, named_in_event, named_in_form
from engine.process.vocabulary import PROPERTIES_VOCABULARY
from engine.timescales.rules import Clock, Event

_BOUNDS = ("x-not-before", "x-not-after", "x-explained-before")


def readers_of(model: Model, form: Schema, process: str, task: str, place: str) -> tuple[str, ...]:
    """In sentences: people first, then the models. Raises KeyError where the form does not ask the question."""
    group, name = group_at(form, place)
    asked = AskedQuestion(model, process, task, group["properties"])
    return tuple(dict.fromkeys((*_named(asked, name), *acted_on_by(model, form, process, task, place))))


def acted_on_by(model: Model, form: Schema, process: str, task: str, place: str) -> tuple[str, ...]:
    """What in the models reads it, in sentences. Raises KeyError where the form does not ask the question."""
    group, name = group_at(form, place)
    found = _beside(AskedQuestion(model, process, task, group["properties"]), group, name)
    if "." not in place:
        question = NamedQuestion(process, task, name)
        found = chain(found, _drawing(model, question), _tables(model, question))
        found = chain(found, _judged(model, form, question), _forms(model, question))
    return tuple(dict.fromkeys(found))


def _named(asked: AskedQuestion, name: str) -> Iterator[str]:
    readers = asked.beside[name].get("x-read-by", ())
    for one in (readers,) if isinstance(readers, str) else readers:
        yield f"It is read by {asked.reader(one)}."


def _beside(asked: AskedQuestion, group: Schema, name: str) -> Iterator[str]:
    """What else the same form asks, as it is answered."""
    for other, field in group["properties"].items():
        if name in field.get("x-ui", {}).get("show_if", {}):
            yield f"{asked.named(other)} is shown by its answer."
        if field.get("x-excludes") == name:
            yield f"{asked.named(other)} is answered only where it is not."
        if name in _held_against(field):
            yield f"The date under {asked.named(other)} is held against it."
    tested = (rule for rule in group.get("allOf", ()) if name in rule["if"]["properties"])
    for rule in tested:
        needed = chain(rule["then"]["required"], rule.get("else", {}).get("required", ()))
        yield from (f"Whether {asked.named(other)} must be answered depends on it." for other in needed)


def _held_against(field: Schema) -> set[str]:
    with suppress(ValueError):  # the linter says what is wrong with such a day
        return {bound.field for said in _BOUNDS for bound in bounds_in(field.get(said))}
    return set()


def _drawing(model: Model, question: NamedQuestion) -> Iterator[str]:
    process = question.process
    drawing = model.drawings.get(process)
    if drawing is None:
        return
    for element in drawing.elements.values():
        at = called(drawing, element.id)
        if _asks(process, _evaluated(drawing, element), question):
            yield f"The drawing of {process_called(model, process)} reads it at {at}."
        if element.table is not None and _asks(process, element.table.reads(), question):
            yield f"The decision table of {at} reads it."


def _asks(process: str, sources: Iterable[str], question: NamedQuestion) -> bool:
    return any(question == named_in_drawing(process, path) for source in sources for path in _paths(source))


def _evaluated(drawing: Drawing, element: Element) -> Iterator[str]:
    """Of the shape and of the ways that leave it; what a table reads is said of the table."""
    decided = set(element.table.reads()) if element.table else set[str]()
    yield from (source for source in drawing.evaluated_at(element.id) if source not in decided)
    for name, value in element.properties.items():
        known = PROPERTIES_VOCABULARY.get(("task", name))
        if known is not None and known.holds == "expression":
            yield value


def _tables(model: Model, question: NamedQuestion) -> Iterator[str]:
    for clock in model.rules.values():
        if any(_event_reads(event, question) for event in _events(clock)) or _counts_from(clock, question):
            yield f"The time limit {clock_called(model, clock.id)} reads it."
    for message in model.messages.values():
        if any(_event_reads(event, question) for event in message.until):
            yield f"The message {message_called(model, message.name)} reads it."


def _events(clock: Clock) -> Iterable[Event]:
    return (*clock.starts_on, *clock.met_on, *clock.stopped_on)


def _event_reads(event: Event, question: NamedQuestion) -> bool:
    return any(question in named_in_event(event, path) for path in _paths(event.condition))


def _counts_from(clock: Clock, question: NamedQuestion) -> bool:
    process, task, name = question
    rules = ((clock.counts_from, clock.starts_on), (clock.met_at, clock.met_on))
    for rule, events in rules:
        of_events = any((event.process, event.task or START) == (process, task) for event in events)
        if name in rule.fields and (of_events or (rule.process, START) == (process, task)):
            return True
    return False


def _judged(model: Model, form: Schema, question: NamedQuestion) -> Iterator[str]:
    for table in JUDGING:
        for duty, source in form.get(table, {}).items():
            if any(question == named_in_form(*question[:2], path) for path in _paths(source)):
                yield f"Whether it is done is judged by it: {duty_called(model, duty)}."


def _forms(model: Model, question: NamedQuestion) -> Iterator[str]:
    """Forms that fill it in, that ask, refuse or judge as it was answered, or that know a day by it."""
    for file, form in model.forms.items():
        there, _, element = file.removeprefix("forms/").removesuffix(".json").partition("/")
        asked = title(model, there, element)
        try:
            yield from _form(form, asked, question, (there, element))
        except NOT_IN_THE_LANGUAGE:
            yield f"The form of {asked} has faults: until they are mended, nobody can say whether it reads it."


def _form(form: Schema, asked: str, question: NamedQuestion, place: tuple[str, str]) -> Iterator[str]:
    if ".".join(question) in _prefilled(form):
        yield f"The form of {asked} is filled in from it."
    conditions = {*conditions_of(form), *(condition for _, condition, _ in refusals_of(form))}
    if any(question == named_in_form(*place, path) for source in conditions for path in _paths(source)):
        yield f"The form of {asked} asks or refuses as it was answered."
    judging = [source for table in JUDGING for source in form.get(table, {}).values()]
    is_own = place == question[:2]  # which is said of each duty
    if not is_own and any(question == named_in_form(*place, path) for source in judging for path in _paths(source)):
        yield f"Whether {asked} does what a duty asks for is judged by it."
    if any(_event_reads(event, question) for event in _events_of(form)):
        yield f"The form of {asked} holds a day against it."


def _events_of(form: Schema) -> Iterator[Event]:
    """By which its questions, and those of the items of its lists, know a day."""
    fields: Mapping[str, Mapping[str, Any]] = form.get("properties", {})
    for field in fields.values():
        said = [field.get(one) for one in _BOUNDS] + [field.get("x-serves", {}).get("otherwise")]
        with suppress(ValueError):  # the linter says what is wrong with such a day
            yield from (event for one in said for bound in bounds_in(one) for event in bound.events)
        yield from _events_of(field.get("items", {}))


def _prefilled(form: Schema) -> set[str]:
    fields: Mapping[str, Mapping[str, Any]] = form.get("properties", {})
    return {place for field in fields.values() for place in names_in(field.get("x-prefill", ()))}


def _paths(source: str) -> Set[str]:
    try:
        return names_read(source) if source else frozenset()
    except BadExpression:
        return frozenset()
