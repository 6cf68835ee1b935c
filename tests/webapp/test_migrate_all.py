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

    done = run("models", "migrate", *given, "--json")
    told = json.loads(done.stdout)
    assert (done.exit_code, told["carried"], told["refused"], told["reasons"]) == (1, 1, 1, {WHY: 1})
    assert on_models(database, goes) == new != on_models(database, stays)
    assert run("models", "migrate", *given, "--hand-back").exit_code == 0
    assert on_models(database, stays) == new
    assert [(one["number"], one["carried"], one["refused"]) for one in listed(run, url)] == [(2, 1, 0), (1, 1, 1)]
    with database.read() as connection:
        came = carry_over(connection, at.actor("process_owner"), MONDAY, 1)
    assert came.refused == ((WHY, 1),)
    first, second = came.instances.rows
    assert (first.reference, first.verdict, first.reason) == (reference(authority=at, case=stays), "refused", WHY)
    assert (second.reference, second.verdict) == (reference(authority=at, case=goes), "carried")
    assert differing(database=database) == []
    for wrong in (("--undo",), ("--to", new), ("a case", "--all", "--to", new)):
        who = ("--as", "process_owner.1@example.org", "--reason", "Why", *url)
        assert run("models", "migrate", *wrong, *who).exit_code == 2
