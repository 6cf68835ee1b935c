"""Whatever is changed behind the product's back is found, and named where it was changed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from engine.base.database import Database
from engine.commands.cases import claim
from engine.commands.checkpointing import keep_outside, take
from engine.commands.looks import look
from engine.reads.case.case_page import case as read_case
from engine.record import verifier
from engine.record.chain import NewEntry, append, authority_chain
from engine.record.checkpoints import HeadsLog, SigningKey, source
from engine.record.verifier import Fault, verify
from engine.tables import Act, BundleFile, Table
from tests.amount import seeds
from tests.builders import HERE, HOUR, MONDAY, authority, case_at, do, open_items
from tests.engine.record.hand import KEPT, Hand, take_triggers_away
from tests.engine.record.tampering import WAYS

MINUTE = timedelta(minutes=1)
TRIES = {"sqlite": 24, "postgresql": 6}
TRIES_IN_A_ROUND = 250


@dataclass
class Kept:
    """A record with two cases, looks at them, several checkpoints and the log of heads; the folder with these."""

    database: Database
    place: Path


@pytest.fixture
def kept(database: Database, tmp_path: Path) -> Kept:
    place, key = tmp_path / "checkpoints", SigningKey(tmp_path / "key.pem")
    log = HeadsLog(place, key)
    at = authority(database=database)
    first, second = case_at(authority=at, point="agreed"), case_at(authority=at, point="accepted")
    claim(database, at.actor("social_worker"), MONDAY, open_items(database=database, case=second)["inform_family"].id)
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


def missed(kept: Kept, tries: Sequence[int], ways: Iterable[str] = WAYS) -> list[str]:
    """Every change that is not found, or not named with its place."""
    amiss: list[str] = []
    for way in ways:
        for number in tries:
            where, found = changed(kept, way, number)
            if not any(where in f"{fault.where}: {fault.what}" for fault in found):
                amiss.append(f"{way} {number}: {where}: {found[:3]}")
    return amiss


def test_a_record_that_nobody_changed_has_no_fault(kept: Kept) -> None:
    assert faults(kept) == []


def test_every_change_is_found_and_named(kept: Kept) -> None:
    """A thousand random ones on SQLite and hundreds on PostgreSQL; thousands on each in the long run."""
    tries = seeds(TRIES[kept.database.url.get_backend_name()], TRIES_IN_A_ROUND)
    assert len(tries) * len(WAYS) > 250
    assert missed(kept, tries) == []


LEFT_OUT = {
    "check_tables": "delete_shown",
    "compare": "write_anew",
    "changed_files": "flip_model",
    "check_unsealed": "spoil_seal",
    "end": "cut_tail",
    "name_exchanged": "flip_payload",
    "passed_over": "merge_acts",
}


def nothing(*_: object) -> tuple[str, ...]:
    return ()


def test_a_verifier_that_does_not_look_is_found(kept: Kept) -> None:
    """The planted faults: each part that is left out lets something through, and the battery says what."""
    for part, lets_through in LEFT_OUT.items():
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(verifier, part, nothing)
            assert missed(kept, range(2), (lets_through,)) != [], part


SAID = {
    "flip_body": "its body was changed",
    "flip_hash": "its hash was changed",
    "change_kind": "and the copy beside it says",
    "change_time": "its time is",
    "flip_payload": "its payload was changed",
    "exchange_payloads": "holds the payload of",
    "delete_payload": "its payload is missing",
    "delete_chain": "is gone: ",
    "cut_tail": "says that it has",
    "exchange_acts": "holds what was written as",
    "write_anew": "saw: it or one before it was changed",
    "merge_acts": "says that one did: it or one before it was written anew or removed",
    "add_shown": "the cases that it showed are not those that it names",
    "delete_shown": "the cases that it showed are not those that it names",
    "rename_chain": "is in one of the tables chain and act alone",
    "add_model": "forms/invented.json was changed, removed or added",
    "change_publication": "its row says something else than the record",
    "delete_checkpoint": "is missing in the database",
    "delete_file": "is missing in the folder",
    "flip_file": "says one thing in the database and another in the folder",
    "flip_key": "is not the key of this name",
    "empty_folder": "and none of them is in the folder",
    "change_checkpoint_time": "the time beside it is ",
    "add_bundle": "is in one of the tables bundle and bundle_file alone",
}


def test_what_was_done_is_said(kept: Kept) -> None:
    unsaid: list[str] = []
    for way, words in SAID.items():
        for number in range(3):
            found = changed(kept, way, number)[1]
            unsaid += [] if any(words in fault.what for fault in found) else [f"{way}: {found[:3]}"]
    assert unsaid == []


def test_an_entry_that_is_missing_is_named_by_its_number(kept: Kept) -> None:
    with kept.database.transaction() as connection:
        take_triggers_away(connection)
        of_case = Act.chain.startswith("case:")
        first, second, third = connection.execute(
            select(Act.chain, Act.number).where(of_case).order_by(Act.chain, Act.number).limit(3)
        ).all()
        connection.execute(delete(Act).where(Act.chain == second.chain, Act.number == second.number))
    said = [fault.what for fault in faults(kept) if fault.where == f"{third.chain} {third.number}"]
    missing = f"{first.number + 1} to {second.number}" if second.number > first.number + 1 else f"{second.number}"
    assert any(f" {missing}, which w" in what and what.endswith("missing") for what in said)


def test_what_is_added_after_the_newest_head_is_whole_by_itself(kept: Kept) -> None:
    """What the document says that nobody can find: only heads kept outside hold the end of a chain."""
    with kept.database.transaction() as connection:
        append(
            connection,
            authority_chain(HERE),
            "administrator.1",
            MONDAY,
            [NewEntry("role_given", payload={"role": "invented"})],
        )
    assert faults(kept) == []


STATEMENTS = {
    "update": "UPDATE {table} SET {column} = {column}",
    "delete": "DELETE FROM {table}",
    "insert or replace": "INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
    "truncate": "TRUNCATE {table} CASCADE",
}
NOT_KNOWN_BY = {"insert or replace": "postgresql", "truncate": "sqlite"}


def test_the_database_refuses_every_change(kept: Kept) -> None:
    """Of erased spans there are none here: tests/engine/commands/test_erasing.py."""
    tables = [table for table in KEPT if table != "erased_span"]
    for statement, words in STATEMENTS.items():
        for table in tables if NOT_KNOWN_BY.get(statement) != kept.database.url.get_backend_name() else ():
            column = {"bundle": "hash", "chain": "name"}.get(table) or next(
                iter(Table.metadata.tables[table].primary_key)
            ).name
            with (
                pytest.raises(DBAPIError, match=r"only ever added to|two people"),
                kept.database.engine.begin() as connection,
            ):
                connection.execute(text(words.format(table=table, column=column)))
    assert faults(kept) == []


def test_without_its_triggers_the_database_takes_them(kept: Kept) -> None:
    """The planted fault: the tests above see the triggers, not something else that refuses."""
    with kept.database.engine.connect() as connection, connection.begin() as transaction:
        take_triggers_away(connection)
        assert connection.execute(delete(Act)).rowcount > 20
        transaction.rollback()


def test_what_cannot_be_read_is_one_fault_and_the_rest_is_checked(kept: Kept) -> None:
    """A page of the file is spoiled: a text is none any more. Only SQLite lets such a thing lie."""
    if kept.database.url.get_backend_name() != "sqlite":
        return
    with kept.database.transaction() as connection:
        take_triggers_away(connection)
        chain, number = connection.execute(select(Act.chain, Act.number).where(Act.kind == "taken")).one()
        connection.execute(update(Act).where(Act.chain == chain, Act.number == number).values(hash=bytes(32)))
        spoiled = text("UPDATE bundle_file SET path = CAST(x'ff2e6a736f6e' AS TEXT) WHERE path = :path")
        connection.execute(spoiled, {"path": "processes/messages.csv"})
        bundle = connection.scalar(select(BundleFile.bundle_hash).limit(1))
    found = {fault.where: fault.what for fault in faults(kept)}
    assert found[f"bundle_file {bundle} \ufffd.json"] == "cannot be read: it was changed, or its page is spoiled"
    assert found[f"{chain} {number}"] == "its hash was changed"


def test_a_table_that_breaks_off_is_a_fault(kept: Kept) -> None:
    with kept.database.read() as connection:
        record = source(connection, kept.place)

        def broken() -> Iterator[tuple[Any, ...]]:
            yield next(iter(record.acts))
            raise OSError("disk I/O error")

        found = verify(replace(record, acts=broken()))
    assert any("cannot be read, nor what follows there: disk I/O error" in fault.what for fault in found.faults)
