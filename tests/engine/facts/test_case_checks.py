"""How long an emergency protection order may last: Children Act 1989 s45, on the calendar and through the form."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.base.clock import LONDON
from engine.base.database import Database
from engine.base.errors import BadAnswers
from engine.commands.cases import complete_task
from engine.facts.case_checks import ORDER_DAYS, latest_order_end
from engine.timescales.calendar import bank_holidays
from tests.builders import DAY, HOUR, Authority, authority, do, open_items
from tests.engine.commands.pathway import accepted, clocks, protected, record_action

SUNDAY = 6
SATURDAY = datetime(2026, 4, 4, 9, tzinfo=UTC)  # between Good Friday and Easter Sunday


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def is_holiday(day: date) -> bool:
    return day.weekday() == SUNDAY or day in bank_holidays(day.year)


@pytest.mark.parametrize(
    ("first", "latest"),
    [
        ("2026-04-04", "2026-04-11T23:59:59.999999"),  # Saturdays are days like others
        ("2026-03-02", "2026-03-09T23:59:59.999999"),
        ("2026-03-24", "2026-03-31T23:59:59.999999"),  # ends in summer time
        ("2026-03-01", "2026-03-09T12:00"),  # the 8th day is a Sunday
        ("2026-03-27", "2026-04-04T12:00"),  # Good Friday
        ("2026-03-29", "2026-04-07T12:00"),  # Easter Sunday, and Monday is one too
        ("2026-03-30", "2026-04-07T12:00"),  # Easter Monday
        ("2025-12-18", "2025-12-27T12:00"),  # Christmas Day, Boxing Day, then a Saturday
        ("2022-09-12", "2022-09-20T12:00"),  # the day of the Queen's funeral
        ("2026-08-24", "2026-09-01T12:00"),  # the summer bank holiday
    ],
)
def test_the_eighth_day_or_noon_on_the_next_day_that_is_no_holiday(first: str, latest: str) -> None:
    assert latest_order_end(date.fromisoformat(first)) == london(latest)


@given(st.dates(date(2000, 1, 1), date(2060, 12, 31)))
def test_it_is_the_end_of_the_eighth_day_or_noon_on_the_first_that_is_neither(first: date) -> None:
    eighth, latest = first + timedelta(days=ORDER_DAYS - 1), latest_order_end(first).astimezone(LONDON)
    if not is_holiday(eighth):
        assert (latest.date(), latest.hour, latest.minute) == (eighth, 23, 59)
        return
    assert (latest.hour, latest.minute, latest.second) == (12, 0, 0)
    assert not is_holiday(latest.date())
    between = [eighth + timedelta(days=n) for n in range((latest.date() - eighth).days)]
    assert between
    assert all(is_holiday(day) for day in between)


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database, now=SATURDAY)


def seeking(world: Authority) -> str:
    case = accepted(authority=world, response="immediate_protection", now=SATURDAY)
    held: dict[str, Any] = {"held_at": SATURDAY.isoformat(), "took_part": ["police"], "home_authority": "ours"}
    do(
        authority=world,
        case=case,
        task="hold_immediate_strategy_discussion",
        action="seek_order",
        now=SATURDAY,
        **held,
    )
    return case


def order(
    world: Authority,
    case: str,
    ends_at: str,
    *,
    made_at: datetime = SATURDAY,
    now: datetime | None = None,
    outcome: str = "order_made",
    **given: Any,
) -> None:
    written = {"order_made_at": made_at.isoformat(), "order_ends_at": london(ends_at).isoformat()}
    applied = {"applicant": "authority", **written, **given}
    record_action(authority=world, case=case, outcome=outcome, now=now or made_at, **applied)


def refusal(world: Authority, case: str, ends_at: str, **given: Any) -> dict[str, str]:
    with pytest.raises(BadAnswers) as refused:
        order(world, case, ends_at, **given)
    return dict(refused.value.problems)


def test_an_order_may_end_at_the_last_minute_that_the_law_allows_and_no_later(world: Authority) -> None:
    case = seeking(world)
    problems = refusal(world, case, "2026-04-12T00:00")
    assert list(problems) == ["order_ends_at"]
    assert "11 April 2026, 23:59" in problems["order_ends_at"]
    order(world, case, "2026-04-11T23:59")
    assert clocks(database=world.database, case=case)["emergency_protection_order"].due_at == london("2026-04-11T23:59")


def test_an_order_that_ends_before_it_was_made_is_refused(world: Authority) -> None:
    assert list(refusal(world, seeking(world), "2026-04-03T12:00")) == ["order_ends_at"]


def seeking_after_the_police(world: Authority) -> str:
    """Police protection began on Thursday 2 April."""
    case = accepted(authority=world, response="immediate_protection", now=SATURDAY)
    do(
        authority=world,
        case=case,
        task="hold_immediate_strategy_discussion",
        action="police_protection",
        held_at=SATURDAY.isoformat(),
        took_part=["police"],
        home_authority="ours",
        now=SATURDAY,
    )
    taken = SATURDAY - 2 * DAY
    record_action(authority=world, case=case, outcome="police_protection", now=SATURDAY, taken_at=taken.isoformat())
    do(authority=world, case=case, task="decide_before_lapse", now=SATURDAY, next="seek_order")
    return case


def test_an_order_for_the_police_counts_from_the_first_day_of_police_protection(world: Authority) -> None:
    case = seeking_after_the_police(world)  # the eighth day is Thursday 9 April
    assert "order_ends_at" in refusal(world, case, "2026-04-10T00:00", applicant="police")
    order(world, case, "2026-04-09T23:59", applicant="police")


def test_an_order_for_the_authority_counts_from_its_own_day_though_the_police_acted_first(world: Authority) -> None:
    case = seeking_after_the_police(world)
    assert "order_ends_at" in refusal(world, case, "2026-04-12T00:00", applicant="authority")
    order(world, case, "2026-04-11T23:59", applicant="authority")
    due_at = clocks(database=world.database, case=case)["emergency_protection_order"].due_at
    assert due_at == london("2026-04-11T23:59")


def extend(world: Authority, case: str, ends_at: str, now: datetime) -> None:
    do(authority=world, case=case, task="decide_before_lapse", now=now, next="extend_order")
    order(world, case, ends_at, made_at=now, outcome="order_extended")


def test_an_order_is_extended_by_seven_days_at_most(world: Authority) -> None:
    case = seeking(world)
    order(world, case, "2026-04-10T16:00")
    later = SATURDAY + 5 * DAY
    do(authority=world, case=case, task="decide_before_lapse", now=later, next="extend_order")
    problems = refusal(world, case, "2026-04-17T16:01", made_at=later, outcome="order_extended")
    assert list(problems) == ["order_ends_at"]
    order(world, case, "2026-04-17T16:00", made_at=later, outcome="order_extended")
    newest = clocks(database=world.database, case=case)["emergency_protection_order"]
    assert (newest.number, newest.due_at) == (2, london("2026-04-17T16:00"))


def test_an_order_is_extended_only_once(world: Authority) -> None:
    case = seeking(world)
    order(world, case, "2026-04-10T16:00")
    extend(world, case, "2026-04-14T16:00", SATURDAY + 5 * DAY)
    again = SATURDAY + 8 * DAY
    do(authority=world, case=case, task="decide_before_lapse", now=again, next="seek_order")
    problems = refusal(world, case, "2026-04-16T16:00", made_at=again, outcome="order_extended")
    assert set(problems) == {"outcome", "order_ends_at"}
    assert "once only" in problems["order_ends_at"]


@pytest.mark.parametrize("written", ["", "soon", "2026-02-30T10:00", "2026-04-09", "2026-04-09T10:00", 7, None, ["x"]])
def test_an_end_that_is_no_time_is_refused_as_such(world: Authority, written: object) -> None:
    """The form says so; a time without a zone is London's and may stand."""
    case = seeking(world)
    answers: dict[str, Any] = {
        "order_made_at": SATURDAY.isoformat(),
        "order_ends_at": written,
        "applicant": "authority",
    }
    if written == "2026-04-09T10:00":
        record_action(authority=world, case=case, outcome="order_made", now=SATURDAY, **answers)
        return
    item = open_items(database=world.database, case=case)["record_emergency_action"]
    given = {"outcome": "order_made", "reason": "It was needed.", **answers}
    with pytest.raises(BadAnswers) as refused:
        complete_task(world.database, world.actor("social_worker", now=SATURDAY), SATURDAY, item.id, given)
    assert "order_ends_at" in refused.value.problems


