"""What is typed becomes answers and back: nothing is lost on the way, whatever the form and whatever was typed."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import forms
from engine.base.clock import LONDON
from engine.forms import Choice
from engine.forms.questions import Question
from engine.forms.schema import conditions_of
from tests.builders import MONDAY, shipped_model
from webapp.components import errors_of, fields_of, with_items
from webapp.fields import answers_of, tidied, typed_of, with_another, without

CHOICES = (Choice("one", "One"), Choice("two", "Two"), Choice("three", "Three"))
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=20).filter(
    str.strip
)
LISTED = Question("told", "list", "Told", questions=(Question("name", "text", "Name"), Question("on", "date", "On")))


def _moment(day: date, minutes: int) -> str:
    return f"{day.isoformat()}T{minutes // 60:02}:{minutes % 60:02}"


ANSWERS: dict[str, st.SearchStrategy[Any]] = {
    "text": TEXTS,
    "long_text": TEXTS,
    "person": TEXTS,
    "number": st.integers(0, 999).map(str),
    "date": st.dates(date(1900, 1, 1), date(2199, 12, 31)).map(date.isoformat),
    "date_time": st.builds(_moment, st.dates(date(1900, 1, 1), date(2199, 12, 31)), st.integers(0, 1439)),
    "yes_no": st.sampled_from(["yes", "no"]),
    "one_of": st.sampled_from(["one", "two", "three"]),
    "any_of": st.lists(st.sampled_from(["one", "two", "three"]), min_size=1, unique=True),
    "people": st.lists(st.sampled_from(["one", "two", "three"]), min_size=1, unique=True),
    "agencies": st.lists(st.sampled_from(["one", "two", "three"]), min_size=1, unique=True),
}
NAMES = st.lists(st.from_regex(r"[a-z][a-z_]{0,8}", fullmatch=True), min_size=1, max_size=5, unique=True)


@st.composite
def asked(draw: st.DrawFn, deepest: int = 1) -> tuple[Question, ...]:
    possible: list[str] = [*ANSWERS, "statement", "list"] if deepest else [*ANSWERS, "statement"]
    kinds = st.sampled_from(possible)
    return tuple(_question(draw, name, draw(kinds), deepest) for name in draw(NAMES))


def _question(draw: st.DrawFn, name: str, kind: str, deepest: int) -> Question:
    choices = CHOICES if kind in ("one_of", "any_of", "people", "agencies") else ()
    inner = draw(asked(deepest - 1)) if kind == "list" else ()
    return Question(name, kind, name, choices=choices, questions=inner)


def answered(draw: Callable[..., Any], questions: tuple[Question, ...]) -> dict[str, Any]:
    """Answers to some of the questions, at least one where there is one to answer."""
    answers: dict[str, Any] = {}
    for question in questions:
        if question.kind == "list":
            items = [item for _ in range(draw(st.integers(0, 3))) if (item := answered(draw, question.questions))]
            if items:
                answers[question.id] = items
        elif question.kind != "statement" and draw(st.booleans()):
            answers[question.id] = draw(ANSWERS[question.kind])
    return answers


@given(st.data())
def test_answers_are_the_same_after_being_typed(data: st.DataObject) -> None:
    questions = data.draw(asked())
    answers = answered(data.draw, questions)
    assert answers_of(questions, typed_of(questions, answers)) == answers


@given(st.data())
def test_whatever_a_browser_sends_is_read_without_failing_and_shown_as_it_was(data: st.DataObject) -> None:
    questions = data.draw(asked())
    names = [name for field in with_items(fields_of(questions, {}, {})) for name in _names(field.name)]
    values = st.lists(st.one_of(st.text(max_size=5), st.sampled_from(["0", "1", "7", "-1", "99999999999"])), max_size=3)
    typed = data.draw(st.dictionaries(st.sampled_from(names), values))
    answers_of(questions, typed)
    tidy = tidied(questions, typed)
    assert answers_of(questions, tidy) == answers_of(questions, typed)
    assert tidied(questions, tidy) == tidy


def _names(name: str) -> list[str]:
    return [name, *(f"{name}-{part}" for part in ("day", "month", "year", "time")), f"{name}.0.name", f"{name}.7.name"]


@given(st.data())
def test_every_answer_has_an_input_and_every_error_leads_to_one(data: st.DataObject) -> None:
    questions = data.draw(asked())
    typed = typed_of(questions, answered(data.draw, questions))
    fields = with_items(fields_of(questions, typed, {}))
    assert len({field.id for field in fields}) == len(fields)
    problems = {field.name: f"Wrong: {field.name}" for field in fields} | {"": "All wrong", "no.such.field": "Odd"}
    told = errors_of(fields_of(questions, typed, problems), problems)
    assert {one["text"] for one in told} == set(problems.values())
    assert {one["href"] for one in told} >= {f"#{field.target}" for field in fields}


@pytest.mark.parametrize("path", sorted(shipped_model().forms))
def test_answers_to_every_shipped_form_come_through(path: str) -> None:
    form = shipped_model().forms[path]
    holding = conditions_of(form)
    kinds: tuple[str, ...] = ("person", "people", "agencies", "known_person", "withdrawn")
    choices: dict[str, tuple[Choice, ...]] = dict.fromkeys(kinds, CHOICES)
    answers, _ = forms.fill(form, {}, holding, MONDAY, choices)
    checked = forms.check(form, answers, holding, MONDAY, choices)
    asked_now = forms.questions(form, holding, choices)
    typed = typed_of(asked_now, checked)
    assert forms.check(form, answers_of(asked_now, typed), holding, MONDAY, choices) == checked


@pytest.mark.parametrize(
    ("time", "means"),
    [
        ("14:30", "14:30"),
        ("1430", "14:30"),
        ("14.30", "14:30"),
        ("9:05", "09:05"),
        ("2.30pm", "14:30"),
        ("2:30 PM", "14:30"),
        ("12am", "00:00"),
        ("12:15pm", "12:15"),
        ("9", "09:00"),
        ("noon", "noon"),
        ("25:61", "25:61"),
    ],
)
def test_a_time_can_be_written_in_many_ways(time: str, means: str) -> None:
    question = Question("held_at", "date_time", "When?")
    typed = {"held_at-day": ["2"], "held_at-month": ["3"], "held_at-year": ["2026"], "held_at-time": [time]}
    assert answers_of([question], typed) == {"held_at": f"2026-03-02T{means}"}


@pytest.mark.parametrize("month", ["3", "03", "March", "mar", "MARCH "])
def test_a_month_can_be_written_in_many_ways(month: str) -> None:
    typed = {"on-day": [" 2 "], "on-month": [month], "on-year": ["2026"]}
    assert answers_of([Question("on", "date", "When?")], typed) == {"on": "2026-03-02"}


def test_a_moment_is_shown_in_london_s_time() -> None:
    question = Question("held_at", "date_time", "When?")
    summer = datetime(2026, 7, 1, 12, 30, tzinfo=LONDON).isoformat()
    assert typed_of([question], {"held_at": summer})["held_at-time"] == ["12:30"]
    assert typed_of([question], {"held_at": "2026-07-01T11:30:00+00:00"})["held_at-time"] == ["12:30"]


def test_items_are_added_removed_and_numbered_anew() -> None:
    typed = {"told": ["0", "2"], "told.0.name": ["Mother"], "told.2.name": ["Father"]}
    more = with_another([LISTED], typed, "told")
    assert more == {"told": ["0", "1", "2"], "told.0.name": ["Mother"], "told.1.name": ["Father"]}
    assert without([LISTED], more, "told.0") == {"told": ["0", "1"], "told.0.name": ["Father"]}
    assert tidied([LISTED], more) == {"told": ["0", "1"], "told.0.name": ["Mother"], "told.1.name": ["Father"]}


def test_a_list_never_grows_beyond_what_is_taken() -> None:
    full = {"told": [str(number) for number in range(100)]}
    assert len(with_another([LISTED], full, "told")["told"]) == 100
    assert len(answers_of([LISTED], {"told": [str(number) for number in range(5000)]})) == 0


def test_a_list_whose_rows_are_given_keeps_each_with_its_row() -> None:
    row = Question("what", "text", "What", choices=CHOICES)
    asked = (row, Question("reason", "text", "Why?"))
    given_rows = Question("gone", "list", "Gone", choices=CHOICES, questions=asked, row="what")
    typed = {"gone.1.reason": ["because"]}
    assert answers_of([given_rows], typed) == {
        "gone": [{"what": "one"}, {"reason": "because", "what": "two"}, {"what": "three"}]
    }
    items = fields_of([given_rows], typed, {})[0].items
    assert [item.label for item in items] == ["One", "Two", "Three"]
    assert [field.question.id for field in items[0].fields] == ["reason"]
    answers = {"gone": [{"what": "three", "reason": "x"}]}
    assert typed_of([given_rows], answers)["gone.2.reason"] == ["x"]
