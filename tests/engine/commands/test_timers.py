"""Clocks that ran out are acted on once each and in order, however long nobody looked."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from engine.base.database import Database
from engine.casework import running_out
from engine.casework.alarms import LEAVES_WITHIN
from engine.casework.locked_case import CaseWork
from engine.commands import timers
from engine.commands.timers import catch_up, next_due, pass_clocks
from engine.facts.case_now import RunningDeadline
from engine.people.command import Work
from engine.people.identity import SYSTEM
from engine.record.chain import case_chain, lines
from engine.tables import Deadline, Instance, WorkItem
from tests.builders import (
    DAY,
    HERE,
    HOUR,
    MONDAY,
    Authority,
    all_rows,
    authority,
    case_at,
    do,
    open_items,
    pass_time,
    refer,
)
from tests.engine.commands.pathway import accepted, begin, clocks, discuss

TUESDAY_NIGHT = datetime(2026, 3, 3, 23, 59, 59, 999999, tzinfo=UTC)
# Forty-five working days after the referral of MONDAY: Easter and a May bank holiday lie between.
ASSESSMENT_DUE = datetime(2026, 5, 7, 22, 59, 59, 999999, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def clocks_passed(database: Database, case: str) -> list[str]:
    with database.read() as connection:
        entries = lines(connection, case_chain(case), ["deadline"])
    return [line.payload["clock"] for line in entries if line.payload and line.payload["what"] == "passed"]


@pytest.mark.parametrize(("now", "acted"), [(TUESDAY_NIGHT, 0), (TUESDAY_NIGHT + MICROSECOND, 2)])
def test_a_clock_passes_after_its_last_instant(database: Database, now: datetime, acted: int) -> None:
    at = authority(database=database)
    case = case_at(authority=at)
    assert pass_time(authority=at, now=now) == acted
    assert sorted(clocks_passed(database, case)) == ["acknowledgement", "response_decision"][:acted]


def test_what_passed_is_acted_on_once(database: Database) -> None:
    at = authority(database=database)
    case_at(authority=at)
    assert pass_time(authority=at, now=MONDAY + 30 * DAY) == 2
    before = all_rows(database=database)
    for days in (30, 31, 400):
        assert pass_time(authority=at, now=MONDAY + days * DAY) == 0
    assert all_rows(database=database) == before


def test_what_was_met_or_stopped_does_not_pass(database: Database) -> None:
    at = authority(database=database)
    case_at(authority=at, point="closed")
    assert pass_time(authority=at, now=MONDAY + 400 * DAY) == 0


@pytest.mark.parametrize("outage", [timedelta(seconds=1), HOUR, DAY, 7 * DAY, 30 * DAY])
def test_an_outage_of_any_length_comes_to_the_same(database: Database, outage: timedelta) -> None:
    """The clock runs out just after the system went down; at the next start the overrun is to be explained."""
    at = authority(database=database)
    case = case_at(authority=at, point="planned")
    down = ASSESSMENT_DUE - MICROSECOND
    assert "explain_overrun" not in open_items(database=database, case=case)
    pass_time(authority=at, now=down)
    pass_time(authority=at, now=down + outage)
    assert clocks_passed(database, case) == ["child_seen_assessment", "assessment"]
    items = open_items(database=database, case=case)
    assert items["explain_overrun"].opened_at == down + outage
    assert items["explain_overrun"].occurrence == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=5)
@given(starts=st.lists(st.integers(0, 60 * 24 * 3600), max_size=5))
def test_however_often_the_system_was_down_each_clock_passes_once_and_in_order(
    database: Database, starts: list[int]
) -> None:
    at = Authority(database, HERE, "duty_team", "other_team")
    if not next_clock(database, MONDAY - DAY):
        at = authority(database=database)
    case = case_at(authority=at, point="planned", immediate_danger="yes")
    for seconds in [*sorted(starts), 70 * 24 * 3600]:
        pass_time(authority=at, now=MONDAY + timedelta(seconds=seconds))
    assert clocks_passed(database, case) == ["child_seen_assessment", "assessment"]
    clean(database)


def next_clock(database: Database, after: datetime) -> datetime | None:
    with database.read() as connection:
        return next_due(connection, after)


def clean(database: Database) -> None:
    """One clock that runs is left for the next example to see that there is an authority already."""
    with database.transaction() as connection:
        connection.execute(update(Deadline).values(met_at=MONDAY))
        newest = connection.execute(select(Deadline.id).order_by(Deadline.id).limit(1)).scalar_one()
        values = {"met_at": None, "stopped_at": None, "passed_at": None, "due_at": MONDAY + 999 * DAY}
        connection.execute(update(Deadline).where(Deadline.id == newest).values(values))


def test_clocks_of_many_cases_pass_in_order_of_their_time(database: Database) -> None:
    at = authority(database=database)
    cases = [case_at(authority=at, now=MONDAY + days * DAY) for days in (3, 0, 7, 1)]
    pass_time(authority=at, now=MONDAY + 60 * DAY)
    with database.read() as connection:
        passed = connection.execute(select(Deadline.due_at, Deadline.passed_at)).all()
    assert len(passed) == 2 * len(cases)
    assert {one.passed_at for one in passed} == {MONDAY + 60 * DAY}


def test_the_next_clock_is_known(database: Database) -> None:
    at = authority(database=database)
    assert next_clock(database, MONDAY) is None
    case_at(authority=at, immediate_danger="yes")
    assert next_clock(database, MONDAY) == MONDAY + LEAVES_WITHIN  # the alarm
    assert next_clock(database, MONDAY + LEAVES_WITHIN + MICROSECOND) == MONDAY + HOUR
    assert next_clock(database, MONDAY + 2 * HOUR) == TUESDAY_NIGHT
    assert next_clock(database, TUESDAY_NIGHT + MICROSECOND) is None


def test_a_case_in_which_a_clock_cannot_pass_holds_up_no_other_and_its_clocks_stay_in_order(
    database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever is wrong with it, and whoever made the mistake."""
    at = authority(database=database)
    broken, sound = (case_at(authority=at, point="planned", now=MONDAY + hours * HOUR) for hours in (0, 1))
    real = running_out.settle

    def failing(casework: CaseWork) -> None:
        if casework.case.id == broken:
            raise KeyError("Ada")
        real(casework)

    monkeypatch.setattr(running_out, "settle", failing)
    assert pass_time(authority=at, now=ASSESSMENT_DUE + DAY) == 2
    assert clocks_passed(database, sound) == ["child_seen_assessment", "assessment"]
    assert clocks_passed(database, broken) == []
    assert "explain_overrun" in open_items(database=database, case=sound)
    said = capsys.readouterr()
    assert "a case is set aside by the clock" in said.out + said.err
    assert broken in said.out + said.err
    assert "Ada" not in said.out + said.err
    assert pass_time(authority=at, now=ASSESSMENT_DUE + 2 * DAY) == 0


