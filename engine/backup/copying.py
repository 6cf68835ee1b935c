"""Every row of every table, from one database into another of either kind (docs/decisions/backup.md)."""

import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

import orjson
from sqlalchemy import Connection, create_engine, func, insert, select

from engine.tables import Table

ROWS_AT_ONCE = 1000


def copy_rows(source: Connection, target: Connection) -> dict[str, int]:
    """Gives how many rows each table has. The tables of `target` are empty and of the same form as those of `source`.

    Both are left in their transactions: what is read is as of one moment where that of `source` is.
    """
    counts: dict[str, int] = {}
    for table in Table.metadata.sorted_tables:  # what is named by others comes before them
        rows = source.execute(select(table).execution_options(yield_per=ROWS_AT_ONCE))
        name = str(table.name)
        counts[name] = 0
        for some in rows.mappings().partitions():
            target.execute(insert(table), [dict(row) for row in some])
            counts[name] += len(some)
    if target.dialect.name == "postgresql":
        _count_on(target)
    return counts


def _count_on(target: Connection) -> None:
    """PostgreSQL counts rows that are numbered by it in a place of its own, which copying does not move."""
    for table in Table.metadata.sorted_tables:
        if (column := table.autoincrement_column) is not None:
            newest = select(func.coalesce(func.max(column), 0)).scalar_subquery()
            counter = func.pg_get_serial_sequence(table.name, column.name)
            target.execute(select(func.setval(counter, newest + 1, False)))


def held(connection: Connection) -> list[str]:
    """The tables that hold anything."""
    tables = Table.metadata.sorted_tables
    return [table.name for table in tables if connection.execute(select(table).limit(1)).first() is not None]


@contextmanager
def reading(path: Path) -> Generator[Connection]:
    """A file of SQLite that is read and never written, nor anything beside it."""
    address = f"sqlite:///file:{quote(str(path.absolute()))}?mode=ro&immutable=1&uri=true"
    engine = create_engine(address, json_deserializer=orjson.loads, hide_parameters=True)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def in_one_file(path: Path) -> None:
    """Nothing of a file of SQLite lies beside it any more: it can be copied, and read where nothing is written.

    Raises OSError, as where the disk is full.
    """
    try:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise OSError(str(error)) from None
