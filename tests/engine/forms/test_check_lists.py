"""Answers that come several at a time: choices, and items of a list."""

from typing import Any

import pytest

from engine.forms import Choice
from tests.engine.forms.builders import (
    check,
    make_choice_field,
    make_field,
    make_form,
    make_list,
    make_several,
    problems,
)

DAY = make_field(title="Date of birth", kind="date", format="date")
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


@pytest.mark.parametrize("value", [1, True, {}, "police", [1], [["police"]], [{"a": 1}], ["nobody"]])
def test_several_choices_are_a_list_of_those_offered(value: Any) -> None:
    assert list(problems(make_form(it=make_several("police", "health")), {"it": value})) == ["it"]


def test_several_choices_are_kept_once_each_and_without_blanks() -> None:
    sent = {"it": ["", "health", " police ", "health", None]}
    assert check(make_form(it=make_several("police", "health")), sent) == {"it": ["health", "police"]}


def test_an_item_of_a_list_drops_what_is_not_asked_now() -> None:
    told = make_list(fields={"name": make_field(), "why": make_field(x_when="late")})
    assert check(make_form(told=told), {"told": [{"name": "Ada", "why": "x"}]}) == {"told": [{"name": "Ada"}]}


def test_problems_in_a_list_say_which_item() -> None:
    sent = {"told": [{"name": "Ada", "told": "no", "reason": "x" * 501}, {"told": "maybe", "reason": "x"}]}
    assert problems(make_form(told=TOLD), sent) == {
        "told.0.reason": "The answer to “Why not?” must be 500 characters or fewer (number 1 under “Who was told”)",
        "told.1.name": "Enter the name (number 2 under “Who was told”)",
        "told.1.told": "Choose one of the answers to “Have you told them?” (number 2 under “Who was told”)",
    }


def test_blank_items_at_the_end_of_a_list_are_only_offers() -> None:
    ada = {"name": "Ada", "told": "yes"}
    form = make_form(required=("told",), told=TOLD)
    assert check(form, {"told": [ada, {"name": " ", "told": ""}, {}]}) == {"told": [ada]}
    assert list(problems(form, {"told": [{"name": ""}]})) == ["told"]
    assert list(problems(form, {"told": [{}, ada]})) == ["told.0.name", "told.0.told"]


def test_a_list_has_its_least_and_its_most() -> None:
    ada = {"name": "Ada", "told": "yes"}
    assert problems(make_form(told=TOLD), {"told": [ada] * 3}) == {"told": "Add at most 2 under “Who was told”"}
    several = make_several("a", "b", "c", minItems=2, maxItems=2)
    assert problems(make_form(it=several), {"it": ["a"]}) == {"it": "Choose at least 2 under “Agencies”"}
    assert problems(make_form(it=several), {"it": ["a", "b", "c"]}) == {"it": "Choose at most 2 under “Agencies”"}
    assert list(problems(make_form(told=TOLD), {"told": ["Ada", 7]})) == ["told.0", "told.1"]
    assert list(problems(make_form(told=TOLD), {"told": "Ada"})) == ["told"]


def test_fixed_rows_have_one_item_each() -> None:
    fields = {"what": make_field(x_role="row"), "reason": make_field()}
    form = make_form(
        withdrawn=make_list(title="What is withdrawn", required=("reason",), x_choices="running_work", fields=fields)
    )
    rows = {"withdrawn": (Choice("a", "Assessment"), Choice("p", "Plan"))}
    both = [{"what": "a", "reason": "x"}, {"what": "p", "reason": "y"}]
    assert check(form, {"withdrawn": both}, choices=rows) == {"withdrawn": both}
    assert check(form, {"withdrawn": both}) == {}
    absent = {"withdrawn": "Answer for “Plan” under “What is withdrawn”"}
    assert problems(form, {"withdrawn": both[:1]}, choices=rows) == absent
    assert list(problems(form, {}, choices=rows)) == ["withdrawn"]
    assert problems(form, {"withdrawn": [*both, both[1]]}, choices=rows) == {
        "withdrawn": "“Plan” is answered for twice"
    }
    stray = [*both, {"what": "z", "reason": "z"}, {"reason": "z"}]
    assert list(problems(form, {"withdrawn": stray}, choices=rows)) == ["withdrawn.2.what", "withdrawn.3.what"]


def test_rules_of_the_engine_are_held_in_items_of_lists_as_well() -> None:
    born = {**DAY, "x-check": "not_in_future"}
    form = make_form(born=born, children=make_list(title="Children", fields={"born": born}))
    assert problems(form, {"born": "2013-09-03", "children": [{"born": "2013-09-02"}, {"born": "2013-09-03"}]}) == {
        "born": "Date of birth must be today or in the past",
        "children.1.born": "Date of birth must be today or in the past (number 2 under “Children”)",
    }
    assert problems(form, {"born": "2014-02-31"}) == {"born": "Date of birth must be a real date"}
