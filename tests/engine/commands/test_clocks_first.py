"""What has run out in a case is acted on before what somebody sends: it has one history, whoever comes first."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from engine.base.database import Database
from engine.base.errors import AlreadyDone, Refusal
from engine.casework import locking
from engine.commands.cases import claim
from engine.commands.drafts import save_draft
from engine.commands.working_days_and_limits import add_closure_day
from engine.facts.right_time import newest_entry_at
from engine.record.chain import case_chain, lines
from engine.tables import Deadline
from tests.amount import ROUND
from tests.builders import DAY, HOUR, MONDAY, Authority, authority, case_at, do, open_items, pass_time, refer
from tests.engine.commands.pathway import clocks, planned, state_of
from tests.rerun.rerunning import differing
from tests.statements import counted

LATER = timedelta(seconds=1)


def claims(at: Authority, case: str, task: str, now: datetime) -> None:
    item = open_items(database=at.database, case=case)[task]
    claim(at.database, at.actor(item.role, now=now), now, item.id)


def keeps_a_draft(at: Authority, case: str, task: str, now: datetime) -> None:
    item = open_items(database=at.database, case=case)[task]
    save_draft(at.database, at.actor(item.role, now=now), now, item.id, {"half": "a sentence"})


def completes(at: Authority, case: str, task: str, now: datetime) -> None:
    do(authority=at, case=case, task=task, now=now)


def refers_again(at: Authority, case: str, _task: str, now: datetime) -> None:
    refer(authority=at, case=case, now=now)


def history(database: Database, case: str) -> list[object]:
    """What the record and the rows say of the clocks and the tasks, without what is named at random."""
    with database.read() as connection:
        record = [
            (line.kind, line.element, line.occurrence, line.flows, line.actor, line.at, *_of_clock(line.payload))
            for line in lines(connection, case_chain(case))
        ]
        moments = (Deadline.due_at, Deadline.passed_at, Deadline.met_at, Deadline.stopped_at)
        rows = connection.execute(
            select(Deadline.clock, Deadline.number, *moments)
            .where(Deadline.case_id == case)
            .order_by(Deadline.clock, Deadline.number)
        )
        deadlines = [tuple(row) for row in rows]
    items = open_items(database=database, case=case)
    return [*record, *deadlines, *((name, one.opened_at, one.occurrence) for name, one in sorted(items.items()))]


def _of_clock(payload: Mapping[str, Any] | None) -> tuple[object, ...]:
    said = payload or {}
    return said.get("what"), said.get("clock"), said.get("due_at")


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=4 if ROUND is None else 8, deadline=None
)
@given(
    outage=st.timedeltas(timedelta(seconds=1), 200 * DAY),
    point=st.sampled_from(["referred", "planned", "on a plan"]),
    act=st.sampled_from([claims, keeps_a_draft, completes, refers_again]),
    which=st.integers(0, 9),
)
def test_an_outage_leaves_one_history_whether_it_ticks_first_or_people_come_first(
    database: Database, outage: timedelta, point: str, act: Any, which: int
) -> None:
    """The same person does the same in two cases that stand alike: in one before the first tick, in one after it."""
    at, began = _authority_and_day(database)
    first, second = (
        planned(authority=at, now=began) if point == "on a plan" else case_at(authority=at, now=began, point=point)
        for _ in range(2)
    )
    tasks = sorted(open_items(database=database, case=first))
    task, now = tasks[which % len(tasks)], began + outage
    with suppress(Refusal):
        act(at, first, task, now)
    pass_time(authority=at, now=now)
    with suppress(Refusal):
        act(at, second, task, now)
    pass_time(authority=at, now=now)
    assert history(database, first) == history(database, second)
    before = history(database, first)
    pass_time(authority=at, now=now + LATER)
    assert history(database, first) == before


def _authority_and_day(database: Database) -> tuple[Authority, datetime]:
    """Examples follow one another in one database: each begins a day after all that was done before."""
    with database.read() as connection:
        newest = newest_entry_at(connection)
    if newest is None:
        return authority(database=database), MONDAY
    return Authority(database, "here", "duty_team", "other_team"), newest + DAY


def leave_to_the_tick(*_: object) -> int:
    return 0


def test_both_orders_are_really_compared(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted fault: commands leave to the tick what has run out, and one history becomes two."""
    at = authority(database=database)
    first, second = (case_at(authority=at) for _ in range(2))
    now = MONDAY + 9 * DAY
    monkeypatch.setattr(locking, "run_due_clocks", leave_to_the_tick)
    claims(at, first, "decide_response", now)
    monkeypatch.undo()
    pass_time(authority=at, now=now)
    claims(at, second, "decide_response", now)
    assert history(database, first) != history(database, second)


def test_what_the_clocks_did_before_is_done_again_from_the_record(database: Database) -> None:
    """Each has an act of its own, of the system; the command of the person comes after them."""
    at = authority(database=database)
    case = planned(authority=at)
    now = MONDAY + 100 * DAY
    task = next(name for name in sorted(open_items(database=database, case=case)) if "core_group" in name)
    claims(at, case, task, now)
    with database.read() as connection:
        chain = lines(connection, case_chain(case))
    passed = [line for line in chain if (line.payload or {}).get("what") == "passed"]
    assert len(passed) > 2
    assert len({line.act for line in passed}) == len(passed)
    assert {line.actor for line in passed} == {"system"}
    assert passed[-1].at == now
    assert chain[-1].kind == "taken"
    assert differing(database=database) == []


def test_a_refused_command_leaves_nothing_and_the_tick_acts_on_what_ran_out(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at)
    item = open_items(database=database, case=case)["decide_response"]
    do(authority=at, case=case, task="clarify_referral", same_child="no")
    do(authority=at, case=case, task="decide_response", response="no_further_action")
    with pytest.raises(AlreadyDone):
        claim(database, at.actor(item.role), MONDAY + 9 * DAY, item.id)
    assert clocks(database=database, case=case)["acknowledgement"].passed_at is None
    assert pass_time(authority=at, now=MONDAY + 9 * DAY) == 1


def test_a_closure_day_that_was_settled_meanwhile_counts_before_anything_runs_out(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at, point="deciding")
    closed = {"day": date(2026, 3, 3).isoformat(), "name": "Snow"}
    add_closure_day(database, at.actor("administrator"), MONDAY + HOUR, closed)
    claims(at, case, "decide_response", MONDAY + 2 * DAY)
    assert state_of(clocks(database=database, case=case)["response_decision"]) == "running"
    assert differing(database=database) == []


def test_where_no_clock_is_due_nothing_is_asked_and_nothing_done(database: Database) -> None:
    at = authority(database=database)
    case, other = case_at(authority=at), case_at(authority=at)
    with counted(database) as without:
        claims(at, case, "decide_response", MONDAY)
    with counted(database) as with_due:
        claims(at, other, "decide_response", MONDAY + 9 * DAY)
    assert not any("stalled_case" in one and "is_known" not in one for one in without)
    assert len(with_due) > len(without)


def test_who_may_not_know_of_a_case_moves_nothing_in_it(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at)
    item = open_items(database=database, case=case)["decide_response"]
    with pytest.raises(Refusal):
        claim(database, at.actor("auditor"), MONDAY + 9 * DAY, item.id)
    assert clocks(database=database, case=case)["response_decision"].passed_at is None
