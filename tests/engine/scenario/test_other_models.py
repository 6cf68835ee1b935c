"""A story puts other models in force and carries a case over to them."""

import pytest

from engine.scenario.story import BadStory
from tests.engine.scenario.conftest import REFERRED, Tell

FORM = "forms/referral/decide_response.json"
QUESTION = '"seen_by_board": { "type": "string", "title": "Seen?", "x-ui": { "kind": "yes_no" } }'
BEFORE = '"services_now": {'
ASKED = f"{{ '{BEFORE}' = '{QUESTION}, {BEFORE}' }}"
PUBLISHED = f"""
[[step]]
at = 2013-09-02T11:00:00
as = "system"
publish = "The board is told"
with."{FORM}" = {ASKED}
"""
MIGRATED = """
[[step]]
as = "process_owner"
migrate = "referral"
with = { reason = "The board agreed" }
"""
DECIDED = """
[[step]]
at = 2013-09-02T15:00:00
as = "social_worker"
do = "decide_response"
with = { response = "assessment", seen_by_board = "yes" }
expect.running = ["assessment"]
"""


def test_a_story_publishes_other_models_and_carries_a_case_over(tell: Tell) -> None:
    told = tell(REFERRED, PUBLISHED, MIGRATED, DECIDED)
    assert told.passed, told.failures
    stays = tell(REFERRED, PUBLISHED, DECIDED)
    assert "BadAnswers" in stays.failures[0].found  # it is asked on the new models alone
    with pytest.raises(BadStory, match="no field in the form of decide_response 'seen_by_board'"):
        tell(REFERRED, DECIDED)


def test_what_cannot_go_over_is_refused_as_everywhere(tell: Tell) -> None:
    refused = MIGRATED + "refused = "
    told = tell(REFERRED, f"{refused}'NotPossible'")
    assert told.passed, told.failures  # it is on these models already
    told = tell(REFERRED, PUBLISHED, f"{refused}'NotAllowed'".replace("process_owner", "social_worker"))
    assert told.passed, told.failures
    (ended,) = tell(REFERRED, PUBLISHED, MIGRATED.replace('"referral"', '"assessment"')).failures
    assert ended.found == "assessment does not run in this case"


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (PUBLISHED.replace('"system"', '"social_worker"'), "a release puts its models in force by itself: as ="),
        (PUBLISHED.replace(FORM, "forms/decide.json"), "there is no file of the models 'forms/decide.json'"),
        (PUBLISHED.replace(ASKED, '{ "\\"type\\"" = "" }'), "a text becomes another text where it is there once"),
        (PUBLISHED.replace(ASKED, '"all"'), "texts are changed like"),
        (PUBLISHED.replace(ASKED, f"{{ '{BEFORE}' = '' }}"), FORM),
        (MIGRATED.replace('"referral"', '"referal"'), "there is no process 'referal'; the nearest is 'referral'"),
        (MIGRATED.replace("reason", "reasons"), "there is no part of a carrying over 'reasons'"),
    ],
)  # fmt: skip
def test_what_is_written_wrongly_is_said_before_it_is_played(tell: Tell, step: str, said: str) -> None:
    with pytest.raises(BadStory) as bad:
        tell(REFERRED, step)
    assert said in str(bad.value)
