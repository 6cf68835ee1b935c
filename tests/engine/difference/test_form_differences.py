"""Forms and duties: each keyword of the language of forms is given, given otherwise, taken away, and found in words."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from itertools import pairwise
from typing import Any, cast

import pytest

from engine.difference.guidance_between import duties_between
from engine.forms.duty_judgement import JUDGING
from engine.lint.form_language import FORM
from engine.process.bundle import Model
from tests.builders import shipped_model
from tests.engine.difference.made_otherwise import CLOCK, FORM_PATH, PROCESS, said, with_form

LANGUAGE: Mapping[str, Any] = cast(Any, FORM)
FIELD: Mapping[str, Any] = LANGUAGE["$defs"]["field"]["properties"]
ITEMS: Mapping[str, Any] = FIELD["items"]["properties"]
CHOICE: Mapping[str, Any] = FIELD["oneOf"]["items"]["properties"]
QUESTION = "finding"
KEYWORDS: Mapping[str, tuple[Any, Any]] = {
    "type": ("string", "number"),
    "format": ("date", "email"),
    "default": ("yes", "no"),
    "oneOf": ([{"const": "a", "title": "A"}], [{"const": "b", "title": "B"}]),
    "items": ({"type": "string"}, {"type": "object", "properties": {"name": {"title": "Name"}}}),
    "uniqueItems": (True, False),
    "x-ui": ({"kind": "text"}, {"kind": "long_text", "rows": 3}),
    "x-decision": (True, False),
    "x-outcome": (True, False),
    "x-suggests": ("services", "streets"),
    "x-own-people": (True, False),
    "x-duty": ("A-06", ["A-07"]),
    "x-prefill": ("referral.start.concerns", "assessment.plan_assessment.contributors"),
    "x-check": ("not_in_future", ["not_in_past", "working_day"]),
    "x-not-before": ("plan", ["born", "today, 2 months earlier"]),
    "x-not-after": ("today", "completed assessment.see_child, 3 days later"),
    "x-explained-before": ("today, 30 days earlier", "received.case"),
    "x-serves": ({"clocks": [CLOCK]}, {"called": "visit", "otherwise": "today"}),
    "x-excludes": ("reason", "police_informed"),
    "x-refuse": ([{"when": "case.unborn", "words": "No."}], [{"when": "case.plan_in_force", "words": "No."}]),
    "x-when": ("case.unborn", "not case.unborn"),
    "x-choices": ("colleagues", "invited_to assessment.plan_assessment"),
    "x-read-by": (["case page"], "clock assessment"),
    "x-role": ("reason", "happened_at"),
    "x-shown-to": (["police"], ["core_group", "family"]),
    "x-decided-in": ("assessment.see_child", "referral.decide_response"),
    "enum": (["police"], ["health"]),
    "properties": ({"name": {"title": "Name"}}, {"age": {"title": "Age"}}),
    "required": (["name"], ["age"]),
    "allOf": (
        [{"if": {"properties": {"a": {"const": "b"}}, "required": ["a"]}, "then": {"required": ["c"]}}],
        [{"if": {"properties": {"a": {"enum": ["b"]}}, "required": ["a"]}, "then": {"required": ["d"]}}],
    ),
    "x-shares": ({"what": "A", "why": "B"}, {"what": "A", "why": "B", "with": ["police"]}),
    "x-contacts": (["child"], ["child", "family"]),
    "x-departures": ({"skip": "approved"}, {"skip": "never", "because": "It is not."}),
    "x-not-stated": (True, False),
    "x-asked": ("together", "each child"),
    "additionalProperties": (False, True),
}


def asking(place: str, keyword: str, value: Any) -> Model:
    """The form with one keyword of the question, of its items, its looks or one of its choices, or of the form."""
    form = deepcopy(dict(shipped_model().forms[FORM_PATH]))
    question: dict[str, Any] = {"type": "string", "title": "What do you find?"}
    form["properties"][QUESTION] = question
    choices: list[dict[str, Any]] = [{"const": "a", "title": "The first answer"}, {"const": "b", "title": "B"}]
    if place == "choice":
        question["oneOf"] = choices
    elif place == "items":
        question["items"] = {"type": "string"}
    places = {"form": form, "field": question, "choice": choices[0]}
    held: dict[str, Any] = places[place] if place in places else question.setdefault(place, {})
    held.pop(keyword, None)
    if value is not None:
        held[keyword] = value
    return with_form(form)


KEYWORDS_OF_PLACES = [
    *(("field", keyword) for keyword in (*FIELD, "x-not-in-any-list")),
    *(("items", keyword) for keyword in ITEMS),
    *(("x-ui", keyword) for keyword in FIELD["x-ui"]["properties"]),
    *(("choice", keyword) for keyword in CHOICE if keyword != "const"),
    *(("form", keyword) for keyword in LANGUAGE["properties"] if keyword not in ("properties", *JUDGING)),
]


def two_values(keyword: str) -> tuple[Any, Any]:
    kinds = {"kind": ("text", "long_text"), "rows": (3, 4), "show_if": ({"reason": "a"}, {"reason": ["b"]})}
    return kinds.get(keyword) or KEYWORDS.get(keyword, (3, 4) if _counts(keyword) else ("one", "two"))


@pytest.mark.parametrize(("place", "keyword"), KEYWORDS_OF_PLACES)
def test_each_keyword_of_a_form(place: str, keyword: str) -> None:
    """Given, given otherwise, and taken away; the sentence names the task, and the question where it is of one."""
    first, second = two_values(keyword)
    models = [asking(place, keyword, value) for value in (None, first, second)]
    for old, new in ((0, 1), (1, 2), (2, 1), (1, 0)):
        found = said(models[new], models[old])
        assert found, (old, new)
        assert found[0].about != "files", (old, new)
        assert all("Write the assessment" in one.words for one in found)
        assert all("None" not in one.words and "{'" not in one.words and "  " not in one.words for one in found)
        if place != "form" and keyword != "title":
            assert any("What do you find?" in one.words for one in found)


def _counts(keyword: str) -> bool:
    return keyword.startswith(("min", "max"))


def test_a_draft_that_does_not_keep_to_the_language_of_forms_is_compared_all_the_same() -> None:
    for place, keyword in (*(("field", one) for one in FIELD), *(("form", one) for one in LANGUAGE["properties"])):
        wrong: tuple[object, ...] = (None, 1, "has(", [], {}, ["a", {"b": 1}], {"a": [1]}, None)
        forms = [asking(place, keyword, one).forms[FORM_PATH] for one in wrong]
        drafts = [replace(shipped_model(), forms={FORM_PATH: form}, duties={}) for form in forms]
        for before, now in pairwise(drafts):
            for one in said(now, before):
                assert one.words.endswith((".", ".”")), (keyword, one.words)


@pytest.mark.parametrize("table", JUDGING)
def test_each_table_that_says_when_a_duty_is_done(table: str) -> None:
    form = dict(shipped_model().forms[FORM_PATH])
    judged = {**form.get(table, {}), "A-06": "has(reason)"}
    (one,) = said(with_form({**form, table: judged}))
    assert (one.process, one.subject) == (PROCESS, "A-06")
    assert "The assessment covers three domains" in one.words
    assert "“What are your reasons?” is answered" in one.words


def test_a_duty_that_no_form_judges_any_more_is_lost() -> None:
    form = dict(shipped_model().forms[FORM_PATH])
    without = {duty: source for duty, source in form["x-duty-when"].items() if duty != "A-06"}
    new = with_form({**form, "x-duty-when": without})
    lost = [one.words for one in said(new) if not one.process]
    assert len(lost) == 1
    assert lost[0].startswith("The duty “The assessment covers three domains")
    assert lost[0].endswith("is lost: no form says any more when it is done; before, “Write the assessment” did.")
    standing = {one.duty.id: one.fulfilment for one in duties_between(shipped_model(), new)}
    assert {duty for duty, fulfilment in standing.items() if fulfilment == "lost"} == {"A-06"}
    assert {one.fulfilment for one in duties_between(new, shipped_model())} >= {"kept", "gained"}


def test_questions_in_another_order_are_said_though_each_is_as_it_was() -> None:
    form = shipped_model().forms[FORM_PATH]
    turned = {**form, "properties": dict(reversed(form["properties"].items()))}
    assert [one.words for one in said(with_form(turned))] == [
        "“Write the assessment”: the questions stand in another order now."
    ]
