"""A story is made to expect what came out where that is a day or what is open, and in nothing else."""

import pytest

from engine.scenario.expecting import expecting_what_came_out

STORY = """title = "Visits"

[[step]]
do = "a"
expect.open = ["one", "two"]
expect.due = { visit = 2014-03-26, visit_again = 2014-03-26 }

# visit = 2014-03-26
[[step]]
do = "b"
with = { visit = 2014-03-26 }
[step.expect]
due = { visit = 2014-03-26T12:00:00 }
met = { visit_again = 2014-03-26 }
open = []
"""
DAY = "step 1 (2014-03-12T10:00): due.visit: expected 2014-03-26, found 2014-03-24T23:59"
MOMENT = "step 2 (2014-03-12T10:00): due.visit: expected 2014-03-26T12:00, found 2014-03-24T23:59"
MET = (
    "step 2 (2014-03-12T10:00): met.visit_again: expected 2014-03-26, found met 2014-03-24T10:00, due 2014-03-26T23:59"
)
OPEN = "step 1 (2014-03-12T10:00): open: expected one, two, found one, three(police)"
ALL_DONE = "step 1 (2014-03-12T10:00): open: expected one, two, found nothing"


@pytest.mark.parametrize(
    ("failed", "before", "now"),
    [
        ([DAY], "{ visit = 2014-03-26, ", "{ visit = 2014-03-24, "),
        ([MOMENT], "due = { visit = 2014-03-26T12:00:00 }", "due = { visit = 2014-03-24T23:59:00 }"),
        ([MET], "met = { visit_again = 2014-03-26 }", "met = { visit_again = 2014-03-24 }"),
        ([OPEN], '["one", "two"]', '["one", "three(police)"]'),
        ([ALL_DONE], '["one", "two"]', "[]"),
    ],
)
def test_what_came_out_is_expected(failed: list[str], before: str, now: str) -> None:
    assert expecting_what_came_out(STORY, failed) == (STORY.replace(before, now), ())


def test_several_at_once_as_far_as_it_goes() -> None:
    both = expecting_what_came_out(STORY, [OPEN, DAY])
    assert "2014-03-24" in both.text
    assert "three(police)" in both.text
    refused = "step 2 (2014-03-12T10:00): act: expected to be done, found no"
    day = expecting_what_came_out(STORY, [DAY])
    assert expecting_what_came_out(STORY, [refused, DAY]) == (day.text, (refused,))
    assert expecting_what_came_out(STORY, [DAY, DAY]) == day
    two_children = (DAY, DAY.replace("24T", "25T"))
    assert expecting_what_came_out(STORY, two_children) == (STORY, two_children)


@pytest.mark.parametrize(
    "failed",
    [
        "step 1 (2014-03-12T10:00): due.visit: expected 2014-03-26, found this clock never started",
        "step 1 (2014-03-12T10:00): due.other: expected 2014-03-26, found 2014-03-24T23:59",
        "step 9 (2014-03-12T10:00): due.visit: expected 2014-03-26, found 2014-03-24T23:59",
        "step 1 (2014-03-12T10:00): late: expected visit, found nothing",
        "It cannot be played.",
    ],
)
def test_whatever_else_came_out_a_person_mends(failed: str) -> None:
    assert expecting_what_came_out(STORY, [failed]) == (STORY, (failed,))
