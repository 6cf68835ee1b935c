"""The stories beside a bundle that is to be published: all are played, side by side, on scratch databases."""

from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, closing
from datetime import datetime
from multiprocessing import get_context
from os import cpu_count, getpid
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from structlog.testing import capture_logs

from engine.base.database import Database
from engine.commands.publishing import keep_played
from engine.facts.stories_played import Played, played_before
from engine.people.identity import Actor
from engine.scenario import report
from engine.scenario.coverage import Passed, passed_in
from engine.scenario.databases import Fresh, copied, make_template, put_files
from engine.scenario.running import run

Tell = Callable[[int, int, str], None]
"""How far it has come: the number of the story that is at work, of how many, and its path."""


class PlayedStory(NamedTuple):
    """`failed`: what it expected and what was found, a line each. `passed`: what of the drawings it went through."""

    path: str
    failed: list[str]
    passed: Passed


# Below this the processes take longer to start than they save.
WORTH_STARTING = 20
_mine: list[Fresh] = []


def played(
    database: Database,
    actor: Actor,
    now: Callable[[], datetime],
    files: Mapping[str, bytes],
    stories: Mapping[str, bytes],
    tell: Tell,
) -> Played:
    """How the stories come out with these models and this program: as it was kept, or played now and kept.

    Raises BadModel where the models are unsound.
    """
    with database.read() as connection:
        before = played_before(connection, files, stories)
    if before or not stories:
        return before or Played(now(), 0, {})
    failed = {one.path: one.failed for one in play_each(files, stories, tell) if one.failed}
    found = Played(now(), len(stories) - len(failed), failed)
    keep_played(database, actor, now(), files, stories, found)
    return found


def play_each(
    files: Mapping[str, bytes], stories: Mapping[str, bytes], tell: Tell
) -> Generator[PlayedStory, None, None]:
    """One after another in the order of their paths. What is played is what was read, whatever becomes of the folder.

    Raises BadModel where the models are unsound.
    """
    with TemporaryDirectory(prefix="throughline-stories-") as folder:
        put_files(Path(folder), files)
        template = Path(folder, "template.db")
        make_template(template, Path(folder))
        put_files(Path(folder), stories)
        paths = sorted(stories)
        results = _side_by_side(template, folder, paths) if len(paths) >= WORTH_STARTING else _here(template, paths)
        with closing(results):
            for number, path in enumerate(paths, 1):
                tell(number, len(paths), path)
                yield next(results)


def _here(template: Path, paths: Sequence[str]) -> Generator[PlayedStory, None, None]:
    with copied(template, template.with_name("story.db")) as fresh:
        for path in paths:
            yield _one(fresh, template.parent, path)


def _side_by_side(template: Path, folder: str, paths: Sequence[str]) -> Generator[PlayedStory, None, None]:
    # Started afresh: a copy of this process would share its connections.
    with ProcessPoolExecutor(cpu_count(), get_context("spawn"), _begin, (template,)) as processes:
        yield from processes.map(_one_in_mine, [Path(folder)] * len(paths), paths, chunksize=4)


def _begin(template: Path) -> None:
    _mine.append(ExitStack().enter_context(copied(template, template.with_name(f"story-{getpid()}.db"))))


def _one_in_mine(folder: Path, path: str) -> PlayedStory:
    return _one(_mine[0], folder, path)


def _one(fresh: Fresh, folder: Path, path: str) -> PlayedStory:
    used: list[Database] = []

    def on() -> Database:
        used.append(fresh())
        return used[0]

    with capture_logs():  # that a letter of a story does not leave is no news of this installation
        (result,) = run([folder / path], on)
    failed = [line.removeprefix(f"{result.file}: ") for line in report.lines(result, verbose=False)]
    return PlayedStory(path, failed, passed_in(used[0]) if used else {})
