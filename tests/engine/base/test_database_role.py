"""On PostgreSQL the product works under a role that adds to the record and can do nothing else to it."""

import ast
import secrets
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from engine.base.database import Database
from engine.base.database_role import KEPT, REMOVED_FROM, grant, rights_on
from engine.base.errors import NotFound, NotPossible
from engine.casework.erased_rows import content_of
from engine.tables import Table
from tests.builders import DAY, MONDAY, ROOT, authority, case_at, pass_time, publish, shipped
from tests.databases import Copies

SOURCES = sorted((ROOT / "engine").rglob("*.py"))


@pytest.fixture
def owned(postgresql_copies: Copies) -> Generator[Database]:
    address = postgresql_copies.make()
    made = Database(address)
    yield made
    made.dispose()
    postgresql_copies.remove(address)


@contextmanager
def role(owned: Database) -> Generator[str]:
    """Of the whole server, so that it must go again."""
    name = f"site_{secrets.token_hex(4)}"
    with owned.engine.begin() as connection:
        connection.execute(text(f"CREATE ROLE {name} LOGIN"))
    yield name
    with owned.engine.begin() as connection:
        connection.execute(text(f"DROP OWNED BY {name}"))
        connection.execute(text(f"DROP ROLE {name}"))


def as_role(owned: Database, name: str) -> Database:
    return Database(owned.url.update_query_dict({"options": f"-c role={name}"}).render_as_string(hide_password=False))


def test_the_site_works_under_it_and_cannot_change_the_record(owned: Database) -> None:
    with role(owned) as name:
        publish(database=owned)
        grant(owned, name)
        site = as_role(owned, name)
        try:
            site.upgrade()
            at = authority(database=site, files={**shipped(), "forms/other.json": b"{}"})
            case_at(authority=at, point="closed")
            pass_time(authority=at, now=MONDAY + 30 * DAY)
            rights = {f"{verb} {table}" for table in KEPT for verb in ("UPDATE", "DELETE", "TRUNCATE")}
            assert refused(site) == rights - {"DELETE payload"}  # of those a trigger asks for each
            with pytest.raises(DBAPIError, match="two people"), site.engine.begin() as connection:
                connection.execute(text("DELETE FROM payload"))
        finally:
            site.dispose()


def test_rows_are_removed_only_where_the_role_may() -> None:
    """Each statement of the product that removes rows names its table, or stands in one of the modules below."""
    named = {name for path in SOURCES for name in removed_from(path)}
    tables = {mapper.class_.__name__: mapper.class_.__tablename__ for mapper in Table.registry.mappers}
    assert named - tables.keys() == {"table"}
    by_name = {path.relative_to(ROOT).as_posix() for path in SOURCES if "table" in removed_from(path)}
    # Of second factors; of an erased case; of a scratch database of its own.
    assert by_name == {
        "engine/commands/second_factors.py",
        "engine/casework/erased_rows.py",
        "engine/rerun/outside.py",
    }
    removed = {tables[name] for name in named - {"table"}} | {table.__tablename__ for table, _ in content_of(["one"])}
    assert removed - {"payload"} == REMOVED_FROM
    for kept in ("account", "membership", "bar", "restriction", "legal_hold", "erasure", "case", "person"):
        assert "DELETE" not in rights_on(kept)


def removed_from(path: Path) -> set[str]:
    """What stands in `delete(...)`, as it is called."""
    calls = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
    deletes = (one for one in calls if isinstance(one.func, ast.Name) and one.func.id == "delete" and one.args)
    return {one.args[0].id for one in deletes if isinstance(one.args[0], ast.Name)}


def refused(site: Database) -> set[str]:
    """What may not be done, before any trigger is asked."""
    found: set[str] = set()
    for table in KEPT:
        column = {"bundle": "hash", "bundle_file": "path", "chain": "name", "erased_span": "last_number"}.get(
            table, "number"
        )
        statements = {
            "UPDATE": f"UPDATE {table} SET {column} = {column}",  # noqa: S608
            "DELETE": f"DELETE FROM {table}",  # noqa: S608
            "TRUNCATE": f"TRUNCATE {table}",
        }
        for verb, statement in statements.items():
            try:
                with site.engine.begin() as connection:
                    connection.execute(text(statement))
            except DBAPIError as error:
                found |= {f"{verb} {table}"} if "permission denied" in str(error.orig) else set()
    return found


def test_without_the_rights_taken_away_it_could(owned: Database) -> None:
    """The planted fault: the owner is stopped by triggers alone, which is not what is looked for."""
    assert refused(owned) == set()


def test_what_cannot_be_granted_is_said(database: Database) -> None:
    sqlite = database.url.get_backend_name() == "sqlite"
    with pytest.raises(NotPossible if sqlite else NotFound):
        grant(database, "nobody")
