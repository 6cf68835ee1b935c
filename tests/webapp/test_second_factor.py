"""A second factor on pages: who must have one, how it is set up and shown, and what does not go without."""

from dataclasses import replace
from datetime import timedelta
from typing import NoReturn

import pytest
from sqlalchemy import update

from engine.base.database_faults import DatabaseUnavailable, Trouble
from engine.base.settings import Settings
from engine.commands import accounts
from engine.commands.passkeys import NO_NAME
from engine.commands.showing_second_factor import WRONG_FACTOR
from engine.tables import Account
from tests.builders import Authority, account, case_at, do, open_items
from tests.second_factors import Device, code_at, has_app
from tests.webapp.conftest import Clock
from tests.webapp.visitor import Page, Visitor
from webapp import create_app
from webapp.shown_factors import NOTHING_SHOWN
from webapp.welcoming import NOT_WHILE_READ_ONLY

PASSWORD = "correct horse battery"
AUDITOR, WORKER = account(role="auditor"), account(role="social_worker")


class House:
    """A site with passwords that nobody has to wait for."""

    def __init__(self, settings: Settings, world: Authority, clock: Clock) -> None:
        self.settings, self.world, self.clock = settings, world, clock
        self.app = create_app(settings, world.database, now=clock)

    def enter(self, who: str, *, status: int = 200) -> tuple[Visitor, Page]:
        """In a browser of its own: the page after the password."""
        visitor = Visitor(self.app.test_client())
        typed = {"email": f"{who}@example.org", "password": PASSWORD}
        return visitor, visitor.send(visitor.get("/sign-in"), typed, status=status)

    def with_app(self, who: str) -> None:
        has_app(self.world.database, self.settings, who, self.clock.now)


