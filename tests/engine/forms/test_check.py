"""What answers a form takes, how it keeps them, and the sentences in which it refuses the others."""

from typing import Any

import pytest

from tests.engine.forms.builders import (
    Field,
    check,
    make_choice_field,
    make_field,
    make_form,
    make_list,
    make_several,
    problems,
)

DAY = make_field(title="Date of birth", kind="date", format="date")
TIME = make_field(title="When was the meeting held?", kind="date_time", format="date-time")
TOLD = make_list(
    required=("name", "told"),
    minItems=1,
    maxItems=2,
    fields={
        "name": make_field(title="Name"),
        "told": make_choice_field("yes", "no", title="Have you told them?"),
        "reason": make_field(title="Why not?", show_if={"told": "no"}),
    },
)


def test_every_problem_is_told_at_once_in_the_order_of_the_form() -> None:
    form = make_form(
        required=("held_at", "response", "reason", "told", "agencies"),
        held_at=TIME,
        response=make_choice_field("assessment"),
        reason=make_field(title="Reason for the decision"),
        told=TOLD,
        agencies=make_several("police"),
        born=DAY,
    )
    assert list(problems(form, {"born": "2013-02-31", "typename": "x"}).items()) == [
        ("held_at", "Answer the question “When was the meeting held?”"),
        ("response", "Choose an answer to “Response”"),
        ("reason", "Enter the reason for the decision"),
        ("told", "Add at least one answer under “Who was told”"),
        ("agencies", "Choose at least one answer to “Agencies”"),
        ("born", "Date of birth must be a real date"),
        ("typename", "There is no question called “typename”"),
    ]


@pytest.mark.parametrize("name", ["typename", "__proto__", "constructor", "", "x-ui", "told.0.name", "a\nb" * 90])
def test_a_field_that_nobody_asked_is_refused_at_any_depth(name: str) -> None:
    form = make_form(told=TOLD)
    assert list(problems(form, {name: ""})) == [name]
    [(path, sentence)] = problems(form, {"told": [{"name": "Ada", "told": "yes", name: "x"}]}).items()
    assert path == f"told.0.{name}"
    assert sentence.startswith("There is no question called “")
    assert len(sentence) < 150
    assert "\n" not in sentence


@pytest.mark.parametrize("blank", ["", "  \r\n ", None, []])
def test_a_blank_answer_is_none(blank: Any) -> None:
    assert check(make_form(reason=make_field(kind="long_text")), {"reason": blank}) == {}
    assert "reason" in problems(make_form(required=("reason",), reason=make_field()), {"reason": blank})


def test_text_is_trimmed_and_its_lines_end_in_one_way() -> None:
    assert check(make_form(note=make_field(kind="long_text")), {"note": " a\r\nb\rc \n"}) == {"note": "a\nb\nc"}


@pytest.mark.parametrize("kind", ["text", "long_text", "one_of", "date", "date_time", "person", "people"])
@pytest.mark.parametrize("character", ["\x00", "\x1b", "\x85", "\ud800"])
def test_control_characters_are_refused(kind: str, character: str) -> None:
    sent: Any = [f"a{character}b"] if kind == "people" else f"a{character}b"
    field = make_several(kind=kind, items={}) if kind == "people" else make_field(kind=kind)
    assert "must not contain control characters" in problems(make_form(note=field), {"note": sent})["note"]


def test_a_short_text_is_one_line() -> None:
    assert problems(make_form(note=make_field()), {"note": "a\nb"}) == {"note": "Reason must be on one line"}


@pytest.mark.parametrize(
    ("field", "longest"),
    [
        (make_field(), 500),
        (make_field(kind="long_text"), 20_000),
        (make_field(kind="long_text", maxLength=4_000), 4_000),
        (make_field(kind="person"), 500),
    ],
)
def test_every_text_has_a_greatest_length(field: Field, longest: int) -> None:
    form = make_form(reason=field)
    assert check(form, {"reason": "x" * longest})
    assert problems(form, {"reason": "x" * (longest + 1)}) == {
        "reason": f"Reason must be {longest:,} characters or fewer"
    }


def test_answers_that_are_too_large_are_refused_and_the_text_that_makes_them_so_is_named() -> None:
    form = make_form(reason=make_field(), other=make_field())
    assert problems(form, {"reason": "x" * 5_000_000}) == {
        "": "The answers are too long: together they may be 200,000 characters at most",
        "reason": "Reason must be 500 characters or fewer",
    }


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "answers",
    [
        {"reason": nested(5_000)},
        {"reason": [0] * 5_000},
        {"reason": 10**5_000},
        {"reason": float("nan")},
        {"reason": float("inf")},
        {f"name_{number}": "" for number in range(30_000)},
        {"x" * 300_000: ""},
    ],
    ids=["deep", "long", "great", "nan", "inf", "many", "name"],
)
def test_strange_answers_are_refused_as_a_whole(answers: Any) -> None:
    assert list(problems(make_form(reason=make_field()), answers)) == [""]


