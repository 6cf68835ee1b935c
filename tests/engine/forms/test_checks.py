"""The rules that a form may name with x-check."""

from datetime import UTC, datetime

import pytest

from engine.forms.checks import CHECKS

JUST_PAST_MIDNIGHT = datetime(2013, 9, 2, 23, 30, tzinfo=UTC)  # 00:30 on 3 September in London


@pytest.mark.parametrize(
    ("check", "answer", "problem"),
    [
        ("not_in_future", "2013-09-03", None),
        ("not_in_future", "2013-09-04", "must be today or in the past"),
        ("not_in_future", "2013-09-03T00:30:00+01:00", None),
        ("not_in_future", "2013-09-03T00:31:00+01:00", "must not be in the future"),
        ("not_in_past", "2013-09-03", None),
        ("not_in_past", "2013-09-02", "must be today or in the future"),
        ("not_in_past", "2013-09-03T00:01:00+01:00", None),
        ("not_in_past", "2013-09-02T23:59:00+01:00", "must be today or in the future"),
    ],
)
def test_today_is_the_day_in_london(check: str, answer: str, problem: str | None) -> None:
    assert CHECKS[check](answer, JUST_PAST_MIDNIGHT) == problem
