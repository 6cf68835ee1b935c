"""A form that shares something (`x-shares`) asks all that is kept of it, and no other form asks any of it.

Where one of these questions were missing, what was shared without consent, or against a wish, would be kept without its
reason, and nobody would know.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.forms.answer_roles import field_with_role, fields_with_role
from engine.forms.sharing_block import ABOUT_CONSENT, AGAINST_WISHES, RECIPIENTS, SHARES
from engine.lint.form_file import FormFile, scopes
from engine.lint.lint_problems import LintProblem
from engine.lint.material import Material, nearest

Field = Mapping[str, Any]
_ASKED_AFTER: Mapping[str, tuple[str, frozenset[str]]] = {
    "without_consent_because": ("consent", frozenset({"refused", "not_sought"})),
    "told_of_it": ("consent", frozenset({"refused", "not_sought"})),
    "not_told_because": ("told_of_it", frozenset({"no"})),
}
"""Roles of questions that are asked where another one was answered so."""


def check(form: FormFile, material: Material) -> Iterator[LintProblem]:
    yield from _in_lists(form)
    about = form.schema.get(SHARES)
    if about is None:
        yield from _kept_by_nobody(form)
        return
    for message in (*_with_whom(form, about, material), *_missing(form)):
        yield form.fault("sharing-block", (SHARES,), f"{SHARES}: {message}")


def _kept_by_nobody(form: FormFile) -> Iterator[LintProblem]:
    for role in (*ABOUT_CONSENT, "shared_with"):
        for field in fields_with_role(form.schema, role):
            message = f"Nobody keeps this: say {SHARES} on the form, or take out x-role: {role}."
            yield form.fault("sharing-block", ("properties", field), message)


def _with_whom(form: FormFile, about: Field, material: Material) -> Iterator[str]:
    known = frozenset(material.tables.agencies)
    for agency in about.get("with", ()):
        if agency not in known:
            yield f"{agency} is no agency of roles.toml.{nearest(agency, known)}"
    if not about.get("with") and not any(field_with_role(form.schema, role) for role in RECIPIENTS):
        yield "say with whom, in `with` or by a question with x-role sent_to, shared_with or asked_to_contribute."


def _in_lists(form: FormFile) -> Iterator[LintProblem]:
    for scope in scopes(form):
        for name, field in scope.fields.items():
            if scope.path and field.get("x-role") in (*ABOUT_CONSENT, "shared_with"):
                message = "What is shared is asked of the whole form, not in a list: take it out of the list."
                yield scope.fault("sharing-block", ("properties", name), message)


def _missing(form: FormFile) -> Iterator[str]:
    asked = {role: field_with_role(form.schema, role) or "" for role in ABOUT_CONSENT}
    missing = [role for role, field in asked.items() if not field]
    if missing:
        yield from (f"ask a question with x-role {role}." for role in missing)
        return
    if form.fields[asked["against_wishes_because"]].get("x-when") != AGAINST_WISHES:
        yield f"{asked['against_wishes_because']} is asked on the condition (x-when) {AGAINST_WISHES}."
    if not _is_required(form, asked["consent"]):
        yield f"require {asked['consent']}, always or where it goes to somebody (if/then)."
    for role, (other, values) in _ASKED_AFTER.items():
        yield from _asked_after(form, asked[role], asked[other], values)


def _asked_after(form: FormFile, field: str, other: str, values: frozenset[str]) -> Iterator[str]:
    where = f"{other} is {' or '.join(sorted(values))}"
    shown = form.fields[field].get("x-ui", {}).get("show_if", {}).get(other)
    if frozenset([shown] if isinstance(shown, str) else shown or ()) != values:
        yield f"{field} is shown where {where} (x-ui.show_if)."
    if not _is_required_after(form, field, other, values):
        yield f"require {field} where {where} (if/then)."


def _is_required(form: FormFile, field: str) -> bool:
    branches = (rule.get("then", {}).get("required", ()) for rule in form.schema.get("allOf", ()))
    return field in form.schema.get("required", ()) or any(field in names for names in branches)


def _is_required_after(form: FormFile, field: str, other: str, values: frozenset[str]) -> bool:
    for rule in form.schema.get("allOf", ()):
        test = rule["if"]["properties"].get(other, {})
        tested: frozenset[str] = frozenset([test["const"]] if "const" in test else test.get("enum", ()))
        if tested == values and field in rule["then"].get("required", ()):
            return True
    return False
