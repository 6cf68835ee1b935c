"""Read only: since when nothing is written, and why. An empty file outside the database says it, which all workers and
the clock see; where even that cannot be made, each worker knows it for itself.
"""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import structlog

from engine.base.database_faults import DatabaseUnavailable, Trouble

# Empty: on a full disk a file can be made into which nothing can be written. Since when is said by its time.
BY_HAND, DISK_FULL = "read-only", "read-only-disk-full"
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class ReadOnlySince:
    """`by_hand`: until somebody ends it. Else the disk was full: it ends as soon as something can be written again."""

    at: datetime
    by_hand: bool


class ReadOnly:
    """Of one installation: `folder` is its `var/`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known_here: ReadOnlySince | None = None

    def stands(self) -> ReadOnlySince | None:
        for name in (BY_HAND, DISK_FULL):
            try:
                made_at = (self._folder / name).stat().st_mtime
            except OSError:
                continue
            return ReadOnlySince(datetime.fromtimestamp(made_at, UTC), by_hand=name == BY_HAND)
        return self._known_here

    def stands_by_hand(self) -> bool:
        stands = self.stands()
        return stands is not None and stands.by_hand

    def begin(self, now: datetime) -> None:
        """By hand. Raises OSError where the file cannot be made."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._make(BY_HAND, now)

    def end(self) -> None:
        for name in (BY_HAND, DISK_FULL):
            (self._folder / name).unlink(missing_ok=True)
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
                self._make(DISK_FULL, now)
            except OSError:
                self._known_here = ReadOnlySince(now, by_hand=False)

    def found_room(self) -> None:
        """Something was written: what began by itself is over."""
        stands = self.stands()
        if stands is not None and not stands.by_hand:
            self.end()
            log.info("the site can be written again", since=stands.at.isoformat())

    def _make(self, name: str, now: datetime) -> None:
        path = self._folder / name
        path.touch(mode=0o600)
        os.utime(path, (now.timestamp(), now.timestamp()))
