"""Every invariant that production asks for is seen to be broken: a row is changed as no command would change it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update

from engine.base.database import Database
from engine.base.errors import CaseBroken, NotSaved
from engine.casework import moving, settling
from engine.casework.locked_case import CaseWork
from engine.commands.cases import complete_task, start_process
from engine.people.identity import PUBLIC
from engine.tables import Case, Deadline, Draft, Instance, Wait, WorkItem
from tests.builders import DAY, MONDAY, all_rows, answers_to, authority, case_at, do, open_items, pass_time, referral
from tests.engine.commands.pathway import clocks, processes, told_of

Plant = Callable[[Connection, str], None]


def items(element: str, **values: Any) -> Plant:
    def plant(connection: Connection, case: str) -> None:
        changed = update(WorkItem).where(WorkItem.case_id == case, WorkItem.element == element).values(**values)
        assert connection.execute(changed).rowcount

    return plant


def deadlines(clock: str, **values: Any) -> Plant:
    def plant(connection: Connection, case: str) -> None:
        changed = update(Deadline).where(Deadline.case_id == case, Deadline.clock == clock).values(**values)
        assert connection.execute(changed).rowcount

    return plant


def the_case(**values: Any) -> Plant:
    def plant(connection: Connection, case: str) -> None:
        connection.execute(update(Case).where(Case.id == case).values(**values))

    return plant


def two_closures(connection: Connection, case: str) -> None:
    running = select(Instance.__table__).where(Instance.case_id == case, Instance.process == "assessment")
    row = connection.execute(running).mappings().one()
    for number in (1, 2):
        copy = {"id": f"closure_{number}", "process": "case_closure", "number": number}
        connection.execute(insert(Instance).values({**row, **copy}))


def a_second_clock(connection: Connection, case: str) -> None:
    running = select(Deadline.__table__).where(Deadline.case_id == case, Deadline.clock == "assessment")
    row = connection.execute(running).mappings().one()
    connection.execute(insert(Deadline).values({**row, "id": "copy", "number": 2}))


def a_wait_of_what_has_ended(connection: Connection, case: str) -> None:
    ended = select(Instance.id).where(Instance.case_id == case, Instance.process == "referral")
    row = {"instance_id": connection.execute(ended).scalar_one(), "kind": "clock", "name": "assessment"}
    connection.execute(insert(Wait).values(case_id=case, **row))


CLOSED = {"closed_at": MONDAY, "closed_how": "withdrawn"}
OF_ONE_INSTANCE = [
    (items("see_child", **CLOSED), "what is open is not what its drawing has open: see_child"),
    (items("plan_assessment", closed_at=None), "what is open is not what its drawing has open: plan_assessment"),
    (
        items("contribute", agency_id="education"),
        "a task is open for another agency than its drawing has it: contribute",
    ),
]
OF_THE_CASE = [
    (items("decide_response", closed_at=None), "referral has ended and has open work"),
    (a_wait_of_what_has_ended, "referral has ended and is awaited"),
    (two_closures, "case_closure runs 2 times"),
    (a_second_clock, "the clock assessment runs twice"),
    (deadlines("response_decision", met_at=None), "the clock response_decision runs for referral, which has ended"),
    (the_case(plan_until=MONDAY), "a plan ends before the day on which it begins"),
    (the_case(plan_from=MONDAY, plan_until=MONDAY - DAY), "a plan ends before the day on which it begins"),
    (the_case(closed_at=MONDAY), "the case is closed and work of assessment is open"),
    (the_case(closed_at=MONDAY), "the case is closed and a clock of assessment runs"),
]


@pytest.mark.parametrize(("plant", "what"), OF_ONE_INSTANCE)
def test_what_is_amiss_in_one_process_sets_that_one_aside(database: Database, plant: Plant, what: str) -> None:
    at = authority(database=database)
    case = case_at(authority=at, point="planned")
    with database.transaction() as connection:
        plant(connection, case)
    do(authority=at, case=case, task="write_assessment", finding="child_in_need")
    assert processes(database=database, case=case, status="stuck") == ["assessment"]
    (told,) = told_of(database=database, case=case, kind="stuck")
    assert told["what"].startswith(what)
    assert open_items(database=database, case=case) == {}
    assert clocks(database=database, case=case)["assessment"].stopped_at is None


def test_what_ended_in_this_command_is_not_set_aside_but_takes_the_command_back(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    at = authority(database=database)
    case = case_at(authority=at, point="agreed")
    do(authority=at, case=case, task="circulate_plan")
    with database.transaction() as connection:
        row = connection.execute(select(WorkItem.__table__).where(WorkItem.element == "review_plan")).mappings().one()
        connection.execute(insert(WorkItem).values({**row, "id": "copy", "occurrence": row["occurrence"] + 1}))
    item = next(one for one in open_items(database=database, case=case).values() if one.id == row["id"])
    answers = answers_to(authority=at, item=item, progress="close")
    with pytest.raises(NotSaved):
        complete_task(database, at.actor("team_manager"), MONDAY, item.id, answers)
    assert "child_in_need_plan has ended and has open work" in capsys.readouterr().out


def test_what_is_awaited_and_not_written_down_sets_the_process_aside(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = authority(database=database)
    monkeypatch.setattr(moving, "_wait_for", nothing)
    case = case_at(authority=at)
    do(authority=at, case=case, task="decide_response", response="assessment")
    assert processes(database=database, case=case, status="stuck") == ["assessment"]
    (told,) = told_of(database=database, case=case, kind="stuck")
    assert told["what"].startswith("what is awaited is not what its drawing waits for: assessment")


def nothing(*_: object) -> None:
    """In place of what keeps rows and states together."""


def broken(casework: CaseWork) -> None:
    raise CaseBroken(casework.case.id, ("whatever it is",))


@pytest.mark.parametrize(("plant", "what"), OF_THE_CASE)
def test_what_is_amiss_in_the_whole_case_takes_the_command_back_and_keeps_what_was_typed(
    database: Database, capsys: pytest.CaptureFixture[str], plant: Plant, what: str
) -> None:
    at = authority(database=database)
    case = case_at(authority=at, point="planned")
    item = open_items(database=database, case=case)["write_assessment"]
    answers = answers_to(authority=at, item=item, finding="child_in_need", analysis="Only here")
    with database.transaction() as connection:
        plant(connection, case)
    before = all_rows(database=database)
    with pytest.raises(NotSaved, match="kept as a draft"):
        complete_task(database, at.actor("social_worker"), MONDAY, item.id, answers)
    after = all_rows(database=database)
    assert {table for table in after if after[table] != before[table]} == {"draft"}
    assert drafts(database) == [("social_worker.1", item.id, answers)]
    said = capsys.readouterr().out
    assert (what in said, case in said, "Only here" in said) == (True, True, False)


def drafts(database: Database) -> list[tuple[str, str, Any]]:
    with database.read() as connection:
        return [(row.account_id, row.subject, row.answers) for row in connection.execute(select(Draft.__table__))]


def test_a_task_that_is_due_by_a_clock_that_does_not_run_is_found(
    database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    at = authority(database=database)
    case = case_at(authority=at, point="planned")
    with database.transaction() as connection:
        connection.execute(update(Deadline).values(met_at=MONDAY))
    monkeypatch.setattr("engine.casework.settling.assign_deadlines", nothing)
    with pytest.raises(NotSaved):
        do(authority=at, case=case, task="write_assessment", finding="child_in_need")
    assert "is due by a clock that does not run" in capsys.readouterr().out


def test_what_was_typed_to_begin_something_is_kept_too(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at, point="planned")
    with database.transaction() as connection:
        a_second_clock(connection, case)
    worker = at.actor("social_worker")
    answers = {"concern": "Only here"}
    with pytest.raises(NotSaved, match="kept as a draft"):
        start_process(database, worker, MONDAY, "strategy_discussion", answers, case=case)
    assert drafts(database) == [("social_worker.1", f"start:strategy_discussion:{case}", answers)]


def test_the_public_is_told_to_copy_what_they_wrote(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    at = authority(database=database)
    monkeypatch.setattr(settling, "must_fit_together", broken)
    with pytest.raises(NotSaved, match="Copy what you wrote"):
        start_process(database, PUBLIC.at(at.id), MONDAY, "referral", referral(authority=at))
    assert drafts(database) == []


def test_a_clock_in_a_case_that_does_not_fit_together_holds_up_no_other(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    at = authority(database=database)
    broken, sound = (case_at(authority=at, point="planned") for _ in range(2))
    with database.transaction() as connection:
        two_closures(connection, broken)
    late: datetime = MONDAY + 100 * DAY
    pass_time(authority=at, now=late)
    assert clocks(database=database, case=sound)["assessment"].passed_at == late
    assert clocks(database=database, case=broken)["assessment"].passed_at is None
    assert "case_closure runs 2 times" in capsys.readouterr().out
