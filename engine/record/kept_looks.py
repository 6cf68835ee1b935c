"""Looks that could not be written into the record, kept in a signed file until they can: no entry, no page.

A line is an object of JSON and, behind a space, its HMAC-SHA256. It holds its number and the HMAC of the line before:
a line that was changed, put in, or taken from between two others is found. The file has its room beforehand, since it
is needed when the disk is full.
"""

import fcntl
import hmac
import os
import re
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

from engine.base.identifiers import new_id
from engine.base.laying import sync
from engine.record.chain import canonical

FORMAT = b"throughline-look/1\n"
ROOM = 1024 * 1024
OPEN, CLOSED, FAULTY = ".kept", ".closed", ".faulty"
FIRST = "0" * 64
_LINE = re.compile(rb"(\{.*\}) ([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class KeptLook:
    """An entry that is to come into the record: of which chain, by whom, when, and as `NewEntry` has it."""

    chain: str
    actor: str
    at: datetime
    kind: str
    payload: Mapping[str, Any]
    cases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KeptFile:
    """What a file holds: `looks` in their order, and `faults` in words, each with the number of its line."""

    name: str
    looks: tuple[KeptLook, ...]
    faults: tuple[str, ...]


class LookFile:
    """The file of an installation, which all its workers write; `key` signs it. Only one is open at a time."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self._folder = folder
        self._key = key

    def prepare(self) -> None:
        """Sees that a file with room is there. Raises OSError where there is none on the disk."""
        with self._alone():
            if self._open_file() is None:
                self._new_file()

    def keep(self, look: KeptLook) -> int:
        """The number of its line, once it is on the disk. Raises OSError where it cannot be."""
        with self._alone():
            path = self._open_file() or self._new_file()
            handle = os.open(path, os.O_RDWR)
            try:
                content = path.read_bytes().partition(b"\0")[0]
                number, previous = self._last(path.stem, content)
                line = self._line(path.stem, number + 1, previous, look)
                _write(handle, b"\n" + line if content and not content.endswith(b"\n") else line, len(content))
            finally:
                os.close(handle)
        return number + 1

    def close(self) -> tuple[Path, ...]:
        """The files that are to be taken in: one in which something stands is written no further.

        Raises OSError where there is no room for another.
        """
        if not self._folder.is_dir():
            return ()
        with self._alone():
            files = [*self._folder.glob(f"*{OPEN}")]
            written = [path for path in files if path.read_bytes().strip(b"\0")]
            if written == files and written:
                self._new_file()  # first: where there is no room for the next, this one stays open
            for path in written:
                path.rename(path.with_suffix(CLOSED))
            sync(self._folder)
        return tuple(sorted(self._folder.glob(f"*{CLOSED}")))

    def read(self, path: Path) -> KeptFile:
        """Nothing of it is passed over in silence."""
        looks: list[KeptLook] = []
        faults: list[str] = []
        number, previous = 0, FIRST
        content = path.read_bytes().rstrip(b"\0")
        for place, line in enumerate(content.split(b"\n"), start=1):
            if not line:
                continue
            said = self._said(path.stem, line)
            if said is None:
                faults.append(f"line {place} was cut short or changed")
            elif said["number"] <= number:
                faults.append(f"line {place} stands twice, or not in its place")
            else:
                if (said["number"], said["previous"]) != (number + 1, previous):
                    faults.append(f"before line {place} something was taken out")
                number, previous = said["number"], line[-64:].decode()
                looks.append(_look(said))
        return KeptFile(path.stem, tuple(looks), tuple(faults))

    def waiting(self) -> int:
        """How many lines wait to be taken in."""
        paths = [path for end in (OPEN, CLOSED) for path in self._folder.glob(f"*{end}")]
        return sum(path.read_bytes().strip(b"\0").count(b"\n") for path in paths)

    def done(self, path: Path, *, faulty: bool) -> None:
        """It is in the record. One with a fault stays for whoever looks into it."""
        with suppress(FileNotFoundError):  # another process was as fast
            if faulty:
                path.rename(path.with_suffix(FAULTY))
            else:
                path.unlink()

    def _open_file(self) -> Path | None:
        return next(iter(sorted(self._folder.glob(f"*{OPEN}"))), None)

    def _new_file(self) -> Path:
        """With its room. Raises OSError where the disk has none, and leaves nothing behind."""
        path = self._folder / f"{new_id()}{OPEN}"
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            _write(handle, bytes(ROOM), 0)
            sync(self._folder)
        except OSError:
            path.unlink()
            raise
        finally:
            os.close(handle)
        return path

    @contextmanager
    def _alone(self) -> Generator[None]:
        """One process and thread at a time, also before it is known which file is open."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(self._folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _last(self, file: str, content: bytes) -> tuple[int, str]:
        """Number and signature of the last line that is whole."""
        for line in reversed(content.split(b"\n")):
            if said := self._said(file, line):
                return said["number"], line[-64:].decode()
        return 0, FIRST

    def _line(self, file: str, number: int, previous: str, look: KeptLook) -> bytes:
        body = canonical(
            {
                "actor": look.actor,
                "at": look.at.astimezone(UTC).isoformat(timespec="microseconds"),
                "cases": list(look.cases),
                "chain": look.chain,
                "kind": look.kind,
                "payload": dict(look.payload),
                "file": file,
                "number": number,
                "previous": previous,
            }
        )
        return body + b" " + self._signature(body).encode() + b"\n"

    def _said(self, file: str, line: bytes) -> dict[str, Any] | None:
        """None of what we did not write, or not into this file."""
        found = _LINE.fullmatch(line)
        if found is None or not hmac.compare_digest(self._signature(found[1]), found[2].decode()):
            return None
        said = orjson.loads(found[1])
        return said if said["file"] == file else None

    def _signature(self, body: bytes) -> str:
        return hmac.new(self._key, FORMAT + body, sha256).hexdigest()


def _look(said: Mapping[str, Any]) -> KeptLook:
    at, cases = datetime.fromisoformat(said["at"]), tuple(said["cases"])
    return KeptLook(said["chain"], said["actor"], at, said["kind"], said["payload"], cases)


def _write(handle: int, content: bytes, place: int) -> None:
    """Raises OSError where not all of it is on the disk."""
    written = 0
    while written < len(content):
        written += os.pwrite(handle, content[written:], place + written)
    os.fsync(handle)
