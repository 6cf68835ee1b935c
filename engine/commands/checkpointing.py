"""Taking a checkpoint, on demand and every hour, and having the record verified."""

from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import Connection, insert, select

from engine.base.database import Database, one_at_a_time
from engine.base.errors import NotPossible, RefusalCode
from engine.base.record_guards import faults_of_guards
from engine.facts.right_time import doubted
from engine.people.command import CommandRight, Work, command
from engine.people.identity import OVERSIGHT, SYSTEM, Actor
from engine.people.who_may import must_hold
from engine.record import checkpoints
from engine.record.chain import INSTALLATION, NewEntry, append, authority_chain
from engine.record.checkpoints import COMPLETE_EVERY, OVERLAP, HeadsLog, SigningKey
from engine.record.verifier import Found, told_of, verify
from engine.tables import Checkpoint, NamedRow

EVERY = timedelta(hours=1)
# In the entry about a verification; more would help nobody, and verify names them all.
FAULTS_NOTED = 50

log = structlog.get_logger()


def take(database: Database, actor: Actor, now: datetime, key: SigningKey, place: Path) -> int:
    """A checkpoint that names all heads, laid in the folder `place`. Gives its number.

    Raises NotPossible where the folder cannot be written; the checkpoint is then made, and goes there when it can.
    """
    number = take_checkpoint(database, actor, now, key)
    try:
        with database.snapshot() as connection:
            checkpoints.lay_out(connection, place, key)
    except OSError as error:
        raise NotPossible(
            f"Checkpoint {number} is made, but cannot be kept outside: {error.strerror}.",
            code=RefusalCode.NOT_KEPT_OUTSIDE,
        ) from None
    return number


@command(may=CommandRight.OVERSIGHT)
def take_checkpoint(work: Work, key: SigningKey, *, hourly: bool = False) -> int:
    """Into the database; `lay_out` then writes it into the folder. Gives its number.

    `hourly`: only where the newest is an hour old, or of a clock that was ahead, and of the heads that have moved
    since; else of all of them.
    """
    connection = work.connection
    one_at_a_time(connection, "checkpoint")
    newest = newest_checkpoint(connection)
    if hourly and newest and timedelta() <= work.now - newest.at < EVERY:
        return newest.number
    number, previous = (newest.number + 1, newest.content) if newest else (1, None)
    before = {} if not hourly or number % COMPLETE_EVERY == 1 else checkpoints.stated(connection)
    since = min(newest.at, work.now) - OVERLAP if before and newest else None
    heads = {**before, **checkpoints.heads(connection, since)}
    keep_checkpoint(work, number, checkpoints.checkpoint(number, work.now, previous, heads, before, key))
    return number


def newest_checkpoint(connection: Connection) -> NamedRow | None:
    """With `number`, `at` and `content`."""
    newest = select(Checkpoint.number, Checkpoint.at, Checkpoint.content).order_by(Checkpoint.number.desc()).limit(1)
    return connection.execute(newest).one_or_none()


def keep_checkpoint(work: Work, number: int, content: bytes) -> None:
    work.connection.execute(insert(Checkpoint).values(number=number, at=work.now, content=content))
    payload = {"number": number, "digest": sha256(content).hexdigest()}
    append(work.connection, INSTALLATION, work.actor.signature, work.now, [NewEntry("checkpoint", payload=payload)])


def keep_outside(database: Database, now: datetime, key: SigningKey, place: Path, heads: HeadsLog) -> None:
    """What the clock does every minute: notes the heads outside the database; a checkpoint where an hour has gone by,
    unless the time may be wrong.

    A folder that cannot be written is told in the log of the server, and tried again a minute later.
    """
    try:
        with database.snapshot() as connection:
            heads.note(connection, now)
            if doubted(connection, now):
                return
        take_checkpoint(database, SYSTEM, now, key, hourly=True)
        with database.snapshot() as connection:
            checkpoints.lay_out(connection, place, key)
    except OSError as error:
        log.error(
            "the heads of the record could not be written outside the database", folder=str(place), why=str(error)
        )


def verify_record(database: Database, actor: Actor, now: datetime, place: Path) -> Found:
    """Checks everything, and notes what came of it. Not a command: checking must hold up nobody who writes."""
    if not actor.is_system:
        must_hold(actor, OVERSIGHT)
    found = checked(database, place)
    note_verification(database, actor, now, found)
    return found


def checked(database: Database, place: Path) -> Found:
    """What is wrong with the record, and with what holds off changes to it where the tables are of this version.
    Raises OSError where the folder cannot be read.
    """
    with database.read() as connection:
        found = verify(checkpoints.source(connection, place))
    if database.is_upgraded():
        for where, what in faults_of_guards(database):
            found.add(where, what)
    return found


@command(may=CommandRight.OVERSIGHT)
def note_verification(work: Work, found: Found) -> None:
    payload: dict[str, Any] = {
        "counts": dict(found.counts),
        "faults": len(found.faults),
        "first": [[fault.where, fault.what] for fault in found.faults[:FAULTS_NOTED]],
        "declared": [told_of(one) for one in found.restorations],
    }
    # Whoever oversees an authority has it in that authority's chain; what the product found by itself is for all.
    chain = authority_chain(work.actor.authority) if work.actor.authority else INSTALLATION
    append(work.connection, chain, work.actor.signature, work.now, [NewEntry("verified", payload=payload)])
