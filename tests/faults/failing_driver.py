"""The driver of a database that fails at one call, as it does where the disk is full, spoilt, or the other end gone.

Every call that reaches it is counted: what is executed, fetched and committed.
"""

import sqlite3
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import psycopg
from psycopg import errors as said
from sqlalchemy import event

from engine.base.database import Database


@dataclass
class Calls:
    """`fails_at`: the number of the call at which it fails, counted from 0 since it was armed; `failed`: what it was.

    `too_late`: the fault comes when a commit is done, so that whoever asked cannot know.
    """

    fails_at: int | None = None
    fault: int = 0
    at_commit: bool = False
    too_late: bool = False
    passed: int = 0
    failed: str = ""

    def arm(
        self, fails_at: int | None = None, *, fault: int = 0, at_commit: bool = False, too_late: bool = False
    ) -> None:
        """It fails once, with that one of the faults."""
        self.fails_at, self.fault, self.at_commit, self.too_late = fails_at, fault, at_commit, too_late
        self.passed, self.failed = 0, ""

    def through(self, connection: Any, what: str, call: Callable[[], Any]) -> Any:
        fails = self.passed == self.fails_at or (self.at_commit and what == "commit")
        self.passed += 1
        if not fails or self.failed:
            return call()
        self.failed = what
        if self.too_late:
            call()
        if isinstance(connection, sqlite3.Connection):
            raise SQLITE[self.fault % len(SQLITE)](connection)
        raise POSTGRESQL[self.fault % len(POSTGRESQL)](connection)


def _of_sqlite(name: str, words: str) -> Callable[[Any], Exception]:
    def fault(_connection: Any) -> Exception:
        made = sqlite3.OperationalError(words)
        made.sqlite_errorname, made.sqlite_errorcode = name, getattr(sqlite3, name)
        return made

    return fault


def _gone(connection: Any) -> Exception:
    connection.close()
    return psycopg.OperationalError("server closed the connection unexpectedly")


def _shut_down(connection: Any) -> Exception:
    connection.close()
    return said.AdminShutdown("terminating connection due to administrator command")


SQLITE = (
    _of_sqlite("SQLITE_FULL", "database or disk is full"),
    _of_sqlite("SQLITE_IOERR", "disk I/O error"),
    _of_sqlite("SQLITE_BUSY", "database is locked"),
    _of_sqlite("SQLITE_CANTOPEN", "unable to open database file"),
)
POSTGRESQL: tuple[Callable[[Any], Exception], ...] = (
    lambda _: said.DiskFull("could not extend file: No space left on device"),
    _gone,
    lambda _: said.LockNotAvailable("canceling statement due to lock timeout"),
    _shut_down,
)


PING = ";"


class _Counting:
    """A cursor, of either kind."""

    def execute(self, *given: Any, **named: Any) -> Any:
        return self._through("execute", "execute", *given, **named)

    def executemany(self, *given: Any, **named: Any) -> Any:
        return self._through("execute", "executemany", *given, **named)

    def fetchone(self) -> Any:
        return self._through("fetch", "fetchone")

    def fetchmany(self, size: int | None = 1) -> Any:
        return self._through("fetch", "fetchmany", size)

    def fetchall(self) -> Any:
        return self._through("fetch", "fetchall")

    def _through(self, what: str, name: str, *given: Any, **named: Any) -> Any:
        connection: Any = getattr(self, "connection")  # noqa: B009 (each driver says another type)
        call = partial(getattr(super(), name), *given, **named)
        is_ping = given[:1] == (PING,)  # whoever does not answer it is left, and another connection is made
        return call() if connection.calls is None or is_ping else connection.calls.through(connection, what, call)


class _SqliteCursor(_Counting, sqlite3.Cursor):
    pass


class _PostgresqlCursor(_Counting, psycopg.Cursor[Any]):
    pass


class _SqliteConnection(sqlite3.Connection):
    calls: Calls | None = None

    def cursor(self, factory: Any = _SqliteCursor) -> Any:
        return super().cursor(factory)

    def commit(self) -> None:
        keep = super().commit
        keep() if self.calls is None else self.calls.through(self, "commit", keep)


class _PostgresqlConnection(psycopg.Connection[Any]):
    calls: Calls | None = None

    def commit(self) -> None:
        keep = super().commit
        keep() if self.calls is None else self.calls.through(self, "commit", keep)


def _connected(dialect: Any, _record: Any, arguments: list[Any], named: dict[str, Any]) -> Any:
    if dialect.name == "sqlite":
        return sqlite3.connect(*arguments, **named, factory=_SqliteConnection)
    return _PostgresqlConnection.connect(*arguments, **named, cursor_factory=_PostgresqlCursor)


@contextmanager
def counting(database: Database) -> Generator[Calls]:
    """In the block the driver counts, and fails where it is armed."""
    calls = Calls()

    def begin(connection: Any, *_: Any) -> None:
        connection.calls = calls

    listening = ((database.engine, "do_connect", _connected), (database.engine, "checkout", begin))
    database.dispose()
    for listener in listening:
        event.listen(*listener)
    try:
        yield calls
    finally:
        for listener in listening:
            event.remove(*listener)
        database.dispose()
