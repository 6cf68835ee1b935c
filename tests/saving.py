"""Cases that were built once and are copied: a builder in a database that nothing else has touched does the same again.

A test's database is followed from its beginning. What brought it to where it stands is the list of the calls of saved
builders; when the same list is asked for a third time, what was kept is put there instead: the file of SQLite, or the
rows of PostgreSQL. Anything else that writes, through whatever connection, and on PostgreSQL into whatever database of
the server, ends the following, and builders then build. Identifiers are the same in each copy.
"""

import sqlite3
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, Protocol
from weakref import WeakKeyDictionary

from engine.base.database import Database
from tests import postgresql_rows

Given = ParamSpec("Given")
Calls = tuple[str, ...]


class Place(Protocol):
    """Where a test's database stands. `seen` is another value once anything was written."""

    @property
    def kind(self) -> str: ...
    def seen(self) -> object: ...
    def keep(self, folder: Path, name: str) -> Callable[["Place"], None]:
        """What stands there now; the answer puts it into another place of this kind."""
        ...


@dataclass(frozen=True)
class File:
    """Of SQLite."""

    path: Path
    kind: str = "sqlite"

    def seen(self) -> object:
        """Of the database and of what is not yet written into it."""
        files = (path for path in (self.path, Path(f"{self.path}-wal")) if path.exists())
        return tuple((path.stat().st_size, path.stat().st_mtime_ns) for path in files)

    def keep(self, folder: Path, name: str) -> Callable[[Any], None]:
        kept = folder / f"{name}.db"
        _copy(self.path, kept)
        return lambda place: _copy(kept, place.path)


@dataclass(frozen=True)
class Address:
    """Of PostgreSQL."""

    url: str
    kind: str = "postgresql"

    def seen(self) -> object:
        with postgresql_rows.connected(self.url) as connection:
            return postgresql_rows.next_transaction(connection)

    def keep(self, folder: Path, name: str) -> Callable[[Any], None]:  # noqa: ARG002  in memory: it is small
        with postgresql_rows.connected(self.url) as connection:
            rows = postgresql_rows.rows_of(connection)
        return lambda place: place.put(rows)

    def put(self, rows: postgresql_rows.Rows) -> None:
        with postgresql_rows.connected(self.url) as connection:
            postgresql_rows.put_back(connection, rows)


@dataclass
class Followed:
    """`seen` is what its place said when the last of `calls` had ended."""

    place: Place
    seen: object
    calls: Calls = ()
    building: bool = False


@dataclass
class Kept:
    """The states that this process has kept: how each is put into a place, and what the builder gave."""

    folder: Path
    asked: Counter[Calls] = field(default_factory=Counter[Calls])
    states: dict[Calls, tuple[Callable[[Place], None], str]] = field(
        default_factory=dict[Calls, tuple[Callable[[Place], None], str]]
    )

    def keep(self, calls: Calls, place: Place, result: str) -> None:
        self.states[calls] = place.keep(self.folder, str(len(self.states))), result


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
    place: Place = File(Path(database.url.database or ""))
    if database.url.get_backend_name() == "postgresql":
        place = Address(database.url.render_as_string(hide_password=False))
    _followed[database] = Followed(place, place.seen(), (place.kind,))


def step(database: Database, call: str) -> None:
    """What was just done in an untouched database is not worth a copy, but what follows it may be."""
    if (followed := _followed.get(database)) and not followed.building:
        followed.calls, followed.seen = (*followed.calls, call), followed.place.seen()


def is_untouched(database: Database) -> bool:
    followed = _followed.get(database)
    return followed is not None and not followed.building and followed.seen == followed.place.seen()


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
        put, result = kept.states[calls]
        put(followed.place)
    else:
        followed.building = True
        try:
            result = build()
        finally:
            followed.building = False
        kept.asked[calls] += 1
        if kept.asked[calls] > 1:
            kept.keep(calls, followed.place, result)
    followed.calls, followed.seen = calls, followed.place.seen()
    return result


def _copy(source: Path, target: Path) -> None:
    """As a transaction in the target: whoever has it open sees it as written by another."""
    with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target)) as written:
        written.execute("PRAGMA synchronous=OFF")
        read.backup(written)
