"""A process owner walks through a draft by hand in a real browser, from a referral to a limit that runs out."""

import shutil
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from engine.base.database import Database
from engine.base.settings import Settings
from engine.commands.saving_changes import start_change
from tests.builders import MONDAY, ROOT, account, authority
from tests.second import second
from webapp import create_app


@pytest.fixture
def address(serve: Callable[[Flask], str], tmp_path: Path, sqlite_template: Path) -> Generator[str]:
    """Of a draft that is an invented pathway, whose author is signed in by the test."""
    shutil.copy(sqlite_template, tmp_path / "throughline.db")
    database = Database(f"sqlite:///{tmp_path / 'throughline.db'}")
    owner = authority(database=database).actor("process_owner")
    change = start_change(database, owner, MONDAY, "Other words", "The council agreed", second())
    settings = Settings.from_environment({"THROUGHLINE_VAR": str(tmp_path), "THROUGHLINE_MODELS": str(ROOT)})
    yield f"{serve(create_app(settings, database, now=lambda: MONDAY, demo=True))}/studio/changes/{change}/try"
    database.dispose()


def refer(page: Page, address: str) -> None:
    """Once without an answer, which is refused."""
    page.goto(f"{address.partition('/studio')[0]}/sign-in")
    page.locator(f"button[value='{account(role='process_owner')}']").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.goto(address)
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("link", name="A worry about a child").click()
    page.get_by_role("button", name="Send").last.click()
    expect(page.get_by_role("alert")).to_contain_text("Choose an answer to “How shall we answer?”")
    page.get_by_label("No", exact=True).check()
    page.get_by_label("Not at all").check()
    page.get_by_label("First name").fill("Isla")
    page.get_by_label("Last name").fill("Rowan")
    page.get_by_label("What troubles you?").fill("Nobody was at home")
    page.get_by_role("button", name="Send").last.click()


def test_a_draft_is_walked_through_as_several_people(page: Page, address: str) -> None:
    refer(page, address)
    page.get_by_role("link", name="Sift the worry").click()
    page.get_by_label("Be here as").select_option("constable")
    page.get_by_role("button", name="Be somebody else").click()
    expect(page.get_by_role("heading", name="Constable: not theirs to do")).to_be_visible()
    page.get_by_label("Be here as").select_option("case_hand")
    page.get_by_role("button", name="Be somebody else").click()
    page.get_by_label("A closer look").check()
    page.get_by_label("Why?", exact=True).fill("It must be seen")
    page.get_by_role("button", name="Complete this task").last.click()
    page.get_by_text("See where it stands in the drawing of “A worry about a child”").click()
    drawing = page.locator("[data-diagram]").first
    expect(drawing.locator("[data-element-id='give_worker'].app-current")).to_be_visible()
    page.get_by_role("button", name="Go on until after that").click()
    expect(page.get_by_text("Time ran out", exact=False).first).to_be_visible()
