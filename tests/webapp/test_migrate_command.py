"""`throughline models migrate`: what it prints, how it ends, and that a dry run writes nothing."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from engine.base.database import Database
from tests.builders import all_rows, authority, case_at, publish, shipped
from tests.engine.commands.calls_of_carrying_over import REFERRAL, goes_over

Run = Callable[..., Result]
WHO = ("--as", "process_owner.1@example.org", "--reason", "It is called otherwise.")


@pytest.fixture
def database(tmp_path: Path) -> Database:
    database = Database(f"sqlite:///{tmp_path}/throughline.db")
    database.upgrade()
    return database


def test_a_case_goes_over_and_back_from_the_command_line(run: Run, database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at)
    _, new = goes_over(at, case)
    given = (case, *WHO, "--database", database.url.render_as_string())
    run("models", "list", "--database", database.url.render_as_string())  # what is shipped is put in force
    before = all_rows(database=database)
    dry = run("models", "migrate", *given, "--to", new[:8], "--dry-run")
    assert (dry.exit_code, dry.stderr) == (0, "")
    assert dry.stdout.startswith(f"Referral: would go over to {new[:12]}, with ")
    assert all_rows(database=database) == before
    done = json.loads(run("models", "migrate", *given, "--to", new, "--json").stdout)
    (referral,) = done["processes"]
    assert (done["dry_run"], referral["bundle"], referral["why"]) == (False, new, "")
    assert "Decide what follows" in referral["open"]
    assert run("models", "migrate", *given, "--to", new).stdout == "Nothing in this case is to go over.\n"
    assert "“Decide the response”" in run("models", "migrate", *given, "--undo").stdout
    again = run("models", "migrate", *given, "--undo")
    assert (again.exit_code, again.stdout) == (1, "Referral: There is nothing to take back.\n")


def test_what_is_refused_says_why_and_what_was_written_wrongly_says_how(run: Run, database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at)
    text = shipped()[REFERRAL].decode().replace("decide_response", "settle_response")
    new = publish(database=database, files={**shipped(), REFERRAL: text.encode()})
    given = ("--database", database.url.render_as_string())
    refused = run("models", "migrate", case, *WHO, *given, "--to", new)
    why = "“Decide the response” is open or awaited: the new drawing has no such step."
    assert (refused.exit_code, refused.stdout) == (1, f"Referral: {why}\n")
    for wrong in (("--to", "0" * 64), ("--to", new, "--undo"), ()):
        said = run("models", "migrate", case, *WHO, *given, *wrong)
        assert (said.exit_code, said.stdout) == (2, "")
    by_another = ("--as", "social_worker.1@example.org", "--reason", "I want to.")
    not_theirs = run("models", "migrate", case, *by_another, *given, "--to", new)
    assert (not_theirs.exit_code, not_theirs.stdout) == (1, "")
    assert "not part of your role" in not_theirs.stderr
