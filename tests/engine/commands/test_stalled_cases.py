"""A case in which the ticking clock fails, whatever is wrong with it, is set aside by itself: all others tick."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update

from engine.base.clock import Uptime
from engine.base.database import Database
from engine.base.errors import NotPossible, RefusalCode
from engine.casework import running_out
from engine.casework.locked_case import CaseWork
from engine.casework.stalling import LONGEST
from engine.commands import leavers, setting_cases_aside, timers, watching_alarms
from engine.commands.accounts import disable_account
from engine.commands.cases import claim
from engine.commands.ticks import note_tick
from engine.commands.timers import tick
from engine.people.identity import SYSTEM
from engine.reads.authority.installation_status import installation_status
from engine.tables import Instance, StalledCase, WorkItem
from tests.builders import DAY, MONDAY, authority, case_at, open_items
from tests.engine.commands.pathway import clocks
from tests.engine.commands.test_timers import ASSESSMENT_DUE, clocks_passed

OVER = ASSESSMENT_DUE + DAY
MINUTE = timedelta(minutes=1)
BOTH = ["acknowledgement", "response_decision"]
HERE = Uptime("", 0)


def spoils_state(state: bytes) -> Callable[[Database, str], None]:
    def spoil(database: Database, case: str) -> None:
        with database.transaction() as connection:
            those = (Instance.case_id == case, Instance.process == "assessment")
            whole = connection.execute(select(Instance.state).where(*those)).scalar_one()
            spoiled = state or whole[: len(whole) // 2]
            connection.execute(update(Instance).where(*those).values(state=spoiled))

    return spoil


def spoils(statement: str) -> Callable[[Database, str], None]:
    def spoil(database: Database, case: str) -> None:
        with database.transaction() as connection:
            connection.execute(text(statement), {"case": case})

    return spoil


def stalled(database: Database) -> dict[str, tuple[str, int, timedelta]]:
    """By case: the step, how often it failed, and for how long it is left after that."""
    with database.read() as connection:
        found = installation_status(connection).stalled
    return {one.case: (one.step, one.failures, one.next_try_at - one.since) for one in found}


# What a row of SQLite can hold that PostgreSQL refuses is tried there alone.
POISON: dict[str, Callable[[Database, str], None]] = {
    "cut in half": spoils_state(b""),
    "of another version": spoils_state(b'{"version": 2}'),
    "an unknown shape": spoils_state(b'{"version": 1, "tasks": [{"spec": "nobody_knows"}]}'),
    "what was taken up is no table": spoils("UPDATE deadline SET taken_up = '[1]' WHERE case_id = :case"),
}
OF_SQLITE: dict[str, Callable[[Database, str], None]] = {
    "no JSON": spoils("UPDATE deadline SET taken_up = '{' WHERE case_id = :case"),
    "no moment": spoils("UPDATE deadline SET counted_from = 'yesterday' WHERE case_id = :case"),
    "a case without a moment": spoils("""UPDATE "case" SET opened_at = 'once' WHERE id = :case"""),
}


def test_whatever_is_wrong_with_some_cases_the_others_tick(
    database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each with its id in the log, and nothing that anybody wrote; and the product's own refusal is no exception."""
    at = authority(database=database)
    poison = POISON | (OF_SQLITE if database.engine.dialect.name == "sqlite" else {})
    refused = case_at(authority=at, point="accepted")
    poisoned = {what: case_at(authority=at, point="accepted") for what in poison}
    sound = case_at(authority=at, point="accepted")
    for what, case in poisoned.items():
        poison[what](database, case)
    real = running_out.settle

    def settle(casework: CaseWork) -> None:
        if casework.case.id == refused:
            raise NotPossible("Ada has a plan.", code=RefusalCode.NOT_WHILE_PLAN)
        real(casework)

    monkeypatch.setattr(running_out, "settle", settle)
    tick(database, SYSTEM, OVER)
    assert clocks_passed(database, sound) == ["assessment"]
    assert "explain_overrun" in open_items(database=database, case=sound)
    assert {*poisoned.values(), refused} == {*stalled(database)} | _set_aside(database)
    said = "".join(capsys.readouterr())
    assert all(case in said for case in stalled(database))
    assert "Ada" not in said


def _set_aside(database: Database) -> set[str]:
    """Of these only the process cannot go on: their clocks ran out."""
    with database.read() as connection:
        return set(connection.scalars(select(Instance.case_id).where(Instance.status == "stuck")))


