"""docs/forms.md names everything that a form may hold, and its examples are forms."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from engine import forms
from engine.forms.answer_roles import ANSWER_ROLES, AnswerRole
from engine.forms.bounds import BOUNDS
from engine.forms.checks import CASE_CHECKS, CHECKS, CHOICES, FACTS
from engine.forms.questions import KINDS
from engine.forms.schema import conditions_of
from engine.lint.form_language import FORM
from tests.engine.forms.builders import NOW, Field, check, make_form

PAGE = Path("docs/forms.md").read_text(encoding="utf-8")
EXAMPLES: list[Field] = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]
LANGUAGE: dict[str, Any] = {**FORM}
ANNOTATIONS = [name for name in LANGUAGE["$defs"]["field"]["properties"] if name.startswith("x-")]


@pytest.mark.parametrize(
    "name", [*KINDS, *ANNOTATIONS, *FACTS, *CHOICES, *CHECKS, *CASE_CHECKS, *BOUNDS, *ANSWER_ROLES]
)
def test_every_name_that_a_form_may_use_has_a_row(name: str) -> None:
    assert re.search(rf"^\| `{name}`", PAGE, re.MULTILINE)


@pytest.mark.parametrize(("name", "meaning"), [*FACTS.items(), *CHOICES.items(), *CASE_CHECKS.items(), *BOUNDS.items()])
def test_facts_and_choices_are_explained_in_the_words_of_the_code(name: str, meaning: str) -> None:
    assert f"| `{name}` | {meaning} |" in PAGE


@pytest.mark.parametrize("role", ANSWER_ROLES.values(), ids=lambda role: role.name)
def test_roles_of_answers_are_explained_in_the_words_of_the_code(role: AnswerRole) -> None:
    assert f"| `{role.name}` | {', '.join(role.kinds)} | {role.used_for} | {', '.join(role.values)} |" in PAGE


def as_form(example: Field) -> Field:
    """An example is a whole form, or some fields of one."""
    return example if "properties" in example else {"title": "A form", **make_form(required=tuple(example), **example)}


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_examples_keep_to_the_language_of_forms(example: Field) -> None:
    validator: Any = Draft202012Validator(LANGUAGE)
    assert [str(error) for error in validator.iter_errors(as_form(example))] == []


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_examples_can_be_answered(example: Field) -> None:
    form = as_form(example)
    holding = conditions_of(form)
    answers, _ = forms.fill(form, {}, holding, NOW)
    assert check(form, answers, circumstances=holding)


def test_the_examples_show_every_kind() -> None:
    shown = {
        question.kind
        for example in EXAMPLES
        for question in forms.questions(as_form(example), conditions_of(as_form(example)))
    }
    assert shown == set(KINDS)
