"""The power is cut at any moment: what was acknowledged is there, whole, and nothing is half done (SQLite)."""

from collections.abc import Generator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

from engine.base.database import Database
from engine.base.database_faults import DatabaseUnavailable
from engine.record.checkpoints import source
from engine.record.verifier import verify
from tests.amount import LONG, random_of, seeds
from tests.builders import HERE, Authority, authority
from tests.faults.consistency import inconsistencies
from tests.faults.power import Disk, Files, powered
from tests.faults.submitting import work_once
from tests.faults.test_kill import Told, lost

ROUND_OF_SITES = 40
ACTS, CUTS = (40, 40) if LONG else (12, 10)
STEPS_OF_AN_ACT = 30  # writes and syncs, on average; a moment that never comes is no cut
PAGES = 60  # are gathered before they go into the database itself: often enough to be cut in the midst of it


@dataclass
class Cut:
    files: Files
    told: Told


def cuts(database: Database, seed: int, synchronous: str = "") -> list[Cut]:
    """Somebody works, and each time that the power is cut they could not know of it: what is there is put aside.

    `synchronous`: instead of what the product asks of SQLite.
    """
    random, folder = random_of(seed), Path(database.url.database or "").parent
    address, told, found = database.url.render_as_string(), list[tuple[str, str]](), list[Cut]()
    database.dispose()
    moments = set(random.sample(range(ACTS * STEPS_OF_AN_ACT), CUTS))

    def maybe_cut(step: int) -> None:
        if step in moments:
            found.append(Cut(disk.cut(random), [*told]))

    disk = Disk(folder)
    with powered(disk):
        on_disk = Database(address)
        event.listen(on_disk.engine, "connect", partial(_set, synchronous))
        at = Authority(authority(database=on_disk).database, HERE, "duty_team", "other_team")
        disk.then, disk.steps = maybe_cut, 0
        for _ in range(ACTS):
            work_once(at, random, lambda kind, what: told.append((kind, what)))
        disk.then = lambda _: None
        found.append(Cut(disk.cut(random), [*told]))
        on_disk.dispose()
    return found


def _set(synchronous: str, connection: Any, _record: Any) -> None:
    statements = [f"PRAGMA wal_autocheckpoint={PAGES}", *([f"PRAGMA synchronous={synchronous}"] * bool(synchronous))]
    for statement in statements:
        connection.execute(statement)


def faults(cut: Cut, folder: Path) -> Generator[str]:
    folder.mkdir(parents=True)
    for name, content in cut.files.items():
        (folder / name).write_bytes(content)
    database = Database(f"sqlite:///{folder / 'throughline.db'}")
    try:
        with database.read() as connection:
            if (said := connection.scalars(text("PRAGMA integrity_check")).all()) != ["ok"]:
                yield f"lost: the database is damaged: {said}"
                return
            yield from (f"verify: {fault.where}: {fault.what}" for fault in verify(source(connection, folder)).faults)
        yield from inconsistencies(database)
        yield from (f"lost: {kind} {what}" for kind, what in lost(database, cut.told))
    finally:
        database.dispose()


@pytest.mark.parametrize("seed", seeds(1, ROUND_OF_SITES))
def test_nothing_that_was_acknowledged_is_lost(sqlite_database: Database, tmp_path: Path, seed: int) -> None:
    found = cuts(sqlite_database, seed)
    assert len(found) > CUTS // 3
    for number, cut in enumerate(found):
        assert [*faults(cut, tmp_path / f"{number}")] == []
    assert len({len(cut.told) for cut in found}) > 2


@pytest.mark.parametrize("synchronous", ["NORMAL", "OFF"])
def test_an_acknowledgement_before_all_is_on_the_disk_is_found(
    sqlite_database: Database, tmp_path: Path, synchronous: str
) -> None:
    """The planted fault; it is what SQLite does when it is told to hurry."""
    found = cuts(sqlite_database, 1, synchronous)
    assert any(_is_bad(cut, tmp_path / f"{number}") for number, cut in enumerate(found))


def _is_bad(cut: Cut, folder: Path) -> bool:
    try:
        return any("lost" in fault for fault in faults(cut, folder))
    except (KeyError, DatabaseUnavailable):  # the task itself is not there any more, or no database
        return True
