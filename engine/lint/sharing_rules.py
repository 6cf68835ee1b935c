"""A form that shares something (`x-shares`) asks all that is kept of it, and no other form asks any of it.

Where one of these questions were missing, what was shared without consent, or against a wish, would be kept without its
reason, and nobody would know.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.forms.answer_roles import fields_with_role
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
    asked = {role: [*fields_with_role(form.schema, role)] for role in (*ABOUT_CONSENT, *RECIPIENTS)}
    about = form.schema.get(SHARES)
    if about is None:
        for role in (*ABOUT_CONSENT, "shared_with"):
            for field in asked[role]:
                message = f"Nobody keeps this: say {SHARES} on the form, or take out x-role: {role}."
                yield form.fault("sharing-block", ("properties", field), message)
        return
    known = frozenset(material.tables.agencies)
    for agency in about.get("with", ()):
        if agency not in known:
            message = f"{SHARES}: {agency} is no agency of roles.toml.{nearest(agency, known)}"
            yield form.fault("sharing-block", (SHARES,), message)
    if not about.get("with") and not any(asked[role] for role in RECIPIENTS):
        message = f"{SHARES}: say with whom, in `with` or by a question with x-role sent_to or shared_with."
        yield form.fault("sharing-block", (SHARES,), message)
    for message in _missing(form, asked):
        yield form.fault("sharing-block", (SHARES,), f"{SHARES}: {message}")


def _in_lists(form: FormFile) -> Iterator[LintProblem]:
    for scope in scopes(form):
        for name, field in scope.fields.items():
            if scope.path and field.get("x-role") in (*ABOUT_CONSENT, "shared_with"):
                message = "What is shared is asked of the whole form, not in a list: take it out of the list."
                yield scope.fault("sharing-block", ("properties", name), message)


def _missing(form: FormFile, asked: Mapping[str, list[str]]) -> Iterator[str]:
    for role in ABOUT_CONSENT:
        if not asked[role]:
            yield f"ask a question with x-role {role}."
    if any(not asked[role] for role in ABOUT_CONSENT):
        return
    one = {role: asked[role][0] for role in ABOUT_CONSENT}
    if form.fields[one["against_wishes_because"]].get("x-when") != AGAINST_WISHES:
        yield f"{one['against_wishes_because']} is asked on the condition (x-when) {AGAINST_WISHES}."
    if not _is_required(form, one["consent"]):
        yield f"require {one['consent']}, always or where it goes to somebody (if/then)."
    for role, (other, values) in _ASKED_AFTER.items():
        shown = form.fields[one[role]].get("x-ui", {}).get("show_if", {}).get(one[other])
        if frozenset([shown] if isinstance(shown, str) else shown or ()) != values:
            yield f"{one[role]} is shown where {one[other]} is {' or '.join(sorted(values))} (x-ui.show_if)."
        if not _is_required_after(form, one[role], one[other], values):
            yield f"require {one[role]} where {one[other]} is {' or '.join(sorted(values))} (if/then)."


def _is_required(form: FormFile, field: str) -> bool:
    branches = (rule.get("then", {}).get("required", ()) for rule in form.schema.get("allOf", ()))
    return field in form.schema.get("required", ()) or any(field in names for names in branches)


def _is_required_after(form: FormFile, field: str, other: str, values: frozenset[str]) -> bool:
    for rule in form.schema.get("allOf", ()):
        test = rule["if"]["properties"].get(other, {})
        tested = {test["const"]} if "const" in test else {*test.get("enum", ())}
        if tested == values and field in rule["then"].get("required", ()):
            return True
    return False
