"""Read only: since when nothing is written, and why. It stands in a file outside the database, which all workers and
the clock see; where even that cannot be written, each worker knows it for itself.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import structlog

from engine.base.database_faults import DatabaseUnavailable, Trouble

NAME = "read-only"
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class ReadOnlySince:
    """`by_hand`: until somebody ends it. Else the disk was full: it ends as soon as something can be written again."""

    at: datetime
    by_hand: bool


class ReadOnly:
    """Of one installation: `folder` is its `var/`."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._known_here: ReadOnlySince | None = None

    def stands(self) -> ReadOnlySince | None:
        try:
            return _read(self._path)
        except FileNotFoundError:
            return self._known_here
        except OSError:
            return ReadOnlySince(datetime.fromtimestamp(0, UTC), by_hand=True)

    def stands_by_hand(self) -> bool:
        stands = self.stands()
        return stands is not None and stands.by_hand

    def begin(self, now: datetime) -> None:
        """By hand. Raises OSError where the file cannot be written."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path.write_bytes(orjson.dumps({"since": now.isoformat(), "by_hand": True}))

    def end(self) -> None:
        self._path.unlink(missing_ok=True)
        self._known_here = None

    def must_not_stand(self) -> None:
        """Raises DatabaseUnavailable where nothing is to be written, by hand."""
        if self.stands_by_hand():
            raise DatabaseUnavailable("Nothing is written now: throughline read-only off ends it.", Trouble.READ_ONLY)

    def found_full(self, now: datetime) -> None:
        """The database could not be written, its disk being full."""
        if self.stands() is None:
            log.error("nothing can be written, so the site is read only")
            try:
                with self._path.open("xb") as file:
                    file.write(orjson.dumps({"since": now.isoformat(), "by_hand": False}))
            except OSError:  # cut short, it would be taken for one that was made by hand
                self._path.unlink(missing_ok=True)
                self._known_here = ReadOnlySince(now, by_hand=False)

    def found_room(self) -> None:
        """Something was written: what began by itself is over."""
        stands = self.stands()
        if stands is not None and not stands.by_hand:
            self.end()
            log.info("the site can be written again", since=stands.at.isoformat())


def _read(path: Path) -> ReadOnlySince:
    """A file that says nothing was made by hand, and stands since then."""
    made_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    try:
        said: Any = orjson.loads(path.read_bytes())
        return ReadOnlySince(datetime.fromisoformat(said["since"]), said["by_hand"])
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        return ReadOnlySince(made_at, by_hand=True)
