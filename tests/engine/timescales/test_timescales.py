"""When clocks are due, what starts and meets them, and the words for what is left."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.base.clock import LONDON
from engine.timescales.calendar import Calendar, day_of, end_of, in_months, start_of
from engine.timescales.rules import Clock, DateRule, Event, Notice, Unit, due, passed_over, remaining, warnings
from engine.timescales.timescale_table import COLUMNS, parse_timescales

ORDINARY = Calendar()
INSTANTS = st.datetimes(datetime(2000, 1, 1), datetime(2060, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
LIMITS = st.integers(-60, 60).filter(bool)


def make_rule(*, limit: int = 1, unit: Unit = "working_days", warn_before: tuple[Notice, ...] = ()) -> Clock:
    return Clock(
        id="a_clock",
        title="Do it",
        limit=limit,
        unit=unit,
        kind="local",
        scope="instance",
        starts_on=(Event("started", "referral"),),
        counts_from=DateRule(),
        met_on=(Event("completed", "referral", "decide_response"),),
        met_at=DateRule(),
        stopped_on=(),
        warn_before=warn_before,
        protects="",
        source="typical local rule",
    )


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def due_in_london(counted_from: str, limit: int, unit: Unit, calendar: Calendar = ORDINARY) -> datetime:
    return due(make_rule(limit=limit, unit=unit), london(counted_from), calendar).astimezone(LONDON)


PAGE = Path(__file__).parents[3] / "docs/timescales.md"
WORKED_EXAMPLES: list[tuple[str, str, str, str]] = re.findall(
    r"^\| (\w{3} .+?) \| (-?\d+) (\w+) \| (.+?) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE
)


@pytest.mark.parametrize(("counted_from", "count", "unit", "day"), WORKED_EXAMPLES)
def test_the_worked_examples_of_the_page_for_process_owners(counted_from: str, count: str, unit: str, day: str) -> None:
    table = f"{','.join(COLUMNS)}\na,A,{count},{unit},local,case,started a,command time,ended a,command time,,,,us\n"
    [rule] = parse_timescales(table.encode(), "timescales.csv").values()
    noon = datetime.strptime(f"{counted_from} 12", "%a %d %b %Y %H").replace(tzinfo=LONDON)
    assert day_of(due(rule, noon, ORDINARY)).strftime("%a %d %b %Y") == day


def test_the_page_for_process_owners_works_examples_of_every_unit_of_days() -> None:
    assert {unit for _, _, unit, _ in WORKED_EXAMPLES} == {"working_days", "days", "months"}


@pytest.mark.parametrize(
    ("counted_from", "limit", "unit", "day"),
    [
        # the day of the event is London's, whatever the hour
        ("2026-07-15T00:30", 1, "working_days", "2026-07-16"),
        ("2026-07-15T23:59:59", 1, "working_days", "2026-07-16"),
        # back from a conference
        ("2025-12-19T10:00", -3, "working_days", "2025-12-16"),
        ("2026-01-07T10:00", -5, "working_days", "2025-12-30"),
        ("2026-03-10T10:00", -35, "days", "2026-02-03"),
        # a date that somebody chose, working day or not
        ("2026-11-22T00:00", 0, "days", "2026-11-22"),
        # months: clipped, then to the working day before
        ("2021-11-30T10:00", 3, "months", "2022-02-28"),
        ("2025-11-30T10:00", 3, "months", "2026-02-27"),
        ("2023-11-30T10:00", 3, "months", "2024-02-29"),
        ("2026-08-31T10:00", 6, "months", "2027-02-26"),
        ("2026-06-25T10:00", 6, "months", "2026-12-24"),
        ("2026-01-05T10:00", 3, "months", "2026-04-02"),  # Easter Sunday: the Thursday before
        ("2026-03-31T10:00", -1, "months", "2026-02-27"),
    ],
)
def test_due_at_the_end_of_a_day_in_london(counted_from: str, limit: int, unit: Unit, day: str) -> None:
    assert due_in_london(counted_from, limit, unit).isoformat()[:26] == f"{day}T23:59:59.999999"


@pytest.mark.parametrize(
    ("counted_from", "limit", "due_at"),
    [
        ("2026-03-28T20:00", 72, "2026-03-31T21:00:00+01:00"),  # police protection over the start of summer time
        ("2026-10-23T20:00", 72, "2026-10-26T19:00:00+00:00"),  # ... and over its end
        ("2026-11-20T16:40", 1, "2026-11-20T17:40:00+00:00"),
    ],
)
def test_hours_are_elapsed_time(counted_from: str, limit: int, due_at: str) -> None:
    assert due_in_london(counted_from, limit, "hours").isoformat() == due_at


def test_an_instant_is_due_as_it_was_written() -> None:
    assert due_in_london("2026-04-10T12:00", 0, "instant").isoformat() == "2026-04-10T12:00:00+01:00"


def test_late_is_what_happened_after_the_last_instant() -> None:
    last = due(make_rule(), london("2026-03-30T10:00"), ORDINARY)
    assert london("2026-03-31T23:59:59.999999") <= last < london("2026-04-01T00:00")


def test_a_closure_day_puts_the_deadline_off() -> None:
    closed = Calendar(frozenset({date(2026, 3, 31)}))
    assert due_in_london("2026-03-30T10:00", 1, "working_days", closed).date() == date(2026, 4, 1)


@pytest.mark.parametrize("unit", ["hours", "working_days", "days", "months", "instant"])
def test_a_time_without_a_zone_is_refused(unit: Unit) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        due(make_rule(unit=unit), datetime(2026, 3, 30, 10, 0), ORDINARY)  # noqa: DTZ001


@given(INSTANTS, INSTANTS, LIMITS, st.sampled_from(["hours", "days", "working_days", "months"]))
def test_what_happened_later_is_never_due_earlier(one: datetime, other: datetime, limit: int, unit: Unit) -> None:
    rule = make_rule(limit=limit, unit=unit)
    earlier, later = sorted((one, other))
    assert due(rule, earlier, ORDINARY) <= due(rule, later, ORDINARY)


@given(INSTANTS, st.integers(-60, 59), st.sampled_from(["hours", "days", "working_days", "months"]))
def test_a_longer_limit_is_never_due_earlier(counted_from: datetime, limit: int, unit: Unit) -> None:
    shorter, longer = make_rule(limit=limit, unit=unit), make_rule(limit=limit + 1, unit=unit)
    assert due(shorter, counted_from, ORDINARY) <= due(longer, counted_from, ORDINARY)


@given(INSTANTS, LIMITS, st.sampled_from(["working_days", "months"]))
def test_never_due_on_a_day_that_is_not_worked(counted_from: datetime, limit: int, unit: Unit) -> None:
    assert ORDINARY.is_working_day(day_of(due(make_rule(limit=limit, unit=unit), counted_from, ORDINARY)))


@given(INSTANTS, st.integers(-60, 60).filter(bool), st.sets(st.dates(date(2000, 1, 1), date(2060, 12, 31)), max_size=5))
def test_of_the_days_on_the_way_those_that_are_not_passed_over_are_the_limit(
    counted_from: datetime, limit: int, closed: set[date]
) -> None:
    rule, calendar = make_rule(limit=limit), Calendar(frozenset({*closed, day_of(counted_from) + timedelta(days=2)}))
    begins, last = day_of(counted_from), day_of(due(rule, counted_from, calendar))
    skipped = passed_over(rule, counted_from, calendar)
    assert abs((last - begins).days) - len(skipped) == abs(limit)
    assert not any(calendar.is_working_day(day) for day in skipped)
    assert [*skipped] == sorted(day for day in skipped if min(begins, last) < day < max(begins, last))


@given(INSTANTS, st.integers(-24, 24))
def test_in_months_the_days_before_which_it_is_due_are_passed_over(counted_from: datetime, limit: int) -> None:
    rule = make_rule(limit=limit, unit="months")
    last, there = day_of(due(rule, counted_from, ORDINARY)), in_months(day_of(counted_from), limit)
    skipped = passed_over(rule, counted_from, ORDINARY)
    assert [*skipped] == [last + timedelta(days=number) for number in range(1, (there - last).days + 1)]
    assert passed_over(make_rule(limit=limit, unit="days"), counted_from, ORDINARY) == ()


@given(INSTANTS, st.integers(1, 60))
def test_months_never_pass_the_calendar_date(counted_from: datetime, limit: int) -> None:
    day = day_of(counted_from)
    there = day_of(due(make_rule(limit=limit, unit="months"), counted_from, ORDINARY))
    months = (there.year - day.year) * 12 + there.month - day.month
    assert (months == limit and there.day <= day.day) or months == limit - 1  # moved back into the month before
    assert there > day


@given(INSTANTS, LIMITS)
def test_hours_are_the_same_length_whatever_the_season(counted_from: datetime, limit: int) -> None:
    rule = make_rule(limit=limit, unit="hours")
    assert due(rule, counted_from.astimezone(LONDON), ORDINARY) - counted_from == timedelta(hours=limit)


@given(INSTANTS, LIMITS, st.sampled_from(["days", "working_days", "months"]))
def test_the_hour_of_the_event_does_not_move_the_day(counted_from: datetime, limit: int, unit: Unit) -> None:
    rule, day = make_rule(limit=limit, unit=unit), day_of(counted_from)
    assert due(rule, start_of(day), ORDINARY) == due(rule, counted_from, ORDINARY) == due(rule, end_of(day), ORDINARY)


def warned(due_at: datetime, unit: Unit, *notices: Notice) -> list[str]:
    found = warnings(make_rule(unit=unit, warn_before=notices), due_at, ORDINARY)
    assert all(instant.tzinfo is UTC for instant in found)
    return [instant.astimezone(LONDON).isoformat() for instant in found]


def test_hours_before_the_end_of_a_day_are_counted_from_midnight() -> None:
    assert warned(end_of(date(2026, 7, 15)), "working_days", Notice(4, "hours")) == ["2026-07-15T20:00:00+01:00"]


def test_working_days_before_are_whole_days() -> None:
    due_at = end_of(date(2026, 1, 8))
    assert warned(due_at, "working_days", Notice(10, "working_days")) == ["2025-12-22T00:00:00+00:00"]


def test_on_the_day_of_the_warning_that_many_working_days_are_left() -> None:
    due_at = end_of(date(2026, 1, 8))
    [warning] = warnings(make_rule(warn_before=(Notice(10, "working_days"),)), due_at, ORDINARY)
    assert remaining(due_at, warning, ORDINARY, "working_days") == "10 working days left"
    assert remaining(due_at, warning - timedelta(seconds=1), ORDINARY, "working_days") == "11 working days left"


def test_several_warnings_come_in_order_of_time() -> None:
    due_at = london("2026-03-31T21:00")
    found = warned(due_at, "hours", Notice(6, "hours"), Notice(1, "working_days"), Notice(72, "hours"))
    assert found == ["2026-03-28T20:00:00+00:00", "2026-03-30T00:00:00+01:00", "2026-03-31T15:00:00+01:00"]


@pytest.mark.parametrize(
    ("due_day", "now", "unit", "words"),
    [
        ("2026-04-07", "2026-04-02T10:00", "working_days", "1 working day left"),  # Easter between
        ("2026-04-08", "2026-04-02T10:00", "working_days", "2 working days left"),
        ("2026-04-07", "2026-04-06T10:00", "working_days", "1 working day left"),
        ("2026-04-07", "2026-04-07T00:00", "working_days", "due by the end of today"),
        ("2026-04-07", "2026-04-07T23:59:59", "working_days", "due by the end of today"),
        ("2026-04-07", "2026-04-08T00:00", "working_days", "overdue by 1 day"),
        ("2026-04-02", "2026-04-06T10:00", "working_days", "overdue by 4 days"),
        (
            "2026-04-06",
            "2026-04-04T10:00",
            "working_days",
            "2 days left",
        ),  # a holiday proclaimed and not yet counted anew
        ("2026-11-22", "2026-11-20T10:00", "days", "2 days left"),
        ("2026-11-22", "2026-11-21T23:00", "days", "1 day left"),
        ("2026-11-22", "2026-11-22T12:00", "days", "due by the end of today"),
        ("2026-11-22", "2026-11-25T12:00", "days", "overdue by 3 days"),
        ("2026-03-19", "2025-12-19T12:00", "months", "90 days left"),
    ],
)
def test_what_is_left_of_days_is_said_in_days(due_day: str, now: str, unit: Unit, words: str) -> None:
    assert remaining(end_of(date.fromisoformat(due_day)), london(now), ORDINARY, unit) == words


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ("2026-03-28T20:00+00:00", "3 days left"),
        ("2026-03-29T20:00+01:00", "2 days and 1 hour left"),
        ("2026-03-29T20:20+01:00", "2 days left"),  # and forty minutes, too little to say beside days
        ("2026-03-30T20:01+01:00", "1 day left"),
        ("2026-03-31T17:00+01:00", "4 hours left"),
        ("2026-03-31T17:30+01:00", "3 hours and 30 minutes left"),
        ("2026-03-31T19:59+01:00", "1 hour and 1 minute left"),
        ("2026-03-31T20:40+01:00", "20 minutes left"),
        ("2026-03-31T20:59:01+01:00", "less than a minute left"),
        ("2026-03-31T21:00+01:00", "less than a minute left"),
        ("2026-03-31T21:00:01+01:00", "overdue by less than a minute"),
        ("2026-03-31T21:20+01:00", "overdue by 20 minutes"),
        ("2026-04-01T00:15+01:00", "overdue by 3 hours and 15 minutes"),
        ("2026-04-02T22:00+01:00", "overdue by 2 days and 1 hour"),
    ],
)
@pytest.mark.parametrize("unit", ["hours", "instant"])
def test_what_is_left_of_hours_is_said_in_elapsed_time(now: str, words: str, unit: Unit) -> None:
    due_at = datetime.fromisoformat("2026-03-31T21:00+01:00")
    assert remaining(due_at, datetime.fromisoformat(now), ORDINARY, unit) == words


@given(INSTANTS, INSTANTS, st.sampled_from(["hours", "days", "working_days", "months", "instant"]))
def test_overdue_is_said_exactly_when_it_is_late(counted_from: datetime, now: datetime, unit: Unit) -> None:
    limit = 0 if unit == "instant" else 1
    due_at = due(make_rule(limit=limit, unit=unit), counted_from, ORDINARY)
    assert remaining(due_at, now, ORDINARY, unit).startswith("overdue") is (now > due_at)
