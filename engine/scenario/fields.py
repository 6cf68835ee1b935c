"""The fields of a form as a story may name them, and what may be chosen in each."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

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
