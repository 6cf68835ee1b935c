"""Every page in a real browser, wide and as narrow as a small telephone: axe finds nothing, and nothing is cut off."""

import re
import shutil
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from engine.base.database import Database
from tests.browser.places import Site, button_of, site
from tests.builders import child, refer

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 640}
PLACES = (
    *(
        "sign-in",
        "own-account",
        "refer",
        "not-found",
        "inbox",
        "inbox-of-an-agency",
        "cases",
        "team",
        "case",
        "case-planned",
    ),
    *("case-closed", "case-of-an-agency", "task", "task-with-a-list", "task-with-reveals", "task-of-an-agency"),
    *("task-of-others", "letters", "task-of-a-letter", "family", "task-of-a-sibling", "task-of-children"),
    *("start-for-one", "start-for-all"),
    *("close", "refer-in-case", "working-days", "working-days-of-others", "remove-day"),
    *("time-limits", "time-limits-of-others", "limit", "export", "record", "team-one-list", "inbox-one-list"),
    *("duty", "duty-of-others", "duty-turn", "duty-remove", "duty-minutes", "case-one-list", "add-organisation"),
    *("services", "services-of-others", "service", "end-service"),
    *("privacy", "privacy-people", "privacy-person", "privacy-case", "privacy-could-see", "privacy-unusual"),
    *("privacy-refused", "privacy-look"),
    *("rules", "rule", "due", "due-case", "holds", "hold", "erasures", "erasure", "case-erased"),
    *("around", "add-person", "change-fact", "end-fact"),
    *("life", "shared", "shared-with", "record-share", "replace-wish"),
    *("actions", "add-action", "tell-of-action"),
    *("as-others", "ask-for-part", "part-requests", "part-request"),
    *("studio", "studio-process", "studio-start", "draft", "draft-with-faults", "draft-drawings", "draft-judge"),
    *("draft-try", "draft-try-begin", "draft-try-task", "draft-try-start", "draft-try-not-theirs", "draft-try-keep"),
    *("draft-publish", "draft-form", "draft-question", "draft-names", "draft-question-new", "draft-rename"),
    *("people", "add-person", "person", "proposal", "people-from-a-file", "organisations", "cover", "set-cover"),
    "agreements",
    *("correct-answers", "look-again", "open-again", "separate-cases"),
    *("skip-step", "other-steps", "open-step", "decide-departure"),
    *("let-in", "break-glass", "bars", "bar-that-may-end", "restricted", "uses-of-break-glass", "use-of-break-glass"),
    *(
        "what-is-held",
        "what-is-held-of-one",
        "what-is-held-longer",
        "what-is-held-items",
        "kept-drafts",
        "said-to-be-wrong",
    ),
    *("give-task", "share-out", "hand-back"),
    *("move-case", "draft-trial", "carrying-over", "bring-in", "brought-in", "in-the-way", "story-of-case"),
)


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Generator[Site]:
    """Shared by the tests that change nothing but their own drafts."""
    folder = tmp_path_factory.mktemp("site")
    path = folder / "throughline.db"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    yield site(folder, database)
    database.dispose()


@pytest.fixture
def address(serve: Callable[[Flask], str], places: Site) -> str:
    return serve(places.app)


def go(page: Page, address: str, places: Site, name: str, role: str | None = None) -> None:
    place = next(one for one in places.places if one.name == name)
    who = place.role if role is None else role
    if who in places.cookies:
        page.context.add_cookies(places.cookies[who])
    elif who:
        page.goto(f"{address}/sign-in")
        page.locator(button_of(who)).click()
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        places.cookies[who] = page.context.cookies()
    page.goto(address + place.path)


def open_everything(page: Page) -> None:
    page.evaluate("document.querySelectorAll('main details').forEach(details => { details.open = true })")
    for drawing in page.locator("[data-diagram]").all():
        expect(drawing.locator(".djs-container")).to_be_visible()


