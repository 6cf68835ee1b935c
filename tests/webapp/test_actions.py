"""Actions on their pages: on the case, among the tasks of whoever they are for, and what became of them."""

from collections.abc import Callable

from tests.builders import Authority, case_at, open_items
from tests.engine.commands.calls_of_actions import adds, tells
from tests.engine.commands.joining import same
from tests.protecting import on_a_plan
from tests.webapp.visitor import Visitor

As = Callable[..., Visitor]
BY_WHEN = {"by_when-day": "4", "by_when-month": "3", "by_when-year": "2026"}


def test_an_action_is_added_stands_in_the_inbox_and_it_is_said_what_became_of_it(as_a: As, world: Authority) -> None:
    case = case_at(authority=world)
    worker, partner = as_a("social_worker"), as_a("health_practitioner")
    seen = worker.get(f"/cases/{case}")
    assert "None is open." in seen.text
    page = worker.get(seen.link("Add an action"))
    again = worker.send(page, {"what": "Zqweigh", "agency": "health", **BY_WHEN, "by_when-day": ""}, status=400)
    assert again.value("what") == "Zqweigh"  # nothing that was typed is lost
    of_case = worker.send(again, {"what": "Zqweigh", "agency": "health", "who": "The nurse", **BY_WHEN})
    assert "Zqweigh" in of_case.text
    assert "Say what became of it" not in of_case.text  # it is not theirs, and nobody leads the case yet
    inbox = partner.get("/tasks")
    assert "Actions for you" in inbox.text
    page = partner.get(inbox.link("Say what became of it: Zqweigh, for Ada Example"))
    partner.send(page, {"state": "refused"}, status=400)
    theirs = partner.send(page, {"state": "refused", "why": "Zqno"})
    assert "Those that are for your agency." in theirs.text
    assert "Zqno" in worker.get(f"/cases/{case}/actions?state=refused").text
    assert "Zqweigh" not in worker.get(f"/cases/{case}/actions?state=open").text
    assert "Zqweigh" not in partner.get("/tasks").text


def test_another_organisation_finds_neither_the_action_nor_that_there_is_one(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, point="planned")
    action = adds(world, case, what="Zqmine", agency="police", who="PC")
    partner = as_a("health_practitioner")
    partner.get(f"/actions/{action}", status=404)
    assert "Zqmine" not in partner.get(f"/cases/{case}/actions").text
    partner.get(f"/cases/{case}/actions/add", status=403)
    as_a("education_practitioner").get(f"/cases/{case}/actions", status=404)


def test_the_actions_of_a_case_that_was_joined_are_said_to_go_on(as_a: As, world: Authority) -> None:
    case = case_at(authority=world)
    joined = case_at(authority=world)
    same(world, joined, case)
    shown = as_a("social_worker").get(f"/cases/{joined}/actions").text
    assert "its actions go on there" in shown
    assert "in nobody’s tasks" not in shown


def test_who_says_it_second_is_told(as_a: As, world: Authority) -> None:
    case, manager = case_at(authority=world), as_a("team_manager")
    action = adds(world, case)
    page = manager.get(f"/actions/{action}")
    tells(world, action, role="team_manager", number=2)
    late = manager.send(page, {"state": "overtaken", "why": "Zqlate"}, status=409)
    assert "Somebody has said already what became of this action." in late.text
    assert "Zqlate" in late.text  # to be copied


def test_the_next_meeting_shows_what_is_open(as_a: As, world: Authority) -> None:
    case = on_a_plan(authority=world)
    adds(world, case, what="Zqopen", by_when="2026-02-20")
    items, worker = open_items(database=world.database, case=case), as_a("social_worker")
    page = worker.get(f"/tasks/{items['hold_core_group'].id}")
    assert "Zqopen (Children's social care, by 20 February 2026)" in page.text
    assert "What became of it?" in page.text
    assert "late by 10 days" in worker.get(f"/cases/{case}/actions").text


def test_a_form_that_agrees_on_more_shows_what_is_open_already(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, point="in_need")
    adds(world, case, what="Zqopen", by_when="2026-03-01")
    item = open_items(database=world.database, case=case)["agree_plan"].id
    text = as_a("social_worker").get(f"/tasks/{item}").text
    assert "Open already, from before Zqopen (Children's social care, by Sunday 1 March 2026, late by 1 day)" in text
