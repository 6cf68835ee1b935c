"""Who is on duty at a moment: turns that follow each other, overlap or leave a gap, also in the nights of the clock."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert

from engine.base.clock import LONDON
from engine.base.database import Database
from engine.facts.duty_list import Turn, speaks_against, turns, uncovered
from engine.facts.on_duty import on_duty
from engine.tables import DutyTurn
from engine.tables.alarm_tables import ON_DUTY
from tests.builders import MONDAY, account, authority

# Two hours before the clocks go back, and two before they go forward.
NIGHTS = (datetime(2026, 10, 25, 0, tzinfo=UTC) - timedelta(hours=1), datetime(2026, 3, 28, 23, tzinfo=UTC))
QUARTERS = 16
PEOPLE = tuple(account(role=role) for role in ("social_worker", "team_manager", "legal_adviser"))


def moment(night: datetime, quarter: int) -> datetime:
    return night + timedelta(minutes=15 * quarter)


@st.composite
def lists(draw: st.DrawFn) -> tuple[datetime, tuple[Turn, ...]]:
    night, found = draw(st.sampled_from(NIGHTS)), list[Turn]()
    for number in range(draw(st.integers(0, 5))):
        first, last = sorted(draw(st.lists(st.integers(0, QUARTERS), min_size=2, max_size=2, unique=True)))
        person, place = draw(st.sampled_from(PEOPLE)), draw(st.sampled_from(ON_DUTY))
        found.append(Turn(str(number), person, person, place, moment(night, first), moment(night, last), ""))
    return night, tuple(found)


@given(lists())
def test_what_is_not_covered_is_when_nobody_is_there(drawn: tuple[datetime, tuple[Turn, ...]]) -> None:
    night, listed = drawn
    until = moment(night, QUARTERS)
    for place in ON_DUTY:
        gaps = list(uncovered(listed, place, night, until))
        assert all(since < to for since, to in gaps)
        assert all(one[1] < other[0] for one, other in pairwise(gaps))
        for quarter in range(QUARTERS):
            now = moment(night, quarter)
            there = any(one.place == place and one.starts_at <= now < one.ends_at for one in listed)
            assert there != any(since <= now < to for since, to in gaps), (place, quarter)


@given(lists(), st.integers(0, QUARTERS - 1), st.integers(1, QUARTERS), st.sampled_from(PEOPLE))
def test_one_person_is_on_duty_once_at_a_time(
    drawn: tuple[datetime, tuple[Turn, ...]], first: int, last: int, person: str
) -> None:
    """As it is typed: the wall time of London, of which the form has made a moment."""
    night, listed = drawn
    starts_at, ends_at = moment(night, first), moment(night, last)
    answers = {"person": person, "place": "first"}
    answers |= {
        "starts_at": starts_at.astimezone(LONDON).isoformat(),
        "ends_at": ends_at.astimezone(LONDON).isoformat(),
    }
    found = [finding.path for finding in speaks_against(listed, night - timedelta(days=1), answers)]
    shared = any(one.account == person and max(one.starts_at, starts_at) < min(one.ends_at, ends_at) for one in listed)
    assert found == ([("ends_at",)] if ends_at <= starts_at else [("starts_at",)] if shared else [])


@pytest.mark.parametrize("night", NIGHTS)
def test_turns_that_follow_each_other_leave_no_gap_and_no_overlap(database: Database, night: datetime) -> None:
    """Handed over within the hour that comes twice, or at the one that does not come."""
    at = authority(database=database, now=MONDAY)
    rows = [
        {"id": person, "authority_id": at.id, "account_id": person, "place": place, "address": "", **span, **by}
        for person, place, span in (
            (PEOPLE[0], "first", {"starts_at": night, "ends_at": moment(night, 6)}),
            (PEOPLE[1], "first", {"starts_at": moment(night, 6), "ends_at": moment(night, 12)}),
            (PEOPLE[2], "second", {"starts_at": night, "ends_at": moment(night, 6)}),
        )
        for by in ({"changed_at": MONDAY, "changed_by": "system"},)
    ]
    with database.transaction() as connection:
        connection.execute(insert(DutyTurn), rows)
    with database.read() as connection:
        for quarter in range(-1, 14):
            found = on_duty(connection, at.id, at.team, moment(night, quarter))
            first = [PEOPLE[0]] if 0 <= quarter < 6 else [PEOPLE[1]] if 6 <= quarter < 12 else []
            assert (list(found["first"]), list(found["second"])) == (first, [PEOPLE[2]] if 0 <= quarter < 6 else [])
        assert len(turns(connection, at.id, moment(night, 6))) == 1
