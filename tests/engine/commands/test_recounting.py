"""The calendar has changed: every open clock is counted anew, and what moves has an entry."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import update

from engine.base.database import Database
from engine.casework import recalculating
from engine.casework.locked_case import CaseWork
from engine.commands import working_days_and_limits as commands
from engine.commands.timers import tick
from engine.commands.working_days_and_limits import Recalculated, recalculate
from engine.facts import models
from engine.people.identity import SYSTEM
from engine.tables import BundleFile
from engine.timescales.calendar import bank_holidays
from tests.builders import (
    DAY,
    MONDAY,
    Authority,
    authority,
    case_at,
    child,
    do,
    open_items,
    pass_time,
    publish,
    shipped,
)
from tests.engine.commands.pathway import accepted, all_of, begin, clocks, planned, state_of, told_of
from tests.engine.commands.settled import close_on, due_day, open_again
from tests.engine.record.hand import take_triggers_away

FUNERAL = date(2022, 9, 19)
PROCLAIMED = datetime(2022, 9, 10, 12, tzinfo=UTC)
BEFORE = datetime(2022, 9, 6, 10, tzinfo=UTC)  # a Tuesday


@pytest.fixture(autouse=True)
def library_without_the_funeral(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the library of holidays stood before the proclamation."""

    def without_the_funeral(year: int) -> dict[date, str]:
        return {day: name for day, name in bank_holidays(year).items() if day != FUNERAL}

    monkeypatch.setattr("engine.timescales.calendar.bank_holidays", without_the_funeral)


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database, now=BEFORE)


def moved(world: Authority, case: str) -> list[tuple[str, str, str]]:
    """Clock, and its day before and after."""
    told = told_of(database=world.database, case=case, kind="deadline")
    return [(one["clock"], one["before"][:10], one["due_at"][:10]) for one in told if one["what"] == "recalculated"]


def test_a_holiday_proclaimed_late_moves_what_is_open_with_an_entry(world: Authority) -> None:
    case = accepted(authority=world, now=BEFORE)
    assert due_day(world, case, "assessment") == "2022-11-08"
    close_on(world, FUNERAL, PROCLAIMED)
    assert recalculate(world.database, SYSTEM, PROCLAIMED) == Recalculated(clocks=1, moved=1)
    assert due_day(world, case, "assessment") == "2022-11-09"
    assert moved(world, case) == [("assessment", "2022-11-08", "2022-11-09")]


def test_what_is_met_or_stopped_is_left_as_it_was(world: Authority) -> None:
    case = accepted(authority=world, now=BEFORE)
    before = clocks(database=world.database, case=case)["response_decision"]
    assert state_of(before) == "met"
    close_on(world, date(2022, 9, 7), BEFORE)
    recalculate(world.database, SYSTEM, BEFORE)
    assert clocks(database=world.database, case=case)["response_decision"] == before


def test_a_day_outside_the_time_that_a_clock_counts_moves_nothing_and_writes_nothing(world: Authority) -> None:
    case = accepted(authority=world, now=BEFORE)
    close_on(world, date(2023, 5, 9), PROCLAIMED)
    assert recalculate(world.database, SYSTEM, PROCLAIMED) == Recalculated(clocks=1, moved=0)
    assert moved(world, case) == []
    assert recalculate(world.database, SYSTEM, PROCLAIMED) == Recalculated()


def test_a_clock_that_had_run_out_and_now_has_not_runs_again(world: Authority) -> None:
    """The closure is put down late, on the day after the one that turns out to be due."""
    case = case_at(authority=world, now=BEFORE)
    thursday = datetime(2022, 9, 8, 9, tzinfo=UTC)
    pass_time(authority=world, now=thursday)
    assert state_of(clocks(database=world.database, case=case)["response_decision"]) == "passed"
    close_on(world, date(2022, 9, 7), thursday)
    recalculate(world.database, SYSTEM, thursday)
    clock = clocks(database=world.database, case=case)["response_decision"]
    assert (state_of(clock), due_day(world, case, "response_decision")) == ("running", "2022-09-08")
    pass_time(authority=world, now=thursday + DAY)
    assert state_of(clocks(database=world.database, case=case)["response_decision"]) == "passed"


