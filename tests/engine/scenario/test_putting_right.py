"""Stories in which an answer is put right, and a case that was closed by mistake is opened again."""

from collections.abc import Iterator

import pytest

from engine.scenario.databases import Fresh, temporary
from engine.scenario.running import play_on
from engine.scenario.story import BadStory, parse
from tests.builders import ROOT
from tests.rerun.rerunning import differing

CHILD = """
[child.ada]
born = 2011-06-03

[[step]]
at = 2013-09-02T10:00:00
as = "health_practitioner"
start = "referral"
with = { immediate_danger = "no" }
expect.due = { response_decision = 2013-09-03 }
"""
CORRECTED = """
[[step]]
at = 2013-09-02T11:00:00
as = "social_worker"
correct = "referral.start"
with = { born = 2011-06-04 }
refused = "NotAllowed"

[[step]]
as = "health_practitioner"
correct = "referral.start"
with = { received_at = 2013-08-30T10:00:00 }
reason = "I rang on Friday."
expect.due = { response_decision = 2013-09-02 }

[[step]]
at = 2013-09-03T10:00:00
as = "team_manager"
correct = "referral.start"
with = { born = 2012-06-04, given_name = "Adah" }
expect.late = ["response_decision"]

[[step]]
as = "team_manager"
correct = "referral.start"
with = { received_at = 2014-08-30T10:00:00 }
refused = "BadAnswers"
fields = ["received_at"]
"""
DECIDED = """
[[step]]
as = "social_worker"
do = "acknowledge_referral"

[[step]]
as = "social_worker"
do = "clarify_referral"
with = { same_child = "no" }

[[step]]
at = 2013-09-02T15:00:00
as = "social_worker"
do = "decide_response"
with = { response = "assessment" }

[[step]]
as = "team_manager"
do = "allocate_social_worker"

[[step]]
as = "social_worker"
do = "inform_family"

[[step]]
as = "social_worker"
do = "feed_back_to_referrer"

[[step]]
at = 2013-09-03T10:00:00
as = "social_worker"
do = "plan_assessment"
with = { contributors = ["health", "police"], see_child_by = 2013-09-12 }
"""
REOPENED = """
[[step]]
at = 2013-09-05T10:00:00
as = "team_manager"
start = "case_closure"
with = { withdrawn = [{ what = "assessment", reason = "Galway assesses." }] }

[[step]]
as = "team_manager"
reopen = true
refused = "NotPossible"

[[step]]
at = 2013-09-06T10:00:00
as = "team_manager"
do = "close_case"
expect.case = "closed"
expect.stopped = ["assessment", "child_seen_assessment"]

[[step]]
at = 2013-09-06T23:59:00
as = "social_worker"
reopen = true
refused = "NotAllowed"

[[step]]
as = "team_manager"
reopen = true
reason = "It was the case of her cousin that was to be closed."
expect.case = "open"
expect.running = ["assessment"]
expect.has = ["contribute(health)", "contribute(police)", "see_child", "write_assessment"]
expect.not_open = ["close_case"]
expect.due = { child_seen_assessment = 2013-09-12 }

[[step]]
at = 2013-09-09T10:00:00
as = "health_practitioner"
do = "contribute"
for = "health"
"""
TOO_LATE = """
[[step]]
at = 2013-09-06T10:00:00
as = "team_manager"
start = "case_closure"
with = { withdrawn = [{ what = "assessment", reason = "Galway assesses." }] }

[[step]]
as = "team_manager"
do = "close_case"

[[step]]
at = 2013-09-07T00:01:00
as = "team_manager"
reopen = true
refused = "NotPossible"

[[step]]
as = "social_worker"
correct = "assessment.plan_assessment"
with = { see_child_by = 2013-09-13 }
expect.case = "closed"
"""


@pytest.fixture
def fresh() -> Iterator[Fresh]:
    with temporary(ROOT) as made:
        yield made


@pytest.mark.parametrize("told", [CORRECTED, DECIDED + REOPENED, DECIDED + TOO_LATE])
def test_it_comes_out_and_is_done_again_without_a_difference(told: str, fresh: Fresh) -> None:
    database = fresh()
    result = play_on(parse(CHILD + told, "told.toml"), database)
    assert list(result.failures) == []
    assert not differing(database=database)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ('correct = "referral.decide_respons"', "there is no task in referral 'decide_respons'"),
        ('correct = "referral.start"\nwith = { recieved_at = 2013-08-30 }', "there is no field in the form of"),
        ('reopen = "today"', "reopen is written like true"),
        ('claim = "decide_response"\nreason = "Why."', "reason goes with correct or reopen"),
    ],
)
def test_what_is_no_word_of_a_story_is_said(wrong: str, says: str, fresh: Fresh) -> None:
    with pytest.raises(BadStory, match=says.replace("(", r"\(")):
        play_on(parse(f'{CHILD}\n[[step]]\nas = "team_manager"\n{wrong}\n', "told.toml"), fresh())
