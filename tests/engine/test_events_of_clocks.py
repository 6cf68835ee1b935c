"""What starts, meets or stops a clock, and the date that counts."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import strategies as st

from engine.calendar import Calendar, day_of
from engine.clock import LONDON
from engine.process.expressions import BadExpression
from engine.timescales import Event, Moment, Notice, Rule, Unit, due

ORDINARY = Calendar()
INSTANTS = st.datetimes(datetime(2000, 1, 1), datetime(2060, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
LIMITS = st.integers(-60, 60).filter(bool)


def make_rule(*, limit: int = 1, unit: Unit = "working_days", warn_before: tuple[Notice, ...] = ()) -> Rule:
    return Rule(
        id="a_clock",
        title="Do it",
        limit=limit,
        unit=unit,
        kind="local",
        scope="instance",
        starts_on=(Event("started", "referral"),),
        counts_from=Moment(),
        met_on=(Event("completed", "referral", "decide_response"),),
        met_at=Moment(),
        stopped_on=(),
        warn_before=warn_before,
        source="typical local rule",
    )


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def due_in_london(counted_from: str, limit: int, unit: Unit, calendar: Calendar = ORDINARY) -> datetime:
    return due(make_rule(limit=limit, unit=unit), london(counted_from), calendar).astimezone(LONDON)


PAGE = Path(__file__).parents[2] / "docs/timescales.md"
WORKED_EXAMPLES: list[tuple[str, str, str, str]] = re.findall(
    r"^\| (\w{3} .+?) \| (-?\d+) (\w+) \| (.+?) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE
)


def test_an_event_is_the_same_happening_of_the_same_element() -> None:
    event = Event("completed", "referral", "decide_response")
    assert event.matches("completed", "referral", "decide_response", {})
    assert not event.matches("completed", "referral", "clarify_referral", {})
    assert not event.matches("completed", "assessment", "decide_response", {})
    assert not Event("started", "referral").matches("ended", "referral", "", {})
    assert Event("thrown", "plan_ended").matches("thrown", "plan_ended", "", {})
    assert not Event("set", "assessment").matches("started", "assessment", "", {})
    assert not Event("passed", "assessment").matches("set", "assessment", "", {})


def test_an_event_with_a_condition_happens_only_where_it_holds() -> None:
    event = Event("completed", "assessment", "authorise_assessment", 'authorised == "yes"')
    assert event.matches("completed", "assessment", "authorise_assessment", {"authorised": "yes"})
    assert not event.matches("completed", "assessment", "authorise_assessment", {"authorised": "returned"})


@pytest.mark.parametrize("condition", ["authorised", "count([authorised])", "missing == 1"])
def test_a_condition_that_is_neither_true_nor_false_fails_closed(condition: str) -> None:
    event = Event("completed", "assessment", "authorise_assessment", condition)
    with pytest.raises(BadExpression):
        event.matches("completed", "assessment", "authorise_assessment", {"authorised": "no"})


def test_a_condition_is_read_only_where_the_element_is_meant() -> None:
    assert not Event("started", "referral", condition="missing == 1").matches("started", "assessment", "", {})


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
    assert Moment("held_at").instant({"held_at": answer}, COMMAND_TIME).isoformat() == instant


EITHER = Moment("held_at", otherwise="seen_at")


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
    assert Moment().instant({"held_at": "2026-07-14"}, COMMAND_TIME) == COMMAND_TIME
    assert Moment("held_at").instant({}, COMMAND_TIME) == COMMAND_TIME
