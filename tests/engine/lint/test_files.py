"""The files of a folder: what nothing would read is said, and what is no part of a bundle is left where it is."""

from pathlib import Path

import pytest

from engine.facts.models import files_under
from engine.lint import lint
from tests.engine.lint.small_bundle import CHECKS, encoded, small_bundle


def laid(folder: Path, *more: str) -> Path:
    """The small bundle in a folder, and further files beside it."""
    for path, content in {**encoded(small_bundle()), **dict.fromkeys(more, b"<anything />")}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


@pytest.mark.parametrize(
    "path",
    [
        "processes/visit/deeper/visit.bpmn",
        "processes/visit/visit.bpmn20.xml",
        "processes/visit/other.bpmn",
        "processes/visit.dmn",
        "processes/visit/Visit.dmn",
        "processes/visit/deeper/visit.dmn",
        "processes/visit.bpmn",
        "processes/notes.txt",
        "processes/visit/scenarios/visit.bpmn",
        "forms/see_child.json",
        "forms/visit/deeper/see_child.json",
        "forms/visit/see_child.jsonc",
    ],
)
def test_a_file_that_nothing_reads_is_said(path: str, tmp_path: Path) -> None:
    (found,) = lint(files_under(laid(tmp_path, path)), known_checks=CHECKS)
    assert (found.rule, found.file) == ("misplaced-file", path)


@pytest.mark.parametrize(
    "path",
    [
        "processes/visit/scenarios/a_visit.toml",
        "processes/scenarios/a_visit.toml",
        "processes/.DS_Store",
        "forms/visit/.see_child.json.swp",
        "readme.md",
        "other/visit.bpmn",
    ],
)
def test_what_is_no_part_of_a_bundle_is_left_alone(path: str, tmp_path: Path) -> None:
    assert files_under(laid(tmp_path, path)) == encoded(small_bundle())
