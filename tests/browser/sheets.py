"""Drawings on the sheet of the editor, as it was built: in Chromium, under the product's own policy, without a site.

`python -m tests.browser.sheets` saves every drawing of processes/ as the editor would: for drawings that were written
by hand, so that the first change in the editor changes nothing else.
"""

import json
import mimetypes
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Route, sync_playwright

from tests.browser import find_browser
from tests.builders import ROOT
from webapp.security import POLICY
from webapp.static_files import BUILT

HERE = "https://sheet.example"
DRAWINGS = sorted((ROOT / "processes").glob("*/*.bpmn"))
_PAGE = '<!doctype html><html lang="en"><title>Sheet</title><link rel="stylesheet" href="/{css}"><div id="sheet"></div>'


def open_page(browser: Browser) -> Page:
    """Its `editor` is the module; `#sheet` is where a drawing may be."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.route("**/*", _answer)
    page.goto(HERE)
    page.evaluate("async (address) => { window.editor = await import(address) }", f"/{_asset('editor.js')}")
    return page


def saved_unchanged(page: Page, xml: str) -> str:
    """What a save without a change makes of a drawing. Raises Error (of Playwright) if it is not read whole."""
    script = """async (xml) => {
      const sheet = await editor.openSheet(document.querySelector('#sheet'), xml)
      try { return await editor.written(sheet) } finally { sheet.destroy() }
    }"""
    return page.evaluate(script, xml)


def _asset(name: str) -> str:
    manifest: dict[str, Any] = json.loads((BUILT / "manifest.json").read_text())
    return str(manifest[name])


def _answer(route: Route) -> None:
    name = Path(urlsplit(route.request.url).path).name
    policy = {"Content-Security-Policy": POLICY.format(nonce="none")}
    if name:
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        route.fulfill(body=(BUILT / name).read_bytes(), content_type=kind, headers=policy)
    else:
        route.fulfill(body=_PAGE.format(css=_asset("editor.css")), content_type="text/html", headers=policy)


def main() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser.find(), args=["--no-sandbox"])
        page = open_page(browser)
        for drawing in DRAWINGS:
            drawing.write_text(saved_unchanged(page, drawing.read_text()))
        browser.close()


if __name__ == "__main__":
    main()
