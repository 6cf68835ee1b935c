"""The fields of a form as a story may name them, and what may be chosen in each."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from engine.forms.answer_roles import field_with_role

Schema = Mapping[str, Any]


def fields_of(forms: Iterable[Schema]) -> dict[str, Schema]:
    """The fields of these forms by id, and those of the items of their lists, which a story may write directly."""
    fields: dict[str, Schema] = {}
    for form in forms:
        for field_id, field in inside(form).items():
            fields.setdefault(field_id, field)
            for inner_id, inner in inside(field).items():
                fields.setdefault(inner_id, inner)
    return fields


def inside(schema: Schema) -> Mapping[str, Schema]:
    """The fields of a form, or of the items of a list."""
    return schema.get("items", schema).get("properties", {})


def children_of(form: Schema) -> tuple[str, Schema]:
    """The list of a start form that asks which children it is about, and its items; nothing where it asks for none."""
    field = field_with_role(form, "children") or ""
    return field, inside(form).get(field, {}).get("items", {})


def roles_in(item: Schema) -> dict[str, str]:
    """The id of each field that plays a role, by the role."""
    return {field["x-role"]: field_id for field_id, field in inside(item).items() if "x-role" in field}


def as_asked(facts: Schema, by_role: Mapping[str, str]) -> dict[str, Any]:
    """What a story says of a child, under the ids that the form has: a fact is named by a role, or by an id itself."""
    return {by_role.get(name, name): fact for name, fact in facts.items()}


def revealing(form: Schema, field: str) -> dict[str, str]:
    """The answers that must be given for a field to be asked."""
    shown: Mapping[str, Any] = inside(form)[field].get("x-ui", {}).get("show_if", {})
    return {name: wanted if isinstance(wanted, str) else wanted[0] for name, wanted in shown.items()}


def decides(schema: Schema) -> bool:
    """Whether the field, or one in the items of the list, goes into process data."""
    return schema.get("x-decision", False) or any(decides(inner) for inner in inside(schema).values())


def kind(schema: Schema) -> str:
    return schema.get("x-ui", {}).get("kind", "")


def choices(name: str, schema: Schema) -> Sequence[str]:
    """What may be chosen, as far as the form says; of a list, in its items' field of the same name."""
    schema = inside(schema).get(name, schema)
    if kind(schema) == "yes_no":
        return ("yes", "no")
    holder = schema.get("items", schema)
    return [*(choice["const"] for choice in holder.get("oneOf", ())), *holder.get("enum", ())]


def place_of(given_name: str, family_name: str, answers: Schema) -> int:
    """The number of the item that names the child, among all items of lists, in their order."""
    items = [item for answer in answers.values() if isinstance(answer, list) for item in cast("list[Any]", answer)]
    named = {given_name, family_name} - {""}
    return next((n for n, item in enumerate(items) if isinstance(item, dict) and named <= {*item.values()}), len(items))
