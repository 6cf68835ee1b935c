"""A fault at every call of the driver: nothing is left half-done, whoever asked is told, and the next try works."""

from collections.abc import Generator
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.base.database import Database
from engine.base.database_faults import DatabaseUnavailable
from engine.commands.cases import claim
from engine.commands.timers import catch_up
from engine.people.identity import SYSTEM
from engine.record.chain import lines
from engine.tables import Deadline
from tests.amount import LONG, ROUND, random_of
from tests.builders import DAY, HOUR, MONDAY, all_rows, authority, case_at, open_items
from tests.faults.commands_of_every_shape import (
    OTHERS,
    TEN,
    Act,
    Prepared,
    authorising,
    keeping_a_draft,
    referring,
)
from tests.faults.failing_driver import counting

MOST = 1000  # calls of one command: more than any has
# The short run fails at every sixth call, beginning elsewhere for each command, and takes some of the other commands.
STEP = 1 if LONG else 6
CHOSEN = (*TEN, *(OTHERS if LONG else random_of(0).sample(OTHERS, 3)))


def stopped_at(database: Database, act: Act, first: int = 0) -> Generator[int]:
    """Fails as all is to be kept; then at that call and, one after the other, at later ones, until the act comes to its
    end.
    """
    with counting(database) as calls:
        calls.arm(at_commit=True, fault=first)
        with pytest.raises(DatabaseUnavailable):
            act()
        assert calls.failed == "commit"
        calls.arm()
        yield MOST
        for number in range(first, MOST, STEP):
            calls.arm(number, fault=number // STEP + (ROUND or 0))
            try:
                act()
            except DatabaseUnavailable:
                assert calls.failed
            else:
                assert not calls.failed, f"nobody was told of a fault at call {number}: {calls.failed}"
                return
            calls.arm()
            yield number


@pytest.mark.parametrize("prepared", CHOSEN)
def test_a_fault_at_any_call_leaves_nothing_half_done(database: Database, tmp_path: Path, prepared: Prepared) -> None:
    act = prepared(authority(database=database), tmp_path)
    before, tries = all_rows(database=database), 0
    for number in stopped_at(database, act, CHOSEN.index(prepared) % STEP):
        assert all_rows(database=database) == before, f"after {number} calls"
        tries += 1
    assert tries
    assert all_rows(database=database) != before


@pytest.mark.parametrize("prepared", [authorising, referring, keeping_a_draft])
def test_what_was_kept_though_nobody_heard_of_it_is_not_done_twice(
    database: Database, tmp_path: Path, prepared: Prepared
) -> None:
    """The connection is lost when the commit is done; whoever asked asks again."""
    act = prepared(authority(database=database), tmp_path)
    before = all_rows(database=database)
    with counting(database) as calls:
        calls.arm(at_commit=True, too_late=True, fault=1)
        with pytest.raises(DatabaseUnavailable):
            act()
        calls.arm()
        kept = all_rows(database=database)
        act()
    assert kept != before
    assert all_rows(database=database) == kept


def test_an_outage_in_the_midst_of_catching_up_is_caught_up_with(database: Database) -> None:
    """The clocks of a case are one transaction: those that were acted on stay so, the others come with the next try,
    for which a case rests a while.
    """
    at = authority(database=database)
    cases = [case_at(authority=at) for _ in range(3)]
    with counting(database) as calls:
        for number in range(0, MOST, 5 * STEP):
            calls.arm(number, fault=number)
            try:
                catch_up(database, SYSTEM, MONDAY + 90 * DAY + number * HOUR)
            except DatabaseUnavailable:
                continue
            if not calls.failed:
                break
    for case in cases:
        with database.read() as connection:
            entries = lines(connection, f"case:{case}", ["deadline"])
        assert sum((line.payload or {})["what"] == "passed" for line in entries) == 2
        assert [line.number for line in entries] == sorted({line.number for line in entries})


def test_what_comes_of_the_next_try_is_what_would_have_come_of_the_first(database: Database) -> None:
    at = authority(database=database)
    act = authorising(at, None)
    with counting(database) as calls:
        for number in (3, 20, 40):
            calls.arm(number)
            with pytest.raises(DatabaseUnavailable):
                act()
    act()
    with database.read() as connection:
        (clock,) = connection.execute(select(Deadline.case_id).where(Deadline.clock == "assessment")).scalars()
        chain = lines(connection, f"case:{clock}")
    assert [line.number for line in chain] == list(range(1, len(chain) + 1))
    assert [line.element for line in chain if line.kind == "completed"].count("authorise_assessment") == 1
    assert sorted(open_items(database=database, case=clock)) == ["agree_plan", "share_outcome"]


def test_a_command_in_two_transactions_is_found(database: Database) -> None:
    """The planted fault: one half stands when the other fails."""
    at = authority(database=database)
    case = case_at(authority=at)
    items = open_items(database=database, case=case)
    worker = at.actor("social_worker")

    def in_two_halves() -> None:
        claim(database, worker, MONDAY, items["decide_response"].id)
        claim(database, worker, MONDAY, items["clarify_referral"].id)

    before = all_rows(database=database)
    assert any(all_rows(database=database) != before for _ in stopped_at(database, in_two_halves))
