"""What goes beyond words in a change: whatever is left of it once the words are as they were.

Words are the names of processes and tasks, the titles of forms, questions and sections with the hints below them, and
the local choices of a question: those that nothing but people reads. Whoever changes words alone may also add and take
out such a choice. Everything else means something to the system, or to the guidance.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.difference.between_models import differences_between
from engine.difference.model_difference import ModelDifference
from engine.difference.question_readers import acted_on_by
from engine.difference.question_words import NOT_IN_THE_LANGUAGE
from engine.forms.form_edits import question_at
from engine.forms.readers import SHOWN_TO_PEOPLE
from engine.forms.schema import Schema
from engine.process.bundle import Model
from engine.process.drawing import Drawing

_WORDS = ("title", "description")
_UNREAD = frozenset(
    {*_WORDS, "type", "items", "oneOf", "x-ui", "x-when", "x-duty", "x-source", "x-read-by", "x-asked"}
    | {"minItems", "maxItems", "uniqueItems"}
)
"""What a question with local choices may say of itself: nothing that makes its answer more than something to read."""


def beyond_words(old: Model, new: Model) -> tuple[ModelDifference, ...]:
    """Empty where `new` says nothing otherwise than in other words. What no model holds, as where a shape lies, is no
    part of it.
    """
    drawings = {name: _with_names(drawing, old.drawings.get(name)) for name, drawing in new.drawings.items()}
    forms = {path: _with_words(old, new, path) for path in new.forms}
    found = differences_between(old, replace(new, hash=old.hash, drawings=drawings, forms=forms))
    if not found and old.renames != new.renames:
        found = (ModelDifference("", "files", "", "changed", "What was renamed is written otherwise now."),)
    return found


def is_local(model: Model, process: str, task: str, place: str) -> bool:
    """Whether the choices of a question are local: people read the answer, and nothing else does."""
    form = model.form(process, task) or {}
    try:
        choices = _choices(question_at(form, place))
        of_words = all(one.keys() <= {"const", *_WORDS} and isinstance(one["title"], str) for one in choices)
        around = {place, place.partition(".")[0]}
        return of_words and all(_is_read_by_people(model, form, process, task, one) for one in around)
    except NOT_IN_THE_LANGUAGE:
        return False


def _is_read_by_people(model: Model, form: Schema, process: str, task: str, place: str) -> bool:
    asked = question_at(form, place)
    said = asked.get("x-read-by", ())
    steps = {f"{name}.{one}" for name, drawing in model.drawings.items() for one in drawing.elements}
    readers = {said} if isinstance(said, str) else {*said}
    is_unread = asked.keys() <= _UNREAD and readers <= SHOWN_TO_PEOPLE | steps
    return is_unread and not acted_on_by(model, form, process, task, place)


def _choices(asked: Schema) -> Sequence[Schema]:
    return asked.get("items", asked).get("oneOf", ())


def _with_names(drawing: Drawing, was: Drawing | None) -> Drawing:
    """With the names of the process and of its tasks as they were."""
    if was is None or was == drawing:
        return drawing
    elements = {
        name: replace(one, name=was.elements[name].name)
        if one.kind == "userTask" and name in was.elements and one.name
        else one
        for name, one in drawing.elements.items()
    }
    return replace(drawing, name=was.name if drawing.name else "", elements=elements)


def _with_words(old: Model, new: Model, path: str) -> Schema:
    """A form with the words as they were; as it is where it keeps not to the language of forms."""
    was, now = old.forms.get(path), new.forms[path]
    if was is None or was == now:
        return now
    process, _, task = path.removeprefix("forms/").removesuffix(".json").partition("/")
    try:
        return _Form(old, new, process, task).with_words(was, now)
    except NOT_IN_THE_LANGUAGE:
        return now


@dataclass(frozen=True, slots=True)
class _Form:
    """The form of a task before and now."""

    old: Model
    new: Model
    process: str
    task: str

    def with_words(self, was: Schema, now: Schema, inside: str = "") -> Schema:
        """Of the form itself, or of the items of the list `inside` it."""
        before: Mapping[str, Schema] = was.get("properties", {})
        asked: Mapping[str, Schema] = now.get("properties", {})
        back = {
            name: self._question(before[name], one, f"{inside}.{name}" if inside else name) if name in before else one
            for name, one in asked.items()
        }
        return {**_words_back(was, now), "properties": back} if asked else _words_back(was, now)

    def _question(self, was: Schema, now: Schema, place: str) -> Schema:
        made = _words_back(was, now)
        if "properties" in now.get("items", {}):
            return {**made, "items": self.with_words(was.get("items", {}), now["items"], place)}
        before = _choices(was)
        if not before or before == _choices(now) or not self._is_local(place):
            return made
        if "items" in made:
            return {**made, "items": {**made["items"], "oneOf": before}}
        return {**made, "oneOf": before}

    def _is_local(self, place: str) -> bool:
        return all(is_local(model, self.process, self.task, place) for model in (self.old, self.new))


def _words_back(was: Schema, now: Schema) -> dict[str, Any]:
    """A title is put into other words, and a hint may come and go."""
    made = {**now}
    if isinstance(was.get("title"), str) and isinstance(now.get("title"), str) and now["title"]:
        made["title"] = was["title"]
    if isinstance(now.get("description", ""), str):
        made.pop("description", None)
        if "description" in was:
            made["description"] = was["description"]
    return made
