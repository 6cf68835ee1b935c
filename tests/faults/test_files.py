"""A fault at every call by which a key, a checkpoint, the log of heads or a backup is made: none is half of one."""

import errno
import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from typing import Any

import pytest
from structlog.testing import capture_logs

from engine.backup.backup_folder import read_backup
from engine.base.database import Database
from engine.base.database_faults import DatabaseUnavailable
from engine.commands.backing_up import back_up
from engine.commands.checkpointing import keep_outside
from engine.people.identity import SYSTEM
from engine.record.chain import INSTALLATION, lines
from engine.record.checkpoints import HeadsLog, SigningKey, source
from engine.record.verifier import verify
from tests.builders import HOUR, MONDAY, authority, refer
from tests.faults.failing_driver import counting
from webapp import keys

MOST = 60  # calls of one work: more than any makes
NAMES = ("open", "write", "fsync", "link", "mkdir", "unlink", "pread")
FAULTS = (errno.ENOSPC, errno.EIO, errno.EROFS)


@dataclass
class Fault:
    """At the call of that number. `halfway`: a write takes the half of it, as on a disk that fills up. `told`: the work
    ended with it.
    """

    left: int
    halfway: bool = False
    came: str = ""
    told: bool = False

    def through(self, name: str, call: Callable[..., Any], *given: Any, **named: Any) -> Any:
        self.left -= 1
        if self.left != -1:
            return call(*given, **named)
        self.came = name
        if self.halfway and name == "write":
            handle, content = given
            return call(handle, content[: len(content) // 2])
        number = FAULTS[len(name) % len(FAULTS)]
        raise OSError(number, os.strerror(number))


@contextmanager
def failing(number: int, *, halfway: bool = False) -> Generator[Fault]:
    fault = Fault(number, halfway)
    with pytest.MonkeyPatch.context() as patch:
        for name in NAMES:
            patch.setattr(os, name, _failing(fault, name, getattr(os, name)))
        yield fault


def _failing(fault: Fault, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *given, **named: fault.through(name, call, *given, **named)


def stopped_at_each(work: Callable[[], object]) -> Generator[Fault]:
    """Fails at the first call, at the second and so on, each in its two forms, until the work comes to its end."""
    for number in range(MOST):
        for halfway in (False, True):
            with failing(number, halfway=halfway) as fault:
                try:
                    work()
                except OSError:
                    fault.told = True
            if not fault.came:
                return
            yield fault


def wrong(database: Database, place: Path) -> list[str]:
    with database.read() as connection:
        return [f"{fault.where}: {fault.what}" for fault in verify(source(connection, place)).faults]


def test_a_key_is_whole_or_is_not_there(tmp_path: Path) -> None:
    """Where its making failed it is made at the next start."""
    folder, faults = tmp_path / "keys", 0

    def make() -> tuple[str, bytes]:
        return SigningKey(folder / "key.pem").name, keys.key(folder, keys.FORMS)

    for _ in stopped_at_each(make):
        faults += 1
        assert make() == make()
        rmtree(folder)
    assert faults > 10


def test_what_goes_outside_is_told_of_and_goes_there_a_minute_later(sqlite_database: Database, tmp_path: Path) -> None:
    database, place, key = sqlite_database, tmp_path / "outside", SigningKey(tmp_path / "key.pem")
    heads, hours = HeadsLog(place, key), 0
    at = authority(database=database)

    def keep() -> None:
        keep_outside(database, MONDAY + hours * HOUR, key, place, heads)

    refer(authority=at)
    for fault in stopped_at_each(keep):
        hours += 2
        assert wrong(database, place) == [], fault
        with capture_logs() as told:
            keep()
        assert (wrong(database, place), told) == ([], []), fault
        refer(authority=at)
    assert hours > 20
    assert len([*place.glob("*.json")]) == hours // 2


def test_a_fault_outside_stands_in_the_log_of_the_server(sqlite_database: Database, tmp_path: Path) -> None:
    key = SigningKey(tmp_path / "key.pem")
    refer(authority=authority(database=sqlite_database))
    with capture_logs() as told, failing(0):
        keep_outside(sqlite_database, MONDAY, key, tmp_path / "outside", HeadsLog(tmp_path / "outside", key))
    assert [entry["why"] for entry in told]


def test_of_a_backup_that_failed_nothing_is_left(sqlite_database: Database, tmp_path: Path) -> None:
    """Whatever failed: what is known of children lies nowhere, and the same folder can be named again."""
    database, folder = sqlite_database, tmp_path / "backup"
    refer(authority=authority(database=database))

    def make() -> None:
        back_up(database, SYSTEM, MONDAY, folder, tmp_path, {})

    faults = 0
    for fault in stopped_at_each(make):
        faults += 1
        if fault.told:
            assert not folder.exists() or [*folder.iterdir()] == [], fault
        else:  # it made do without
            rmtree(folder)
    assert faults > 5
    assert read_backup(folder).manifest.rows["case"] == 1


def test_a_backup_that_the_record_does_not_know_of_is_none(sqlite_database: Database, tmp_path: Path) -> None:
    database, folder = sqlite_database, tmp_path / "backup"
    refer(authority=authority(database=database))
    with counting(database) as calls:
        calls.arm(at_commit=True)
        with pytest.raises(DatabaseUnavailable):
            back_up(database, SYSTEM, MONDAY, folder, tmp_path, {})
    assert calls.failed
    assert [*folder.iterdir()] == []
    with database.read() as connection:
        assert lines(connection, INSTALLATION, ["backed_up"]) == ()
