"""Closure days and local limits: what an administrator settles, and every open clock counted anew because of it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Barrier

import pytest

from engine.access import SYSTEM, Actor
from engine.authority import calendar_of
from engine.calendar import bank_holidays, day_of
from engine.commands import authority as commands
from engine.commands.timers import tick
from engine.database import Database
from engine.errors import BadAnswers, NotAllowed, NotPossible
from engine.record import lines
from tests.builders import DAY, MONDAY, Authority, all_rows, authority, case_at, child, do, open_items, pass_time
from tests.engine.commands.pathway import accepted, all_of, begin, clocks, planned, state_of, told_of

FUNERAL = date(2022, 9, 19)
PROCLAIMED = datetime(2022, 9, 10, 12, tzinfo=UTC)
BEFORE = datetime(2022, 9, 6, 10, tzinfo=UTC)  # a Tuesday


@pytest.fixture(autouse=True)
def library_without_the_funeral(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the library of holidays stood before the proclamation."""
    known = bank_holidays(2022) - {FUNERAL}

    def without_the_funeral(year: int) -> frozenset[date]:
        return known if year == 2022 else bank_holidays(year)

    monkeypatch.setattr("engine.calendar.bank_holidays", without_the_funeral)


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database, now=BEFORE)


def close_on(world: Authority, day: date, now: datetime = PROCLAIMED, name: str = "A closure day") -> None:
    commands.add_closure_day(world.database, world.actor("administrator", now=now), now, day, name)


def limit(world: Authority, clock: str, value: int, now: datetime = MONDAY) -> None:
    commands.set_local_limit(world.database, world.actor("administrator", now=now), now, clock, value)


def moved(world: Authority, case: str) -> list[tuple[str, str, str]]:
    """Clock, and its day before and after."""
    told = told_of(database=world.database, case=case, kind="deadline")
    return [(one["clock"], one["before"][:10], one["due_at"][:10]) for one in told if one["what"] == "recounted"]


def due_day(world: Authority, case: str, clock: str) -> str:
    return day_of(clocks(database=world.database, case=case)[clock].due_at).isoformat()


def test_a_holiday_proclaimed_late_moves_what_is_open_with_an_entry(world: Authority) -> None:
    case = accepted(authority=world, now=BEFORE)
    assert due_day(world, case, "assessment") == "2022-11-08"
    close_on(world, FUNERAL)
    assert commands.recount(world.database, SYSTEM, PROCLAIMED) == 1
    assert due_day(world, case, "assessment") == "2022-11-09"
    assert moved(world, case) == [("assessment", "2022-11-08", "2022-11-09")]


def test_what_is_met_or_stopped_is_left_as_it_was(world: Authority) -> None:
    case = accepted(authority=world, now=BEFORE)
    before = clocks(database=world.database, case=case)["response_decision"]
    assert state_of(before) == "met"
    close_on(world, date(2022, 9, 7), now=BEFORE)
    commands.recount(world.database, SYSTEM, BEFORE)
    assert clocks(database=world.database, case=case)["response_decision"] == before


def test_a_day_outside_the_time_that_a_clock_counts_moves_nothing_and_writes_nothing(world: Authority) -> None:
    case = accepted(authority=world, now=BEFORE)
    close_on(world, date(2023, 5, 9))
    assert commands.recount(world.database, SYSTEM, PROCLAIMED) == 1
    assert moved(world, case) == []
    assert commands.recount(world.database, SYSTEM, PROCLAIMED) == 0


def test_a_clock_that_had_run_out_and_now_has_not_runs_again(world: Authority) -> None:
    """The closure is put down late, on the day after the one that turns out to be due."""
    case = case_at(authority=world, now=BEFORE)
    thursday = datetime(2022, 9, 8, 9, tzinfo=UTC)
    pass_time(authority=world, now=thursday)
    assert state_of(clocks(database=world.database, case=case)["response_decision"]) == "passed"
    close_on(world, date(2022, 9, 7), now=thursday)
    commands.recount(world.database, SYSTEM, thursday)
    clock = clocks(database=world.database, case=case)["response_decision"]
    assert (state_of(clock), due_day(world, case, "response_decision")) == ("running", "2022-09-08")
    pass_time(authority=world, now=thursday + DAY)
    assert state_of(clocks(database=world.database, case=case)["response_decision"]) == "passed"


def test_the_inbox_presses_by_the_new_day(world: Authority) -> None:
    case = accepted(authority=world, now=BEFORE)
    close_on(world, FUNERAL)
    commands.recount(world.database, SYSTEM, PROCLAIMED)
    pressing = {item.deadline_id for item in open_items(database=world.database, case=case).values()}
    assert clocks(database=world.database, case=case)["assessment"].id in pressing


