"""Ways to change a record behind the product's back, each at random and each saying where it must be found."""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import delete, insert

from engine.record.chain import ACT_FORMAT, PAYLOAD_FORMAT, canonical, packed, unpacked
from tests.engine.record import tampering_outside as outside
from tests.engine.record.hand import ACT, BUNDLE, CHAIN, FILE, PAYLOAD, PUBLICATION, SHOWN, Hand, place


def flip_body(hand: Hand) -> str:
    row = hand.one(ACT)
    hand.set(ACT, row, body=packed(hand.flipped(unpacked(row.body))))
    return place(row)


def spoil_body(hand: Hand) -> str:
    """A byte of what is stored, compressed or not; the last ones hold bits that mean nothing."""
    row = hand.one(ACT)
    hand.set(ACT, row, body=hand.flipped(row.body[:-5]) + row.body[-5:])
    return place(row)


def flip_hash(hand: Hand) -> str:
    row = hand.one(ACT)
    hand.set(ACT, row, hash=hand.flipped(row.hash))
    return place(row)


def lengthen_body(hand: Hand) -> str:
    row = hand.one(ACT)
    body = unpacked(row.body) + b" "
    hand.set(ACT, row, body=packed(body), hash=hashlib.sha256(body).digest())
    return place(row)


def change_kind(hand: Hand) -> str:
    row = hand.one(ACT)
    hand.set(ACT, row, kind=row.kind + "d")
    return place(row)


def change_time(hand: Hand) -> str:
    row = hand.one(ACT)
    hand.set(ACT, row, at=row.at.replace(microsecond=row.at.microsecond ^ 1))
    return place(row)


def delete_act(hand: Hand) -> str:
    """At the end of a chain nothing is missing inside: the heads outside tell."""
    row = hand.one(ACT)
    hand.remove(ACT, row)
    return row.chain


def cut_tail(hand: Hand) -> str:
    row = hand.one(ACT)
    for table in (ACT, PAYLOAD):
        hand.connection.execute(delete(table).where(table.c.chain == row.chain, table.c.number >= row.number))
    return row.chain


def delete_chain(hand: Hand) -> str:
    chain = hand.one(ACT).chain
    for table in (ACT, PAYLOAD):
        hand.connection.execute(delete(table).where(table.c.chain == chain))
    return chain


def exchange_acts(hand: Hand) -> str:
    one, other = hand.two(ACT)
    for to, of in ((one, other), (other, one)):
        hand.set(ACT, to, body=of.body, hash=of.hash, at=of.at, kind=of.kind)
    return place(one)


def renumber(hand: Hand) -> str:
    """One act goes to the end of its chain."""
    row = hand.one(ACT)
    last = max(one.number for one in hand.rows(ACT) if one.chain == row.chain)
    hand.set(ACT, row, number=last + hand.random.randint(1, 3))
    return row.chain


def move_to_another_chain(hand: Hand) -> str:
    row, other = hand.two(ACT)
    last = max(one.number for one in hand.rows(ACT) if one.chain == other.chain)
    hand.set(ACT, row, chain=other.chain, number=last + 1)
    return other.chain


def insert_act(hand: Hand) -> str:
    """Between two others, whose numbers make room; nothing is hashed anew."""
    row = hand.one(ACT)
    later = [one for one in hand.rows(ACT) if one.chain == row.chain and one.number >= row.number]
    for one in reversed(later):
        hand.set(ACT, one, number=one.number + 1)
    hand.connection.execute(insert(ACT).values(**row._mapping))
    return row.chain


def write_anew(hand: Hand) -> str:
    """The whole chain from one act on, with hashes that agree and payloads that fit: whole by itself."""
    row = hand.one(ACT)
    invented = {"element": "invented", "kind": row.kind, "meaning": 1}
    _write_on(hand, row, {"entries": [invented] * len(_said(row)["entries"])})
    return row.chain


def merge_acts(hand: Hand) -> str:
    """The last acts of a chain written anew as one that goes on past their end: no act ends where one was stated."""
    last = hand.random.choice([row for row in hand.rows(CHAIN) if _length(hand, row.name) > 1])
    merged = [one for one in hand.rows(ACT) if one.chain == last.name][-3:]
    entries = [entry for one in merged for entry in _said(one)["entries"]]
    invented = {"kind": "invented", "meaning": 1}
    lists = [json.loads(unpacked(one.body)) for one in hand.rows(PAYLOAD) if _is_of(one, merged)]
    body = canonical([carried for of_act in lists for carried in of_act])
    payload = {"payload": hashlib.sha256(PAYLOAD_FORMAT + bytes(16) + body).hexdigest()}
    act = {**_said(merged[0]), "entries": [*entries, invented], "number": merged[-1].number + 1}
    written = ACT_FORMAT + canonical({**act, **(payload if lists else {})})
    for table in (ACT, PAYLOAD):
        of_chain = table.c.chain == last.name
        hand.connection.execute(delete(table).where(of_chain, table.c.number >= merged[0].number))
    values = {"chain": last.name, "number": act["number"]}
    sealed = {"hash": hashlib.sha256(written).digest(), "body": packed(written)}
    hand.connection.execute(insert(ACT).values(**values, **sealed, at=merged[0].at, kind=merged[0].kind))
    if lists:
        hand.connection.execute(insert(PAYLOAD).values(**values, salt=bytes(16), body=packed(body)))
    return f"{last.name} {merged[-1].number}: no act ends here"


def _length(hand: Hand, chain: str) -> int:
    return sum(one.chain == chain for one in hand.rows(ACT))


