"""The questions of a form as they stand for one item of work.

A form file is a JSON Schema with annotations (docs/forms.md). `form_now` gives the same schema with what does not hold
left out and what is known only at run time put in; everything else, the page and the check alike, is read from that.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.forms.offering import SUGGESTS, Choice, Choices, suggestions
from engine.forms.schema import Schema

KINDS = (
    "text", "long_text", "date", "date_time", "yes_no", "one_of", "any_of",
    "person", "people", "agencies", "list", "file", "statement", "number", "search",
)  # fmt: skip
CHOSEN_AT_RUN_TIME = frozenset({"person", "people", "agencies"})
SEVERAL = frozenset({"any_of", "people", "agencies"})
LONGEST_TEXT = 500
LONGEST_LONG_TEXT = 20_000
LONGEST_LIST = 100
_SUGGESTED = "x-suggested"

_KIND_OF_TYPE = {"array": "any_of", "integer": "number", "number": "number"}
_KIND_OF_FORMAT = {"date": "date", "date-time": "date_time"}
_YES_NO = ({"const": "yes", "title": "Yes"}, {"const": "no", "title": "No"})


@dataclass(frozen=True)
class Question:
    """One question of a form. A list with choices has fixed rows: one item for each, which its field `row` names.

    `may_be_required`: some answer to another question makes an answer to this one required.
    """

    id: str
    kind: str
    title: str
    hint: str = ""
    required: bool = False
    may_be_required: bool = False
    choices: tuple[Choice, ...] = ()
    show_if: tuple[str, tuple[str, ...]] | None = None
    questions: tuple["Question", ...] = ()
    row: str = ""
    rows: int = 0
    width: str = ""
    max_length: int = 0
    source: str = ""
    duties: tuple[str, ...] = ()
    decision: bool = False
    prefill: str = ""
    role: str = ""
    excludes: str = ""
    suggested: tuple[str, ...] = ()


def form_now(form: Schema, circumstances: frozenset[str], choices: Choices) -> dict[str, Any]:
    """The form, or the item of a list, with only what is asked now; what hangs on a condition is then required.

    `circumstances` are the conditions (`x-when`) that hold, as they are written in the form.
    """
    given: Schema = form.get("properties", {})
    asked = asked_fields(form, circumstances, choices)
    fields = {name: _field_now(name, field, circumstances, choices) for name, field in given.items() if name in asked}
    named: Sequence[str] = form.get("required", ())
    required = [name for name, field in fields.items() if _is_required(field, name in named)]
    return {**form, "properties": fields, "required": required}


def asked_fields(form: Schema, circumstances: frozenset[str], choices: Choices) -> frozenset[str]:
    """Those that are asked now. What another question reveals is asked only where that one is, and where an answer that
    reveals it is offered.
    """
    given: Schema = form.get("properties", {})
    fields = {name: field for name, field in given.items() if _is_asked(name, field, circumstances, choices)}
    while hidden := [name for name, field in fields.items() if not _may_be_revealed(field, fields, circumstances)]:
        fields = {name: field for name, field in fields.items() if name not in hidden}
    return frozenset(fields)


def _may_be_revealed(field: Schema, beside: Mapping[str, Schema], circumstances: frozenset[str]) -> bool:
    show_if = _show_if(_ui(field))
    if show_if is None:
        return True
    revealing = beside.get(show_if[0])
    if revealing is None:
        return False
    constants: Sequence[Schema] = revealing.get("items", revealing).get("oneOf", ())
    withheld = {each["const"] for each in constants if not _holds(each, circumstances)}
    return not withheld.issuperset(show_if[1])


def _is_asked(field_id: str, field: Schema, circumstances: frozenset[str], choices: Choices) -> bool:
    if has_fixed_rows(field) and not choices.get(field_id):
        return False
    return _holds(field, circumstances)


def names_in(value: str | Sequence[str]) -> tuple[str, ...]:
    """The names in an annotation, which may be written as a list or as words with spaces between."""
    return tuple(value.split()) if isinstance(value, str) else tuple(value)


def has_fixed_rows(field: Schema) -> bool:
    """A list whose items answer for what can be chosen (`x-choices`), one item each; to others items are added."""
    return "x-choices" in field and "properties" in field.get("items", {})


def row_field(item: Schema) -> str:
    """The field of an item that names its row (role `row`); empty where the list has no fixed rows."""
    return next((name for name, field in item.get("properties", {}).items() if field.get("x-role") == "row"), "")


def questions_of(form: Schema) -> tuple[Question, ...]:
    """Reads what `form_now` gave, in the order of the file."""
    required = {*form["required"], *_required_when_shown(form)}
    may_be = frozenset(_required_by_another(form))
    return tuple(_question(name, field, name in required, name in may_be) for name, field in form["properties"].items())


def is_shown(question: Question, answers: Mapping[str, Any]) -> bool:
    """Whether the answers beside it reveal this question. One that is hidden has no answer, so it reveals none."""
    return _is_revealed(question.show_if, answers)


def is_field_shown(field: Schema, answers: Mapping[str, Any]) -> bool:
    """As `is_shown`, for a field of a form file."""
    return _is_revealed(_show_if(_ui(field)), answers)


def _is_revealed(show_if: tuple[str, tuple[str, ...]] | None, answers: Mapping[str, Any]) -> bool:
    if show_if is None:
        return True
    field_id, values = show_if
    answer = answers.get(field_id)
    given: list[Any] = [*answer] if isinstance(answer, list) else [answer]
    return any(value in values for value in given)


def _field_now(field_id: str, field: Schema, circumstances: frozenset[str], choices: Choices) -> dict[str, Any]:
    kind = kind_now(field_id, field, choices)
    now = {**field, "x-ui": {**_ui(field), "kind": kind}}
    if SUGGESTS in field:
        now[_SUGGESTED] = [one.value for one in choices.get(suggestions(field[SUGGESTS]), ())]
    if kind == "list":
        now["items"] = _item_now(field_id, field, circumstances, choices)
        now.setdefault("maxItems", LONGEST_LIST)
    elif kind in SEVERAL:
        now["items"] = _with_choices(field_id, kind, field.get("items", {}), circumstances, choices)
    elif kind == "date":
        now.setdefault("format", "date")
    elif kind not in ("statement", "number"):
        now = _with_choices(field_id, kind, now, circumstances, choices)
    return now


def _item_now(field_id: str, field: Schema, circumstances: frozenset[str], choices: Choices) -> dict[str, Any]:
    item: Schema = field["items"]
    if not has_fixed_rows(field):
        return form_now(item, circumstances, choices)
    row = row_field(item)
    named = {**item, "required": [row, *item.get("required", ())]}
    return form_now(named, circumstances, {**choices, row: choices[field_id]})


def _with_choices(
    field_id: str, kind: str, field: Schema, circumstances: frozenset[str], choices: Choices
) -> dict[str, Any]:
    """The schema of one string: only the choices that are offered now, and never without a greatest length.

    What a question of a kind that is chosen at run time offers by itself stands beside the people or agencies of the
    case.
    """
    longest = LONGEST_LONG_TEXT if kind == "long_text" else LONGEST_TEXT
    now: dict[str, Any] = {"type": "string", "maxLength": longest, **field}
    offered = _run_time_choices(field_id, kind, choices)
    if offered is not None:
        allowed, values = now.get("enum"), {choice.value for choice in offered}
        own = now.get("oneOf", ()) if kind in CHOSEN_AT_RUN_TIME else ()
        now["oneOf"] = [_constant(choice) for choice in offered if allowed is None or choice.value in allowed]
        now["oneOf"] += [choice for choice in own if choice["const"] not in values]
    elif kind == "yes_no":
        now.setdefault("oneOf", _YES_NO)
    if "oneOf" in now:
        now["oneOf"] = [choice for choice in now["oneOf"] if _holds(choice, circumstances)]
    return now


def _constant(choice: Choice) -> Schema:
    return {"const": choice.value, "title": choice.label, "description": choice.hint}


def _run_time_choices(field_id: str, kind: str, choices: Choices) -> tuple[Choice, ...] | None:
    return choices.get(field_id, choices.get(kind) if kind in CHOSEN_AT_RUN_TIME else None)


def kind_now(field_id: str, field: Schema, choices: Choices) -> str:
    kind = _ui(field).get("kind") or _kind_of_schema(field)
    offered = "oneOf" in field or "enum" in field or field_id in choices
    return "one_of" if kind == "text" and offered else kind


def _kind_of_schema(field: Schema) -> str:
    if "properties" in field.get("items", {}):
        return "list"
    return _KIND_OF_TYPE.get(field.get("type", "")) or _KIND_OF_FORMAT.get(field.get("format", ""), "text")


def _is_required(field: Schema, named: bool) -> bool:
    return _ui(field)["kind"] != "statement" and (named or "x-when" in field or has_fixed_rows(field))


def _holds(annotated: Schema, circumstances: frozenset[str]) -> bool:
    return annotated.get("x-when") is None or annotated["x-when"] in circumstances


def _ui(field: Schema) -> Schema:
    return field.get("x-ui", {})


def _required_when_shown(form: Schema) -> Iterator[str]:
    """Fields that an `if/then` requires for just those answers that show them: nobody ever sees them as optional."""
    for rule in (form, *form.get("allOf", ())):
        tested: Schema = rule.get("if", {}).get("properties", {})
        for name in rule.get("then", {}).get("required", ()):
            shown = _show_if(_ui(form["properties"].get(name, {})))
            if shown and set(shown[1]) <= _values(tested.get(shown[0], {})):
                yield name


def _required_by_another(form: Schema) -> Iterator[str]:
    for rule in (form, *form.get("allOf", ())):
        for branch in ("then", "else"):
            yield from rule.get(branch, {}).get("required", ())


def _values(tested: Schema) -> set[str]:
    return {tested["const"]} if "const" in tested else set(tested.get("enum", ()))


def _question(field_id: str, field: Schema, required: bool, may_be_required: bool) -> Question:
    ui = _ui(field)
    kind: str = ui["kind"]
    return Question(
        id=field_id,
        kind=kind,
        title=field.get("title") or _readable(field_id),
        hint=field.get("description", ""),
        required=required,
        may_be_required=may_be_required,
        choices=_choices(field),
        show_if=_show_if(ui),
        questions=questions_of(field["items"]) if kind == "list" else (),
        row=row_field(field["items"]) if has_fixed_rows(field) else "",
        rows=ui.get("rows", 5 if kind == "long_text" else 0),
        width=str(ui.get("width", "")),
        max_length=field.get("maxLength", 0),
        source=field.get("x-source", ""),
        duties=names_in(field.get("x-duty", ())),
        decision=field.get("x-decision", False),
        prefill=field.get("x-prefill", ""),
        role=field.get("x-role", ""),
        excludes=field.get("x-excludes", ""),
        suggested=tuple(field.get(_SUGGESTED, ())),
    )


def _choices(field: Schema) -> tuple[Choice, ...]:
    holder: Schema = field.get("items", field)
    if has_fixed_rows(field):
        holder = holder["properties"][row_field(holder)]
    constants: Sequence[Schema] = holder.get("oneOf", [{"const": value} for value in holder.get("enum", ())])
    return tuple(
        Choice(each["const"], each.get("title") or _readable(each["const"]), each.get("description", ""))
        for each in constants
    )


def _show_if(ui: Schema) -> tuple[str, tuple[str, ...]] | None:
    for field_id, value in ui.get("show_if", {}).items():
        return field_id, _several(value)
    return None


def _several(value: str | Sequence[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _readable(identifier: str) -> str:
    return identifier.replace("_", " ").capitalize()
