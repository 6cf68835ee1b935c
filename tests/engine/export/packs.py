"""Packs for the tests: of a case that was built, or of one that a story played; and a zip read back."""

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from engine.base.database import Database
from engine.export.pack import Pack, pack_of
from engine.export.stored import StoredCase, read_case
from engine.record.chain import RecordedEntry
from engine.scenario.running import play_on
from engine.scenario.story import read
from engine.tables import Act, Case
from tests.builders import LONG_BEFORE, ROOT, publish

DAY = timedelta(days=1)


@dataclass(frozen=True, repr=False)
class Opened:
    """A pack as whoever gets it sees it: its name, and its files by path."""

    name: str
    files: dict[str, bytes]

    def text(self, path: str) -> str:
        return self.files[path].decode("utf-8-sig")


def opened(pack: Pack) -> Opened:
    with zipfile.ZipFile(io.BytesIO(pack.content)) as archive:
        assert archive.testzip() is None
        return Opened(pack.name, {path: archive.read(path) for path in archive.namelist()})


def stored_case(database: Database, case: str) -> StoredCase:
    with database.read() as connection:
        return read_case(connection, case)


def made(stored: StoredCase, at: datetime, *, redacted: bool = False) -> Opened:
    return opened(pack_of(stored, at, {}, redacted=redacted))


def played(database: Database, story: str) -> tuple[list[StoredCase], datetime]:
    """The cases of a shipped story, and a day after its end. `story` is a path below processes/."""
    publish(database=database, now=LONG_BEFORE)
    play_on(read(ROOT / "processes" / story), database)
    with database.read() as connection:
        cases = connection.scalars(select(Case.id).order_by(Case.opened_at, Case.id)).all()
        last = connection.execute(select(func.max(Act.at))).scalar_one()
    return [stored_case(database, case) for case in cases], last + DAY


def story_database(folder: Path, template: Path) -> Database:
    path = folder / "story.db"
    path.write_bytes(template.read_bytes())
    return Database(f"sqlite:///{path}")


def with_entries(stored: StoredCase, entries: Iterable[RecordedEntry]) -> StoredCase:
    """The case as if its acts held these entries; the acts themselves stay as they are, to the byte."""
    by_act = {act.number: act for act in stored.acts}
    last = {entry.number: act.number for act in stored.acts for entry in act.entries}
    told: dict[int, list[RecordedEntry]] = {}
    for entry in entries:
        told.setdefault(last[entry.number], []).append(entry)
    return replace(stored, acts=tuple(replace(by_act[act], entries=tuple(told[act])) for act in told))
