"""Making an audit pack on a page: who may, who must show again that it is them, and what is recorded first."""

import hashlib
import io
import zipfile
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update

from engine.base.settings import Settings
from engine.commands import accounts, exports
from engine.commands.showing_second_factor import WRONG_FACTOR
from engine.record.chain import lines
from engine.tables import Account
from tests.builders import Authority, account, case_at, reference
from tests.second_factors import code_at, has_app
from tests.webapp.conftest import Clock
from tests.webapp.visitor import Page, Visitor
from webapp import create_app
from webapp.shown_factors import NOTHING_SHOWN

As = Callable[..., Visitor]
REASON = "Asked for by the board on 2 March"
ASKED = {"pack": "redacted", "reason": REASON, "confirmed": "yes"}
PASSWORD = "correct horse battery"


@pytest.fixture
def case(world: Authority) -> str:
    return case_at(authority=world, point="in_need")


@pytest.fixture
def real(settings: Settings, world: Authority, clock: Clock) -> Visitor:
    """Where people sign in with a password and a code."""
    email, stored = f"{account(role='auditor')}@example.org", accounts.hashed(PASSWORD)
    with world.database.transaction() as connection:
        connection.execute(update(Account).where(Account.email == email).values(password_hash=stored))
    has_app(world.database, settings, account(role="auditor"), clock.now)
    visitor = Visitor(create_app(settings, world.database, now=clock).test_client())
    second = visitor.send(visitor.get("/sign-in"), {"email": email, "password": PASSWORD})
    visitor.send(second, {"second_factor": code_at(clock.now)})
    clock.move(timedelta(minutes=5))
    return visitor


def shown(clock: Clock) -> dict[str, str]:
    """Both that an auditor has."""
    return {"password": PASSWORD, "second_factor": code_at(clock.now)}


def exported(world: Authority) -> list[dict[str, str]]:
    with world.database.read() as connection:
        chain = lines(connection, world.actor("auditor").chain, ["exported"])
    return [dict(line.payload or {}) for line in chain]


def download(visitor: Visitor, page: Page, typed: dict[str, str]) -> tuple[str, bytes]:
    """The name and the content of the file that the form gives."""
    token = page.value("csrf_token")
    response = visitor.client.post(page.path, data={"csrf_token": token, **typed})
    assert (response.status_code, response.content_type) == (200, "application/zip"), response.text[:2000]
    assert response.headers["Cache-Control"] == "no-store"
    kind, _, name = response.headers["Content-Disposition"].partition("; filename=")
    assert kind == "attachment"
    return name.strip('"'), response.data


@pytest.mark.parametrize("pack", ["redacted", "full"])
def test_an_auditor_gets_a_pack_and_its_making_is_recorded(as_a: As, world: Authority, case: str, pack: str) -> None:
    auditor = as_a("auditor")
    page = auditor.get(auditor.get(f"/cases/{case}").link("Make an audit pack"))
    assert page.heading == "Make an audit pack"
    name, content = download(auditor, page, {**ASKED, "pack": pack})
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {"index.html", "acts.jsonl", "case.xes"} <= set(archive.namelist())
        assert (b"Ada" in archive.read("index.html")) == (pack == "full")
    assert (reference(authority=world, case=case) in name) == (pack == "full")
    said = {"form": pack, "reason": REASON, "file": name, "sha256": hashlib.sha256(content).hexdigest()}
    assert exported(world) == [said]


@pytest.mark.parametrize("role", ["social_worker", "team_manager", "health_practitioner"])
def test_who_works_in_the_case_is_offered_none_and_refused(as_a: As, case: str, role: str) -> None:
    visitor = as_a(role)
    assert "Make an audit pack" not in visitor.get(f"/cases/{case}").text
    page = visitor.get(f"/cases/{case}/export", status=403)
    assert "This is for auditors." in page.text


@pytest.mark.parametrize("role", ["education_practitioner", "privacy_officer", "administrator"])
def test_for_who_may_not_know_of_the_case_there_is_none(as_a: As, case: str, role: str) -> None:
    assert as_a(role).get(f"/cases/{case}/export", status=404).heading == "Page not found"