def test_hours_and_dates_that_somebody_chose_do_not_move(world: Authority) -> None:
    case = case_at(authority=world, now=BEFORE, immediate_danger="yes")
    before = clocks(database=world.database, case=case)["urgent_response"].due_at
    close_on(world, date(2022, 9, 7), now=BEFORE)
    commands.recount(world.database, SYSTEM, BEFORE)
    assert clocks(database=world.database, case=case)["urgent_response"].due_at == before
    assert {clock for clock, *_ in moved(world, case)} == {"acknowledgement", "response_decision"}


def test_a_day_that_is_taken_back_moves_everything_back(world: Authority) -> None:
    case = accepted(authority=world, now=BEFORE)
    close_on(world, FUNERAL)
    commands.recount(world.database, SYSTEM, PROCLAIMED)
    commands.remove_closure_day(world.database, world.actor("administrator", now=PROCLAIMED), PROCLAIMED, FUNERAL)
    commands.recount(world.database, SYSTEM, PROCLAIMED)
    assert due_day(world, case, "assessment") == "2022-11-08"
    assert len(moved(world, case)) == 2


def test_every_case_is_counted_anew_and_closed_ones_are_left(world: Authority) -> None:
    open_cases = [accepted(authority=world, now=BEFORE) for _ in range(3)]
    closed = case_at(authority=world, point="closed", now=BEFORE)
    close_on(world, FUNERAL)
    assert commands.recount(world.database, SYSTEM, PROCLAIMED) == len(open_cases)
    assert [len(moved(world, case)) for case in (*open_cases, closed)] == [1, 1, 1, 0]


def test_the_clock_that_ticks_counts_anew_what_is_left(world: Authority) -> None:
    """Should the command have been cut short, no case keeps the old day."""
    case = accepted(authority=world, now=BEFORE)
    close_on(world, FUNERAL)
    tick(world.database, SYSTEM, PROCLAIMED)
    assert due_day(world, case, "assessment") == "2022-11-09"


def test_what_falls_due_is_counted_anew_before_it_is_acted_on(world: Authority) -> None:
    """A clock whose day has moved does not run out on the day that was."""
    case = case_at(authority=world, now=BEFORE)
    thursday = datetime(2022, 9, 8, 9, tzinfo=UTC)
    close_on(world, date(2022, 9, 7), now=BEFORE)
    tick(world.database, SYSTEM, thursday)
    assert state_of(clocks(database=world.database, case=case)["response_decision"]) == "running"


@pytest.mark.parametrize("day", [date(2022, 9, 17), date(2022, 8, 29), FUNERAL])
def test_a_day_that_is_no_working_day_already_is_refused(world: Authority, day: date) -> None:
    """A Saturday, a bank holiday, and a closure day that stands already."""
    close_on(world, FUNERAL)
    before = all_rows(database=world.database)
    with pytest.raises(BadAnswers) as refused:
        close_on(world, day)
    assert list(refused.value.problems) == ["day"]
    assert all_rows(database=world.database) == before


def test_a_day_needs_a_name(world: Authority) -> None:
    with pytest.raises(BadAnswers) as refused:
        close_on(world, FUNERAL, name="  ")
    assert list(refused.value.problems) == ["name"]


def test_only_one_of_the_authority_s_own_days_can_be_taken_back(world: Authority) -> None:
    with pytest.raises(NotPossible):
        commands.remove_closure_day(world.database, world.actor("administrator"), PROCLAIMED, FUNERAL)


def adds_a_day(world: Authority, actor: Actor) -> None:
    commands.add_closure_day(world.database, actor, PROCLAIMED, FUNERAL, "A day")


def removes_a_day(world: Authority, actor: Actor) -> None:
    commands.remove_closure_day(world.database, actor, PROCLAIMED, FUNERAL)


def sets_a_limit(world: Authority, actor: Actor) -> None:
    commands.set_local_limit(world.database, actor, PROCLAIMED, "plan_visit", 5)


@pytest.mark.parametrize("give", [adds_a_day, removes_a_day, sets_a_limit])
@pytest.mark.parametrize("role", ["team_manager", "process_owner", "auditor"])
def test_nobody_but_an_administrator_settles_these(
    world: Authority, give: Callable[[Authority, Actor], None], role: str
) -> None:
    with pytest.raises(NotAllowed):
        give(world, world.actor(role, now=PROCLAIMED))
    with world.database.read() as connection:
        assert calendar_of(connection).closure_days == frozenset()