def test_the_inbox_presses_by_the_new_day(world: Authority) -> None:
    case = accepted(authority=world, now=BEFORE)
    close_on(world, FUNERAL, PROCLAIMED)
    recalculate(world.database, SYSTEM, PROCLAIMED)
    pressing = {item.deadline_id for item in open_items(database=world.database, case=case).values()}
    assert clocks(database=world.database, case=case)["assessment"].id in pressing


def test_hours_and_dates_that_somebody_chose_do_not_move(world: Authority) -> None:
    case = case_at(authority=world, now=BEFORE, immediate_danger="yes")
    before = clocks(database=world.database, case=case)["urgent_response"].due_at
    close_on(world, date(2022, 9, 7), BEFORE)
    recalculate(world.database, SYSTEM, BEFORE)
    assert clocks(database=world.database, case=case)["urgent_response"].due_at == before
    assert {clock for clock, *_ in moved(world, case)} == {"acknowledgement", "response_decision"}


def test_a_day_that_is_taken_back_moves_everything_back(world: Authority) -> None:
    case = accepted(authority=world, now=BEFORE)
    close_on(world, FUNERAL, PROCLAIMED)
    recalculate(world.database, SYSTEM, PROCLAIMED)
    open_again(world, FUNERAL, PROCLAIMED)
    recalculate(world.database, SYSTEM, PROCLAIMED)
    assert due_day(world, case, "assessment") == "2022-11-08"
    assert len(moved(world, case)) == 2


def test_every_case_is_counted_anew_and_closed_ones_are_left(world: Authority) -> None:
    open_cases = [accepted(authority=world, now=BEFORE) for _ in range(3)]
    closed = case_at(authority=world, point="closed", now=BEFORE)
    close_on(world, FUNERAL, PROCLAIMED)
    assert recalculate(world.database, SYSTEM, PROCLAIMED) == Recalculated(clocks=3, moved=3)
    assert [len(moved(world, case)) for case in (*open_cases, closed)] == [1, 1, 1, 0]


def test_the_clock_that_ticks_counts_anew_what_is_left(world: Authority) -> None:
    """Should the command have been cut short, no case keeps the old day."""
    case = accepted(authority=world, now=BEFORE)
    close_on(world, FUNERAL, PROCLAIMED)
    tick(world.database, SYSTEM, PROCLAIMED)
    assert due_day(world, case, "assessment") == "2022-11-09"


def test_what_falls_due_is_counted_anew_before_it_is_acted_on(world: Authority) -> None:
    """A clock whose day has moved does not run out on the day that was."""
    case = case_at(authority=world, now=BEFORE)
    thursday = datetime(2022, 9, 8, 9, tzinfo=UTC)
    close_on(world, date(2022, 9, 7), BEFORE)
    tick(world.database, SYSTEM, thursday)
    assert state_of(clocks(database=world.database, case=case)["response_decision"]) == "running"


def test_a_case_whose_model_cannot_be_read_holds_up_no_other(world: Authority) -> None:
    spoilt, sound = (
        (publish(database=world.database, files={**shipped(), name: b""}), accepted(authority=world, now=BEFORE))
        for name in ("processes/first.csv", "processes/second.csv")
    )
    with world.database.transaction() as connection:
        take_triggers_away(connection)
        connection.execute(update(BundleFile).where(BundleFile.bundle_hash == spoilt[0]).values(content=b"spoilt"))
    models._read.pop(spoilt[0])
    close_on(world, FUNERAL, PROCLAIMED)
    assert recalculate(world.database, SYSTEM, PROCLAIMED) == Recalculated(clocks=1, moved=1)
    assert [len(moved(world, case)) for _, case in (spoilt, sound)] == [0, 1]


