"""Every kind of expectation is seen to hold where it does, and to fail where a wrong one is planted."""

import pytest

from engine.scenario.player import Result
from tests.engine.scenario.conftest import DECIDED, Tell

PLANNED = (
    DECIDED
    + """
[[step]]
as = "social_worker"
do = "plan_assessment"
with = { contributors = ["police", "health"], see_child_by = 2013-09-04 }

[[step]]
at = 2013-11-06T09:00:00
as = "social_worker"
do = "inform_family"
with = { told = "yes" }

[[step]]
"""
)
OPEN = (
    "acknowledge_referral, allocate_social_worker, clarify_referral, contribute(health), contribute(police), "
    "explain_overrun, feed_back_to_referrer, interview_family, see_child, write_assessment"
)


def looked_at(tell: Tell, expectation: str) -> Result:
    return tell(PLANNED + f"expect.{expectation}\n")


@pytest.mark.parametrize(
    "expectation",
    [
        f"open = {OPEN.split(', ')}",
        f"open = {OPEN.replace('(health)', '').replace('see_child', 'assessment.see_child').split(', ')}",
        "has = ['explain_overrun', 'contribute(police)', 'assessment.contribute(health)', 'contribute']",
        "not_open = ['decide_response', 'agree_plan', 'contribute(education)']",
        "due = { response_decision = 2013-09-03, assessment = 2013-11-04T23:59:00, acknowledgement = 2013-09-03 }",
        "met = { response_decision = 2013-09-02 }",
        "met = { response_decision = 2013-09-02T15:00:00 }",
        "met = ['response_decision']",
        "late = ['assessment', 'acknowledgement', 'child_seen_assessment']",
        "stopped = []",
        "data = { 'decide_response.response' = 'assessment', 'start.immediate_danger' = 'no' }",
        "data = { 'assessment.plan_assessment.contributors' = ['health', 'police'], 'inform_family.told' = 'yes' }",
        "running = ['assessment', 'referral']",
        "ended = []",
        "not_running = ['child_in_need_plan', 'case_closure']",
        "departures = 0",
        "duty = { R-06 = 'done', R-07 = 'open', SE-02 = 'did not arise' }",
        "case = 'open'",
    ],
)  # fmt: skip
def test_what_is_so_is_found(tell: Tell, expectation: str) -> None:
    result = looked_at(tell, expectation)
    assert [str(failure) for failure in result.failures] == []
    assert result.passed


@pytest.mark.parametrize(
    ("expectation", "what", "expected", "found"),
    [
        ("open = ['see_child']", "open", "see_child", OPEN),
        (f"open = {[*OPEN.split(', '), 'see_child']}", "open", OPEN.replace("see_child", "see_child, see_child"), OPEN),
        ("duty = { R-06 = 'not done' }", "duty.R-06", "not done", "done"),
        ("duty = { M-01 = 'not done' }", "duty.M-01", "not done", "not delivered"),
        ("has = ['agree_plan']", "has", "agree_plan", OPEN),
        ("has = ['contribute(education)']", "has", "contribute(education)", OPEN),
        ("not_open = ['contribute']", "not_open", "no contribute", OPEN),
        ("due = { assessment = 2013-11-05 }", "due.assessment", "2013-11-05", "2013-11-04T23:59"),
        ("due = { assessment = 2013-11-04T17:00:00 }", "due.assessment", "2013-11-04T17:00:00", "2013-11-04T23:59"),
        ("due = { plan_review = 2013-11-05 }", "due.plan_review", "2013-11-05", "this clock never started"),
        (
            "met = { response_decision = 2013-09-03 }",
            "met.response_decision",
            "2013-09-03",
            "met 2013-09-02T15:00, due 2013-09-03T23:59",
        ),
        ("met = ['assessment']", "met.assessment", "met", "late, due 2013-11-04T23:59"),
        ("met = ['plan_review']", "met.plan_review", "met", "this clock never started"),
        ("late = ['response_decision']", "late", "response_decision", "met 2013-09-02T15:00, due 2013-09-03T23:59"),
        ("stopped = ['assessment']", "stopped", "assessment", "late, due 2013-11-04T23:59"),
        ("data = { 'see_child.child_seen' = 'yes' }", "data.see_child.child_seen", "'yes'", "not decided"),
        (
            "data = { 'decide_response.response' = 'early_help' }",
            "data.decide_response.response",
            "'early_help'",
            "'assessment'",
        ),
        (
            "data = { 'plan_assessment.contributors' = ['police'] }",
            "data.plan_assessment.contributors",
            "['police']",
            "['police', 'health']",
        ),
        ("running = ['case_closure']", "running", "case_closure", "assessment (running), referral (running)"),
        ("ended = ['referral']", "ended", "referral", "assessment (running), referral (running)"),
        ("not_running = ['referral']", "not_running", "no referral", "assessment (running), referral (running)"),
        ("alarm = 'first'", "alarm", "first", "none"),
        ("departures = 1", "departures", "1", "0"),
        ("case = 'closed'", "case", "closed", "open"),
    ],
)  # fmt: skip
def test_a_planted_wrong_expectation_fails(tell: Tell, expectation: str, what: str, expected: str, found: str) -> None:
    (failure,) = looked_at(tell, expectation).failures
    assert (failure.step, failure.what, failure.expected, failure.found) == (5, what, expected, found)


def test_every_failed_expectation_is_found_not_the_first(tell: Tell) -> None:
    result = looked_at(tell, "running = ['case_closure', 'child_in_need_plan']\nexpect.case = 'closed'")
    assert [failure.what for failure in result.failures] == ["running", "running", "case"]


def test_a_stopped_clock_is_not_met(tell: Tell) -> None:
    closed = """
        [[step]]
        as = "social_worker"
        do = "feed_back_to_referrer"

        [[step]]
        as = "team_manager"
        start = "case_closure"
        expect.stopped = ["assessment"]

        [[step]]
        expect.met = ["assessment"]
    """
    (failure,) = tell(DECIDED, closed).failures
    assert (failure.step, failure.found) == (5, "stopped 2013-09-02T15:00, due 2013-11-04T23:59")
