"""The record as those see it who oversee: which checkpoints there are, and what the newest verification found."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, select

from engine.base.errors import NotFound
from engine.people.identity import OVERSIGHT, Actor
from engine.people.who_may import must_hold
from engine.record.chain import RecordedEntry, authority_chain, newest_acts
from engine.record.checkpoints import said
from engine.tables import Account, Checkpoint

LISTED = 50
LARGEST_NUMBER = 2**31 - 1
"""No database can even be asked for a checkpoint beyond it."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A checkpoint. `complete`: it names the heads of all chains, and can be checked by itself."""

    number: int
    at: datetime
    entries: int
    chains: int
    complete: bool
    key: str


@dataclass(frozen=True, slots=True)
class Verification:
    """`first` are the first faults, as (where, what), and `declared` the backups that were put back, in words."""

    at: datetime
    by: str
    counts: Mapping[str, int]
    faults: int
    first: tuple[tuple[str, str], ...]
    declared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """The newest checkpoints, the newest first, and the newest verification if there was one."""

    checkpoints: tuple[Statement, ...]
    verification: Verification | None
    cases_shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class File:
    """A checkpoint as it lies in the folder outside the database."""

    content: bytes
    cases_shown: tuple[str, ...] = ()


def record(connection: Connection, actor: Actor, _now: datetime) -> Record:
    """Raises NotAllowed for anybody who does not oversee."""
    must_hold(actor, OVERSIGHT)
    rows = connection.execute(select(Checkpoint.__table__).order_by(Checkpoint.number.desc()).limit(LISTED))
    verified = next(newest_acts(connection, authority_chain(actor.within), "verified", at_once=1), ())
    return Record(
        checkpoints=tuple(_statement(row.at, row.content) for row in rows),
        verification=_verification(connection, verified[-1]) if verified else None,
    )


def checkpoint_file(connection: Connection, actor: Actor, _now: datetime, number: int) -> File:
    """Raises NotAllowed for anybody who does not oversee, and NotFound where there is none of that number."""
    must_hold(actor, OVERSIGHT)
    if number > LARGEST_NUMBER:
        raise NotFound
    content = connection.scalar(select(Checkpoint.content).where(Checkpoint.number == number))
    if content is None:
        raise NotFound
    return File(content)


def _statement(at: datetime, content: bytes) -> Statement:
    file = orjson.loads(content)
    stated = said(file)
    return Statement(stated["number"], at, stated["entries"], stated["chains"], stated["complete"], file["key"])


def _verification(connection: Connection, line: RecordedEntry) -> Verification:
    payload: Mapping[str, Any] = line.payload or {}
    name = connection.scalar(select(Account.name).where(Account.id == line.actor))
    first = tuple((where, what) for where, what in payload["first"])
    declared = tuple(payload.get("declared", ()))
    return Verification(line.at, name or line.actor, payload["counts"], payload["faults"], first, declared)
