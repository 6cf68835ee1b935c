"""A disk whose power may be cut at any moment: SQLite's own way to its files, with a note of what was not yet synced.

SQLite reaches files through a table of functions, its VFS. Here the ordinary one is wrapped, by ctypes and so without a
compiler: what is written is pending until it is synced. When the power is cut, what was synced is there; of what was
pending each write is there, or is not, or is there in half.
"""

import _sqlite3
from collections.abc import Callable, Generator
from contextlib import contextmanager
from ctypes import CDLL, CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_int64, c_void_p, cast, pointer, string_at
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

Write = tuple[int, bytes]
Files = dict[str, bytes]


@dataclass
class File:
    """What is on the disk for certain, and what was written since. A write of nothing cuts the file off there."""

    synced: bytearray
    pending: list[Write] = field(default_factory=list[Write])

    def sync(self) -> None:
        self.synced = bytearray(_with(self.synced, self.pending))
        self.pending = []

    def after_a_cut(self, random: Random, *, keeps_nothing: bool) -> bytes:
        there = [] if keeps_nothing else [write for write in self.pending if random.random() < 0.5]
        torn = [(at, text[: random.choice((len(text), len(text) // 2))]) if text else (at, text) for at, text in there]
        return _with(self.synced, torn)


def _with(content: bytes | bytearray, writes: list[Write]) -> bytes:
    made = bytearray(content)
    for at, text in writes:
        if not text:
            del made[at:]
            continue
        made.extend(bytes(max(at - len(made), 0)))
        made[at : at + len(text)] = text
    return bytes(made)


@dataclass
class Disk:
    """Of the files in one folder. `then` is called before each write and each sync, with how many there were before."""

    folder: Path
    then: Callable[[int], None] = lambda _: None
    files: dict[str, File] = field(default_factory=dict[str, File])
    steps: int = 0

    def opened(self, name: str) -> bool:
        path = Path(name)
        if path.parent == self.folder and name not in self.files:
            self.files[name] = File(bytearray(path.read_bytes()))
        return name in self.files

    def step(self) -> None:
        self.then(self.steps)
        self.steps += 1

    def cut(self, random: Random) -> Files:
        """By name, what is there when the power comes back; in every other case nothing of what was pending."""
        nothing = random.random() < 0.5
        return {Path(name).name: file.after_a_cut(random, keeps_nothing=nothing) for name, file in self.files.items()}


class _Methods(Structure):
    _fields_ = (
        ("version", c_int),
        ("close", c_void_p),
        ("read", c_void_p),
        *(("write", c_void_p), ("truncate", c_void_p), ("sync", c_void_p)),
        ("others", c_void_p * 13),
    )


class _File(Structure):
    _fields_ = (("methods", POINTER(_Methods)),)


class _Vfs(Structure):
    _fields_ = (
        *(("version", c_int), ("size_of_file", c_int), ("longest_path", c_int)),
        *(("next", c_void_p), ("name", c_char_p), ("data", c_void_p)),
        ("open", c_void_p),
        ("others", c_void_p * 15),
    )


_OPEN = CFUNCTYPE(c_int, c_void_p, c_void_p, POINTER(_File), c_int, c_void_p)
_WRITE = CFUNCTYPE(c_int, POINTER(_File), c_void_p, c_int, c_int64)
_TRUNCATE = CFUNCTYPE(c_int, POINTER(_File), c_int64)
_SYNC = CFUNCTYPE(c_int, POINTER(_File), c_int)
# What SQLite may still call when the block is over: connections outlive it.
_kept: list[Any] = []


def _sqlite() -> Any:
    """The very library that Python's module uses: its own, or one that it is linked with."""
    library = CDLL(getattr(_sqlite3, "__file__", None))
    assert hasattr(library, "sqlite3_vfs_find"), "this Python hides its SQLite, so no power can be cut: take another"
    library.sqlite3_vfs_find.restype = POINTER(_Vfs)
    library.sqlite3_vfs_register.argtypes = [POINTER(_Vfs), c_int]
    library.sqlite3_vfs_unregister.argtypes = [POINTER(_Vfs)]
    return library


@contextmanager
def powered(disk: Disk) -> Generator[None]:
    """What is opened in the block is on this disk."""
    library = _sqlite()
    usual = library.sqlite3_vfs_find(None)
    ours = _Vfs.from_buffer_copy(usual.contents)
    ours.name = b"powered"
    opens = _OPEN(usual.contents.open)

    def open_file(_vfs: Any, name: Any, file: Any, flags: int, out: Any) -> int:
        done = opens(cast(usual, c_void_p), name, file, flags, out)
        path = string_at(name).decode() if name else ""
        if done == 0 and disk.opened(path):
            file.contents.methods = pointer(_watched(disk, path, file.contents.methods.contents))
        return done

    opening = _OPEN(open_file)
    ours.open = cast(opening, c_void_p)
    _kept.append((opening, ours))
    library.sqlite3_vfs_register(pointer(ours), 1)
    try:
        yield
    finally:
        library.sqlite3_vfs_register(usual, 1)
        library.sqlite3_vfs_unregister(pointer(ours))


def _watched(disk: Disk, path: str, usual: _Methods) -> _Methods:
    file = disk.files[path]
    writes, truncates, syncs = _WRITE(usual.write), _TRUNCATE(usual.truncate), _SYNC(usual.sync)

    def write(handle: Any, content: Any, length: int, at: int) -> int:
        disk.step()
        file.pending.append((at, string_at(content, length)))
        return writes(handle, content, length, at)

    def truncate(handle: Any, size: int) -> int:
        file.pending.append((size, b""))
        return truncates(handle, size)

    def sync(handle: Any, flags: int) -> int:
        disk.step()
        done = syncs(handle, flags)
        file.sync()
        return done

    ours = _Methods.from_buffer_copy(usual)
    called = (_WRITE(write), _TRUNCATE(truncate), _SYNC(sync))
    ours.write, ours.truncate, ours.sync = (cast(one, c_void_p) for one in called)
    _kept.append((called, ours))
    return ours
