"""The days that a form names: how they are read, and where they lie."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.forms.bounds import read_bound
from engine.timescales.calendar import Calendar, in_months

ORDINARY = Calendar()
DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("text", "day", "moved"),
    [
        ("today", "2026-03-02", "2026-03-02"),
        ("received.case, 7 days earlier", "2026-03-02", "2026-02-23"),
        ("today, 12 months later", "2026-03-02", "2027-03-02"),
        ("today, 12 months later", "2024-02-29", "2025-02-28"),  # no such day in the year after
        ("today, 12 months later", "2023-02-28", "2024-02-28"),
        ("today, 6 months later", "2026-08-31", "2027-02-28"),
        ("today, 12 months earlier", "2024-02-29", "2023-02-28"),
        ("today, 5 working days later", "2026-04-02", "2026-04-13"),  # over Easter
        ("today, 1 working day later", "2026-12-24", "2026-12-29"),  # Boxing Day is a Saturday
        ('completed visit.see_child where seen == "yes"; started visit, 1 day earlier', "2026-03-01", "2026-02-28"),
    ],
)  # fmt: skip
def test_a_bound_lies_that_far_from_its_day(text: str, day: str, moved: str) -> None:
    assert read_bound(text).moved(date.fromisoformat(day), ORDINARY).isoformat() == moved


@pytest.mark.parametrize(
    "text", ["", "yesterday", "today, a week later", "today, 0 days later", "today, 1000 days later", "ended visit"]
)
def test_what_names_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\."):
        read_bound(text)


@given(DAYS, st.integers(1, 999))
def test_days_and_working_days_are_counted_from_the_day_itself(day: date, count: int) -> None:
    assert read_bound(f"today, {count} days earlier").moved(day, ORDINARY) == day - timedelta(days=count)
    later = read_bound(f"today, {count} working days later").moved(day, ORDINARY)
    assert ORDINARY.working_days_left(day, later) == count


@given(DAYS, st.integers(-400, 400))
def test_months_end_with_the_month_and_never_leave_it(day: date, count: int) -> None:
    there = in_months(day, count)
    assert (there.year - day.year) * 12 + there.month - day.month == count
    assert there.day == day.day or (there + timedelta(days=1)).month != there.month


@given(DAYS)
def test_closure_days_of_the_authority_are_no_working_days(day: date) -> None:
    first = ORDINARY.add_working_days(day, 1)
    later = read_bound("today, 1 working day later").moved(day, Calendar(frozenset({first})))
    assert later == ORDINARY.add_working_days(day, 2)
