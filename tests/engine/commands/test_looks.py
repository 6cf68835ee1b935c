"""Looking is an act: first it is recorded, then the page is answered; without the entry there is no page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Connection, select

from engine.base.database import Database
from engine.base.database_faults import DatabaseUnavailable
from engine.base.errors import NotAllowed, NotFound
from engine.commands import looks
from engine.commands.looks import look
from engine.people.identity import PUBLIC, Actor
from engine.people.who_knows import must_know
from engine.record import chain
from engine.record.chain import case_chain, lines
from engine.tables import Alarm, Chain, Shown
from tests.builders import HOUR, MONDAY, all_rows, authority, case_at


@dataclass(frozen=True)
class Page:
    cases_shown: tuple[str, ...]
    text: str = "What stands there"


def one_case(connection: Connection, actor: Actor, _now: datetime, case: str, *, text: str = "") -> Page:
    must_know(connection, actor, case)
    return Page((case,), text)


def list_of(_connection: Connection, _actor: Actor, _now: datetime, *cases: str) -> Page:
    return Page(cases)


def test_a_look_is_an_entry_of_the_looker_that_names_the_case(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at)
    auditor = at.actor("auditor")
    with database.read() as connection:
        before = lines(connection, case_chain(case))
    assert look(database, auditor, MONDAY + HOUR, "case", one_case, case, text="Hello") == Page((case,), "Hello")
    with database.read() as connection:
        (entry,) = lines(connection, auditor.chain)
        assert shown(connection) == [(case_chain(case), auditor.chain, 1)]
        assert lines(connection, case_chain(case)) == before
    assert (entry.kind, entry.actor, entry.at) == ("viewed", "auditor.1", MONDAY + HOUR)
    assert entry.payload == {"page": "case"}


def shown(connection: Connection) -> list[tuple[str, str, int]]:
    """The chains of the cases that were looked at, and the acts of looking."""
    names = {row.id: row.name for row in connection.execute(select(Chain.id, Chain.name))}
    rows = connection.execute(select(Shown.case_id, Shown.chain_id, Shown.number))
    return [(names[row.case_id], names[row.chain_id], row.number) for row in rows]


def test_one_look_at_a_list_is_one_entry_with_every_case_once(database: Database) -> None:
    at = authority(database=database)
    cases = [case_at(authority=at) for _ in range(3)]
    auditor = at.actor("auditor")
    look(database, auditor, MONDAY, "inbox", list_of, *cases, cases[0])
    with database.read() as connection:
        assert len(lines(connection, auditor.chain)) == 1
        assert {case for case, _, _ in shown(connection)} == {case_chain(case) for case in cases}


def test_a_page_that_shows_no_case_is_a_look_all_the_same(database: Database) -> None:
    auditor = authority(database=database).actor("auditor")
    look(database, auditor, MONDAY, "empty inbox", list_of)
    with database.read() as connection:
        assert [line.payload for line in lines(connection, auditor.chain)] == [{"page": "empty inbox"}]


def test_a_look_at_what_one_may_not_know_is_refused_and_remembered_without_the_case(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at)
    teacher = at.actor("education_practitioner")
    with pytest.raises(NotFound):
        look(database, teacher, MONDAY, "case", one_case, case)
    with database.read() as connection:
        (entry,) = lines(connection, teacher.chain)
        assert shown(connection) == []
    assert entry.kind == "refused"
    assert case not in repr(entry)


@pytest.mark.parametrize("broken", ["append", "insert"])
def test_no_entry_no_page(database: Database, broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever keeps the entry from being written keeps the page from being answered."""
    at = authority(database=database)
    case = case_at(authority=at)
    before = all_rows(database=database)

    def fails(*_: Any, **__: Any) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(looks if broken == "append" else chain, broken, fails)
    with pytest.raises(OSError, match="disk"):
        look(database, at.actor("auditor"), MONDAY, "case", one_case, case)
    monkeypatch.undo()
    assert all_rows(database=database) == before


def writes_nothing(*_: Any) -> None:
    """In place of engine.record.chain.append."""


def test_a_page_that_is_answered_without_an_entry_is_found(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted fault."""
    at = authority(database=database)
    case = case_at(authority=at)
    auditor = at.actor("auditor")
    monkeypatch.setattr(looks, "append", writes_nothing)
    look(database, auditor, MONDAY, "case", one_case, case)
    with database.read() as connection:
        assert lines(connection, auditor.chain) == ()


def test_without_an_account_there_is_nobody_to_remember(database: Database) -> None:
    case = case_at(authority=authority(database=database))
    with pytest.raises(NotAllowed):
        look(database, PUBLIC, MONDAY, "case", one_case, case)


def test_whoever_saves_waits_for_no_reader(database: Database) -> None:
    """SQLite lets one write at a time: while a page is read, somebody else can; in a transaction they could not."""
    at = authority(database=database)
    case = case_at(authority=at)
    impatient = Database(database.url.render_as_string(hide_password=False), lock_seconds=0)

    def while_somebody_saves(connection: Connection, actor: Actor, now: datetime) -> Page:
        read = one_case(connection, actor, now, case)
        look(impatient, at.actor("auditor", number=2), MONDAY, "inbox", list_of)
        return read

    try:
        look(database, at.actor("auditor"), MONDAY, "cases", while_somebody_saves)
        if database.url.get_backend_name() == "sqlite":
            with database.transaction() as connection, pytest.raises(DatabaseUnavailable, match="lock"):
                while_somebody_saves(connection, at.actor("auditor"), MONDAY)
    finally:
        impatient.dispose()


def test_a_case_that_is_opened_is_shown_as_it_is_then(database: Database) -> None:
    """Its alarm has ended with the look; an alarm that is raised between reading and recording is never passed over."""
    at = authority(database=database)
    case = case_at(authority=at, immediate_danger="yes")
    standing = select(Alarm.id).where(Alarm.case_id == case, Alarm.ended_at.is_(None))
    seen: list[bool] = []

    def alarmed(connection: Connection, _actor: Actor, _now: datetime, _case: str) -> Page:
        seen.append(connection.execute(standing).first() is not None)
        return Page((case,), "an alarm stands" if seen[-1] else "no alarm")

    assert look(database, at.actor("social_worker"), MONDAY + HOUR, "case", alarmed, case).text == "no alarm"
    assert look(database, at.actor("social_worker"), MONDAY + HOUR, "case", alarmed, case).text == "no alarm"
    assert seen == [True, False, False]
