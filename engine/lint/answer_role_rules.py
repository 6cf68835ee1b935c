"""The role `row`: a list with rows given names each of them, and no other list does.

What kind of question a role needs is held by needed_rules.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.forms.questions import has_fixed_rows
from engine.lint.form_file import FormFile, scopes
from engine.lint.lint_problems import LintProblem


def check(form: FormFile) -> Iterator[LintProblem]:
    for scope in scopes(form):
        for name, field in scope.fields.items():
            for message in _rows(field):
                yield scope.fault("answer-role", ("properties", name), message)


def _rows(field: Mapping[str, Any]) -> Iterator[str]:
    inner: Mapping[str, Mapping[str, Any]] = field.get("items", {}).get("properties", {})
    rows = [name for name, one in inner.items() if one.get("x-role") == "row"]
    if has_fixed_rows(field) and len(rows) != 1:
        yield "A list with x-choices has one question with the role row: it names what the others are asked about."
    if rows and not has_fixed_rows(field):
        yield f"{rows[0]} names a row (x-role: row), but the list does not say where its rows come from (x-choices)."
