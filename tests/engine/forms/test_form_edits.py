"""Editing a form question by question: only what is meant changes, in what it says and in its file."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from engine.forms.form_edits import (
    Answers,
    Needed,
    QuestionEdit,
    edit_of,
    empty_form,
    kind_as_written,
    moved,
    places_of,
    question_at,
    with_edit,
    with_new,
    with_words,
    without,
)
from engine.forms.form_layout import rewritten, written
from engine.forms.new_question import ChoiceEdit, NewQuestion, id_from, new_field
from engine.forms.questions import KINDS
from engine.lint import form_language, form_rules
from engine.lint.form_file import read_form
from tests.amount import LONG
from tests.builders import ROOT

SHIPPED: Mapping[str, bytes] = {
    path.relative_to(ROOT).as_posix(): path.read_bytes() for path in sorted((ROOT / "forms").glob("*/*.json"))
}
READ: Mapping[str, dict[str, Any]] = {path: json.loads(content) for path, content in SHIPPED.items()}
NEEDED: tuple[Needed, ...] = ("always", "sometimes", "never")
SAYS = some.text(some.characters(codec="utf-8", exclude_categories=("C",)), min_size=1, max_size=30).filter(str.strip)


def faults(content: bytes) -> list[str]:
    form = read_form(content, "some_process", "some_task", "forms/some_process/some_task.json")
    return [one.message for check in (form_language.check, form_rules.check_by_itself) for one in check(form)]


def some_places(path: str) -> list[str]:
    """One of each form, others in each; all of them where a round is asked for (tests/amount.py)."""
    places = [*places_of(READ[path])]
    return places if LONG else [places[len(path) % len(places)]]


def without_empty(form: dict[str, Any]) -> str:
    return order(form).replace(', "required": []', "")


def order(form: dict[str, Any]) -> str:
    return json.dumps(form)


def test_what_says_the_same_is_the_same_file() -> None:
    for path, content in SHIPPED.items():
        assert rewritten(content, READ[path]) == content, path
        for place in places_of(READ[path]):
            same = with_edit(READ[path], place, edit_of(READ[path], place))
            assert order(same) == order(READ[path]), (path, place)


def test_a_file_of_its_own_is_laid_out_as_most_forms_are() -> None:
    alike = [path for path, content in SHIPPED.items() if written(READ[path]) == content]
    assert len(alike) > len(SHIPPED) / 3
    laid_out = [json.loads(written(form)) for form in READ.values()]
    assert [order(form) for form in laid_out] == [order(form) for form in READ.values()]


def test_a_title_changes_one_line() -> None:
    for path, content in SHIPPED.items():
        for place in some_places(path):
            edit = edit_of(READ[path], place)
            made = with_edit(READ[path], place, replace(edit, title="Is it otherwise?"))
            before, now = content.splitlines(), rewritten(content, made).splitlines()
            assert len(before) == len(now), (path, place)
            assert sum(one != other for one, other in zip(before, now, strict=True)) == 1, (path, place)


def test_what_is_taken_back_leaves_the_file_as_it_was() -> None:
    for path, content in SHIPPED.items():
        for place in some_places(path):
            there = rewritten(content, moved(READ[path], place, 1))
            assert rewritten(there, READ[path]) == content, (path, place)
            question = NewQuestion("one_of", "A new one?", "", True, "Us", ("case page",), ("One", "Two"))
            added, new = with_new(READ[path], place, question, _list_of(place))
            assert without_empty(without(added, new)) == without_empty(READ[path])
            assert rewritten(rewritten(content, added), READ[path]) == content, (path, place)


@given(path=some.sampled_from(sorted(SHIPPED)), data=some.data())
def test_any_edits_leave_a_form_that_can_be_read_and_every_other_question_as_it_was(
    path: str, data: some.DataObject
) -> None:
    form, content = READ[path], SHIPPED[path]
    for _ in range(data.draw(some.integers(1, 4))):
        places = [*places_of(form)]
        place = data.draw(some.sampled_from(places))
        edited, touched = _some_edit(data, form, place)
        content = rewritten(content, edited)
        assert order(json.loads(content)) == order(edited)
        assert not [one for one in faults(content) if "form-language" in one]
        assert not {*form_language.check(read_form(content, "p", "t", "forms/p/t.json"))}
        ids = [*places_of(edited)]
        assert len(ids) == len({*ids})
        for other in {*ids} & {*places} - {touched, touched.partition(".")[0]}:
            assert question_at(edited, other) == question_at(form, other)
        form = edited


Edited = tuple[dict[str, Any], str]
"""A form, and the place of the question that was touched, empty where it was none that stood."""


def _some_edit(data: some.DataObject, form: dict[str, Any], place: str) -> Edited:
    what = data.draw(some.sampled_from((_words, _title, _new_choices, _conditions, _move, _add, _take_out)))
    return what(data, form, place)


def _words(data: some.DataObject, form: dict[str, Any], _place: str) -> Edited:
    return with_words(form, data.draw(SAYS), data.draw(SAYS | some.just(""))), ""


def _title(data: some.DataObject, form: dict[str, Any], place: str) -> Edited:
    hint = data.draw(SAYS | some.just(""))
    return with_edit(form, place, replace(edit_of(form, place), title=data.draw(SAYS), hint=hint)), place


def _new_choices(data: some.DataObject, form: dict[str, Any], place: str) -> Edited:
    edit = edit_of(form, place)
    labels = data.draw(some.lists(SAYS, min_size=1, max_size=3))
    choices = (*edit.choices[:2], *(ChoiceEdit("", label) for label in labels))
    return with_edit(form, place, replace(edit, choices=choices)), place


def _conditions(data: some.DataObject, form: dict[str, Any], place: str) -> Edited:
    beside = [one for one in places_of(form) if one.count(".") == place.count(".") and one.startswith(_list_of(place))]
    by: Answers = {data.draw(some.sampled_from(beside)).rpartition(".")[2]: ("yes",)}
    shown, needed = data.draw(some.sampled_from(({}, by))), data.draw(some.sampled_from(NEEDED))
    edit = replace(edit_of(form, place), needed=needed, shown_for=shown, needed_for=by if needed == "sometimes" else {})
    return with_edit(form, place, edit), place


def _move(data: some.DataObject, form: dict[str, Any], place: str) -> Edited:
    return moved(form, place, data.draw(some.sampled_from((-1, 1)))), ""


def _add(data: some.DataObject, form: dict[str, Any], place: str) -> Edited:
    kind = data.draw(some.sampled_from(("text", "any_of", "date", "number")))
    labels = ("One", "Two") if kind == "any_of" else ()
    question = NewQuestion(kind, data.draw(SAYS), "", True, "Us", ("case page",), labels)
    return with_new(form, place, question, _list_of(place))[0], _list_of(place)


def _take_out(_data: some.DataObject, form: dict[str, Any], place: str) -> Edited:
    inside = _list_of(place)
    beside = [one for one in places_of(form) if inside and one.startswith(f"{inside}.")]
    return (form, "") if len(beside) == 1 or len([*places_of(form)]) == 1 else (without(form, place), place)


def _list_of(place: str) -> str:
    return place.rpartition(".")[0]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("search", "file")])
def test_a_new_question_of_each_kind_is_one_that_the_linter_takes(kind: str) -> None:
    labels = ("One", "Two") if kind in ("one_of", "any_of") else ()
    asked = NewQuestion(kind, "Which school?", "", True, "Us", ("case page",), labels, False, "Name", "colleagues")
    form, place = with_new(empty_form("A form"), "", asked)
    assert (place, kind_as_written(question_at(form, place))) == ("which_school", kind)
    assert faults(written(form)) == []


def test_a_question_that_is_shown_for_an_answer_is_needed_just_there() -> None:
    form = empty_form("A form")
    for kind, title in (("yes_no", "Seen?"), ("text", "Why not?")):
        form, _ = with_new(form, [*form["properties"]][-1] if form["properties"] else "", _plain(kind, title))
    shown = with_edit(form, "why_not", QuestionEdit("Why not?", "", "text", "always", shown_for={"seen": ("no",)}))
    assert (shown.get("required"), faults(written(shown))) == (["seen"], [])
    assert edit_of(shown, "why_not").needed == "always"
    assert shown["allOf"] == [
        {"if": {"properties": {"seen": {"const": "no"}}, "required": ["seen"]}, "then": {"required": ["why_not"]}}
    ]
    again = with_edit(shown, "why_not", QuestionEdit("Why not?", "", "text", "always"))
    assert ("allOf" in again, again["required"]) == (False, ["seen", "why_not"])


def _plain(kind: str, title: str) -> NewQuestion:
    return NewQuestion(kind, title, "", True, "Us", ("case page",))


def test_the_heading_over_an_answer_goes_with_its_last_reader() -> None:
    form, _ = with_new(empty_form("A form"), "", _plain("text", "Plan?"))
    form["properties"]["plan"] |= {"x-shown-to": ["police", "family"], "x-shown-under": "The plan"}
    edit = edit_of(form, "plan")
    fewer = with_edit(form, "plan", replace(edit, shown_to=("family",)))["properties"]["plan"]
    assert (fewer["x-shown-to"], fewer["x-shown-under"]) == (["family"], "The plan")
    for nobody in ((), None):
        asked = with_edit(form, "plan", replace(edit, shown_to=nobody))["properties"]["plan"]
        assert (asked.get("x-shown-to"), "x-shown-under" in asked) == (None if nobody is None else [], False)
    form["x-shown-to"] = ["police"]
    assert with_edit(form, "plan", replace(edit, shown_to=None))["properties"]["plan"]["x-shown-under"] == "The plan"


def test_choices_keep_what_else_they_say_and_new_ones_get_ids_of_their_own() -> None:
    form = empty_form("A form")
    form["properties"]["seen"] = {
        "type": "string",
        "title": "Seen?",
        "oneOf": [{"const": "yes", "title": "Yes", "x-when": "late"}, {"const": "no", "title": "No"}],
    }
    choices = (ChoiceEdit("no", "Not yet"), ChoiceEdit("", "No"), ChoiceEdit("yes", "Yes", "Alone"))
    made = with_edit(form, "seen", QuestionEdit("Seen?", "", "one_of", "never", choices=choices))
    assert made["properties"]["seen"]["oneOf"] == [
        {"const": "no", "title": "Not yet"},
        {"const": "no_2", "title": "No"},
        {"const": "yes", "title": "Yes", "description": "Alone", "x-when": "late"},
    ]


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Which school does the child go to?", "which_school_child_go"),
        ("Is it?", "is_it"),
        ("学校", "question"),
        ("2 doctors", "question_2_doctors"),
        ("Typename", "typename_asked"),
        ("Why", "why_2"),
        ("x" * 200, "x" * 55),
    ],
)
def test_an_id_is_made_from_the_words(words: str, name: str) -> None:
    assert id_from(words, {"why"}) == name


def test_of_a_form_laid_out_by_others_only_what_changed_is_laid_out_anew() -> None:
    theirs = b'{"title":"A","type":"object",\r\n\t"properties":{"a":{"title":"B","type":"string"}}}\r\n'
    made = with_words(json.loads(theirs), "A", "More")
    assert json.loads(rewritten(theirs, made)) == made
    assert b'"properties": {"a":{"title":"B","type":"string"}}' in rewritten(theirs, made)
    assert b"\n" not in rewritten(theirs, made).replace(b"\r\n", b"")


def test_a_list_asks_its_first_question_of_each_item() -> None:
    made = new_field(NewQuestion("list", "Who lives there?", "", True, "Us", ("case page",), first="Name"))
    assert made["items"]["required"] == ["name"]


def test_no_form_is_missing_here() -> None:
    assert len(SHIPPED) == len([*Path(ROOT / "forms").rglob("*.json")])
