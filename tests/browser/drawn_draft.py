"""A draft whose drawing is open in the editor, and what is done and read there."""

from dataclasses import dataclass
from typing import Any

from flask import Flask
from playwright.sync_api import Locator, Page, expect

from engine.commands.saving_changes import save_file
from engine.reads.studio.draft_files import file_in_change
from tests.builders import MONDAY, Authority, account

LONG = 30_000  # for what waits for a save, or for the checks of a whole draft, while others use the machine
PATH = "processes/assessment/assessment.bpmn"


@dataclass(frozen=True)
class Draft:
    app: Flask
    world: Authority
    change: str

    def read(self, path: str = PATH) -> tuple[str, int]:
        with self.world.database.read() as connection:
            found = file_in_change(connection, self.world.actor("process_owner"), MONDAY, self.change, path)
        return found.content.decode(), found.version

    def save(self, text: str) -> None:
        actor = self.world.actor("process_owner")
        save_file(self.world.database, actor, MONDAY, self.change, PATH, text.encode(), self.read()[1])


def go(page: Page, address: str, path: str) -> None:
    page.goto(f"{address}/sign-in")
    page.locator(f"button[value='{account(role='process_owner')}']").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.goto(address + path)


def draw(page: Page, address: str, draft: Draft, *, checked: bool = False, name: str = "Assessment") -> Locator:
    """Opens the editor; gives the panel. Only where it is `checked` is the draft linted, after each save."""
    if not checked:
        page.route("**/checks.json", lambda route: route.fulfill(json={"problems": []}))
    go(page, address, f"/studio/changes/{draft.change}")
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.locator("[data-ready]")).to_be_attached()
    return page.get_by_role("region", name="What is chosen")


def box(shape: Any) -> tuple[float, float, float, float]:
    """Left, top, right, bottom."""
    bounds = shape.find("{*}Bounds")
    x, y, width, height = (float(bounds.get(name, "")) for name in ("x", "y", "width", "height"))
    return x, y, x + width, y + height


def meets(point: tuple[float, float], box: tuple[float, float, float, float]) -> bool:
    (x, y), (left, top, right, bottom) = point, box
    return left - 1 <= x <= right + 1 and top - 1 <= y <= bottom + 1


def choose(page: Page, step: str) -> None:
    page.get_by_role("button", name=step, exact=True).first.press("Enter")
    expect(page.get_by_role("heading", level=2, name=step)).to_be_focused()


def saved(page: Page) -> None:
    expect(page.locator("[data-saved]")).to_have_text("Saved", timeout=LONG)
