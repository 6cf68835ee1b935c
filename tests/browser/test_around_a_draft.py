"""The pages around a draft in a real browser: accessible, wide and narrow; a limit is changed without scripts."""

import shutil
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from engine.base.database import Database
from engine.base.settings import Settings
from engine.commands.saving_changes import save_file, start_change
from engine.facts.models import stories_under
from engine.process.bundle import TIMESCALES
from engine.timescales.table_cells import with_cells
from tests.builders import MONDAY, ROOT, account, authority, shipped
from webapp import create_app

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 640}
STORIES = dict(sorted(stories_under(ROOT).items())[:2])
ASKED = "day-day=2&day-month=4&day-year=2026"


@dataclass(frozen=True)
class Site:
    app: Flask
    change: str


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Generator[Site]:
    """A draft in which one limit is longer and one duty is lost, with two stories beside it."""
    folder = tmp_path_factory.mktemp("around_a_draft")
    shutil.copy(sqlite_template, folder / "throughline.db")
    database = Database(f"sqlite:///{folder / 'throughline.db'}")
    owner = authority(database=database).actor("process_owner")
    change = start_change(database, owner, MONDAY, "Longer limits", "The council agreed", {**shipped(), **STORIES})
    longer = with_cells(shipped()[TIMESCALES], "strategy_discussion", {"limit": "3"})
    save_file(database, owner, MONDAY, change, TIMESCALES, longer, 0)
    form = "forms/initial_conference/hold_conference.json"
    without = shipped()[form].replace(b'"x-duty-when"', b'"x-note"', 1)
    save_file(database, owner, MONDAY, change, form, without, 0)
    settings = Settings.from_environment({"THROUGHLINE_VAR": str(folder), "THROUGHLINE_MODELS": str(ROOT)})
    yield Site(create_app(settings, database, now=lambda: MONDAY, demo=True), change)
    database.dispose()


@pytest.fixture
def address(serve: Callable[[Flask], str], site: Site) -> str:
    return serve(site.app)


def go(page: Page, address: str, path: str) -> None:
    page.goto(f"{address}/sign-in")
    page.locator(f"button[value='{account(role='process_owner')}']").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.goto(address + path)


def test_the_pages_are_accessible_and_fit_wide_and_narrow(
    page: Page, address: str, site: Site, check_accessibility: Callable[[], None]
) -> None:
    draft = f"/studio/changes/{site.change}"
    go(page, address, draft)
    limits = (f"{draft}/limits", f"{draft}/limits/strategy_discussion?{ASKED}", f"{draft}/limits/assessment?day-day=x")
    for path in (*limits, f"{draft}/guidance", f"{draft}/stories", f"{draft}/stories/{min(STORIES)}"):
        page.goto(address + path)
        for size in (NARROW, WIDE):
            page.set_viewport_size(size)  # pyright: ignore[reportArgumentType]
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], path
        check_accessibility()


def test_a_limit_is_changed_and_worked_out_without_scripts(chromium: Browser, address: str, site: Site) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    go(page, address, f"/studio/changes/{site.change}")
    page.get_by_role("link", name="Time limits", exact=True).last.click()
    page.get_by_role("link", name="Change the time limit: Visit the child under the plan").click()
    page.get_by_label("Limit").fill("5")
    page.get_by_role("button", name="Save in the draft").click()
    expect(page.get_by_text("“Visit the child under the plan” is saved in the draft.")).to_be_visible()
    page.get_by_role("link", name="Change the time limit: Visit the child under the plan").click()
    for label, value in (("Day", "2"), ("Month", "4"), ("Year", "2026")):
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_role("button", name="Work it out").click()
    expect(page.get_by_text("By the end of Monday 13 April 2026")).to_be_visible()
    context.close()
