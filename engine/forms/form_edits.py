"""Changes to what a form asks, one question at a time: the schema in, another out, everything else as it was.

A place is the id of a question, or `list.question` for one of the items of a list. What a change does not speak of
stays: annotations, other questions, conditions that are more than “this question has this answer”.
"""

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from engine.forms.conditions_to_answer import needed_by_nothing, needed_for, with_needed_for
from engine.forms.new_question import FORMATS, ChoiceEdit, NewQuestion, choices_renewed, id_from, new_field, with_key
from engine.forms.questions import kind_now
from engine.forms.schema import Schema
from engine.forms.shown_to import SHOWN_TO, SHOWN_UNDER

Needed = Literal["always", "sometimes", "never"]
Answers = Mapping[str, tuple[str, ...]]
"""Questions with those of their answers that are meant."""

DRAFT_2020_12 = "https://json-schema.org/draft/2020-12/schema"
KINDS_INTO: Mapping[str, tuple[str, ...]] = {
    "text": ("text", "long_text"),
    "long_text": ("long_text", "text"),
    "date": ("date", "date_time"),
    "date_time": ("date_time", "date"),
    "yes_no": ("yes_no", "one_of"),
}
"""What a question of a kind may become, so that what was answered before can still be read as an answer to it."""
_YES_NO = (ChoiceEdit("yes", "Yes"), ChoiceEdit("no", "No"))
LISTS_CHOICES = ("one_of", "any_of")


@dataclass(frozen=True, slots=True)
class QuestionEdit:
    """What may be changed in a question. `needed_for` counts only where it is needed sometimes. `shown_to` are those
    outside who may read the answer; None where it is as the form says of all its questions.
    """

    title: str
    hint: str
    kind: str
    needed: Needed
    needed_for: Answers = field(default_factory=dict[str, tuple[str, ...]])
    shown_for: Answers = field(default_factory=dict[str, tuple[str, ...]])
    choices: tuple[ChoiceEdit, ...] = ()
    shown_to: tuple[str, ...] | None = None


def kind_as_written(field: Schema) -> str:
    """The kind of a question as its form says it, whatever the case brings."""
    return kind_now("", field, {})


def empty_form(title: str) -> dict[str, Any]:
    return {"$schema": DRAFT_2020_12, "title": title, "type": "object", "properties": {}}


def question_at(form: Schema, place: str) -> Schema:
    """Raises KeyError where it is not asked."""
    group, name = group_at(form, place)
    return group["properties"][name]


def group_at(form: Schema, place: str) -> tuple[dict[str, Any], str]:
    """The form or the items of a list, with the id of the question in it. Raises KeyError."""
    outer, _, inner = place.partition(".")
    return (_items_of(form, outer), inner) if inner else (_items_of(form, ""), outer)


def _items_of(form: Schema, inside: str) -> dict[str, Any]:
    return form["properties"][inside]["items"] if inside else {**form}


def places_of(form: Schema) -> Iterator[str]:
    """All questions in the order of the form, those of a list after it."""
    for name, asked in form["properties"].items():
        yield name
        yield from (f"{name}.{inner}" for inner in asked.get("items", {}).get("properties", {}))


def edit_of(form: Schema, place: str) -> QuestionEdit:
    """A question as it stands. Raises KeyError."""
    group, name = group_at(form, place)
    asked = group["properties"][name]
    shown = {one: _several(values) for one, values in asked.get("x-ui", {}).get("show_if", {}).items()}
    needed, needed_where = _needed(group, name, shown)
    holder = asked.get("items", asked)
    choices = [ChoiceEdit(one["const"], one["title"], one.get("description", "")) for one in holder.get("oneOf", ())]
    return QuestionEdit(
        title=asked["title"],
        hint=asked.get("description", ""),
        kind=kind_as_written(asked),
        needed=needed,
        needed_for=needed_where,
        shown_for=shown,
        choices=tuple(choices),
        shown_to=tuple(asked[SHOWN_TO]) if SHOWN_TO in asked else None,
    )


def _needed(group: Schema, name: str, shown: Answers) -> tuple[Needed, Answers]:
    found = needed_for(group, name)
    always = bool(shown) and all(set(found.get(one, ())) == set(values) for one, values in shown.items())
    if name in group.get("required", ()) or (always and found.keys() == shown.keys()):
        return "always", {}
    return ("sometimes", found) if found else ("never", {})


def with_words(form: Schema, title: str, guidance: str) -> dict[str, Any]:
    """The title of a form and what is said below it."""
    made = copy.deepcopy({**form})
    made["title"] = title
    return with_key(made, "description", guidance or None, after="title")


