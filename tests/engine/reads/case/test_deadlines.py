"""One day, one colour: also in the minutes round midnight, and where the clocks of the country change."""

from datetime import date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from engine.base.clock import LONDON
from engine.reads.case.deadlines import DeadlineRow, _state  # pyright: ignore[reportPrivateUsage]
from engine.timescales.calendar import Calendar, end_of

CHANGES = (date(2026, 3, 29), date(2026, 10, 25))
DAYS = st.sampled_from([day + timedelta(days=more) for day in CHANGES for more in range(-4, 5)])
TIMES = st.sampled_from([time(0, 0), time(0, 30), time(1, 30), time(22, 59), time(23, 0), time(23, 30), time(23, 59)])


def running(due_at: datetime) -> DeadlineRow:
    return DeadlineRow("a", "A", "local", due_at, due_at, False, None, None, None, None, due_at, False, "")


@given(today=DAYS, at=TIMES, due=DAYS, first=TIMES)
def test_two_that_are_due_on_one_day_are_in_one_state_until_the_first_runs_out(
    today: date, at: time, due: date, first: time
) -> None:
    now = datetime.combine(today, at, LONDON)
    states = [_state(running(one), now, Calendar()) for one in (datetime.combine(due, first, LONDON), end_of(due))]
    assert states[0] == states[1] or states[0] == "overdue"
    assert (states[1] == "overdue") == (due < today)
    if due == today:
        assert states[1] == "soon"
