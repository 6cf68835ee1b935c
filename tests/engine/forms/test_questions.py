"""What a form asks, as circumstances and the people of the case have it."""

import pytest

from engine import forms
from engine.forms import Choice
from tests.engine.forms.builders import (
    NOTHING_HOLDS,
    Field,
    check,
    make_choice_field,
    make_field,
    make_form,
    make_list,
    make_several,
)


def test_a_question_carries_everything_that_its_field_says() -> None:
    field = make_field(
        title="Why?",
        kind="long_text",
        description="Briefly.",
        maxLength=900,
        rows=3,
        width="full",
        x_source="Paragraph 4",
        x_duty="R-01 R-02",
        x_decision=True,
        x_prefill="referral.start.reason",
        show_if={"response": "yes"},
    )
    response = make_field(title="Response", kind="yes_no")
    form = make_form(required=("reason",), response=response, reason=field)
    _, question = forms.questions(form, NOTHING_HOLDS)
    assert question == forms.Question(
        id="reason",
        kind="long_text",
        title="Why?",
        hint="Briefly.",
        required=True,
        show_if=("response", ("yes",)),
        rows=3,
        width="full",
        max_length=900,
        source="Paragraph 4",
        duties=("R-01", "R-02"),
        decision=True,
        prefill="referral.start.reason",
    )


@pytest.mark.parametrize(
    ("field", "kind"),
    [
        ({"type": "string"}, "text"),
        ({"type": "string", "format": "date"}, "date"),
        ({"type": "string", "format": "date-time"}, "date_time"),
        ({"type": "string", "oneOf": [{"const": "a", "title": "A"}]}, "one_of"),
        ({"type": "string", "enum": ["a"]}, "one_of"),
        ({"type": "array", "items": {"type": "string"}}, "any_of"),
        ({"type": "array", "items": {"type": "object", "properties": {}}}, "list"),
        ({"type": "integer"}, "number"),
        ({"type": "string", "x-ui": {"kind": "agencies"}}, "agencies"),
    ],
)
def test_the_kind_follows_from_the_type_where_it_is_not_named(field: Field, kind: str) -> None:
    [question] = forms.questions(make_form(it=field), NOTHING_HOLDS)
    assert question.kind == kind


def test_fields_and_choices_that_hang_on_a_circumstance_are_asked_only_then_and_the_fields_are_required() -> None:
    seen = make_choice_field("yes", "not_born")
    seen["oneOf"][1]["x-when"] = "unborn"
    form = make_form(child_seen=seen, late_reason=make_field(x_when="late"))
    [question] = forms.questions(form, NOTHING_HOLDS)
    assert [choice.value for choice in question.choices] == ["yes"]
    question, late_reason = forms.questions(form, frozenset({"late", "unborn"}))
    assert [choice.value for choice in question.choices] == ["yes", "not_born"]
    assert late_reason.required


def test_choices_at_run_time_go_by_the_field_or_by_its_kind() -> None:
    people = (Choice("7", "Ada Example"),)
    form = make_form(
        allocated_to=make_field(kind="person"),
        took_part=make_several(kind="people"),
        known_person=make_field(),
        note=make_field(),
    )
    asked = forms.questions(form, NOTHING_HOLDS, {"person": people, "people": people, "known_person": people})
    assert [(each.kind, each.choices) for each in asked] == [
        ("person", people),
        ("people", people),
        ("one_of", people),
        ("text", ()),
    ]


def test_of_the_agencies_of_a_case_only_those_that_the_form_allows_are_offered() -> None:
    field = make_several(kind="agencies", items={"type": "string", "enum": ["police", "health"]})
    here = (Choice("health", "Health"), Choice("social_care", "Social care"))
    [question] = forms.questions(make_form(invited=field), NOTHING_HOLDS, {"agencies": here})
    assert question.choices == (Choice("health", "Health"),)
    [question] = forms.questions(make_form(invited=field), NOTHING_HOLDS, {"agencies": here[1:]})
    assert question.choices == ()
    [question] = forms.questions(make_form(invited=field), NOTHING_HOLDS)
    assert question.choices == (Choice("police", "Police"), Choice("health", "Health"))


def test_yes_and_no_need_not_be_written_out() -> None:
    [question] = forms.questions(make_form(given=make_field(kind="yes_no")), NOTHING_HOLDS)
    assert question.choices == (Choice("yes", "Yes"), Choice("no", "No"))


def test_a_list_has_the_questions_of_one_item() -> None:
    told = make_list(required=("name",), fields={"name": make_field(), "why": make_field(x_when="late")})
    [question] = forms.questions(make_form(told=told), NOTHING_HOLDS)
    assert [(each.id, each.required) for each in question.questions] == [("name", True)]


def test_fixed_rows_are_the_choices_of_their_list_and_without_rows_it_is_not_asked() -> None:
    fields = {"what": make_field(x_role="row"), "reason": make_field()}
    form = make_form(withdrawn=make_list(required=("reason",), x_choices="running_work", fields=fields))
    rows = (Choice("assessment-1", "Assessment"),)
    [question] = forms.questions(form, NOTHING_HOLDS, {"withdrawn": rows})
    assert question.choices == question.questions[0].choices == rows
    assert question.required
    assert forms.questions(form, NOTHING_HOLDS) == ()


def test_what_every_answer_that_shows_it_requires_is_never_called_optional() -> None:
    rule: Field = {
        "if": {"properties": {"told": {"const": "no"}}, "required": ["told"]},
        "then": {"required": ["reason", "note"]},
    }
    form = make_form(
        rules=(rule,),
        told=make_choice_field("yes", "partly", "no"),
        reason=make_field(show_if={"told": "no"}),
        note=make_field(show_if={"told": ["no", "partly"]}),
    )
    assert [each.required for each in forms.questions(form, NOTHING_HOLDS)] == [False, True, False]


def test_what_a_question_reveals_that_is_not_asked_is_not_asked_either() -> None:
    """Nobody is asked why it is not before the birth of a child that is born."""
    before = make_field(title="Before the birth?", kind="yes_no", x_when="case.unborn")
    why = make_field(title="Why not?", show_if={"before": "no"})
    form = make_form(before=before, why=why, more=make_field(title="More", show_if={"why": "x"}))
    assert forms.questions(form, NOTHING_HOLDS) == ()
    assert [one.id for one in forms.questions(form, frozenset({"case.unborn"}))] == ["before", "why", "more"]
    sent = {"why": "It was planned so."}
    assert check(form, sent) == {}


def test_what_another_answer_may_require_is_known() -> None:
    form = make_form(finding=make_field(title="Finding", kind="yes_no"), why=make_field(title="Why?"))
    form["allOf"] = [{"if": {"properties": {"finding": {"const": "yes"}}}, "then": {"required": ["why"]}}]
    assert [(one.id, one.required, one.may_be_required) for one in forms.questions(form, NOTHING_HOLDS)] == [
        ("finding", False, False),
        ("why", False, True),
    ]
