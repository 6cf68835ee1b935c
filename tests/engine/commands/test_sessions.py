"""Sessions live on the server: they begin, run out and are ended there."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.base.database import Database
from engine.base.errors import NotAllowed, NotFound
from engine.commands import accounts, sessions
from engine.people.identity import PUBLIC, SYSTEM
from engine.record.chain import lines
from engine.tables import Session
from tests.builders import DAY, MONDAY, Authority, account, authority

WORKER = account(role="social_worker")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def rows(database: Database) -> int:
    with database.read() as connection:
        return len(connection.execute(select(Session.digest)).all())


def test_a_token_opens_the_session_of_its_account_and_no_other_does(world: Authority) -> None:
    token = sessions.begin(world.database, SYSTEM, MONDAY, WORKER)
    presence = sessions.present(world.database, token, MONDAY)
    assert presence is not None
    assert presence.actor == world.actor("social_worker")
    for other in ("", token[:-1], token.upper(), "x" * len(token)):
        assert sessions.present(world.database, other, MONDAY) is None


def test_who_has_just_shown_the_password_is_fresh_for_five_minutes_in_that_browser(world: Authority) -> None:
    def fresh(token: str, minutes: float) -> bool:
        presence = sessions.present(world.database, token, MONDAY + minutes * MINUTE)
        return presence is not None and presence.fresh

    token = sessions.begin(world.database, SYSTEM, MONDAY, WORKER, confirmed=True)
    other = sessions.begin(world.database, SYSTEM, MONDAY, WORKER)
    assert [fresh(token, minutes) for minutes in (0, 4.9, 5)] == [True, True, False]
    assert not fresh(other, 0)
    again = sessions.confirm(world.database, world.actor("social_worker"), MONDAY + 6 * MINUTE, token)
    assert [fresh(again, 7), fresh(other, 7)] == [True, False]
    assert sessions.present(world.database, token, MONDAY + 7 * MINUTE) is None  # a copy of it is worth nothing
    sessions.confirm(world.database, world.actor("team_manager"), MONDAY + 6 * MINUTE, other)
    assert not fresh(other, 7)


def test_only_the_product_begins_a_session(world: Authority) -> None:
    with pytest.raises(NotAllowed):
        sessions.begin(world.database, PUBLIC, MONDAY, WORKER)


def test_a_session_runs_out_when_nothing_is_done(world: Authority) -> None:
    token = sessions.begin(world.database, SYSTEM, MONDAY, WORKER)
    assert sessions.present(world.database, token, MONDAY + 15 * MINUTE - timedelta(seconds=1))
    assert sessions.present(world.database, token, MONDAY + 15 * MINUTE) is None


def test_being_there_is_noted_once_a_minute_and_keeps_it_going(world: Authority) -> None:
    token = sessions.begin(world.database, SYSTEM, MONDAY, WORKER)
    soon = sessions.present(world.database, token, MONDAY + timedelta(seconds=59))
    later = sessions.present(world.database, token, MONDAY + MINUTE)
    assert soon is not None
    assert later is not None
    assert (soon.to_note, later.to_note) == (False, True)
    sessions.note(world.database, MONDAY + 10 * MINUTE, token)
    assert sessions.present(world.database, token, MONDAY + 24 * MINUTE)


def test_after_twelve_hours_it_is_over_whatever_is_done(world: Authority) -> None:
    token = sessions.begin(world.database, SYSTEM, MONDAY, WORKER)
    end = MONDAY + timedelta(hours=12)
    sessions.note(world.database, end - MINUTE, token)
    assert sessions.present(world.database, token, end - MINUTE)
    assert sessions.present(world.database, token, end) is None


def test_signing_in_again_ends_the_session_before_and_clears_what_has_run_out(world: Authority) -> None:
    old = sessions.begin(world.database, SYSTEM, MONDAY - DAY, WORKER)
    first = sessions.begin(world.database, SYSTEM, MONDAY, WORKER)
    second = sessions.begin(world.database, SYSTEM, MONDAY, WORKER, first)
    found = [sessions.present(world.database, token, MONDAY) is not None for token in (old, first, second)]
    assert found == [False, False, True]
    assert rows(world.database) == 1


def test_signing_out_ends_it_and_both_are_in_the_person_s_record(world: Authority) -> None:
    actor = world.actor("social_worker")
    token = sessions.begin(world.database, SYSTEM, MONDAY, WORKER)
    sessions.end(world.database, actor, MONDAY, token)
    assert sessions.present(world.database, token, MONDAY) is None
    with world.database.read() as connection:
        assert [line.kind for line in lines(connection, actor.chain)] == ["signed_in", "signed_out"]


def test_disabling_an_account_ends_its_sessions_at_once_and_lets_none_begin(world: Authority) -> None:
    token = sessions.begin(world.database, SYSTEM, MONDAY, WORKER)
    accounts.disable_account(world.database, world.actor("administrator"), MONDAY + MINUTE, WORKER)
    assert sessions.present(world.database, token, MONDAY + MINUTE) is None
    assert rows(world.database) == 0
    with pytest.raises(NotFound):
        sessions.begin(world.database, SYSTEM, MONDAY + MINUTE, WORKER)
