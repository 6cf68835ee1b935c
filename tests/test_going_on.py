"""Whatever process goes on with a case, the story is the same: nothing that one remembers is needed by the next."""

from pathlib import Path

import pytest

from engine.base.database import Database
from engine.facts import models
from engine.scenario.player import play
from engine.scenario.running import story_files
from engine.scenario.stage import stage_on
from engine.scenario.story import read
from tests.amount import LONG
from tests.builders import LONG_BEFORE, ROOT, publish

ALL = list(story_files([ROOT / "processes"]))
# In the short run one of each process, and one of the whole pathway.
STORIES = ALL if LONG else list({path.parent.parent: path for path in ALL}.values())


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.relative_to(ROOT / "processes").as_posix())
def test_another_process_may_go_on_after_any_step(
    path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After each step all that the process remembers is forgotten: what comes next is read back from the database."""
    publish(database=database, now=LONG_BEFORE)
    story = read(path)
    stage = stage_on(database, story.steps[0].at)

    def forget() -> None:
        monkeypatch.setattr(models, "_read", {})
        database.dispose()

    result = play(story, stage, between=forget)
    assert [*map(str, result.faults), *map(str, result.failures)] == []
