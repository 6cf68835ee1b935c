"""Whether what a drawing will read on the way that lies ahead of an instance was answered in it, and is still known."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from engine.expressions.evaluation import names_read
from engine.expressions.syntax import paths_tested, texts_in
from engine.process.bundle import Model
from engine.process.drawing import CATCHES, RULE_TASK, Drawing


@dataclass(frozen=True)
class Token:
    """Where an instance stands, with the answers that have been given on the way there.

    `is_done`: the step itself is over, and what has come to it waits for others.
    """

    element: str
    data: Mapping[str, Any]
    is_done: bool


def unreadable(before: Drawing, model: Model, tokens: Sequence[Token]) -> Iterator[tuple[str, str]]:
    """What is amiss, in words, and the element that would read it. `before` is the drawing of the answers, `model` has
    the one that would read them.
    """
    drawing = model.drawings[before.process]
    way = _Way(drawing)
    for token in tokens:
        by_others = [one for one in tokens if one is not token]
        for element, source in _read_ahead(way, token):
            for path in sorted(names_read(source)):
                owner, _, field = path.partition(".")
                if element not in way.ahead(token.element, token.is_done, owner):
                    continue  # it is answered again before
                fault = _amiss(before, model, token.data, owner, field)
                is_tested = path in paths_tested(source) and not _has(token.data, owner, field)
                is_brought = owner not in token.data and any(way.brings(one, owner) for one in by_others)
                if fault and not is_tested and not is_brought:
                    yield f"{fault}, and {drawing.named(element)} goes by the answer", element
        yield from _unknown_authors(before, way, token, by_others)


def _read_ahead(way: "_Way", token: Token) -> Iterator[tuple[str, str]]:
    """The elements that may be reached, with each expression there."""
    for element in way.ahead(token.element, token.is_done):
        yield from ((element, source) for source in way.drawing.evaluated_at(element))


def _unknown_authors(before: Drawing, way: "_Way", token: Token, others: Sequence[Token]) -> Iterator[tuple[str, str]]:
    """Tasks ahead that judge one which is not done before them, and could not be done here: anybody might judge."""
    drawing = way.drawing
    for element in way.ahead(token.element, token.is_done):
        judged = drawing.elements[element].properties.get("not_by", "")
        is_there = judged in before.elements or any(way.brings(one, judged) for one in others)
        if judged in drawing.elements and not is_there and element in way.ahead(token.element, token.is_done, judged):
            words = f"{drawing.named(element)} is for nobody who did {drawing.named(judged)}"
            yield f"{words}, and that was not done here", element


def _amiss(before: Drawing, model: Model, data: Mapping[str, Any], owner: str, field: str) -> str:
    """Nothing of the answer itself is said."""
    drawing = model.drawings[before.process]
    if owner not in data:
        is_table = owner in drawing.elements and drawing.elements[owner].kind == RULE_TASK
        return f"{_named(drawing, owner)} was not {'decided' if is_table else 'asked'} here"
    if not _has(data, owner, field):
        return f"{_question(model, drawing, owner, field)} was not asked here"
    if _is_strange(before, model, owner, field, data[owner][field]):
        return f"{_question(model, drawing, owner, field)} was answered as it cannot be any more"
    return ""


def _has(data: Mapping[str, Any], owner: str, field: str) -> bool:
    return isinstance(data.get(owner), Mapping) and field in data[owner]


class _Way:
    """What can be reached on a drawing, each time asked for once."""

    def __init__(self, drawing: Drawing) -> None:
        self.drawing = drawing
        self.ahead = cache(self._ahead)

    def _ahead(self, element: str, is_done: bool, without: str = "") -> Collection[str]:
        """What can be reached from there before `without` is answered, or before it comes where it is a message."""
        answering = _answering(self.drawing, without)
        found = dict.fromkeys([element])
        to_see = [flow.target for flow in self.drawing.outgoing(element)] if is_done or element not in answering else []
        while to_see:
            one = to_see.pop()
            if one in found:
                continue
            found[one] = None
            beside = [each.id for each in self.drawing.elements.values() if each.attached_to == one]
            to_see += beside if one in answering else [*beside, *(flow.target for flow in self.drawing.outgoing(one))]
        return found

    def brings(self, token: Token, owner: str) -> bool:
        """Whether the answer is there already or will come by another branch, which this one meets."""
        return owner in token.data or bool(
            _answering(self.drawing, owner) & {*self.ahead(token.element, token.is_done)}
        )


def _answering(drawing: Drawing, owner: str) -> frozenset[str]:
    """Where what a condition calls `owner.field` is answered: a task, or an event that catches the message."""
    caught = (one.id for one in drawing.elements.values() if owner and one.kind in CATCHES and one.message == owner)
    return frozenset({owner, *caught} if owner in drawing.elements else caught)


def _is_strange(before: Drawing, model: Model, owner: str, field: str, value: object) -> bool:
    """Whether the new form does not offer it; where no form does, as what a message brings, whether the old drawing
    named it and the new one does not.
    """
    drawing = model.drawings[before.process]
    asked = next((one for one in model.every_question(drawing.process, owner) if one.id == field), None)
    values = cast("list[object]", value) if isinstance(value, list) else [value]
    texts = {one for one in values if isinstance(one, str)}
    if asked and asked.choices:
        return not texts <= {choice.value for choice in asked.choices}
    path = f"{owner}.{field}"
    return bool(texts) and bool(texts & _texts_beside(before, path) - _texts_beside(drawing, path))


def _texts_beside(drawing: Drawing, path: str) -> set[str]:
    """The texts in all expressions that read it."""
    sources = (source for element in drawing.elements for source in drawing.evaluated_at(element))
    return {text for source in sources if path in names_read(source) for text in texts_in(source)}


def _question(model: Model, drawing: Drawing, owner: str, field: str) -> str:
    """Named as people read it, with the task that asks it."""
    asked = next((one for one in model.every_question(drawing.process, owner) if one.id == field), None)
    return f"“{asked.title if asked else field}” ({_named(drawing, owner)})"


def _named(drawing: Drawing, owner: str) -> str:
    return drawing.named(owner) if owner in drawing.elements else f"“{drawing.name}”"