@pytest.fixture(autouse=True)
def cheap(world: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    def matches(_stored: str, password: str) -> bool:
        return password == PASSWORD

    monkeypatch.setattr(accounts, "_matches", matches)
    with world.database.transaction() as connection:
        connection.execute(update(Account).values(password_hash="some hash"))


@pytest.fixture
def house(settings: Settings, world: Authority, clock: Clock) -> House:
    return House(settings, world, clock)


@pytest.mark.parametrize(
    ("role", "must"),
    [
        *(
            (role, True)
            for role in ("auditor", "privacy_officer", "administrator", "process_owner", "pathway_approver")
        ),
        *((role, False) for role in ("social_worker", "team_manager", "health_practitioner")),
    ],
)
def test_who_must_have_one_sets_it_up_before_any_other_page(house: House, role: str, must: bool) -> None:
    visitor, page = house.enter(account(role=role))
    assert (page.heading == "Second factor") == must
    for path in ("/tasks", "/cases", "/account", "/account/password", "/working-days"):
        assert (visitor.get(path).path == "/account/second-factor") == must
    if must:
        assert "Set up a second factor before you go on" in page.text
        refused = visitor.client.post("/account/sessions/end", data={"session": "others"})
        assert refused.headers["Location"].endswith("/account/second-factor")
        visitor.send(page, button="Sign out")


def test_by_setting_everybody_must(settings: Settings, world: Authority, clock: Clock) -> None:
    house = House(replace(settings, second_factor="everybody"), world, clock)
    assert house.enter(WORKER)[1].heading == "Second factor"
    house.with_app(WORKER)
    assert house.enter(WORKER)[1].heading == "Show that it is you"


def test_an_app_is_set_up_and_from_then_on_shown(house: House) -> None:
    visitor, page = house.enter(AUDITOR)
    asked = visitor.send(page, button="Set up an app")
    assert asked.tree.xpath("//*[name()='svg'][contains(@class, 'app-qr')]")
    key = "".join(asked.tree.xpath("string(//*[contains(@class, 'app-key')])").split())
    wrong = visitor.send(asked, {"second_factor": "000000"}, status=400)
    assert (wrong.title, key in wrong.text.replace(" ", "")) == ("Error: Set up an app", True)
    codes = visitor.send(wrong, {"second_factor": code_at(house.clock.now, key)})
    assert (codes.heading, len(codes.tree.xpath("//*[contains(@class, 'app-codes')]/li"))) == (
        "Your recovery codes",
        10,
    )
    assert visitor.get("/cases").path == "/cases"
    assert "An app" in visitor.get("/account").text
    assert visitor.get("/account/second-factor/app").path == "/account/second-factor"
    house.clock.move(timedelta(seconds=30))
    other, second = house.enter(AUDITOR)
    assert other.get("/cases").title == "Sign in"
    assert other.get("/sign-in/second").heading == "Show that it is you"
    assert other.send(second, {"second_factor": code_at(house.clock.now, key)}).path == "/cases"


def test_half_a_session_opens_nothing_and_does_not_last(house: House) -> None:
    house.with_app(WORKER)
    visitor, page = house.enter(WORKER)
    half = visitor.client.get_cookie("session")
    assert half is not None
    assert visitor.get("/tasks").title == "Sign in"
    assert visitor.post("/account/password", {"new_password": "x"}, status=401).title == "Sign in"
    house.clock.move(timedelta(minutes=10))
    told = visitor.send(page, {"second_factor": code_at(house.clock.now)}, status=400)
    assert (told.title, told.errors) == ("Error: Sign in", ["That took too long. Sign in again."])
    assert visitor.get("/sign-in/second").title == "Sign in"
    again, page = house.enter(WORKER)
    again.send(page, {"second_factor": code_at(house.clock.now)})
    again.client.set_cookie("session", half.value)
    assert again.get("/tasks").title == "Sign in"  # what stood for the password alone is over


def test_a_wrong_code_is_told_and_the_next_waits(house: House) -> None:
    house.with_app(WORKER)
    visitor, page = house.enter(WORKER)
    nothing = visitor.send(page, {"second_factor": " "}, status=400)
    assert nothing.errors == [NOTHING_SHOWN]
    wrong = visitor.send(nothing, {"second_factor": "000000"}, status=400)
    assert (wrong.errors, wrong.value("second_factor")) == ([WRONG_FACTOR], "")
    soon = visitor.send(wrong, {"second_factor": code_at(house.clock.now)}, status=429)
    assert soon.errors == [accounts.TRY_LATER.format(wait="1 second")]
    house.clock.move(timedelta(seconds=1))
    assert visitor.send(soon, {"second_factor": code_at(house.clock.now)}).path == "/tasks"


def test_a_stranger_who_has_the_password_does_not_keep_the_owner_out(house: House) -> None:
    house.with_app(WORKER)
    owner, page = house.enter(WORKER)
    owner.send(page, {"second_factor": code_at(house.clock.now)})
    owner.send(owner.get("/tasks"), button="Sign out")
    stranger, page = house.enter(WORKER)
    stranger.send(page, {"second_factor": "000000"}, status=400)
    house.clock.move(timedelta(seconds=0.5))
    stranger.send(page, {"second_factor": "000000"}, status=429)
    house.clock.now += timedelta(seconds=29.5)
    stranger.send(page, {"second_factor": "000000"}, status=400)
    typed = {"email": f"{WORKER}@example.org", "password": PASSWORD}
    page = owner.send(owner.get("/sign-in"), typed)
    assert owner.send(page, {"second_factor": code_at(house.clock.now)}).path == "/tasks"


def test_what_was_typed_comes_through_both_steps(house: House) -> None:
    case = case_at(authority=house.world, point="deciding")
    item = open_items(database=house.world.database, case=case)["decide_response"].id
    house.with_app(WORKER)
    visitor, page = house.enter(WORKER)
    visitor.send(page, {"second_factor": code_at(house.clock.now)})
    form = visitor.get(f"/tasks/{item}")
    house.clock.move(timedelta(minutes=20))
    asked = visitor.send(form, {"reason": "Long text of mine"}, status=401)
    second = visitor.send(asked, {"email": f"{WORKER}@example.org", "password": PASSWORD})
    wrong = visitor.send(second, {"second_factor": "000000"}, status=400)
    house.clock.move(timedelta(seconds=1))
    back = visitor.send(wrong, {"second_factor": code_at(house.clock.now)})
    assert (back.path, back.value("reason")) == (f"/tasks/{item}", "Long text of mine")
    do(authority=house.world, case=case, task="decide_response", now=house.clock.now, response="assessment")


def test_a_passkey_is_made_and_shown(house: House) -> None:
    device = Device()
    visitor, page = house.enter(AUDITOR)
    token = page.value("csrf_token")
    options = visitor.client.post("/account/second-factor/passkeys/begin", data={"csrf_token": token}).get_json()
    made = {"csrf_token": token, "name": "Laptop", "passkey_signed": device.makes(options)}
    assert visitor.post("/account/second-factor/passkeys", {**made, "name": " "}, status=400).errors == [NO_NAME]
    options = visitor.client.post("/account/second-factor/passkeys/begin", data={"csrf_token": token}).get_json()
    codes = visitor.post("/account/second-factor/passkeys", {**made, "passkey_signed": device.makes(options)})
    assert codes.heading == "Your recovery codes"
    other, second = house.enter(AUDITOR)
    assert "Recovery code" in second.text
    asked = other.client.post("/sign-in/passkey", data={"csrf_token": second.value("csrf_token")}).get_json()
    assert other.send(second, {"passkey_signed": device.shows(asked)}).path == "/cases"
    assert "Laptop: made today at" in other.get("/account/second-factor").text


def test_nobody_is_told_whose_passkeys_there_are(house: House) -> None:
    visitor = Visitor(house.app.test_client())
    token = visitor.get("/sign-in").value("csrf_token")
    assert visitor.client.post("/sign-in/passkey", data={"csrf_token": token}).status_code == 404
    assert visitor.client.post("/sign-in/passkey").status_code == 400


def test_whoever_is_not_fresh_shows_both_before_anything_is_changed(house: House) -> None:
    house.with_app(WORKER)
    visitor, page = house.enter(WORKER)
    visitor.send(page, {"second_factor": code_at(house.clock.now)})
    open_page = visitor.get("/account/second-factor")
    house.clock.move(timedelta(minutes=6))
    for button in ("Remove the app", "Make new ones"):
        assert visitor.send(open_page, button=button, status=403).heading == "You cannot do this"
    token = open_page.value("csrf_token")
    assert visitor.client.post("/account/second-factor/passkeys/begin", data={"csrf_token": token}).status_code == 403
    visitor.post("/account/second-factor/passkeys", {"csrf_token": token}, status=403)
    visitor.post("/account/second-factor/app/begin", {"csrf_token": token}, status=403)
    asked = visitor.get("/account/second-factor")
    assert "Remove the app" not in asked.text
    assert visitor.send(asked, {"password": PASSWORD}, status=400).errors == [NOTHING_SHOWN]
    wrong = visitor.send(asked, {"password": PASSWORD, "second_factor": "000000"}, status=400)
    assert wrong.errors == [WRONG_FACTOR]
    house.clock.move(timedelta(seconds=1))
    fresh = visitor.send(asked, {"password": PASSWORD, "second_factor": code_at(house.clock.now)})
    assert visitor.send(fresh, button="Remove the app").text.startswith("Done It is removed")
    assert house.enter(WORKER)[1].path == "/tasks"


def test_a_full_disk_is_no_way_around_it(house: House) -> None:
    """Who has one, or must have one, gets no pass for the password alone."""

    def refuse() -> NoReturn:
        raise DatabaseUnavailable("database or disk is full", Trouble.FULL, "SQLITE_FULL")

    house.with_app(WORKER)
    house.world.database.ask_before_writing(refuse)
    for who in (WORKER, AUDITOR):
        visitor, told = house.enter(who, status=400)
        assert told.errors == [NOT_WHILE_READ_ONLY]
        assert visitor.get("/tasks").title == "Sign in"
    assert house.enter(account(role="team_manager"))[1].path == "/tasks"


def test_in_the_demonstration_nobody_has_one(settings: Settings, world: Authority, clock: Clock) -> None:
    visitor = Visitor(create_app(settings, world.database, now=clock, demo=True).test_client())
    visitor.sign_in(AUDITOR)
    assert visitor.get("/cases").path == "/cases"
    for path in ("/account", "/account/password", "/account/second-factor", "/account/second-factor/app"):
        assert "In the demonstration nobody has a password" in visitor.get(path).text
