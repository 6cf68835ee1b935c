"""How many bytes the database grows by. Bytes do not depend on the machine, so the limits are held."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from engine.base.database import Database
from engine.commands.looks import look
from engine.reads.lists.case_list import cases
from engine.record import chain
from tests.builders import MONDAY, authority, child, refer
from tests.engine.commands.pathway import planned
from tests.engine.commands.test_twenty_reviews import a_half_year

CYCLES = 10
CYCLE, LOOK = 40_000, 2_000
LISTED, LOOKS = 50, 60


@pytest.fixture
def file(tmp_path: Path, sqlite_template: Path) -> Path:
    path = tmp_path / "throughline.db"
    path.write_bytes(sqlite_template.read_bytes())
    return path


def size(file: Path) -> int:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return file.stat().st_size


def growth(file: Path, times: int, act: Callable[[int], object]) -> float:
    """Of one time, on average."""
    before = size(file)
    for number in range(times):
        act(number)
    return (size(file) - before) / times


def of_a_cycle(file: Path) -> float:
    """A visit, a core group and a review of a plan: eight tasks."""
    database = Database(f"sqlite:///{file}")
    world = authority(database=database)
    case = planned(authority=world, children=[child(born="2026-01-05")])
    a_half_year(world, case, 1)
    grown = growth(file, CYCLES, lambda number: a_half_year(world, case, number + 2))
    database.dispose()
    return grown


def of_a_look(file: Path) -> float:
    """At a list of fifty cases."""
    database = Database(f"sqlite:///{file}")
    world = authority(database=database)
    for _ in range(LISTED):
        refer(authority=world)
    manager = world.actor("team_manager")
    assert len(look(database, manager, MONDAY, "cases", cases).cases_shown) == LISTED
    grown = growth(file, LOOKS, lambda _: look(database, manager, MONDAY, "cases", cases))
    database.dispose()
    return grown


def test_a_cycle_of_eight_tasks(file: Path) -> None:
    assert of_a_cycle(file) < CYCLE


def test_a_look_at_a_list(file: Path) -> None:
    assert of_a_look(file) < LOOK


def test_a_record_that_is_not_compressed_is_seen(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted fault."""
    monkeypatch.setattr(chain, "packed", bytes)
    assert of_a_cycle(file) > CYCLE