@pytest.mark.parametrize("meanwhile", [{}, {"due_at": MONDAY + 9 * DAY}, {"passed_at": MONDAY}, {"met_at": MONDAY}])
def test_what_is_decided_on_is_what_stands_once_the_case_is_locked(
    database: Database, monkeypatch: pytest.MonkeyPatch, meanwhile: dict[str, datetime]
) -> None:
    """While the command waited for the case, another moved the clock, acted on it or met it; or nobody did."""
    at = authority(database=database)
    case = case_at(authority=at)
    real = timers.lock_cases

    def locked_late(work: Work, *cases: Any, **more: Any) -> tuple[CaseWork, ...]:
        found = real(work, *cases, **more)
        if meanwhile:
            work.connection.execute(update(Deadline).where(Deadline.case_id == case).values(meanwhile))
        return found

    monkeypatch.setattr(timers, "lock_cases", locked_late)
    before = all_rows(database=database, but=("deadline",))
    assert pass_clocks(database, SYSTEM, MONDAY + 3 * DAY, case) == (0 if meanwhile else 2)
    assert (all_rows(database=database, but=("deadline",)) == before) is bool(meanwhile)


@pytest.mark.parametrize(("now", "acted"), [(TUESDAY_NIGHT, [0, 0]), (MONDAY + 3 * DAY, [2, 0])])
def test_a_clock_that_is_due_later_or_has_passed_already_is_left(
    database: Database, now: datetime, acted: list[int]
) -> None:
    at = authority(database=database)
    case = case_at(authority=at)
    assert clocks(database=database, case=case)["response_decision"].due_at == TUESDAY_NIGHT
    assert [pass_clocks(database, SYSTEM, now, case) for _ in acted] == acted


