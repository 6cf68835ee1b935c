"""The statements that reach a database and the rows that come of them, for tests that count them: their number depends
on no machine.
"""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event

from engine.base.database import Database


@contextmanager
def counted(database: Database) -> Generator[list[str]]:
    statements: list[str] = []

    def count(*arguments: object) -> None:
        if not (statement := str(arguments[2])).startswith("BEGIN"):
            statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", count)
    try:
        yield statements
    finally:
        event.remove(database.engine, "before_cursor_execute", count)


@dataclass
class Counted:
    """A statement, and how many rows came of it."""

    statement: str
    rows: int = 0


@contextmanager
def rows_of_each(database: Database) -> Generator[list[Counted]]:
    """Of each statement in the order in which they reached the database. On SQLite."""
    found: list[Counted] = []

    def watch(_connection: object, cursor: Any, statement: str, *_: object) -> None:
        one = Counted(statement)
        found.append(one)

        def count(_cursor: object, row: object) -> object:
            one.rows += 1
            return row

        cursor.row_factory = count

    event.listen(database.engine, "before_cursor_execute", watch)
    try:
        yield found
    finally:
        event.remove(database.engine, "before_cursor_execute", watch)


@contextmanager
def rows_read(database: Database) -> Generator[list[object]]:
    """On SQLite."""
    rows: list[object] = []

    def keep(_cursor: object, row: object) -> object:
        rows.append(row)
        return row

    def watch(_connection: object, cursor: Any, *_: object) -> None:
        cursor.row_factory = keep

    event.listen(database.engine, "before_cursor_execute", watch)
    try:
        yield rows
    finally:
        event.remove(database.engine, "before_cursor_execute", watch)
