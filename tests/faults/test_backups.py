"""A backup or a restoration is killed in the middle: nothing half looks whole, and the next try works."""

import multiprocessing
from pathlib import Path
from random import Random
from shutil import rmtree

import pytest

from engine.backup.backup_folder import MANIFEST, BadBackup, read_backup
from engine.backup.copying import held
from engine.base.database import Database
from engine.commands.checkpointing import keep_outside
from engine.record.chain import INSTALLATION, lines
from engine.record.checkpoints import HeadsLog, SigningKey, source
from engine.record.verifier import verify
from engine.scenario.databases import empty
from tests.amount import seeds
from tests.builders import HOUR, MONDAY, authority, case_at
from tests.faults.consistency import inconsistencies
from tests.faults.dying import BACKUP, KEY, PLACE, Work, backs_up, killed_at, puts_back, puts_back_in_pieces

KILLS, KILLS_IN_A_ROUND = 5, 40
# More than either has; a step that is never reached is a work that was done.
STEPS = 160
processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["__main__", "tests.faults.dying"])


def killed(work: Work, url: str, folder: Path, step: int) -> bool:
    """False where it was done before that step."""
    process = processes.Process(target=killed_at, args=(step, work, url, folder))
    process.start()
    process.join()
    assert process.exitcode in (0, -9)
    return process.exitcode == -9


def steps(kill: int) -> int:
    return 1 + Random(kill).randrange(STEPS)  # noqa: S311 (to be repeated)


def faults(database: Database, folder: Path) -> list[str]:
    with database.read() as connection:
        found = verify(source(connection, folder / PLACE))
    return [f"{fault.where}: {fault.what}" for fault in found.faults] + inconsistencies(database)


def half(database: Database) -> list[str]:
    """The tables that hold something, where no restoration is in the record."""
    with database.read() as connection:
        return [] if lines(connection, INSTALLATION, ["restored"]) else held(connection)


@pytest.fixture
def folder(database: Database, tmp_path: Path) -> Path:
    """With a key, and a checkpoint of the database; a case is in it."""
    key = SigningKey(tmp_path / KEY)
    case_at(authority=authority(database=database))
    keep_outside(database, MONDAY, key, tmp_path / PLACE, HeadsLog(tmp_path / PLACE, key))
    return tmp_path


def test_a_backup_that_is_killed_is_no_backup_or_a_whole_one(
    database: Database, database_url: str, folder: Path
) -> None:
    for kill in seeds(KILLS, KILLS_IN_A_ROUND):
        killed(backs_up, database_url, folder, steps(kill))
        if (folder / BACKUP / MANIFEST).exists():
            assert read_backup(folder / BACKUP).manifest.rows["case"] == 1
        else:
            with pytest.raises(BadBackup, match=f"{MANIFEST} is missing"):
                read_backup(folder / BACKUP)
        rmtree(folder / BACKUP, ignore_errors=True)
        assert faults(database, folder) == []


def test_a_restoration_that_is_killed_has_not_happened_or_has(
    database: Database, database_url: str, folder: Path
) -> None:
    backs_up(database_url, folder)
    empty(database)
    database.upgrade()
    for kill in seeds(KILLS, KILLS_IN_A_ROUND):
        killed(puts_back, database_url, folder, steps(kill))
        assert half(database) == []
        empty(database)
        database.upgrade()
    puts_back(database_url, folder)
    key = SigningKey(folder / KEY)
    keep_outside(database, MONDAY + 2 * HOUR, key, folder / PLACE, HeadsLog(folder / PLACE, key))
    assert faults(database, folder) == []


def test_a_restoration_in_pieces_is_found(database: Database, database_url: str, folder: Path) -> None:
    backs_up(database_url, folder)
    empty(database)
    database.upgrade()
    assert killed(puts_back_in_pieces, database_url, folder, 10**6)
    assert "case" in half(database)
