"""Looks that were kept in a signed file come into the record once, and whatever was done to the file is said."""

import errno
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from structlog.testing import capture_logs

from engine.base.database import Database
from engine.commands.checkpointing import keep_outside
from engine.commands.taking_in import take_in_file, take_in_looks
from engine.people.identity import SYSTEM
from engine.record.chain import INSTALLATION, case_chain, lines
from engine.record.checkpoints import HeadsLog, SigningKey, source
from engine.record.kept_looks import FAULTY, KeptLook, LookFile
from engine.record.verifier import verify
from tests.builders import HOUR, MONDAY, Authority, account, authority, case_at
from tests.engine.commands.test_looks import shown

KEY = bytes(range(32))
NIGHT = MONDAY + 2 * HOUR
MORNING = MONDAY + 8 * HOUR
WHO = account(role="social_worker")
CHAIN = f"person:{WHO}"


@dataclass(frozen=True)
class Kept:
    at: Authority
    case: str
    file: LookFile
    place: Path

    def look(self, number: int, *cases: str) -> None:
        moment = NIGHT + timedelta(minutes=number)
        self.file.keep(KeptLook(CHAIN, WHO, moment, "viewed", {"page": "case"}, cases or (self.case,)))

    def path(self) -> Path:
        (path,) = self.place.glob("*.kept")
        return path

    def take_in(self) -> int:
        return take_in_looks(self.at.database, SYSTEM, MORNING, self.file)

    def said(self, chain: str = INSTALLATION) -> list[Mapping[str, Any]]:
        with self.at.database.read() as connection:
            return [entry.payload or {} for entry in lines(connection, chain, ["looks_taken_in"])]

    def looks(self) -> list[object]:
        with self.at.database.read() as connection:
            return [(entry.at - NIGHT) // timedelta(minutes=1) for entry in lines(connection, CHAIN, ["viewed"])]


@pytest.fixture
def kept(database: Database, tmp_path: Path) -> Kept:
    at = authority(database=database)
    place = tmp_path / "looks"
    file = LookFile(place, KEY)
    file.prepare()
    return Kept(at, case_at(authority=at), file, place)


def test_each_look_comes_in_once_with_its_own_moment(kept: Kept) -> None:
    """Also where whoever took it in died before the file was put away."""
    database = kept.at.database
    with database.read() as connection:
        before = shown(connection)
    for number in (1, 2, 3):
        kept.look(number)
    assert kept.file.waiting() == 3
    (closed,) = kept.file.close()
    assert take_in_file(database, SYSTEM, MORNING, kept.file.read(closed)) == 3  # and then it is killed
    assert kept.take_in() == 0
    kept.look(4)
    assert (kept.take_in(), kept.take_in(), kept.file.waiting()) == (1, 0, 0)
    assert kept.looks() == [1, 2, 3, 4]
    assert [*kept.place.glob("*.closed")] == [*kept.place.glob(f"*{FAULTY}")] == []
    with database.read() as connection:
        looked = [one for one in shown(connection) if one not in before]
    assert [(case, by) for case, by, _ in looked] == [(case_chain(kept.case), CHAIN)] * 4
    assert kept.said()[0] == {"file": closed.stem, "looks": 3}
    assert [one["looks"] for one in (*kept.said(), *kept.said(CHAIN))] == [3, 1, 3, 1]


def test_what_is_kept_outside_the_database_keeps_up_with_looks_of_the_past(kept: Kept, tmp_path: Path) -> None:
    database, key, outside = kept.at.database, SigningKey(tmp_path / "key.pem"), tmp_path / "outside"
    heads = HeadsLog(outside, key)
    keep_outside(database, NIGHT, key, outside, heads)
    kept.look(1)
    kept.take_in()
    keep_outside(database, MORNING, key, outside, heads)
    (log,) = (outside / "heads").glob("*.log")
    assert f" {CHAIN} 2 " in log.read_text()
    with database.read() as connection:
        assert verify(source(connection, outside)).faults == []


def cut_short(content: bytes) -> bytes:
    return content[:-20] + bytes(20)


def changed(content: bytes) -> bytes:
    return content.replace(b'"page":"case"', b'"page":"team"', 1)


def without_the_second(content: bytes) -> bytes:
    first, second, third = content.splitlines(keepends=True)
    return first + third + bytes(len(second))


def twice(content: bytes) -> bytes:
    first, *rest = content.splitlines(keepends=True)
    return first + first + b"".join(rest)


@pytest.mark.parametrize(
    ("harm", "taken", "said"),
    [
        (cut_short, [1, 2], "line 3 was cut short or changed"),
        (changed, [2, 3], "line 1 was cut short or changed"),
        (without_the_second, [1, 3], "before line 2 something was taken out"),
        (twice, [1, 2, 3], "line 2 stands twice, or not in its place"),
    ],
)
def test_whatever_was_done_to_the_file_is_said_and_the_rest_comes_in(
    kept: Kept, harm: Callable[[bytes], bytes], taken: list[int], said: str
) -> None:
    for number in (1, 2, 3):
        kept.look(number)
    path = kept.path()
    content = path.read_bytes().rstrip(b"\0")
    path.write_bytes(harm(content))
    with capture_logs() as told:
        kept.take_in()
    assert kept.looks() == taken
    assert said in str(kept.said()[0])
    assert said in str(told)
    (stays,) = kept.place.glob(f"*{FAULTY}")
    assert stays.stem == path.stem
    assert kept.take_in() == 0


def test_what_is_written_behind_a_torn_line_is_whole(kept: Kept) -> None:
    kept.look(1)
    path = kept.path()
    content = path.read_bytes().rstrip(b"\0")
    path.write_bytes((content + content[:40]).ljust(len(path.read_bytes()), b"\0"))
    kept.look(2)
    assert kept.take_in() == 2
    assert "line 2 was cut short or changed" in str(kept.said())


def test_nobody_without_the_key_writes_a_line(kept: Kept, tmp_path: Path) -> None:
    kept.look(1)
    forged = LookFile(tmp_path / "forged", bytes(32))
    forged.prepare()
    (path,) = (tmp_path / "forged").glob("*.kept")
    path.rename(tmp_path / "forged" / kept.path().name)
    forged.keep(KeptLook(CHAIN, "somebody else", NIGHT, "viewed", {"page": "case"}, (kept.case,)))
    line = (tmp_path / "forged" / kept.path().name).read_bytes().rstrip(b"\0")
    kept.path().write_bytes(kept.path().read_bytes().rstrip(b"\0") + line)
    kept.take_in()
    assert kept.looks() == [1]
    assert "line 2 was cut short or changed" in str(kept.said())


def test_workers_that_write_at_once_mix_nothing(kept: Kept) -> None:
    threads = [Thread(target=kept.look, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert kept.take_in() == 12
    assert "faults" not in kept.said()[0]


def test_on_a_full_disk_there_is_the_room_that_was_kept(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what is written over what was there; and the file stays open where there is no room for another."""
    path, write = kept.path(), os.pwrite
    room = path.stat().st_size

    def full(handle: int, content: bytes, place: int) -> int:
        if os.fstat(handle).st_size < place + len(content):
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(handle, content, place)

    monkeypatch.setattr(os, "pwrite", full)
    kept.look(1)
    with capture_logs() as told:
        assert kept.take_in() == 0
    assert [line["code"] for line in told] == ["ENOSPC"]
    kept.look(2)
    assert path.stat().st_size == room
    assert [*kept.place.glob("*.kept")] == [path]
    with pytest.raises(OSError, match="No space left"):
        kept.look(3, *("x" * 100 for _ in range(room // 100)))
    monkeypatch.setattr(os, "pwrite", write)
    assert kept.take_in() == 2
    assert kept.looks() == [1, 2]


def test_a_case_that_is_not_here_is_said(kept: Kept) -> None:
    """A backup may have been put back in between."""
    kept.look(1, "gone")
    assert kept.take_in() == 1
    assert "a case gone is named that is not here" in str(kept.said())
