"""The record: entries that are only ever added, in chains in which each act holds the hash of the one before it.

Kinds of chain (docs/record.md): `case:<id>` for what was done, `person:<account>` for what somebody looked at or was
refused, `authority:<id>` for what an authority settled, and `installation` for what is before and beside all of them.
What one command writes in a chain is an act: one row, hashed as the very bytes that
are stored, so a verifier needs no knowledge of this product.
"""

import hashlib
import secrets
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Select, bindparam, insert, literal, select, true, tuple_, union_all

from engine.base.database import one_at_a_time, shared_with_others, sharing
from engine.record.kinds import KINDS
from engine.tables import Act, Chain, Payload, Shown

ACT_FORMAT = b"throughline-act/2\n"
PAYLOAD_FORMAT = b"throughline-payload/2\n"
FIRST = bytes(32)
# Authorities themselves, checkpoints, and what the product did for no one of them.
INSTALLATION = "installation"
SALT_BYTES = 16
READ_AT_ONCE = 20
Role = tuple[Any, ...]
"""A role that somebody held, field by field of `Held` (engine/people/identity.py): ids, and what is true or false."""


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

    `meaning` is the version of what its kind meant then (engine/record/kinds.py). `saw` is how far the chain of the
    authority had come for the command, and `roles` those that whoever acted held; both only in the chain of a case.
    `payload` is None where there was none, and where it is `erased`.
    """

    chain: str
    number: int
    act: int
    at: datetime
    actor: str
    kind: str
    meaning: int
    case: str | None
    instance: str | None
    element: str | None
    occurrence: int | None
    bundle: str | None
    flows: tuple[str, ...]
    payload: Mapping[str, Any] | None
    erased: bool
    saw: int
    roles: tuple[Role, ...]


def case_chain(case: str) -> str:
    return f"case:{case}"


def authority_chain(authority: str) -> str:
    """The chain of what is settled for the whole authority: closure days, limits, roles, publications."""
    return f"authority:{authority}"


def hold_still(connection: Connection, authority: str) -> None:
    """The authority's chain stays where it is until this transaction ends: who adds to it waits."""
    shared_with_others(connection, authority_chain(authority))


def holding_still(dialect: str, authority: ColumnElement[str]) -> tuple[ColumnElement[Any], ...]:
    """As `hold_still`, for a statement that finds the authority: what it selects besides."""
    return sharing(dialect, literal(authority_chain("")) + authority)


def append(
    connection: Connection,
    chain: str,
    actor: str,
    at: datetime,
    facts: Sequence[NewEntry],
    sees: str = "",
    roles: Iterable[Role] = (),
) -> None:
    """Adds one act of these entries to the end of a chain. The caller holds the case's lock, if it is a case's chain.

    `sees` is the chain of which it is noted how far it had come; the caller holds it still. Raises KeyError for a kind
    of entry that is not in the table of kinds.
    """
    if not facts:
        return
    before, previous, saw = _heads(connection, chain, sees)
    number = before + len(facts)
    carried = [fact.payload for fact in facts if fact.payload is not None]
    salt, said = secrets.token_bytes(SALT_BYTES), canonical(carried)
    cases = sorted({case for fact in facts for case in fact.cases_shown})
    body = ACT_FORMAT + canonical(
        _filled(
            actor=actor,
            at=at.astimezone(UTC).isoformat(timespec="microseconds"),
            chain=chain,
            entries=[_entry(fact) for fact in facts],
            number=number,
            payload=hashlib.sha256(PAYLOAD_FORMAT + salt + said).hexdigest() if carried else None,
            previous=previous.hex(),
            roles=[list(role) for role in roles],
            saw=saw if sees else None,
            shown=hashlib.sha256("\n".join(cases).encode()).hexdigest() if cases else None,
        )
    )
    _insert_act(connection, chain, number, at, facts[0].kind, body)
    if carried:
        row = {"chain": chain, "number": number, "salt": salt, "body": packed(said)}
        connection.execute(_INSERT_PAYLOAD, row)
    if not before:
        connection.execute(insert(Chain).values(name=chain))
    if cases:
        _show(connection, chain, number, cases)


def shows(case: str) -> ColumnElement[bool]:
    """Of an act: that it showed this case."""
    its_number = select(Chain.id).where(Chain.name == case_chain(case)).scalar_subquery()
    looking = select(Chain.name, Shown.number).join(Shown, Shown.chain_id == Chain.id)
    return tuple_(Act.chain, Act.number).in_(looking.where(Shown.case_id == its_number))


