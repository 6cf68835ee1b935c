"""A case that was carried over to other models: each step is shown on the drawing of its day."""

from collections.abc import Callable
from pathlib import Path

from flask import Flask
from playwright.sync_api import Page, expect

from engine.base.database import Database
from engine.base.settings import Settings
from engine.record.chain import case_chain, lines
from tests.browser.test_replay import go
from tests.builders import MONDAY, ROOT, authority, case_at
from tests.engine.commands.calls_of_carrying_over import migrates
from webapp import create_app


def test_the_drawing_of_before_and_the_one_of_after(
    page: Page, serve: Callable[[Flask], str], sqlite_template: Path, tmp_path: Path
) -> None:
    (tmp_path / "throughline.db").write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{tmp_path / 'throughline.db'}")
    world = authority(database=database)
    case = case_at(authority=world)
    migrates(world, case)()
    with database.read() as connection:
        chain = lines(connection, case_chain(case))
    settings = Settings.from_environment({"THROUGHLINE_VAR": str(tmp_path), "THROUGHLINE_MODELS": str(ROOT)})
    address = serve(create_app(settings, database, now=lambda: MONDAY, demo=True))
    moved = next(line.number for line in chain if line.kind == "migrated")
    go(page, address, f"/cases/{case}/replay/{moved - 1}")
    shown = page.locator(".app-replay__sheet:not([hidden]) [data-element-id='decide_response']").first
    expect(shown).to_contain_text("Decide the")
    page.locator("[data-next]").click()
    expect(shown).to_contain_text("follows")
    page.locator("[data-previous]").click()
    expect(shown).to_contain_text("response")
    database.dispose()
