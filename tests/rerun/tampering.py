"""What somebody who owns the database might change, and put back afterwards."""

import hashlib
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from itertools import groupby
from typing import Any

import orjson
from sqlalchemy import ColumnElement, delete, insert, select, update

from engine.base.database import Database
from engine.record.chain import ACT_FORMAT, FIRST, PAYLOAD_FORMAT, canonical, case_chain, packed, unpacked
from engine.tables import Act, Payload, Table

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
    """What each entry says, with what its act says and with its payload opened, in order."""
    with database.read() as connection:
        rows = connection.execute(
            select(Act.body, Payload.body)
            .outerjoin(Payload, (Payload.chain == Act.chain) & (Payload.number == Act.number))
            .where(Act.chain == case_chain(case))
            .order_by(Act.number)
        ).all()
    return [entry for body, payload in rows for entry in _of_act(body, payload)]


def _of_act(body: bytes, payload: bytes | None) -> Iterator[dict[str, Any]]:
    act = orjson.loads(unpacked(body).removeprefix(ACT_FORMAT))
    carried = iter(orjson.loads(unpacked(payload)) if payload else [])
    first = act["number"] - len(act["entries"]) + 1
    for number, entry in enumerate(act.pop("entries"), start=first):
        carries = entry.pop("carries", False)
        yield {**act, **entry, "number": number, "act": first, "payload": next(carried) if carries else None}


def write_anew(database: Database, case: str, said: list[dict[str, Any]]) -> None:
    """The whole chain, with hashes that agree: what nobody can find out from the chain itself. Acts are told apart by
    who did them and by their number.
    """
    chain, previous, number = case_chain(case), FIRST, 0
    kept: list[dict[str, Any]] = []
    carried: list[dict[str, Any]] = []
    for (_, actor), act in groupby(said, key=lambda one: (one["act"], one["actor"])):
        own = list(act)
        number += len(own)
        payloads = [one["payload"] for one in own if one["payload"] is not None]
        salt, inside = bytes(16), canonical(payloads)
        written = {name: own[0][name] for name in ("at", "roles", "saw") if name in own[0]}
        written |= {"actor": actor, "chain": chain, "number": number, "previous": previous.hex()}
        if payloads:
            written["payload"] = hashlib.sha256(PAYLOAD_FORMAT + salt + inside).hexdigest()
            carried.append({"chain": chain, "number": number, "salt": salt, "body": packed(inside)})
        body = ACT_FORMAT + canonical({**written, "entries": [_entry(one) for one in own]})
        previous = hashlib.sha256(body).digest()
        row = {"chain": chain, "number": number, "hash": previous, "body": packed(body), "kind": own[0]["kind"]}
        kept.append({**row, "at": datetime.fromisoformat(own[0]["at"])})
    with database.transaction() as connection:
        for table in (Payload, Act):
            connection.execute(delete(table).where(table.chain == chain))
        connection.execute(insert(Act), kept)
        connection.execute(insert(Payload), carried)


def _entry(one: dict[str, Any]) -> dict[str, Any]:
    fields = ("kind", "meaning", "instance", "element", "occurrence", "bundle", "flows")
    carries = {"carries": True} if one["payload"] is not None else {}
    return {name: one[name] for name in fields if name in one} | carries


def first(said: list[dict[str, Any]], kind: str, **of: Any) -> dict[str, Any]:
    """The first entry of a kind whose fields, or those of its payload, are so."""
    wanted = {"kind": kind, **of}.items()
    return next(one for one in said if wanted <= _plain({**(one["payload"] or {}), **one}).items())


def _plain(said: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if isinstance(value, str)}
