"""Which act starts, meets and stops each clock of a case, and from when it counts."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Row, select, update

from engine.base.database import Database
from engine.base.errors import BadAnswers
from engine.commands.cases import start_process
from engine.facts.circumstances import Subject
from engine.record.chain import case_chain, lines
from engine.scenario.mail_server import send
from engine.tables import Answers, Deadline, Outbox, WorkItem
from tests.builders import (
    DAY,
    HOUR,
    MONDAY,
    Authority,
    authority,
    case_at,
    do,
    filled,
    open_items,
    pass_time,
    refer,
)

FRIDAY = datetime(2026, 3, 6, 16, tzinfo=UTC)


def clocks(database: Database, case: str) -> dict[tuple[str, int], Row[Any]]:
    with database.read() as connection:
        rows = connection.execute(select(Deadline.__table__).where(Deadline.case_id == case)).all()
    return {(row.clock, row.number): row for row in rows}


def the_clock(database: Database, case: str, clock: str, number: int = 1) -> Row[Any]:
    return clocks(database, case)[clock, number]


def said(database: Database, case: str, clock: str) -> list[str]:
    with database.read() as connection:
        entries = lines(connection, case_chain(case), ["deadline"])
    return [line.payload["what"] for line in entries if line.payload and line.payload["clock"] == clock]


def test_a_referral_starts_its_two_clocks(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at)
    assert set(clocks(database, case)) == {("acknowledgement", 1), ("response_decision", 1)}
    clock = the_clock(database, case, "response_decision")
    assert (clock.counted_from, clock.started_at) == (MONDAY, MONDAY)
    assert clock.due_at == datetime(2026, 3, 3, 23, 59, 59, 999999, tzinfo=UTC)
    assert (clock.kind, clock.provisional, clock.met_at, clock.stopped_at) == ("statutory", False, None, None)
    assert clock.title == "Decide how to respond to the referral"


def test_a_clock_counts_from_when_it_happened_and_not_from_when_it_was_typed(database: Database) -> None:
    """A call on Friday, typed on Monday: a working day has passed already."""
    at = authority(database=database)
    monday = FRIDAY + 3 * DAY
    case = refer(authority=at, now=monday, received_at=FRIDAY.isoformat()).cases[0]
    clock = the_clock(database, case, "acknowledgement")
    assert (clock.counted_from, clock.started_at) == (FRIDAY, monday)
    assert clock.due_at.date() == monday.date()


def test_an_answer_by_email_meets_the_clock_when_it_has_left(database: Database) -> None:
    at = authority(database=database)
    case = refer(authority=at, reply_by="email", referrer_email="head@school.example").cases[0]
    assert "acknowledge_referral" in open_items(database=database, case=case)
    with database.read() as connection:
        letter = connection.execute(select(Outbox.__table__)).one()
    assert (letter.kind, letter.recipient, letter.case_id) == ("acknowledgement", "head@school.example", case)
    assert (letter.state, letter.asked_at) == ("waiting", MONDAY)
    assert the_clock(database, case, "acknowledgement").met_at is None
    send(database, MONDAY + HOUR, "taken")
    assert "acknowledge_referral" not in open_items(database=database, case=case)
    assert the_clock(database, case, "acknowledgement").met_at == MONDAY + HOUR


def test_a_referrer_who_cannot_be_told_stops_the_clock_without_meeting_it(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at)
    do(authority=at, case=case, task="acknowledge_referral", how="not_possible", now=MONDAY + HOUR)
    clock = the_clock(database, case, "acknowledgement")
    assert (clock.met_at, clock.stopped_at) == (None, MONDAY + HOUR)


def test_any_other_answer_is_given_by_a_person(database: Database) -> None:
    at = authority(database=database)
    case = refer(authority=at, reply_by="telephone", referrer_telephone="01632 960000").cases[0]
    assert the_clock(database, case, "acknowledgement").met_at is None
    do(authority=at, case=case, task="acknowledge_referral", now=MONDAY + HOUR)
    assert the_clock(database, case, "acknowledgement").met_at == MONDAY + HOUR
    with database.read() as connection:
        assert connection.execute(select(Outbox.kind)).all() == []


def test_immediate_danger_gives_an_hour(database: Database) -> None:
    at = authority(database=database)
    case = refer(authority=at, immediate_danger="yes").cases[0]
    clock = the_clock(database, case, "urgent_response")
    assert clock.due_at == MONDAY + HOUR
    item = open_items(database=database, case=case)["decide_response"]
    assert (item.urgent, item.deadline_id) == (True, clock.id)
    do(authority=at, case=case, task="decide_response", now=MONDAY + HOUR, response="assessment")
    assert the_clock(database, case, "urgent_response").met_at == MONDAY + HOUR
    assert the_clock(database, case, "urgent_response").late_reason is None
    assert said(database, case, "urgent_response") == ["started", "met"]


def test_what_is_late_is_explained_and_kept_with_its_reason(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at)
    late = MONDAY + 3 * DAY
    with pytest.raises(BadAnswers, match="late_reason"):
        do(authority=at, case=case, task="decide_response", now=late, response="assessment", late_reason="")
    do(authority=at, case=case, task="decide_response", now=late, response="assessment", late_reason="Nobody was here")
    clock = the_clock(database, case, "response_decision")
    assert (clock.met_at, clock.late_reason) == (late, "Nobody was here")


def test_nobody_is_asked_why_in_time_work_is_late(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at)
    do(authority=at, case=case, task="decide_response", response="assessment", late_reason="I feel late")
    assert the_clock(database, case, "response_decision").late_reason is None
    with database.read() as connection:
        kept = connection.execute(select(Answers.answers).where(Answers.element == "decide_response")).scalar_one()
    assert "late_reason" not in kept


def test_what_happened_in_time_and_is_typed_late_is_in_time(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at, point="agreed")
    due = the_clock(database, case, "plan_review").due_at
    pass_time(authority=at, now=due + 2 * DAY)
    held = due - HOUR
    do(authority=at, case=case, task="review_plan", now=due + 2 * DAY, progress="close", held_at=held.isoformat())
    clock = the_clock(database, case, "plan_review")
    assert (clock.met_at, clock.late_reason, clock.passed_at) == (held, None, due + 2 * DAY)


def test_an_assessment_counts_from_the_referral_that_led_to_it(database: Database) -> None:
    at = authority(database=database)
    monday = FRIDAY + 3 * DAY
    case = refer(authority=at, now=monday, received_at=FRIDAY.isoformat()).cases[0]
    do(authority=at, case=case, task="decide_response", now=monday + DAY, response="assessment", late_reason="Weekend")
    clock = the_clock(database, case, "assessment")
    assert (clock.counted_from, clock.started_at) == (FRIDAY, monday + DAY)
    assert (clock.due_at - FRIDAY).days > 60


def test_a_second_referral_has_clocks_of_its_own_and_shares_the_assessment(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at, point="assessing")
    later = MONDAY + 7 * DAY
    refer(authority=at, case=case, now=later)
    second = the_clock(database, case, "response_decision", 2)
    assert (second.counted_from, second.met_at) == (later, None)
    assert the_clock(database, case, "response_decision").met_at == MONDAY
    do(authority=at, case=case, task="decide_response", now=later, response="assessment")
    assert the_clock(database, case, "response_decision", 2).met_at == later
    assert [key for key in clocks(database, case) if key[0] == "assessment"] == [("assessment", 1)]


def test_deciding_one_referral_leaves_the_clock_of_the_other(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at)
    refer(authority=at, case=case, now=MONDAY + HOUR)
    do(authority=at, case=case, task="decide_response.2", now=MONDAY + HOUR, response="no_further_action")
    met = [the_clock(database, case, "response_decision", number).met_at for number in (1, 2)]
    assert met == [None, MONDAY + HOUR]


def test_an_assessment_that_is_returned_is_not_met(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at, point="written")
    do(authority=at, case=case, task="authorise_assessment", now=MONDAY + DAY, authorised="returned")
    assert the_clock(database, case, "assessment").met_at is None
    do(authority=at, case=case, task="write_assessment", now=MONDAY + DAY, finding="child_in_need")
    do(authority=at, case=case, task="authorise_assessment", now=MONDAY + 2 * DAY, authorised="yes")
    assert the_clock(database, case, "assessment").met_at == MONDAY + 2 * DAY


def test_only_a_visit_at_which_the_child_was_seen_meets_the_clock(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at, point="planned")
    do(authority=at, case=case, task="see_child", child_seen="no")
    assert the_clock(database, case, "child_seen_assessment").met_at is None
    do(authority=at, case=case, task="see_child", child_seen="yes", seen_at=MONDAY.isoformat())
    assert the_clock(database, case, "child_seen_assessment").met_at == MONDAY


def test_before_birth_no_clock_asks_for_the_child_to_be_seen(database: Database) -> None:
    at = authority(database=database)
    unborn = {"given_name": "Baby", "family_name": "Example", "expected": "2026-05-01"}
    case = case_at(authority=at, point="planned", children=[unborn])
    assert "child_seen_assessment" not in {clock for clock, _ in clocks(database, case)}
    do(authority=at, case=case, task="see_child", child_seen="not_born")
    assert "see_child" not in open_items(database=database, case=case)


def test_the_clock_of_a_withdrawn_visit_is_stopped_and_not_met(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at, point="written")
    do(authority=at, case=case, task="authorise_assessment", authorised="yes")
    clock = the_clock(database, case, "child_seen_assessment")
    assert (clock.met_at, clock.stopped_at) == (None, MONDAY)
    assert said(database, case, "child_seen_assessment") == ["started", "stopped"]


def closed_by_a_manager(at: Authority, case: str) -> None:
    answers = filled(database=at.database, subject=Subject("case_closure", "start", case), given={}, now=MONDAY)
    answers["withdrawn"] = [{"what": "assessment", "reason": "The family moved"}]
    start_process(at.database, at.actor("team_manager"), MONDAY, "case_closure", answers, case)


def test_the_clocks_of_withdrawn_work_are_stopped(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at, point="planned")
    closed_by_a_manager(at, case)
    for clock in ("assessment", "child_seen_assessment"):
        row = the_clock(database, case, clock)
        assert (row.met_at, row.stopped_at) == (None, MONDAY)


def test_no_clock_runs_in_a_closed_case(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at, point="planned")
    closed_by_a_manager(at, case)
    do(authority=at, case=case, task="close_case")
    assert not [row for row in clocks(database, case).values() if not (row.met_at or row.stopped_at)]


def test_the_next_plan_has_a_clock_of_its_own(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at, point="agreed")
    june = datetime(2026, 6, 1, 9, tzinfo=UTC)
    do(authority=at, case=case, task="review_plan", now=june, progress="continue", held_at=june.isoformat())
    do(authority=at, case=case, task="agree_plan", now=june, review_date="2026-09-01")
    first, second = (the_clock(database, case, "plan_review", number) for number in (1, 2))
    assert (first.met_at, second.met_at) == (june, None)
    assert second.due_at == datetime(2026, 9, 1, 22, 59, 59, 999999, tzinfo=UTC)


def pressing(database: Database, case: str) -> dict[str, str | None]:
    with database.read() as connection:
        rows = connection.execute(
            select(WorkItem.element, Deadline.clock)
            .outerjoin(Deadline, Deadline.id == WorkItem.deadline_id)
            .where(WorkItem.case_id == case, WorkItem.closed_at.is_(None))
        )
        return {row.element: row.clock for row in rows}


@pytest.mark.parametrize(
    ("point", "expected"),
    [
        ("referred", {"acknowledge_referral": "acknowledgement", "decide_response": "response_decision"}),
        ("assessing", {"plan_assessment": "assessment"}),
        ("planned", {"see_child": "child_seen_assessment"}),
        ("written", {"authorise_assessment": "assessment"}),
        ("in_need", {"agree_plan": None}),
        ("agreed", {"review_plan": "plan_review"}),
        ("closing", {"close_case": None}),
    ],
)
def test_each_open_task_knows_the_clock_that_presses_on_it(
    database: Database, point: str, expected: dict[str, str | None]
) -> None:
    found = pressing(database, case_at(authority=authority(database=database), point=point))
    assert found | expected == found


def test_of_two_clocks_that_end_together_the_first_by_name_is_the_task_s(database: Database) -> None:
    """Whichever was started first, and whichever the database would give first."""
    at = authority(database=database)
    case = case_at(authority=at, immediate_danger="yes")
    with database.transaction() as connection:
        connection.execute(update(Deadline).values(due_at=MONDAY + DAY))
    do(authority=at, case=case, task="acknowledge_referral")
    decide = open_items(database=database, case=case)["decide_response"]
    names = {row.id: clock for (clock, _), row in clocks(database, case).items()}
    assert {"response_decision", "urgent_response"} <= set(names.values())
    assert names[decide.deadline_id] == "response_decision"
