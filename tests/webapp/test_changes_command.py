"""`throughline models submit`, `approve`, `publish` and so on: what they print, how they end, who gives them."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from engine.base.clock import LONDON, now
from engine.base.database import Database
from engine.process.bundle import bundle_hash
from engine.record.chain import authority_chain, lines
from tests.builders import HERE, authority
from tests.second import MISTOLD, TOLD, second

Run = Callable[..., Result]
OWNER, SECOND = ("--as", "process_owner.1@example.org"), ("--as", "pathway_approver.1@example.org")
WHY = ("--reason", "They asked for it")
STORY = "processes/scenarios/one.toml"
EDITION = "processes/edition.toml"
DRAWING = "processes/call/call.bpmn"


def folder_with(folder: Path, files: dict[str, bytes]) -> Path:
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


@pytest.fixture
def database(tmp_path: Path) -> Database:
    database = Database(f"sqlite:///{tmp_path}/throughline.db")
    database.upgrade()
    authority(database=database, files=second())
    return database


@pytest.fixture
def models(run: Run, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """On the second bundle, with what is shipped out of the way."""
    monkeypatch.setenv("THROUGHLINE_MODELS", str(folder_with(tmp_path / "shipped", second())))
    at = ("--database", database.url.render_as_string())
    return lambda *given: run("models", *given, *at)


def imported(models: Run, folder: Path) -> str:
    said = models("import", folder, *OWNER, "--title", "Another", *WHY, "--json")
    return json.loads(said.stdout)["change"]


def renamed(story: str = TOLD) -> dict[str, bytes]:
    edition = second()[EDITION] + b"\n# ours\n"
    return {**second(), EDITION: edition, STORY: story.encode()}


def told(result: Result) -> dict[str, Any]:
    return json.loads(result.stdout)


def test_a_draft_is_put_in_force_by_two_people_when_its_stories_have_passed(
    models: Run, database: Database, tmp_path: Path
) -> None:
    """How far it has come stands on stderr; the same stories are not played a second time."""
    change = imported(models, folder_with(tmp_path / "copy", renamed()))
    progress = f"1 of 1: {STORY}\n"
    submitted = models("submit", change, *OWNER, *WHY)
    assert (submitted.exit_code, submitted.stdout, submitted.stderr) == (0, "With a second person\n", progress)
    for by in (OWNER, ("--as", "administrator.1@example.org")):
        refused = models("approve", change, *by, *WHY)
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert "not part of your role" in refused.stderr
    assert models("return", change, *SECOND, *WHY).stdout == "Returned.\n"
    assert models("submit", change, *OWNER, *WHY).exit_code == 0
    approved = told(models("approve", change, *SECOND, *WHY, "--json"))
    assert (approved["state"], approved["done"], approved["problems"]) == ("approved", True, [])
    published = told(models("publish", change, *OWNER, "--json"))
    models_alone = {path: content for path, content in renamed().items() if path != STORY}
    assert (published["number"], published["bundle"]) == (2, bundle_hash(models_alone))
    with database.read() as connection:
        entry = lines(connection, authority_chain(HERE), ["published"])[-1]
    assert (entry.bundle, entry.actor, (entry.payload or {})["stories"]) == (published["bundle"], "process_owner.1", 1)
    assert "Put in force" in models("drafts").stdout
    assert models("publish", change, *OWNER, "--jason").exit_code == 2


def test_whoever_may_not_is_told_before_any_story_is_played(models: Run, database: Database, tmp_path: Path) -> None:
    """Each refusal is in the record of whoever was refused; a rehearsal leaves nothing else behind."""
    folder = folder_with(tmp_path / "copy", renamed())
    change = imported(models, folder)
    elsewhere = ("--as", "administrator.1@example.org")
    brings = ("import", str(folder), "--title", "Another", *WHY)
    tried = (
        *((("submit", change, *WHY), by, "not part of your role") for by in (SECOND, elsewhere)),
        *((("approve", change, *WHY), by, "not part of your role") for by in (OWNER, elsewhere)),
        (("approve", change, *WHY), SECOND, "is still being worked on"),
        (("publish", change), elsewhere, "not part of your role"),
        (("publish", change), OWNER, "is still being worked on"),
        (brings, SECOND, "not part of your role"),
    )
    for given, by, why in tried:
        said = models(*given, *by)
        assert (said.exit_code, said.stdout, len(said.stderr.splitlines())) == (1, "", 1), given
        assert why in said.stderr
    with database.read() as connection:
        refused = [entry.payload for entry in lines(connection, "person:administrator.1", ["refused"])]
    assert [(one or {})["command"] for one in refused] == ["submit_change", "judge_change", "publish_change"]
    assert told(models("submit", change, *OWNER, *WHY, "--json"))["state"] == "in_review"


def test_a_story_that_fails_keeps_it_from_a_second_person(models: Run, tmp_path: Path) -> None:
    change = imported(models, folder_with(tmp_path / "copy", renamed(MISTOLD)))
    why = f"{STORY}: step 2 (2022-03-07T20:10): open: expected sift, thank_teller, found sift"
    refused = models("submit", change, *OWNER, *WHY)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.splitlines()[1:] == [why, "Not published: 1 story fails."]
    said = told(models("submit", change, *OWNER, *WHY, "--json"))
    assert (said["done"], said["state"], list(said["stories"]["failed"])) == (False, "open", [STORY])


def test_what_is_doubtful_is_approved_when_somebody_says_why(models: Run, database: Database, tmp_path: Path) -> None:
    moved = second()[DRAWING].replace(b'<dc:Bounds x="562" y="112"', b'<dc:Bounds x="380" y="112"', 1)
    change = imported(models, folder_with(tmp_path / "copy", {**second(), DRAWING: moved}))
    assert models("submit", change, *OWNER, *WHY).exit_code == 0
    refused = models("approve", change, *SECOND, *WHY)
    assert (refused.exit_code, refused.stdout) == (1, "")
    said, asked = refused.stderr.splitlines()
    assert said.endswith("so that not all can be read: move it. (over-another, doubt)")
    assert asked.endswith("If this is meant so, say why with --accept-doubts.")
    assert models("approve", change, *SECOND, *WHY, "--accept-doubts", "Drawn anew in May").exit_code == 0
    assert models("publish", change, *SECOND).exit_code == 0
    with database.read() as connection:
        entry = lines(connection, authority_chain(HERE), ["published"])[-1]
    assert (entry.payload or {})["doubts"] == {"why": "Drawn anew in May", "accepted": [said]}


def test_a_draft_is_dated_opened_again_and_dropped(models: Run, tmp_path: Path) -> None:
    change = imported(models, folder_with(tmp_path / "copy", renamed()))
    assert models("submit", change, *OWNER, *WHY).exit_code == 0
    assert models("approve", change, *SECOND, *WHY).exit_code == 0
    for day, why in (("2099-01-01", "more than a year ahead"), ("2020-01-01", "That moment has passed")):
        refused = models("publish", change, *OWNER, "--from", day)
        assert (refused.exit_code, why in refused.stderr) == (1, True)
    assert models("publish", change, *OWNER, "--from", "tomorrow").exit_code == 2
    beginning = (now().astimezone(LONDON) + timedelta(days=30)).strftime("%Y-%m-%d")
    dated = f"Approved, in force from {beginning} 00:00"
    assert models("publish", change, *OWNER, "--from", beginning).stdout == f"{dated}\n"
    assert dated in models("drafts").stdout
    assert models("reopen", change, *OWNER, *WHY).stdout == "Open again.\n"
    assert models("drop", change, *OWNER, *WHY).stdout == "Dropped.\n"
    (listed,) = json.loads(models("drafts", "--json").stdout)
    assert (listed["id"], listed["state"]) == (change, "dropped")
    for unknown in ("submit", "approve", "return", "reopen", "drop"):
        said = models(unknown, "nothing", *OWNER, *WHY)
        assert (said.exit_code, said.stdout) == (2, "")
        assert "There is no draft nothing" in said.stderr
    for who, why in (
        (("--as", "nobody@example.org"), "Nobody has an account"),
        ((*OWNER, "--authority", "there"), "is of the authority here, not of there"),
    ):
        said = models("reopen", change, *who, *WHY)
        assert (said.exit_code, said.stdout, why in said.stderr) == (2, "", True)
    closed = models("drop", change, *OWNER, *WHY, "--authority", "here")
    assert (closed.exit_code, closed.stdout) == (1, "")
