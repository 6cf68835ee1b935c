"""Steps are carried out as the web pages would: refusals as they come, time as it passes, cases as they are called."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update

from engine.scenario import acting, stage
from engine.scenario.running import play_on
from engine.scenario.story import parse
from engine.tables import Case
from tests.engine.scenario.conftest import CHILD, DECIDED, REFERRED, Fresh, Tell

BEN = '[child.ben]\ngiven_name = "Ben"\nfamily_name = "Example"\nborn = 2013-01-01\n'
CLOSED = """
[[step]]
at = 2013-09-02T12:00:00
as = "social_worker"
do = "acknowledge_referral"

[[step]]
as = "social_worker"
do = "clarify_referral"
with = { same_child = "no" }

[[step]]
as = "social_worker"
do = "decide_response"
with = { response = "no_further_action" }

[[step]]
as = "social_worker"
do = "inform_family"

[[step]]
as = "social_worker"
do = "feed_back_to_referrer"

[[step]]
as = "team_manager"
do = "close_case"
expect.case = "closed"
"""


@pytest.mark.parametrize(
    ("step", "refusal"),
    [
        ("as = 'housing_officer'\ndo = 'clarify_referral'", "NotFound"),
        ("as = 'housing_officer'\ndo = 'agree_plan'", "NotFound"),
        ("as = 'conference_chair'\ndo = 'clarify_referral'", "NotAllowed"),
        ("as = 'health_practitioner'\ndo = 'decide_response'", "NotAllowed"),
        ("as = 'health_practitioner'\ndo = 'agree_plan'", "NotAllowed"),
        ("as = 'public'\ndo = 'agree_plan'", "NotFound"),
        ("as = 'health_practitioner'\nclaim = 'clarify_referral'", "NotAllowed"),
        ("as = 'social_worker.2'\ndo = 'decide_response'\nwith = { response = 'early_help' }", "AlreadyDone"),
        ("as = 'social_worker'\nclaim = 'decide_response'", "AlreadyDone"),
        ("as = 'social_worker'\nrelease = 'decide_response'", "AlreadyDone"),
        ("as = 'social_worker'\ndo = 'agree_plan'", "NotPossible"),
        ("as = 'health_practitioner'\ndo = 'contribute'", "NotPossible"),
        ("as = 'team_manager'\nstart = 'case_closure'", "NotPossible"),
        ("as = 'social_worker'\ndo = 'clarify_referral'\nwith = { same_child = 'yes' }", "BadAnswers"),
    ],
)
def test_a_refusal_is_the_first_that_applies(tell: Tell, step: str, refusal: str) -> None:
    result = tell(DECIDED, f"[[step]]\n{step}\nrefused = '{refusal}'\n")
    assert [str(failure) for failure in result.failures] == []


def test_another_refusal_than_the_expected_one_fails(tell: Tell) -> None:
    (failure,) = tell(DECIDED, "[[step]]\nas = 'public'\ndo = 'agree_plan'\nrefused = 'NotAllowed'\n").failures
    assert (failure.what, failure.expected) == ("refused", "NotAllowed")
    assert failure.found.startswith("NotFound: ")


def test_what_is_not_refused_fails_and_stops_the_story(tell: Tell) -> None:
    steps = "[[step]]\nas = 'social_worker'\ndo = 'clarify_referral'\nrefused = 'NotAllowed'\n[[step]]\n"
    result = tell(REFERRED, steps)
    assert [failure.expected for failure in result.failures] == ["refused: NotAllowed"]
    assert (result.played, result.steps, result.passed) == (2, 3, False)


def test_what_is_refused_unexpectedly_fails_and_names_what_is_open(tell: Tell) -> None:
    result = tell(REFERRED, "[[step]]\nas = 'social_worker'\ndo = 'agree_plan'\n[[step]]\n")
    (failure,) = result.failures
    assert (failure.what, failure.expected) == ("do agree_plan", "done")
    assert failure.found.startswith("NotPossible: ")
    assert failure.found.endswith("Open are: acknowledge_referral, clarify_referral, decide_response.")
    assert (result.played, result.steps) == (2, 3)


def test_the_refused_fields_are_compared(tell: Tell) -> None:
    wrong = "[[step]]\nas = 'social_worker'\ndo = 'clarify_referral'\nwith = { same_child = 'yes' }\n"
    wrong += "refused = 'BadAnswers'\nfields = ['concerns_clarified']\n"
    (failure,) = tell(REFERRED, wrong).failures
    assert (failure.what, failure.expected, failure.found) == ("fields", "concerns_clarified", "known_person")


def test_a_field_stands_for_what_is_inside_it(tell: Tell) -> None:
    told = "[[step]]\nas = 'social_worker'\ndo = 'inform_family'\nwith = { told = [{ told = 'no' }] }\n"
    result = tell(DECIDED, told + "refused = 'BadAnswers'\nfields = ['told']\n")
    assert result.passed


def test_a_refused_command_that_changes_something_is_found(fresh: Fresh, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plant: a command that writes in a transaction of its own before it is refused."""
    honest: Callable[..., object] = acting.complete_task
    database = fresh()

    def planted(*arguments: Any) -> object:
        with database.transaction() as connection:
            connection.execute(update(Case).values(reference="planted"))
        return honest(*arguments)

    monkeypatch.setattr(acting, "complete_task", planted)
    steps = "[[step]]\nas = 'health_practitioner'\ndo = 'decide_response'\nrefused = 'NotAllowed'\n"
    (failure,) = play_on(parse(CHILD + REFERRED + steps, "story.toml"), database).failures
    assert (failure.expected, failure.found) == ("nothing changed", "changes in case")