def test_every_place_is_looked_at(places: Site) -> None:
    assert {place.name for place in places.places} == set(PLACES)


@pytest.mark.parametrize("name", PLACES)
def test_a_page_is_accessible_and_fits_wide_and_narrow(
    page: Page, address: str, places: Site, check_accessibility: Callable[[], None], name: str
) -> None:
    go(page, address, places, name)
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)  # pyright: ignore[reportArgumentType]
        open_everything(page)
        check_accessibility()
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


@pytest.mark.parametrize(
    "name",
    ["refer", "task", "task-with-a-list", "task-with-reveals", "close", "working-days", "duty", "draft-question-new"],
)
def test_errors_take_the_focus_and_lead_to_their_inputs(
    page: Page, address: str, places: Site, check_accessibility: Callable[[], None], name: str
) -> None:
    go(page, address, places, name)
    page.locator("#form .app-form__buttons button").first.click()
    summary = page.locator(".govuk-error-summary")
    expect(summary).to_be_focused()
    assert page.title().startswith("Error: ")
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)  # pyright: ignore[reportArgumentType]
        check_accessibility()
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    for link in summary.get_by_role("link").all():
        link.click()
        focused = page.evaluate("document.activeElement.id")
        assert focused == (link.get_attribute("href") or "").removeprefix("#")


def test_the_number_of_alarms_goes_up_by_itself(page: Page, address: str, places: Site) -> None:
    """It is said once, and no look is recorded."""
    page.clock.install()
    go(page, address, places, "working-days", "social_worker")
    number, said = page.locator("[data-open-page] a"), page.locator("[data-open-page] [role=status]")
    expect(number).to_contain_text("1 alarm")
    refer(authority=places.world, now=places.now, immediate_danger="yes", children=[child(given_name="Zoe")])
    page.clock.fast_forward("00:31")
    expect(number).to_contain_text("2 alarms")
    expect(said).to_have_text("2 alarms that nobody has opened")
    expect(page.get_by_role("link", name="2 alarms that nobody has opened")).to_be_visible()


def test_the_first_stop_of_the_keyboard_is_the_way_to_the_content(page: Page, address: str, places: Site) -> None:
    go(page, address, places, "inbox")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main-content"


def test_a_question_is_shown_when_its_answer_is_chosen(page: Page, address: str, places: Site) -> None:
    go(page, address, places, "task-with-reveals")
    alone = page.get_by_role("group", name="Did you speak with the child alone?")
    expect(alone).to_be_hidden()
    page.get_by_label("Yes", exact=True).first.check()
    expect(alone).to_be_visible()
    page.get_by_label("No", exact=True).first.check()
    expect(alone).to_be_hidden()
    expect(page.get_by_text("Answer only if you chose").first).to_be_hidden()


def test_a_group_grows_and_shrinks_at_once(page: Page, address: str, places: Site) -> None:
    go(page, address, places, "refer")
    children = page.locator("[data-list='children'] > [data-list-items] > [data-list-item]")
    expect(children).to_have_count(1)
    page.get_by_label("First name").fill("Ada")
    page.locator("[data-list='children'] > [data-list-add]").click()
    expect(children).to_have_count(2)
    expect(children.nth(1)).to_be_focused()
    expect(children.nth(1).locator("legend").first).to_contain_text("Number 2")
    children.nth(1).get_by_label("First name").fill("Ben")
    children.nth(0).get_by_role("button", name="Remove").click()
    expect(children).to_have_count(1)
    expect(children.get_by_label("First name")).to_have_value("Ben")
    expect(children.locator("legend").first).to_contain_text("Number 1")
    assert page.url == f"{address}/refer"


