"""A page that remembers what went wrong in it, and is asked for its accessibility by axe."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import ConsoleMessage, Page, Response

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"

# Known faults of GOV.UK Frontend that its authors keep on purpose: (rule of axe, part of the element's HTML).
EXCEPTIONS = (
    ("aria-allowed-attr", "govuk-radios__input"),  # aria-expanded on a radio that reveals more questions
    ("aria-allowed-attr", "govuk-checkboxes__input"),
    ("region", "govuk-back-link"),  # a back link stands before the main landmark
)


@dataclass
class Watch:
    """Errors of scripts, breaches of the content security policy and things that could not be loaded.

    A page that answers 'not found' or 'refused' is no fault by itself: tests ask for such pages.
    """

    faults: list[str] = field(default_factory=list[str])

    def over(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))
        page.on("console", self._said)
        page.on("response", self._answered)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.faults.append(f"console: {message.text}")

    def _answered(self, response: Response) -> None:
        page_itself = response.request.resource_type == "document"
        if response.status >= 500 or (response.status >= 400 and not page_itself):
            self.faults.append(f"{response.status} for {response.url}")


def accessibility_faults(page: Page) -> list[str]:
    """What axe finds in the page as it stands: one line for each element at fault."""
    # Not a script tag: the content security policy rightly stops those.
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    found: list[dict[str, Any]] = page.evaluate(
        "axe.run(document, {resultTypes: ['violations']}).then(r => r.violations)"
    )
    return [
        f"{violation['id']}: {violation['help']}: {node['html']}"
        for violation in found
        for node in violation["nodes"]
        if not _is_known(violation["id"], node["html"])
    ]


def _is_known(rule: str, html: str) -> bool:
    return any(rule == known and part in html for known, part in EXCEPTIONS)
