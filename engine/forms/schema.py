"""A form file as it is: a JSON Schema with annotations (docs/forms.md), and what can be read off it without a case."""

from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]


def conditions_of(form: Schema) -> frozenset[str]:
    """Every condition (`x-when`) of the fields, their choices and the items of lists: if all hold, all is asked."""
    return frozenset(_conditions(form))


def refusals_of(form: Schema) -> tuple[tuple[str, str, str], ...]:
    """Field, condition and words of every answer that the form refuses while a condition holds (`x-refuse`)."""
    return tuple(
        (field, refusal["when"], refusal["words"])
        for field, schema in form.get("properties", {}).items()
        for refusal in schema.get("x-refuse", ())
    )


def _conditions(form: Schema) -> Iterator[str]:
    for field in form.get("properties", {}).values():
        items: Schema = field.get("items", {})
        for annotated in (field, *field.get("oneOf", ()), *items.get("oneOf", ())):
            if "x-when" in annotated:
                yield annotated["x-when"]
        yield from _conditions(items)
