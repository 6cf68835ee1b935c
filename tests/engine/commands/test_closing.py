"""How a case closes: by itself when nothing runs, or by a manager with a reason for each thing that is cut short."""

from typing import Any

import pytest
from sqlalchemy import select, update

from engine.base.database import Database
from engine.base.errors import BadAnswers, NotAllowed, NotPossible
from engine.commands.cases import Started, start_process
from engine.facts.circumstances import Subject
from engine.people.identity import Actor
from engine.record.chain import case_chain, lines
from engine.tables import Case, Instance, WorkItem
from tests.builders import (
    MONDAY,
    Authority,
    all_rows,
    authority,
    case_at,
    do,
    filled,
    open_items,
    refer,
)

Steps = tuple[tuple[str, dict[str, Any]], ...]


def instances(database: Database, case: str) -> list[tuple[str, int, str]]:
    with database.read() as connection:
        rows = connection.execute(
            select(Instance.process, Instance.number, Instance.status).where(Instance.case_id == case)
        )
        return sorted((row.process, row.number, row.status) for row in rows)


def closed_at(database: Database, case: str) -> object:
    with database.read() as connection:
        return connection.execute(select(Case.closed_at).where(Case.id == case)).scalar_one()


def close_early(at: Authority, case: str, *, by: Actor | None = None, **reasons: str) -> Started:
    withdrawn = [{"what": what, "reason": reason} for what, reason in reasons.items()]
    given: dict[str, Any] = {"reason": "The family moved away", **({"withdrawn": withdrawn} if withdrawn else {})}
    subject = Subject("case_closure", "start", case)
    answers = given if withdrawn else filled(database=at.database, subject=subject, given=given, now=MONDAY)
    return start_process(at.database, by or at.actor("team_manager"), MONDAY, "case_closure", answers, case)


def test_a_case_asks_to_be_closed_when_nothing_runs_any_more(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at, point="agreed")
    assert "close_case" not in open_items(database=database, case=case)
    do(authority=at, case=case, task="circulate_plan")
    do(authority=at, case=case, task="review_plan", progress="close")
    assert list(open_items(database=database, case=case)) == ["close_case"]
    assert closed_at(database, case) is None


def test_feedback_and_letters_keep_a_case_open(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at, point="deciding")
    do(authority=at, case=case, task="decide_response", response="no_further_action")
    do(authority=at, case=case, task="inform_family")
    assert list(open_items(database=database, case=case)) == ["feed_back_to_referrer"]
    do(authority=at, case=case, task="feed_back_to_referrer")
    assert list(open_items(database=database, case=case)) == ["close_case"]


def test_closing_ends_the_case(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at, point="closed")
    assert closed_at(database, case) == MONDAY
    assert {status for _, _, status in instances(database, case)} == {"ended"}
    assert open_items(database=database, case=case) == {}
    with database.read() as connection:
        assert [line.kind for line in lines(connection, case_chain(case))][-3:] == ["closed", "passed", "ended"]


@pytest.mark.parametrize(
    ("point", "reason"),
    [
        ("referred", "a referral is not yet decided"),
        ("deciding", "a referral is not yet decided"),
        ("accepted", "a referrer has not been answered"),
    ],
)
def test_a_manager_cannot_close_over_a_referral_that_is_open(database: Database, point: str, reason: str) -> None:
    at = authority(database=database)
    case = case_at(authority=at, point=point)
    before = all_rows(database=database)
    with pytest.raises(NotPossible, match=reason):
        close_early(at, case)
    assert all_rows(database=database) == before


def test_a_second_referral_keeps_the_case_open_too(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at, point="planned")
    refer(authority=at, case=case)
    with pytest.raises(NotPossible, match="not yet decided"):
        close_early(at, case)


