"""What starts, meets or stops a clock, and the date that counts."""

from datetime import UTC, datetime

import pytest

from engine.expressions.evaluation import BadExpression
from engine.timescales.calendar import day_of
from engine.timescales.rules import DateRule, Event

NONE: frozenset[str] = frozenset()


def test_an_event_is_the_same_happening_of_the_same_element() -> None:
    event = Event("completed", "referral", "decide_response")
    assert event.matches("completed", "referral", "decide_response", {}, NONE)
    assert not event.matches("completed", "referral", "clarify_referral", {}, NONE)
    assert not event.matches("completed", "assessment", "decide_response", {}, NONE)
    assert not Event("started", "referral").matches("ended", "referral", "", {}, NONE)
    assert Event("thrown", "plan_ended").matches("thrown", "plan_ended", "", {}, NONE)
    assert not Event("set", "assessment").matches("started", "assessment", "", {}, NONE)
    assert not Event("passed", "assessment").matches("set", "assessment", "", {}, NONE)


def test_an_event_with_a_condition_happens_only_where_it_holds() -> None:
    event = Event("completed", "assessment", "authorise_assessment", 'authorised == "yes"')
    assert event.matches("completed", "assessment", "authorise_assessment", {"authorised": "yes"}, NONE)
    assert not event.matches("completed", "assessment", "authorise_assessment", {"authorised": "returned"}, NONE)


@pytest.mark.parametrize("condition", ["authorised", "count([authorised])", "missing == 1"])
def test_a_condition_that_is_neither_true_nor_false_fails_closed(condition: str) -> None:
    event = Event("completed", "assessment", "authorise_assessment", condition)
    with pytest.raises(BadExpression):
        event.matches("completed", "assessment", "authorise_assessment", {"authorised": "no"}, NONE)


def test_a_condition_is_read_only_where_the_element_is_meant() -> None:
    assert not Event("started", "referral", condition="missing == 1").matches("started", "assessment", "", {}, NONE)


COMMAND_TIME = datetime(2026, 7, 15, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("answer", "instant"),
    [
        ("2026-07-14T09:30:00+01:00", "2026-07-14T08:30:00+00:00"),
        ("2026-07-14T09:30", "2026-07-14T08:30:00+00:00"),
        ("2026-07-14", "2026-07-13T23:00:00+00:00"),
        ("", "2026-07-15T12:00:00+00:00"),
        (None, "2026-07-15T12:00:00+00:00"),
    ],
)
def test_the_moment_that_counts_is_the_one_answered(answer: object, instant: str) -> None:
    assert DateRule("held_at").instant({"held_at": answer}, COMMAND_TIME).isoformat() == instant


EITHER = DateRule("held_at", otherwise=("seen_at",))


@pytest.mark.parametrize(
    ("answers", "day"),
    [
        ({"held_at": "2026-07-13"}, "2026-07-13"),
        ({"seen_at": "2026-07-14"}, "2026-07-14"),
        ({"held_at": "", "seen_at": "2026-07-14"}, "2026-07-14"),
        ({"held_at": "2026-07-13", "seen_at": "2026-07-14"}, "2026-07-13"),
        ({}, "2026-07-15"),
    ],
)
def test_of_two_fields_the_one_that_was_asked_counts(answers: dict[str, object], day: str) -> None:
    assert day_of(EITHER.instant(answers, COMMAND_TIME)).isoformat() == day


def test_without_a_field_the_time_of_the_command_counts() -> None:
    assert DateRule().instant({"held_at": "2026-07-14"}, COMMAND_TIME) == COMMAND_TIME
    assert DateRule("held_at").instant({}, COMMAND_TIME) == COMMAND_TIME