def test_a_case_that_fails_holds_up_no_other_and_is_tried_once(
    world: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing, sound = sorted(accepted(authority=world, now=BEFORE) for _ in range(2))
    real = recalculating.recalculate_clocks

    def fail_once(casework: CaseWork, clocks: list[tuple[str, int]]) -> Recalculated:
        if casework.case.id == failing:
            raise KeyError(failing)
        return real(casework, clocks)

    monkeypatch.setattr(recalculating, "recalculate_clocks", fail_once)
    close_on(world, FUNERAL, PROCLAIMED)
    assert recalculate(world.database, SYSTEM, PROCLAIMED) == Recalculated(clocks=1, moved=1)
    assert [len(moved(world, case)) for case in (failing, sound)] == [0, 1]


def test_a_case_that_somebody_works_on_is_left_and_its_clocks_wait(
    world: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In place of another's lock, which SQLite has not: the case is not to be had."""
    case = case_at(authority=world, now=BEFORE)

    def nothing_to_be_had(*_: object, skip_locked: bool, as_it_stands: bool) -> tuple[()]:
        assert skip_locked
        assert as_it_stands
        return ()

    monkeypatch.setattr(commands, "lock_cases", nothing_to_be_had)
    close_on(world, date(2022, 9, 7), BEFORE)
    assert recalculate(world.database, SYSTEM, BEFORE) == Recalculated(left=frozenset({case}))
    assert tick(world.database, SYSTEM, BEFORE + 2 * DAY) == 0
    assert clocks(database=world.database, case=case)["response_decision"].passed_at is None


def test_what_is_prepared_before_a_review_moves_with_it(database: Database) -> None:
    """A meeting cannot be held on a closure day, so it has to be held before; so has what is prepared for it."""
    world = authority(database=database)
    case = planned(authority=world)
    assert [due_day(world, case, each) for each in ("first_review", "review_preparation")] == [
        "2026-06-02",
        "2026-04-28",
    ]
    close_on(world, date(2026, 6, 2), MONDAY)
    recalculate(world.database, SYSTEM, MONDAY)
    assert moved(world, case) == [
        ("first_review", "2026-06-02", "2026-06-01"),
        ("review_preparation", "2026-04-28", "2026-04-27"),
    ]


def test_the_review_before_the_birthday_moves_to_the_working_day_before(database: Database) -> None:
    world = authority(database=database)
    case = planned(authority=world, children=[child(born="2008-04-22")])
    assert due_day(world, case, "eighteenth_birthday_review") == "2026-04-21"
    close_on(world, date(2026, 4, 21), MONDAY)
    recalculate(world.database, SYSTEM, MONDAY)
    assert due_day(world, case, "eighteenth_birthday_review") == "2026-04-20"


def test_what_came_of_a_clock_that_ran_out_is_not_taken_back(database: Database) -> None:
    """No answer has counted as no, and the resolver has been asked: that stands."""
    world = authority(database=database)
    case = accepted(authority=world)
    by = world.actor("health_practitioner")
    begin(authority=world, case=case, process="professional_disagreement", by=by, about="response")
    do(authority=world, case=case, task="answer_disagreement", answer="maintained")
    later = MONDAY + 8 * DAY
    pass_time(authority=world, now=later)
    before = due_day(world, case, "disagreement_resolution")
    for day in (date(2026, 3, 4), date(2026, 3, 5)):
        close_on(world, day, later)
    tick(world.database, SYSTEM, later)
    found = clocks(database=database, case=case)
    assert state_of(found["disagreement_acceptance"]) == "stopped"
    assert len(all_of(database=database, case=case, clock="disagreement_resolution")) == 1
    assert due_day(world, case, "disagreement_resolution") == before
