"""A list that makes actions asks what each is, who does it and by when; one of outcomes asks what became of each.

Where one of these questions were missing, an action would be kept of which nobody knows whose it is, or that is over
without a reason.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.forms.action_block import (
    ACTIONS,
    NO_AGENCY,
    OPEN_ACTIONS,
    OPEN_ACTIONS_HERE,
    OUTCOMES,
    SAYS_WHY,
)
from engine.forms.answer_roles import field_with_role, fields_with_role
from engine.lint.form_file import START, FormFile, Scope, choices_of, scopes
from engine.lint.lint_problems import LintProblem
from engine.lint.material import Material, nearest

Field = Mapping[str, Any]
WHO = ("action_for", "action_agency", "action_person")
OF_AN_ACTION = frozenset({"action", "action_by", *WHO})
OF_AN_OUTCOME = frozenset({"action_state", "action_why"})


def check(form: FormFile, material: Material) -> Iterator[LintProblem]:
    for scope in scopes(form):
        role = form.fields[str(scope.path[1])].get("x-role") if scope.path else ""
        yield from _kept_by_nobody(
            scope, OF_AN_ACTION if role == ACTIONS else OF_AN_OUTCOME if role == OUTCOMES else ()
        )
    for name, field in form.fields.items():
        role = field.get("x-role")
        found = {ACTIONS: _of_actions, OUTCOMES: _of_outcomes}.get(role or "", _of_others)(field, material)
        if role in (ACTIONS, OUTCOMES) and form.task == START:
            found = iter(("A form that begins a process says nothing of actions: ask it in a task.",))
        for message in found:
            yield form.fault("action-block", ("properties", name), message)


def _kept_by_nobody(scope: Scope, known: Any) -> Iterator[LintProblem]:
    for name, field in scope.fields.items():
        role = field.get("x-role", "")
        if role in (OF_AN_ACTION | OF_AN_OUTCOME) and role not in known:
            whose = ACTIONS if role in OF_AN_ACTION else OUTCOMES
            message = f"Nobody keeps this: ask it in a list with x-role: {whose}, or take out x-role: {role}."
            yield scope.fault("action-block", ("properties", name), message)


def _of_actions(field: Field, material: Material) -> Iterator[str]:
    item: Field = field.get("items", {})
    if "x-choices" in field:
        yield "A list that makes actions is added to by people: take out x-choices."
    required = frozenset(item.get("required", ()))
    for role in ("action", "action_by"):
        if field_with_role(item, role) not in required:
            yield f"Ask a question with x-role {role} of each action, and require it."
    if not required.intersection(asked for role in WHO for asked in fields_with_role(item, role)):
        yield f"Say of each action who does it: require a question with x-role {', '.join(WHO[:-1])} or {WHO[-1]}."
    yield from _no_agencies(item, frozenset(material.tables.agencies) | {NO_AGENCY})


def _no_agencies(item: Field, known: frozenset[str]) -> Iterator[str]:
    for asked in fields_with_role(item, "action_agency"):
        for value in sorted((choices_of(item["properties"][asked]) or frozenset[str]()) - known):
            yield f"{value} is no agency of roles.toml, and is not `{NO_AGENCY}`.{nearest(value, known)}"


def _of_outcomes(field: Field, _material: Material) -> Iterator[str]:
    item: Field = field.get("items", {})
    if field.get("x-choices") not in (OPEN_ACTIONS, OPEN_ACTIONS_HERE):
        yield f"Its rows are the actions that are open: say x-choices {OPEN_ACTIONS} or {OPEN_ACTIONS_HERE}."
    state, why = field_with_role(item, "action_state"), field_with_role(item, "action_why")
    if state is None or state not in item.get("required", ()):
        yield "Ask a question with x-role action_state of each, and require it."
    elif why is None or not _is_asked_after(item, why, state):
        words = " or ".join(sorted(SAYS_WHY))
        yield f"Ask a question with x-role action_why, shown (x-ui.show_if) and required (if/then) where it is {words}."


def _of_others(field: Field, _material: Material) -> Iterator[str]:
    if field.get("x-choices") in (OPEN_ACTIONS, OPEN_ACTIONS_HERE):
        yield f"Nobody keeps what became of these actions: say x-role {OUTCOMES}."


def _is_asked_after(item: Field, why: str, state: str) -> bool:
    shown = item["properties"][why].get("x-ui", {}).get("show_if", {}).get(state)
    is_shown = frozenset([shown] if isinstance(shown, str) else shown or ()) >= SAYS_WHY
    for rule in item.get("allOf", ()):
        test = rule["if"]["properties"].get(state, {})
        tested: frozenset[str] = frozenset([test["const"]] if "const" in test else test.get("enum", ()))
        if tested >= SAYS_WHY and why in rule["then"].get("required", ()):
            return is_shown
    return False
