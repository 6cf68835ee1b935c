"""Completing a task: once, by whoever it belongs to, with answers that its form takes; the second person is told."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from engine.base.database import Database
from engine.base.errors import AlreadyDone, BadAnswers, NotAllowed, Refusal
from engine.commands.cases import claim, complete_task, release
from engine.commands.drafts import save_draft
from engine.record.chain import case_chain, lines
from engine.scenario.mail_server import send
from engine.tables import Answers, Draft, Instance, WorkItem
from tests.builders import (
    DAY,
    HERE,
    HOUR,
    MONDAY,
    Authority,
    all_rows,
    answers_to,
    authority,
    case_at,
    do,
    open_items,
    refer,
)


@dataclass(frozen=True)
class Open:
    """A task that waits for somebody, with answers that would complete it."""

    at: Authority
    case: str
    item: str
    answers: Mapping[str, Any]

    @property
    def database(self) -> Database:
        return self.at.database


def open_task(*, database: Database, task: str = "decide_response", point: str = "referred", **answers: Any) -> Open:
    at = authority(database=database)
    case = case_at(authority=at, point=point)
    row = open_items(database=database, case=case)[task]
    answers = {"response": "assessment"} if task == "decide_response" and not answers else answers
    return Open(at, case, row.id, answers_to(authority=at, item=row, **answers))


def test_completing_a_task_closes_it_and_opens_what_follows(database: Database) -> None:
    task = open_task(database=database)
    done = complete_task(database, task.at.actor("social_worker"), MONDAY, task.item, task.answers)
    assert (done.case, done.title) == (task.case, "Decide the response")
    items = open_items(database=database, case=task.case)
    came_up = ["allocate_social_worker", "feed_back_to_referrer", "inform_family", "plan_assessment"]
    assert sorted(items) == sorted(["acknowledge_referral", "clarify_referral", *came_up])


def test_what_was_answered_is_kept_with_who_and_when(database: Database) -> None:
    task = open_task(database=database)
    complete_task(database, task.at.actor("social_worker"), MONDAY + HOUR, task.item, task.answers)
    with database.read() as connection:
        kept = connection.execute(select(Answers.__table__).where(Answers.element == "decide_response")).one()
        item = connection.execute(select(WorkItem.__table__).where(WorkItem.id == task.item)).one()
        entry = next(one for one in lines(connection, case_chain(task.case)) if one.kind == "completed")
    assert (kept.answers, kept.at, kept.account_id) == (task.answers, MONDAY + HOUR, "social_worker.1")
    assert (item.closed_at, item.closed_by, item.closed_how) == (MONDAY + HOUR, "social_worker.1", "completed")
    assert (entry.actor, entry.at, entry.element, entry.occurrence) == (
        "social_worker.1", MONDAY + HOUR, "decide_response", 1,
    )  # fmt: skip
    assert entry.payload == {
        "answers": task.answers,
        "submission": item.submission,
        "facts": {"unborn": False, "plan_in_force": False, "order_in_force": False, "case_closed": False},
        "agency": "social_care",
        "automatic": False,
    }
    assert entry.flows == ("decide_response_to_decided",)


def test_process_data_holds_decisions_and_no_other_answer(database: Database) -> None:
    task = open_task(database=database, response="assessment", reason="Bruises on both arms")
    complete_task(database, task.at.actor("social_worker"), MONDAY, task.item, task.answers)
    with database.read() as connection:
        states = connection.execute(select(Instance.state).where(Instance.case_id == task.case)).scalars().all()
    assert any(b'"response":"assessment"' in state for state in states)
    assert not any(b"Bruises" in state or b"Ada" in state for state in states)


def test_the_same_answers_again_are_one_act(database: Database) -> None:
    """A double click, a retry after a lost connection: ten times the same is once."""
    task = open_task(database=database)
    worker = task.at.actor("social_worker")
    first = complete_task(database, worker, MONDAY, task.item, task.answers)
    before = all_rows(database=database)
    for minute in range(10):
        again = complete_task(
            database, worker, MONDAY + minute * HOUR, task.item, dict(reversed(list(task.answers.items())))
        )
        assert again == first
    assert all_rows(database=database) == before


def test_the_first_result_is_given_again_when_the_case_has_moved_on(database: Database) -> None:
    task = open_task(database=database)
    worker = task.at.actor("social_worker")
    first = complete_task(database, worker, MONDAY, task.item, task.answers)
    do(authority=task.at, case=task.case, task="allocate_social_worker", lead_social_worker="social_worker.1")
    assert complete_task(database, worker, MONDAY + DAY, task.item, task.answers) == first


def test_other_answers_of_the_same_person_come_too_late(database: Database) -> None:
    task = open_task(database=database)
    worker = task.at.actor("social_worker")
    complete_task(database, worker, MONDAY, task.item, task.answers)
    with pytest.raises(AlreadyDone, match="by you") as refused:
        complete_task(database, worker, MONDAY + HOUR, task.item, {**task.answers, "reason": "Another"})
    assert (refused.value.by, refused.value.at) == ("Social worker 1", MONDAY)


def test_another_person_is_told_who_did_it_and_when(database: Database) -> None:
    task = open_task(database=database)
    complete_task(database, task.at.actor("social_worker"), MONDAY, task.item, task.answers)
    before = all_rows(database=database)
    with pytest.raises(AlreadyDone, match="Social worker 1") as refused:
        complete_task(database, task.at.actor("social_worker", number=2), MONDAY + HOUR, task.item, task.answers)
    assert (refused.value.by, refused.value.at) == ("Social worker 1", MONDAY)
    assert all_rows(database=database) == before


def test_a_task_that_was_withdrawn_says_so(database: Database) -> None:
    task = open_task(database=database, task="see_child", point="written", child_seen="no")
    do(authority=task.at, case=task.case, task="authorise_assessment", authorised="yes")
    with pytest.raises(AlreadyDone, match="This task was withdrawn") as refused:
        complete_task(database, task.at.actor("social_worker"), MONDAY, task.item, task.answers)
    assert (refused.value.by, refused.value.at) == ("", MONDAY)


def test_what_the_system_completed_was_completed_by_nobody(database: Database) -> None:
    """A health practitioner asked for an answer by email: they did not acknowledge their own referral."""
    at = authority(database=database)
    case = refer(authority=at, reply_by="email", referrer_email="h@example.org").cases[0]
    send(database, MONDAY, "taken")
    with database.read() as connection:
        item = connection.execute(select(WorkItem.__table__).where(WorkItem.element == "acknowledge_referral")).one()
        kept = connection.execute(select(Answers.__table__).where(Answers.element == "acknowledge_referral")).one()
        entries = [one for one in lines(connection, case_chain(case)) if one.element == "acknowledge_referral"]
    assert (item.closed_how, item.closed_by, kept.account_id, kept.answers) == ("completed", None, None, {"how": "email"})
    assert [(one.kind, (one.payload or {}).get("automatic")) for one in entries] == [
        ("opened", None),
        ("queued", None),
        ("letter", None),
        ("completed", True),
    ]
    with pytest.raises(AlreadyDone, match="by the system"):
        complete_task(database, at.actor("social_worker"), MONDAY, item.id, {"how": "telephone"})


def test_a_task_that_a_colleague_has_taken_is_theirs(database: Database) -> None:
    task = open_task(database=database)
    claim(database, task.at.actor("social_worker"), MONDAY, task.item)
    second = task.at.actor("social_worker", number=2)
    with pytest.raises(NotAllowed, match="Social worker 1 has taken this task"):
        complete_task(database, second, MONDAY, task.item, task.answers)
    release(database, task.at.actor("social_worker"), MONDAY, task.item)
    complete_task(database, second, MONDAY, task.item, task.answers)


def test_nobody_authorises_what_they_wrote(database: Database) -> None:
    """Also not in a round after it was returned, and also not somebody who holds both roles."""
    at = authority(database=database)
    case = case_at(authority=at, point="planned")
    manager = at.actor("team_manager")
    both = replace(manager, held=(*manager.held, *at.actor("social_worker").held))
    second = at.actor("team_manager", number=2)
    for writer, judge in ((at.actor("social_worker"), both), (both, second)):
        do(authority=at, case=case, task="write_assessment", by=writer, finding="child_in_need")
        do(authority=at, case=case, task="authorise_assessment", by=judge, authorised="returned")
    do(authority=at, case=case, task="write_assessment", by=both, finding="child_in_need")
    with pytest.raises(NotAllowed, match="You wrote"):
        do(authority=at, case=case, task="authorise_assessment", by=both, authorised="yes")
    do(authority=at, case=case, task="authorise_assessment", by=second, authorised="yes")


def test_a_draft_is_gone_once_the_task_is_done(database: Database) -> None:
    task = open_task(database=database)
    worker = task.at.actor("social_worker")
    save_draft(database, worker, MONDAY, task.item, {"reason": "Half a sen"})
    complete_task(database, worker, MONDAY, task.item, task.answers)
    with database.read() as connection:
        assert connection.execute(select(Draft.__table__)).all() == []


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"typename": "Task"},
        {"response": {"typename": "Task"}},
        {"response": 1},
        {"response": ["assessment"]},
        {"response": None},
        {"response": "care_proceedings"},
        {"unknown": "x"},
        {"reason": "x" * 5_000_000},
        {"reason": 10**30},
        {"reason": float("nan")},
        {"reason": "\ud800"},
        {"reason": "nul \0 byte"},
        {"reason": [[[[[[[[[[[["deep"]]]]]]]]]]]]},
        {1: "x"},
    ],
    ids=str,
)
def test_answers_that_cannot_be_taken_are_refused_and_nothing_changes(database: Database, wrong: Any) -> None:
    task = open_task(database=database)
    before = all_rows(database=database)
    with pytest.raises(BadAnswers) as refused:
        complete_task(
            database, task.at.actor("social_worker"), MONDAY, task.item, {**task.answers, **wrong} if wrong else {}
        )
    assert refused.value.problems
    assert all_rows(database=database) == before


@pytest.mark.parametrize("answers", [[], "text", 1, None, [["reason", "x"]]])
def test_answers_that_are_no_answers_are_refused(database: Database, answers: Any) -> None:
    task = open_task(database=database)
    with pytest.raises(BadAnswers):
        complete_task(database, task.at.actor("social_worker"), MONDAY, task.item, answers)


@pytest.mark.parametrize("moment", ["0001-01-01T00:00+05:00", "9999-12-31T23:59:59-14:00", "2026-02-31T10:00", ""])
@pytest.mark.parametrize(
    ("task", "point", "by", "field"),
    [
        ("see_child", "planned", "social_worker", "seen_at"),
        ("review_plan", "agreed", "team_manager", "held_at"),
        ("agree_plan", "in_need", "social_worker", "review_date"),
    ],
)
def test_a_time_at_the_edge_of_the_calendar_is_refused(
    database: Database, task: str, point: str, by: str, field: str, moment: str
) -> None:
    answers = {"child_seen": "yes"} if task == "see_child" else {}
    found = open_task(database=database, task=task, point=point, **answers)
    with pytest.raises(BadAnswers) as refused:
        complete_task(database, found.at.actor(by), MONDAY, found.item, {**found.answers, field: moment})
    assert field in refused.value.problems


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(["yes", "no"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
TASKS = (
    ("inform_family", "accepted", ("told",)),
    ("plan_assessment", "assessing", ("contributors", "see_child_by", "explained")),
    ("see_child", "planned", ("child_seen", "seen_at", "late_reason")),
    ("authorise_assessment", "written", ("authorised", "reason", "child_not_seen_reason")),
    ("review_plan", "agreed", ("held_at", "progress", "reason")),
)


@pytest.mark.parametrize(("task", "point", "fields"), TASKS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(data=st.data())
def test_whatever_is_sent_is_taken_or_refused_and_never_a_fault(
    database: Database, task: str, point: str, fields: tuple[str, ...], data: Any
) -> None:
    with database.read() as connection:
        row = connection.execute(select(WorkItem.__table__).where(WorkItem.element == task)).first()
    if row is None:
        open_task(database=database, task=task, point=point)
        with database.read() as connection:
            row = connection.execute(select(WorkItem.__table__).where(WorkItem.element == task)).one()
    sent = data.draw(st.dictionaries(st.sampled_from(fields) | st.text(max_size=5), ANYTHING, max_size=4) | ANYTHING)
    at = Authority(database, HERE, "duty_team", "other_team")
    with pytest.raises(Refusal):
        complete_task(database, at.actor(row.role), MONDAY, row.id, sent)
