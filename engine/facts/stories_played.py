"""How the stories beside a bundle came out when they were played with this program."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from engine.base.program import program
from engine.process.bundle import bundle_hash
from engine.tables import StoriesPlayed, Trial

STORY_HASHES = "story_hashes"
"""Stands in the result of a trial of the kind `stories`: those that were played, as `story_hashes` gives them."""
MOST_PLAYS = 5
"""Of so many trials the newest that was played to its end is looked for."""


class Played(NamedTuple):
    """`failed`: path of a story -> what it expected and what was found, a line each."""

    at: datetime
    passed: int
    failed: Mapping[str, Sequence[str]]


def key_of(files: Mapping[str, bytes], stories: Mapping[str, bytes]) -> dict[str, str]:
    """The columns that say what was played: with another story, drawing or program it has not been."""
    return {"bundle_hash": bundle_hash(files), "stories_hash": bundle_hash(stories), "program": program()}


class LastPlay(NamedTuple):
    """`came_out`: path of a story that stands as it did then -> what it expected and what was found, a line each."""

    at: datetime
    came_out: Mapping[str, Sequence[str]]


def story_hashes(stories: Mapping[str, bytes]) -> dict[str, str]:
    """By path: the same as long as nothing in it changes."""
    return {path: bundle_hash({path: content}) for path, content in stories.items()}


def last_play(
    connection: Connection, change: str, files: Mapping[str, bytes], stories: Mapping[str, bytes]
) -> LastPlay | None:
    """The newest of a draft with these models, whatever its other stories were. None where there was none."""
    tried = (Trial.change_id == change, Trial.kind == "stories", Trial.change_hash == bundle_hash(files))
    newest = select(Trial.result).where(*tried).order_by(Trial.started_at.desc(), Trial.id.desc()).limit(MOST_PLAYS)
    for result in connection.scalars(newest):
        found: Mapping[str, Any] = result or {}
        played = _kept(connection, {**key_of(files, stories), "stories_hash": found.get("stories", "")})
        if played is not None and STORY_HASHES in found:
            then = found[STORY_HASHES].items()
            same = story_hashes({path: stories[path] for path, _ in then if path in stories}).items() & then
            return LastPlay(played.at, {path: played.failed.get(path, ()) for path, _ in same})
    return None


def played_before(connection: Connection, files: Mapping[str, bytes], stories: Mapping[str, bytes]) -> Played | None:
    """None where they have not been played yet."""
    return _kept(connection, key_of(files, stories))


def _kept(connection: Connection, key: Mapping[str, str]) -> Played | None:
    row = connection.execute(
        select(StoriesPlayed.played_at, StoriesPlayed.passed, StoriesPlayed.failed).where(
            StoriesPlayed.bundle_hash == key["bundle_hash"],
            StoriesPlayed.stories_hash == key["stories_hash"],
            StoriesPlayed.program == key["program"],
        )
    ).one_or_none()
    return Played(row.played_at, row.passed, row.failed) if row else None
