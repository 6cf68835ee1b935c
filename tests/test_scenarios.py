"""Every scenario that is shipped tells the truth, and whatever process goes on with the case. What it recorded leads to
the same rows when it is re-run. One of each process is told on PostgreSQL too.
"""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.base.database import Database
from engine.facts import models
from engine.scenario.player import Result, play
from engine.scenario.running import play_on, story_files
from engine.scenario.stage import stage_on
from engine.scenario.story import read
from tests.builders import MONDAY, ROOT, publish
from tests.rerun.rerunning import differing

LONG_BEFORE = datetime(2000, 1, 1, tzinfo=UTC)  # time goes on in a record, whatever the day of a story
STORIES = list(story_files([ROOT / "processes"]))


def name(path: Path) -> str:
    return path.relative_to(ROOT / "processes").as_posix()


def said(result: Result) -> list[str]:
    return [*map(str, result.faults), *map(str, result.failures)]


def test_there_are_stories_of_every_process() -> None:
    processes = {path.parent.name for path in (ROOT / "processes").glob("*/*.bpmn")}
    assert processes - {path.parent.parent.name for path in STORIES} == set()


def test_those_beside_the_shipped_bundle_are_all_played_here() -> None:
    """The start therefore does not play them: `publish_shipped`."""
    assert {path.relative_to(ROOT).as_posix() for path in STORIES} == models.stories_under(ROOT).keys()


@pytest.mark.parametrize("path", STORIES, ids=name)
def test_a_shipped_scenario_tells_the_truth_and_its_record_leads_there_again(path: Path, database: Database) -> None:
    tells_the_truth(path, database)


@pytest.mark.parametrize("path", {path.parent.parent: path for path in STORIES}.values(), ids=name)
def test_a_story_of_each_process_is_told_on_postgresql(path: Path, postgresql_database: Database) -> None:
    tells_the_truth(path, postgresql_database)


def tells_the_truth(path: Path, database: Database) -> None:
    publish(database=database, now=LONG_BEFORE)
    result = play_on(read(path), database)
    assert said(result) == []
    assert result.passed
    assert differing(database=database) == []


@pytest.mark.parametrize("path", [path for path in STORIES if path.parent.parent.name == "processes"], ids=name)
def test_another_process_may_go_on_after_any_step(
    path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After each step all that the process remembers is forgotten: what comes next is read back from the database."""
    publish(database=database, now=MONDAY)
    story = read(path)
    stage = stage_on(database, story.steps[0].at)

    def forget() -> None:
        monkeypatch.setattr(models, "_read", {})
        database.dispose()

    assert said(play(story, stage, between=forget)) == []
