"""A child is referred, helped and the case closed, by the pages alone: each task is found in the inbox of its role."""

import shutil
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from engine.base.database import Database
from engine.base.settings import Settings
from tests.browser.places import button_of
from tests.builders import MONDAY, ROOT, authority
from webapp import create_app

# What matters at each task; every other question is answered with the first thing that will do.
WAY: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("social_worker", "Acknowledge the referral", {}),  # by hand: no mail server is set up
    (
        "social_worker",
        "Clarify the concerns",
        {"Is this a child we already know?": "No", "Have you found out a number": "No"},
    ),
    (
        "social_worker",
        "Decide the response",
        {"What does this child need from us?": "An assessment by a social worker"},
    ),
    ("social_worker", "Tell the referrer", {"Have you told the referrer what was decided?": "Yes"}),
    ("social_worker", "Tell the family", {}),
    ("team_manager", "Allocate a social worker", {"Who is the lead professional?": "Social worker 1"}),
    ("social_worker", "Plan the assessment", {"Which agencies do you ask to contribute?": "Health"}),
    ("health_practitioner", "Contribute to the assessment", {"What is your answer to the request?": "We contribute"}),
    ("social_worker", "See the child", {"Have you seen the child?": "Yes"}),
    ("social_worker", "Interview the family", {}),
    ("social_worker", "Write the assessment", {"What do you find?": "A child in need: a plan is needed"}),
    ("team_manager", "Authorise the assessment", {"Do you authorise this assessment?": "Yes"}),
    ("social_worker", "Share the outcome", {}),
    ("social_worker", "Agree the plan", {}),
    ("social_worker", "Circulate the plan", {"To which agencies has the plan gone in writing?": "Health"}),
    ("team_manager", "Review the plan", {"What happens to the plan?": "It ends: support is no longer needed"}),
    ("team_manager", "Close the case", {}),
)


@pytest.fixture
def address(tmp_path: Path, sqlite_template: Path, serve: Callable[[Flask], str]) -> Generator[str]:
    path = tmp_path / "throughline.db"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    authority(database=database)
    settings = Settings.from_environment({"THROUGHLINE_VAR": str(tmp_path), "THROUGHLINE_MODELS": str(ROOT)})
    yield serve(create_app(settings, database, now=lambda: MONDAY, demo=True))
    database.dispose()


def test_a_child_is_referred_helped_and_the_case_closed(page: Page, address: str) -> None:
    page.set_default_timeout(5000)
    sign_in(page, address, "health_practitioner")
    page.get_by_role("link", name="Refer a child").click()
    page.get_by_label("Somebody at work").check()
    page.get_by_label("First name").fill("Ada")
    page.get_by_label("Last name").fill("Example")
    answer(
        page,
        {"Do you know a number": "No", "Is a child in danger right now?": "No", "How should we reply?": "By email"},
    )
    page.get_by_label("Email address", exact=True).fill("nurse@example.org")
    press(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("We have received your referral")
    for role, task, given in WAY:
        sign_in(page, address, role)
        page.get_by_role("link", name=f"{task} for Ada Example").first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text(task)
        answer(page, given)
        press(page)
        expect(page.get_by_text(f"“{task}” is done.")).to_be_visible()
    expect(page.get_by_text("This case is closed.")).to_be_visible()


def sign_in(page: Page, address: str, role: str) -> None:
    page.goto(f"{address}/sign-in")
    page.locator(button_of(role)).click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def press(page: Page) -> None:
    page.locator("#form .app-form__buttons button").first.click()


def answer(page: Page, given: dict[str, str]) -> None:
    for question, choice in given.items():
        page.get_by_role("group", name=question).get_by_label(choice, exact=True).first.check()
    for _ in range(2):  # an answer may reveal another question
        choose_the_first(page)
    for text in page.locator("#form textarea:visible, #form .govuk-input:visible:not(.govuk-date-input__input)").all():
        write(text, "As agreed.")
    dates = page.locator("#form fieldset:visible:has(> .govuk-date-input)").filter(has_not_text="(optional)")
    for date in dates.all():  # of those that may be left empty, one may rule out another
        for part, value in (("Day", "2"), ("Month", "3"), ("Year", "2026")):
            write(date.get_by_label(part), value)


def choose_the_first(page: Page) -> None:
    for group in page.locator("#form fieldset:visible:has(input[type=radio]):not(:has(fieldset))").all():
        if not group.locator("input:checked").count():
            group.locator("input").first.check()
    for choice in page.locator("#form select:visible").all():
        choice.select_option(index=1)


def write(field: Locator, value: str) -> None:
    if not field.input_value():
        field.fill(value)
