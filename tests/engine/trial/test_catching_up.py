"""A story catches up with a draft: it does the new task as soon as it is open, and nothing else in it is otherwise."""

from pathlib import Path

import pytest

from engine.facts.models import model_of, stories_under
from engine.scenario.databases import put_files, temporary
from engine.scenario.running import play_on
from engine.scenario.story import parse
from engine.trial.catching_up import ChangedTasks, caught_up, changed_tasks
from tests.builders import ROOT, shipped
from tests.processes.test_adding_a_step import DRAWING, FORM, TASK, block, drawn

FOLDER = "processes/child_in_need_plan/scenarios"
EARLY_HELP, OTHER = f"{FOLDER}/early_help_takes_over.toml", f"{FOLDER}/review_held_late.toml"


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return {**shipped(), DRAWING: drawn(), FORM: block("json").encode()}


@pytest.fixture(scope="module")
def stories() -> dict[str, bytes]:
    return stories_under(ROOT)


def test_a_new_task_is_done_as_soon_as_it_is_open_and_what_was_expected_is_expected_then(
    files: dict[str, bytes], stories: dict[str, bytes], tmp_path: Path
) -> None:
    """A story that never comes there stays as it is."""
    tasks = changed_tasks(model_of(shipped()), model_of(files))
    assert tasks == ChangedTasks(frozenset({("child_in_need_plan", TASK)}), {})
    before = stories[EARLY_HELP].decode()
    found = caught_up(files, tasks, {EARLY_HELP: before.encode(), OTHER: stories[OTHER]})
    assert [*found] == [EARLY_HELP]
    added = f'\n[[step]]\nas = "social_worker"\ndo = "{TASK}"\n'
    assert found[EARLY_HELP].count(added) == 1
    assert found[EARLY_HELP].replace(added, "") == before
    assert found[EARLY_HELP].partition(added)[2].startswith('expect.ended = ["child_in_need_plan"]\n')
    put_files(tmp_path, files)
    with temporary(tmp_path) as fresh:
        assert not play_on(parse(before, EARLY_HELP), fresh()).passed
        assert play_on(parse(found[EARLY_HELP], EARLY_HELP), fresh()).failures == []


def test_whoever_does_a_task_now_does_it_in_the_story(stories: dict[str, bytes]) -> None:
    """But for what is to be refused there, and for a person who was another one."""
    text = stories[EARLY_HELP].decode()
    given = {("child_in_need_plan", "review_plan"): ("team_manager", "service_manager")}
    found = caught_up(shipped(), ChangedTasks(frozenset(), given), {EARLY_HELP: text.encode()})
    was, now = 'as = "team_manager"\ndo = "review_plan"', 'as = "service_manager"\ndo = "review_plan"'
    assert found == {EARLY_HELP: text.replace(was, now)}
    assert 'as = "social_worker"\ndo = "review_plan"' in found[EARLY_HELP]
