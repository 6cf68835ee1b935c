"""Where the choices of a question come from (`x-choices`): a source that exists, for a question that has choices."""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.forms.checks import CHOICES
from engine.forms.offering import SUGGESTS
from engine.lint.form_file import FormFile, kind_of, scopes
from engine.lint.lint_problems import LintProblem
from engine.lint.material import Material, nearest

_CHOOSES_SOMEBODY = ("person", "people")
_SOURCES = ", ".join(CHOICES)


def check(form: FormFile, material: Material) -> Iterator[LintProblem]:
    for scope in scopes(form):
        for name, field in scope.fields.items():
            kind, source = kind_of(field), field.get("x-choices")
            if source is None:
                message = f"Say in x-choices who can be chosen: {_SOURCES}." if kind in _CHOOSES_SOMEBODY else ""
            elif scope.path and kind != "person":
                message = "In a list x-choices is for questions of the kind person."
            else:
                message = _wrong_kind(kind, field) or _unknown(source, material) or _nobody(source, material)
            if message := message or _not_typed(field, in_list=bool(scope.path)):
                yield scope.fault("unknown-choices", ("properties", name), message)


def _not_typed(field: dict[str, Any], *, in_list: bool) -> str:
    """Nothing is offered while somebody types where nobody does."""
    is_typed = kind_of(field) in ("", "text") and not {"oneOf", "enum", "items", "format"} & field.keys()
    if SUGGESTS not in field or (is_typed and not in_list):
        return ""
    return f"{SUGGESTS} is for questions of the kind text, outside lists."


def _wrong_kind(kind: str, field: Mapping[str, Any]) -> str:
    has_choices = kind in _CHOOSES_SOMEBODY or "properties" in field.get("items", {})
    return "" if has_choices else "x-choices is for questions of the kinds person, people and list."


def _unknown(source: str, material: Material) -> str:
    name, _, place = source.partition(" ")
    wanted = next((one for one in CHOICES if one.partition(" ")[0] == name), "")
    if not wanted or bool(place) != (" " in wanted):
        return f"x-choices: {source} is none of: {_SOURCES}.{nearest(source, frozenset(CHOICES))}"
    places = frozenset(f"{process}.{task}" for process, task in material.forms)
    return f"x-choices: there is no task {place}.{nearest(place, places)}" if place and place not in places else ""


def _nobody(source: str, material: Material) -> str:
    """Choices that could never hold anybody, because no role has the flag."""
    if source != "independent_chairs" or any(row.get("chairs") is True for row in material.tables.role_rows.values()):
        return ""
    return "Nobody could be chosen here: say chairs = true of a role in roles.toml."
