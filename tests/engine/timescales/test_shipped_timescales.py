"""The clocks that are shipped, against the pathway."""

from pathlib import Path

from engine.timescales.rules import Event
from engine.timescales.timescale_table import parse_timescales

NONE: frozenset[str] = frozenset()
SHIPPED = Path(__file__).parents[3] / "processes/timescales.csv"


def test_the_shipped_table_holds_the_clocks_of_the_shipped_processes() -> None:
    rules = parse_timescales(SHIPPED.read_bytes(), "processes/timescales.csv")
    assert {rule.id: f"{rule.limit} {rule.unit} {rule.kind}" for rule in rules.values()} == {
        "urgent_response": "1 hours local",
        "acknowledgement": "1 working_days statutory",
        "response_decision": "1 working_days statutory",
        "assessment": "45 working_days statutory",
        "child_seen_assessment": "0 days local",
        "strategy_discussion": "1 working_days local",
        "child_seen_section_47": "1 working_days local",
        "initial_conference": "15 working_days statutory",
        "police_protection": "72 hours statutory",
        "emergency_protection_order": "0 instant statutory",
        "plan_review": "0 days local",
        "transfer_in_conference": "15 working_days statutory",
        "visiting_review": "0 days local",
        "disagreement_answer": "5 working_days local",
        "disagreement_acceptance": "5 working_days local",
        "disagreement_resolution": "5 working_days local",
        "conference_after_disagreement": "15 working_days local",
        "reconvene_inquorate": "10 working_days local",
        "report_to_parents_initial": "-3 working_days local",
        "report_to_parents_review": "-5 working_days local",
        "conference_decision_letter": "1 working_days local",
        "conference_record": "20 working_days local",
        "first_core_group": "10 working_days statutory",
        "later_core_group": "30 working_days local",
        "plan_visit": "10 working_days local",
        "first_review": "3 months statutory",
        "later_review": "6 months statutory",
        "eighteenth_birthday_review": "0 days statutory",
        "eighteenth_birthday": "0 instant local",
        "review_preparation": "-35 days local",
        "receiving_conference": "15 working_days statutory",
        "request_answer": "10 working_days local",
        "help_promised": "0 days local",
        "planned_core_group": "0 days local",
        "planned_review": "0 days local",
    }


def started(names: dict[str, object], process: str) -> set[str]:
    rules = parse_timescales(SHIPPED.read_bytes(), "processes/timescales.csv").values()
    return {
        rule.id for rule in rules if any(event.matches("started", process, "", names, NONE) for event in rule.starts_on)
    }


def test_an_urgent_referral_starts_one_clock_more() -> None:
    ordinary = {"acknowledgement", "response_decision"}
    assert started({"start": {"immediate_danger": "no"}}, "referral") == ordinary
    assert started({"start": {"immediate_danger": "yes"}}, "referral") == {*ordinary, "urgent_response"}


def met(task: str, **decisions: str) -> set[str]:
    process, _, element = task.partition(".")
    rules = parse_timescales(SHIPPED.read_bytes(), "processes/timescales.csv").values()
    matching = (
        rule.id
        for rule in rules
        for event in rule.met_on
        if event.matches("completed", process, element, decisions, NONE)
    )
    return set(matching)


def test_only_a_decision_that_ends_the_work_meets_its_clock() -> None:
    assert met("referral.decide_response", response="assessment") == {"urgent_response", "response_decision"}
    assert met("assessment.authorise_assessment", authorised="returned") == set()
    assert met("assessment.authorise_assessment", authorised="yes") == {"assessment"}
    assert met("assessment.see_child", child_seen="not_born") == set()
    assert met("assessment.see_child", child_seen="yes") == {"child_seen_assessment"}
    assert met("child_in_need_plan.review_plan", progress="harm_suspected") == set()
    assert met("child_in_need_plan.review_plan", progress="continue") == {"plan_review"}


def test_an_unborn_child_is_not_yet_to_be_seen() -> None:
    rule = parse_timescales(SHIPPED.read_bytes(), "processes/timescales.csv")["child_seen_assessment"]
    event, birth = rule.starts_on
    assert birth == Event("reached", "assessment", "child_born")
    assert event.matches("completed", "assessment", "plan_assessment", {"case": {"unborn": False}}, NONE)
    assert not event.matches("completed", "assessment", "plan_assessment", {"case": {"unborn": True}}, NONE)
