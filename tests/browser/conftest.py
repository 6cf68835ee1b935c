"""A real Chromium, pages in it that remember what went wrong, and a server for the application.

On pages with a diagram use roles and labels, not `text=` selectors: those find the words of the drawing too.
"""

import threading
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from werkzeug.serving import make_server

from tests.browser import find_browser
from tests.browser.watched import Watch, accessibility_faults

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


# As long as an act may take: other workers use the same cores.
expect.set_options(timeout=10_000)


@pytest.fixture(scope="session")
def chromium() -> Generator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser.find(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Browser) -> Generator[BrowserContext]:
    """Cookies of its own; `context.new_page()` opens a further page of the same person."""
    made = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB", timezone_id="Europe/London")
    made.set_default_timeout(10_000)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Generator[Page]:
    """Fails its test when a script threw, the content security policy was breached or something did not load."""
    watch = Watch()
    opened = context.new_page()
    watch.over(opened)
    yield opened
    assert not watch.faults


@pytest.fixture
def check_accessibility(page: Page) -> Callable[[], None]:
    def check() -> None:
        assert accessibility_faults(page) == []

    return check


@pytest.fixture
def serve() -> Generator[Callable[[Flask], str]]:
    """`serve(app)` gives the address at which the application answers until the test ends."""
    with ExitStack() as servers:
        yield lambda app: servers.enter_context(_served(app))


@contextmanager
def _served(app: Flask) -> Generator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
