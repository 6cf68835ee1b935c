"""What forms say of dates: the days that they name are there, and what is unusual is asked to be explained."""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.forms.bounds import BOUNDS, read_bound
from engine.forms.questions import names_in
from engine.lint import fact_rules
from engine.lint.form_file import FormFile, Path, Scope, kind_of, scopes
from engine.lint.lint_problems import LintProblem
from engine.lint.listening import EventFault, event_faults
from engine.lint.material import Material, missing, nearest

EXPLAINED: Mapping[str, str] = {"x-serves": "beyond_limit", "x-explained-before": "recorded_late"}
"""Annotations of a date, and the condition on which the form then asks for a reason."""
_BOUNDS = ("x-not-before", "x-not-after", "x-explained-before")
_FORMATS = ("date", "date-time")


def check(form: FormFile, material: Material) -> Iterator[LintProblem]:
    for scope in scopes(form):
        for name, field in scope.fields.items():
            path = ("properties", name)
            yield from _misplaced(scope, path, field)
            yield from _unknown(scope, path, field, material)
            yield from _excluded(scope, path, field)
            for number, refusal in enumerate(field.get("x-refuse", ())):
                yield from fact_rules.check(
                    scope, (*path, "x-refuse", number), refusal["when"], material, said="x-refuse"
                )
                if scope.path:
                    message = (
                        "x-refuse stands on a question of the form itself: the items of a list have no conditions."
                    )
                    yield scope.fault("unknown-bound", path, message)
    yield from _reasons(form)


def _misplaced(scope: Scope, path: Path, field: Mapping[str, Any]) -> Iterator[LintProblem]:
    if any(one in field for one in (*_BOUNDS, "x-serves")) and field.get("format") not in _FORMATS:
        yield scope.fault("unknown-bound", path, "Only a date or a time is held against a day: take it out.")
    if scope.path and any(one in field for one in EXPLAINED):
        yield scope.fault("unknown-bound", path, "A reason is asked for a date of the form itself, not of a list.")


def _unknown(scope: Scope, path: Path, field: Mapping[str, Any], material: Material) -> Iterator[LintProblem]:
    served = field.get("x-serves", {})
    named = [(one, text) for one in _BOUNDS for text in _texts(field.get(one))]
    for annotation, text in (*named, *(("x-serves", text) for text in _texts(served.get("otherwise")))):
        for found in _faults(text, scope.form, material):
            yield scope.fault(found.rule, path, f"{annotation}: {found.message}", found.cause)
    if bool(served) and ("called" in served) != ("working_day" in names_in(field.get("x-check", ()))):
        message = "x-serves: what meets on a working day is `called` by its name, and nothing else is."
        yield scope.fault("unknown-bound", path, message)
    known = frozenset(material.tables.clocks)
    for clock in served.get("clocks", ()):
        if clock not in known:
            message = f"x-serves: there is no clock {clock}.{nearest(clock, known)}"
            yield scope.fault("unknown-bound", path, message, missing("clock", clock))


def _faults(text: str, form: FormFile, material: Material) -> Iterator[EventFault]:
    try:
        bound = read_bound(text)
    except ValueError as error:
        yield EventFault("unknown-bound", f"{error}{nearest(text.partition(',')[0], frozenset(BOUNDS))}")
        return
    if bound.field and form.fields.get(bound.field, {}).get("format") not in _FORMATS:
        asked = nearest(bound.field, frozenset(form.fields))
        yield EventFault("unknown-bound", f"the form asks no date or time {bound.field}.{asked}")
    for event in bound.events:
        yield from event_faults(event, material, "unknown-bound")


def _excluded(scope: Scope, path: Path, field: Mapping[str, Any]) -> Iterator[LintProblem]:
    other = field.get("x-excludes")
    if other is not None and other not in scope.fields:
        message = f"x-excludes: there is no field {other} beside it.{nearest(other, frozenset(scope.fields))}"
        yield scope.fault("form-reference", path, message)


def _reasons(form: FormFile) -> Iterator[LintProblem]:
    for annotation, fact in EXPLAINED.items():
        dated = [name for name, field in form.fields.items() if annotation in field]
        reasons = [name for name, field in form.fields.items() if _asks_on(field, fact)]
        if dated and len(reasons) != 1:
            message = (
                f"{annotation} asks for a reason: ask for it once (string, long_text, x-role reason, x-when {fact})."
            )
            yield form.fault("unasked-reason", ("properties", dated[0]), message)
        if reasons and not dated:
            message = f"No date of this form says {annotation}, so this is never asked: say it there, or take this out."
            yield form.fault("unasked-reason", ("properties", reasons[0]), message)


def _asks_on(field: dict[str, Any], fact: str) -> bool:
    """`recorded_late and not by_anyone` asks on the fact as well."""
    named = field.get("x-when", "").split(" and ")[0] == fact
    return named and (field.get("x-role"), kind_of(field)) == ("reason", "long_text")


def _texts(value: str | list[str] | None) -> list[str]:
    return [value] if isinstance(value, str) else value or []
