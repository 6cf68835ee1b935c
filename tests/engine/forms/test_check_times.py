"""Dates, and times on London's clocks."""

import pytest

from tests.engine.forms.builders import check, make_field, make_form, problems

DAY = make_field(title="Date of birth", kind="date", format="date")
TIME = make_field(title="When was the meeting held?", kind="date_time", format="date-time")


@pytest.mark.parametrize(
    "sent", ["2013-02-31", "2013-2-3", "20130203", "2013-W05-1", "3 February 2013", "2013-02-03T10:00", "٢٠١٣-02-03"]
)
def test_a_date_is_a_real_day_in_figures(sent: str) -> None:
    assert problems(make_form(born=DAY), {"born": sent}) == {"born": "Date of birth must be a real date"}


@pytest.mark.parametrize("sent", ["0213-02-03", "9999-12-31"])
def test_a_far_year_is_a_slip(sent: str) -> None:
    sentence = {"born": "Date of birth must have a year from 1900 to 2199"}
    assert problems(make_form(born=DAY), {"born": sent}) == sentence
    assert list(problems(make_form(at=TIME), {"at": f"{sent}T10:00+14:00"})) == ["at"]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("2013-09-02T10:15", "2013-09-02T10:15:00+01:00"),
        ("2013-12-02 10:15:30", "2013-12-02T10:15:30+00:00"),
        ("2013-09-02T10:15:00Z", "2013-09-02T11:15:00+01:00"),
        ("2013-09-02T10:15:00+05:00", "2013-09-02T06:15:00+01:00"),
        ("2013-10-27T01:30", "2013-10-27T01:30:00+01:00"),
        ("2013-10-27T01:30+00:00", "2013-10-27T01:30:00+00:00"),
    ],
    ids=["summer", "winter", "utc", "elsewhere", "twice: the first", "twice: the second"],
)
def test_a_time_is_kept_with_the_offset_of_london(sent: str, kept: str) -> None:
    assert check(make_form(at=TIME), {"at": sent}) == {"at": kept}


@pytest.mark.parametrize(
    "sent", ["2013-02-31T10:00", "2013-09-02", "2013-09-02T25:00", "now", "2013-09-02T10:00+99:00"]
)
def test_a_time_is_a_real_one(sent: str) -> None:
    sentence = "The answer to “When was the meeting held?” must be a real date and time"
    assert problems(make_form(at=TIME), {"at": sent}) == {"at": sentence}


def test_a_time_that_the_clocks_skipped_is_refused() -> None:
    assert "the clocks went forward" in problems(make_form(at=TIME), {"at": "2013-03-31T01:30"})["at"]