def with_edit(form: Schema, place: str, edit: QuestionEdit) -> dict[str, Any]:
    """Raises KeyError where the question is not asked."""
    before = edit_of(form, place)
    made = copy.deepcopy({**form})
    group, name = group_at(made, place)
    asked = group["properties"][name]
    asked["title"] = edit.title
    asked = with_key(asked, "description", edit.hint or None, after="title")
    if edit.kind != before.kind:
        asked = _of_kind(asked, edit.kind)
    if edit.choices != before.choices and edit.kind in LISTS_CHOICES:
        holder = asked.get("items", asked)
        holder["oneOf"] = choices_renewed(holder.get("oneOf", ()), edit.choices)
    if edit.shown_for != before.shown_for:
        asked = _shown_for(asked, edit.shown_for)
    if edit.shown_to != before.shown_to:
        asked = _shown_to(asked, edit.shown_to, form)
    group["properties"][name] = asked
    if (edit.needed, edit.needed_for, edit.shown_for) != (before.needed, before.needed_for, before.shown_for):
        _put(made, place, _with_needed(group, name, edit))
    return made


def _with_needed(group: Schema, name: str, edit: QuestionEdit) -> dict[str, Any]:
    always = edit.needed == "always"
    where: Answers = edit.shown_for if always else edit.needed_for if edit.needed == "sometimes" else {}
    made = with_needed_for(group, name, where)
    return _with_required(made, name, required=always and not edit.shown_for)


def _with_required(group: Schema, name: str, *, required: bool) -> dict[str, Any]:
    standing = [*group.get("required", ())]
    if (name in standing) == required:
        return {**group}
    wanted = [*standing, name] if required else [one for one in standing if one != name]
    return with_key(group, "required", wanted or None, after="properties")


def with_new(form: Schema, after: str, new: NewQuestion, inside: str = "") -> tuple[dict[str, Any], str]:
    """The form with a further question, and the place of that: after the place given (empty: first; gone: last).
    `inside` is the list of whose items it is asked, empty for the form itself. Raises KeyError where that is gone.
    """
    made = copy.deepcopy({**form})
    group = _items_of(made, inside)
    order = ["", *group["properties"]]
    before_it = after.rpartition(".")[2]
    before_it = before_it if before_it in order else order[-1]
    taken = {part for place in places_of(form) for part in place.split(".")}
    name = id_from(new.title, taken)
    asked: dict[str, Any] = {}
    for before in order:
        if before:
            asked[before] = group["properties"][before]
        if before == before_it:
            asked[name] = new_field(new, {*taken, name})
    place = f"{inside}.{name}" if inside else name
    _put(
        made,
        place,
        _with_required({**group, "properties": asked}, name, required=new.needed and new.kind != "statement"),
    )
    return made, place


def without(form: Schema, place: str) -> dict[str, Any]:
    """Without the question, and without what said that it must be answered. Raises KeyError."""
    made = copy.deepcopy({**form})
    group, name = group_at(made, place)
    del group["properties"][name]
    _put(made, place, _with_required(needed_by_nothing(group, name), name, required=False))
    return made


def moved(form: Schema, place: str, by: int) -> dict[str, Any]:
    """Up (-1) or down (1) among those beside it; at the end it stays. Raises KeyError."""
    made = copy.deepcopy({**form})
    group, name = group_at(made, place)
    if name not in (order := [*group["properties"]]):
        raise KeyError(place)
    at = order.index(name)
    order.insert(min(max(at + by, 0), len(order) - 1), order.pop(at))
    _put(made, place, {**group, "properties": {one: group["properties"][one] for one in order}})
    return made


def _of_kind(asked: Schema, kind: str) -> dict[str, Any]:
    made = {**asked}
    if kind in FORMATS:
        made["format"] = FORMATS[kind]
        if "kind" not in made.get("x-ui", {}):
            return made
    if kind == "one_of" and "oneOf" not in made:
        made = with_key(
            made, "oneOf", [{"const": "yes", "title": "Yes"}, {"const": "no", "title": "No"}], after="title"
        )
    look = {**made.get("x-ui", {}), "kind": kind}
    if kind == "text":
        look.pop("rows", None)
    return with_key(made, "x-ui", look, after="title")


def _shown_for(asked: Schema, shown_for: Answers) -> dict[str, Any]:
    look = {**asked.get("x-ui", {})}
    look.pop("show_if", None)
    if shown_for:
        one, values = next(iter(shown_for.items()))
        look["show_if"] = {one: values[0] if len(values) == 1 else [*values]}
    return with_key(asked, "x-ui", look or None, after="title")


def _shown_to(asked: Schema, readers: Sequence[str] | None, form: Schema) -> dict[str, Any]:
    """The heading over what nobody reads goes with its last reader."""
    made = with_key(asked, SHOWN_TO, None if readers is None else [*readers], after="x-ui")
    if not (form.get(SHOWN_TO) if readers is None else readers):
        made.pop(SHOWN_UNDER, None)
    return made


def _put(form: dict[str, Any], place: str, group: dict[str, Any]) -> None:
    """A group in the place of the one in which the question stands."""
    outer, _, inner = place.partition(".")
    if inner:
        form["properties"][outer]["items"] = group
    else:
        form.clear()
        form.update(group)


def _several(values: str | Sequence[str]) -> tuple[str, ...]:
    return (values,) if isinstance(values, str) else tuple(values)
