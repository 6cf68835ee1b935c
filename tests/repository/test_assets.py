"""The scripts and styles that set-up built."""

import json

import pytest

from tests.repository.tools import ROOT

STATIC = ROOT / "webapp" / "static"
MANIFEST: dict[str, str] = json.loads((STATIC / "manifest.json").read_text())


@pytest.mark.parametrize("name", ["main.js", "main.css", "diagram.js", "diagram.css", "editor.js", "editor.css"])
def test_each_asset_has_its_content_in_its_name(name: str) -> None:
    stem, kind = name.split(".")
    assert MANIFEST[name].startswith(f"{stem}-")
    assert MANIFEST[name].endswith(f".{kind}")
    assert (STATIC / MANIFEST[name]).stat().st_size > 0


def test_nothing_of_the_state_is_shown() -> None:
    """Outside gov.uk neither its typeface nor the crown may be used."""
    styles = (STATIC / MANIFEST["main.css"]).read_text()
    for word in ("GDS Transport", "crown", "crest", "url("):
        assert word not in styles


@pytest.mark.parametrize("package", ["bpmn-js", "diagram-js", "diagram-js-direct-editing", "govuk-frontend"])
def test_licences_are_shipped(package: str) -> None:
    assert "Permission is hereby granted" in (STATIC / "licences" / f"{package}.txt").read_text()
