"""An invented pathway that shares no id with the shipped one: it is sound and tells its stories.

What Python knows by a name of the shipped pathway shows here.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from engine.process.bundle import Model, read_bundle
from engine.scenario.databases import Fresh, temporary
from engine.scenario.running import play_on, story_files
from engine.scenario.story import read
from tests.builders import shipped_model
from tests.renaming import KEPT_ROLES
from tests.rerun.rerunning import differing
from tests.second import SECOND, fields_of, problems, second
from webapp.cli import main

STORIES = list(story_files([SECOND / "processes"]))


@pytest.fixture(scope="module")
def fresh() -> Iterator[Fresh]:
    with temporary(SECOND) as made:
        yield made


def ids(model: Model) -> set[str]:
    """Of everything that a bundle names; values of choices are the models' own business."""
    elements = (one.id for drawing in model.drawings.values() for one in drawing.elements.values())
    fields = (field for form in model.forms.values() for field in fields_of(form))
    roles = {*model.roles} - KEPT_ROLES
    return {*model.drawings, *elements, *fields, *model.messages, *model.rules, *model.duties, *model.agencies, *roles}


def test_it_is_sound() -> None:
    assert problems(second()) == []


def test_it_shares_no_id_with_the_shipped_bundle() -> None:
    assert ids(read_bundle(second())) & ids(shipped_model()) == set()


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_a_story_of_it_is_told_and_its_record_leads_there_again(path: Path, fresh: Fresh) -> None:
    database = fresh()
    result = play_on(read(path), database)
    assert [*map(str, result.faults), *map(str, result.failures)] == []
    assert differing(database=database) == []


def test_the_command_plays_them() -> None:
    result = CliRunner().invoke(main, ["scenario", str(SECOND / "processes"), "--models", str(SECOND)])
    assert (result.exit_code, result.output) == (0, f"{len(STORIES)} passed, 0 failed\n")