def test_the_same_person_may_send_the_same_again(tell: Tell) -> None:
    again = "[[step]]\nat = 2013-09-02T16:00:00\nas = 'social_worker'\ndo = 'decide_response'\n"
    assert tell(DECIDED, again + "with = { response = 'assessment' }\n").passed
    assert not tell(DECIDED, again + "with = { response = 'early_help' }\n").passed


def test_what_falls_due_on_the_way_happens_at_its_own_moment(tell: Tell) -> None:
    explained = """
        [[step]]
        at = 2013-11-05T00:01:00
        expect.has = ["explain_overrun"]

        [[step]]
        at = 2013-11-20T09:00:00
        as = "social_worker"
        do = "explain_overrun"
        expect.late = ["assessment"]
    """
    assert tell(DECIDED, explained).passed


@pytest.mark.parametrize(("outage", "opened"), [("false", "2013-11-05"), ("true", "2013-11-20")])
def test_after_an_outage_it_happens_at_the_end(fresh: Fresh, outage: str, opened: str) -> None:
    steps = f"[[step]]\nat = 2013-11-20T09:00:00\noutage = {outage}\nexpect.has = ['explain_overrun']\n"
    database = fresh()
    assert play_on(parse(CHILD + DECIDED + steps, "story.toml"), database).passed
    with database.read() as connection:
        found = connection.exec_driver_sql("SELECT opened_at FROM work_item WHERE element = 'explain_overrun'")
        assert str(found.scalar_one()).startswith(opened)


def test_a_deadline_that_was_past_when_it_was_set_is_seen_at_once(tell: Tell) -> None:
    late = REFERRED.replace('danger = "no"', 'danger = "no", received_at = 2013-08-20T09:00:00')
    assert tell(late + "expect.late = ['response_decision']\nexpect.due = { response_decision = 2013-08-21 }\n").passed


def test_a_clock_that_could_not_be_acted_on_stops_the_story(tell: Tell, monkeypatch: pytest.MonkeyPatch) -> None:
    def left(*_: object) -> int:
        return 0

    monkeypatch.setattr(stage, "tick", left)
    result = tell(DECIDED, "[[step]]\nat = 2013-11-20T09:00:00\n[[step]]\n")
    (failure,) = result.failures
    assert "a clock ran out" in failure.found
    assert (result.played, result.steps) == (3, 4)


def test_a_person_without_a_part_may_open_a_second_case(tell: Tell) -> None:
    second = "[[step]]\nas = 'housing_officer'\nstart = 'referral'\ncase = 'ada.2'\n"
    second += "expect.open = ['acknowledge_referral', "
    second += "'clarify_referral', 'decide_response']\n[[step]]\ncase = 'ada'\nexpect.running = ['assessment']\n"
    second += "[[step]]\ncase = 'ada.2'\nexpect.not_running = ['assessment']\n[[step]]\nexpect.ended = []\n"
    assert tell(DECIDED, second).passed


def test_a_person_with_a_part_joins_the_open_case(tell: Tell) -> None:
    joined = "[[step]]\nas = 'health_practitioner'\nstart = 'referral'\nexpect.has = ['plan_assessment']\n"
    assert tell(DECIDED, joined).passed
    (failure,) = tell(DECIDED, joined, "[[step]]\ncase = 'ada.2'\nexpect.case = 'open'\n").failures
    assert failure.found == "no case ada.2 has been opened"


