"""For every effect, property and role of an answer: the shipped bundle without what it needs is refused, in words."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from engine.forms.answer_roles import ANSWER_ROLES, SEVERAL
from engine.forms.checks import KNOWN_CHECKS
from engine.lint import CASE_FACTS, lint, needed_rules
from engine.lint.form_file import FormFile, read_form, scopes
from engine.lint.material import Known, Material
from engine.lint.needed_rules import meanings
from engine.lint.table_files import read_tables
from engine.process.drawing import Drawing, read_drawing
from engine.process.vocabulary import EFFECTS_VOCABULARY, PROPERTIES_VOCABULARY
from tests.builders import shipped
from tests.engine.lint.planted_actions import WHOLE_OF_ACTIONS
from tests.engine.lint.planted_sharing import CONTRIBUTE, WHOLE
from tests.engine.lint.small_bundle import CHECKS, small_bundle

OTHER_KIND = {"type": "number", "x-ui": {"kind": "number"}}


@pytest.mark.parametrize("form", [WHOLE, WHOLE_OF_ACTIONS])
def test_a_form_that_asks_all_that_is_kept_of_what_it_shares_or_agrees_has_no_fault(form: str) -> None:
    bundle = {**small_bundle(), CONTRIBUTE: form}
    found = lint({path: text.encode() for path, text in bundle.items()}, known_checks=CHECKS)
    assert [str(one) for one in found if one.file == CONTRIBUTE] == []


@cache
def material() -> Material:
    """As the linter reads the shipped bundle; what stands in the XML alone is not looked at here."""
    drawings: dict[str, Drawing] = {}
    forms: dict[tuple[str, str], FormFile] = {}
    for path, content in shipped().items():
        if path.endswith(".bpmn"):
            drawing = read_drawing(content, path)
            drawings[drawing.process] = drawing
        elif path.startswith("forms/"):
            _, process, name = path.split("/")
            task = name.removesuffix(".json")
            forms[process, task] = read_form(content, process, task, path)
    return Material(drawings, {}, forms, read_tables(shipped()), Known(KNOWN_CHECKS, frozenset(CASE_FACTS)))


def messages(bundle: Material) -> list[str]:
    found = [one for drawing in bundle.drawings.values() for one in needed_rules.check(drawing, bundle)]
    found += [one for form in bundle.forms.values() for one in needed_rules.check_form(form, bundle)]
    return [str(one) for one in found]


def with_form(form: FormFile, schema: dict[str, Any]) -> Material:
    bundle = material()
    return replace(bundle, forms={**bundle.forms, (form.process, form.task): replace(form, schema=schema)})


def places() -> Iterator[tuple[FormFile, tuple[str | int, ...], str, str]]:
    """Every question with a role: its form, the path of what holds it, its id and the role."""
    for form in material().forms.values():
        for scope in scopes(form):
            for name, field in scope.fields.items():
                if "x-role" in field:
                    yield form, scope.path, name, field["x-role"]


def fields_at(schema: dict[str, Any], path: tuple[str | int, ...]) -> dict[str, Any]:
    holder: Any = schema
    for step in path:
        holder = holder[step]
    return holder["properties"]


def needed() -> Iterator[tuple[str, FormFile, tuple[str | int, ...], str, str]]:
    """What an effect or a property needs, and where the shipped bundle asks it."""
    asked = {(id(form), path, role): name for form, path, name, role in places()}
    for drawing in material().drawings.values():
        for meaning in meanings(drawing):
            for need in meaning.said.needs:
                form = needed_rules._asking(meaning, need, material())
                if form is None or not need.required:
                    continue
                path = next(iter(needed_rules._scopes(form, need)))[1]
                yield meaning.said.name, form, path, asked[id(form), path, need.role], need.role


NEEDED = {f"{said}-{role}": (form, path, name, role) for said, form, path, name, role in needed()}
WITH_ANOTHER = [one for one in PROPERTIES_VOCABULARY.values() if one.beside]
ROLES = {role: (form, path, name, role) for form, path, name, role in places()}


def test_the_shipped_bundle_has_what_it_needs() -> None:
    assert messages(material()) == []


def test_the_shipped_bundle_names_every_effect_property_and_role() -> None:
    """So that the tests below are about all of them."""
    said = {meaning.said for drawing in material().drawings.values() for meaning in meanings(drawing)}
    of_messages = {effect for row in material().tables.messages for effect in row.effects}
    named = {one.name for one in said} | of_messages
    assert named == {*EFFECTS_VOCABULARY, *(name for _, name in PROPERTIES_VOCABULARY)}
    assert ROLES.keys() == ANSWER_ROLES.keys()


@pytest.mark.parametrize("case", NEEDED.values(), ids=NEEDED)
def test_a_needed_answer_that_nobody_asks_is_missed(case: tuple[FormFile, tuple[str | int, ...], str, str]) -> None:
    form, path, _, role = case
    schema = deepcopy(form.schema)
    for field in fields_at(schema, path).values():  # of what may be asked several times, each
        if field.get("x-role") == role:
            del field["x-role"]
    found = [one for one in messages(with_form(form, schema)) if ANSWER_ROLES[role].used_for in one]
    assert found
    assert f"x-role: {role}" in found[0]


@pytest.mark.parametrize("case", ROLES.values(), ids=ROLES)
def test_an_answer_of_another_kind_is_refused(case: tuple[FormFile, tuple[str | int, ...], str, str]) -> None:
    form, path, name, role = case
    schema = deepcopy(form.schema)
    fields_at(schema, path)[name] = {"title": "How many?", "x-role": role, **OTHER_KIND}
    found = messages(with_form(form, schema))
    wanted = f"The system uses this answer {ANSWER_ROLES[role].used_for}: ask it in this form, as"
    assert any(wanted in one for one in found)


@pytest.mark.parametrize("case", [ROLES[role] for role in ROLES if role not in SEVERAL], ids=lambda case: case[3])
def test_an_answer_that_is_asked_twice_is_refused(case: tuple[FormFile, tuple[str | int, ...], str, str]) -> None:
    form, path, name, role = case
    schema = deepcopy(form.schema)
    fields = fields_at(schema, path)
    fields["another"] = deepcopy(fields[name])
    assert any(f"x-role: {role} stands on another question too" in one for one in messages(with_form(form, schema)))


def known_choices() -> Iterator[tuple[FormFile, tuple[str | int, ...], str, str, str]]:
    for form, path, name, role in ROLES.values():
        if "oneOf" in fields_at(form.schema, path)[name]:
            yield from ((form, path, name, role, value) for value in ANSWER_ROLES[role].values)


@pytest.mark.parametrize("case", [*known_choices()], ids=lambda case: f"{case[3]}-{case[4]}")
def test_a_choice_that_the_system_knows_is_missed(case: tuple[FormFile, tuple[str | int, ...], str, str, str]) -> None:
    form, path, name, _, value = case
    schema = deepcopy(form.schema)
    choices = fields_at(schema, path)[name]["oneOf"]
    next(each for each in choices if each["const"] == value)["const"] = "otherwise"
    assert any(f"knows the choice {value}: offer it" in one for one in messages(with_form(form, schema)))


@pytest.mark.parametrize("role", sorted(needed_rules._BY_EFFECT))
def test_an_answer_that_no_effect_uses_is_refused(role: str) -> None:
    """As where the effect is taken out of the drawing, and the question stays."""
    bundle = material()
    silent = {
        process: replace(drawing, elements={key: replace(one, properties={}) for key, one in drawing.elements.items()})
        for process, drawing in bundle.drawings.items()
    }
    found = messages(replace(bundle, drawings=silent))
    assert any(f"only where a shape says {needed_rules._BY_EFFECT[role]}" in one for one in found)


@pytest.mark.parametrize(
    "said", [one for one in PROPERTIES_VOCABULARY.values() if one.beside], ids=lambda one: one.name
)
def test_a_property_without_the_one_that_goes_with_it_is_refused(said: Any) -> None:
    bundle = material()
    without = {
        process: replace(
            drawing,
            elements={
                key: replace(one, properties={k: v for k, v in one.properties.items() if k not in said.beside})
                for key, one in drawing.elements.items()
            },
        )
        for process, drawing in bundle.drawings.items()
    }
    found = messages(replace(bundle, drawings=without))
    assert any(f"`{said.name}` goes with `{said.beside[0]}`: say that too" in one for one in found)
