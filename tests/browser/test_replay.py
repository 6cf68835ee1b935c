"""The replay in a real browser: accessible wide and narrow, played without asking again, and found by the keyboard."""

import re
import shutil
from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Request, expect

from engine.base.database import Database
from engine.base.settings import Settings
from engine.reads.audit.path import path
from engine.reads.audit.trail import Trail, trail
from tests.auditing import HELD, WHY, conference_too_late, opens_case
from tests.builders import DAY, ROOT, account, authority
from tests.organisations import HERE
from webapp import create_app

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 640}
SIZES = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])


@dataclass(frozen=True)
class Site:
    app: Flask
    case: str
    trail: Trail

    def number(self, kind: str, element: str) -> int:
        return next(line.number for line in self.trail.lines if (line.kind, line.element) == (kind, element))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Generator[Site]:
    """A conference that was held too late, which two people saw coming."""
    folder = tmp_path_factory.mktemp("replay")
    shutil.copy(sqlite_template, folder / "throughline.db")
    database = Database(f"sqlite:///{folder / 'throughline.db'}")
    world = authority(database=database)
    case = conference_too_late(authority=world)
    opens_case(authority=world, case=case, role="team_manager", now=HELD - 8 * DAY)
    opens_case(authority=world, case=case, role="service_manager", now=HELD - DAY)
    settings = Settings.from_environment({"THROUGHLINE_VAR": str(folder), "THROUGHLINE_MODELS": str(ROOT)})
    with database.read() as connection:
        read = trail(connection, HERE, case)
    yield Site(create_app(settings, database, now=lambda: HELD + timedelta(days=2), demo=True), case, read)
    database.dispose()


@pytest.fixture
def address(serve: Callable[[Flask], str], site: Site) -> str:
    return serve(site.app)


def go(page: Page, address: str, path: str, role: str = "auditor") -> None:
    page.goto(f"{address}/sign-in")
    page.locator(f"button[value='{account(role=role)}']").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.goto(address + path)


def step(page: Page, address: str, site: Site, number: int) -> None:
    go(page, address, f"/cases/{site.case}/replay/{number}")
    expect(page.locator("[data-canvas] .djs-container:visible")).to_be_visible()


def wait_for_marks(page: Page, marker: str, wanted: set[str]) -> None:
    """A drawing is marked a little after the words have changed: all of these are marked, and nothing else is."""
    ids = ", ".join(f'[data-element-id="{element}"]' for element in sorted(wanted)) or ".none"
    for those in ("", f":is({ids})"):
        expect(page.locator(f".app-replay__sheet:not([hidden]) .{marker}{those}")).to_have_count(len(wanted))


@SIZES
@pytest.mark.parametrize("name", ["replay", "replay?about=all", "replay/1", "replay/40", "guidance", "looks"])
def test_a_page_is_accessible_and_fits(
    page: Page,
    address: str,
    site: Site,
    check_accessibility: Callable[[], None],
    name: str,
    size: Any,
) -> None:
    page.set_viewport_size(size)
    go(page, address, f"/cases/{site.case}/{name}")
    if "replay/" in name:
        expect(page.locator("[data-play]")).to_be_visible()
        expect(page.locator("[data-canvas]")).to_be_attached()
    page.evaluate("document.querySelectorAll('main details').forEach(details => { details.open = true })")
    check_accessibility()
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


@SIZES
def test_without_scripts_every_page_says_the_same(chromium: Browser, address: str, site: Site, size: Any) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport=size)
    page = context.new_page()
    go(page, address, f"/cases/{site.case}/replay")
    page.get_by_role("button", name="Replay from the beginning").click()
    page.get_by_role("button", name="Next step").click()
    page.get_by_role("button", name="Next step").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Referral began")
    expect(page.locator("[data-way] li")).to_have_count(1)
    expect(page.get_by_role("button", name="Play")).to_be_hidden()
    page.get_by_role("link", name="What had happened by then").click()
    expect(page.locator("[data-forms] > li", has_text="Refer a child")).to_be_visible()
    page.get_by_role("button", name="Previous step").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("became part of the case")
    context.close()


def test_the_marks_are_the_path_of_the_record_at_every_step(page: Page, address: str, site: Site) -> None:
    """Step by step through the conference: what is marked is what the record holds up to there."""
    first = site.number("opened", "arrange_conference")
    step(page, address, site, first)
    run = next(line.instance for line in site.trail.lines if line.number == first) or ""
    for line in site.trail.lines[first - 1 :]:
        expect(page.locator("[data-number]")).to_have_text(str(line.number))
        if line.instance == run:
            wanted = path(site.trail.lines, run, line.number)
            expect(page.locator(".app-replay__sheet:not([hidden])")).to_have_count(1)
            wait_for_marks(page, "app-done", {element for element, _ in wanted.visits})
            wait_for_marks(page, "app-taken", set(wanted.flows))
            wait_for_marks(page, "app-current", set(wanted.current))
        page.locator("[data-next]").press("Enter")


def test_a_shape_that_was_passed_has_the_number_of_its_step(page: Page, address: str, site: Site) -> None:
    number = site.number("completed", "hold_conference")
    step(page, address, site, number)
    wait_for_marks(page, "app-here", {"hold_conference"})
    badges = page.locator(".app-replay__sheet:not([hidden]) .app-badge")
    assert str(number) in badges.all_inner_texts()
    expect(page.locator(".app-replay__sheet:not([hidden]) .app-here").first).to_be_in_viewport()
    expect(page.locator(".app-replay__sheet:not([hidden]) .bjs-powered-by")).to_be_visible()