def test_every_change_is_in_the_system_s_record_with_who_made_it(world: Authority) -> None:
    close_on(world, FUNERAL, name="The Queen’s funeral")
    limit(world, "plan_visit", 5)
    commands.remove_closure_day(world.database, world.actor("administrator", now=PROCLAIMED), PROCLAIMED, FUNERAL)
    with world.database.read() as connection:
        found = [line for line in lines(connection, "system") if line.kind != "published"]
    assert [(line.kind, line.actor) for line in found] == [
        ("closure_day_added", "administrator.1"),
        ("local_limit_set", "administrator.1"),
        ("closure_day_removed", "administrator.1"),
    ]
    assert found[0].payload == {"day": "2022-09-19", "name": "The Queen’s funeral"}


def test_a_local_limit_holds_for_clocks_that_start_from_then_on(database: Database) -> None:
    world = authority(database=database)
    earlier = accepted(authority=world, response="strategy_discussion")
    limit(world, "strategy_discussion", 3)
    later = accepted(authority=world, response="strategy_discussion")
    assert due_day(world, earlier, "strategy_discussion") == "2026-03-03"
    assert due_day(world, later, "strategy_discussion") == "2026-03-05"


def test_a_clock_that_is_counted_anew_keeps_the_limit_that_it_began_with(database: Database) -> None:
    world = authority(database=database)
    case = accepted(authority=world, response="strategy_discussion")
    limit(world, "strategy_discussion", 3)
    close_on(world, date(2026, 3, 3), now=MONDAY)
    commands.recount(world.database, SYSTEM, MONDAY)
    assert due_day(world, case, "strategy_discussion") == "2026-03-04"


def test_the_newest_limit_is_the_one_that_holds(database: Database) -> None:
    world = authority(database=database)
    limit(world, "strategy_discussion", 3)
    limit(world, "strategy_discussion", 2)
    case = accepted(authority=world, response="strategy_discussion")
    assert due_day(world, case, "strategy_discussion") == "2026-03-04"


@pytest.mark.parametrize("clock", ["assessment", "first_review", "police_protection", "no_such_clock"])
def test_the_law_s_limits_stay_as_they_are(database: Database, clock: str) -> None:
    world = authority(database=database)
    with pytest.raises(NotPossible):
        limit(world, clock, 5)


@pytest.mark.parametrize(
    ("clock", "value"), [("plan_visit", 0), ("plan_visit", 1001), ("plan_visit", -3), ("review_preparation", 35)]
)
def test_a_limit_is_a_number_that_counts_in_the_same_direction(database: Database, clock: str, value: int) -> None:
    world = authority(database=database)
    with pytest.raises(BadAnswers) as refused:
        limit(world, clock, value)
    assert list(refused.value.problems) == ["limit"]


def test_a_date_that_somebody_chooses_has_no_limit_to_set(database: Database) -> None:
    """0 days after the date in a form: there is nothing to count."""
    world = authority(database=database)
    with pytest.raises(NotPossible):
        limit(world, "plan_review", 3)


def test_what_is_prepared_before_a_review_moves_with_it(database: Database) -> None:
    """A meeting cannot be held on a closure day, so it has to be held before; so has what is prepared for it."""
    world = authority(database=database)
    case = planned(authority=world)
    assert [due_day(world, case, each) for each in ("first_review", "review_preparation")] == [
        "2026-06-02",
        "2026-04-28",
    ]
    close_on(world, date(2026, 6, 2), now=MONDAY)
    commands.recount(world.database, SYSTEM, MONDAY)
    assert moved(world, case) == [
        ("first_review", "2026-06-02", "2026-06-01"),
        ("review_preparation", "2026-04-28", "2026-04-27"),
    ]


def test_the_review_before_the_birthday_moves_to_the_working_day_before(database: Database) -> None:
    world = authority(database=database)
    case = planned(authority=world, children=[child(born="2008-04-22")])
    assert due_day(world, case, "eighteenth_birthday_review") == "2026-04-21"
    close_on(world, date(2026, 4, 21), now=MONDAY)
    commands.recount(world.database, SYSTEM, MONDAY)
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
        close_on(world, day, now=later)
    tick(world.database, SYSTEM, later)
    found = clocks(database=database, case=case)
    assert state_of(found["disagreement_acceptance"]) == "stopped"
    assert len(all_of(database=database, case=case, clock="disagreement_resolution")) == 1
    assert due_day(world, case, "disagreement_resolution") == before


def test_the_two_who_add_one_day_at_once_do_not_both_succeed(database: Database) -> None:
    world = authority(database=database)
    barrier = Barrier(2)

    def add(number: int) -> str:
        actor = world.actor("administrator", number=number)
        barrier.wait()
        try:
            commands.add_closure_day(database, actor, MONDAY, date(2026, 12, 24), "Christmas closure")
        except BadAnswers as refused:
            return next(iter(refused.problems))
        return "added"

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(add, (1, 2))) == ["added", "day"]
