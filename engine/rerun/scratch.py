"""Where a case is done again: a database in memory, with the product's own tables and nothing in it but what stood
outside the case.
"""

from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache

from sqlalchemy import ColumnElement, Connection, create_mock_engine, func, insert, select, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import ExecutableDDLElement

from engine.base.database import Database
from engine.facts.models import files
from engine.tables import Account, Bundle, BundleFile, Publication, Table

ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)


class Scratch:
    """Models stay from one case to the next, everything else is rolled back."""

    def __init__(self) -> None:
        self._database = Database("sqlite://")
        self._kept: set[str] = set()
        with self._database.transaction() as connection:
            for statement in _tables():
                connection.exec_driver_sql(statement)

    def close(self) -> None:
        self._database.dispose()

    @contextmanager
    def case(self, live: Connection, bundles: Iterable[str]) -> Generator[Connection]:
        """With the models that the case ran on, and everybody who works here; gone when the block is left."""
        self._keep(live, {*bundles} - self._kept)
        with self._database.read() as connection:
            # Rows that are not here (agencies, teams, other families) would be missed only by a commit.
            connection.execute(text("PRAGMA defer_foreign_keys=ON"))
            _copy(live, connection, Account)
            yield connection

    def keep_files(self, name: str, content: Mapping[str, bytes]) -> None:
        """Models that nobody has published."""
        with self._database.transaction() as connection:
            connection.execute(insert(Bundle).values(hash=name, added_at=ANY_TIME))
            rows = [{"bundle_hash": name, "path": path, "content": text} for path, text in content.items()]
            connection.execute(insert(BundleFile), rows)
        self._kept.add(name)

    def _keep(self, live: Connection, bundles: Iterable[str]) -> None:
        for name in sorted(bundles):
            self.keep_files(name, files(live, name))


@cache
def _tables() -> tuple[str, ...]:
    """What makes the tables, put into words once: that takes longer than to make them."""
    said: list[str] = []

    def keep(made: ExecutableDDLElement, *_arguments: object, **_named: object) -> None:
        said.append(str(made.compile(dialect=sqlite.dialect())))

    Table.metadata.create_all(create_mock_engine("sqlite://", keep), checkfirst=False)
    return tuple(said)


def put_in_force(connection: Connection, authority: str, bundle: str) -> None:
    """What starts now in this authority starts on this bundle."""
    of_authority = Publication.authority_id == authority
    last = connection.execute(select(func.max(Publication.number)).where(of_authority)).scalar_one() or 0
    said = {"published_by": "", "reason": "", "shipped": True, "in_force_from": ANY_TIME, "published_at": ANY_TIME}
    row = {"authority_id": authority, "number": last + 1, "bundle_hash": bundle}
    connection.execute(insert(Publication).values(**row, **said))


def _copy(live: Connection, scratch: Connection, table: type[Table], *of: ColumnElement[bool]) -> None:
    if rows := [dict(row) for row in live.execute(select(table.__table__).where(*of)).mappings()]:
        scratch.execute(insert(table), rows)