def test_playing_asks_for_the_drawings_alone(page: Page, address: str, site: Site) -> None:
    step(page, address, site, 3)
    asked: list[str] = []

    def remember(request: Request) -> None:
        asked.append(request.url)

    page.on("request", remember)
    slider = page.get_by_role("slider", name="Step")
    slider.focus()
    for _ in range(60):
        page.keyboard.press("ArrowRight")
    expect(page.locator("[data-number]")).to_have_text("63")
    page.wait_for_load_state("networkidle")
    assert {re.sub(r".*/(\w+)/[^/]+/\w+$", r"\1", url) for url in asked} <= {"drawings"}
    expect(slider).to_be_focused()
    expect(page).to_have_url(re.compile("/replay/63$"))


def test_the_keyboard_alone_plays_and_keeps_its_place(page: Page, address: str, site: Site) -> None:
    step(page, address, site, 10)
    following = page.get_by_role("button", name="Next step")
    following.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("[data-number]")).to_have_text("11")
    expect(following).to_be_focused()
    expect(page.get_by_role("status").filter(has_text=re.compile("^Step 11 of "))).to_have_count(1)
    page.get_by_role("slider", name="Step").focus()
    page.keyboard.press("End")
    expect(following).to_have_attribute("aria-disabled", "true")
    following.focus()
    page.keyboard.press("Enter")
    expect(following).to_be_focused()
    page.keyboard.press("Home")


def test_play_goes_on_until_it_is_paused(page: Page, address: str, site: Site) -> None:
    page.clock.install()
    step(page, address, site, 3)
    page.get_by_role("button", name="Play").click()
    page.clock.run_for(3700)
    expect(page.locator("[data-number]")).to_have_text("6")
    page.get_by_role("button", name="Pause").click()
    page.clock.run_for(3700)
    expect(page.locator("[data-number]")).to_have_text("6")


def test_play_is_slower_for_who_wants_less_motion(page: Page, address: str, site: Site) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.clock.install()
    step(page, address, site, 3)
    page.get_by_role("button", name="Play").click()
    page.clock.run_for(3700)
    expect(page.locator("[data-number]")).to_have_text("4")


def test_what_the_script_shows_is_what_the_server_shows(
    page: Page, chromium: Browser, address: str, site: Site
) -> None:
    """Wherever the slider comes to, in words: the step, why, the clocks, what was known, and the way."""
    plain = chromium.new_context(java_script_enabled=False)
    without = plain.new_page()
    go(without, address, "/cases")
    step(page, address, site, 3)
    last = len(site.trail.lines)
    chosen = site.number("passed", "which_decision")
    for number in (last, 1, chosen, site.number("completed", "hold_conference"), last // 2):
        page.locator("[data-slider]").evaluate("(slider, n) => { slider.value = n }", number)
        page.locator("[data-slider]").dispatch_event("input")
        without.goto(f"{address}/cases/{site.case}/replay/{number}")
        assert parts(page) == parts(without), number
        assert parts(page)["[data-what]"]
        if number in (1, chosen):
            assert bool(parts(page)["[data-because]"]) == (number == chosen)
    plain.close()


def parts(page: Page) -> dict[str, str]:
    """What is to be read, without what is hidden."""
    names = ("number", "what", "when", "by", "due", "said", "because", "because-said", "clocks", "clock-count")
    selectors = [*(f"[data-{name}]" for name in names), "[data-forms]", "[data-known-count]", ".app-replay__flags"]
    return {selector: page.locator(selector).first.evaluate(SEEN) for selector in selectors}


SEEN = """node => {
  if (node.closest('[hidden]')) return ''
  const copy = node.cloneNode(true)
  copy.querySelectorAll('[hidden]').forEach(hidden => hidden.remove())
  return copy.textContent.replace(/\\s+/g, ' ').trim()
}"""


def test_what_was_known_changes_without_leaving_the_step(page: Page, address: str, site: Site) -> None:
    number = site.number("completed", "hold_conference")
    step(page, address, site, number)
    page.get_by_role("link", name="What had happened by then").click()
    expect(page).to_have_url(re.compile("known=happened"))
    expect(page.locator("[data-known][aria-current]")).to_have_text("What had happened by then")
    page.reload()
    expect(page.locator("[data-known][aria-current]")).to_have_text("What had happened by then")


@SIZES
def test_an_auditor_finds_why_it_was_late_and_who_knew_by_keyboard(page: Page, address: str, size: Any) -> None:
    """With Tab and Enter alone, from the list of cases on."""
    page.set_viewport_size(size)
    go(page, address, "/cases")
    press_to(page, "Ada Example")
    press_to(page, "Compare with the guidance")
    expect(page.get_by_text(f"Why: {WHY}")).to_be_visible()
    press_to(page, re.compile("^Who knew of it"))
    table = page.get_by_role("table", name="Who knew of “Hold the child protection conference”")
    expect(table).to_be_visible()
    expect(table.get_by_role("rowheader", name="Service manager 1")).to_be_visible()
    expect(table.get_by_role("rowheader", name="Team manager 1")).to_be_visible()


def press_to(page: Page, name: str | re.Pattern[str]) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.locator("*:focus")
        said = " ".join((focused.text_content() or "").split())
        if name.search(said) if isinstance(name, re.Pattern) else said == name:
            target = focused.get_attribute("href")
            page.keyboard.press("Enter")
            if target:
                page.wait_for_url(f"**{target}")
            return
    raise AssertionError(f"The keyboard does not come to {name}.")