def _is_of(row: Any, acts: list[Any]) -> bool:
    return row.chain == acts[0].chain and row.number in [one.number for one in acts]


def write_answers_anew(hand: Hand) -> str:
    """Other answers under a salt of their own, and the chain written anew to fit them."""
    row = hand.one(PAYLOAD)
    body = canonical([{"invented": hand.random.random()}])
    hand.set(PAYLOAD, row, body=body)
    _write_on(hand, row, {"payload": hashlib.sha256(PAYLOAD_FORMAT + row.salt + body).hexdigest()})
    return row.chain


def _write_on(hand: Hand, row: Any, changes: dict[str, Any]) -> None:
    chain = [one for one in hand.rows(ACT) if one.chain == row.chain and one.number >= row.number]
    previous = _said(chain[0])["previous"]
    for one in chain:
        changed = changes if one.number == row.number else {}
        body = ACT_FORMAT + canonical({**_said(one), **changed, "previous": previous})
        previous = hashlib.sha256(body).hexdigest()
        hand.set(ACT, one, body=packed(body), hash=bytes.fromhex(previous))


def _said(row: Any) -> dict[str, Any]:
    return json.loads(unpacked(row.body).partition(b"\n")[2])


def flip_payload(hand: Hand) -> str:
    row = hand.one(PAYLOAD)
    body = packed(hand.flipped(unpacked(row.body)))
    hand.set(PAYLOAD, row, **hand.random.choice(({"salt": hand.flipped(row.salt)}, {"body": body})))
    return place(row)


def exchange_payloads(hand: Hand) -> str:
    one, other = hand.two(PAYLOAD)
    hand.set(PAYLOAD, one, salt=other.salt, body=other.body)
    hand.set(PAYLOAD, other, salt=one.salt, body=one.body)
    return place(one)


def copy_payload(hand: Hand) -> str:
    one, other = hand.two(PAYLOAD)
    hand.set(PAYLOAD, one, salt=other.salt, body=other.body)
    return place(one)


def delete_payload(hand: Hand) -> str:
    row = hand.one(PAYLOAD)
    hand.remove(PAYLOAD, row)
    return place(row)


def add_payload(hand: Hand) -> str:
    carried = {place(row) for row in hand.rows(PAYLOAD)}
    row = hand.random.choice([row for row in hand.rows(ACT) if place(row) not in carried])
    number = row.number + hand.random.choice((0, 1000))
    values = {"chain": row.chain, "number": number, "salt": bytes(16), "body": b"[]"}
    hand.connection.execute(insert(PAYLOAD).values(values))
    return f"{row.chain} {number}"


def delete_shown(hand: Hand) -> str:
    row = hand.one(SHOWN)
    hand.remove(SHOWN, row)
    return f"{hand.chain_of(row)} {row.number}"


def add_shown(hand: Hand) -> str:
    row = hand.one(SHOWN)
    number = row.number + 1000
    values = {"case_id": row.case_id, "chain_id": row.chain_id, "number": number}
    hand.connection.execute(insert(SHOWN).values(values))
    return f"{hand.chain_of(row)} {number}"


def rename_chain(hand: Hand) -> str:
    row = hand.one(CHAIN)
    hand.set(CHAIN, row, name="case:invented")
    return row.name


def flip_model(hand: Hand) -> str:
    row = hand.one(FILE)
    hand.set(FILE, row, content=hand.flipped(row.content))
    return row.path


def rename_model(hand: Hand) -> str:
    row = hand.one(FILE)
    hand.set(FILE, row, path=f"{row.path}.old")
    return row.path


def delete_model(hand: Hand) -> str:
    row = hand.one(FILE)
    hand.remove(FILE, row)
    return row.path


def add_model(hand: Hand) -> str:
    values = {"bundle_hash": hand.one(BUNDLE).hash, "path": "forms/invented.json", "content": b"{}"}
    hand.connection.execute(insert(FILE).values(values))
    return "forms/invented.json"


def add_bundle(hand: Hand) -> str:
    invented = "f" * 64
    hand.connection.execute(insert(BUNDLE).values(hash=invented, added_at=hand.one(BUNDLE).added_at))
    return f"bundle {invented}: "


def change_publication(hand: Hand) -> str:
    row = hand.one(PUBLICATION)
    values = {"number": 1000, "published_by": "invented", "shipped": not row.shipped, "reason": "invented"}
    column = hand.random.choice([*values, "published_at", "in_force_from"])
    hand.set(PUBLICATION, row, **{column: values.get(column, row.published_at.replace(year=2001))})
    return f"publication {row.number}"


WAYS: Mapping[str, Callable[[Hand], str]] = {
    way.__name__: way
    for way in (
        flip_body, spoil_body, flip_hash, lengthen_body, change_kind, change_time, delete_act, cut_tail, delete_chain,
        exchange_acts, renumber, move_to_another_chain, insert_act, write_anew, merge_acts, write_answers_anew,
        flip_payload, exchange_payloads, copy_payload, delete_payload, add_payload, delete_shown, add_shown,
        rename_chain, flip_model, rename_model, delete_model, add_model, change_publication,
        add_bundle, outside.flip_checkpoint, outside.delete_checkpoint, outside.change_checkpoint_time,
        outside.flip_file, outside.delete_file, outside.exchange_files, outside.flip_key, outside.change_log,
        outside.flip_both, outside.empty_folder, outside.spoil_told, outside.spoil_file, outside.spoil_key,
        outside.lengthen_log, outside.spoil_seal, outside.add_far_file,
    )
}  # fmt: skip
