"""`throughline models import` and `export`: what they print, write and make, and how they end."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from engine.base.database import Database
from engine.facts.change_files import change_row, files_of_change
from engine.facts.models import files_under
from engine.importing.package import packed
from engine.process.bundle import bundle_hash
from tests.builders import HERE, Authority, all_rows, authority, shipped
from tests.engine.importing.bringing_in import FOREIGN

Run = Callable[..., Result]
WHO = ("--as", "process_owner.1@example.org", "--title", "A place at a school", "--reason", "Schools asked for it.")
TIMES = "processes/timescales.csv"
LIMIT = b"Respond to immediate danger,1,hours"
NEW = {
    "processes/school_place/school_place.bpmn",
    "forms/school_place/record_the_school.json",
    "forms/school_place/find_another.json",
}


@pytest.fixture
def database(tmp_path: Path) -> Database:
    database = Database(f"sqlite:///{tmp_path}/throughline.db")
    database.upgrade()
    return database


@pytest.fixture
def given(at: Authority) -> tuple[str, str]:
    return "--database", at.database.url.render_as_string()


@pytest.fixture
def at(database: Database) -> Authority:
    return authority(database=database)


def test_a_drawing_becomes_a_folder_that_says_what_was_done(
    run: Run, database: Database, given: tuple[str, str], tmp_path: Path
) -> None:
    before = all_rows(database=database)
    said = run("models", "import", FOREIGN / "school_place.bpmn", "--to", tmp_path / "draft", *given)
    assert (said.exit_code, said.stderr) == (0, "")
    parts = [line for line in said.stdout.splitlines() if not line.startswith(" ")]
    assert parts == ["Kept:", "Changed:", "Left to decide:"]
    assert "“Find another” (Activity_1y)" in said.stdout
    assert "role_needed is no role of roles.toml" in said.stdout
    assert files_under(tmp_path / "draft").keys() - shipped().keys() == NEW
    assert all_rows(database=database) == before
    again = run("models", "import", FOREIGN / "school_place.bpmn", "--to", tmp_path / "draft", *given)
    assert (again.exit_code, again.stdout) == (2, "")


def test_what_stands_in_the_way_is_said_and_nothing_is_written(
    run: Run, given: tuple[str, str], tmp_path: Path
) -> None:
    refused = run("models", "import", FOREIGN / "what_stands_in_the_way.bpmn", "--to", tmp_path / "draft", *WHO, *given)
    assert (refused.exit_code, refused.stdout.splitlines()[0]) == (1, "Stands in the way:")
    assert "  A process can hold no service task here." in refused.stdout
    assert not (tmp_path / "draft").exists()
    told = json.loads(run("models", "import", FOREIGN / "what_stands_in_the_way.bpmn", "--json", *given).stdout)
    assert (len(told["refused"]), told["files"], told["change"], told["left_to_decide"]) == (13, [], None, [])
    (tmp_path / "odd.bpmn").write_text("<a/>")
    odd = run("models", "import", tmp_path / "odd.bpmn", *given)
    assert (odd.exit_code, odd.stdout) == (1, "")
    assert "This is no BPMN 2.0" in odd.stderr


def test_a_drawing_becomes_a_draft_of_a_person(run: Run, database: Database, given: tuple[str, str]) -> None:
    said = run("models", "import", FOREIGN / "school_place.bpmn", *WHO, *given, "--json")
    told = json.loads(said.stdout)
    assert (said.exit_code, [one["rule"] for one in told["left_to_decide"]]) == (0, ["unknown-role"])
    with database.read() as connection:
        row = change_row(connection, HERE, told["change"])
        assert (row.title, row.state) == ("A place at a school", "open")
        assert set(files_of_change(connection, HERE, row).changed) == NEW
    for wrong in (WHO[:2], WHO[2:], (*WHO[:4], "--reason", "")):
        refused = run("models", "import", FOREIGN / "school_place.bpmn", *wrong, *given)
        assert (refused.exit_code, refused.stdout) == (2, "")
    another = ("--as", "social_worker.1@example.org", *WHO[2:])
    assert run("models", "import", FOREIGN / "school_place.bpmn", *another, *given).exit_code == 1


def test_what_one_exports_another_brings_in(run: Run, given: tuple[str, str], tmp_path: Path) -> None:
    """As a folder and as a zip: the same files, and it is said from where they are."""
    exported = run("models", "export", tmp_path / "ours", *given)
    assert (exported.exit_code, exported.stderr) == (0, "")
    assert exported.stdout == f"{len(shipped())} files of {bundle_hash(shipped())} in {tmp_path / 'ours'}\n"
    assert files_under(tmp_path / "ours") == shipped()
    manifest = json.loads((tmp_path / "ours" / "manifest.json").read_text())
    assert (manifest["hash"], len(manifest)) == (bundle_hash(shipped()), 7)
    one_file = run(
        "models", "export", tmp_path / "ours.zip", "--zip", "--of", bundle_hash(shipped())[:8], "--json", *given
    )
    assert json.loads(one_file.stdout)["hash"] == bundle_hash(shipped())
    for path in (tmp_path / "ours.zip", tmp_path / "ours"):
        told = json.loads(run("models", "import", path, "--json", *given).stdout)
        words = [one["words"] for one in told["kept"]]
        assert (told["changed"], told["left_to_decide"]) == ([], [])
        assert any(said.startswith("The package says of itself: edition Working Together") for said in words)
        assert "It holds what was exported." in words
        assert run("models", "export", path, *given).exit_code == 2


def test_a_draft_is_exported_by_its_id(run: Run, given: tuple[str, str], tmp_path: Path) -> None:
    draft = json.loads(run("models", "import", FOREIGN / "school_place.bpmn", *WHO, *given, "--json").stdout)["change"]
    assert run("models", "export", tmp_path / "draft", "--of", draft, *given).exit_code == 0
    assert files_under(tmp_path / "draft").keys() - shipped().keys() == NEW
    unknown = run("models", "export", tmp_path / "none", "--of", "0" * 64, *given)
    assert (unknown.exit_code, (tmp_path / "none").exists()) == (2, False)


def test_the_difference_of_a_package_is_said_in_words(run: Run, given: tuple[str, str], tmp_path: Path) -> None:
    theirs = {path: content for path, content in shipped().items() if path in (TIMES, "processes/duties.csv")}
    assert theirs[TIMES].count(LIMIT) == 1
    theirs[TIMES] = theirs[TIMES].replace(LIMIT, LIMIT.replace(b"1,hours", b"2,hours"))
    (tmp_path / "theirs.zip").write_bytes(packed(theirs))
    said = run("models", "import", tmp_path / "theirs.zip", *given)
    assert said.exit_code == 0
    assert "Tables that are other: timescales.csv." in said.stdout
    words = said.stdout.partition("Other than in force:")[2]
    assert "“Respond to immediate danger”" in words
    assert "now 2 hours; before: 1 hour" in words
