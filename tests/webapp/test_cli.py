"""The command line: what it prints, how it ends, and what it says when it cannot."""

import json
import re
import stat
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import Result

from tests.builders import ROOT
from tests.second import MISTOLD, TOLD, second
from webapp.cli import main

Run = Callable[..., Result]
GOOD = """
[child.ada]
[[step]]
at = 2013-09-02T10:15:00
as = "health_practitioner"
start = "referral"
with = { immediate_danger = "no" }
expect.case = "open"
"""
WRONG = GOOD.replace('"open"', '"closed"')


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    stories = tmp_path / "stories"
    stories.mkdir()
    (stories / "good.toml").write_text(GOOD)
    return stories


def commands(group: click.Group, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], click.Command]]:
    found: list[tuple[tuple[str, ...], click.Command]] = []
    for name, command in group.commands.items():
        inner = (*path, name)
        found += commands(command, inner) if isinstance(command, click.Group) else [(inner, command)]
    return found


ALL = commands(main)


def test_the_first_page_names_every_command() -> None:
    """`throughline scenario` stands above the list, as it is the first that somebody tries."""
    first_page = (ROOT / "README.md").read_text()
    assert [name for name in main.commands if f"`{name}`" not in first_page and name != "scenario"] == []


def test_the_commands_of_the_product() -> None:
    assert {" ".join(path) for path, _ in ALL} == {
        "serve", "demo", "scheduler", "scenario", "simulate", "lint", "docs", "match", "rerun",
        "export case", "guidance",
        "authority add", "authority list", "authority telephone", "authority first-administrator",
        "account create", "account list", "account disable", "account reset", "account take-away-second-factor",
        "account link", "sessions end",
        "agreements set", "agreements list", "agreements signed",
        "account enable", "account change", "account give-role",
        "account end-role", "account cover", "account import", "models roles", "models questions",
        "organisation list", "organisation add", "organisation rename", "organisation add-team",
        "organisation rename-team", "organisation duty-team",
        "models publish", "models list",
        "models drafts", "models submit", "models approve", "models return",
        "models reopen", "models drop",
        "models migrate", "models migrations", "models agree-to-migration", "models stop-migration",
        "models try", "models story", "models diff",
        "models import", "models export",
        "db upgrade",
        "db role", "checkpoint", "verify", "backup", "restore", "status", "read-only", "who-could-see", "due",
        "take-over",
    }  # fmt: skip


@pytest.mark.parametrize(("path", "command"), ALL, ids=[" ".join(path) for path, _ in ALL])
def test_each_command_has_help_that_explains_it_and_every_option(
    run: Run, path: tuple[str, ...], command: click.Command
) -> None:
    said = run(*path, "--help")
    assert said.exit_code == 0
    assert command.help
    options = [option for option in command.params if isinstance(option, click.Option)]
    assert [option.name for option in options if not option.help] == []


@pytest.mark.parametrize(("path", "command"), ALL, ids=[" ".join(path) for path, _ in ALL])
def test_the_docs_name_each_command_and_its_options(path: tuple[str, ...], command: click.Command) -> None:
    text = (ROOT / "docs" / "running.md").read_text()
    assert f"`throughline {' '.join(path)}" in text
    names = {opt for option in command.params if isinstance(option, click.Option) for opt in option.opts}
    assert [name for name in sorted(names) if name.startswith("--") and name not in text] == []


def test_the_docs_name_every_setting() -> None:
    code = (ROOT / "engine" / "base" / "settings.py").read_text()
    settings = set(re.findall(r'environment\.get\("(\w+)"', code))
    assert settings
    assert [one for one in sorted(settings) if f"`{one}`" not in (ROOT / "docs" / "running.md").read_text()] == []


OF_A_FOLDER = {"roles", "questions"}  # they print it, and ask no database


@pytest.mark.parametrize("name", sorted({path[1] for path, _ in ALL if path[0] == "models"} - OF_A_FOLDER))
def test_each_command_on_models_takes_the_same_options_and_the_docs_say_how_it_ends(name: str) -> None:
    """An authority, a database, and JSON for another program; 0, 1 and 2 as docs/running.md has it for all of them."""
    command = dict(ALL)["models", name]
    options = {opt for option in command.params for opt in option.opts}
    assert {"--json", "--authority", "--database"} <= options
    said = (ROOT / "docs" / "running.md").read_text().partition("### Models")[2].partition("## The record")[0]
    assert [row[:5] for row in said.partition("| Exit status | Says |")[2].splitlines()[2:5]] == [
        "| 0 |",
        "| 1 |",
        "| 2 |",
    ]


def test_scenarios_that_pass(run: Run, folder: Path) -> None:
    said = run("scenario", folder)
    assert (said.exit_code, said.stdout) == (0, "1 passed, 0 failed\n")


def test_scenarios_that_fail(run: Run, folder: Path) -> None:
    (folder / "wrong.toml").write_text(WRONG)
    said = run("scenario", folder)
    wrong = folder / "wrong.toml"
    assert said.exit_code == 1
    assert said.stdout.splitlines() == [
        f"{wrong}: step 1 (2013-09-02T10:15): case: expected closed, found open",
        "1 passed, 1 failed",
    ]


