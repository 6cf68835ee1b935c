"""The statements that reach a database, for tests that count them: their number depends on no machine."""

from collections.abc import Generator
from contextlib import contextmanager

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
