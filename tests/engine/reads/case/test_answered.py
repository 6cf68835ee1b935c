"""Earlier answers shown beside a question: which of several is meant."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from engine.reads.case.answered import Given, latest

MORNING = datetime(2014, 3, 3, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def given(process: str, element: str, answers: Mapping[str, Any]) -> Given:
    return Given(process, "", element, "", MORNING, "", answers, "", "")


FIRST = given("initial_conference", "appoint_chair", {"chair": "ada"})
SECOND = given("review_conference", "appoint_chair", {"chair": "ben"})
UNANSWERED = given("review_conference", "appoint_chair", {})
PLACES = "initial_conference.appoint_chair.chair review_conference.appoint_chair.chair"


def test_of_several_places_the_newest_answer_is_shown() -> None:
    assert latest((SECOND, FIRST), PLACES) == ("ben", SECOND)
    assert latest((FIRST, SECOND), PLACES) == ("ada", FIRST)


def test_a_place_that_was_left_empty_hides_no_earlier_answer() -> None:
    assert latest((UNANSWERED, FIRST), PLACES) == ("ada", FIRST)


def test_without_an_answer_nothing_is_shown() -> None:
    assert latest((UNANSWERED,), PLACES) is None
    assert latest((), PLACES) is None


def test_what_two_answered_that_have_become_one_is_read_together_until_somebody_answers_for_both() -> None:
    place = "strategy_discussion.convene.invited"
    own, other, before, again = (
        replace(given("strategy_discussion", "convene", {"invited": invited}), at=MORNING + day * DAY, by=by, **of)
        for invited, day, by, of in (
            (["police", "health"], 2, "Ada", {"instance": "own"}),
            (["health", "housing"], 1, "Ben", {"instance": "other", "ended_at": MORNING + 3 * DAY, "went_on": True}),
            (["probation"], 0, "Cy", {"instance": "before", "ended_at": MORNING + DAY}),
            (["police"], 4, "Ada", {"instance": "own"}),
        )
    )
    answer = latest((own, other, before), place)
    assert answer
    assert (answer[0], answer[1].by) == (["police", "health", "housing"], "Ada and Ben")
    assert latest((again, own, other, before), place) == (["police"], again)
