"""A name that the models do not know is an error naming the nearest one, wherever it stands."""

import pytest

from engine.scenario.story import BadStory
from tests.engine.scenario.conftest import CHILD, REFERRED, Tell

ACT = "as = 'social_worker'\n"


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (ACT + "start = 'referal'", "there is no process 'referal'; the nearest is 'referral'"),
        (ACT + "do = 'decide_respons'", "there is no task 'decide_respons'; the nearest is 'decide_response'"),
        (ACT + "do = 'referral.plan_assessment'", "there is no task in referral 'plan_assessment'; the nearest is"),
        (ACT + "do = 'asessment.see_child'", "there is no process 'asessment'; the nearest is 'assessment'"),
        (ACT + "do = 'referral.start'", "there is no task in referral 'start'; the nearest is"),
        (ACT + "correct = 'refferal.start'", "there is no process 'refferal'; the nearest is 'referral'"),
        (ACT + "start = 'referral'\ncases = ['ada']", "referral opens a case for each child that its form names"),
        (ACT + "claim = 'write'", "there is no task 'write'; the nearest is 'write_assessment'"),
        ("as = 'social_walker'\ndo = 'see_child'", "there is no role 'social_walker'; the nearest is 'social_worker'"),
        ("as = 'social_worker.0'\ndo = 'see_child'", "there is no role 'social_worker.0'"),
        (ACT + "do = 'contribute'\nfor = 'polis'", "there is no agency 'polis'; the nearest is 'police'"),
        (
            ACT + "do = 'decide_response'\nwith = { respons = 'assessment' }",
            "there is no field in the form of decide_response 'respons'; the nearest is 'response'",
        ),
        (
            ACT + "do = 'decide_response'\nwith = { response = 'asessment' }",
            "there is no value of response 'asessment'; the nearest is 'assessment'",
        ),
        (
            ACT + "do = 'inform_family'\nwith = { told = [{ tolled = 'yes' }] }",
            "there is no field in told 'tolled'; the nearest is 'told'",
        ),
        (ACT + "do = 'inform_family'\nwith = { told = 'maybe' }", "there is no value of told 'maybe'"),
        (ACT + "do = 'plan_assessment'\nwith = { contributors = 'polis' }", "no value of contributors 'polis'"),
        (
            ACT + "do = 'allocate_social_worker'\nwith = { lead_social_worker = 'social_walker' }",
            "there is no role 'social_walker'",
        ),
        (ACT + "start = 'referral'\nwith = { children = ['bea'] }", "there is no child 'bea'; the nearest is 'ada'"),
        (ACT + "start = 'referral'\nwith = { children = 'ada' }", "children lists names of this story"),
        (
            ACT + "do = 'decide_response'\nrefused = 'BadAnswers'\nfields = ['respons']",
            "there is no field in the form of decide_response 'respons'",
        ),
        ("expect.open = ['decide_respons']", "there is no task 'decide_respons'"),
        ("expect.has = ['contribute(polis)']", "there is no agency 'polis'"),
        ("expect.not_open = ['refferal.decide_response']", "there is no process 'refferal'"),
        ("expect.due = { asessment = 2013-09-03 }", "there is no clock 'asessment'; the nearest is 'assessment'"),
        ("expect.met = ['asessment']", "there is no clock 'asessment'"),
        ("expect.late = ['asessment']", "there is no clock 'asessment'"),
        ("expect.stopped = ['asessment']", "there is no clock 'asessment'"),
        ("expect.duty = { SE-2 = 'done' }", "there is no duty 'SE-2'; the nearest is 'SE-02'"),
        ("expect.duty = { SE-02 = 'fulfilled' }", "there is no state of a duty 'fulfilled'"),
        ("expect.running = ['asessment']", "there is no process 'asessment'"),
        ("expect.ended = ['asessment']", "there is no process 'asessment'"),
        ("expect.not_running = ['asessment']", "there is no process 'asessment'"),
        ("expect.data = { 'decide_respons.response' = 'assessment' }", "there is no task 'decide_respons'"),
        (
            "expect.data = { 'decide_response.reason' = 'a' }",
            "there is no decision in decide_response 'reason'; the nearest is 'response'",
        ),
        ("expect.data = { 'decide_response.response' = 'asessment' }", "there is no value of response 'asessment'"),
        ("expect.data = { response = 'assessment' }", "a decision is written like task.field, not 'response'"),
    ],
)  # fmt: skip
def test_an_unknown_name_is_an_error_with_its_step(tell: Tell, step: str, said: str) -> None:
    with pytest.raises(BadStory) as caught:
        tell(REFERRED, f"[[step]]\n{step}\n")
    (fault,) = caught.value.faults
    assert (fault.file, fault.step) == ("story.toml", 2)
    assert said in fault.message


def test_an_unknown_fact_about_a_child_is_an_error(tell: Tell) -> None:
    with pytest.raises(BadStory, match="fact about a child called 'scool'; the nearest is 'school'"):
        tell(REFERRED, children=CHILD + "scool = 'St Brannock’s'\n")


def test_what_the_referral_asks_about_a_child_may_be_told(tell: Tell) -> None:
    assert tell(REFERRED, children=CHILD + "school = 'St Brannock’s'\n").passed


@pytest.mark.parametrize(
    "step",
    [
        "with = { response = 'elsewhere' }\nrefused = 'BadAnswers'\nfields = ['response']",
        "with = { invented = 'yes' }\nrefused = 'BadAnswers'\nfields = ['invented']",
    ],
)
def test_a_step_may_be_wrong_on_purpose(tell: Tell, step: str) -> None:
    assert tell(REFERRED, f"[[step]]\nas = 'social_worker'\ndo = 'decide_response'\n{step}\n").passed


def test_a_process_that_nobody_has_drawn_yet_is_not_running(tell: Tell) -> None:
    assert tell(REFERRED, "[[step]]\nexpect.not_running = ['section_47_enquiry']\n").passed