def test_without_the_guard_a_referral_would_be_cut_short(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    at = authority(database=database)
    case = case_at(authority=at)
    monkeypatch.setattr("engine.casework.closing._blocking_tasks", nothing_blocks)
    close_early(at, case)
    assert ("referral", 1, "withdrawn") in instances(database, case)


def test_a_manager_gives_a_reason_for_each_thing_that_is_withdrawn(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at, point="planned")
    close_early(at, case, assessment="They live in Leeds now")
    assert instances(database, case) == [
        ("assessment", 1, "withdrawn"),
        ("case_closure", 1, "running"),
        ("referral", 1, "ended"),
    ]
    assert list(open_items(database=database, case=case)) == ["close_case"]
    with database.read() as connection:
        entries = [(line.element, line.payload) for line in lines(connection, case_chain(case), ["withdrawn"])]
        closed_how = connection.execute(
            select(WorkItem.closed_how).where(WorkItem.closed_by.is_(None), WorkItem.closed_at.is_not(None))
        )
        assert set(closed_how.scalars()) == {"withdrawn"}
    assert entries[-1] == (None, {"why": "They live in Leeds now"})
    assert {element for element, _ in entries[:-1]} == {
        "contribute",
        "see_child",
        "interview_family",
        "write_assessment",
    }


@pytest.mark.parametrize(
    "withdrawn",
    [
        [],
        [{"what": "assessment"}],
        [{"what": "assessment", "reason": ""}],
        [{"what": "child_in_need_plan", "reason": "Not this"}],
        [{"what": "assessment", "reason": "Moved"}, {"what": "assessment", "reason": "Moved"}],
        [{"what": "assessment", "reason": "Moved"}, {"what": "case_closure", "reason": "Moved"}],
        "assessment",
    ],
    ids=str,
)
def test_nothing_is_withdrawn_without_its_own_reason(database: Database, withdrawn: Any) -> None:
    at = authority(database=database)
    case = case_at(authority=at, point="planned")
    before = all_rows(database=database)
    answers = {"reason": "Moved", "withdrawn": withdrawn}
    with pytest.raises(BadAnswers):
        start_process(database, at.actor("team_manager"), MONDAY, "case_closure", answers, case)
    assert all_rows(database=database) == before


def test_each_of_two_running_things_has_its_reason(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at, point="planned")
    refer(authority=at, case=case)
    early_help: Steps = (("decide_response", {"response": "early_help"}), ("feed_back_to_referrer", {}))
    for task, answers in early_help:
        do(authority=at, case=case, task=task, **answers)
    with pytest.raises(BadAnswers):
        close_early(at, case, assessment="Moved")
    close_early(at, case, assessment="Moved", referral_2="Moved as well")
    with database.read() as connection:
        whole = [line.payload for line in lines(connection, case_chain(case), ["withdrawn"]) if not line.element]
    assert whole == [{"why": "Moved"}, {"why": "Moved as well"}]


def test_only_a_manager_closes_early(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at, point="planned")
    with pytest.raises(NotAllowed):
        close_early(at, case, by=at.actor("social_worker"))


def test_a_closure_that_a_manager_begins_anew_takes_the_place_of_the_one_that_waits(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at, point="closing")
    close_early(at, case)
    assert [row for row in instances(database, case) if row[0] == "case_closure"] == [
        ("case_closure", 1, "withdrawn"),
        ("case_closure", 2, "running"),
    ]
    do(authority=at, case=case, task="close_case")
    assert closed_at(database, case) == MONDAY


def test_one_child_of_a_family_may_be_closed_while_the_other_is_not(database: Database) -> None:
    at = authority(database=database)
    children = [{"given_name": name, "family_name": "Example", "born": "2014-01-01"} for name in ("Ada", "Ben")]
    ada, ben = refer(authority=at, children=children).cases
    steps: Steps = (
        ("decide_response", {"response": "no_further_action"}),
        ("clarify_referral", {"same_child": "no"}),
        ("acknowledge_referral", {}),
        ("feed_back_to_referrer", {}),
        ("inform_family", {}),
        ("close_case", {}),
    )
    for task, answers in steps:
        do(authority=at, case=ada, task=task, **answers)
    assert closed_at(database, ada) == MONDAY
    assert closed_at(database, ben) is None
    assert len(open_items(database=database, case=ben)) == 3


def test_a_closed_case_stays_closed(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at, point="closed")
    with database.transaction() as connection:
        connection.execute(update(WorkItem).where(WorkItem.case_id == case).values(closed_by=None))
    with pytest.raises(NotPossible, match="closed"):
        close_early(at, case)


def nothing_blocks(*_: object) -> tuple[str, ...]:
    """In place of what keeps a case open."""
    return ()
