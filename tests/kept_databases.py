"""Databases kept as files, as a version of the product left them: every row, written once and on purpose.

What is read from one is put into tables of the version that wrote it, and these are upgraded: the first line names the
revision of the tables, how their columns were stored, by which statements SQLite made them, and the kinds of entry that
there were. The models that cases ran on lie beside, once for all.
"""

import gzip
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import orjson
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    LargeBinary,
    column,
    insert,
    select,
    table,
    text,
)
from sqlalchemy.types import NullType, TypeEngine

from engine.base.database import MIGRATIONS, Database
from engine.record.chain import unpacked
from engine.record.kinds import KINDS
from engine.tables import Bundle, BundleFile, Instant, Table

STORED: Mapping[str, TypeEngine[Any]] = {
    "instant": Instant(),
    "date": Date(),
    "bytes": LargeBinary(),
    "json": JSON(none_as_null=True),
    "boolean": Boolean(),
    "plain": NullType(),
}
TEXT, HEXADECIMAL = "text:", "hexadecimal:"
BUNDLE_FILE = {"bundle_hash": "plain", "path": "plain", "content": "bytes"}


def kept(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.jsonl.gz"))


def lines(path: Path) -> list[bytes]:
    return gzip.decompress(path.read_bytes()).splitlines()


def load(path: Path, database: Database) -> None:
    """Into a database that holds nothing, which is at the newest revision after it."""
    first, *rows = map(orjson.loads, lines(path))
    begin_at(first["revision"], database)
    with database.transaction() as connection:
        for name, of_table in groupby(rows, itemgetter(0)):
            _insert(connection, name, first["columns"][name], [row for _, row in of_table])
        for one in connection.execute(text("SELECT hash FROM bundle")).scalars().all():
            files: dict[str, str] = orjson.loads(gzip.decompress(_models(path.parent, one).read_bytes()))
            said = [{"bundle_hash": one, "path": file, "content": f"{TEXT}{files[file]}"} for file in files]
            _insert(connection, "bundle_file", BUNDLE_FILE, said)
    database.upgrade()


def write(database: Database, path: Path, left_out: Collection[str] = (), texts: Collection[str] = ()) -> None:
    """`texts` are columns whose bytes are written as text, not compressed: the record may have them so, too. The tables
    that are left out are empty in what is read.
    """
    with database.read() as connection:
        path.write_bytes(_packed(_lines(connection, {*left_out, BundleFile.__tablename__}, texts)))
        for one in connection.scalars(select(Bundle.hash)):
            _write_models(connection, path.parent, one)


def made_by(connection: Connection) -> list[str]:
    """The statements by which the tables, indexes and triggers of a database on SQLite were made."""
    rows = connection.execute(text("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type, name"))
    return [*rows.scalars()]


def _lines(connection: Connection, left_out: Collection[str], texts: Collection[str]) -> Iterator[bytes]:
    (revision,) = MigrationContext.configure(connection).get_current_heads()
    tables = [one for one in Table.metadata.sorted_tables if one.name not in left_out]
    columns = {str(one.name): {str(each.name): _stored(each) for each in one.columns} for one in tables}
    yield orjson.dumps(
        {"revision": revision, "columns": columns, "made_by": made_by(connection), "kinds": sorted(KINDS)}
    )
    for one in tables:
        for row in connection.execute(select(one)).mappings():
            yield orjson.dumps([str(one.name), {name: _written(name, row[name], texts) for name in row}])


def _written(name: str, value: Any, texts: Collection[str]) -> Any:
    if not isinstance(value, bytes):
        return value
    return f"{TEXT}{unpacked(value).decode()}" if name in texts else f"{HEXADECIMAL}{value.hex()}"


def _write_models(connection: Connection, folder: Path, bundle: str) -> None:
    files = connection.execute(select(BundleFile.path, BundleFile.content).where(BundleFile.bundle_hash == bundle))
    content = {path: content.decode() for path, content in files}
    _models(folder, bundle).write_bytes(_packed([orjson.dumps(content, option=orjson.OPT_SORT_KEYS)]))


def _models(folder: Path, bundle: str) -> Path:
    return folder / f"models-{bundle[:16]}.json.gz"


def _packed(written: Iterable[bytes]) -> bytes:
    return gzip.compress(b"\n".join(written), mtime=0)


def _stored(of: Column[Any]) -> str:
    """By which of the ways above the values of a column are stored."""
    kinds = (kind for kind, stored in STORED.items() if kind != "plain" and isinstance(of.type, type(stored)))
    return next(kinds, "plain")


def begin_at(revision: str, database: Database) -> None:
    """Empty tables of this revision, whatever empty tables there are."""
    with database.transaction() as connection:
        if MigrationContext.configure(connection).get_current_heads() == (revision,):
            return
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
        else:
            for name in connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")).all():
                connection.exec_driver_sql(f'DROP TABLE "{name}"')
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def _insert(connection: Connection, name: str, stored: Mapping[str, str], rows: Sequence[Mapping[str, Any]]) -> None:
    """As the table was then: what it is now may have other columns."""
    as_it_was = table(name, *(column(each, STORED[kind]) for each, kind in stored.items()))
    connection.execute(
        insert(as_it_was), [{each: _read(stored[each], value) for each, value in row.items()} for row in rows]
    )


def _read(stored: str, value: Any) -> Any:
    return value if value is None or stored not in READ else READ[stored](value)


def stored_bytes(written: str) -> bytes:
    """Of a value of a column of bytes, as it stands in a file."""
    if written.startswith(TEXT):
        return written.removeprefix(TEXT).encode()
    return bytes.fromhex(written.removeprefix(HEXADECIMAL))


READ: Mapping[str, Callable[[str], Any]] = {
    "instant": datetime.fromisoformat,
    "date": date.fromisoformat,
    "bytes": stored_bytes,
}
