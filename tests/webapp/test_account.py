"""What is somebody's own: their password, by a link or by the one they have, and where they are signed in."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from engine.base.settings import Settings
from engine.commands import accounts, choosing_passwords, first_administrator, one_time_words
from engine.people.identity import SYSTEM
from engine.people.password_rule import OF_ONES_OWN, TRIED_FIRST
from engine.record.chain import lines
from engine.tables import Account
from tests.builders import Authority, account, all_rows
from tests.organisations import lose_administrators
from tests.webapp.conftest import Clock
from tests.webapp.visitor import Visitor
from webapp import create_app
from webapp import first_administrator as page_of_first

As = Callable[..., Visitor]
OLD, NEW = "correct horse battery", "tulip kettle river"
WORKER = account(role="social_worker")
EMAIL = f"{WORKER}@example.org"


class Plain:
    """Stores a password as it is, and takes no time for it."""

    def hash(self, password: str) -> str:
        return password

    def check_needs_rehash(self, _stored: str) -> bool:
        return False


@pytest.fixture
def browser(
    settings: Settings, world: Authority, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], Visitor]:
    """Of a site with passwords that are stored as they are."""
    monkeypatch.setattr(accounts, "_matches", str.__eq__)
    monkeypatch.setattr(accounts, "_hasher", Plain())
    with world.database.transaction() as connection:
        connection.execute(update(Account).where(Account.id == WORKER).values(password_hash=OLD))
    app = create_app(settings, world.database, now=clock)
    return lambda: Visitor(app.test_client())


def enter(visitor: Visitor, password: str = OLD, *, status: int = 200) -> Visitor:
    visitor.send(visitor.get("/sign-in"), {"email": EMAIL, "password": password}, status=status)
    return visitor


def is_in(visitor: Visitor) -> bool:
    return visitor.get("/tasks").path == "/tasks"


def test_a_password_is_changed_by_the_old_one_and_ends_all_other_sessions(
    browser: Callable[[], Visitor], clock: Clock
) -> None:
    mine, other = enter(browser()), enter(browser())
    page = mine.get(mine.get("/account").link("Change your password"))
    assert mine.send(page, {"new_password": NEW}, status=400).errors == ["Enter the password that you have."]
    wrong = mine.send(page, {"password": "wrong", "new_password": NEW}, status=400)
    assert wrong.errors == ["That is not your password."]
    clock.move(timedelta(seconds=1))
    for bad, said in (("short", "12 to 200"), ("123456789012", TRIED_FIRST), ("Social Worker 1", OF_ONES_OWN)):
        told = mine.send(page, {"password": OLD, "new_password": bad}, status=400)
        assert said in told.errors[0]
        assert bad not in told.response.text
    assert "Your password is changed" in mine.send(page, {"password": OLD, "new_password": NEW}).text
    assert (is_in(mine), is_in(other)) == (True, False)
    enter(browser(), status=400)
    clock.move(timedelta(seconds=1))
    assert is_in(enter(browser(), NEW))


def test_sessions_are_listed_and_ended_by_their_owner(
    browser: Callable[[], Visitor], clock: Clock, world: Authority
) -> None:
    mine = enter(browser())
    clock.move(timedelta(minutes=5))
    second, third = enter(browser()), enter(browser())
    page = mine.get("/account")
    assert page.text.count("Began today at") == 3
    assert page.text.count("This one") == 1
    assert mine.send(page, button="End it: the session that began today at 10:05").text.startswith("Done")
    assert [is_in(one) for one in (second, third)].count(True) == 1
    assert "End all others" not in mine.send(mine.get("/account"), button="End all others").text
    assert [is_in(one) for one in (mine, second, third)] == [True, False, False]
    with world.database.read() as connection:
        chain = world.actor("social_worker").chain
        said = [line.payload for line in lines(connection, chain, ["sessions_ended"])]
    assert said == [{"how_many": 1}, {"how_many": 1}]


def test_nobody_ends_a_session_of_another(browser: Callable[[], Visitor], as_a: As, world: Authority) -> None:
    mine, colleague = enter(browser()), as_a("team_manager")
    others = [row for row in all_rows(database=world.database)["session"] if "team_manager" in row]
    digest = others[0].split("'")[1]
    token = mine.get("/account").tree.xpath("//input[@name='csrf_token']/@value")[0]
    mine.post("/account/sessions/end", {"csrf_token": token, "session": digest})
    assert is_in(colleague)


def test_a_link_is_used_once_and_by_looking_at_it_not_at_all(
    browser: Callable[[], Visitor], world: Authority, clock: Clock
) -> None:
    by = world.actor("administrator")
    link = f"/password/{choosing_passwords.make_password_link(world.database, by, clock.now, WORKER)}"
    visitor = browser()
    visitor.get(link)
    page = visitor.get(link)
    assert EMAIL in page.text
    assert visitor.send(page, {"new_password": "social worker"}, status=400).errors == [OF_ONES_OWN]
    chosen = visitor.send(page, {"new_password": NEW})
    assert (chosen.path, "Your password is chosen" in chosen.text) == ("/sign-in", True)
    for over in (lambda: visitor.get(link, status=410), lambda: visitor.send(page, {"new_password": NEW}, status=410)):
        told = over()
        assert (told.heading, one_time_words.OVER in told.text) == ("This link opens nothing", True)
    assert visitor.get("/password/none", status=410).text == told.text
    assert is_in(enter(visitor, NEW))


def test_the_first_administrator_makes_their_account_by_the_code(
    browser: Callable[[], Visitor], world: Authority, clock: Clock
) -> None:
    lose_administrators(authority=world)
    code = first_administrator.make_first_code(world.database, SYSTEM.at(world.id), clock.now)
    visitor = browser()
    page = visitor.get("/first-administrator")
    typed = {"code": code, "name": "Gwen Parry", "email": "gwen@example.org", "new_password": NEW}
    for name, wrong, said in (
        ("code", "", "Enter the code."),
        ("code", "ABCDE", one_time_words.OVER),
        ("name", " ", "Enter your name."),
        ("email", "gwen", "Enter an email address, like name@westshire.example."),
        ("email", EMAIL, f"{EMAIL} has an account already."),
        ("new_password", "Gwen Parry 1", OF_ONES_OWN),
    ):
        told = visitor.send(page, {**typed, name: wrong}, status=400)
        assert told.errors == [said]
        assert told.tree.xpath(f"//*[contains(@class, 'govuk-error-summary')]//a[@href='#{name}']")
    assert visitor.send(page, typed).path == "/sign-in"
    assert visitor.send(page, {**typed, "email": "b@example.org"}, status=400).errors == [one_time_words.OVER]
    inside = visitor.send(visitor.get("/sign-in"), {"email": "gwen@example.org", "password": NEW})
    assert inside.heading == "Second factor"
    with world.database.read() as connection:
        assert (
            connection.execute(select(Account.name).where(Account.email == "gwen@example.org")).scalar_one()
            == "Gwen Parry"
        )


def test_codes_are_tried_only_so_often(browser: Callable[[], Visitor], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_of_first, "CODES", page_of_first.Budget(2, timedelta(minutes=1)))
    visitor = browser()
    page = visitor.get("/first-administrator")
    typed = {"code": "ABCDE", "name": "Gwen", "email": "gwen@example.org", "new_password": NEW}
    for status in (400, 400, 429):
        visitor.send(page, typed, status=status)
