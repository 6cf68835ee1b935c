"""docs/pathway.md is what the drawings, forms and tables say; every duty is judged, and every name in it exists."""

from dataclasses import replace

import pytest

from engine.facts.duties import judgements
from engine.forms.duty_judgement import Judgement
from engine.process.condition_words import condition_in_words
from engine.process.duty_table import NOW
from tests.builders import shipped_model
from tests.repository.tools import ROOT
from webapp.cli.pathway_page import page

DUTIES = tuple(shipped_model().duties.values())


def test_the_page_is_what_the_models_say() -> None:
    written = (ROOT / "docs" / "pathway.md").read_text(encoding="utf-8")
    assert written == page(shipped_model(), DUTIES), "docs/pathway.md is stale: run `make docs`"


def test_every_duty_is_judged_somewhere() -> None:
    judged = judgements(shipped_model())
    missing = [f"{duty.id}: {duty.duty}" for duty in DUTIES if duty.delivered == NOW and duty.id not in judged]
    assert missing == []


def test_what_comes_later_is_not_said_to_be_done() -> None:
    judged = judgements(shipped_model())
    assert [duty.id for duty in DUTIES if duty.delivered != NOW and duty.id in judged] == []


def test_every_duty_that_is_judged_exists() -> None:
    assert set(judgements(shipped_model())) - {duty.id for duty in DUTIES} == set()


def test_no_shape_is_said_to_fulfil_a_duty() -> None:
    shapes = (shape for drawing in shipped_model().drawings.values() for shape in drawing.elements.values())
    assert [shape.id for shape in shapes if "duty" in shape.properties] == []


def test_every_clock_of_a_duty_exists() -> None:
    assert {duty.clock for duty in DUTIES if duty.clock} - set(shipped_model().rules) == set()


def test_every_process_of_a_duty_exists() -> None:
    named = {duty.process for duty in DUTIES if duty.delivered == NOW}
    assert named - set(shipped_model().drawings) == set()


def test_a_duty_that_nothing_judges_is_found() -> None:
    """A planted one: the page then says nothing where it would say when it is done."""
    planted = replace(DUTIES[0], id="X-99", duty="Nobody does this")
    assert "X-99" not in judgements(shipped_model())
    assert '| <a id="x-99"></a>X-99 | Nobody does this |  |  |  |' in page(shipped_model(), [planted])


def test_a_form_that_names_a_duty_and_does_not_judge_it_fulfils_nothing() -> None:
    item = {"type": "object", "properties": {"name": {"type": "string", "x-duty": ["R-01"]}}}
    planted = {
        "x-duty": "R-02",
        "x-duty-when": {"R-03": "has(reason)"},
        "properties": {"children": {"items": item}, "reason": {"x-duty": "R-03 R-04"}},
    }
    model = replace(shipped_model(), hash="planted", forms={"forms/referral/planted.json": planted})
    assert judgements(model) == {"R-03": (Judgement("referral", "planted", "has(reason)"),)}


@pytest.mark.parametrize(
    ("process", "element", "source", "words"),
    [
        ("section_47_enquiry", "see_child", 'child_seen == "yes"', "“Have you seen the child?” is “Yes”"),
        ("section_47_enquiry", "see_child", "not has(seen_at)", "“When did you see the child?” is not answered"),
        (
            *("referral", "inform_family", 'every(told, "told", "yes") and has(child_told)'),
            "each time “Have you told them?” is “Yes, everything” and “Have you told the child?” is answered",
        ),
        (
            *("strategy_discussion", "hold_strategy_discussion", '"police" in took_part or not has(told)'),
            "“Who took part?” names “Police” or “Whom will you tell, and how much?” is not answered",
        ),
        (
            *("core_group", "hold_core_group", "count(agencies_of(took_part)) > 0 and (has(tasks) or has(x))"),
            "“Which agencies took part?” names another agency and (“Who does what?” is answered or “X” is answered)",
        ),
        (
            *("referral", "acknowledge_referral", 'start.reply_by != "none"'),
            "“How should we reply?” is not “No reply, please”",
        ),
        (
            *("referral", "feed_back_to_referrer", 'last.decide_response.response in ["early_help", "other"]'),
            "“What does this child need from us?” is “Early help, without social care” or “Other”",
        ),
        ("initial_conference", "arrange_conference", "not case.unborn", "the child is born"),
        ("initial_conference", "hold_conference", "start.kind is None", "“Kind” is not known"),
    ],
)
def test_what_is_judged_is_said_in_the_words_of_the_form(process: str, element: str, source: str, words: str) -> None:
    assert condition_in_words(shipped_model(), process, element, source) == words
