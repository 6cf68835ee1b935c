"""A meeting that is planned for a day which became a closure day later is shown, until it was held or planned anew."""

from datetime import date, datetime, timedelta

import pytest

from engine.base.database import Database
from engine.commands.working_days_and_limits import add_closure_day
from engine.reads.case.case_page import case as case_page
from engine.reads.task.task_page import task as task_page
from tests.builders import DAY, HOUR, MONDAY, Authority, authority, do, open_items
from tests.engine.commands.pathway import enquire, in_enquiry

HELD = {"took_part": ["police", "health"], "quorate": "yes", "decision": "plan"}
SECOND, THIRD, THEN = date(2026, 3, 9), date(2026, 3, 10), date(2026, 3, 12)


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


@pytest.fixture
def case(world: Authority) -> str:
    """Its conference is arranged."""
    case = in_enquiry(authority=world)
    enquire(authority=world, case=case, conference="yes")
    arranged = {"conference_date": SECOND.isoformat(), "invited": ["health", "police"]}
    do(authority=world, case=case, task="arrange_conference", now=MONDAY, by=None, **arranged)
    do(authority=world, case=case, task="appoint_chair", now=MONDAY + HOUR)
    return case


def close(world: Authority, *days: date, now: datetime = MONDAY + HOUR) -> None:
    for day in days:
        answers = {"day": day.isoformat(), "name": "The offices move"}
        add_closure_day(world.database, world.actor("administrator"), now, answers)


def shown(world: Authority, case: str, now: datetime) -> list[tuple[str, date]]:
    """On the page of the case and on that of one of its tasks alike."""
    reader = world.actor("team_manager")
    item = next(iter(open_items(database=world.database, case=case).values())).id
    with world.database.read() as connection:
        of_case = case_page(connection, reader, now, case).planned_while_closed
        assert task_page(connection, reader, now, item).planned_while_closed == of_case
    return [(one.called, one.day) for one in of_case]


def test_the_newest_day_is_shown_until_it_was_held(world: Authority, case: str) -> None:
    later = MONDAY + 2 * HOUR
    assert shown(world, case, later) == []
    close(world, SECOND, THEN)
    assert shown(world, case, later) == [("conference", SECOND)]
    rearranged = {"conference_date": THIRD.isoformat(), "only_date": "yes"}
    do(authority=world, case=case, task="rearrange_conference", now=later, by=None, **rearranged)
    assert shown(world, case, later) == []
    close(world, THIRD)
    assert shown(world, case, later) == [("conference", THIRD)]
    assert shown(world, case, later + 9 * DAY) == [], "it is past"
    held = MONDAY + DAY
    dates = {"core_group_on": date(2026, 3, 11).isoformat(), "review_on": date(2026, 5, 5).isoformat()}
    do(authority=world, case=case, task="hold_conference", now=held, held_at=held.isoformat(), by=None, **HELD, **dates)
    assert shown(world, case, held) == []
    close(world, date(2026, 3, 11), date(2026, 5, 5), now=held)
    assert shown(world, case, held) == [
        ("first core group", date(2026, 3, 11)),
        ("first review conference", date(2026, 5, 5)),
    ]
    met = held + timedelta(days=1)
    do(authority=world, case=case, task="hold_core_group", now=met, held_at=met.isoformat())
    assert shown(world, case, met) == [("first review conference", date(2026, 5, 5))]


def test_what_is_arranged_again_or_called_off_is_planned_for_no_day(world: Authority, case: str) -> None:
    later = MONDAY + 2 * HOUR
    close(world, SECOND, THIRD)
    again = {"conference_date": date(2026, 3, 11).isoformat(), "only_date": "no"}
    do(authority=world, case=case, task="rearrange_conference", now=later, by=None, **again)
    close(world, date(2026, 3, 11))
    assert shown(world, case, later) == []
    called_off = {"why": "moved", "agencies_agree": "yes", "next": "none"}
    arranged = {"conference_date": THEN.isoformat(), "invited": ["health", "police"]}
    do(authority=world, case=case, task="arrange_conference", now=later + HOUR, by=None, **arranged)
    close(world, THEN, now=later + HOUR)
    assert shown(world, case, later + HOUR) == [("conference", THEN)]
    do(authority=world, case=case, task="call_off_conference", now=later + 2 * HOUR, by=None, **called_off)
    assert shown(world, case, later + 2 * HOUR) == []
