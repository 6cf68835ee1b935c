"""How the stories beside a bundle came out when they were played with this program."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from engine.base.program import program
from engine.process.bundle import bundle_hash
from engine.tables import StoriesPlayed


class Played(NamedTuple):
    """`failed`: path of a story -> what it expected and what was found, a line each."""

    at: datetime
    passed: int
    failed: Mapping[str, Sequence[str]]


def key_of(files: Mapping[str, bytes], stories: Mapping[str, bytes]) -> dict[str, str]:
    """The columns that say what was played: with another story, drawing or program it has not been."""
    return {"bundle_hash": bundle_hash(files), "stories_hash": bundle_hash(stories), "program": program()}


def played_before(connection: Connection, files: Mapping[str, bytes], stories: Mapping[str, bytes]) -> Played | None:
    """None where they have not been played yet."""
    key = key_of(files, stories)
    row = connection.execute(
        select(StoriesPlayed.played_at, StoriesPlayed.passed, StoriesPlayed.failed).where(
            StoriesPlayed.bundle_hash == key["bundle_hash"],
            StoriesPlayed.stories_hash == key["stories_hash"],
            StoriesPlayed.program == key["program"],
        )
    ).one_or_none()
    return Played(row.played_at, row.passed, row.failed) if row else None
