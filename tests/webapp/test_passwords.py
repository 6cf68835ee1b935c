"""Wrong passwords: each makes the next wait longer, for whoever gave it and for nobody else."""

from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network

import pytest
from sqlalchemy import select, update

from engine.base.database import Database
from engine.base.settings import Settings
from engine.commands import accounts
from engine.commands.counting import Budget
from engine.tables import Account
from tests.amount import LONG
from tests.builders import Authority, all_rows
from tests.webapp.conftest import Clock
from tests.webapp.visitor import Page, Visitor
from webapp import create_app, sign_in

EMAIL, OTHER, PASSWORD = "social_worker.1@example.org", "social_worker.2@example.org", "correct horse battery"
HERE, ELSEWHERE = "198.51.100.7", "203.0.113.9"


class Town:
    """A site with passwords that nobody has to wait for, and browsers at any address."""

    def __init__(self, settings: Settings, database: Database, clock: Clock) -> None:
        self.app = create_app(settings, database, now=clock)

    def browser(self, address: str = HERE) -> Visitor:
        client = self.app.test_client()
        client.environ_base["REMOTE_ADDR"] = address
        return Visitor(client)


@pytest.fixture
def town(settings: Settings, world: Authority, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Town:
    def matches(_stored: str, password: str) -> bool:
        return password == PASSWORD

    monkeypatch.setattr(accounts, "_matches", matches)
    with world.database.transaction() as connection:
        connection.execute(update(Account).values(password_hash="some hash"))
    return Town(replace(settings, trusted_networks=(ip_network("192.0.2.0/24"),)), world.database, clock)


def enter(visitor: Visitor, password: str, email: str = EMAIL, *, status: int = 200) -> Page:
    return visitor.send(visitor.get("/sign-in"), {"email": email, "password": password}, status=status)


@pytest.mark.parametrize("email", [EMAIL, "nobody@example.org"])
def test_who_gave_a_wrong_password_is_told_how_long_to_wait(town: Town, clock: Clock, email: str) -> None:
    visitor = town.browser()
    for seconds in ("1 second", "2 seconds", "4 seconds"):
        assert enter(visitor, "wrong", email, status=400).errors == [accounts.WRONG]
        told = enter(town.browser(), PASSWORD, f"{' ' * 300}{email.upper()}", status=429)
        assert told.errors == [accounts.TRY_LATER.format(wait=seconds)]
        assert (told.title, told.value("email").strip(), told.value("password")) == (
            "Error: Sign in",
            email.upper(),
            "",
        )
        clock.move(timedelta(seconds=int(seconds[0])))


def test_a_stranger_does_not_lock_the_owner_out(town: Town) -> None:
    """Neither from elsewhere nor from beside them: in a browser that knows the account nobody waits for others."""
    owner, stranger, neighbour = town.browser(), town.browser(ELSEWHERE), town.browser()
    assert enter(owner, PASSWORD).path == "/tasks"
    owner.send(owner.get("/tasks"), button="Sign out")
    for one in (stranger, neighbour):
        enter(one, "wrong", status=400)
        enter(one, PASSWORD, status=429)
    assert enter(owner, PASSWORD).path == "/tasks"
    enter(town.browser(), PASSWORD, status=429)
    assert enter(town.browser("198.51.100.8"), PASSWORD).path == "/tasks"  # nor a new browser at another address


def test_a_browser_knows_the_account_that_signed_in_there_and_no_other(town: Town, clock: Clock) -> None:
    owner = town.browser()
    enter(owner, PASSWORD)
    cookie = owner.client.get_cookie("device")
    assert cookie is not None
    assert (cookie.http_only, cookie.same_site, EMAIL in cookie.value) == (True, "Lax", False)
    enter(town.browser(), "wrong", OTHER, status=400)
    enter(owner, PASSWORD, OTHER, status=429)
    thief = town.browser(ELSEWHERE)
    thief.client.set_cookie("device", cookie.value)
    assert thief.get("/tasks").title == "Sign in"
    enter(thief, "wrong", status=400)
    enter(thief, PASSWORD, status=429)  # a cookie that was copied waits like any other
    forged = town.browser(ELSEWHERE)
    forged.client.set_cookie("device", f"{cookie.value.split('.')[0]}.{'0' * 32}")
    enter(forged, "wrong", status=400)
    clock.move(timedelta(seconds=1))
    assert enter(owner, PASSWORD, OTHER).path == "/tasks"  # and then it knows both
    enter(town.browser(), "wrong", status=400)
    assert enter(owner, PASSWORD).path == "/tasks"


@pytest.mark.parametrize(
    ("address", "another", "wait"),
    [
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("198.51.100.7", "::ffff:198.51.100.7", True),
        ("198.51.100.7", "198.51.100.8", False),
    ],
)
def test_a_network_is_an_address_or_the_64_bits_of_a_household(
    town: Town, address: str, another: str, wait: bool
) -> None:
    enter(town.browser(address), "wrong", status=400)
    enter(town.browser(another), PASSWORD, status=429 if wait else 200)


def test_a_network_tries_only_so_many_passwords_and_a_trusted_one_more(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in, "WRONG_FROM_NETWORK", Budget(3, timedelta(minutes=1)))
    known = town.browser()
    enter(known, PASSWORD)
    for number in range(3):
        enter(town.browser(), "wrong", f"{number}@example.org", status=400)
    enter(town.browser(), PASSWORD, status=429)
    assert enter(known, PASSWORD).path == "/tasks"
    for number in range(4):
        enter(town.browser("192.0.2.1"), "wrong", f"{number}@example.org", status=400)


def test_one_account_is_tried_only_so_often_from_everywhere(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_in, "WRONG_FOR_ACCOUNT", Budget(3, timedelta(minutes=1)))
    owner = town.browser()
    enter(owner, PASSWORD)
    for number in range(3):
        enter(town.browser(f"203.0.113.{number}"), "wrong", status=400)
    enter(town.browser("203.0.113.99"), PASSWORD, status=429)
    assert enter(owner, PASSWORD).path == "/tasks"


def test_five_hundred_people_sign_in_at_nine_from_one_address(town: Town) -> None:
    """More than may be wrong; the whole five hundred in the long run."""
    form = town.browser()
    token = form.get("/sign-in").value("csrf_token")
    cookie = form.client.get_cookie("form")
    assert cookie is not None
    statuses = set[int]()
    for number in range(500 if LONG else 120):
        client = town.browser().client
        client.set_cookie("form", cookie.value)
        email = EMAIL if number % 2 else OTHER
        answer = client.post("/sign-in", data={"email": email, "password": PASSWORD, "csrf_token": token})
        statuses.add(answer.status_code)
    assert statuses == {303}


def test_what_is_sent_empty_or_from_no_form_of_ours_counts_for_nobody(town: Town) -> None:
    for _ in range(3):
        assert enter(town.browser(), "", status=400).errors == [accounts.WRONG]
        town.browser().post("/sign-in", {"email": EMAIL, "password": "wrong"}, status=400)
        town.browser().post("/sign-in", {"email": EMAIL, "password": "wrong", "csrf_token": "old"}, status=400)
    assert enter(town.browser(), PASSWORD).path == "/tasks"


def test_what_is_counted_says_neither_who_nor_where(town: Town, database: Database) -> None:
    enter(town.browser(), "wrong", status=400)
    enter(town.browser(), "wrong", "nobody@example.org", status=400)
    stored = repr(all_rows(database=database)["counted"])
    assert len(stored) > 100
    assert not [word for word in (EMAIL, "nobody", HERE) if word in stored]


def test_nobody_signs_in_where_wrong_passwords_cannot_be_counted(town: Town, database: Database) -> None:
    visitor = town.browser()
    page = visitor.get("/sign-in")
    with database.transaction() as connection:
        connection.exec_driver_sql("ALTER TABLE counted RENAME TO elsewhere")
    told = visitor.send(page, {"email": EMAIL, "password": PASSWORD}, status=503)
    assert told.heading == "Nothing can be opened or saved just now"
    with database.transaction() as connection:
        connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO counted")
        assert connection.execute(select(Account.id)).first()
