"""What somebody who owns the database might change, and put back afterwards."""

import hashlib
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, delete, insert, select, update

from engine.base.database import Database
from engine.record.chain import ENTRY_FORMAT, FIRST, PAYLOAD_FORMAT, canonical, case_chain
from engine.tables import Entry, Payload, Table

Change = Callable[[Mapping[str, Any]], Mapping[str, Any]]


@contextmanager
def changed(database: Database, table: type[Table], *which: ColumnElement[bool], **values: Any) -> Generator[None]:
    """One row, with other values; without any it is gone."""
    with database.transaction() as connection:
        row = dict(connection.execute(select(table.__table__).where(*which)).mappings().one())
        it = [column == row[column.name] for column in table.__table__.primary_key]
        connection.execute(update(table).where(*it).values(values) if values else delete(table).where(*it))
    yield
    with database.transaction() as connection:
        connection.execute(update(table).where(*it).values(row) if values else insert(table).values(row))


def entries(database: Database, case: str) -> list[dict[str, Any]]:
    """What each entry says, with its payload opened: number -> said."""
    with database.read() as connection:
        rows = connection.execute(
            select(Entry.body, Payload.body)
            .outerjoin(Payload, (Payload.chain == Entry.chain) & (Payload.number == Entry.number))
            .where(Entry.chain == case_chain(case))
            .order_by(Entry.number)
        ).all()
    return [
        orjson.loads(body.removeprefix(ENTRY_FORMAT)) | {"payload": payload and orjson.loads(payload)}
        for body, payload in rows
    ]


def write_anew(database: Database, case: str, said: list[dict[str, Any]]) -> None:
    """The whole chain, with hashes that agree: what nobody can find out from the chain itself."""
    chain, previous = case_chain(case), FIRST
    numbers = {one["number"]: number for number, one in enumerate(said, start=1)}
    kept: list[dict[str, Any]] = []
    carried: list[dict[str, Any]] = []
    for number, one in enumerate(said, start=1):
        digest = None
        if one["payload"] is not None:
            salt, inside = bytes(16), canonical(one["payload"])
            digest = hashlib.sha256(PAYLOAD_FORMAT + salt + inside).hexdigest()
            carried.append({"chain": chain, "number": number, "salt": salt, "body": inside})
        placed = {"number": number, "act": numbers.get(one["act"], number), "payload": digest}
        body = ENTRY_FORMAT + canonical({**one, **placed, "previous": previous.hex()})
        previous = hashlib.sha256(body).digest()
        kept.append({"chain": chain, "number": number, "hash": previous, "body": body})
    with database.transaction() as connection:
        for table in (Payload, Entry):
            connection.execute(delete(table).where(table.chain == chain))
        for row, one in zip(kept, said, strict=True):
            at = datetime.fromisoformat(one["at"])
            connection.execute(insert(Entry).values(**row, at=at, kind=one["kind"]))
        connection.execute(insert(Payload), carried)


def first(said: list[dict[str, Any]], kind: str, **of: Any) -> dict[str, Any]:
    """The first entry of a kind whose fields, or those of its payload, are so."""
    wanted = {"kind": kind, **of}.items()
    return next(one for one in said if wanted <= _plain({**(one["payload"] or {}), **one}).items())


def _plain(said: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if isinstance(value, str)}
