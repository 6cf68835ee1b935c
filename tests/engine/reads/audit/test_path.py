"""The way that is marked on a drawing is what the record holds up to that step: no more, no less, and without gaps."""

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from engine.process.drawing import Drawing
from engine.reads.audit.path import Path, path
from engine.reads.audit.trail import Trail, trail
from engine.record.chain import RecordedEntry
from engine.scenario.databases import temporary
from engine.scenario.running import play_on
from engine.scenario.stage import AUTHORITY
from engine.scenario.story import read
from engine.tables import Case, WorkItem
from tests.builders import ROOT

STORIES = (
    "police_protection_on_easter_weekend.toml",
    "an_overrun_a_disagreement_and_a_second_referral.toml",
    "ten_years_on_a_plan.toml",
)


@dataclass(frozen=True)
class Walked:
    """One process of a story, with the tasks that stand open in it."""

    trail: Trail
    run: str
    open: frozenset[str]

    @property
    def lines(self) -> tuple[RecordedEntry, ...]:
        return self.trail.lines

    @property
    def drawing(self) -> Drawing:
        run = self.trail.runs[self.run]
        return run.model.drawings[run.process]

    def to(self, number: int) -> Path:
        return path(self.lines, self.run, number)


@pytest.fixture(scope="module")
def walked() -> list[Walked]:
    found: list[Walked] = []
    with temporary(ROOT) as fresh:
        for name in STORIES:
            database = fresh()
            assert play_on(read(ROOT / "processes" / "scenarios" / name), database).passed
            with database.read() as connection:
                for case in connection.scalars(select(Case.id)).all():
                    found += _of_case(connection, trail(connection, AUTHORITY, case))
    return found


def _of_case(connection: Connection, of_case: Trail) -> list[Walked]:
    rows = connection.execute(select(WorkItem.instance_id, WorkItem.element).where(WorkItem.closed_at.is_(None)))
    open_tasks = [(instance, element) for instance, element in rows]
    return [
        Walked(of_case, run, frozenset(element for instance, element in open_tasks if instance == run))
        for run in of_case.runs
    ]


@given(st.data())
def test_the_path_at_a_step_is_exactly_the_prefix_of_the_trace(walked: list[Walked], data: st.DataObject) -> None:
    one = data.draw(st.sampled_from(walked))
    number = data.draw(st.integers(0, len(one.lines) + 1))
    at, whole = one.to(number), one.to(len(one.lines))
    assert at.visits == tuple(visit for visit in whole.visits if visit[1] <= number)
    assert at.flows == whole.flows[: len(at.flows)]
    trace = [line for line in one.lines[:number] if line.instance == one.run and line.kind in ("completed", "passed")]
    assert at.flows == tuple(flow for line in trace for flow in line.flows)
    assert [place for _, place in at.visits] == [line.number for line in trace if line.occurrence]


def test_the_path_has_no_gaps(walked: list[Walked]) -> None:
    """Whatever was passed was come to by an arrow that was taken, began the process, or cut a task short."""
    assert [gap for one in walked for gap in gaps(one.drawing, one.to(len(one.lines)))] == []


def test_a_flow_that_is_missing_is_found_as_a_gap(walked: list[Walked]) -> None:
    one = max(walked, key=lambda each: len(each.to(len(each.lines)).flows))
    whole = one.to(len(one.lines))
    planted = [replace(whole, flows=tuple(flow for flow in whole.flows if flow != missing)) for missing in whole.flows]
    assert sum(bool(gaps(one.drawing, each)) for each in planted) > len(planted) / 2


def gaps(drawing: Drawing, whole: Path) -> list[str]:
    reached = {flow.target for flow in drawing.flows if flow.id in whole.flows}
    elements = (drawing.elements[element] for element, _ in whole.visits)
    return [
        element.id
        for element in elements
        if element.kind not in ("startEvent", "boundaryEvent") and element.id not in reached
    ]


def test_what_stands_open_at_the_end_is_what_waits_in_the_inbox(walked: list[Walked]) -> None:
    for one in walked:
        assert set(one.to(len(one.lines)).current) == one.open
    assert any(one.open for one in walked)
