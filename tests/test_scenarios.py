"""Every scenario that is shipped tells the truth. What it recorded leads to the same rows when it is re-run. One of
each process is told on PostgreSQL too.
"""

from pathlib import Path

import pytest

from engine.base.database import Database
from engine.facts import models
from engine.scenario.player import Result
from engine.scenario.running import play_on, story_files
from engine.scenario.story import read
from tests.builders import LONG_BEFORE, ROOT, publish
from tests.flows_taken import keep, taken_in
from tests.rerun.rerunning import differing

STORIES = list(story_files([ROOT / "processes"]))
OF_EACH_PROCESS = {path.parent.parent: path for path in STORIES}.values()


def name(path: Path) -> str:
    return path.relative_to(ROOT / "processes").as_posix()


def said(result: Result) -> list[str]:
    return [*map(str, result.faults), *map(str, result.failures)]


def test_there_are_stories_of_every_process() -> None:
    processes = {path.parent.name for path in (ROOT / "processes").glob("*/*.bpmn")}
    assert processes <= {path.parent.parent.name for path in STORIES}


def test_those_beside_the_shipped_bundle_are_all_played_here() -> None:
    """The start therefore does not play them: `publish_shipped`."""
    assert {path.relative_to(ROOT).as_posix() for path in STORIES} == models.stories_under(ROOT).keys()


@pytest.mark.parametrize(
    "path",
    [pytest.param(path, marks=pytest.mark.every_python if path in OF_EACH_PROCESS else ()) for path in STORIES],
    ids=name,
)
def test_a_shipped_scenario_tells_the_truth_and_its_record_leads_there_again(
    path: Path, database: Database, of_this_run: Path
) -> None:
    tells_the_truth(path, database)
    keep(of_this_run, path, taken_in(database))


@pytest.mark.parametrize("path", OF_EACH_PROCESS, ids=name)
def test_a_story_of_each_process_is_told_on_postgresql(path: Path, postgresql_database: Database) -> None:
    tells_the_truth(path, postgresql_database)


def tells_the_truth(path: Path, database: Database) -> None:
    publish(database=database, now=LONG_BEFORE)
    result = play_on(read(path), database)
    assert said(result) == []
    assert result.passed
    assert differing(database=database) == []
