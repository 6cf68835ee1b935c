"""A pack is made in a browser, and its page is read in one: offline, without scripts, wide and narrow."""

import zipfile
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from engine.base.settings import Settings
from engine.export.pack import pack_of
from engine.export.stored import StoredCase
from tests.browser.places import button_of
from tests.browser.watched import Watch, accessibility_faults
from tests.builders import DAY, MONDAY, ROOT, authority, case_at
from tests.engine.export.packs import opened, played, story_database
from webapp import create_app

SIZES = ((1280, 900), (320, 640))


@pytest.fixture(scope="module")
def stored(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> StoredCase:
    """A case in which something was late."""
    database = story_database(tmp_path_factory.mktemp("pack"), sqlite_template)
    (case, *_), _ = played(database, "scenarios/an_overrun_a_disagreement_and_a_second_referral.toml")
    database.dispose()
    return case


@pytest.fixture
def offline(chromium: Browser) -> Generator[BrowserContext]:
    """Without a network. Scripts stay on, for axe; the page brings none."""
    made = chromium.new_context(offline=True, locale="en-GB", timezone_id="Europe/London")
    yield made
    made.close()


def unpacked(stored: StoredCase, folder: Path, *, redacted: bool) -> str:
    """The address of the page of a pack, as whoever gets the file opens it."""
    pack = opened(pack_of(stored, stored.head.entries[0].at + DAY, {}, redacted=redacted))
    (folder / "index.html").write_bytes(pack.files["index.html"])
    return (folder / "index.html").as_uri()


@pytest.fixture
def site(tmp_path: Path, sqlite_template: Path) -> Flask:
    world = authority(database=story_database(tmp_path, sqlite_template))
    case_at(authority=world, point="in_need")
    settings = Settings.from_environment({"THROUGHLINE_VAR": str(tmp_path), "THROUGHLINE_MODELS": str(ROOT)})
    return create_app(settings, world.database, now=lambda: MONDAY + DAY, demo=True)


@pytest.mark.parametrize("size", SIZES, ids=["wide", "narrow"])
@pytest.mark.parametrize("redacted", [False, True], ids=["full", "redacted"])
def test_the_page_of_a_pack_is_accessible_and_fits(
    offline: BrowserContext, stored: StoredCase, tmp_path: Path, redacted: bool, size: tuple[int, int]
) -> None:
    watch, page = Watch(), offline.new_page()
    watch.over(page)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(unpacked(stored, tmp_path, redacted=redacted))
    page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true })")
    assert accessibility_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert page.locator("script").count() == 0
    assert watch.faults == []


def test_an_act_is_found_from_its_drawing_with_the_keyboard_alone(
    offline: BrowserContext, stored: StoredCase, tmp_path: Path
) -> None:
    page = offline.new_page()
    page.goto(unpacked(stored, tmp_path, redacted=False))
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the case")).to_be_focused()
    link = page.get_by_role("link", name="“Decide the response” was completed")
    link.first.focus()
    page.keyboard.press("Enter")
    act = page.locator("li:target")
    expect(act).to_be_in_viewport()
    expect(act).to_contain_text("What does this child need from us?")


def test_an_auditor_makes_and_downloads_a_pack(page: Page, serve: Callable[[Flask], str], site: Flask) -> None:
    address = serve(site)
    page.goto(f"{address}/sign-in")
    page.locator(button_of("auditor")).click()
    page.locator(".app-case-list a, main table a, main li a").first.click()
    page.get_by_role("link", name="Make an audit pack").click()
    page.get_by_role("button", name="Make and download the pack").click()
    summary = page.locator(".govuk-error-summary")
    expect(summary).to_be_focused()
    for link in summary.get_by_role("link").all():
        link.click()
        assert page.evaluate("document.activeElement.id") == (link.get_attribute("href") or "")[1:]
    page.get_by_label("Redacted").check()
    page.get_by_label("Why do you make it?").fill("Asked for by the board")
    page.get_by_label("I am Auditor 1").check()
    with page.expect_download() as download:
        page.get_by_role("button", name="Make and download the pack").click()
    assert download.value.suggested_filename.startswith("throughline-redacted-")
    assert zipfile.is_zipfile(download.value.path())
