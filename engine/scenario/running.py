"""Runs story files, one after the other."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from engine.base.database import Database
from engine.facts.models import files
from engine.scenario.databases import Fresh
from engine.scenario.known_names import check_names
from engine.scenario.other_models import put_in_force_by
from engine.scenario.player import Result, play
from engine.scenario.stage import stage_on
from engine.scenario.story import BadStory, Story, read

# The tables of a models folder stand where stories may be looked for, and are none.
NO_STORIES = frozenset({"roles.toml", "edition.toml", "renames.toml"})


def story_files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files themselves, and every story in the folders, in order of path."""
    for path in paths:
        if path.is_dir():
            yield from sorted(found for found in path.rglob("*.toml") if found.name not in NO_STORIES)
        else:
            yield path


def run(files: Iterable[Path], fresh: Fresh) -> Iterator[Result]:
    """Plays each file on a database of its own."""
    for file in files:
        try:
            yield play_on(read(file), fresh())
        except BadStory as error:
            yield Result(str(file), file.stem, 0, faults=error.faults)


def play_on(story: Story, database: Database) -> Result:
    """On a database that has models in force. Raises BadStory where the models do not know a name of the story."""
    stage = stage_on(database, story.steps[0].at)
    model = stage.model
    with database.read() as connection:
        later = put_in_force_by(story, files(connection, model.hash))
    check_names(story, model, later)
    return play(story, stage)
