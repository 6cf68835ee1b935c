"""What a version left is upgraded, never rewritten: all of it is there, verified, re-run and shown by that of today."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import orjson
import pytest
from flask import Flask
from sqlalchemy import func, select, text, update

from engine.base.database import Database
from engine.base.settings import Settings
from engine.casework.running_out import is_due
from engine.commands.timers import tick
from engine.people.identity import SYSTEM
from engine.record.chain import unpacked
from engine.record.checkpoints import source
from engine.record.kinds import KINDS
from engine.record.verifier import verify
from engine.tables import Account, Act, Case, Deadline, Membership, Payload
from tests import kept_databases
from tests.builders import ROOT
from tests.databases import not_to_the_disk
from tests.faults.consistency import inconsistencies
from tests.rerun import corpus
from tests.rerun.rerunning import differing
from tests.upgrade import of_version
from tests.webapp.visitor import Visitor
from webapp import create_app

EVERY = [path for version in sorted(of_version.FOLDER.iterdir()) for path in kept_databases.kept(version)]
# In the others some rows were put in by hand. The first runs on PostgreSQL too.
LIVED_IN = [path for path in EVERY if "commands" not in path.name]
KEPT = [*LIVED_IN, *(path for path in EVERY if path not in LIVED_IN)]
NEWEST = select(func.max(Act.at))
NOWHERE = Path("/nowhere")
A_YEAR = timedelta(days=365)
OF_A_CASE = ("", "/replay", "/replay?about=all")
MOST_SEEN = 2


def name(path: Path) -> str:
    return f"{path.parent.name} {path.name.partition('.')[0]}"


lived_in = pytest.mark.parametrize("on_sqlite", LIVED_IN, indirect=True, ids=name)
each_kept = pytest.mark.parametrize("path", KEPT, ids=name)


@pytest.fixture
def on_sqlite(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """What `lived_in` loads."""
    database = not_to_the_disk(Database(f"sqlite:///{tmp_path / 'kept.db'}"))
    kept_databases.load(request.param, database)
    yield database
    database.dispose()


@each_kept
def test_all_of_it_is_there_and_goes_on(path: Path, database: Database) -> None:
    kept_databases.load(path, database)
    assert database.is_upgraded()
    with database.read() as connection:
        assert verify(source(connection, NOWHERE)).faults == []
        newest = connection.scalars(NEWEST).one()
    if path in LIVED_IN:
        assert differing(database=database) == []
    tick(database, SYSTEM, newest + A_YEAR)
    with database.read() as connection:
        assert connection.scalars(select(Deadline.id).where(is_due(newest + A_YEAR))).all() == []
    with database.read() as connection:
        assert verify(source(connection, NOWHERE)).faults == []
    assert inconsistencies(database) == []


@lived_in
def test_its_pages_are_shown(on_sqlite: Database, tmp_path: Path) -> None:
    with on_sqlite.read() as connection:
        newest = connection.scalars(NEWEST).one()
        there = (Membership.held_until.is_(None), Account.disabled_at.is_(None))
        roles = select(Membership.role, Account.id).join(Account, Account.id == Membership.account_id).where(*there)
        held = {row.role: row.id for row in connection.execute(roles)}
        cases = connection.scalars(select(Case.id)).all()
    settings = Settings.from_environment({"THROUGHLINE_VAR": str(tmp_path / "var"), "THROUGHLINE_MODELS": str(ROOT)})
    app = create_app(settings, on_sqlite, now=lambda: newest, demo=True)
    seen = {role: seen_by(app, account, cases[:MOST_SEEN]) for role, account in held.items()}
    assert seen["auditor"] == {200}


def seen_by(app: Flask, account: str, cases: Sequence[str]) -> set[int]:
    """How the pages about cases answer this person, who may not know of all."""
    visitor = Visitor(app.test_client())
    visitor.sign_in(account)
    own = [visitor.client.get(page, follow_redirects=True) for page in ("/tasks", "/cases", "/team")]
    about = [visitor.client.get(f"/cases/{case}{page}", follow_redirects=True) for case in cases for page in OF_A_CASE]
    assert {one.status_code for one in (*own, *about)} <= {200, 403, 404}
    return {one.status_code for one in about}


@lived_in
def test_what_was_changed_in_it_is_found(on_sqlite: Database) -> None:
    """The planted fault."""
    with on_sqlite.transaction() as connection:
        for trigger in connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            connection.execute(text(f'DROP TRIGGER "{trigger}"'))
        connection.execute(update(Payload).values(salt=b"another"))
        assert verify(source(connection, NOWHERE)).faults


@each_kept
def test_its_tables_are_made_as_they_were(path: Path, tmp_path: Path) -> None:
    """What has once been released of the migrations stays as it is."""
    first = orjson.loads(kept_databases.lines(path)[0])
    database = Database(f"sqlite:///{tmp_path / 'made.db'}")
    kept_databases.begin_at(first["revision"], database)
    with database.read() as connection:
        assert kept_databases.made_by(connection) == first["made_by"]
    database.dispose()


@pytest.mark.parametrize("version", sorted({path.parent for path in EVERY}), ids=lambda folder: folder.name)
def test_every_kind_of_entry_that_there_was_is_in_one(version: Path) -> None:
    """So that each is seen to be read: those above, and the recorded cases of tests/rerun."""
    theirs = [path for path in EVERY if path.parent == version]
    there_were = {kind for path in theirs for kind in orjson.loads(kept_databases.lines(path)[0])["kinds"]}
    assert set[str]().union(*map(kinds_in, (*theirs, *corpus.recorded()))) >= there_were
    assert there_were <= KINDS.keys()


def kinds_in(path: Path) -> set[str]:
    _, *rows = map(orjson.loads, kept_databases.lines(path))
    bodies = (unpacked(kept_databases.stored_bytes(row["body"])) for table, row in rows if table == "act")
    return {entry["kind"] for body in bodies for entry in orjson.loads(body.partition(b"\n")[2])["entries"]}
