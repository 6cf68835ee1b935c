"""Forms and fields for the tests of forms: a test names only what it is about."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from engine import forms
from engine.base.errors import BadAnswers
from engine.forms import Choice

NOW = datetime(2013, 9, 2, 9, 15, tzinfo=UTC)  # a Monday, 10:15 in London
NOTHING_HOLDS: frozenset[str] = frozenset()
NO_CHOICES: Mapping[str, tuple[Choice, ...]] = {}

Field = dict[str, Any]


def make_form(*, required: tuple[str, ...] = (), rules: tuple[Field, ...] = (), **fields: Field) -> Field:
    form: Field = {"type": "object", "properties": fields, "required": list(required)}
    return {**form, "allOf": list(rules)} if rules else form


def make_field(*, title: str = "Reason", kind: str = "text", **more: Any) -> Field:
    """A field of text; `show_if`, `rows` and `width` go into x-ui, `x_when` and the like are annotations."""
    ui = {name: more.pop(name) for name in ("show_if", "rows", "width") if name in more}
    annotations = {name.replace("_", "-") if name.startswith("x_") else name: value for name, value in more.items()}
    return {"type": "string", "title": title, "x-ui": {"kind": kind, **ui}, **annotations}


def make_choice_field(*values: str, kind: str = "one_of", title: str = "Response", **more: Any) -> Field:
    offered = [{"const": value, "title": value.capitalize()} for value in values]
    return make_field(title=title, kind=kind, oneOf=offered, **more)


def make_several(*values: str, kind: str = "any_of", title: str = "Agencies", **more: Any) -> Field:
    item = {"type": "string", "oneOf": [{"const": value, "title": value.capitalize()} for value in values]}
    return make_field(title=title, kind=kind, **{"type": "array", "items": item, **more})


def make_list(*, title: str = "Who was told", required: tuple[str, ...] = (), **more: Any) -> Field:
    """A list whose items have the fields given under `fields`."""
    item = make_form(required=required, **more.pop("fields"))
    return make_field(title=title, kind="list", **{"type": "array", "items": item, **more})


def check(
    form: Field,
    answers: object,
    *,
    circumstances: frozenset[str] = NOTHING_HOLDS,
    now: datetime = NOW,
    choices: Mapping[str, tuple[Choice, ...]] = NO_CHOICES,
) -> dict[str, Any]:
    return forms.check(form, answers, circumstances, now, choices)


def problems(
    form: Field,
    answers: object,
    *,
    circumstances: frozenset[str] = NOTHING_HOLDS,
    now: datetime = NOW,
    choices: Mapping[str, tuple[Choice, ...]] = NO_CHOICES,
) -> dict[str, str]:
    with pytest.raises(BadAnswers) as refused:
        forms.check(form, answers, circumstances, now, choices)
    return refused.value.problems
