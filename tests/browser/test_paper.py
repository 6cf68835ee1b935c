"""Pages on paper, and names that are written from right to left: what only a browser can lay out."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser.places import Site
from tests.browser.test_pages import go, places

__all__ = ["places"]
A4 = {"width": 720, "height": 1000}
AFTER_LINKS = """() => [...document.querySelectorAll('main a')]
  .map((link) => getComputedStyle(link, '::after').content).filter((content) => content !== 'none')"""
# Where the text that follows a name begins, beside where the name ends.
BESIDE = """(name) => {
  const range = document.createRange()
  range.selectNode(name.closest('a').nextSibling)
  return [name.getBoundingClientRect().right, range.getBoundingClientRect().left]
}"""


@pytest.fixture
def address(serve: Callable[[Flask], str], places: Site) -> str:
    return serve(places.app)


@pytest.mark.parametrize("name", ["case-planned", "task"])
def test_a_printed_page_has_what_was_answered_and_nothing_to_press(
    page: Page, address: str, places: Site, name: str
) -> None:
    go(page, address, places, name)
    page.set_viewport_size(A4)  # pyright: ignore[reportArgumentType]
    page.emulate_media(media="print")
    answered = page.locator("main details .app-answers dd")
    assert answered.count()
    for one in answered.all():
        expect(one).to_be_visible()
    for pressed in page.locator("button, .govuk-button, nav").all():
        expect(pressed).to_be_hidden()
    assert page.evaluate(AFTER_LINKS) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= A4["width"]
    assert len(page.pdf(format="A4")) > 1000
    assert page.locator("main details[open]").count() == 0  # folded again


def test_a_form_is_printed_whole(page: Page, address: str, places: Site) -> None:
    go(page, address, places, "refer")
    page.emulate_media(media="print")
    revealed = page.locator("main .app-question--revealed:not(template *)")
    assert revealed.count()
    for asked in revealed.all():
        expect(asked).to_be_visible()
        expect(asked.locator("> .app-question__when")).to_be_visible()


def test_an_age_stands_behind_the_name_whichever_way_that_is_written(page: Page, address: str, places: Site) -> None:
    go(page, address, places, "inbox-one-list")
    name = page.locator(".app-task__child bdi", has_text="ليلى الأحمد").first
    ends, begins = name.evaluate(BESIDE)
    assert begins >= ends - 1
