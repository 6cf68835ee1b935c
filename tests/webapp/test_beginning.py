"""What people begin by hand: an emergency with one press, the rest with a short form, from the page of a case."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from engine.tables import Outbox
from tests.builders import DAY, MONDAY, Authority, case_at, open_items
from tests.webapp.conftest import Clock
from tests.webapp.visitor import Page, Visitor

As = Callable[..., Visitor]
TO_RECORD_A_DEATH = "End a child protection plan or record a death"
EMERGENCY = "Protect a child now"


def begins(page: Page) -> list[str]:
    """What the group “Start” offers."""
    found = page.tree.xpath("//section[@aria-labelledby='start']//h3/a")
    return [" ".join(link.text_content().split()) for link in found]


def buttons(page: Page) -> list[str]:
    return [" ".join(each.text_content().split()) for each in page.tree.xpath("//main//button")]


def test_an_emergency_is_two_clicks_from_the_inbox_and_waits_for_no_form(as_a: As, world: Authority) -> None:
    case = case_at(authority=world)
    visitor = as_a("social_worker")
    inbox = visitor.get("/tasks")
    page = visitor.get(inbox.tree.xpath("//section//a[bdi='Ada Example']/@href")[0])
    done = visitor.send(page, button=EMERGENCY)
    assert done.path.startswith(f"/cases/{case}?done=")
    assert "Immediate protection has begun." in done.text
    assert "hold_immediate_strategy_discussion" in open_items(database=world.database, case=case)
    assert EMERGENCY not in buttons(done)
    assert "Immediate protection is under way since today at 10:00." in done.text


def test_its_first_task_shows_the_facts_to_be_put_right(as_a: As, world: Authority) -> None:
    case = case_at(authority=world)
    manager = as_a("team_manager")
    done = manager.send(manager.get(f"/cases/{case}"), button=EMERGENCY)
    task = manager.get(done.link("Hold the immediate strategy discussion"))
    assert task.heading == "Hold the immediate strategy discussion"
    assert (task.value("acting_agency"), task.value("already_acted")) == ("social_care", "no")


def test_it_stands_first_in_the_inbox(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, point="planned")
    visitor = as_a("social_worker")
    visitor.send(visitor.get(f"/cases/{case}"), button=EMERGENCY)
    inbox = as_a("team_manager").get("/tasks")
    first = inbox.tree.xpath("string(//section//h3)")
    assert "Hold the immediate strategy discussion" in first


def test_pressing_twice_begins_it_once(as_a: As, world: Authority) -> None:
    """The same page sent again gives the first result; a colleague who presses meanwhile joins what is under way."""
    case = case_at(authority=world)
    visitor, colleague = as_a("social_worker"), as_a("social_worker", number=2)
    page, theirs = visitor.get(f"/cases/{case}"), colleague.get(f"/cases/{case}")
    first = visitor.send(page, button=EMERGENCY)
    assert visitor.send(page, button=EMERGENCY).path == first.path
    assert "Immediate protection has begun." in colleague.send(theirs, button=EMERGENCY).text
    held = [name for name in open_items(database=world.database, case=case) if name.startswith("hold_immediate")]
    assert len(held) == 1


def test_whoever_has_time_gives_the_facts_first(as_a: As, world: Authority) -> None:
    case = case_at(authority=world)
    visitor = as_a("social_worker")
    form = visitor.get(visitor.get(f"/cases/{case}").link("Give the facts first"))
    assert form.heading == EMERGENCY
    done = visitor.send(form, {"acting_agency": "police", "already_acted": "yes"})
    assert "Immediate protection has begun." in done.text
    assert "see_child(police)" in open_items(database=world.database, case=case)


@pytest.mark.parametrize(
    ("role", "emergency", "offered"),
    [
        (
            "social_worker",
            True,
            ["Call for a strategy discussion", "New referral of this child", "Ask for help", "Raise a disagreement"],
        ),
        (
            "team_manager",
            True,
            [
                *("Call for a strategy discussion", "New referral of this child", "Ask for help"),
                *("Change the lead social worker", TO_RECORD_A_DEATH, "Close a case"),
            ],
        ),
        (
            "health_practitioner",
            True,
            ["Call for a strategy discussion", "New referral of this child", "Raise a disagreement"],
        ),
        ("legal_adviser", False, ["New referral of this child"]),
        ("auditor", False, []),
    ],
)
def test_each_is_offered_what_they_may_begin(
    as_a: As, world: Authority, role: str, emergency: bool, offered: list[str]
) -> None:
    case = case_at(authority=world)
    page = as_a(role).get(f"/cases/{case}")
    assert (EMERGENCY in buttons(page), begins(page)) == (emergency, offered)


def test_one_that_is_called_for_already_is_not_offered_twice(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, point="assessing")
    visitor = as_a("health_practitioner")
    form = visitor.get(visitor.get(f"/cases/{case}").link("Call for a strategy discussion"))
    done = visitor.send(form, {"concern": "A bruise that nobody can explain."})
    assert "Strategy discussion has begun." in done.text
    assert "Call for a strategy discussion" not in begins(done)
    assert "One is under way since today at 10:00." in done.text


def test_what_is_required_is_asked(as_a: As, world: Authority) -> None:
    case = case_at(authority=world)
    visitor = as_a("social_worker")
    form = visitor.get(visitor.get(f"/cases/{case}").link("Call for a strategy discussion"))
    again = visitor.send(form, {"concern": ""}, status=400)
    assert again.link(again.errors[0]) == "#concern"


def test_the_team_manager_is_told_at_once(as_a: As, world: Authority) -> None:
    case = case_at(authority=world)
    visitor = as_a("health_practitioner")
    visitor.send(visitor.get(f"/cases/{case}"), button=EMERGENCY)
    with world.database.read() as connection:
        told = connection.execute(select(Outbox.recipient, Outbox.subject).where(Outbox.kind == "notice")).all()
    assert sorted(told) == [
        (f"account:team_manager.{number}", "Started in a case of your team: immediate protection") for number in (1, 2)
    ]


def test_a_disagreement_is_raised_for_28_days_after_closure(as_a: As, world: Authority, clock: Clock) -> None:
    case = case_at(authority=world, point="closed")
    clock.move(28 * DAY)
    visitor = as_a("health_practitioner")
    page = visitor.get(f"/cases/{case}")
    assert begins(page) == ["Raise a disagreement"]
    typed = {"about": "closure", "reason": "He is not safe.", "wanted": "Assess again.", "supported": "no"}
    assert "has begun." in visitor.send(visitor.get(page.link("Raise a disagreement")), typed).text
    clock.move(DAY)
    visitor = as_a("health_practitioner")
    assert begins(visitor.get(f"/cases/{case}")) == []
    refused = visitor.get(f"/cases/{case}/start/professional_disagreement", status=409)
    assert "This case is closed. A new referral opens a new case." in refused.text


def test_without_a_plan_only_a_death_is_offered(as_a: As, world: Authority) -> None:
    page = as_a("team_manager").get(f"/cases/{case_at(authority=world)}/start/discontinuation")
    assert "The child has died" in page.text
    assert "The child has moved to another area for good" not in page.text


def test_what_is_for_others_to_begin_is_refused(as_a: As, world: Authority) -> None:
    case = case_at(authority=world)
    as_a("social_worker").get(f"/cases/{case}/start/case_closure", status=403)
    as_a("auditor").get(f"/cases/{case}/start/immediate_protection", status=403)
    as_a("police_officer").get(f"/cases/{case}/start/immediate_protection", status=404)
    as_a("social_worker").get("/cases/start/case_closure", status=404)
    as_a("police_officer").get("/cases/start/transfer_in", status=403)


def test_a_child_who_moves_in_has_a_case_without_a_referral(as_a: As) -> None:
    visitor = as_a("conference_administrator")
    form = visitor.get(visitor.get("/cases").link("A child on a plan elsewhere has moved here"))
    typed = {
        "children.0.given_name": "Ines",
        "children.0.family_name": "Example",
        "children.0.born": "",
        "home_authority": "Westmarch",
    }
    done = visitor.send(form, typed)
    assert "A case is open:" in done.text
    page = visitor.get(done.tree.xpath("//*[contains(@class, 'notification-banner')]//a/@href")[0])
    assert page.heading == "Ines Example"
    assert "Confirm the move" in page.text
    assert "A case is open" not in visitor.get("/cases").text


def test_a_form_that_opens_cases_grows_and_is_kept(as_a: As) -> None:
    visitor = as_a("social_worker")
    form = visitor.get("/cases/start/transfer_in")
    grown = visitor.send(form, {"children.0.given_name": "Ines"}, button="Add another")
    assert grown.value("children.0.given_name") == "Ines"
    assert grown.tree.xpath("//input[@name='children.1.given_name']")
    kept = visitor.send(grown, {"home_authority": "West"}, button="Save and finish later")
    assert (kept.path, kept.value("home_authority")) == ("/cases/start/transfer_in", "West")
    again = visitor.send(kept, status=400)
    assert "Which authority is the child’s plan with" not in " ".join(again.errors)
    assert again.errors


def test_police_officers_without_a_part_are_offered_nothing(as_a: As) -> None:
    assert "Open a case without a referral" not in as_a("police_officer").get("/cases").text
    assert MONDAY.tzinfo
