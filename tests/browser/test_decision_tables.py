"""A decision table from nothing to the step that decides by it, in a real browser and without a line of XML."""

import shutil
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from engine.base.database import Database
from engine.base.settings import Settings
from engine.commands.saving_changes import start_change
from engine.process.drawing import Drawing, read_drawing
from engine.reads.studio.draft_files import file_in_change
from tests.builders import MONDAY, ROOT, Authority, account, authority
from webapp import create_app

DRAWING = "processes/referral/referral.bpmn"
NARROW, WIDE = {"width": 320, "height": 640}, {"width": 1280, "height": 900}


@dataclass(frozen=True)
class TableDraft:
    address: str
    world: Authority
    change: str

    @property
    def page(self) -> str:
        return f"{self.address}/studio/changes/{self.change}"

    def drawing(self) -> Drawing:
        with self.world.database.read() as connection:
            found = file_in_change(connection, self.world.actor("process_owner"), MONDAY, self.change, DRAWING)
        return read_drawing(found.content, DRAWING)


@pytest.fixture
def table_draft(tmp_path: Path, sqlite_template: Path, serve: Callable[[Flask], str]) -> Generator[TableDraft]:
    shutil.copy(sqlite_template, tmp_path / "throughline.db")
    database = Database(f"sqlite:///{tmp_path / 'throughline.db'}")
    world = authority(database=database)
    change = start_change(database, world.actor("process_owner"), MONDAY, "Decide by a table", "It was agreed")
    settings = Settings.from_environment({"THROUGHLINE_VAR": str(tmp_path), "THROUGHLINE_MODELS": str(ROOT)})
    yield TableDraft(serve(create_app(settings, database, now=lambda: MONDAY, demo=True)), world, change)
    database.dispose()


def test_a_table_is_made_filled_in_and_decides_at_a_step(
    page: Page, table_draft: TableDraft, check_accessibility: Callable[[], None]
) -> None:
    page.goto(f"{table_draft.address}/sign-in")
    page.locator(f"button[value='{account(role='process_owner')}']").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.goto(f"{table_draft.page}/new-table/referral")
    check_accessibility()
    make_table(page)
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)  # pyright: ignore[reportArgumentType]
        check_accessibility()
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    page.goto(f"{table_draft.page}/draw/referral")
    draw_step(page)
    check_accessibility()
    (task,) = table_draft.drawing().rule_tasks()
    assert (task.id, task.properties) == ("which_way_is_safe", {"table": "the_safe_way"})
    problem = page.locator("[data-problems] li").filter(has_text="Nothing reads what its table decides")
    expect(problem.first).to_be_visible()


def make_table(page: Page) -> None:
    """With one row for whatever is answered, and one above it that is typed in."""
    page.get_by_label("What does it decide?", exact=True).fill("The safe way")
    page.get_by_label("Decide the response: What does this child need from us?").check()
    page.get_by_label("Refer a child: Is a child in danger right now?").check()
    page.get_by_label("What does it decide where no row says otherwise?").fill('"as_decided"')
    page.get_by_role("button", name="Make the table").click()
    expect(page.get_by_role("heading", level=1, name="The safe way")).to_be_visible()
    page.get_by_role("button", name="Add above row 1").click()
    page.get_by_label("Row 1: Decide the response").fill('"early_help", "no_further_action"')
    page.get_by_label("Row 1: Refer a child").fill('"yes"')
    page.get_by_label("Row 1: Decides").fill('"discuss"')
    page.get_by_label("Row 1: Decides").press("Enter")
    expect(page.get_by_text("The table is saved in the draft.")).to_be_visible()
    expect(page.get_by_label("Row 1: Decides")).to_have_value('"discuss"')


def draw_step(page: Page) -> None:
    """Behind the decision, by keyboard: it asks nobody, and the table is chosen by its name."""
    expect(page.locator("[data-ready]")).to_be_attached()
    panel = page.get_by_role("region", name="What is chosen")
    page.get_by_role("button", name="Decide the response", exact=True).first.press("Enter")
    panel.get_by_label("What comes").select_option(label="Decision table")
    panel.get_by_label("Its name").fill("Which way is safe?")
    panel.get_by_label("Its name").press("Enter")
    expect(page.get_by_role("heading", level=2, name="Which way is safe?")).to_be_visible()
    panel.get_by_label("Decision table", exact=True).select_option(label="The safe way")
    expect(panel.get_by_label("Who does it")).to_have_count(0)
    expect(page.locator("[data-saved]")).to_have_text("Saved")
