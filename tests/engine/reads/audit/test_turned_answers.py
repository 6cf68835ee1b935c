"""Each judgement of a duty, turned: one answer of a played case is changed, and exactly that duty is no longer done."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import select

from engine.facts.duties import judgements
from engine.forms.duty_judgement import Judgement
from engine.forms.questions import Schema
from engine.process.bundle import START
from engine.process.duty_table import NOW
from engine.reads.audit.duties_met import DutyMet, duties_met
from engine.reads.case.case_facts import ProcessRun, instances
from engine.record.chain import RecordedEntry, case_chain, lines
from engine.scenario.databases import temporary
from engine.scenario.running import play_on
from engine.scenario.story import read
from engine.tables import Case
from tests.amount import some_of
from tests.builders import ROOT, shipped_model

PROCESSES = ROOT / "processes"
STORIES = [
    *sorted((PROCESSES / "scenarios").glob("duties_*.toml")),
    PROCESSES / "death" / "scenarios" / "one_of_three_on_a_plan.toml",
    PROCESSES / "departure_abroad" / "scenarios" / "on_a_plan.toml",
]
DELIVERED = tuple(duty for duty in shipped_model().duties.values() if duty.delivered == NOW)
JUDGED = some_of(((duty, one) for duty, of_it in judgements(shipped_model()).items() for one in of_it), 3)


@dataclass(frozen=True)
class Played:
    """A case at the end of its story."""

    lines: tuple[RecordedEntry, ...]
    runs: Mapping[str, ProcessRun]

    def met(self) -> dict[str, DutyMet]:
        return {one.duty.id: one for one in duties_met(self.lines, self.runs, DELIVERED)}

    def with_answers(self, line: RecordedEntry, answers: Mapping[str, Any]) -> "Played":
        changed = replace(line, payload={**(line.payload or {}), "answers": answers})
        return replace(self, lines=tuple(changed if one.number == line.number else one for one in self.lines))


@cache
def played() -> tuple[tuple[Played, dict[str, DutyMet]], ...]:
    """Every story of duties, each case of it, played once."""
    found: list[Played] = []
    with temporary(ROOT) as fresh:
        for path in STORIES:
            database = fresh()
            play_on(read(path), database)
            with database.read() as connection:
                cases = connection.scalars(select(Case.id)).all()
                found += [Played(lines(connection, case_chain(one)), instances(connection, one)) for one in cases]
    return tuple((one, one.met()) for one in found)


def turns(form: Schema, judgement: Judgement, answers: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The same answers but for one: left out, or answered otherwise."""
    for name in sorted(judgement.fields_read() & answers.keys()):
        field, rest = form["properties"][name], {one: answers[one] for one in answers if one != name}
        for value in (None, *_others(field, answers[name])):
            yield _shown(form, {**rest, name: value} if value is not None else rest)


def _others(field: Schema, answer: Any) -> Iterator[Any]:
    if isinstance(answer, list):
        listed = cast("list[Any]", answer)
        yield from ([one for one in listed if one != taken] for taken in listed)
        inner: Schema = field["items"].get("properties", {})
        for name, one in inner.items():
            yield from ([{**row, name: choice["const"]} for row in listed] for choice in one.get("oneOf", ()))
    choices = [choice["const"] for choice in field.get("oneOf", ())] or ["yes", "no"]
    if not isinstance(answer, list) and answer in choices:
        yield from (choice for choice in choices if choice != answer)


def _shown(form: Schema, answers: dict[str, Any]) -> dict[str, Any]:
    """As the page would send them: what the turned answer no longer reveals is gone."""
    shown: dict[str, Any] = {}
    for name in (one for one in form["properties"] if one in answers):
        conditions: Mapping[str, Any] = form["properties"][name].get("x-ui", {}).get("show_if", {})
        if all(
            shown.get(asked) in ([wanted] if isinstance(wanted, str) else wanted)
            for asked, wanted in conditions.items()
        ):
            shown[name] = answers[name]
    return shown


def done_by(duty: str, judgement: Judgement) -> Iterator[tuple[Played, dict[str, DutyMet], RecordedEntry]]:
    for case, met in played():
        for asked in met[duty].asked:
            if (met[duty].state, asked.state, asked.judgement) == ("done", "done", judgement):
                yield case, met, asked.line


@pytest.mark.parametrize(
    ("duty", "judgement"), JUDGED, ids=[f"{duty}-{one.process}-{one.element}" for duty, one in JUDGED]
)
def test_turning_one_answer_changes_exactly_that_duty(duty: str, judgement: Judgement) -> None:
    form = shipped_model().form(judgement.process, judgement.element) or {}
    changes: list[set[str]] = []
    for case, met, line in done_by(duty, judgement):
        for turned in turns(form, judgement, (line.payload or {})["answers"]):
            after = case.with_answers(line, turned).met()
            changes.append({one for one in met if after[one].state != met[one].state})
    assert {duty} in changes, f"{judgement.process}.{judgement.element} decides {duty} in no story by itself: {changes}"


def expected(path: Path) -> Iterator[tuple[str, str]]:
    for step in tomllib.loads(path.read_text())["step"]:
        yield from step.get("expect", {}).get("duty", {}).items()


def test_each_duty_has_a_story_in_which_it_is_done_and_one_in_which_it_is_not() -> None:
    states = {pair for path in STORIES for pair in expected(path)}
    for duty in DELIVERED:
        assert (duty.id, "done") in states, duty.id
        assert {state for name, state in states if name == duty.id} - {"done"}, duty.id


def test_no_task_and_no_label_fulfils_anything() -> None:
    """Every answer is taken away, and nothing is done any more."""
    for case, _met in played():
        emptied = tuple(
            replace(one, payload={**one.payload, "answers": {}}) if one.payload and "answers" in one.payload else one
            for one in case.lines
        )
        for one in duties_met(emptied, case.runs, DELIVERED):
            assert one.state not in ("done", "done otherwise"), one.duty.id
            assert all(step.line.kind != "started" or step.judgement.element == START for step in one.asked)
