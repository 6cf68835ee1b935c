"""The record: entries that are only ever added, each holding the hash of the one before it (docs/record.md).

Four kinds of chain: `case:<id>` for what was done, `person:<account>` for what somebody looked at or was refused,
`authority:<id>` for what an authority settled, and `installation` for what is before and beside all of them.
An entry's hash is over the very bytes that are stored, so a verifier needs no knowledge of this product.
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import Connection, insert, select

from engine.base.database import one_at_a_time
from engine.tables import Entry, EntryCase, Payload

ENTRY_FORMAT = b"throughline-entry/1\n"
PAYLOAD_FORMAT = b"throughline-payload/1\n"
FIRST = bytes(32)
# Authorities themselves, checkpoints, and what the product did for no one of them.
INSTALLATION = "installation"
SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class NewEntry:
    """What is to be written. `payload` holds whatever is about a person; it is stored apart and can be erased.

    `flows` are the sequence flows taken on leaving the element.
    """

    kind: str
    case: str | None = None
    instance: str | None = None
    element: str | None = None
    occurrence: int | None = None
    bundle: str | None = None
    flows: tuple[str, ...] = ()
    payload: Mapping[str, Any] | None = None
    cases_shown: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class RecordedEntry:
    """An entry as read back. `act` is the number of the first entry of the command that wrote it.

    `payload` is None where there was none, and where it is `erased`.
    """

    chain: str
    number: int
    act: int
    at: datetime
    actor: str
    kind: str
    case: str | None
    instance: str | None
    element: str | None
    occurrence: int | None
    bundle: str | None
    flows: tuple[str, ...]
    payload: Mapping[str, Any] | None
    erased: bool


def case_chain(case: str) -> str:
    return f"case:{case}"


def authority_chain(authority: str) -> str:
    return f"authority:{authority}"


def append(connection: Connection, chain: str, actor: str, at: datetime, facts: Sequence[NewEntry]) -> None:
    """Adds the facts, in order, to the end of a chain. The caller holds the case's lock, if it is a case's chain."""
    if not facts:
        return
    number, previous = _head(connection, chain)
    act = number + 1
    entries: list[dict[str, Any]] = []
    payloads: list[dict[str, Any]] = []
    shown: list[dict[str, Any]] = []
    for fact in facts:
        number += 1
        digest = None
        if fact.payload is not None:
            salt, body = secrets.token_bytes(SALT_BYTES), canonical(fact.payload)
            digest = hashlib.sha256(PAYLOAD_FORMAT + salt + body).hexdigest()
            payloads.append({"chain": chain, "number": number, "salt": salt, "body": body})
        body = _body(fact, chain, number, act, at, actor, digest, previous)
        previous = hashlib.sha256(body).digest()
        entries.append({"chain": chain, "number": number, "hash": previous, "body": body, "at": at, "kind": fact.kind})
        shown += [{"case_id": case, "chain": chain, "number": number} for case in fact.cases_shown]
    for table, rows in ((Entry, entries), (Payload, payloads), (EntryCase, shown)):
        if rows:
            connection.execute(insert(table), rows)


def canonical(value: Mapping[str, Any]) -> bytes:
    """JSON in UTF-8, keys in order, no spaces: the bytes that are hashed and the bytes that are stored."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def lines(connection: Connection, chain: str, kinds: Iterable[str] = ()) -> tuple[RecordedEntry, ...]:
    """A chain from its first entry on, with the payloads; only some kinds of entry where `kinds` names them."""
    statement = (
        select(Entry.body, Payload.body.label("payload"))
        .outerjoin(Payload, (Payload.chain == Entry.chain) & (Payload.number == Entry.number))
        .where(Entry.chain == chain)
        .order_by(Entry.number)
    )
    if kinds:
        statement = statement.where(Entry.kind.in_(list(kinds)))
    return tuple(_line(row.body, row.payload) for row in connection.execute(statement))


def _head(connection: Connection, chain: str) -> tuple[int, bytes]:
    # Two requests of one person at once would else take the same number; a case is locked already.
    if not chain.startswith("case:"):
        one_at_a_time(connection, chain)
    head = connection.execute(
        select(Entry.number, Entry.hash).where(Entry.chain == chain).order_by(Entry.number.desc()).limit(1)
    ).one_or_none()
    return (head.number, head.hash) if head else (0, FIRST)


def _body(
    fact: NewEntry, chain: str, number: int, act: int, at: datetime, actor: str, payload: str | None, previous: bytes
) -> bytes:
    body = ENTRY_FORMAT + canonical(
        {
            "chain": chain,
            "number": number,
            "act": act,
            "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
            "actor": actor,
            "kind": fact.kind,
            "case": fact.case,
            "instance": fact.instance,
            "element": fact.element,
            "occurrence": fact.occurrence,
            "bundle": fact.bundle,
            "flows": list(fact.flows),
            "payload": payload,
            "shown": list(fact.cases_shown),
            "previous": previous.hex(),
        }
    )
    if b"\\" in body:
        raise ValueError("an entry holds ids and names of models alone: none has a character that JSON writes with \\")
    return body


def _line(body: bytes, payload: bytes | None) -> RecordedEntry:
    stored = orjson.loads(body.removeprefix(ENTRY_FORMAT))
    return RecordedEntry(
        chain=stored["chain"],
        number=stored["number"],
        act=stored["act"],
        at=datetime.fromisoformat(stored["at"]),
        actor=stored["actor"],
        kind=stored["kind"],
        case=stored["case"],
        instance=stored["instance"],
        element=stored["element"],
        occurrence=stored["occurrence"],
        bundle=stored["bundle"],
        flows=tuple(stored["flows"]),
        payload=None if payload is None else orjson.loads(payload),
        erased=payload is None and stored["payload"] is not None,
    )
