"""The browser's own guards, each seen to find a planted fault."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page

from tests.browser import find_browser
from tests.browser.watched import Watch, accessibility_faults

CLEAN = """<!doctype html><html lang="en"><head><title>Clean</title><link rel="icon" href="data:,"></head>
<body><main><h1>Clean</h1></main></body></html>"""


def app_with(body: str, policy: str = "") -> Flask:
    app = Flask(__name__)

    @app.get("/")
    def page_under_test() -> tuple[str, dict[str, str]]:  # pyright: ignore[reportUnusedFunction]
        return CLEAN.replace("</main>", f"{body}</main>"), {"Content-Security-Policy": policy} if policy else {}

    return app


def test_a_clean_page_passes(
    page: Page, serve: Callable[[Flask], str], check_accessibility: Callable[[], None]
) -> None:
    page.goto(serve(app_with("", policy="script-src 'self'")))
    assert page.title() == "Clean"
    check_accessibility()


def test_axe_finds_a_field_without_a_label(page: Page, serve: Callable[[Flask], str]) -> None:
    page.goto(serve(app_with('<input type="text">')))
    assert [fault for fault in accessibility_faults(page) if fault.startswith("label:")]


@pytest.mark.parametrize(
    ("body", "policy", "fault"),
    [
        ("<script>throw new Error('planted')</script>", "", "script error: planted"),
        ("<script>'planted'</script>", "script-src 'self'", "console: "),
        ('<img src="/absent.png" alt="">', "", "404 for "),
    ],
    ids=["script", "policy", "missing"],
)
def test_a_watched_page_remembers(
    context: BrowserContext, serve: Callable[[Flask], str], body: str, policy: str, fault: str
) -> None:
    watch = Watch()
    page = context.new_page()
    watch.over(page)
    page.goto(serve(app_with(body, policy)))
    assert [found for found in watch.faults if found.startswith(fault)]


def test_a_browser_that_does_not_start_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    with pytest.raises(SystemExit, match="CHROMIUM=/nowhere/chromium does not start"):
        find_browser.find()
