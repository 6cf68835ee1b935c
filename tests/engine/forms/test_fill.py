"""What a scenario leaves out is filled in; what it says is left alone."""

from collections.abc import Mapping
from typing import Any

import pytest

from engine import forms
from engine.forms import Choice
from tests.engine.forms.builders import (
    NO_CHOICES,
    NOTHING_HOLDS,
    NOW,
    Field,
    check,
    make_choice_field,
    make_field,
    make_form,
    make_list,
    make_several,
)

TOLD = make_list(
    required=("name", "told"),
    minItems=1,
    fields={
        "name": make_field(),
        "told": make_choice_field("yes", "withheld"),
        "reason": make_field(kind="long_text", show_if={"told": "withheld"}),
    },
    x_decision=True,
)
WITHHELD: Field = {
    "if": {"properties": {"told": {"const": "withheld"}}, "required": ["told"]},
    "then": {"required": ["reason"]},
}


def fill(
    form: Field,
    answers: Mapping[str, Any],
    *,
    circumstances: frozenset[str] = NOTHING_HOLDS,
    choices: Mapping[str, tuple[Choice, ...]] = NO_CHOICES,
) -> tuple[dict[str, Any], tuple[str, ...]]:
    filled, names = forms.fill(form, answers, circumstances, NOW, choices)
    check(form, filled, circumstances=circumstances, choices=choices)
    return filled, names


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (make_field(), "Filled in"),
        (make_field(kind="long_text", minLength=12), "Filled in..."),
        (make_field(maxLength=3), "Fil"),
        (make_field(format="email"), "someone@example.org"),
        (make_choice_field("no", "yes"), "no"),
        (make_field(kind="yes_no"), "yes"),
        (make_several("police", "health"), ["police"]),
        (make_several("police", "health", minItems=2), ["police", "health"]),
        (make_field(kind="date", x_check="not_in_future"), "2013-09-02"),
        (make_field(kind="date_time", x_check="not_in_future"), "2013-09-02T10:15:00+01:00"),
        (make_field(kind="number", type="integer", minimum=3), 3),
        (make_field(kind="person"), "Filled in"),
        (TOLD, [{"name": "Filled in", "told": "yes"}]),
    ],
)
def test_a_required_answer_that_is_left_out_is_filled(field: Field, value: Any) -> None:
    assert fill(make_form(required=("it",), it=field, other=field), {}) == ({"it": value}, ("it",))


def test_the_first_choice_is_the_first_that_is_offered_for_the_case() -> None:
    seen = make_choice_field("yes", "not_born")
    seen["oneOf"][0]["x-when"] = "born"
    form = make_form(required=("child_seen", "chair"), child_seen=seen, chair=make_field(kind="person"))
    filled, _ = fill(form, {}, choices={"person": (Choice("9", "Cy Example"),)})
    assert filled == {"child_seen": "not_born", "chair": "9"}


def test_what_holds_now_is_filled_and_what_one_answer_makes_another_require() -> None:
    form = make_form(
        required=("told",),
        rules=(WITHHELD,),
        told=make_choice_field("withheld", "yes"),
        reason=make_field(show_if={"told": "withheld"}),
        late_reason=make_field(x_when="late"),
    )
    _, names = fill(form, {}, circumstances=frozenset({"late"}))
    assert names == ("told", "late_reason", "reason")
    assert fill(form, {"told": "yes"}) == ({"told": "yes"}, ())


def test_an_item_that_was_begun_is_completed() -> None:
    told = {**TOLD, "items": {**TOLD["items"], "allOf": [WITHHELD]}}
    filled, names = fill(make_form(required=("told",), told=told), {"told": [{"told": "withheld"}]})
    assert filled == {"told": [{"told": "withheld", "name": "Filled in", "reason": "Filled in"}]}
    assert names == ("told.0.name", "told.0.reason")


def test_fixed_rows_are_filled_beside_those_given() -> None:
    fields = {"what": make_field(x_role="row"), "reason": make_field()}
    form = make_form(withdrawn=make_list(required=("reason",), x_choices="running_work", fields=fields))
    rows = {"withdrawn": (Choice("a", "Assessment"), Choice("p", "Plan"))}
    filled, _ = fill(form, {"withdrawn": [{"what": "p", "reason": "Over"}]}, choices=rows)
    assert filled == {"withdrawn": [{"what": "p", "reason": "Over"}, {"what": "a", "reason": "Filled in"}]}


def test_what_is_wrong_stays_wrong_and_the_answers_given_are_not_changed() -> None:
    form = make_form(required=("told",), response=make_choice_field("a"), told=TOLD)
    given: dict[str, Any] = {"response": "b", "unknown": 1, "told": [{"told": "yes"}]}
    filled, names = forms.fill(form, given, NOTHING_HOLDS, NOW)
    assert (filled["response"], filled["unknown"], names) == ("b", 1, ("told.0.name",))
    assert given == {"response": "b", "unknown": 1, "told": [{"told": "yes"}]}


def test_what_a_story_leaves_empty_stays_empty() -> None:
    """`reason = ""` is how a story shows that a reason is asked for: filling it in would hide the refusal."""
    form = {"type": "object", "properties": {"reason": {"type": "string", "title": "Why?"}}, "required": ["reason"]}
    assert forms.fill(form, {"reason": ""}, NOTHING_HOLDS, NOW) == ({"reason": ""}, ())
    assert forms.fill(form, {}, NOTHING_HOLDS, NOW)[1] == ("reason",)
