"""What the editor reads it writes: a drawing that nobody changed is the same file, byte by byte."""

from collections.abc import Generator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page

from tests.browser.sheets import DRAWINGS, open_page, saved_unchanged
from tests.browser.watched import Watch


@pytest.fixture(scope="module")
def sheet(chromium: Browser) -> Generator[Page]:
    page = open_page(chromium)
    watch = Watch()
    watch.over(page)
    yield page
    assert not watch.faults
    page.close()


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda drawing: drawing.stem)
def test_a_save_without_a_change_changes_nothing(sheet: Page, drawing: Path) -> None:
    """If this fails for a drawing that was written by hand: `python -m tests.browser.sheets` saves it once."""
    assert saved_unchanged(sheet, drawing.read_text()) == drawing.read_text()


def test_what_is_not_read_whole_is_not_edited(sheet: Page) -> None:
    xml = DRAWINGS[0].read_text()
    for broken in ("no drawing", xml[:2000], xml.replace("<bpmn:outgoing>start_", "<bpmn:outgoing>gone_")):
        with pytest.raises(Error, match=r"unparsable|unclosed|unresolved|missing|display"):
            saved_unchanged(sheet, broken)


def test_properties_that_would_be_thrown_away_are_noticed(sheet: Page) -> None:
    """The fault that is planted: bpmn-js is not told how the properties of a shape are written."""
    script = """async (xml) => {
      const { xml: how, ...forgotten } = editor.PROPERTIES
      try { await editor.openSheet(document.querySelector("#sheet"), xml, { properties: forgotten }) } catch (fault) {
        return fault instanceof editor.NotReadWhole
      }
    }"""
    drawing = next(each for each in DRAWINGS if "spiffworkflow:property" in each.read_text())
    assert sheet.evaluate(script, drawing.read_text()) is True