def test_what_is_typed_is_kept_while_it_is_typed(page: Page, address: str, places: Site) -> None:
    go(page, address, places, "task")
    page.get_by_label("What are your reasons?").fill("Half a sent")
    expect(page.get_by_role("status").filter(has_text="Draft saved at 10:00")).to_be_visible()
    page.reload()
    expect(page.get_by_label("What are your reasons?")).to_have_value("Half a sent")
    expect(page.get_by_text("This is what you typed and did not send")).to_be_visible()
    page.get_by_role("button", name="Start again without it").click()
    expect(page.get_by_label("What are your reasons?")).to_have_value("")


def test_enter_in_a_field_sends_the_form_and_nothing_else(page: Page, address: str, places: Site) -> None:
    go(page, address, places, "refer")
    page.get_by_label("First name").press("Enter")
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    expect(page.locator("[data-list='children'] [data-list-item]")).to_have_count(1)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_drawing_shows_what_is_open_and_the_table_says_it(
    page: Page, address: str, places: Site, size: dict[str, int]
) -> None:
    page.set_viewport_size(size)  # pyright: ignore[reportArgumentType]
    go(page, address, places, "case")
    page.locator("summary", has_text="See the whole of").click()
    current = page.locator(".app-drawing .app-current")
    expect(current).to_have_count(3)
    current.first.scroll_into_view_if_needed()
    expect(current.first).to_be_in_viewport()
    expect(page.get_by_role("row", name=re.compile("Decide the response Social worker Open now"))).to_be_visible()
    expect(page.locator(".bjs-powered-by")).to_be_visible()


def test_the_menu_opens_on_a_narrow_screen(page: Page, address: str, places: Site) -> None:
    page.set_viewport_size(NARROW)  # pyright: ignore[reportArgumentType]
    go(page, address, places, "inbox")
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("link", name="Cases", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cases")


def test_without_scripts_a_child_is_referred_and_a_task_is_done(chromium: Browser, address: str, places: Site) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    go(page, address, places, "refer")
    page.get_by_label("No", exact=True).first.check()
    page.get_by_label("A neighbour, friend or member of the public").check()
    page.get_by_label("First name").fill("Ada")
    page.get_by_label("Last name").fill("Example")
    page.locator("[data-list='children'] > [data-list-add]").click()
    page.locator("[data-list-item]").nth(1).get_by_label("First name").fill("Ben")
    page.locator("[data-list-item]").nth(1).get_by_label("Last name").fill("Example")
    page.get_by_label("What are you worried about?").fill("Bruises.")
    page.get_by_label("No reply, please").check()
    page.locator("#form .app-form__buttons button").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("We have received your referral")
    go(page, address, places, "inbox")
    page.get_by_role("link", name=re.compile("^Show all")).click()
    page.get_by_role("button", name="Take “Clarify the concerns” for Ben Example").click()
    page.get_by_label("What are the concerns, and how and why did they arise?").fill("Spoke to the school.")
    known = page.get_by_role("group", name="Is this a child we already know?")
    known.get_by_label("No", exact=True).check()
    page.locator("#form .app-form__buttons button").first.click()
    expect(page.get_by_text("“Clarify the concerns” is done.")).to_be_visible()
    context.close()


def test_the_day_of_a_draft_is_typed_where_it_is_chosen(page: Page, address: str, places: Site) -> None:
    """It is folded away until then, and without scripts it is there at once."""
    go(page, address, places, "draft-publish")
    day = page.get_by_label("Day", exact=True)
    expect(day).to_be_hidden()
    page.get_by_label("From a day to come").check()
    expect(day).to_be_visible()


def test_a_drawing_is_whole_on_paper_and_as_before_afterwards(page: Page, address: str, places: Site) -> None:
    go(page, address, places, "draft-drawings")
    picture = page.locator("[data-diagram] svg[data-element-id], [data-diagram] .djs-container > svg").first
    expect(picture).to_be_visible()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(picture).to_have_attribute("viewBox", re.compile(r"0 0 \d+ \d+"))
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert picture.get_attribute("viewBox") is None
