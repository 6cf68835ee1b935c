"""An emergency, what protects a child and the team's page in a real browser: accessible, wide and narrow."""

import shutil
from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from engine.base.database import Database
from engine.base.settings import Settings
from tests.builders import DAY, HOUR, MONDAY, ROOT, account, authority, case_at, child, pass_time
from tests.protecting import begin, in_police_protection, on_a_plan
from webapp import create_app

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 640}


@dataclass(frozen=True)
class Site:
    """`paths` by name: who looks, and where."""

    app: Flask
    paths: dict[str, tuple[str, str]]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Generator[Site]:
    """66 hours after a child was taken into police protection, with another on a plan and a third in danger."""
    folder = tmp_path_factory.mktemp("protecting")
    shutil.copy(sqlite_template, folder / "throughline.db")
    database = Database(f"sqlite:///{folder / 'throughline.db'}")
    world = authority(database=database)
    plan = on_a_plan(authority=world, name="Maisie", now=MONDAY - 14 * DAY)
    ordered = in_police_protection(authority=world, name="Jack")
    calm = case_at(authority=world, point="deciding", children=[child(given_name="Lena")])
    danger = case_at(authority=world, point="deciding", children=[child(given_name="Zoe")])
    now = MONDAY + 66 * HOUR
    begin(authority=world, case=danger, process="immediate_protection", role="social_worker", now=now - HOUR)
    pass_time(authority=world, now=now)
    settings = Settings.from_environment({"THROUGHLINE_VAR": str(folder), "THROUGHLINE_MODELS": str(ROOT)})
    yield Site(
        create_app(settings, database, now=lambda: now + timedelta(minutes=1), demo=True),
        {
            "case-in-police-protection": ("social_worker", f"/cases/{ordered}"),
            "case-on-a-plan": ("team_manager", f"/cases/{plan}"),
            "case-in-danger": ("team_manager", f"/cases/{danger}"),
            "case": ("social_worker", f"/cases/{calm}"),
            "inbox": ("social_worker", "/tasks"),
            "inbox-of-a-manager": ("team_manager", "/tasks"),
            "team": ("team_manager", "/team"),
            "cases": ("conference_administrator", "/cases"),
            "start": ("social_worker", f"/cases/{plan}/start/immediate_protection"),
            "transfer": ("conference_administrator", "/cases/start/transfer_in"),
        },
    )
    database.dispose()


@pytest.fixture
def address(serve: Callable[[Flask], str], site: Site) -> str:
    return serve(site.app)


def go(page: Page, address: str, site: Site, name: str) -> None:
    role, path = site.paths[name]
    page.goto(f"{address}/sign-in")
    page.locator(f"button[value='{account(role=role)}']").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.goto(address + path)


@pytest.mark.parametrize(
    "name",
    [
        *("case-in-police-protection", "case-on-a-plan", "case-in-danger", "case", "inbox", "inbox-of-a-manager"),
        *("team", "cases", "start", "transfer"),
    ],
)
def test_a_page_is_accessible_and_fits_wide_and_narrow(
    page: Page, address: str, site: Site, check_accessibility: Callable[[], None], name: str
) -> None:
    go(page, address, site, name)
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)  # pyright: ignore[reportArgumentType]
        page.evaluate("document.querySelectorAll('main details').forEach(details => { details.open = true })")
        for drawing in page.locator("[data-diagram]").all():
            expect(drawing.locator(".djs-container")).to_be_visible()
        check_accessibility()
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_what_protects_the_child_is_seen_without_scrolling(page: Page, address: str, site: Site) -> None:
    go(page, address, site, "case-in-police-protection")
    expect(page.get_by_text("Police protection: 5 hours and 59 minutes left")).to_be_in_viewport()


def test_an_emergency_begins_without_scripts_in_two_clicks(chromium: Browser, address: str, site: Site) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    go(page, address, site, "inbox")
    page.get_by_role("link", name="Lena Example", exact=True).first.click()
    expect(page.get_by_role("button", name="Protect a child now")).to_be_in_viewport()
    page.get_by_role("button", name="Protect a child now").click()
    expect(page.get_by_text("Immediate protection has begun.")).to_be_visible()
    context.close()
