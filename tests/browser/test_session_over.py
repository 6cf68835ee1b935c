"""A page that is left open says that the session is about to end, and is put away when it is over."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from engine.base.database import Database
from engine.base.settings import Settings
from tests.builders import MONDAY, ROOT, Authority, account, authority, case_at, open_items
from webapp import create_app

OVER = "Your session is over"
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 640}


class Here:
    def __init__(self, folder: Path, database: Database, serve: Callable[[Flask], str]) -> None:
        self.now: datetime = MONDAY
        self.world: Authority = authority(database=database)
        settings = Settings.from_environment({"THROUGHLINE_VAR": str(folder), "THROUGHLINE_MODELS": str(ROOT)})
        self.address = serve(create_app(settings, database, now=lambda: self.now, demo=True))

    def sign_in(self, page: Page, role: str) -> None:
        page.goto(f"{self.address}/sign-in")
        page.locator(f"button[value='{account(role=role)}']").click()
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()

    def later(self, page: Page, minutes: int) -> None:
        """By the clock of the server and by that of the browser."""
        self.now += timedelta(minutes=minutes)
        page.clock.fast_forward(minutes * 60_000)


@pytest.fixture
def here(tmp_path: Path, database: Database, serve: Callable[[Flask], str]) -> Here:
    return Here(tmp_path / "var", database, serve)


def fits(page: Page, check_accessibility: Callable[[], None]) -> None:
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)  # pyright: ignore[reportArgumentType]
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        check_accessibility()


def test_it_is_said_two_minutes_before_and_one_press_makes_it_longer(
    page: Page, here: Here, check_accessibility: Callable[[], None]
) -> None:
    page.clock.install()
    here.sign_in(page, "social_worker")
    stay = page.get_by_role("button", name="Stay signed in")
    here.later(page, 12)
    expect(stay).to_be_hidden()
    here.later(page, 2)
    expect(page.get_by_role("alert")).to_contain_text("You will be signed out in less than two minutes")
    fits(page, check_accessibility)
    stay.click()
    expect(stay).to_be_hidden()
    here.later(page, 12)
    expect(stay).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tasks")


def test_of_a_page_that_is_put_away_nothing_is_left_and_it_opens_again_after_signing_in(
    page: Page, here: Here, check_accessibility: Callable[[], None]
) -> None:
    case = case_at(authority=here.world)
    page.clock.install()
    here.sign_in(page, "social_worker")
    page.goto(f"{here.address}/cases/{case}")
    name = page.get_by_role("heading", level=1).inner_text()
    here.later(page, 16)
    expect(page.get_by_role("heading", level=1)).to_have_text(OVER)
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    assert name not in page.content()
    assert page.title().startswith(OVER)
    fits(page, check_accessibility)
    page.get_by_role("link", name="Sign in to open it again").click()
    page.locator(f"button[value='{account(role='social_worker')}']").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_what_is_not_saved_stays_out_of_sight_until_the_same_person_is_there(
    page: Page, here: Here, check_accessibility: Callable[[], None]
) -> None:
    item = open_items(database=here.world.database, case=case_at(authority=here.world))["decide_response"].id
    page.clock.install()
    here.sign_in(page, "social_worker")
    page.goto(f"{here.address}/tasks/{item}")
    page.route("**/drafts", lambda route: route.fulfill(status=200, body=""))
    typed = page.get_by_role("textbox").first
    typed.fill("She said that she is afraid")
    here.later(page, 14)
    stay = page.get_by_role("button", name="Stay signed in")
    expect(stay).to_be_visible()
    here.later(page, 2)
    expect(page.get_by_role("heading", level=1)).to_have_text(OVER)
    expect(typed).to_be_hidden()
    fits(page, check_accessibility)
    show = page.get_by_role("button", name="Show the page again")
    for role, said in (("team_manager", "Sign in first, as the same person."), ("social_worker", "")):
        other = page.context.new_page()
        here.sign_in(other, role)
        other.close()
        show.click()
        if said:
            expect(page.get_by_role("status").filter(has_text=said)).to_be_visible()
            expect(typed).to_be_hidden()
    expect(typed).to_have_value("She said that she is afraid")
    expect(typed).to_be_visible()
    expect(stay).to_be_hidden()  # what it said before is so no more
