"""What cannot be is refused and what is unusual is explained: dates of a form against what the engine knows."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.base.clock import LONDON
from engine.base.subject import Subject
from engine.facts.case_now import CaseNow
from engine.facts.date_rules import beyond_limit, date_findings, recorded_late, working_days_to_18
from engine.facts.known_days import KnownDays
from engine.people.identity import SYSTEM
from engine.timescales.calendar import Calendar, day_of, of_age
from tests.builders import shipped_model

MODEL = shipped_model()
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SPRING = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)  # the clocks go forward half an hour later
MIDNIGHT = datetime(2026, 7, 1, 22, 59, tzinfo=UTC)  # 23:59 in London
MOMENTS = st.integers(0, 14 * 365 * 24 * 60).map(
    lambda minutes: datetime(2015, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
VISIT = Subject("plan_visit", "record_visit", "case", "instance")
CONFERENCE = Subject("initial_conference", "hold_conference", "case", "instance")
REFERRAL = Subject("referral", "start")


@dataclass
class Settled:
    calendar: Calendar

    def rule(self, rule: Any) -> Any:
        return rule


@dataclass
class Known:
    """A case as the rules see it, without a database."""

    born: date | None = None
    plan_from: datetime | None = None
    closed: frozenset[date] = frozenset()
    deadlines: list[Any] = field(default_factory=list[Any])

    @property
    def case(self) -> Any:
        return SimpleNamespace(born=self.born, expected=None, plan_from=self.plan_from)

    @property
    def settled(self) -> Settled:
        return Settled(Calendar(self.closed))

    def known_facts(self) -> dict[str, bool]:
        return {"unborn": self.born is None, "plan_in_force": False, "order_in_force": False, "case_closed": False}


def days(subject: Subject, known: Known | None = None, *, now: datetime = NOON, **answers: Any) -> KnownDays:
    found = KnownDays(cast("Any", None), SYSTEM, MODEL, subject, cast("CaseNow | None", known), answers, now)
    found.__dict__["_history"] = []  # nothing was answered before
    return found


def refused(subject: Subject, known: Known | None = None, *, now: datetime = NOON, **answers: Any) -> list[str]:
    return [finding.field for finding in date_findings(days(subject, known, now=now, **answers))]


def in_london(moment: datetime) -> str:
    return moment.astimezone(LONDON).isoformat()


@given(MOMENTS, st.integers(-3 * 24 * 60, 3 * 24 * 60))
def test_a_visit_is_held_against_the_day_of_the_plan_and_never_its_minute(made: datetime, minutes: int) -> None:
    seen = made + timedelta(minutes=minutes)
    found = refused(VISIT, Known(plan_from=made), seen_at=in_london(seen))
    assert found == (["seen_at"] if day_of(seen) < day_of(made) else [])


@pytest.mark.parametrize("made", [SPRING, MIDNIGHT, datetime(2026, 10, 25, 0, 30, tzinfo=UTC)])
def test_the_day_is_londons_around_midnight_and_when_the_clocks_change(made: datetime) -> None:
    midnight = datetime.combine(day_of(made), datetime.min.time(), LONDON)
    assert refused(VISIT, Known(plan_from=made), seen_at=in_london(midnight)) == []
    assert refused(VISIT, Known(plan_from=made), seen_at=in_london(midnight - timedelta(minutes=1))) == ["seen_at"]
    wall_time = f"{day_of(made)}T00:00"  # as it was typed: London's
    assert refused(VISIT, Known(plan_from=made), seen_at=wall_time) == []


@given(st.dates(date(2000, 1, 1), date(2026, 12, 31)), st.integers(-3, 3))
def test_nobody_was_seen_before_the_birth_and_the_day_of_birth_is_not_said(born: date, after: int) -> None:
    seen = born + timedelta(days=after)
    found = [*date_findings(days(VISIT, Known(born=born), seen_at=f"{seen}T12:00"))]
    assert [finding.field for finding in found] == (["seen_at"] if after < 0 else [])
    assert not any(str(born.year) in finding.sentence for finding in found)


def test_an_unborn_child_and_one_without_a_plan_bound_nothing() -> None:
    assert refused(VISIT, Known(), seen_at="1999-01-01T12:00") == []


@given(st.dates(date(1995, 1, 1), date(2015, 12, 31)) | st.just(date(2008, 2, 29)), st.integers(-2, 2))
def test_a_child_is_under_18_on_the_day_on_which_the_concern_was_received(born: date, after: int) -> None:
    received = of_age(born) + timedelta(days=after)
    answers: dict[str, Any] = {
        "received_at": f"{received}T23:59",
        "children": [{"given_name": "Ada"}, {"born": str(born)}],
    }
    now = datetime(received.year, received.month, received.day, 23, 59, tzinfo=UTC) + timedelta(days=30)
    assert refused(REFERRAL, now=now, **answers) == (["children.1.born"] if after >= 0 else [])


@given(MOMENTS, st.integers(-60, 300))
def test_a_birth_is_expected_at_most_280_days_ahead_and_42_ago(now: datetime, ahead: int) -> None:
    expected = day_of(now) + timedelta(days=ahead)
    found = refused(REFERRAL, now=now, children=[{"expected": expected.isoformat()}])
    assert found == ([] if -42 <= ahead <= 280 else ["children.0.expected"])


@given(MOMENTS, st.integers(0, 400))
def test_what_was_received_long_ago_is_explained_and_what_came_more_than_a_year_ago_refused(
    now: datetime, ago: int
) -> None:
    day = day_of(now) - timedelta(days=ago)
    answers: dict[str, Any] = {"received_at": f"{day}T00:00"}
    is_refused = refused(REFERRAL, now=now, **answers) == ["received_at"]
    assert is_refused is (day < _a_year_before(day_of(now)))
    assert recorded_late(days(REFERRAL, now=now, **answers)) is (ago > 30 and not is_refused)


def _a_year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return date(day.year - 1, 2, 28)


def planned(held: datetime, known: Known, *, after: int) -> tuple[date, list[str], bool]:
    core_group = day_of(held) + timedelta(days=after)
    answers: dict[str, Any] = {"decision": "plan", "held_at": in_london(held), "core_group_on": core_group.isoformat()}
    return (
        core_group,
        refused(CONFERENCE, known, now=held, **answers),
        beyond_limit(days(CONFERENCE, known, now=held, **answers)),
    )


@given(MOMENTS, st.integers(-3, 40), st.sets(st.integers(1, 30)))
def test_a_core_group_falls_on_a_working_day_and_is_explained_past_ten(
    held: datetime, after: int, closed_after: set[int]
) -> None:
    closed = frozenset(day_of(held) + timedelta(days=one) for one in closed_after)
    known, calendar = Known(closed=closed), Calendar(closed)
    day, found, beyond = planned(held, known, after=after)
    sound = after >= 0 and calendar.is_working_day(day)
    assert found == ([] if sound else ["core_group_on"])
    assert beyond is (sound and day > calendar.add_working_days(day_of(held), 10))


def test_what_is_hidden_or_no_date_is_not_weighed() -> None:
    far: dict[str, Any] = {"held_at": in_london(NOON), "core_group_on": "2026-06-30"}
    assert beyond_limit(days(CONFERENCE, Known(), decision="plan", **far))
    assert not beyond_limit(days(CONFERENCE, Known(), decision="no_plan", **far))
    assert not beyond_limit(days(CONFERENCE, Known(), decision="plan", held_at=[], core_group_on="2026-13-45"))


@given(st.dates(date(2000, 1, 1), date(2012, 12, 31)) | st.just(date(2008, 2, 29)), st.integers(-5, 60))
def test_working_days_to_the_birthday_are_those_before_it(born: date, before: int) -> None:
    birthday, day = of_age(born), of_age(born) - timedelta(days=before)
    now = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    counted = sum(Calendar().is_working_day(day + timedelta(days=n)) for n in range(max(0, before)))
    assert working_days_to_18(days(CONFERENCE, Known(born=born), now=now)) == counted
    assert (counted == 0) or day < birthday
    assert working_days_to_18(days(CONFERENCE, Known(), now=now)) is None
