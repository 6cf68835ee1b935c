"""Moments in words, in London's time."""

from datetime import UTC, datetime

import pytest

from webapp.words import day_and_time, due_then, on, then

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 7, 1, 8, 5, tzinfo=UTC), "today at 09:05"),
        (datetime(2026, 6, 30, 22, 59, tzinfo=UTC), "yesterday at 23:59"),
        (datetime(2026, 6, 30, 23, 1, tzinfo=UTC), "today at 00:01"),
        (datetime(2026, 7, 2, 8, 0, tzinfo=UTC), "tomorrow at 09:00"),
        (datetime(2026, 1, 2, 8, 0, tzinfo=UTC), "2 January at 08:00"),
        (datetime(2026, 1, 2, 0, 0, tzinfo=UTC), "2 January"),
        (datetime(2025, 12, 31, 8, 0, tzinfo=UTC), "31 December 2025 at 08:00"),
    ],
)
def test_a_moment_is_named_as_people_do(moment: datetime, words: str) -> None:
    assert day_and_time(moment, NOW) == words


def test_a_day_has_its_name() -> None:
    assert on(datetime(2026, 7, 1, 23, 30, tzinfo=UTC)) == "Thursday 2 July 2026"


def test_what_is_read_years_later_has_its_year_whatever_the_day() -> None:
    assert then(datetime(2026, 7, 1, 8, 5, tzinfo=UTC)) == "1 July 2026 at 09:05"
    assert then(datetime(2026, 6, 30, 23, 0, tzinfo=UTC)) == "1 July 2026"


def test_a_clock_that_counts_hours_is_due_at_a_time() -> None:
    due = datetime(2026, 7, 1, 22, 59, 59, 999999, tzinfo=UTC)
    assert due_then(due, by_the_day=True) == "by the end of 1 July 2026"
    assert due_then(due.replace(hour=13), by_the_day=False) == "by 1 July 2026 at 14:59"
