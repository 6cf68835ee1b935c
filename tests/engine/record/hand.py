"""Somebody at the database who changes what stands there behind the product's back."""

from dataclasses import dataclass
from random import Random
from typing import Any

from sqlalchemy import Connection, Table, delete, select, text, update

from engine import tables

CHAIN: Any = tables.Chain.__table__
ACT: Any = tables.Act.__table__
PAYLOAD: Any = tables.Payload.__table__
SHOWN: Any = tables.Shown.__table__
PUBLICATION: Any = tables.Publication.__table__
BUNDLE: Any = tables.Bundle.__table__
FILE: Any = tables.BundleFile.__table__
CHECKPOINT: Any = tables.Checkpoint.__table__
KEPT = ("chain", "act", "payload", "shown", "bundle", "bundle_file", "checkpoint", "publication", "erased_span")
Outside = dict[str, bytes]


def take_triggers_away(connection: Connection) -> None:
    """As somebody who owns the database can."""
    for table in KEPT:
        events = ("update", "delete", "replace" if connection.dialect.name == "sqlite" else "truncate")
        for event in events:
            on = "" if connection.dialect.name == "sqlite" else f" ON {table}"
            connection.execute(text(f"DROP TRIGGER {table}_no_{event}{on}"))


@dataclass
class Hand:
    """Somebody at the database: its rows as they are before, what lies outside it, and a random choice."""

    connection: Connection
    outside: Outside
    random: Random

    def rows(self, table: Table) -> list[Any]:
        return list(self.connection.execute(select(table).order_by(*table.primary_key)))

    def one(self, table: Table) -> Any:
        return self.random.choice(self.rows(table))

    def two(self, table: Table) -> list[Any]:
        return self.random.sample(self.rows(table), 2)

    def set(self, table: Table, row: Any, **values: Any) -> None:
        self.connection.execute(update(table).where(*_is(table, row)).values(values))

    def remove(self, table: Table, row: Any) -> None:
        self.connection.execute(delete(table).where(*_is(table, row)))

    def chain_of(self, row: Any) -> str:
        """Of a row of SHOWN."""
        return self.connection.execute(select(CHAIN.c.name).where(CHAIN.c.id == row.chain_id)).scalar_one()

    def flipped(self, content: bytes) -> bytes:
        at = self.random.randrange(len(content))
        return content[:at] + bytes([content[at] ^ (1 << self.random.randrange(8))]) + content[at + 1 :]


def _is(table: Table, row: Any) -> list[Any]:
    return [column == row._mapping[column.name] for column in table.primary_key]


def place(row: Any) -> str:
    return f"{row.chain} {row.number}"
