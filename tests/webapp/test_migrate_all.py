"""`throughline models migrate --all`: each process by itself, never all or nothing, gone on with, and read later."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from sqlalchemy import select

from engine.base.database import Database
from engine.reads.authority.carry_overs import carry_over
from engine.tables import Instance
from tests.builders import (
    MONDAY,
    all_rows,
    reference,
)
from tests.engine.commands.test_carrying_over_many import two_cases
from tests.rerun.rerunning import differing

Run = Callable[..., Result]
SECOND = ("--as", "pathway_approver.1@example.org")
WHY = "Whoever has taken “Decide what follows” may not do it in the new drawing."


@pytest.fixture
def database(tmp_path: Path) -> Database:
    database = Database(f"sqlite:///{tmp_path}/throughline.db")
    database.upgrade()
    return database


def listed(run: Run, url: tuple[str, str]) -> list[dict[str, Any]]:
    return json.loads(run("models", "migrations", "--json", *url).stdout)


def on_models(database: Database, case: str) -> str:
    with database.read() as connection:
        return connection.scalars(select(Instance.bundle_hash).where(Instance.case_id == case)).one()


def test_all_that_runs_goes_over_or_stays_each_with_its_reason(run: Run, database: Database) -> None:
    at, goes, stays, new = two_cases(database)
    url = ("--database", database.url.render_as_string())
    given = ("--all", "--to", new, "--as", "process_owner.1@example.org", "--reason", "The manager decides.", *url)
    run("models", "list", *url)
    before = all_rows(database=database)
    dry = run("models", "migrate", *given, "--dry-run")
    said = f"1 would go over to {new[:12]}, 1 would be refused.\n  1 refused: {WHY}\n"
    assert (dry.exit_code, dry.stdout) == (1, said)
    assert all_rows(database=database) == before

    assert run("models", "migrate", *given).stdout.endswith("models agree-to-migration 1 --as EMAIL\n")
    done = run("models", "agree-to-migration", "1", "--json", *SECOND, *url)
    told = json.loads(done.stdout)
    assert (done.exit_code, told["carried"], told["refused"], told["reasons"]) == (1, 1, 1, {WHY: 1})
    assert on_models(database, goes) == new != on_models(database, stays)
    assert run("models", "migrate", *given, "--hand-back").exit_code == 1
    assert run("models", "agree-to-migration", "2", *SECOND, *url).exit_code == 0
    assert on_models(database, stays) == new
    assert [(one["number"], one["carried"], one["refused"]) for one in listed(run, url)] == [(2, 1, 0), (1, 1, 1)]
    with database.read() as connection:
        came = carry_over(connection, at.actor("process_owner"), MONDAY, 1)
    assert came.refused == ((WHY, 1),)
    told_of = [(one.reference, one.verdict, one.reason) for one in came.instances.rows]
    stayed, went = (reference(authority=at, case=case) for case in (stays, goes))
    assert told_of == [(stayed, "refused", WHY), (went, "carried", "")]
    assert differing(database=database) == []


def test_what_is_asked_for_wrongly_is_refused(run: Run, database: Database) -> None:
    _, goes, _, new = two_cases(database)
    url = ("--database", database.url.render_as_string())
    why = ("--as", "process_owner.1@example.org", "--reason", "Why", *url)
    assert run("models", "migrate", "--all", "--to", new, *why).exit_code == 1
    own = run("models", "agree-to-migration", "1", "--as", "process_owner.1@example.org", *url)
    assert own.exit_code == 1
    assert on_models(database, goes) != new
    for wrong in (("--undo",), ("--to", new), ("a case", "--all", "--to", new)):
        assert run("models", "migrate", *wrong, *why).exit_code == 2


def test_what_was_asked_for_is_stopped_from_the_command_line(run: Run, database: Database) -> None:
    _, goes, _, new = two_cases(database)
    url = ("--database", database.url.render_as_string())
    why = ("--as", "process_owner.1@example.org", "--reason", "Why", *url)
    run("models", "migrate", "--all", "--to", new, *why)
    assert run("models", "stop-migration", "1", *why).exit_code == 0
    assert run("models", "stop-migration", "2", *why).exit_code == 2
    assert [(one["left_out"], one["waits"], one["agreed_by"]) for one in listed(run, url)] == [(2, 0, "")]
    assert on_models(database, goes) != new