def failing_in(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = running_out.settle

    def settle(casework: CaseWork) -> None:
        if casework.case.id == case:
            raise KeyError("Ada")
        real(casework)

    monkeypatch.setattr(running_out, "settle", settle)


def test_it_is_tried_again_after_longer_each_time_and_goes_on_by_itself(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """1, 2, 4 minutes, up to an hour: in a row, so that no start of the clock forgets it."""
    at = authority(database=database)
    case = case_at(authority=at)
    failing_in(case, monkeypatch)
    pauses: list[timedelta] = []
    now = OVER
    for failures in range(1, 10):
        tick_noted(database, now)
        tick_noted(database, now + timedelta(seconds=15))  # it is not tried yet
        with database.read() as connection:
            row = connection.execute(select(StalledCase.__table__)).one()
        assert (row.case_id, row.step, row.since, row.failures) == (case, "clocks", OVER, failures)
        pauses.append(row.next_try_at - now)
        now = row.next_try_at + timedelta(seconds=1)
    assert pauses == [*(MINUTE * minutes for minutes in (1, 2, 4, 8, 16, 32)), LONGEST, LONGEST, LONGEST]
    monkeypatch.undo()
    tick_noted(database, now - MINUTE)  # still
    assert [*stalled(database)] == [case]
    tick_noted(database, now)
    assert (stalled(database), clocks_passed(database, case)) == ({}, BOTH)


def tick_noted(database: Database, now: datetime) -> None:
    acted = tick(database, SYSTEM, now)
    note_tick(database, SYSTEM, now, acted, now, HERE)


def test_people_go_on_in_it(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """What fails is undone by itself, and what somebody sends is done."""
    at = authority(database=database)
    case = case_at(authority=at)
    failing_in(case, monkeypatch)
    item = open_items(database=database, case=case)["decide_response"]
    worker = at.actor(item.role, now=OVER)
    claim(database, worker, OVER, item.id)
    assert open_items(database=database, case=case)["decide_response"].owner_id == worker.account
    assert clocks(database=database, case=case)["acknowledgement"].passed_at is None
    assert stalled(database) == {case: ("clocks", 1, MINUTE)}


def test_a_wait_that_a_wrong_clock_made_longer_holds_nothing(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at)
    setting_cases_aside.note_stalled(database, SYSTEM, OVER + 400 * DAY, case, "clocks", KeyError())
    tick(database, SYSTEM, OVER)
    assert clocks_passed(database, case) == BOTH


@pytest.mark.parametrize("step", ["look_after_alarms", "hand_back_tasks_of_leavers", "recalculate"])
def test_a_step_that_fails_as_a_whole_keeps_no_deadline_from_being_acted_on(
    database: Database, step: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    at = authority(database=database)
    case = case_at(authority=at)

    def fail(*_: object) -> int:
        raise KeyError("Ada")

    fail.__name__ = step
    monkeypatch.setattr(timers, step, fail)
    assert tick(database, SYSTEM, OVER) == 2
    assert clocks_passed(database, case) == BOTH
    said = "".join(capsys.readouterr())
    assert step in said
    assert "Ada" not in said


def test_a_task_of_a_leaver_that_cannot_be_handed_back_holds_up_no_other(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = authority(database=database)
    first, second = (case_at(authority=at) for _ in range(2))
    worker = at.actor("social_worker")
    for case in (first, second):
        claim(database, worker, MONDAY, open_items(database=database, case=case)["decide_response"].id)
    real = leavers.hand_back

    def fail(casework: CaseWork, item: Any) -> None:
        if casework.case.id == first:
            raise KeyError("Ada")
        real(casework, item)

    monkeypatch.setattr(leavers, "hand_back", fail)
    disable_account(database, at.actor("administrator"), MONDAY, "social_worker.1")
    leavers.hand_back_tasks_of_leavers(database, SYSTEM, MONDAY + MINUTE)
    assert {case: step for case, (step, *_) in stalled(database).items()} == {first: "leaver"}
    with database.read() as connection:
        held = select(WorkItem.case_id).where(WorkItem.owner_id.is_not(None))
        assert list(connection.scalars(held)) == [first]


def test_an_alarm_that_fails_is_tried_with_every_tick(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A child may be in immediate danger: it waits for nothing, and its case is named all the same."""
    at = authority(database=database)
    case = case_at(authority=at, immediate_danger="yes")
    tried: list[str] = []

    def fail(casework: CaseWork, _alarm: Any) -> bool:
        tried.append(casework.case.id)
        raise KeyError("Ada")

    monkeypatch.setattr(watching_alarms, "look_after", fail)
    for seconds in (0, 15, 30):
        tick_noted(database, MONDAY + timedelta(minutes=30, seconds=seconds))
    assert tried == [case] * 3
    assert stalled(database)[case][:2] == ("alarm", 3)


def test_one_that_stops_all_is_found(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted fault: what goes wrong in a case is not caught."""
    at = authority(database=database)
    broken, sound = (case_at(authority=at, now=MONDAY + timedelta(hours=hours)) for hours in (0, 24))
    failing_in(broken, monkeypatch)

    def ends_the_tick(*_: object) -> None:
        raise KeyError("Ada")

    monkeypatch.setattr(running_out, "stall", ends_the_tick)
    monkeypatch.setattr(timers, "set_aside", ends_the_tick)
    with pytest.raises(KeyError):
        tick(database, SYSTEM, OVER)
    assert clocks_passed(database, sound) == []
