"""Very many cases in a short time: asked why, once."""

import pytest

from engine.base.database import Database
from engine.base.errors import BadAnswers
from engine.commands.explaining_looks import explain_many
from engine.reads.audit.looks_of_days import LookedDays
from engine.reads.audit.many_opened import HOLDS, SHORT, must_say_why, opened_in_hour
from engine.reads.audit.unusual_looks import unusual_looks
from engine.reads.list_page import OVERVIEW
from engine.timescales.calendar import day_of
from tests.auditing import lists_cases, opens_case
from tests.builders import DAY, MONDAY, Authority, authority, case_at, child

WHY = {"reason": "I hold the review of all plans"}


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def test_who_opens_many_in_an_hour_says_why_once(world: Authority) -> None:
    database, worker = world.database, world.actor("social_worker")
    cases = [case_at(authority=world, children=[child(given_name=name)]) for name in ("Ada", "Ben", "Cleo")]
    for case in (*cases, cases[0]):
        opens_case(authority=world, case=case, role="social_worker", now=MONDAY)
    lists_cases(authority=world, role="social_worker", now=MONDAY)
    opens_case(authority=world, case=cases[0], role="team_manager", now=MONDAY)
    with database.read() as connection:
        assert opened_in_hour(connection, worker, MONDAY) == 3
        assert opened_in_hour(connection, worker, MONDAY + SHORT) == 0
        assert [must_say_why(connection, worker, MONDAY, most) for most in (3, 4)] == [True, False]
        assert not must_say_why(connection, world.actor("team_manager"), MONDAY, 3)
    with pytest.raises(BadAnswers):
        explain_many(database, worker, MONDAY, {"reason": " "}, 3)
    explain_many(database, worker, MONDAY, WHY, 3)
    later = MONDAY + HOLDS
    for case in cases:
        opens_case(authority=world, case=case, role="social_worker", now=later)
    with database.read() as connection:
        assert [must_say_why(connection, worker, now, 3) for now in (MONDAY, later)] == [False, True]
        officer = world.actor("privacy_officer", now=MONDAY + DAY)
        found = unusual_looks(connection, officer, MONDAY + DAY, LookedDays(day_of(MONDAY), 1), OVERVIEW)
    [told] = found.lists["many"].rows
    assert (told.by, told.times, told.why) == ("Social worker 1", 3, WHY["reason"])
