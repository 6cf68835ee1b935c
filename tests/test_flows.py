"""Measures the stories: every sequence flow of every drawing is taken by one of them at least once."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest

from engine.process.bundle import Model
from engine.scenario.databases import temporary
from engine.scenario.player import Result, play
from engine.scenario.running import story_files
from engine.scenario.stage import stage_on
from engine.scenario.story import read
from tests.builders import ROOT, shipped_model
from tests.flows_taken import Taken, kept, taken_in


def played(files: Iterable[Path]) -> Iterator[tuple[Result, Taken]]:
    with temporary(ROOT) as fresh:
        for file in files:
            story, database = read(file), fresh()
            yield play(story, stage_on(database, story.steps[0].at)), taken_in(database)


def never_taken(model: Model, taken: Mapping[tuple[str, str], int]) -> list[str]:
    """Each with its file and line, as the linter names them."""
    return [
        f"{drawing.file}:{flow.line} {flow.id} ({flow.source} -> {flow.target})"
        for process, drawing in model.drawings.items()
        for flow in drawing.flows
        if not taken.get((process, flow.id))
    ]


def measure(model: Model, taken: Mapping[tuple[str, str], int]) -> Iterator[str]:
    """For each process: how many of its flows were taken, and how often the one that was taken least."""
    for process, drawing in model.drawings.items():
        counts = [taken.get((process, flow.id), 0) for flow in drawing.flows]
        reached = sum(count > 0 for count in counts)
        yield f"{process:<28}{reached:>4} of {len(counts):>3} flows taken, the rarest in {min(counts)} steps"


def test_every_flow_is_taken_by_a_story(capsys: pytest.CaptureFixture[str], of_this_run: Path) -> None:
    """Runs last (tests/conftest.py): the stories that were told before need not be told again."""
    model, taken, failed = shipped_model(), Taken(), list[str]()
    files = list(story_files([ROOT / "processes"]))
    told = {file: flows for file in files if (flows := kept(of_this_run, file)) is not None}
    for flows in told.values():
        taken += flows
    for result, flows in played(file for file in files if file not in told):
        failed += [f"{result.file}: {failure}" for failure in result.failures]
        taken += flows
    with capsys.disabled():
        sys.stdout.write("\n".join(["", *measure(model, taken), ""]))
    assert failed == []
    assert never_taken(model, taken) == []


def test_a_flow_that_no_story_takes_is_named() -> None:
    """One story of one process: whatever it does not come to is found."""
    story = ROOT / "processes" / "referral" / "scenarios" / "nothing_further.toml"
    ((result, taken),) = played([story])
    assert result.passed
    missed = never_taken(shipped_model(), taken)
    assert any("referral.bpmn" in one for one in missed)
    assert any("plan_visit.bpmn" in one for one in missed)
    assert len(missed) < sum(len(drawing.flows) for drawing in shipped_model().drawings.values())
