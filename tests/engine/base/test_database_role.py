"""On PostgreSQL the product works under a role that adds to the record and can do nothing else to it."""

import secrets
from collections.abc import Generator
from contextlib import contextmanager

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from engine.base.database import Database
from engine.base.database_role import KEPT, grant
from engine.base.errors import NotFound, NotPossible
from tests.builders import DAY, MONDAY, authority, case_at, pass_time, publish, shipped
from tests.databases import Copies


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
