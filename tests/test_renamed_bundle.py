"""The shipped bundle under other names: no process, task, message, clock, field, agency and working role is called as
before, and everything works as before. What fails is said under the old names.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.base.errors import BadModel
from engine.process.bundle import Model, read_bundle
from engine.scenario.databases import Fresh, temporary
from engine.scenario.running import play_on, story_files
from engine.scenario.story import parse
from engine.tables import Case
from tests.amount import some_of
from tests.builders import ROOT, shipped, shipped_model
from tests.renaming import KEPT_ROLES, all_renamed, old_names, renamed

EVERY = list(story_files([ROOT / "processes"]))
# test_scenarios.py plays all, and the linter has taken the bundle.
STORIES = some_of(EVERY, 8)


def name(path: Path) -> str:
    return path.relative_to(ROOT / "processes").as_posix()


def under_old_names(text: str) -> str:
    names = old_names(shipped())
    return re.sub(r"\w+", lambda found: names.get(found.group(), found.group()), text)


def written(files: dict[str, bytes], folder: Path) -> Path:
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fresh]:
    """Databases with the renamed bundle in force, which the linter has taken."""
    try:
        with temporary(written(all_renamed(shipped()), tmp_path_factory.mktemp("renamed"))) as made:
            yield made
    except BadModel as error:
        pytest.fail(under_old_names(str(error)))


def ids(model: Model) -> dict[str, set[str]]:
    return {
        "process": {*model.drawings},
        "task": {*model.forms},
        "message": {*model.messages},
        "clock": {*model.rules},
        "field": {field for form in model.forms.values() for field in form["properties"]},
        "agency": {*model.agencies},
        "role": {*model.roles} - KEPT_ROLES,
    }


def test_every_id_has_another_name() -> None:
    before, after = ids(shipped_model()), ids(read_bundle(all_renamed(shipped())))
    assert {kind: found & after[kind] for kind, found in before.items()} == {kind: set[str]() for kind in before}
    assert {kind: len(found) for kind, found in before.items()} == {kind: len(found) for kind, found in after.items()}


@pytest.mark.parametrize("path", STORIES, ids=name)
def test_a_story_is_told_under_other_names(path: Path, fresh: Fresh) -> None:
    file = path.relative_to(ROOT).as_posix()
    *_, story = all_renamed({**shipped(), file: path.read_bytes()}).values()
    result = play_on(parse(story.decode(), name(path)), fresh())
    assert [under_old_names(str(one)) for one in (*result.faults, *result.failures)] == []


@pytest.mark.parametrize(
    ("old", "new"), [("allocate_social_worker", "allocate_worker"), ("lead_social_worker", "lead_worker")]
)
def test_a_lead_is_made_though_the_task_or_the_question_is_called_otherwise(old: str, new: str, tmp_path: Path) -> None:
    """Once the task lost its effect and the story passed; the field ended the command in a KeyError."""
    file = "processes/referral/scenarios/leads_to_an_assessment.toml"
    files = renamed({**shipped(), file: (ROOT / file).read_bytes()}, old, new)
    with temporary(written(files, tmp_path)) as made:
        database = made()
        result = play_on(parse(files[file].decode(), file), database)
        with database.read() as connection:
            leads = list(connection.scalars(select(Case.lead_account_id)))
    assert [*result.faults, *result.failures] == []
    assert all(leads)
