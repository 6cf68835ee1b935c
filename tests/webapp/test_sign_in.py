"""Signing in and out, and how a session ends."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from hashlib import sha1, sha256

import pytest
from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select, update

from engine.base.database import Database
from engine.base.settings import Settings
from engine.commands import accounts
from engine.tables import Account, Session
from tests.builders import MONDAY, Authority, account, case_at, do, open_items
from tests.second_factors import code_at, has_app
from tests.webapp.conftest import Clock
from tests.webapp.visitor import Visitor
from webapp import create_app, keys

EMAIL, PASSWORD = "social_worker.1@example.org", "correct horse battery"
AUDITOR = "auditor.1@example.org"
As = Callable[..., Visitor]


@pytest.fixture
def visitor(settings: Settings, world: Authority, clock: Clock) -> Visitor:
    """Where people sign in with a password."""
    stored = accounts.hashed(PASSWORD)
    with world.database.transaction() as connection:
        connection.execute(update(Account).where(Account.email == EMAIL).values(password_hash=stored))
    return Visitor(create_app(settings, world.database, now=clock).test_client())


def token(visitor: Visitor) -> str:
    cookie = visitor.client.get_cookie("session")
    return cookie.value if cookie else ""


def test_the_front_page_asks_to_sign_in_and_offers_to_report_a_concern(visitor: Visitor) -> None:
    page = visitor.get("/")
    assert page.title == "Sign in"
    assert "ring 999" in page.text
    assert page.link("Report a concern about a child") == "/refer"


def test_the_right_password_opens_the_inbox(visitor: Visitor) -> None:
    page = visitor.send(visitor.get("/sign-in"), {"email": f" {EMAIL.upper()} ", "password": PASSWORD})
    assert (page.title, page.path) == ("Tasks", "/tasks")
    assert visitor.get("/").path == "/tasks"


@pytest.mark.parametrize(
    "typed",
    [
        {"email": EMAIL, "password": "wrong password"},
        {"email": "nobody@example.org", "password": PASSWORD},
        {"email": "team_manager.1@example.org", "password": PASSWORD},
        {"email": "", "password": ""},
    ],
    ids=["wrong password", "no such account", "account without a password", "nothing"],
)
def test_whatever_is_wrong_is_told_in_the_same_words(visitor: Visitor, typed: dict[str, str]) -> None:
    page = visitor.send(visitor.get("/sign-in"), typed, status=400)
    assert page.title == "Error: Sign in"
    assert page.errors == [accounts.WRONG]
    assert page.value("email") == typed["email"]
    assert page.value("password") == ""


def test_signing_in_gives_another_session_each_time(visitor: Visitor) -> None:
    first = visitor.send(visitor.get("/sign-in"), {"email": EMAIL, "password": PASSWORD})
    before = token(visitor)
    visitor.send(visitor.get("/sign-in"), {"email": EMAIL, "password": PASSWORD})
    assert first.path == "/tasks"
    assert token(visitor) != before
    visitor.client.set_cookie("session", before)
    assert visitor.get("/tasks").title == "Sign in"


def test_the_database_holds_no_token(visitor: Visitor, database: Database) -> None:
    visitor.send(visitor.get("/sign-in"), {"email": EMAIL, "password": PASSWORD})
    with database.read() as connection:
        row = connection.execute(select(Session.__table__)).one()
    assert token(visitor)
    assert token(visitor) not in repr(row)


def test_a_session_that_was_signed_out_opens_nothing(as_a: As) -> None:
    visitor = as_a("social_worker")
    kept = token(visitor)
    assert visitor.send(visitor.get("/tasks"), button="Sign out").title == "Sign in"
    visitor.client.set_cookie("session", kept)
    assert visitor.get("/tasks").title == "Sign in"


def test_the_cookies_of_flask_login_open_nothing_and_close_nothing(as_a: As, visitor: Visitor) -> None:
    with visitor.client.session_transaction() as kept:
        kept["_user_id"], kept["_fresh"] = account(role="social_worker"), True
    assert visitor.get("/tasks").title == "Sign in"
    signed_in = as_a("social_worker")
    signed_in.client.set_cookie("remember_token", f"{account(role='auditor')}|0")
    assert signed_in.get("/tasks").title == "Tasks"


@pytest.mark.parametrize(
    ("pauses", "title"),
    [
        ([timedelta(minutes=14)] * 3, "Tasks"),
        ([timedelta(minutes=15)], "Sign in"),
        ([timedelta(minutes=14)] * 52, "Sign in"),
    ],
    ids=["somebody who works", "somebody who left", "after twelve hours, whoever works"],
)
def test_a_session_ends_by_itself(as_a: As, clock: Clock, pauses: list[timedelta], title: str) -> None:
    visitor = as_a("social_worker")
    page = visitor.get("/tasks")
    for pause in pauses:
        clock.move(pause)
        page = visitor.get("/tasks")
    assert page.title == title


def test_a_leaver_is_out_at_once(as_a: As, world: Authority) -> None:
    visitor = as_a("social_worker")
    accounts.disable_account(world.database, world.system, MONDAY, account(role="social_worker"))
    assert visitor.get("/tasks").title == "Sign in"


def test_after_signing_in_one_is_where_one_wanted_to_be(app: Flask, world: Authority) -> None:
    case = case_at(authority=world)
    visitor = Visitor(app.test_client())
    page = visitor.get(f"/cases/{case}?done=x")
    signed_in = visitor.send(page, {"account": account(role="social_worker")})
    assert signed_in.path == f"/cases/{case}?done=x"


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "evil", "/%09/evil.example", "/tasks%0Ax", "//["],
)
def test_no_link_leads_elsewhere_after_signing_in(visitor: Visitor, elsewhere: str) -> None:
    page = visitor.send(visitor.get(f"/sign-in?next={elsewhere}"), {"email": EMAIL, "password": PASSWORD})
    assert page.path == "/tasks"


def test_an_auditor_begins_with_the_cases(as_a: As) -> None:
    assert as_a("auditor").get("/").path == "/cases"


def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites(settings: Settings, world: Authority) -> None:
    client = create_app(replace(settings, https=True), world.database, now=Clock(), demo=True).test_client()
    form = Visitor(client).get("/sign-in")
    answer = client.post(
        "/sign-in",
        data={"csrf_token": form.value("csrf_token"), "account": account(role="social_worker")},
        headers={"X-Forwarded-Proto": "https", "Referer": "https://localhost/"},
        base_url="https://localhost",
    )
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    given = [*form.response.headers.getlist("Set-Cookie"), *answer.headers.getlist("Set-Cookie")]
    assert {cookie.split("=")[0] for cookie in given} == {"__Host-form", "__Host-session"}
    for cookie in given:
        assert all(word in cookie for word in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"))
        assert "Domain" not in cookie


def test_forms_and_cookies_are_signed_with_sha_256(visitor: Visitor, settings: Settings) -> None:
    key = keys.key(settings.keys, keys.FORMS)
    given = visitor.get("/sign-in").value("csrf_token")
    cookie = visitor.client.get_cookie("form")
    assert cookie
    for signed, salt, derived in ((given, "wtf-csrf-token", "django-concat"), (cookie.value, "cookie-session", "hmac")):
        for digest, holds in ((sha256, True), (sha1, False)):
            how = {"digest_method": digest, "key_derivation": derived}
            assert URLSafeTimedSerializer(key, salt, signer_kwargs=how).loads_unsafe(signed)[0] == holds


def test_another_key_signs_nobody_out(visitor: Visitor, settings: Settings, world: Authority, clock: Clock) -> None:
    """As a start says where the key was lost: a form that is open is shown again, with what was typed."""
    signed_in(visitor)
    (settings.keys / keys.FORMS).unlink()
    client = create_app(settings, world.database, now=clock).test_client()
    client.set_cookie("session", token(visitor))
    assert Visitor(client).get("/tasks").heading == "Tasks"


def signed_in(visitor: Visitor) -> Visitor:
    visitor.send(visitor.get("/sign-in"), {"email": EMAIL, "password": PASSWORD})
    return visitor


def test_a_password_is_not_carried_through_the_page(
    visitor: Visitor, settings: Settings, world: Authority, clock: Clock
) -> None:
    """It was asked for again, and the session was over when it arrived."""
    with world.database.transaction() as connection:
        stored = select(Account.password_hash).where(Account.email == EMAIL).scalar_subquery()
        connection.execute(update(Account).where(Account.email == AUDITOR).values(password_hash=stored))
    has_app(world.database, settings, account(role="auditor"), clock.now)
    second = visitor.send(visitor.get("/sign-in"), {"email": AUDITOR, "password": PASSWORD})
    visitor.send(second, {"second_factor": code_at(clock.now)})
    case = case_at(authority=world)
    clock.move(timedelta(minutes=6))
    page = visitor.get(f"/cases/{case}/export")
    clock.move(timedelta(minutes=20))
    typed = {"pack": "full", "reason": "The court asked.", "password": PASSWORD, "second_factor": "246802"}
    asked = visitor.send(page, typed, status=401)
    assert PASSWORD not in asked.response.text
    assert "246802" not in asked.response.text
    second = visitor.send(asked, {"email": AUDITOR, "password": PASSWORD})
    told = visitor.send(second, {"second_factor": code_at(clock.now)})
    assert told.heading == "You are signed in"
    assert "The court asked." in told.text
    assert PASSWORD not in told.response.text
    assert visitor.get(told.link("Go on")).value("reason") == ""


def test_what_was_only_a_button_promises_nothing_and_leads_back(
    visitor: Visitor, world: Authority, clock: Clock
) -> None:
    case_at(authority=world, point="deciding")
    inbox = signed_in(visitor).get("/tasks")
    clock.move(timedelta(minutes=20))
    asked = visitor.send(inbox, button="Take “Decide the response” for Ada Example", status=401)
    assert "nothing was sent" in asked.text
    assert "What you typed" not in asked.text
    assert visitor.send(asked, {"email": EMAIL, "password": PASSWORD}).path == "/tasks"


def test_to_sign_out_when_the_session_is_over_is_to_be_out(visitor: Visitor, clock: Clock) -> None:
    inbox = signed_in(visitor).get("/tasks")
    clock.move(timedelta(minutes=20))
    assert visitor.send(inbox, button="Sign out").path == "/sign-in"
    assert token(visitor) == ""


def test_what_a_colleague_has_done_meanwhile_is_given_back_to_be_copied(
    visitor: Visitor, world: Authority, clock: Clock
) -> None:
    case = case_at(authority=world, point="deciding")
    item = open_items(database=world.database, case=case)["decide_response"].id
    page = signed_in(visitor).get(f"/tasks/{item}")
    clock.move(timedelta(minutes=20))
    asked = visitor.send(page, {"response": "early_help", "reason": "Long text of mine"}, status=401)
    assert "What you typed is kept in this page" in asked.text
    assert "for a while" not in asked.text  # nobody here knows why the session is over
    do(authority=world, case=case, task="decide_response", now=clock.now, response="assessment")
    told = visitor.send(asked, {"email": EMAIL, "password": PASSWORD})
    assert "Long text of mine" in told.text
    assert visitor.get(told.link("Go on"), status=409).heading == "This task is done"


def test_who_signed_out_in_another_tab_can_copy_what_they_typed(visitor: Visitor, world: Authority) -> None:
    case = case_at(authority=world, point="deciding")
    item = open_items(database=world.database, case=case)["decide_response"].id
    page = signed_in(visitor).get(f"/tasks/{item}")
    visitor.send(visitor.get("/tasks"), button="Sign out")
    asked = visitor.send(page, {"reason": "Long text of mine"}, status=401)
    assert "Long text of mine" in asked.text
    assert asked.value("typed") == ""


def test_who_signed_in_in_another_tab_can_copy_what_they_typed(
    visitor: Visitor, world: Authority, clock: Clock
) -> None:
    case = case_at(authority=world, point="deciding")
    item = open_items(database=world.database, case=case)["decide_response"].id
    page = signed_in(visitor).get(f"/tasks/{item}")
    clock.move(timedelta(minutes=20))
    asked = visitor.send(page, {"reason": "Long text of mine"}, status=401)
    signed_in(visitor)
    told = visitor.send(asked, {"email": EMAIL, "password": PASSWORD}, status=400)
    assert "Long text of mine" in told.text
    planted = {"csrf_token": "none", "typed": asked.value("typed")}
    assert "Long text of mine" not in visitor.post("/sign-in", planted, status=400).text


@pytest.mark.parametrize("typed", ["", "{", "[]", "1", '{"a": 1, "b": [1], "subject": []}', '{"subject": ["x"]}'])
def test_whatever_is_carried_is_read_with_care(visitor: Visitor, typed: str) -> None:
    page = visitor.send(visitor.get("/sign-in"), {"email": EMAIL, "password": PASSWORD, "typed": typed})
    assert page.path == "/tasks"
