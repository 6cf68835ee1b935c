"""A change of the pathway as it stands: the files of its base, with what was saved over them."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import Connection, select

from engine.base.errors import NotFound
from engine.facts.models import files, is_story
from engine.process.bundle import bundle_hash
from engine.tables import Change, ChangeFile, ChangeSave, Publication, Stories

_COLUMNS = (
    *("id", "title", "why", "base_hash", "owner_id", "state", "created_at", "version", "effect_from", "held_up"),
    "published_number",
)


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A row of the table, of the authority in which it was found."""

    id: str
    title: str
    why: str
    base_hash: str
    owner_id: str
    state: str
    created_at: datetime
    version: int
    effect_from: datetime | None
    held_up: str
    published_number: int | None


@dataclass(frozen=True, slots=True)
class SavedFile:
    """`content` is None where the file is taken out. Version 0 is the base's own."""

    content: bytes | None
    version: int
    saved_by: str | None = None
    saved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ChangedFiles:
    """`base` and `now` are whole: path -> content, the stories among them. `saved` are those that were touched."""

    base: Mapping[str, bytes]
    now: Mapping[str, bytes]
    saved: Mapping[str, SavedFile]

    @property
    def hash(self) -> str:
        """By which these very files are known, the stories among them: what a second person agrees to."""
        return bundle_hash(self.now)

    @property
    def models(self) -> dict[str, bytes]:
        """The bundle: everything but the stories."""
        return {path: content for path, content in self.now.items() if not is_story(path)}

    @property
    def stories(self) -> dict[str, bytes]:
        return {path: content for path, content in self.now.items() if is_story(path)}

    @property
    def changed(self) -> tuple[str, ...]:
        """The paths of the files that are otherwise than in the base, in order."""
        paths = self.base.keys() | self.now.keys()
        return tuple(sorted(path for path in paths if self.base.get(path) != self.now.get(path)))


def change_row(connection: Connection, authority: str, change: str) -> ChangeRow:
    """Raises NotFound."""
    columns = [getattr(Change, name) for name in _COLUMNS]
    ours = (Change.id == change, Change.authority_id == authority)
    row = connection.execute(select(*columns).where(*ours)).mappings().one_or_none()
    if row is None:
        raise NotFound
    return ChangeRow(**row)


def files_of_change(connection: Connection, authority: str, change: ChangeRow) -> ChangedFiles:
    base = published_files(connection, authority, change.base_hash)
    saved = _saved(connection, change.id)
    now = {path: content for path, content in base.items() if path not in saved}
    now |= {path: one.content for path, one in saved.items() if one.content is not None}
    return ChangedFiles(base, now, saved)


def published_files(connection: Connection, authority: str, bundle: str) -> dict[str, bytes]:
    """All that was published under a hash, with the stories beside it."""
    return {**files(connection, bundle), **stories_beside(connection, authority, bundle)}


def file_of_change(connection: Connection, authority: str, change: ChangeRow, path: str) -> SavedFile:
    """One file as it stands. Raises NotFound where there is none of this path, and there never was."""
    found = _saved(connection, change.id, path).get(path)
    if found:
        return found
    base = files(connection, change.base_hash, path) or stories_beside(connection, authority, change.base_hash)
    if path not in base:
        raise NotFound
    return SavedFile(base[path], 0)


def authors_of(connection: Connection, change: ChangeRow) -> frozenset[str]:
    """The accounts of all who had a hand in it: none of them can be its second person."""
    found = {change.owner_id}
    for table in (ChangeFile, ChangeSave):
        found |= {*connection.scalars(select(table.saved_by).where(table.change_id == change.id).distinct())}
    return frozenset(found)


def stories_beside(connection: Connection, authority: str, bundle: str) -> dict[str, bytes]:
    """The stories that lay beside a bundle when the authority published it last; none where none were kept."""
    newest = (
        select(Publication.stories_hash)
        .where(Publication.authority_id == authority, Publication.bundle_hash == bundle)
        .where(Publication.stories_hash.is_not(None))
        .order_by(Publication.number.desc())
        .limit(1)
    )
    packed = connection.scalar(select(Stories.packed).where(Stories.hash == newest.scalar_subquery()))
    return unpacked(packed) if packed else {}


def packed(stories: Mapping[str, bytes]) -> bytes:
    texts = {path: content.decode() for path, content in stories.items()}
    return zlib.compress(orjson.dumps(texts, option=orjson.OPT_SORT_KEYS))


def unpacked(content: bytes) -> dict[str, bytes]:
    texts: dict[str, str] = orjson.loads(zlib.decompress(content))
    return {path: text.encode() for path, text in texts.items()}


def _saved(connection: Connection, change: str, path: str | None = None) -> dict[str, SavedFile]:
    columns = (ChangeFile.path, ChangeFile.content, ChangeFile.version, ChangeFile.saved_by, ChangeFile.saved_at)
    every = select(*columns).where(ChangeFile.change_id == change)
    those = every if path is None else every.where(ChangeFile.path == path)
    return {
        row.path: SavedFile(row.content, row.version, row.saved_by, row.saved_at) for row in connection.execute(those)
    }