def test_another_order_of_its_own_may_be_extended_again(world: Authority) -> None:
    """The limit is of one order, not of the child."""
    case = seeking(world)
    order(world, case, "2026-04-10T16:00")
    extend(world, case, "2026-04-14T16:00", SATURDAY + 5 * DAY)
    ended = SATURDAY + 10 * DAY
    do(
        authority=world,
        case=case,
        task="record_protection_ended",
        now=ended,
        how="released",
        ended_at=ended.isoformat(),
    )
    for item in open_items(database=world.database, case=case).values():
        if item.process == "immediate_protection":
            do(authority=world, case=case, task=item.element, now=ended)
    protected(authority=world, case=case, action="seek_order", now=ended + HOUR)
    order(world, case, "2026-04-20T16:00", made_at=ended + 2 * HOUR)
    extend(world, case, "2026-04-25T16:00", ended + 3 * DAY)
    newest = clocks(database=world.database, case=case)["emergency_protection_order"]
    assert newest.due_at == london("2026-04-25T16:00")


def test_what_the_home_authority_of_one_child_accepts_says_nothing_of_another(world: Authority) -> None:
    found = [accepted(authority=world, response="immediate_protection", now=SATURDAY) for _ in range(2)]
    for case in found:
        held: dict[str, Any] = {"held_at": SATURDAY.isoformat(), "took_part": ["police"], "home_authority": "another"}
        held |= {"action": "police_protection", "home_authority_name": "Northshire"}
        do(authority=world, case=case, task="hold_immediate_strategy_discussion", now=SATURDAY, **held)
        record_action(authority=world, case=case, outcome="police_protection", now=SATURDAY)
    taken_over: dict[str, Any] = {"accepted": "yes", "confirmed": "yes", "confirmed_on": "2026-04-04"}
    do(authority=world, case=found[1], task="consult_home_authority", now=SATURDAY, **taken_over)
    ended: dict[str, Any] = {"how": "handed_over", "ended_at": SATURDAY.isoformat()}
    with pytest.raises(BadAnswers):
        do(authority=world, case=found[0], task="record_protection_ended", now=SATURDAY, **ended)
    do(authority=world, case=found[1], task="record_protection_ended", now=SATURDAY, **ended)
