"""`throughline models diff`: what it prints, and how it ends."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from engine.base.database import Database
from engine.process.bundle import bundle_hash
from tests.builders import publish
from tests.second import changed, second

Run = Callable[..., Result]
DRAWING = "processes/call/call.bpmn"
CHANGES = (
    ('<bpmn:userTask id="note_call" name="', '<bpmn:userTask id="note_call" name="First, '),
    ('<dc:Bounds x="562" y="112"', '<dc:Bounds x="560" y="112"'),
)


@pytest.fixture
def database(tmp_path: Path) -> str:
    """In which the second bundle was published."""
    database = Database(f"sqlite:///{tmp_path}/throughline.db")
    database.upgrade()
    publish(database=database, files=second())
    database.dispose()
    return database.url.render_as_string()


def folder_of(folder: Path, *changes: tuple[str, str]) -> Path:
    for path, content in changed(DRAWING, *changes).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def test_folders_and_publications_are_compared_in_words(run: Run, tmp_path: Path, database: str) -> None:
    other, moved = folder_of(tmp_path / "other", *CHANGES), folder_of(tmp_path / "moved", CHANGES[1])
    given = ("--database", database)
    found = run("models", "diff", bundle_hash(second())[:8], other, *given)
    heading, line = found.stdout.splitlines()
    assert (found.exit_code, found.stderr) == (1, "")
    assert not heading.startswith(" ")
    assert line == "  - “Note the call” is called “First, Note the call” now."
    told = json.loads(run("models", "diff", bundle_hash(second()), other, *given, "--json").stdout)
    assert told["before"] == bundle_hash(second())
    (one,) = told["differences"]
    assert (one["about"], one["kind"], one["words"]) == ("element", "renamed", line.removeprefix("  - "))
    assert one["marks"] == [{"on": on, "process": "call", "element": "note_call"} for on in ("before", "now")]
    laid_out = run("models", "diff", moved, bundle_hash(second()), *given)
    assert laid_out.exit_code == 1
    assert "Only how the drawings are laid out" in laid_out.stdout
    same = run("models", "diff", other, other)  # two folders need no database
    assert (same.exit_code, same.stdout) == (0, "Both say the same.\n")


def test_what_cannot_be_compared_is_wrong_use(run: Run, tmp_path: Path, database: str) -> None:
    folder = folder_of(tmp_path / "other")
    broken = folder_of(tmp_path / "broken", ("<bpmn:definitions", "<bpmn:definition"))
    for wrong in ("0" * 64, bundle_hash(second())[:4], broken, tmp_path / "nothing"):
        said = run("models", "diff", folder, wrong, "--database", database)
        assert (said.exit_code, said.stdout) == (2, ""), wrong
    assert "cannot be read" in run("models", "diff", broken, folder).stderr
