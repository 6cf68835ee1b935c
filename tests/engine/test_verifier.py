"""Whatever is changed behind the product's back is found, and named where it was changed."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from engine import verifier
from engine.checkpoints import HeadsLog, SigningKey, source
from engine.commands.checkpoints import keep_outside, take
from engine.commands.looks import look
from engine.database import Database
from engine.reads.case import case as read_case
from engine.verifier import Fault, verify
from tests.builders import HOUR, MONDAY, authority, case_at, do
from tests.engine.tampering import WAYS, Hand, take_triggers_away

MINUTE = timedelta(minutes=1)
TRIES = {"sqlite": 60, "postgresql": 30}
TRIES_IN_THE_LONG_RUN = 1000


@dataclass
class Kept:
    """A record with two cases, looks at them, several checkpoints and the log of heads; the folder with these."""

    database: Database
    place: Path


@pytest.fixture
def kept(database: Database, tmp_path: Path) -> Kept:
    place, key = tmp_path / "checkpoints", SigningKey(tmp_path / "key.pem")
    log = HeadsLog(place)
    at = authority(database=database)
    first, second = case_at(authority=at, point="agreed"), case_at(authority=at, point="accepted")
    keep_outside(database, MONDAY, key, place, log)
    for number, case in enumerate((first, second, first)):
        look(database, at.actor("auditor"), MONDAY, "case", read_case, case)
        keep_outside(database, MONDAY + number * HOUR + MINUTE, key, place, log)
    take(database, at.actor("auditor"), MONDAY + 4 * HOUR, key, place)
    do(authority=at, case=first, task="review_plan", progress="close", now=MONDAY + 5 * HOUR)
    keep_outside(database, MONDAY + 6 * HOUR, key, place, log)
    keep_outside(database, MONDAY + 6 * HOUR + MINUTE, key, place, log)
    return Kept(database, place)


def faults(kept: Kept) -> list[Fault]:
    with kept.database.read() as connection:
        return verify(source(connection, kept.place)).faults


def changed(kept: Kept, way: str, number: int) -> tuple[str, list[Fault]]:
    """What was changed, and what is found then. Rolled back, so that the next change meets the same record."""
    with kept.database.engine.connect() as connection, connection.begin() as transaction:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        take_triggers_away(connection)
        hand = Hand(connection, verifier.folder(kept.place), Random(f"{way} {number}"))  # noqa: S311 (to be repeated)
        where = WAYS[way](hand)
        record = source(connection, kept.place)
        record.outside = hand.outside
        found = verify(record).faults
        transaction.rollback()
    return where, found


def missed(kept: Kept, tries: int) -> list[str]:
    """Every change that is not found, or not named with its place."""
    amiss: list[str] = []
    for way in WAYS:
        for number in range(tries):
            where, found = changed(kept, way, number)
            if not any(where in f"{fault.where}: {fault.what}" for fault in found):
                amiss.append(f"{way} {number}: {where}: {found[:3]}")
    return amiss


def test_a_record_that_nobody_changed_has_no_fault(kept: Kept) -> None:
    assert faults(kept) == []


def test_every_change_is_found_and_named(kept: Kept, long_run: bool) -> None:
    """Thousands of random ones on both databases."""
    tries = TRIES_IN_THE_LONG_RUN if long_run else TRIES[kept.database.url.get_backend_name()]
    assert tries * len(WAYS) > 1000
    assert missed(kept, tries) == []
