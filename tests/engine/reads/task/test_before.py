"""A task that comes up again: nobody types twice, and nobody's decision is taken for granted. On both databases."""

import pytest

from engine.base.database import Database
from engine.reads.task.task_page import TaskView
from engine.reads.task.task_page import task as read_task
from tests.builders import DAY, MONDAY, Authority, authority, case_at, do, open_items


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def seen(world: Authority, case: str, name: str, role: str = "social_worker") -> TaskView:
    item = open_items(database=world.database, case=case)[name].id
    with world.database.read() as connection:
        return read_task(connection, world.actor(role), MONDAY + 2 * DAY, item)


def test_a_returned_assessment_keeps_its_texts_and_says_why_it_came_back(world: Authority) -> None:
    case = case_at(authority=world, point="planned")
    assert seen(world, case, "write_assessment").before is None
    do(authority=world, case=case, task="write_assessment", finding="child_in_need", analysis="Neglect since May.")
    do(authority=world, case=case, task="authorise_assessment", authorised="returned", reason="Who saw the child?")
    again = seen(world, case, "write_assessment")
    assert again.form.filled["analysis"] == "Neglect since May."
    assert "finding" not in again.form.filled
    assert "police_informed" not in again.form.filled
    assert again.before is not None
    assert again.before.given.by == "Social worker 1"
    assert again.before.verdict is not None
    judged, words = again.before.verdict
    assert (judged.by, judged.title) == ("Team manager 1", "Authorise the assessment")
    assert "Who saw the child?" in [one.words for one in words]


def test_a_visit_at_which_the_child_was_not_seen_asks_anew_whether_and_when(world: Authority) -> None:
    case = case_at(authority=world, point="planned")
    do(authority=world, case=case, task="see_child", child_seen="no", seen_at=MONDAY.isoformat())
    again = seen(world, case, "see_child")
    assert again.before is not None
    assert again.before.verdict is None
    assert {"child_seen", "seen_at"}.isdisjoint(again.form.filled)


def test_what_one_agency_contributed_is_not_put_in_the_mouth_of_another(world: Authority) -> None:
    case = case_at(authority=world, point="planned")
    do(authority=world, case=case, task="contribute(health)", answer="given", contribution="Missed two clinics.")
    other = seen(world, case, "contribute(police)", "police_officer")
    assert other.before is None
    assert "contribution" not in other.form.filled


def test_the_same_task_of_another_instance_is_another_one(world: Authority) -> None:
    case = case_at(authority=world, point="in_need")
    do(authority=world, case=case, task="agree_plan", review_date="2026-06-01")
    do(authority=world, case=case, task="review_plan", progress="continue", held_at=MONDAY.isoformat())
    assert seen(world, case, "agree_plan").before is None
