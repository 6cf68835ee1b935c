"""The stories of a draft by process: what each is called, whether it was changed, and how it came out."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from engine.base.errors import BadModel, NotFound
from engine.facts.change_files import ChangedFiles, ChangeRow, change_row, file_of_change, files_of_change
from engine.facts.models import is_story, model, model_of
from engine.facts.stories_played import LastPlay, Played, last_play, played_before
from engine.importing.story_titles import story_title
from engine.people.identity import PROCESS_OWNER, STUDIO, Actor
from engine.people.who_may import must_hold
from engine.process.bundle import Model
from engine.reads.authority.people import names_of_accounts
from engine.reads.studio.draft_rights import may_save
from engine.reads.studio.failure_words import failures_told
from engine.reads.studio.stories_trial import StoriesTrial, stories_trial

CameOut = Mapping[str, Sequence[str]]
"""What each expected and what was found, by path, a line each: empty where it came out right."""
How = Literal["", "Changed", "Added", "Taken out"]


@dataclass(frozen=True, slots=True)
class StoryShown:
    """`how` is empty where it is as in the base. `failed` is what it expected and what was found, a line each: empty
    where it came out right, None where it has not been played as it stands. `failed_told` says the same in words;
    `text` is its own, where it failed and is one.
    """

    path: str
    title: str
    how: How
    failed: Sequence[str] | None
    version: int
    failed_told: Sequence[str] = ()
    text: str | None = None


@dataclass(frozen=True, slots=True)
class StoriesOfProcess:
    name: str
    stories: Sequence[StoryShown]


@dataclass(frozen=True, slots=True)
class StoriesPage:
    """`played` is None where they have not been played all as they stand: then `last` is of those that are the same
    since the draft was played, with the models that it has now.
    """

    row: ChangeRow
    processes: Sequence[StoriesOfProcess]
    played: Played | None
    last: LastPlay | None
    trial: StoriesTrial | None
    cases_shown: tuple[str, ...] = ()

    @property
    def stories(self) -> Sequence[StoryShown]:
        return [story for one in self.processes for story in one.stories]


@dataclass(frozen=True, slots=True)
class StoryPage:
    """`text` is None where the file is no text in UTF-8. `draft` is None where the draft cannot be read as a whole, and
    nobody can say whether the names of the story exist in it; `models` are its files.
    """

    row: ChangeRow
    may_save: bool
    path: str
    title: str
    text: str | None
    version: int
    saved_by: str
    failed: Sequence[str] | None
    failed_told: Sequence[str]
    draft: Model | None
    models: Mapping[str, bytes] = field(repr=False)
    cases_shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftForStory:
    """A draft into which a story is to be put; `paths` are those of the stories that are there."""

    row: ChangeRow
    may_save: bool
    paths: frozenset[str]
    cases_shown: tuple[str, ...] = ()


def draft_for_story(connection: Connection, actor: Actor, _now: datetime, change: str) -> DraftForStory:
    """Raises NotAllowed, NotFound."""
    must_hold(actor, [PROCESS_OWNER])
    row = change_row(connection, actor.within, change)
    return DraftForStory(row, row.state == "open", frozenset(files_of_change(connection, actor.within, row).stories))


def stories_page(connection: Connection, actor: Actor, now: datetime, change: str) -> StoriesPage:
    """Raises NotAllowed for whoever neither changes the pathway nor approves that, and NotFound."""
    must_hold(actor, STUDIO)
    row = change_row(connection, actor.within, change)
    files = files_of_change(connection, actor.within, row)
    played, last, draft = *_played(connection, row, files), _draft(files)
    came_out = _came_out(files, played, last)
    drawings = {**model(connection, row.base_hash).drawings, **(draft.drawings if draft else {})}
    told = failures_told({path: lines for path, lines in came_out.items() if lines}, draft)
    found: dict[str, list[StoryShown]] = {}
    for path in sorted(path for path in files.now.keys() | files.base.keys() if is_story(path)):
        process = path.split("/")[1]
        name = drawings[process].name if process in drawings else process.replace("_", " ").capitalize()
        found.setdefault(name, []).append(_shown(files, path, came_out, told))
    processes = [StoriesOfProcess(name, found[name]) for name in sorted(found)]
    return StoriesPage(row, processes, played, last, stories_trial(connection, now, row, files, draft))


def story_page(connection: Connection, actor: Actor, _now: datetime, change: str, path: str) -> StoryPage:
    """Raises NotAllowed, and NotFound where there is no such story in the draft."""
    must_hold(actor, STUDIO)
    row = change_row(connection, actor.within, change)
    file = file_of_change(connection, actor.within, row, path) if is_story(path) else None
    if file is None or file.content is None:
        raise NotFound
    files = files_of_change(connection, actor.within, row)
    draft, failed = _draft(files), _came_out(files, *_played(connection, row, files)).get(path)
    return StoryPage(
        row=row,
        may_save=may_save(actor, row),
        path=path,
        title=story_title(file.content, path),
        text=_text(file.content),
        version=file.version,
        saved_by=names_of_accounts(connection, [file.saved_by]).get(file.saved_by or "", ""),
        failed=failed,
        failed_told=failures_told({path: failed or ()}, draft)[path],
        draft=draft,
        models=files.models,
    )


def _draft(files: ChangedFiles) -> Model | None:
    with suppress(BadModel):
        return model_of(files.models)
    return None


def _played(connection: Connection, row: ChangeRow, files: ChangedFiles) -> tuple[Played | None, LastPlay | None]:
    """All as they stand; else those that are the same since."""
    played = played_before(connection, files.models, files.stories)
    return played, None if played else last_play(connection, row.id, files.models, files.stories)


def _came_out(files: ChangedFiles, played: Played | None, last: LastPlay | None) -> CameOut:
    if played is not None:
        return {path: played.failed.get(path, ()) for path in files.stories}
    return last.came_out if last else {}


def _text(content: bytes) -> str | None:
    with suppress(UnicodeDecodeError):
        return content.decode()
    return None


def _shown(files: ChangedFiles, path: str, came_out: CameOut, told: CameOut) -> StoryShown:
    before, now = files.base.get(path), files.now.get(path)
    how: How = "" if before == now else "Added" if before is None else "Taken out" if now is None else "Changed"
    failed = None if now is None else came_out.get(path)
    version = files.saved[path].version if path in files.saved else 0
    title = story_title(now if now is not None else before or b"", path)
    return StoryShown(path, title, how, failed, version, told.get(path, ()), _text(now) if now and failed else None)
