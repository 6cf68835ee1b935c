"""Earlier answers shown beside a question: which of several is meant."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from engine.reads.case.answered import Given, latest

MORNING = datetime(2014, 3, 3, 9, tzinfo=UTC)


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