def test_without_an_account_one_signs_in_first(visitor: Visitor, case: str) -> None:
    assert visitor.get(f"/cases/{case}/export").title == "Sign in"


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"pack": None}, "Choose which pack you need."),
        ({"pack": "whole"}, "Choose which pack you need."),
        ({"reason": " "}, "Enter the reason for making this pack."),
        ({"reason": "x" * 501}, "The reason must have 500 characters or fewer."),
        ({"confirmed": None}, "Confirm that you are Auditor 1."),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_made(
    as_a: As, world: Authority, case: str, typed: dict[str, str], error: str
) -> None:
    auditor = as_a("auditor")
    page = auditor.send(auditor.get(f"/cases/{case}/export"), {**ASKED, **typed}, status=400)
    assert page.errors == [error]
    assert page.title.startswith("Error: ")
    assert page.value("reason").strip() == {**ASKED, **typed}["reason"].strip()
    assert exported(world) == []


def test_the_password_is_asked_again(real: Visitor, world: Authority, case: str, clock: Clock) -> None:
    page = real.get(f"/cases/{case}/export")
    wrong = real.send(page, {**ASKED, **shown(clock), "password": "wrong password"}, status=400)
    assert wrong.errors == ["That is not your password."]
    assert wrong.value("password") == ""
    assert real.send(page, {**ASKED}, status=400).errors == ["Enter your password."]
    assert exported(world) == []
    assert real.send(page, {**ASKED, "password": PASSWORD}, status=400).errors == [NOTHING_SHOWN]
    told = real.send(page, {**ASKED, **shown(clock)}, status=400)
    assert told.errors == [accounts.TRY_LATER.format(wait="1 second")]
    clock.move(timedelta(seconds=1))
    wrong = real.send(page, {**ASKED, **shown(clock), "second_factor": "000000"}, status=400)
    assert (wrong.errors, exported(world)) == ([WRONG_FACTOR], [])
    clock.move(timedelta(seconds=1))
    download(real, page, {**ASKED, **shown(clock)})
    assert len(exported(world)) == 1


def test_who_has_just_shown_the_password_is_not_asked_again(real: Visitor, case: str, clock: Clock) -> None:
    page = real.get(f"/cases/{case}/export")
    download(real, page, {**ASKED, **shown(clock)})
    clock.move(timedelta(minutes=4))
    again = real.get(f"/cases/{case}/export")
    assert "Your password" not in again.text
    download(real, again, ASKED)
    clock.move(timedelta(minutes=1))
    assert real.send(again, {**ASKED}, status=400).errors == ["Enter your password."]


def test_another_browser_of_the_same_person_is_asked_all_the_same(
    real: Visitor, settings: Settings, world: Authority, case: str, clock: Clock
) -> None:
    other = Visitor(create_app(settings, world.database, now=clock).test_client())
    email = f"{account(role='auditor')}@example.org"
    second = other.send(other.get("/sign-in"), {"email": email, "password": PASSWORD})
    other.send(second, {"second_factor": code_at(clock.now)})
    assert "Your password" not in other.get(f"/cases/{case}/export").text
    assert "Your password" in real.get(f"/cases/{case}/export").text


def test_a_wrong_password_is_in_the_record(real: Visitor, world: Authority, case: str, clock: Clock) -> None:
    real.send(real.get(f"/cases/{case}/export"), {**ASKED, **shown(clock), "password": "wrong password"}, status=400)
    with world.database.read() as connection:
        refused = lines(connection, world.actor("auditor").chain, ["refused"])
    assert [line.payload for line in refused] == [
        {"command": "sign_in", "refusal": "NotAllowed", "code": "sign_in_failed"}
    ]


def test_twenty_packs_an_hour_are_enough(as_a: As, case: str, clock: Clock) -> None:
    auditor = as_a("auditor")
    page = auditor.get(f"/cases/{case}/export")
    for _ in range(20):
        download(auditor, page, ASKED)
        clock.move(timedelta(minutes=1))
    assert auditor.send(page, ASKED, status=429).heading == "Too many attempts"


def test_no_entry_no_file(as_a: As, case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise OSError("the disk is full")

    auditor = as_a("auditor")
    page = auditor.get(f"/cases/{case}/export")
    monkeypatch.setattr(exports, "append", fails)
    response = auditor.client.post(page.path, data={"csrf_token": page.value("csrf_token"), **ASKED})
    assert (response.status_code, b"PK" in response.data[:4]) == (500, False)


def test_a_form_of_another_site_makes_nothing(as_a: As, world: Authority, case: str) -> None:
    as_a("auditor").client.post(f"/cases/{case}/export", data=ASKED)
    assert exported(world) == []
