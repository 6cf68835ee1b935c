"""Cases that were built once and are copied: a builder in a database that nothing else has touched does the same again.

A test's database on SQLite is followed from its beginning. What brought it to where it stands is the list of the calls
of saved builders; when the same list is asked for a third time, the file that was kept is copied instead. Anything else
that writes, through whatever connection, ends the following, and builders then build. Identifiers are the same in each
copy. Copying a database of PostgreSQL takes as long as building a case in it: there, builders always build.
"""

import sqlite3
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec
from weakref import WeakKeyDictionary

from engine.base.database import Database

Given = ParamSpec("Given")
Calls = tuple[str, ...]
Seen = tuple[tuple[int, int], ...]


@dataclass
class Followed:
    """`seen` is the size and time of the files when the last of `calls` had ended."""

    file: Path
    seen: Seen
    calls: Calls = ()
    building: bool = False


@dataclass
class Kept:
    """The states that this process has kept in a folder: the file of each, and what the builder gave."""

    folder: Path
    asked: Counter[Calls] = field(default_factory=Counter[Calls])
    states: dict[Calls, tuple[Path, str]] = field(default_factory=dict[Calls, tuple[Path, str]])

    def keep(self, calls: Calls, file: Path, result: str) -> None:
        kept = self.folder / f"{len(self.states)}.db"
        _copy(file, kept)
        self.states[calls] = kept, result


_kept: list[Kept] = []
_followed: WeakKeyDictionary[Database, Followed] = WeakKeyDictionary()


@contextmanager
def keeping(folder: Path) -> Generator[None]:
    """What is built in the block is kept here; the inner of two blocks knows nothing of the outer."""
    _kept.append(Kept(folder))
    yield
    _kept.pop()


def follow(database: Database) -> None:
    """From now on, for a database that holds what every other that is followed holds at first."""
    file = Path(database.url.database or "")
    _followed[database] = Followed(file, _seen(file))


def step(database: Database, call: str) -> None:
    """What was just done in an untouched database is not worth a copy, but what follows it may be."""
    if (followed := _followed.get(database)) and not followed.building:
        followed.calls, followed.seen = (*followed.calls, call), _seen(followed.file)


def is_untouched(database: Database) -> bool:
    followed = _followed.get(database)
    return followed is not None and not followed.building and followed.seen == _seen(followed.file)


def saved(build: Callable[Given, str]) -> Callable[Given, str]:
    """A builder that takes an `authority` or a `database` by name, and gives the identifier of what it made."""

    @wraps(build)
    def built(*args: Given.args, **given: Given.kwargs) -> str:
        rest: dict[str, Any] = dict(given)
        database: Database
        if "authority" in rest:
            database, rest["authority"] = rest["authority"].database, rest["authority"].id
        else:
            database = rest.pop("database")
        if not is_untouched(database):
            return build(*args, **given)
        followed = _followed[database]
        calls = (*followed.calls, f"{build.__module__}.{build.__qualname__} {sorted(rest.items())!r}")
        return _taken(followed, calls, lambda: build(*args, **given))

    return built


def _taken(followed: Followed, calls: Calls, build: Callable[[], str]) -> str:
    kept = _kept[-1]
    if calls in kept.states:
        file, result = kept.states[calls]
        _copy(file, followed.file)
    else:
        followed.building = True
        try:
            result = build()
        finally:
            followed.building = False
        kept.asked[calls] += 1
        if kept.asked[calls] > 1:
            kept.keep(calls, followed.file, result)
    followed.calls, followed.seen = calls, _seen(followed.file)
    return result


def _seen(file: Path) -> Seen:
    """Of the database and of what is not yet written into it."""
    files = (path for path in (file, Path(f"{file}-wal")) if path.exists())
    return tuple((path.stat().st_size, path.stat().st_mtime_ns) for path in files)


def _copy(source: Path, target: Path) -> None:
    """As a transaction in the target: whoever has it open sees it as written by another."""
    with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target)) as written:
        written.execute("PRAGMA synchronous=OFF")
        read.backup(written)