def canonical(value: object) -> bytes:
    """JSON in UTF-8, keys in order, no spaces: the bytes that are hashed."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def packed(content: bytes) -> bytes:
    """A body or a payload as it is stored: compressed (zlib) where that is shorter. What is not begins with no `x`."""
    return min(content, zlib.compress(content, 9), key=len)


def unpacked(stored: bytes) -> bytes:
    return zlib.decompress(stored) if stored.startswith(b"x") else stored


def lines(connection: Connection, chain: str, kinds: Iterable[str] = ()) -> tuple[RecordedEntry, ...]:
    """A chain from its first entry on, with the payloads; only some kinds of entry where `kinds` names them."""
    wanted = set(kinds)
    statement = (
        select(Act.body, Payload.body.label("payload"))
        .outerjoin(Payload, (Payload.chain == Act.chain) & (Payload.number == Act.number))
        .where(Act.chain == chain)
        .order_by(Act.number)
    )
    if wanted and not chain.startswith("case:"):  # elsewhere each act is one entry
        statement = statement.where(Act.kind.in_(wanted))
    entries = (entry for row in connection.execute(statement) for entry in entries_of(row.body, row.payload))
    return tuple(entry for entry in entries if not wanted or entry.kind in wanted)


def newest_acts(
    connection: Connection, chain: str, kind: str = "", at_once: int = READ_AT_ONCE
) -> Iterator[tuple[RecordedEntry, ...]]:
    """Of a chain from its newest act back, the entries of each; where `kind` is given, acts that begin with it.

    Read `at_once` and no further than is asked for.
    """
    before: ColumnElement[bool] = true()
    while True:
        rows = connection.execute(
            select(Act.number, Act.body, Payload.body.label("payload"))
            .outerjoin(Payload, (Payload.chain == Act.chain) & (Payload.number == Act.number))
            .where(Act.chain == chain, before, *([Act.kind == kind] if kind else []))
            .order_by(Act.number.desc())
            .limit(at_once)
        ).all()
        for row in rows:
            yield tuple(entries_of(row.body, row.payload))
        if len(rows) < at_once:
            return
        before = Act.number < rows[-1].number


def entries_of(body: bytes, payload: bytes | None) -> Iterator[RecordedEntry]:
    """Those of one act, from the bytes that are stored."""
    act = orjson.loads(unpacked(body).removeprefix(ACT_FORMAT))
    carried: Iterator[Any] = iter(() if payload is None else orjson.loads(unpacked(payload)))
    chain: str = act["chain"]
    case = chain.partition(":")[2] if chain.startswith("case:") else None
    at = datetime.fromisoformat(act["at"])
    roles = tuple(tuple(role) for role in act.get("roles", ()))
    first = act["number"] - len(act["entries"]) + 1
    for number, entry in enumerate(act["entries"], start=first):
        carries = entry.get("carries", False)
        yield RecordedEntry(
            chain=chain,
            number=number,
            act=first,
            at=at,
            actor=act["actor"],
            kind=entry["kind"],
            meaning=entry["meaning"],
            case=case,
            instance=entry.get("instance"),
            element=entry.get("element"),
            occurrence=entry.get("occurrence"),
            bundle=entry.get("bundle"),
            flows=tuple(entry.get("flows", ())),
            payload=next(carried, None) if carries else None,
            erased=payload is None and carries,
            saw=act.get("saw", 0),
            roles=roles,
        )


def _newest(chain: str) -> Select[str, int, bytes]:
    newest = select(Act.chain, Act.number, Act.hash).where(Act.chain == bindparam(chain))
    ends = newest.order_by(Act.number.desc()).limit(1).subquery()
    return select(ends.c.chain, ends.c.number, ends.c.hash)


_INSERT_ACT, _INSERT_PAYLOAD = insert(Act), insert(Payload)
_HEAD = _newest("chain")
_HEADS = union_all(_newest("chain"), _newest("sees"))


def _heads(connection: Connection, chain: str, sees: str) -> tuple[int, bytes, int]:
    """The last number of the chain, the hash of its last act, and the last number of the chain that is seen."""
    # Two requests of one person at once would else take the same number; a case is locked already.
    if not chain.startswith("case:"):
        one_at_a_time(connection, chain)
    found = connection.execute(_HEADS if sees else _HEAD, {"chain": chain, "sees": sees} if sees else {"chain": chain})
    heads = {row.chain: row for row in found}
    own, seen = heads.get(chain), heads.get(sees)
    return own.number if own else 0, own.hash if own else FIRST, seen.number if seen else 0


def _entry(fact: NewEntry) -> dict[str, Any]:
    return _filled(
        kind=fact.kind,
        meaning=KINDS[fact.kind].meaning,
        instance=fact.instance,
        element=fact.element,
        occurrence=fact.occurrence,
        bundle=fact.bundle,
        flows=list(fact.flows),
        carries=fact.payload is not None,
    )


def _filled(**fields: Any) -> dict[str, Any]:
    """What is not said takes no room; a number is said, 0 too."""
    return {name: value for name, value in fields.items() if value or type(value) is int}


def _insert_act(connection: Connection, chain: str, number: int, at: datetime, kind: str, body: bytes) -> None:
    if b"\\" in body:
        raise ValueError("an entry holds ids and names of models alone: none has a character that JSON writes with \\")
    digest = hashlib.sha256(body).digest()
    row = {"chain": chain, "number": number, "hash": digest, "body": packed(body), "at": at, "kind": kind}
    connection.execute(_INSERT_ACT, row)


def _show(connection: Connection, chain: str, number: int, cases: Sequence[str]) -> None:
    names = [chain, *(case_chain(case) for case in cases)]
    known = {row.name: row.id for row in connection.execute(select(Chain.name, Chain.id).where(Chain.name.in_(names)))}
    rows = [{"case_id": known[name], "chain_id": known[chain], "number": number} for name in names[1:]]
    connection.execute(insert(Shown), rows)
