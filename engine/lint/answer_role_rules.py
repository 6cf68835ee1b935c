"""Roles of answers (`x-role`): on a question of the right kind, with the choices that the system knows."""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.forms.answer_roles import ANSWER_ROLES
from engine.forms.questions import has_fixed_rows
from engine.lint.form_file import FormFile, choices_of, kind_of, scopes
from engine.lint.lint_problems import LintProblem

_KIND_OF_FORMAT = {"date": "date", "date-time": "date_time"}
_SPOKEN = {
    "text": "a line of text",
    "long_text": "a text",
    "date": "a date",
    "date_time": "a date and time",
    "person": "a person",
    "agencies": "agencies",
    "one_of": "one of several choices",
    "yes_no": "yes or no",
    "list": "a list",
}


def check(form: FormFile) -> Iterator[LintProblem]:
    for scope in scopes(form):
        for name, field in scope.fields.items():
            for message in (*_role(field), *_rows(field)):
                yield scope.fault("answer-role", ("properties", name), message)


def _role(field: Mapping[str, Any]) -> Iterator[str]:
    role = ANSWER_ROLES.get(field.get("x-role", ""))
    if role is None:
        return
    used = f"The system uses this answer {role.used_for}"
    if _kind(field) not in role.kinds:
        wanted = " or ".join(_SPOKEN.get(kind, kind) for kind in role.kinds)
        yield f"{used}: ask for {wanted}, or take out x-role: {role.name}."
    offered = choices_of(dict(field))
    missing = [value for value in role.values if offered is not None and value not in offered]
    if missing:
        yield f"{used}: it must offer {', '.join(missing)}, which is what the system knows (x-role: {role.name})."


def _rows(field: Mapping[str, Any]) -> Iterator[str]:
    inner: Mapping[str, Mapping[str, Any]] = field.get("items", {}).get("properties", {})
    rows = [name for name, one in inner.items() if one.get("x-role") == "row"]
    if has_fixed_rows(field) and len(rows) != 1:
        yield "A list with x-choices has one question with the role row: it names what the others are asked about."
    if rows and not has_fixed_rows(field):
        yield f"{rows[0]} names a row (x-role: row), but the list does not say where its rows come from (x-choices)."


def _kind(field: Mapping[str, Any]) -> str:
    if "properties" in field.get("items", {}):
        return "list"
    return kind_of(dict(field)) or _KIND_OF_FORMAT.get(field.get("format", ""), "text")
