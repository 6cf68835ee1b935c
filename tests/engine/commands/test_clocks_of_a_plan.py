"""The clocks of a case: what starts one, what it counts from, and what becomes of it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from engine.base.clock import LONDON
from engine.base.database import Database
from engine.casework.clocks_running_on import carry_clock, stopped_clock
from engine.casework.locking import lock_case
from engine.people.command import Work
from engine.people.identity import SYSTEM
from engine.tables import Deadline
from engine.timescales.calendar import Calendar, day_of, end_of, of_age, start_of
from engine.timescales.rules import before_birthday
from tests.builders import DAY, MONDAY, Authority, authority, case_at, child, do, pass_time
from tests.engine.commands.pathway import (
    all_of,
    begin,
    called,
    clocks,
    enquire,
    in_enquiry,
    planned,
    protected,
    record_action,
    review,
    state_of,
    told_of,
)

ORDINARY = Calendar()
LAST_INSTANT = timedelta(microseconds=1)


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


def due_days(world: Authority, case: str, *names: str) -> list[str]:
    found = clocks(database=world.database, case=case)
    return [day_of(found[name].due_at).isoformat() for name in names]


def states(world: Authority, case: str, *names: str) -> list[str]:
    found = clocks(database=world.database, case=case)
    return [state_of(found[name]) if name in found else "never" for name in names]


def test_a_plan_starts_its_clocks_from_the_day_of_the_conference_not_of_typing(world: Authority) -> None:
    case = planned(authority=world, now=MONDAY + 3 * DAY, held_at=MONDAY + DAY)
    found = clocks(database=world.database, case=case)
    assert found["first_core_group"].counted_from == MONDAY + DAY
    assert due_days(world, case, "first_core_group", "plan_visit", "first_review") == [
        "2026-03-17",
        "2026-03-17",
        "2026-06-03",
    ]
    assert states(world, case, "first_core_group", "later_core_group") == ["running", "never"]


def test_a_conference_held_before_it_was_called_for_leaves_the_clock_running(world: Authority) -> None:
    """What calls for it was authorised after: it is still to be answered (in time or not)."""
    case, late = in_enquiry(authority=world), MONDAY + 3 * DAY
    enquire(authority=world, case=case, conference="yes", now=late)
    do(authority=world, case=case, task="arrange_conference", now=late, invited=["health", "police"])
    do(authority=world, case=case, task="appoint_chair", now=late)
    held: dict[str, Any] = {"held_at": (MONDAY + DAY).isoformat(), "took_part": ["police", "health"]}
    do(authority=world, case=case, task="hold_conference", now=late, decision="plan", quorate="yes", **held)
    assert states(world, case, "initial_conference") == ["running"]
    assert states(world, planned(authority=world, now=MONDAY + 3 * DAY), "initial_conference") == ["met"]


def test_months_are_clipped_to_the_month_s_end_and_to_a_working_day(database: Database) -> None:
    sunday = london("2025-11-30T11:00")
    world = authority(database=database, now=sunday)
    case = planned(authority=world, now=sunday)
    assert due_days(world, case, "first_review", "review_preparation") == ["2026-02-27", "2026-01-23"]
    monday = london("2026-08-31T11:00")
    pass_time(authority=world, now=monday)
    review(authority=world, case=case, now=monday, decision="continue")
    assert due_days(world, case, "later_review", "review_preparation") == ["2027-02-26", "2027-01-22"]


def test_the_preparation_begins_before_whichever_review_comes_first(world: Authority) -> None:
    """The child comes of age before the first review would be due, so that review is the one to prepare."""
    case = planned(authority=world, children=[child(born="2008-04-22")])
    assert due_days(world, case, "first_review", "eighteenth_birthday_review", "review_preparation") == [
        "2026-06-02",
        "2026-04-21",
        "2026-03-17",
    ]


def test_a_clock_that_is_set_anew_takes_the_place_of_the_one_that_runs(world: Authority) -> None:
    case = planned(authority=world, children=[child(born="2008-04-22")])
    first, second = all_of(database=world.database, case=case, clock="review_preparation")
    assert [state_of(first), state_of(second)] == ["stopped", "running"]
    assert [first.number, second.number] == [1, 2]
    reasons = [told.get("why") for told in told_of(database=world.database, case=case, kind="deadline")]
    assert reasons.count("it was set anew") == 1


@pytest.mark.parametrize(
    ("born", "sets"),
    [
        ("2008-06-02", True),  # the review would be due on the birthday itself
        ("2008-06-03", False),
        ("2008-06-01", True),
        ("2011-06-03", False),
    ],
)
def test_a_birthday_review_is_set_only_where_the_next_review_would_come_too_late(
    world: Authority, born: str, sets: bool
) -> None:
    case = planned(authority=world, children=[child(born=born)])
    assert due_days(world, case, "first_review") == ["2026-06-02"]
    assert states(world, case, "eighteenth_birthday_review") == ["running" if sets else "never"]


def test_the_review_before_the_birthday_meets_both_clocks_and_sets_none_after_it(world: Authority) -> None:
    case = planned(authority=world, children=[child(born="2008-06-02")])
    last = MONDAY + 60 * DAY
    pass_time(authority=world, now=last)
    review(authority=world, case=case, now=last, decision="discontinue", ground="no_longer_at_risk")
    assert states(world, case, "first_review", "eighteenth_birthday_review", "later_review") == ["met", "met", "never"]


def test_a_birthday_that_had_come_when_it_was_heard_of_has_run_out_in_its_row_and_its_entry(world: Authority) -> None:
    case = planned(authority=world, children=[child(born="2008-05-15")])
    last = MONDAY + 80 * DAY
    pass_time(authority=world, now=last)
    review(authority=world, case=case, now=last, decision="discontinue", ground="reached_18")
    (clock,) = all_of(database=world.database, case=case, clock="eighteenth_birthday")
    assert (clock.passed_at, clock.met_at) == (last, clock.due_at)
    said = told_of(database=world.database, case=case, kind="deadline")
    told = [one for one in said if one["clock"] == "eighteenth_birthday" and one["what"] == "passed"]
    assert [one["number"] for one in told] == [clock.number] == [1]


@given(st.dates(date(1990, 1, 1), date(2040, 12, 31)), st.integers(-400, 400))
def test_whenever_a_child_is_born_the_review_is_on_the_last_working_day_before_the_birthday(
    born: date, days: int
) -> None:
    """`days` is how far the birthday lies from the day on which the next review would be due."""
    birthday = of_age(born)
    others = [end_of(birthday - timedelta(days=days + 30)), end_of(birthday - timedelta(days=days))]
    found = before_birthday(born, others, ORDINARY)
    if days > 0:
        assert found is None
        return
    assert found is not None
    day = day_of(found)
    assert found == start_of(day)
    assert ORDINARY.is_working_day(day)
    assert day < birthday
    assert not any(ORDINARY.is_working_day(day + timedelta(days=n)) for n in range(1, (birthday - day).days))


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_nobody_is_of_age_before_eighteen_years_have_passed(born: date) -> None:
    birthday = of_age(born)
    assert birthday.year == born.year + 18
    assert (birthday.month, birthday.day) == ((3, 1) if (born.month, born.day) == (2, 29) else (born.month, born.day))


def test_a_child_without_a_date_of_birth_has_no_birthday_review() -> None:
    assert before_birthday(None, [MONDAY], ORDINARY) is None


def test_a_message_stops_the_clocks_of_the_plan_that_it_ends(world: Authority) -> None:
    case = planned(authority=world)
    begin(authority=world, case=case, process="discontinuation", ground="died", happened_on="2026-03-02")
    names = ("first_core_group", "plan_visit", "first_review", "review_preparation")
    assert states(world, case, *names) == ["stopped"] * 4


def test_no_answer_to_an_answer_counts_as_no_once_its_clock_has_passed(world: Authority) -> None:
    case = in_enquiry(authority=world)
    by = world.actor("police_officer")
    begin(authority=world, case=case, process="professional_disagreement", by=by, about="strategy_decision")
    do(authority=world, case=case, task="answer_disagreement", answer="maintained")
    acceptance = clocks(database=world.database, case=case)["disagreement_acceptance"]
    passed = acceptance.due_at + LAST_INSTANT
    pass_time(authority=world, now=acceptance.due_at)
    assert states(world, case, "disagreement_acceptance", "disagreement_resolution") == ["running", "never"]
    pass_time(authority=world, now=passed)
    found = clocks(database=world.database, case=case)
    assert state_of(found["disagreement_resolution"]) == "running"
    assert found["disagreement_resolution"].counted_from == passed
    assert due_days(world, case, "disagreement_acceptance", "disagreement_resolution") == ["2026-03-09", "2026-03-17"]


def test_a_decision_against_a_conference_that_is_overruled_gives_its_clock_back_to_the_same_day(
    world: Authority,
) -> None:
    case = in_enquiry(authority=world)
    before = due_days(world, case, "initial_conference")
    enquire(authority=world, case=case, conference="no", support="none")
    assert states(world, case, "initial_conference") == ["stopped"]
    by = world.actor("police_officer")
    begin(authority=world, case=case, process="professional_disagreement", by=by, about="no_conference")
    do(authority=world, case=case, task="answer_disagreement", answer="agreed", now=MONDAY + 2 * DAY)
    assert states(world, case, "initial_conference") == ["running"]
    assert due_days(world, case, "initial_conference") == before
    assert len(all_of(database=world.database, case=case, clock="initial_conference")) == 1
    assert "resumed" in [told["what"] for told in told_of(database=world.database, case=case, kind="deadline")]


@pytest.mark.parametrize("runs_already", [False, True])
def test_a_clock_that_runs_on_in_the_next_case_keeps_its_limit_and_calendar(
    world: Authority, *, runs_already: bool
) -> None:
    """Whatever was settled since; that of another enquiry in the next case is its own and runs on beside it."""
    case = in_enquiry(authority=world)
    ours = (Deadline.case_id == case, Deadline.clock == "initial_conference")
    next_case = case_at(authority=world, point="assessing")
    begun = in_enquiry(authority=world) if runs_already else next_case
    with world.database.transaction() as connection:
        connection.execute(update(Deadline).where(*ours).values(limit=11, calendar="older", stopped_at=MONDAY))
    with world.database.transaction() as connection:
        work = Work(connection, SYSTEM, MONDAY)
        stopped = stopped_clock(lock_case(work, case), "initial_conference")
        linked = lock_case(work, begun)
        assert stopped is not None
        carry_clock(linked, linked.running_in_order()[-1].row, stopped)
        linked.write_record()
    rows = all_of(database=world.database, case=begun, clock="initial_conference")
    assert [state_of(row) for row in rows] == [*["running"] * runs_already, "running"]
    assert (rows[-1].limit, rows[-1].calendar, rows[-1].due_at) == (11, "older", stopped.due_at)
    told = told_of(database=world.database, case=begun, kind="deadline")[-1]
    assert (told["what"], told["limit"], told["calendar"]) == ("resumed", 11, "older")


def test_a_disagreement_about_something_else_gives_no_clock_back(world: Authority) -> None:
    case = in_enquiry(authority=world)
    enquire(authority=world, case=case, conference="no", support="none")
    by = world.actor("police_officer")
    begin(authority=world, case=case, process="professional_disagreement", by=by, about="strategy_decision")
    do(authority=world, case=case, task="answer_disagreement", answer="agreed")
    assert states(world, case, "initial_conference") == ["stopped"]


def test_police_protection_is_elapsed_time_from_when_the_child_was_taken(database: Database) -> None:
    """From 20:00 on the evening before the clocks go forward."""
    taken = london("2026-03-28T20:00")
    world = authority(database=database, now=taken)
    case = in_enquiry(authority=world, now=taken)
    protected(authority=world, case=case, now=taken)
    taken_at = taken.isoformat()
    record_action(authority=world, case=case, outcome="police_protection", now=taken + DAY, taken_at=taken_at)
    [end] = all_of(database=database, case=case, clock="police_protection")
    assert end.due_at.astimezone(LONDON).isoformat() == "2026-03-31T21:00:00+01:00"


def test_neither_a_decision_nor_late_work_stops_the_clock_of_police_protection(world: Authority) -> None:
    case = in_enquiry(authority=world)
    protected(authority=world, case=case)
    record_action(authority=world, case=case, outcome="police_protection")
    do(authority=world, case=case, task="decide_before_lapse", next="returned_home", now=MONDAY + DAY)
    assert states(world, case, "police_protection") == ["running"]
    pass_time(authority=world, now=MONDAY + 4 * DAY)
    assert states(world, case, "police_protection") == ["passed"]
    ended: dict[str, Any] = {"how": "released", "ended_at": (MONDAY + 2 * DAY).isoformat()}
    do(authority=world, case=case, task="record_protection_ended", now=MONDAY + 4 * DAY, **ended)
    [clock] = all_of(database=world.database, case=case, clock="police_protection")
    assert (clock.met_at, clock.late_reason) == (MONDAY + 2 * DAY, None)


def test_a_new_order_meets_the_clock_of_the_protection_before_it(world: Authority) -> None:
    case = in_enquiry(authority=world)
    protected(authority=world, case=case)
    record_action(authority=world, case=case, outcome="police_protection")
    do(authority=world, case=case, task="decide_before_lapse", next="seek_order")
    made: dict[str, Any] = {
        "order_made_at": (MONDAY + DAY).isoformat(),
        "order_ends_at": (MONDAY + 5 * DAY).isoformat(),
    }
    now = MONDAY + DAY
    record_action(authority=world, case=case, outcome="order_made", now=now, applicant="authority", **made)
    assert states(world, case, "police_protection", "emergency_protection_order") == ["met", "running"]
    [order] = all_of(database=world.database, case=case, clock="emergency_protection_order")
    assert order.due_at == MONDAY + 5 * DAY


def test_a_conference_that_was_not_quorate_leaves_the_statutory_clock_running(world: Authority) -> None:
    case = called(authority=world)
    held: dict[str, Any] = {"held_at": MONDAY.isoformat(), "took_part": ["police"], "quorate": "no"}
    do(authority=world, case=case, task="hold_conference", decision="reconvene", **held)
    assert states(world, case, "initial_conference", "reconvene_inquorate") == ["running", "running"]
    assert due_days(world, case, "reconvene_inquorate") == ["2026-03-16"]