def test_scenarios_as_json(run: Run, folder: Path) -> None:
    (folder / "wrong.toml").write_text(WRONG)
    said = run("scenario", "--json", folder)
    assert [json.loads(line)["passed"] for line in said.stdout.splitlines()] == [True, False]
    assert said.stderr == "1 passed, 1 failed\n"
    assert said.exit_code == 1


def test_scenarios_that_are_not_there(run: Run, tmp_path: Path) -> None:
    assert run("scenario", tmp_path / "none.toml").exit_code == 2
    said = run("scenario", tmp_path)
    assert said.exit_code == 1
    assert "There is no scenario" in said.stderr


def test_scenarios_on_a_database_of_yours(run: Run, folder: Path, tmp_path: Path) -> None:
    said = run("scenario", folder, "--database", f"sqlite:///{tmp_path / 'mine.db'}")
    assert said.exit_code == 0
    assert (tmp_path / "mine.db").exists()


def test_the_words_of_scenarios(run: Run) -> None:
    assert "| `decide_response`" not in run("scenario", "--words").stdout
    assert "| `not_running` |" in run("scenario", "--words").stdout


def test_lint_of_what_is_shipped(run: Run) -> None:
    said = run("lint")
    assert said.exit_code == 0, said.output
    assert said.stdout.startswith("No problem in ")


def test_lint_says_every_problem(run: Run, tmp_path: Path) -> None:
    (tmp_path / "processes" / "broken").mkdir(parents=True)
    (tmp_path / "processes" / "broken" / "broken.bpmn").write_text("<not-bpmn/>")
    said = run("lint", tmp_path)
    assert said.exit_code == 1
    assert "processes/broken/broken.bpmn" in said.stdout
    assert re.fullmatch(r"\d+ faults\n", said.stderr)
    told = json.loads(run("lint", tmp_path, "--json").stdout)
    assert {"rule": "unreadable-file", "level": "fault", "kind": "drawing"}.items() <= told[0].items()


def test_what_was_published_is_listed(run: Run) -> None:
    run("authority", "add", "here", "Here")
    assert "shipped" in run("models", "list").stdout
    (told,) = json.loads(run("models", "list", "--json").stdout)
    assert (told["number"], told["shipped"], told["approved_by"], len(told["hash"])) == (1, True, None, 64)


def copy_of_models(folder: Path, story: str) -> Path:
    """The second bundle, with one story."""
    for path, content in {**second(), "processes/scenarios/one.toml": story.encode()}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def test_the_start_plays_the_stories_of_other_models_than_the_programs_own(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THROUGHLINE_MODELS", str(copy_of_models(tmp_path / "copy", MISTOLD)))
    said = run("authority", "add", "here", "Here")
    assert (said.exit_code, said.stdout) == (1, "")
    assert said.stderr.endswith("found sift\nNot published: 1 story fails.\n")
    copy_of_models(tmp_path / "copy", TOLD)
    listed = run("models", "list")
    assert (listed.exit_code, listed.stderr) == (0, "1 of 1: processes/scenarios/one.toml\n")
    assert "shipped" in listed.stdout


def test_the_tables_are_brought_up_to_date(run: Run) -> None:
    """Also where nothing was started yet."""
    for _ in range(2):
        said = run("db", "upgrade")
        assert (said.exit_code, said.stdout) == (0, "The tables are up to date.\n")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://localhost/x", "A database is named like"),
        ("sqlite:///:memory:", "A database is named like"),
        ("nonsense", "A database is named like"),
        ("sqlite:////nowhere/at/all.db", "The database cannot be used just now"),
        ("postgresql://nobody@127.0.0.1:1/none", "The database cannot be used just now"),
        ("postgresql://nobody@127.0.0.1:port/none", "not the address of a database"),
        ("sqlite:///text.db", "The database cannot be used just now"),
    ],
)
def test_a_database_that_cannot_be_used_is_said_plainly(run: Run, tmp_path: Path, url: str, said: str) -> None:
    (tmp_path / "text.db").write_text("This is a letter, not a database. " * 100)
    result = run("db", "upgrade", "--database", url)
    assert result.exit_code == (1 if said.startswith("The database cannot be used") else 2)
    assert said in result.stderr
    assert "Traceback" not in result.output


def test_a_file_that_cannot_be_read_is_said_in_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "var" / "keys" / "checkpoints.pem").mkdir(parents=True)
    said = run("checkpoint")
    assert (said.exit_code, said.stderr) == (1, f"Error: {tmp_path}/var/keys/checkpoints.pem: Is a directory.\n")


def test_a_setting_that_cannot_be_used_is_said_plainly(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "many")
    said = run("models", "list")
    assert (said.exit_code, said.stderr) == (2, "Error: PORT must be a number from 1 to 65535, not 'many'.\n")


def test_what_is_kept_is_for_its_owner_alone(run: Run, tmp_path: Path) -> None:
    run("models", "list")
    for folder in (tmp_path / "var", tmp_path / "var" / "keys"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