@pytest.mark.parametrize("answers", [None, 1, "text", [], [{}], True])
def test_answers_must_be_fields(answers: Any) -> None:
    assert list(problems(make_form(), answers)) == [""]


@pytest.mark.parametrize("value", [1, 1.5, True, {}, {"a": "b"}, ["x"], [["x"]], [{}], [None, 3]])
@pytest.mark.parametrize(
    "field",
    [
        make_field(),
        make_field(kind="long_text"),
        DAY,
        TIME,
        make_choice_field("a", "b"),
        make_field(kind="yes_no"),
        make_field(kind="person"),
    ],
    ids=lambda field: field["x-ui"]["kind"],
)
def test_a_value_of_the_wrong_type_is_a_problem_of_its_field(field: Field, value: Any) -> None:
    assert list(problems(make_form(it=field), {"it": value})) == ["it"]


@pytest.mark.parametrize(("kept", "sent"), [(3, "3"), (3, 3), (2.5, " 2.5 "), (-1, "-1")])
def test_a_number_may_come_as_text(kept: float, sent: Any) -> None:
    assert check(make_form(it=make_field(kind="number", type="number")), {"it": sent}) == {"it": kept}


@pytest.mark.parametrize("sent", ["3.5", "three", "1e3", True, [3], "9" * 40, "-1", "11"])
def test_a_number_has_its_type_and_limits(sent: Any) -> None:
    field = make_field(kind="number", type="integer", minimum=0, maximum=10)
    assert list(problems(make_form(it=field), {"it": sent})) == ["it"]


def test_hidden_answers_are_dropped_with_all_that_hangs_on_them() -> None:
    form = make_form(
        required=("second",),
        first=make_choice_field("yes", "no"),
        second=make_choice_field("yes", "no", show_if={"first": "yes"}),
        third=make_field(show_if={"second": ["yes", "no"]}),
    )
    assert check(form, {"first": "no", "second": "yes", "third": "text"}) == {"first": "no"}
    assert list(problems(form, {"first": "yes", "third": 7})) == ["second"]
    assert check(form, {"first": "yes", "second": "no", "third": "text"})["third"] == "text"


def test_a_question_may_hang_on_one_of_several_choices() -> None:
    form = make_form(who=make_several("police", "health"), why=make_field(show_if={"who": "police"}))
    assert check(form, {"who": ["health"], "why": "x"}) == {"who": ["health"]}
    assert check(form, {"who": ["health", "police"], "why": "x"})["why"] == "x"


def test_what_is_not_asked_now_is_dropped_and_what_is_asked_now_is_required() -> None:
    choice = make_choice_field("yes", "not_born")
    choice["oneOf"][1]["x-when"] = "unborn"
    form = make_form(late_reason=make_field(title="Why is this late?", x_when="late"), child_seen=choice)
    assert check(form, {"late_reason": "x"}) == {}
    assert problems(form, {}, circumstances=frozenset({"late"})) == {
        "late_reason": "Answer the question “Why is this late?”"
    }
    assert problems(form, {"child_seen": "not_born"}) == {"child_seen": "Choose one of the answers to “Response”"}
    assert check(form, {"child_seen": "not_born"}, circumstances=frozenset({"unborn"}))


def test_answers_may_make_another_required() -> None:
    rule: Field = {
        "if": {"properties": {"given": {"const": "no"}}, "required": ["given"]},
        "then": {"required": ["reason", "late_reason"]},
    }
    form = make_form(
        rules=(rule,), given=make_field(kind="yes_no"), reason=make_field(), late_reason=make_field(x_when="late")
    )
    assert check(form, {"given": "yes"})
    assert problems(form, {"given": "no"}) == {"reason": "Enter the reason"}


def test_a_choice_with_nothing_to_choose_says_so() -> None:
    form = make_form(chair=make_field(title="Chair", kind="person"))
    assert problems(form, {"chair": "7"}, choices={"person": ()}) == {
        "chair": "There is nothing to choose from for “Chair”"
    }


def test_a_statement_takes_no_answer() -> None:
    form = make_form(required=("note",), note=make_field(kind="statement"), reason=make_field())
    assert check(form, {"reason": "x"}) == {"reason": "x"}
    assert list(problems(form, {"note": "x"})) == ["note"]


@pytest.mark.parametrize("hidden", [*"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"])
def test_what_turns_the_direction_of_writing_is_refused_beside_its_field(hidden: str) -> None:
    """It would turn round what stands beside it. Names that are written from right to left stay as they are."""
    form = make_form(name=make_field(title="First name"), about=make_field(title="About", kind="long_text"))
    for field in ("name", "about"):
        found = problems(form, {field: f"Ada{hidden}elpmaxE"})
        assert "turn the direction of writing" in found[field]
    arabic = {"name": "\u0644\u064a\u0644\u0649"}
    assert check(form, arabic) == arabic
