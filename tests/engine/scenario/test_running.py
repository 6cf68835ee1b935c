"""Files and folders, the databases they are played on, and what is said of them."""

import json
from pathlib import Path

import pytest

from engine.base.database import Database
from engine.base.errors import NotPossible
from engine.commands.accounts import add_account
from engine.commands.authorities import add_authority
from engine.people.identity import SYSTEM
from engine.scenario.databases import given, temporary
from engine.scenario.player import Result
from engine.scenario.report import as_json, lines, summary
from engine.scenario.running import run, story_files
from engine.scenario.stage import AUTHORITY
from tests.builders import MONDAY, ROOT
from tests.engine.scenario.conftest import CHILD, REFERRED, Fresh

GOOD = "title = 'Good'\n" + CHILD + REFERRED
WRONG = "title = 'Wrong'\n" + CHILD + REFERRED + "expect.case = 'closed'\n[[step]]\nexpect.running = ['assessment']\n"
BAD = "title = 'Bad'\n" + CHILD + REFERRED + "expect.running = ['asessment']\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "inner").mkdir()
    for name, text in (("good", GOOD), ("inner/wrong", WRONG), ("inner/bad", BAD), ("roles", ""), ("edition", "")):
        (tmp_path / f"{name}.toml").write_text(text)
    return tmp_path


@pytest.fixture
def results(folder: Path, fresh: Fresh) -> dict[str, Result]:
    return {Path(result.file).stem: result for result in run(story_files([folder]), fresh)}


def test_a_folder_is_searched_for_stories_and_tables_are_none(folder: Path) -> None:
    names = [path.relative_to(folder).as_posix() for path in story_files([folder, folder / "good.toml"])]
    assert names == ["good.toml", "inner/bad.toml", "inner/wrong.toml", "good.toml"]


def test_one_bad_story_does_not_keep_the_others_from_being_played(results: dict[str, Result]) -> None:
    assert {name: result.passed for name, result in results.items()} == {"good": True, "wrong": False, "bad": False}
    assert summary(list(results.values())) == "1 passed, 2 failed"


def test_a_failure_is_said_with_file_step_expected_and_found(folder: Path, results: dict[str, Result]) -> None:
    wrong = folder / "inner" / "wrong.toml"
    assert list(lines(results["wrong"], verbose=False)) == [
        f"{wrong}: step 1 (2013-09-02T10:15): case: expected closed, found open",
        f"{wrong}: step 2 (2013-09-02T10:15): running: expected assessment, found referral (running)",
    ]


def test_a_fault_is_said_with_file_and_step(folder: Path, results: dict[str, Result]) -> None:
    (line,) = lines(results["bad"], verbose=False)
    assert line.startswith(f"{folder / 'inner' / 'bad.toml'}: step 1: there is no process 'asessment'")


def test_what_was_filled_in_is_said_when_asked_for(results: dict[str, Result]) -> None:
    assert list(lines(results["good"], verbose=False)) == []
    named, filled = lines(results["good"], verbose=True)
    assert named.endswith("good.toml: Good: passed")
    assert "step 1: referral: filled in " in filled
    assert "concerns = 'Filled in'" in filled


def test_json_holds_the_same(results: dict[str, Result]) -> None:
    wrong, bad, good = (json.loads(as_json(results[name])) for name in ("wrong", "bad", "good"))
    assert (good["passed"], good["title"], good["failures"], good["errors"]) == (True, "Good", [], [])
    assert good["filled"][0]["answers"]["concerns"] == "Filled in"
    assert wrong["failures"][0] == {
        "step": 1,
        "at": "2013-09-02T10:15",
        "what": "case",
        "expected": "closed",
        "found": "open",
    }
    assert bad["errors"][0]["step"] == 1
    assert "\n" not in as_json(results["wrong"])


def test_each_story_is_played_on_an_empty_database(fresh: Fresh) -> None:
    first = fresh()
    add_account(first, SYSTEM.at(AUTHORITY), MONDAY, "Left behind", "left@behind.example")
    with fresh().read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM account WHERE name = 'Left behind'").scalar_one() == 0


def test_temporary_databases_are_gone_afterwards() -> None:
    with temporary(ROOT) as fresh:
        path = Path(fresh().url.database or "")
        assert path.exists()
    assert not path.parent.exists()


def test_a_given_database_keeps_what_was_played_last(database_url: str, folder: Path) -> None:
    for _ in range(2):  # what scenarios made may be played over
        with given(database_url, ROOT) as fresh:
            assert [result.passed for result in run([folder / "good.toml"] * 2, fresh)] == [True, True]
    database = Database(database_url)
    with database.read() as connection:
        assert connection.exec_driver_sql('SELECT count(*) FROM "case"').scalar_one() == 1
    database.dispose()


def test_a_database_with_anything_else_is_left_alone(database_url: str) -> None:
    database = Database(database_url)
    add_authority(database, SYSTEM, MONDAY, AUTHORITY, "Somewhere")
    add_account(database, SYSTEM.at(AUTHORITY), MONDAY, "Gwen Parry", "gwen.parry@example.org")
    database.dispose()
    with pytest.raises(NotPossible, match="holds data that no scenario made"), given(database_url, ROOT):
        pass
