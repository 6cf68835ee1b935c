"""From the code of the first administrator to a passkey, in a real browser with a device that it makes up."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from engine.base.database import Database
from engine.base.settings import Settings
from engine.commands import choosing_passwords, first_administrator
from tests.builders import MONDAY, ROOT, Authority, account, authority
from tests.organisations import lose_administrators
from tests.second_factors import code_at
from webapp import create_app

PASSWORD, EMAIL = "tulip kettle river", "gwen@example.org"
WIDE, NARROW = (1280, 900), (320, 640)


class Here:
    """A site outside the demonstration, whose administrators have left."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.now: datetime = MONDAY
        self.world: Authority = authority(database=database)
        lose_administrators(authority=self.world)
        settings = Settings.from_environment({"THROUGHLINE_VAR": str(folder), "THROUGHLINE_MODELS": str(ROOT)})
        self.app: Flask = create_app(settings, database, now=lambda: self.now)


@pytest.fixture
def here(tmp_path: Path, database: Database) -> Here:
    return Here(tmp_path / "var", database)


@pytest.fixture
def look(page: Page, check_accessibility: Callable[[], None]) -> Callable[[str], None]:
    """What every page of these must be: accessible, and no wider than a small telephone."""

    def at(heading: str) -> None:
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        for width, height in (NARROW, WIDE):
            page.set_viewport_size({"width": width, "height": height})
            check_accessibility()
            assert page.evaluate("document.documentElement.scrollWidth") <= width

    return at


@pytest.fixture
def device(page: Page, context: BrowserContext) -> None:
    """That the browser has: it makes and shows passkeys without anybody who touches it."""
    session: Any = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasUserVerification": True, "isUserVerified": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": {**kind, "automaticPresenceSimulation": True}})


@pytest.mark.usefixtures("device")
def test_from_the_first_code_to_a_passkey(
    page: Page, here: Here, serve: Callable[[Flask], str], look: Callable[[str], None]
) -> None:
    site = serve(here.app).replace("127.0.0.1", "localhost")
    is_made_by_the_code(page, site, here, look)
    enter(page)
    look("Second factor")
    sets_up_an_app(page, here, look)
    page.goto(f"{site}/account/second-factor")
    page.get_by_label("Name of the device").fill("Laptop")
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_text("Laptop: made")).to_be_visible()
    look("Second factor")
    page.goto(f"{site}/account/password")
    look("Change your password")
    page.get_by_role("button", name="Sign out").click()
    enter(page)
    look("Show that it is you")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("People")
    here.now += timedelta(minutes=6)
    page.goto(f"{site}/account/second-factor")
    look("Second factor")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("button", name="Remove Laptop")).to_be_visible()


def is_made_by_the_code(page: Page, site: str, here: Here, look: Callable[[str], None]) -> None:
    page.goto(f"{site}/first-administrator")
    page.get_by_role("button", name="Make this account").click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    look("Make the first administrator")
    code = first_administrator.make_first_code(here.world.database, here.world.system, here.now)
    asked = {"The code": code, "Your name": "Gwen", "Your email address": EMAIL, "Your password": PASSWORD}
    for label, typed in asked.items():
        page.get_by_label(label, exact=True).fill(typed)
    page.get_by_role("button", name="Make this account").click()


def sets_up_an_app(page: Page, here: Here, look: Callable[[str], None]) -> None:
    page.get_by_role("button", name="Set up an app").click()
    look("Set up an app")
    secret = "".join(page.locator(".app-key").inner_text().split())
    page.get_by_label("Code that the app shows").fill(code_at(here.now, secret))
    page.get_by_role("button", name="Go on").click()
    look("Your recovery codes")


def test_a_link_is_followed_and_a_device_that_is_not_there_is_said(
    page: Page, here: Here, serve: Callable[[Flask], str], look: Callable[[str], None]
) -> None:
    site = serve(here.app)  # by its number, for which no browser has a passkey
    database, worker = here.world.database, account(role="auditor")
    word = choosing_passwords.make_password_link(database, here.world.system, here.now, worker)
    page.goto(f"{site}/password/{word}")
    look("Choose your password")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Choose this password").click()
    enter(page, f"{worker}@example.org")
    page.get_by_label("Name of the device").fill("Laptop")
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_role("alert")).to_have_text("No passkey was used. Try again, or use another way.")
    look("Second factor")
    page.goto(f"{site}/password/{word}")
    look("This link opens nothing")


def enter(page: Page, email: str = EMAIL) -> None:
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
