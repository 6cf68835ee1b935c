"""Where the clock of the machine may be wrong nothing is acted on, and it is said, until somebody confirms it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from engine.base.clock import Uptime
from engine.base.database import Database
from engine.base.mail import Fate, Outcome
from engine.commands.cases import claim
from engine.commands.handing_over import claim_letter, put_back
from engine.commands.ticks import confirm_time, note_tick, tick_and_note
from engine.commands.watching_alarms import look_after_alarms
from engine.facts.right_time import Doubt, doubted
from engine.people.identity import SYSTEM
from engine.reads.authority.installation_status import installation_status
from engine.record.chain import INSTALLATION, lines
from engine.tables import LastTick
from tests.builders import DAY, HOUR, MONDAY, authority, case_at, open_items
from tests.engine.commands.pathway import clocks, told_of
from tests.engine.commands.test_timers import clocks_passed

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
UP = 5000.0
THIS = Uptime("this start of the machine", UP)


def later(by: timedelta) -> Uptime:
    return Uptime(THIS.boot, UP + by.total_seconds())


AGAIN = Uptime("another start of it", 60.0)
UNKNOWN = Uptime("", UP + 15)


@pytest.mark.parametrize(
    ("after", "machine", "doubt"),
    [
        (15 * SECOND, later(15 * SECOND), None),
        (200 * DAY, AGAIN, None),  # the machine was down
        (200 * DAY, later(200 * DAY), None),  # nothing ticked on it, and it was up
        (200 * DAY, later(199 * DAY + HOUR), None),
        (23 * HOUR, later(15 * SECOND), None),
        (2 * DAY, later(15 * SECOND), Doubt.AHEAD),
        (400 * DAY, later(DAY), Doubt.AHEAD),
        (400 * DAY, UNKNOWN, None),  # this machine says nothing of its starts
        (-1 * MINUTE, later(15 * SECOND), None),
        (-3 * MINUTE, later(15 * SECOND), Doubt.BEHIND),
        (-3 * DAY, AGAIN, Doubt.BEHIND),
    ],
)
def test_what_is_doubted(database: Database, after: timedelta, machine: Uptime, doubt: Doubt | None) -> None:
    authority(database=database)
    note_tick(database, SYSTEM, MONDAY, 0, MONDAY, THIS)
    with database.read() as connection:
        assert doubted(connection, MONDAY + after, machine) is doubt


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(
    was_up=st.timedeltas(timedelta(), 300 * DAY),
    jumped=st.timedeltas(-5 * DAY, 5 * DAY),
    season=st.timedeltas(timedelta(), 270 * DAY),
)
def test_only_what_the_machine_cannot_account_for_is_doubted(
    database: Database, was_up: timedelta, jumped: timedelta, season: timedelta
) -> None:
    """Whatever the season: summer time moves no clock that counts in UTC."""
    began = MONDAY + season
    note_tick(database, SYSTEM, began, 0, began, THIS)
    with database.read() as connection:
        found = doubted(connection, began + was_up + jumped, later(was_up))
    assert (found is Doubt.AHEAD) is (jumped > DAY)
    assert (found is Doubt.BEHIND) is (was_up + jumped < -2 * MINUTE)


def ticked(database: Database, now: datetime, machine: Uptime) -> int | None:
    return tick_and_note(database, SYSTEM, lambda: now, lambda: machine)


def says_doubt(database: Database) -> str:
    with database.read() as connection:
        return installation_status(connection).doubt


def test_a_clock_that_ran_ahead_moves_nothing_until_it_is_right_again(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    """400 days ahead: a tick acts on nothing; put right, it goes on by itself."""
    at = authority(database=database)
    case = case_at(authority=at)
    assert ticked(database, MONDAY, THIS) == 0
    assert ticked(database, MONDAY + 400 * DAY, later(15 * SECOND)) is None
    assert "the clock of the machine may be wrong" in "".join(capsys.readouterr())
    assert says_doubt(database) == Doubt.AHEAD
    assert clocks_passed(database, case) == []
    assert ticked(database, MONDAY + MINUTE, later(MINUTE)) == 0
    assert says_doubt(database) == ""
    assert ticked(database, MONDAY + 3 * DAY, later(3 * DAY)) == 2


def test_a_clock_before_the_newest_entry_moves_nothing_until_somebody_confirms_it(database: Database) -> None:
    """Somebody worked while it ran ahead; it was put right, and what lies ahead of it says nothing any more."""
    at = authority(database=database)
    case = case_at(authority=at)
    late = case_at(authority=at, now=MONDAY + 100 * DAY)
    now = MONDAY + 5 * DAY
    assert ticked(database, now, THIS) is None
    assert (says_doubt(database), clocks_passed(database, case)) == (Doubt.BEHIND, [])
    with database.read() as connection:
        assert connection.execute(select(LastTick.at)).scalar_one() is None
    confirm_time(database, SYSTEM, now, later(MINUTE))
    assert says_doubt(database) == ""
    assert ticked(database, now + MINUTE, later(2 * MINUTE)) == 2
    assert clocks_passed(database, late) == []
    with database.read() as connection:
        (entry,) = lines(connection, INSTALLATION, ["time_confirmed"])
    assert entry.payload == {"newest": (MONDAY + 100 * DAY).isoformat()}
    assert ticked(database, now - HOUR, later(3 * MINUTE)) is None  # set back once more


def test_what_a_person_sends_while_the_time_is_doubted_is_done_and_runs_nothing_out(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = authority(database=database)
    case = case_at(authority=at)
    ticked(database, MONDAY, THIS)
    monkeypatch.setattr("engine.facts.right_time.uptime", lambda: later(MINUTE))
    item = open_items(database=database, case=case)["decide_response"]
    now = MONDAY + 400 * DAY
    worker = at.actor(item.role, now=now)
    claim(database, worker, now, item.id)
    assert open_items(database=database, case=case)["decide_response"].owner_id == worker.account
    assert clocks(database=database, case=case)["response_decision"].passed_at is None


def test_nothing_waits_for_a_day_that_only_a_clock_that_was_ahead_has_seen(database: Database) -> None:
    """An alarm was raised then, and its letter was to be tried again later: at the right time both go on at once."""
    at = authority(database=database)
    case = case_at(authority=at, now=MONDAY + 400 * DAY, immediate_danger="yes")
    claimed = claim_letter(database, SYSTEM, MONDAY + 400 * DAY, ())
    assert claimed
    outcome = Outcome(Fate.LATER, "No answer.")
    put_back(database, SYSTEM, MONDAY + 400 * DAY, claimed.letter.id, claimed.attempt, outcome)
    again = claim_letter(database, SYSTEM, MONDAY, ())
    assert again
    assert again.letter.id == claimed.letter.id
    assert look_after_alarms(database, SYSTEM, MONDAY) == 1
    assert look_after_alarms(database, SYSTEM, MONDAY + SECOND) == 0
    assert [said["what"] for said in told_of(database=database, case=case, kind="alarm")][-1] != "raised"


@pytest.mark.parametrize("found", [None, Doubt.AHEAD])
def test_a_tick_that_trusts_every_clock_would_be_found(
    database: Database, monkeypatch: pytest.MonkeyPatch, found: Doubt | None
) -> None:
    """The planted fault: nobody doubts, and a clock that is 400 days ahead runs out what nobody can take back."""
    at = authority(database=database)
    case = case_at(authority=at)
    ticked(database, MONDAY, THIS)

    def trusting(*_: object) -> Doubt | None:
        return found

    for place in ("engine.commands.ticks.doubted", "engine.casework.running_out.doubted"):
        monkeypatch.setattr(place, trusting)
    ticked(database, MONDAY + 400 * DAY, later(MINUTE))
    assert (clocks_passed(database, case) == []) is (found is not None)


OUTAGES: dict[str, Callable[[timedelta], Uptime]] = {"down": lambda _: AGAIN, "up": later}


@pytest.mark.parametrize("machine", OUTAGES)
@pytest.mark.parametrize("outage", [SECOND, 200 * DAY])
def test_an_honest_outage_goes_on_by_itself(database: Database, machine: str, outage: timedelta) -> None:
    at = authority(database=database)
    case_at(authority=at)
    assert ticked(database, MONDAY, THIS) == 0
    assert ticked(database, MONDAY + outage, OUTAGES[machine](outage)) == (2 if outage > 2 * DAY else 0)
