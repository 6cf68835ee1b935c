"""What a database of PostgreSQL holds: taken out of it as it stands, put back, or removed, past all that guards it."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import make_url

Connection = psycopg.Connection[Any]

_SHAPE = """
SELECT md5(string_agg(said, chr(10) ORDER BY said)) FROM (
    SELECT concat_ws(' ', 'table', relname, relkind, relowner, relacl, reloptions) AS said
      FROM pg_class WHERE relnamespace = 'public'::regnamespace
    UNION ALL
    SELECT concat_ws(' ', 'column', relname, attname, atttypid, attnotnull, attacl, pg_get_expr(adbin, adrelid))
      FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
      LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
     WHERE relnamespace = 'public'::regnamespace
    UNION ALL
    SELECT concat_ws(' ', 'constraint', pg_get_constraintdef(oid))
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL
    SELECT concat_ws(' ', 'index', pg_get_indexdef(indexrelid), indisvalid)
      FROM pg_index JOIN pg_class ON pg_class.oid = indrelid WHERE relnamespace = 'public'::regnamespace
    UNION ALL
    SELECT concat_ws(' ', 'trigger', pg_get_triggerdef(oid), tgenabled) FROM pg_trigger
    UNION ALL
    SELECT concat_ws(' ', 'function', proname, prosrc) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL
    SELECT concat_ws(' ', 'schema', nspname, nspowner, nspacl) FROM pg_namespace WHERE nspname !~ '^pg_'
    UNION ALL
    SELECT concat_ws(' ', 'database', datacl, setconfig)
      FROM pg_database LEFT JOIN pg_db_role_setting ON setdatabase = pg_database.oid
     WHERE datname = current_database()
    UNION ALL
    SELECT concat_ws(' ', 'revision', version_num) FROM alembic_version
) AS all_of_it
"""
_TABLES = """
SELECT relname FROM pg_class
 WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'alembic_version' ORDER BY relname
"""
_SEQUENCES = "SELECT quote_ident(sequencename), last_value, start_value FROM pg_sequences WHERE schemaname = 'public'"
_OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@dataclass(frozen=True)
class Rows:
    """All that stands in the tables, by their names, as COPY writes it; and how far each sequence had come: None where
    it had not begun.
    """

    tables: Mapping[str, bytes]
    sequences: Mapping[str, int | None]


@contextmanager
def connected(address: str) -> Generator[Connection]:
    """By the address of SQLAlchemy, apart from whatever the product has open; no trigger and no key is asked."""
    plain = make_url(address).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        yield connection


def shape_of(connection: Connection) -> str:
    """The same for two databases that differ in their rows alone."""
    return _one(connection, _SHAPE)


def next_transaction(connection: Connection) -> int:
    """The same as before where nothing was written on the whole server."""
    return _one(connection, "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")


def empty(connection: Connection) -> None:
    """As it was made. Whoever else is connected is sent away: they might hold what is to be removed."""
    connection.execute(_OTHERS)
    with connection.transaction():
        removed = _remove(connection)
    if removed:
        connection.execute(sql.SQL("VACUUM {}").format(sql.SQL(", ").join(map(sql.Identifier, removed))))


def rows_of(connection: Connection) -> Rows:
    tables: dict[str, bytes] = {}
    with connection.transaction():
        for name in _with_rows(connection):
            with connection.cursor() as cursor, cursor.copy(_copy(name, "TO STDOUT")) as out:
                tables[name] = b"".join(bytes(part) for part in out)
        sequences = {name: last for name, last, _ in connection.execute(_SEQUENCES)}
    return Rows(tables, sequences)


def put_back(connection: Connection, rows: Rows) -> None:
    """In the place of whatever stands there: others see it as one transaction."""
    with connection.transaction():
        _remove(connection)
        for name, content in rows.tables.items():
            with connection.cursor() as cursor, cursor.copy(_copy(name, "FROM STDIN")) as into:
                into.write(content)
        for name, last in rows.sequences.items():
            if last is not None:
                connection.execute("SELECT setval(%s::regclass, %s)", (name, last))


def _remove(connection: Connection) -> list[str]:
    """The names of the tables that had rows."""
    found = _with_rows(connection)
    for name in found:
        connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
    for name, last, start in connection.execute(_SEQUENCES).fetchall():
        if last is not None:
            connection.execute("SELECT setval(%s::regclass, %s, false)", (name, start))
    return found


def _with_rows(connection: Connection) -> list[str]:
    """Asked in one statement."""
    names = [row[0] for row in connection.execute(_TABLES)]
    asked = (
        sql.SQL("SELECT {} WHERE EXISTS (SELECT 1 FROM {})").format(sql.Literal(name), sql.Identifier(name))
        for name in names
    )
    return [row[0] for row in connection.execute(sql.SQL(" UNION ALL ").join(asked))]


def _copy(table: str, way: str) -> sql.Composed:
    return sql.SQL("COPY {} {} (FORMAT binary)").format(sql.Identifier(table), sql.SQL(way))  # pyright: ignore[reportArgumentType]


def _one(connection: Connection, statement: str) -> Any:
    (found,) = connection.execute(sql.SQL(statement))  # pyright: ignore[reportArgumentType]
    return found[0]
