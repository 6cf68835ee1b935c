"""Which values a field of a message may bring, and which are known where it is read."""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.expressions.evaluation import BadExpression
from engine.lint.comparisons import agencies_given, texts_given, values_compared
from engine.lint.condition_rules import START
from engine.lint.form_file import choices_of
from engine.lint.material import of_kind
from engine.process.bundle import Model
from engine.process.drawing import PAYLOAD, THROWS, Drawing, Element

Seen = frozenset[tuple[str, str]]
Thrown = tuple[Drawing, Element]


def thrown_by(model: Model, message: str) -> Iterator[Thrown]:
    """Each drawing that throws it, with the event."""
    for drawing in model.drawings.values():
        yield from ((drawing, event) for event in of_kind(drawing, *THROWS) if event.message == message)


def compared(sources: tuple[str, ...], path: str) -> frozenset[str]:
    """The texts with which it is compared."""
    return frozenset(value for source in sources for name, value in values_compared(source) if name == path)


def values_known(
    model: Model, message: str, field: str, asked: Mapping[str, Any], compared_with: frozenset[str]
) -> frozenset[str]:
    """What can be chosen where the form asks the field, else what this bundle itself sends and compares it with.

    Empty where it is compared with nothing, and so no value is strange.
    """
    choices = choices_of(dict(asked))
    if choices is not None:
        return choices
    return compared_with | _of_message(model, message, field, frozenset()) if compared_with else frozenset()


def values_sent(
    source: str, drawing: Drawing, model: Model, seen: Seen = frozenset[tuple[str, str]]()
) -> frozenset[str]:
    """The texts that an expression of a payload may give, as far as drawings and forms say them."""
    try:
        texts, named = texts_given(source), agencies_given(source)
    except BadExpression:
        return frozenset()
    paths = sorted(path for path, _ in named if path is not None)
    return texts.union(*(_of_path(path, drawing, model, seen) for path in paths))


def _of_path(path: str, drawing: Drawing, model: Model, seen: Seen) -> frozenset[str]:
    owner, _, name = path.partition(".")
    field = (model.form(drawing.process, owner) or {}).get("properties", {}).get(name)
    if field is not None:
        return choices_of(field) or frozenset()
    starts = next((row.name for row in model.messages.values() if row.starts == drawing.process), "")
    return _of_message(model, starts if owner == START else owner, name, seen)


def _of_message(model: Model, message: str, field: str, seen: Seen) -> frozenset[str]:
    if (message, field) in seen:
        return frozenset()
    found = (
        values_sent(event.properties.get(PAYLOAD + field, ""), drawing, model, seen | {(message, field)})
        for drawing, event in thrown_by(model, message)
    )
    return frozenset[str]().union(*found)
