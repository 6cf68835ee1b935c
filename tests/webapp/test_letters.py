"""Letters that did not leave, on the pages of those who decide about them; and the letters of the demonstration."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from engine.base.database import Database
from engine.base.settings import Settings
from engine.scenario.mail_server import send
from tests.builders import HOUR, MONDAY, Authority, account, open_items, refer
from tests.webapp.conftest import Clock
from tests.webapp.test_team import section
from tests.webapp.visitor import Visitor
from webapp import create_app
from webapp.caught_letters import CaughtLetters
from webapp.cli.ticking import sending

As = Callable[..., Visitor]
ABOUT = ": “We have received your referral” to the referrer"
TEAM = ("social_worker", "team_manager")


def written(world: Authority, says: str = "") -> str:
    """A case whose referrer is to be written to; `says` is what the mail server does."""
    case = refer(authority=world, reply_by="email", referrer_email="head@school.example").cases[0]
    if says:
        send(world.database, MONDAY, says)
    return case


@pytest.mark.parametrize(
    ("says", "state"),
    [("", "Waits to be sent"), ("down", "Waits to be sent"), ("refused", "Not taken"), ("silent", "Nobody knows")],
)
def test_a_case_says_which_letters_have_not_left(says: str, state: str, as_a: As, world: Authority) -> None:
    case = written(world, says)
    told = section(as_a("social_worker").get(f"/cases/{case}"), "letters")
    assert state in told
    assert "To the referrer" in told
    assert "school" not in told


def test_a_letter_that_has_left_is_told_of_in_what_happened(as_a: As, world: Authority) -> None:
    page = as_a("social_worker").get(f"/cases/{written(world, 'taken')}")
    assert section(page, "letters") == ""
    assert "The mail server has taken the letter “We have received your referral”" in section(page, "happened")


def test_other_agencies_are_not_shown_letters(as_a: As, world: Authority) -> None:
    case = written(world, "silent")
    assert section(as_a("health_practitioner").get(f"/cases/{case}"), "letters") == ""


def test_an_auditor_sees_letters_and_decides_nothing(as_a: As, world: Authority) -> None:
    case = written(world, "silent")
    page = as_a("auditor").get(f"/cases/{case}")
    assert "Nobody knows" in section(page, "letters")
    assert "Send again" not in page.text


def test_the_page_of_the_team_names_what_did_not_leave(as_a: As, world: Authority) -> None:
    assert section(as_a("team_manager").get("/team"), "letters") == ""
    written(world)
    assert section(as_a("team_manager").get("/team"), "letters") == ""  # it may leave in a moment
    send(world.database, MONDAY, "silent")
    told = section(as_a("team_manager").get("/team"), "letters")
    assert "Ada Example" in told
    assert "Nobody knows whether it left" in told


def test_a_letter_that_nobody_hands_over_is_named_after_an_hour(as_a: As, world: Authority, clock: Clock) -> None:
    written(world)
    clock.move(HOUR + HOUR / 60)
    assert "Waits to be sent" in section(as_a("team_manager").get("/team"), "letters")


@pytest.mark.parametrize(
    ("says", "words"),
    [("down", "the letter is withdrawn"), ("refused", "was not taken"), ("silent", "may or may not have left")],
)
def test_the_task_says_how_the_letter_stands(says: str, words: str, as_a: As, world: Authority) -> None:
    item = open_items(database=world.database, case=written(world, says))["acknowledge_referral"].id
    assert words in as_a("social_worker").get(f"/tasks/{item}").text


def test_a_task_that_no_letter_does_says_nothing_of_letters(as_a: As, world: Authority) -> None:
    items = open_items(database=world.database, case=written(world))
    page = as_a("social_worker").get(f"/tasks/{items['clarify_referral'].id}").text
    assert not re.search("(the|this) letter|letters? (is|was|has|have|may)", page, re.IGNORECASE)


@pytest.mark.parametrize("role", TEAM)
@pytest.mark.parametrize(
    ("says", "button", "left"),
    [
        ("silent", "Send again", "Waits to be sent"),
        ("silent", "It arrived: confirm", ""),
        ("refused", "Send again", "Waits to be sent"),
        ("refused", "Put aside", ""),
    ],
)
def test_the_team_says_what_is_to_become_of_it(
    role: str, says: str, button: str, left: str, as_a: As, world: Authority
) -> None:
    case, worker = written(world, says), as_a(role)
    page = worker.send(worker.get(f"/cases/{case}"), button=f"{button}{ABOUT}")
    assert left in section(page, "letters")
    assert (section(page, "letters") == "") is (left == "")
    is_open = "acknowledge_referral" in open_items(database=world.database, case=case)
    assert is_open is (button != "It arrived: confirm")


def test_pressing_twice_says_that_nothing_is_to_be_decided_any_more(as_a: As, world: Authority) -> None:
    case, worker = written(world, "silent"), as_a("social_worker")
    page = worker.get(f"/cases/{case}")
    worker.send(page, button=f"It arrived: confirm{ABOUT}")
    assert (
        "Nothing is to be decided about this letter"
        in worker.send(page, button=f"It arrived: confirm{ABOUT}", status=409).text
    )


def test_without_a_mail_server_the_page_says_so(settings: Settings, world: Authority, as_a: As) -> None:
    case = written(world)
    assert settings.mail is None
    page = as_a("social_worker").get(f"/cases/{case}")
    assert "No mail server is set up here, so nothing is sent" in page.text
    assert "Acknowledge the referral" in page.text


@pytest.fixture
def caught() -> CaughtLetters:
    return CaughtLetters()


@pytest.fixture
def demonstration(settings: Settings, world: Authority, clock: Clock, caught: CaughtLetters) -> Flask:
    return create_app(settings, world.database, now=clock, demo=True, caught=caught)


def test_the_demonstration_shows_the_letters_that_it_has_sent(
    demonstration: Flask, caught: CaughtLetters, database: Database, world: Authority
) -> None:
    case = written(world)
    visitor = Visitor(demonstration.test_client())
    visitor.sign_in(account(role="social_worker"))
    assert "No letter has come yet" in visitor.get("/letters").text
    assert sending(database, caught.listen(), "http://127.0.0.1:8000")() == 1
    page = visitor.get("/letters")
    assert "We have received your referral" in page.text
    assert "head@school.example" in page.text
    assert section(visitor.get(f"/cases/{case}"), "letters") == ""
    assert "Letters of the demonstration" in visitor.get("/tasks").response.text


def test_no_other_site_shows_letters(as_a: As) -> None:
    worker = as_a("social_worker")
    assert worker.get("/letters", status=404)
    assert "Letters of the demonstration" not in worker.get("/tasks").response.text
