"""What process data may hold."""

from engine import forms
from tests.engine.forms.builders import make_choice_field, make_field, make_form, make_list, make_several


def test_only_decisions_go_into_process_data_and_of_a_list_only_those_of_its_items() -> None:
    told = make_list(fields={"name": make_field(), "told": make_choice_field("yes", "no", x_decision=True)})
    form = make_form(
        response=make_choice_field("assessment", x_decision=True),
        contributors=make_several("police", x_decision=True),
        reason=make_field(),
        told=told,
        actions=make_list(fields={"what": make_field()}),
    )
    answers = {
        "response": "assessment",
        "contributors": ["police"],
        "reason": "Private",
        "told": [{"name": "Ada", "told": "yes"}, {"name": "Ben"}],
        "actions": [{"what": "Ring"}],
    }
    assert forms.decisions(form, answers) == {
        "response": "assessment",
        "contributors": ["police"],
        "told": [{"told": "yes"}, {}],
    }


def test_a_decision_that_was_not_given_is_absent_or_its_default() -> None:
    form = make_form(
        response=make_choice_field("a", x_decision=True),
        already_acted=make_choice_field("yes", "no", x_decision=True, default="no"),
        source=make_choice_field("police", default="police"),
    )
    assert forms.decisions(form, {}) == {"already_acted": "no"}
    assert forms.decisions(form, {"already_acted": "yes"}) == {"already_acted": "yes"}