def test_a_case_that_fails_at_one_clock_is_not_passed_over_to_its_next(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = authority(database=database)
    case = case_at(authority=at, point="planned")
    real = running_out.pass_by

    def failing(casework: CaseWork, deadline: RunningDeadline) -> None:
        assert deadline.clock != "child_seen_assessment"
        real(casework, deadline)

    monkeypatch.setattr(running_out, "pass_by", failing)
    assert pass_time(authority=at, now=ASSESSMENT_DUE + DAY) == 0
    assert clocks_passed(database, case) == []


def test_a_clock_of_one_referral_leaves_the_other_alone(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at)
    refer(authority=at, case=case, now=MONDAY + DAY)
    assert pass_time(authority=at, now=TUESDAY_NIGHT + MICROSECOND) == 2
    with database.read() as connection:
        numbers = connection.execute(select(Deadline.number).where(Deadline.passed_at.is_not(None))).scalars()
        assert list(numbers) == [1, 1]


def test_a_clock_that_nothing_waits_for_passes_all_the_same(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at)
    before = set(open_items(database=database, case=case))
    pass_time(authority=at, now=MONDAY + 3 * DAY)
    assert set(open_items(database=database, case=case)) == before


def test_the_overrun_may_be_explained_after_the_assessment_is_authorised(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at, point="written")
    late = ASSESSMENT_DUE + DAY
    pass_time(authority=at, now=late)
    do(authority=at, case=case, task="authorise_assessment", now=late, authorised="yes")
    do(authority=at, case=case, task="share_outcome", now=late)
    assert "explain_overrun" in open_items(database=database, case=case)
    do(authority=at, case=case, task="explain_overrun", now=late)
    with database.read() as connection:
        ended = connection.execute(select(Instance.outcome).where(Instance.process == "assessment")).scalar_one()
    assert ended == "overrun_explained"


def test_nothing_is_due_where_nothing_runs(database: Database) -> None:
    authority(database=database)
    with database.transaction() as connection:
        connection.execute(delete(WorkItem))
    assert catch_up(database, SYSTEM, MONDAY + 999 * DAY) == 0


def test_a_clock_that_has_passed_already_is_acted_on_when_somebody_comes_to_wait_for_it(database: Database) -> None:
    """The enquiry begins after its forty-five days: that is to be explained at once, without the ticking clock."""
    at = authority(database=database)
    case = accepted(authority=at, response="strategy_discussion")
    begin(authority=at, case=case, process="strategy_discussion")
    discuss(authority=at, case=case, decision="section_17")
    late = ASSESSMENT_DUE + 12 * HOUR
    pass_time(authority=at, now=late)
    begin(authority=at, case=case, process="strategy_discussion", now=late)
    discuss(authority=at, case=case, decision="section_47", now=late)
    assert "analyse_enquiry" in open_items(database=database, case=case)
    waiting = [one for one in open_items(database=database, case=case) if one.startswith("explain_overrun")]
    assert len(waiting) == 1  # the assessment that it goes on from has ended, and its own with it
    before = all_rows(database=database)
    assert pass_time(authority=at, now=late) == 0
    assert all_rows(database=database) == before


def test_a_passed_clock_that_was_met_is_not_waited_for_in_vain(database: Database) -> None:
    """A first assessment was late and is authorised: the next one has forty-five days of its own."""
    at = authority(database=database)
    case = case_at(authority=at, point="written")
    late = ASSESSMENT_DUE + 12 * HOUR
    pass_time(authority=at, now=late)
    do(authority=at, case=case, task="authorise_assessment", authorised="yes", now=late)
    do(authority=at, case=case, task="explain_overrun", now=late)
    begin(authority=at, case=case, process="strategy_discussion", now=late)
    discuss(authority=at, case=case, decision="section_17", now=late)
    assert "plan_assessment" in open_items(database=database, case=case)
    assert "explain_overrun" not in open_items(database=database, case=case)
