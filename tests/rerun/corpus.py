"""Recorded cases, kept as files: every row of the database that a story was played on. What is re-run must not change
with the version of the engine, the models or a library, so these are written once and on purpose: `make corpus`.

A new corpus is added beside the old ones when the record or the tables change their form; old ones stay.
"""

import gzip
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
from sqlalchemy import Column, Connection, Date, LargeBinary, insert, select

from engine.base.database import Database
from engine.record.chain import unpacked
from engine.scenario.running import play_on
from engine.scenario.story import read
from engine.tables import Bundle, BundleFile, Instant, Table
from tests.builders import ROOT, publish

FOLDER = Path(__file__).parent / "recorded"
# Short ones, and the longest. Taking a task, handing it back and counting anew are in none: random walks have them.
STORIES = (
    "processes/case_closure/scenarios/closed_by_a_manager.toml",
    "processes/immediate_protection/scenarios/police_protection_and_home_again.toml",
    "processes/professional_disagreement/scenarios/overruled_after_closure.toml",
    "processes/referral/scenarios/acknowledged_by_email.toml",
    "processes/referral/scenarios/acknowledged_by_nobody_knows.toml",
    "processes/scenarios/one_family_two_ways.toml",
    "processes/scenarios/ten_years_on_a_plan.toml",
    "processes/transfer_in/scenarios/two_sisters.toml",
)
# What is not of the record or of the case: models are stored once for all, the rest nobody asks for.
LEFT_OUT = frozenset({"bundle_file", "session", "draft", "outbox"})
# An act and a payload are written as text, not compressed: the database may have them so. A hash in hexadecimal is the
# one that the next act names, and packs well.
TEXTS = frozenset({"body", "state", "content"})
TEXT, HEXADECIMAL = "text:", "hexadecimal:"
YEAR_ONE = datetime(2013, 1, 1, tzinfo=UTC)


def recorded() -> list[Path]:
    return sorted(FOLDER.glob("*.jsonl.gz"))


def load(path: Path, database: Database) -> None:
    """Into a database with empty tables."""
    tables = {table.name: table for table in Table.metadata.sorted_tables}
    with database.transaction() as connection:
        for name, row in map(orjson.loads, _lines(path)):
            columns = {column.name: column for column in tables[name].columns}
            connection.execute(insert(tables[name]).values({key: _read(columns[key], row[key]) for key in row}))
        for bundle in connection.scalars(select(Bundle.hash)).all():
            files: dict[str, str] = orjson.loads(gzip.decompress(_models(bundle).read_bytes()))
            rows = [{"bundle_hash": bundle, "path": name, "content": text.encode()} for name, text in files.items()]
            connection.execute(insert(BundleFile), rows)


def write() -> None:
    """Plays every story anew, on the models of today."""
    FOLDER.mkdir(exist_ok=True)
    for story in STORIES:
        with TemporaryDirectory() as folder:
            database = Database(f"sqlite:///{folder}/throughline.db")
            database.upgrade()
            publish(database=database, now=YEAR_ONE)
            assert play_on(read(ROOT / story), database).passed
            with database.read() as connection:
                _write(FOLDER / f"{Path(story).stem}.jsonl.gz", _rows(connection))
                for bundle in connection.scalars(select(Bundle.hash)):
                    _write_models(connection, bundle)
            database.dispose()


def _rows(connection: Connection) -> Iterator[bytes]:
    for table in Table.metadata.sorted_tables:
        if table.name not in LEFT_OUT:
            for row in connection.execute(select(table)).mappings():
                yield orjson.dumps([table.name, {name: _written(name, row[name]) for name in row}]) + b"\n"


def _write_models(connection: Connection, bundle: str) -> None:
    files = connection.execute(select(BundleFile.path, BundleFile.content).where(BundleFile.bundle_hash == bundle))
    content = {path: content.decode() for path, content in files}
    _write(_models(bundle), [orjson.dumps(content, option=orjson.OPT_SORT_KEYS)])


def _models(bundle: str) -> Path:
    return FOLDER / f"models-{bundle[:16]}.json.gz"


def _write(path: Path, lines: Iterable[bytes]) -> None:
    path.write_bytes(gzip.compress(b"".join(lines), mtime=0))


def _lines(path: Path) -> list[bytes]:
    return gzip.decompress(path.read_bytes()).splitlines()


def _written(column: str, value: Any) -> Any:
    if not isinstance(value, bytes):
        return value
    return f"{TEXT}{unpacked(value).decode()}" if column in TEXTS else f"{HEXADECIMAL}{value.hex()}"


def _bytes(written: str) -> bytes:
    if written.startswith(TEXT):
        return written.removeprefix(TEXT).encode()
    return bytes.fromhex(written.removeprefix(HEXADECIMAL))


def _read(column: Column[Any], value: Any) -> Any:
    found = next((of_kind for kind, of_kind in READ.items() if isinstance(column.type, kind)), None)
    return value if found is None or value is None else found(value)


READ: dict[type[Any], Callable[[str], Any]] = {
    LargeBinary: _bytes,
    Instant: datetime.fromisoformat,
    Date: date.fromisoformat,
}


if __name__ == "__main__":
    write()