def test_a_call_by_somebody_without_a_part_joins_the_open_case(tell: Tell) -> None:
    call = "[[step]]\nas = 'housing_officer'\nstart = 'referral'\nexpect.has = ['plan_assessment']\n"
    joined = "[[step]]\nas = 'housing_officer'\nstart = 'strategy_discussion'\nexpect.running = ['assessment']\n"
    assert tell(DECIDED, call, joined).passed
    assert not tell(DECIDED, call.replace("housing_officer", "public"), joined).passed


def test_a_closure_day_moves_what_is_due(tell: Tell) -> None:
    day = "[[step]]\nas = 'administrator'\nholiday = 2013-11-04\nexpect.due = { assessment = 2013-11-05 }\n"
    assert tell(DECIDED, day).passed
    assert tell(DECIDED, day, day.replace("11-04", "12-25")).passed
    refused = "[[step]]\nas = 'administrator'\nholiday = 2013-12-25\nrefused = 'BadAnswers'\nfields = ['day']\n"
    assert tell(DECIDED, refused).passed


def test_a_step_may_ask_for_a_case_of_its_own(tell: Tell) -> None:
    own = "[[step]]\nas = 'health_practitioner'\nstart = 'referral'\ncase = 'ada.2'\nexpect.not_open = "
    assert tell(DECIDED, own + "['plan_assessment']\n").passed


def test_after_closure_a_referral_opens_the_next_case(tell: Tell) -> None:
    later = """
        [[step]]
        at = 2014-01-06T09:00:00
        as = "social_worker"
        start = "referral"
        expect.case = "open"

        [[step]]
        as = "social_worker"
        do = "clarify_referral"
        with = { same_child = "yes", known_person = "ada", same_child_reason = "The school says so." }
        expect.data = { "clarify_referral.same_child" = "yes" }

        [[step]]
        case = "ada"
        expect.case = "closed"
    """
    assert tell(REFERRED + CLOSED, later).passed


def test_brothers_and_sisters_are_referred_together(tell: Tell) -> None:
    together = REFERRED.replace("with = { ", 'with = { children = ["ada", "ben"], ')
    steps = """
        expect.has = ["decide_response"]

        [[step]]
        case = "ben"
        as = "social_worker"
        do = "decide_response"
        with = { response = "early_help" }

        [[step]]
        case = "ada"
        expect.has = ["decide_response"]
    """
    assert tell(together, steps, children=CHILD + BEN).passed


def test_a_child_may_be_named_by_the_case_alone(tell: Tell) -> None:
    ben = REFERRED.replace("with =", "case = 'ben'\nwith =")
    assert tell(ben + "[[step]]\ncase = 'ben'\nexpect.case = 'open'\n", children=CHILD + BEN).passed


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ("[[step]]\nat = 2013-09-01T09:00:00\nas = 'social_worker'\ndo = 'decide_response'\n", "no case ada has been"),
        (DECIDED + "[[step]]\nas = 'social_worker'\ndo = 'plan_assessment'\nwith = { contributors = ['police', "
         "'health'] }\n[[step]]\nas = 'social_worker'\ndo = 'contribute'\n", "for = 'health' or 'police'"),
    ],
)  # fmt: skip
def test_what_cannot_be_carried_out_as_written_is_said(tell: Tell, steps: str, said: str) -> None:
    (failure,) = tell(steps).failures
    assert failure.expected == "a step that can be played"
    assert said in failure.found


def test_an_agency_does_its_own_of_several(tell: Tell) -> None:
    contributed = """
        [[step]]
        as = "social_worker"
        do = "plan_assessment"
        with = { contributors = ["police", "health"] }

        [[step]]
        as = "police_officer"
        do = "contribute"
        expect.has = ["contribute(health)"]
        expect.not_open = ["contribute(police)"]

        [[step]]
        as = "police_officer"
        do = "contribute"
        for = "health"
        refused = "NotAllowed"

        [[step]]
        as = "health_practitioner"
        do = "contribute"
        for = "health"
        expect.not_open = ["contribute"]
    """
    assert tell(DECIDED, contributed).passed


def test_the_older_of_two_alike_is_meant(tell: Tell) -> None:
    twice = "[[step]]\nat = 2013-09-03T09:00:00\nas = 'health_practitioner'\nstart = 'referral'\n"
    done = "[[step]]\nas = 'social_worker'\ndo = 'decide_response'\nwith = { response = 'early_help' }\n"
    assert tell(REFERRED, twice, done + "expect.met = { response_decision = 2013-09-03 }\n").failures != []
    assert tell(REFERRED, twice, done, done + "expect.met = { response_decision = 2013-09-03 }\n").passed


def test_strict_stories_are_not_filled_in(tell: Tell) -> None:
    assert "BadAnswers" in tell(REFERRED, top="strict = true").failures[0].found
    assert tell(REFERRED).filled[0].answers["concerns"] == "Filled in"
