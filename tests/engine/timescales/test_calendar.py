"""Working days of England and Wales, checked against the list that GOV.UK published."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.base.clock import LONDON
from engine.timescales.calendar import LAST_PUBLISHED_YEAR, Calendar, bank_holidays, day_of, end_of, in_utc, start_of

ORDINARY = Calendar()
DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))

# https://www.gov.uk/bank-holidays, England and Wales
PUBLISHED = {
    2019: "01-01 04-19 04-22 05-06 05-27 08-26 12-25 12-26",
    2020: "01-01 04-10 04-13 05-08 05-25 08-31 12-25 12-28",
    2021: "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28",
    2022: "01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27",
    2023: "01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26",
    2024: "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26",
    2025: "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26",
    2026: "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28",
    2027: "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28",
    2028: "01-03 04-14 04-17 05-01 05-29 08-28 12-25 12-26",
}


@pytest.mark.parametrize("year", PUBLISHED)
def test_the_bank_holidays_are_the_published_ones(year: int) -> None:
    on_weekdays = {day for day in bank_holidays(year) if day.weekday() < 5}
    assert on_weekdays == {date.fromisoformat(f"{year}-{day}") for day in PUBLISHED[year].split()}


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2022, 9, 19), False),  # the funeral of Queen Elizabeth II, proclaimed nine days before
        (date(2022, 9, 20), True),
        (date(2026, 3, 17), True),  # a bank holiday in Northern Ireland alone
        (date(2026, 8, 3), True),  # ... in Scotland alone
        (date(2026, 11, 21), False),  # Saturday
        (date(2026, 11, 22), False),  # Sunday
    ],
)
def test_a_working_day(day: date, working: bool) -> None:
    assert ORDINARY.is_working_day(day) is working


def test_an_authority_adds_its_own_closure_days() -> None:
    closed = Calendar(frozenset({date(2026, 12, 29)}))
    assert not closed.is_working_day(date(2026, 12, 29))
    assert closed.add_working_days(date(2026, 12, 24), 1) == date(2026, 12, 30)
    assert ORDINARY.add_working_days(date(2026, 12, 24), 1) == date(2026, 12, 29)


def test_an_instant_is_refused_where_a_day_is_meant() -> None:
    with pytest.raises(TypeError, match="day_of"):
        ORDINARY.is_working_day(datetime(2026, 4, 3, tzinfo=UTC))


@pytest.mark.parametrize(
    ("day", "count", "there"),
    [
        (date(2026, 4, 4), 1, date(2026, 4, 7)),  # a Saturday before a bank holiday Monday: Tuesday is day 1
        (date(2025, 12, 19), -3, date(2025, 12, 16)),
        (date(2026, 1, 5), -5, date(2025, 12, 24)),
        (date(2026, 4, 4), 0, date(2026, 4, 4)),
    ],
)
def test_counting_working_days(day: date, count: int, there: date) -> None:
    assert ORDINARY.add_working_days(day, count) == there


@given(DAYS, st.integers(1, 60))
def test_counted_forth_and_back_is_the_same_working_day(day: date, count: int) -> None:
    start = ORDINARY.add_working_days(day, 1)
    assert ORDINARY.add_working_days(ORDINARY.add_working_days(start, count), -count) == start


@given(DAYS, st.integers(-60, 60).filter(bool))
def test_never_counted_to_a_day_that_is_not_worked(day: date, count: int) -> None:
    assert ORDINARY.is_working_day(ORDINARY.add_working_days(day, count))


@given(DAYS, DAYS, st.integers(-60, 60).filter(bool))
def test_a_later_day_never_leads_to_an_earlier_one(one: date, other: date, count: int) -> None:
    earlier, later = sorted((one, other))
    assert ORDINARY.add_working_days(earlier, count) <= ORDINARY.add_working_days(later, count)


@given(DAYS, st.integers(1, 60), st.frozensets(DAYS, max_size=20))
def test_a_closure_day_never_brings_a_date_forward(day: date, count: int, closure_days: frozenset[date]) -> None:
    assert Calendar(closure_days).add_working_days(day, count) >= ORDINARY.add_working_days(day, count)


@given(DAYS, st.integers(1, 60))
def test_the_days_left_are_those_that_were_counted(day: date, count: int) -> None:
    there = ORDINARY.add_working_days(day, count)
    assert ORDINARY.working_days_left(day, there) == count
    assert ORDINARY.working_days_left(there, day) == 0


@given(DAYS)
def test_the_last_working_day_before_is_never_the_day_itself(day: date) -> None:
    before = ORDINARY.last_working_day_before(day)
    assert before < day
    assert ORDINARY.is_working_day(before)
    assert ORDINARY.working_days_left(before, day - timedelta(days=1)) == 0


def test_days_past_the_last_published_year_are_provisional() -> None:
    assert not ORDINARY.is_provisional(date(LAST_PUBLISHED_YEAR, 12, 31))
    assert ORDINARY.is_provisional(date(LAST_PUBLISHED_YEAR + 1, 1, 1))


@given(DAYS)
def test_a_day_is_closed_for_a_reason_or_it_is_a_working_day(day: date) -> None:
    calendar = Calendar(frozenset({date(2026, 12, 29)}))
    assert bool(calendar.why_closed(day)) is not calendar.is_working_day(day)


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2026-12-18", ""),
        ("2026-12-19", "a Saturday"),
        ("2026-12-28", "a bank holiday (Boxing Day (substitute day))"),
        ("2026-01-01", "a bank holiday (New Year’s Day)"),
        ("2026-12-29", "a closure day"),
    ],
)
def test_why_a_day_is_closed_is_said_in_words(day: str, why: str) -> None:
    assert Calendar(frozenset({date(2026, 12, 29)})).why_closed(date.fromisoformat(day)) == why


def test_the_version_tells_calendars_apart_and_names_the_library() -> None:
    one_day, other_day = frozenset({date(2026, 12, 29)}), frozenset({date(2026, 12, 30)})
    versions = {ORDINARY.version, Calendar(one_day).version, Calendar(other_day).version}
    assert len(versions) == 3
    assert all(version.startswith("holidays ") for version in versions)


def test_the_version_is_the_same_in_every_process() -> None:
    november = frozenset(date(2026, 11, day) for day in range(1, 31))
    assert Calendar(november).version.endswith(", closures 4555b83e4301")


def test_threads_that_begin_together_see_the_same_holidays() -> None:
    bank_holidays.cache_clear()
    years = [*range(2020, 2030)] * 8
    with ThreadPoolExecutor(max_workers=8) as threads:
        found = list(threads.map(bank_holidays, years))
    assert found == [bank_holidays(year) for year in years]
    assert all(len(days) >= 8 for days in found)


@pytest.mark.parametrize(
    ("day", "starts", "ends"),
    [
        ("2026-01-15", "2026-01-15T00:00:00+00:00", "2026-01-15T23:59:59.999999+00:00"),
        ("2026-07-15", "2026-07-14T23:00:00+00:00", "2026-07-15T22:59:59.999999+00:00"),
        ("2026-03-29", "2026-03-29T00:00:00+00:00", "2026-03-29T22:59:59.999999+00:00"),  # 23 hours long
        ("2026-10-25", "2026-10-24T23:00:00+00:00", "2026-10-25T23:59:59.999999+00:00"),  # 25 hours long
    ],
)
def test_a_day_begins_and_ends_in_london(day: str, starts: str, ends: str) -> None:
    assert start_of(date.fromisoformat(day)).isoformat() == starts
    assert end_of(date.fromisoformat(day)).isoformat() == ends


@given(DAYS)
def test_days_follow_each_other_without_a_gap(day: date) -> None:
    assert end_of(day) + timedelta(microseconds=1) == start_of(day + timedelta(days=1))
    assert day_of(start_of(day)) == day_of(end_of(day)) == day


def test_the_day_is_londons_not_utcs() -> None:
    assert day_of(datetime(2026, 7, 14, 23, 30, tzinfo=UTC)) == date(2026, 7, 15)
    assert day_of(datetime(2026, 7, 15, 0, 30, tzinfo=LONDON)) == date(2026, 7, 15)


@pytest.mark.parametrize("read", [in_utc, day_of])
def test_a_time_without_a_zone_is_refused(read: Callable[[datetime], object]) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        read(datetime(2026, 7, 15, 12, 0))  # noqa: DTZ001
