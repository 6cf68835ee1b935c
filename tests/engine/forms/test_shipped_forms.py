"""Every form of forms/: it can be answered, and no answers whatever do more than be refused."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import forms
from engine.base.errors import BadAnswers
from engine.forms import Choice, Question
from engine.forms.checks import KNOWN_CHECKS
from engine.forms.schema import conditions_of
from tests.engine.forms.builders import NOW, Field, check
from webapp.components import fields_of

FORMS: dict[str, Field] = {
    f"{path.parent.name}.{path.stem}": json.loads(path.read_text(encoding="utf-8"))
    for path in sorted(Path("forms").glob("*/*.json"))
}
PEOPLE = (Choice("7", "Ada Example"), Choice("8", "Ben Example"))
CHOICES = {"person": PEOPLE, "people": PEOPLE, "withdrawn": (Choice("a", "Assessment"), Choice("p", "Plan"))}


BIRTH = ("case.unborn", "not case.unborn")
CONDITIONS = sorted(frozenset[str]().union(*map(conditions_of, FORMS.values())) - {*BIRTH})


def together(holding: set[str], birth: str) -> frozenset[str]:
    return frozenset({*holding, birth})


circumstances = st.builds(together, st.sets(st.sampled_from(CONDITIONS)), st.sampled_from(BIRTH))
choices = st.sampled_from([{}, CHOICES])
form_names = st.sampled_from(sorted(FORMS))


def names_in(form: Field) -> Iterator[str]:
    for name, field in form["properties"].items():
        yield name
        if "properties" in field.get("items", {}):
            yield from names_in(field["items"])


def values_in(form: Field) -> set[str]:
    """What the forms themselves offer, so that made-up answers get past the first refusal."""
    return {each["const"] for _, field in fields_in("", form) for each in field.get("oneOf", ())}


def fields_in(path: str, form: Field) -> Iterator[tuple[str, Field]]:
    for name, field in form["properties"].items():
        yield f"{path}{name}", field
        if "properties" in field.get("items", {}):
            yield from fields_in(f"{path}{name}.", field["items"])


ONE = ("one_of", "yes_no")
NAMES = sorted({name for form in FORMS.values() for name in names_in(form)} | {"typename", "__proto__"})
VALUES = sorted(set[str]().union(*(values_in(form) for form in FORMS.values())))
leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.sampled_from([*VALUES, "2013-02-31", "2013-09-02", "2013-09-02T10:15", "2013-03-31T01:30"]),
)
anything = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(NAMES) | st.text(), inner, max_size=8)
    ),
    max_leaves=30,
)


def cleaned_or_refused(
    form: Field, answers: object, holding: frozenset[str], offered: dict[str, tuple[Choice, ...]]
) -> dict[str, Any] | dict[str, str]:
    """Cleaned answers, which a second check leaves as they are, or the problems."""
    try:
        cleaned = check(form, answers, circumstances=holding, choices=offered)
    except BadAnswers as refused:
        return refused.problems
    assert check(form, cleaned, circumstances=holding, choices=offered) == cleaned
    return cleaned


def problems(
    form: Field, answers: object, holding: frozenset[str], offered: dict[str, tuple[Choice, ...]]
) -> dict[str, str]:
    try:
        check(form, answers, circumstances=holding, choices=offered)
    except BadAnswers as refused:
        return refused.problems
    return {}


@given(name=form_names, holding=circumstances, offered=choices, answers=anything)
def test_whatever_is_sent_is_cleaned_or_refused(
    name: str, holding: frozenset[str], offered: dict[str, tuple[Choice, ...]], answers: Any
) -> None:
    cleaned_or_refused(FORMS[name], answers, holding, offered)


@given(name=form_names, holding=circumstances, offered=choices, data=st.data())
def test_whatever_is_sent_for_some_of_the_questions_is_cleaned_or_refused(
    name: str, holding: frozenset[str], offered: dict[str, tuple[Choice, ...]], data: st.DataObject
) -> None:
    form = FORMS[name]
    complete, _ = forms.fill(form, {}, holding, NOW, offered)
    replaced = data.draw(st.dictionaries(st.sampled_from(sorted(form["properties"])), anything, max_size=5))
    cleaned_or_refused(form, {**complete, **replaced}, holding, offered)


@given(name=form_names, holding=circumstances, offered=choices, data=st.data())
def test_an_answer_spoilt_in_a_complete_form_is_the_only_one_refused(
    name: str, holding: frozenset[str], offered: dict[str, tuple[Choice, ...]], data: st.DataObject
) -> None:
    form = FORMS[name]
    complete, filled = forms.fill(form, {}, holding, NOW, offered)
    if not filled:
        return
    field = data.draw(st.sampled_from(filled))
    spoilt = {**complete, field.split(".")[0]: {"a": ["b"]}}
    with pytest.raises(BadAnswers) as refused:
        check(form, spoilt, circumstances=holding, choices=offered)
    assert field.split(".")[0] in refused.value.problems


@given(name=form_names, holding=circumstances, offered=choices)
def test_every_form_can_be_answered_and_answers_once_checked_stay_as_they_are(
    name: str, holding: frozenset[str], offered: dict[str, tuple[Choice, ...]]
) -> None:
    form = FORMS[name]
    complete, _ = forms.fill(form, {}, holding, NOW, offered)
    cleaned = check(form, complete, circumstances=holding, choices=offered)
    assert check(form, cleaned, circumstances=holding, choices=offered) == cleaned
    assert forms.fill(form, cleaned, holding, NOW, offered) == (cleaned, ())


@given(name=form_names, holding=circumstances, offered=choices)
def test_process_data_receives_decisions_and_nothing_else(
    name: str, holding: frozenset[str], offered: dict[str, tuple[Choice, ...]]
) -> None:
    form = FORMS[name]
    complete, _ = forms.fill(form, {}, holding, NOW, offered)
    marked = {path for path, field in fields_in("", form) if field.get("x-decision")}
    assert decided_paths("", forms.decisions(form, complete)) <= marked


def decided_paths(path: str, decided: dict[str, Any]) -> set[str]:
    paths: set[str] = set()
    for name, value in decided.items():
        items = cast("list[Any]", value) if isinstance(value, list) else []
        dicts = [cast("dict[str, Any]", item) for item in items if isinstance(item, dict)]
        inside = [decided_paths(f"{path}{name}.", item) for item in dicts]
        paths |= set[str]().union(*inside) or {f"{path}{name}"}
    return paths


@pytest.mark.parametrize("name", sorted(FORMS))
def test_a_form_names_only_what_there_is(name: str) -> None:
    for path, field in fields_in("", FORMS[name]):
        named = field.get("x-check", [])
        assert {*(named.split() if isinstance(named, str) else named)} <= KNOWN_CHECKS, path
    [*_] = shown_after_its_parent(forms.questions(FORMS[name], conditions_of(FORMS[name]), CHOICES))


def shown_after_its_parent(questions: tuple[Question, ...]) -> Iterator[None]:
    """A question is hidden for good where the one it hangs on stands below it."""
    for place, question in enumerate(questions):
        if question.show_if:
            assert question.show_if[0] in [each.id for each in questions[:place]], question.id
        yield from shown_after_its_parent(question.questions)


@given(name=form_names, holding=circumstances, offered=choices, data=st.data())
def test_what_is_called_optional_is_never_refused_when_it_is_left_out(
    name: str, holding: frozenset[str], offered: dict[str, tuple[Choice, ...]], data: st.DataObject
) -> None:
    form = FORMS[name]
    asked = forms.questions(form, holding, offered)
    chosen = {one.id: data.draw(st.sampled_from(one.choices)).value for one in asked if one.kind in ONE if one.choices}
    complete, _ = forms.fill(form, chosen, holding, NOW, offered)
    optional = {field.name for field in fields_of(asked, {}, {}) if field.optional}
    left = {name: answer for name, answer in complete.items() if name not in optional}
    assert optional.isdisjoint(problems(form, left, holding, offered))


@given(name=form_names, holding=circumstances, offered=choices)
def test_a_question_is_asked_only_where_the_answer_that_reveals_it_can_be_given(
    name: str, holding: frozenset[str], offered: dict[str, tuple[Choice, ...]]
) -> None:
    assert hidden_for_good(forms.questions(FORMS[name], holding, offered)) == []


def hidden_for_good(questions: tuple[Question, ...]) -> list[str]:
    found = [name for one in questions for name in hidden_for_good(one.questions)]
    for place, question in enumerate(questions):
        if question.show_if:
            revealing, values = question.show_if
            by = next((one for one in questions[:place] if one.id == revealing), None)
            if by is None or (by.choices and not {one.value for one in by.choices} & {*values}):
                found.append(question.id)
    return found


@pytest.mark.parametrize("name", sorted(FORMS))
def test_a_condition_of_a_form_requires_the_answers_that_it_reads(name: str) -> None:
    """Without it JSON Schema takes a missing answer for one that meets the condition."""
    for rule in conditions(FORMS[name]):
        assert set(rule["if"]["properties"]) <= set(rule["if"].get("required", ())), rule


def conditions(form: Field) -> Iterator[Field]:
    yield from (rule for rule in (form, *form.get("allOf", ())) if "if" in rule)
    for field in form["properties"].values():
        if "properties" in field.get("items", {}):
            yield from conditions(field["items"])
