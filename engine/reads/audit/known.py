"""What was known when: each form with the day that it speaks of and the moment at which it was recorded."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection

from engine.facts.models import model
from engine.forms.happening import happened_at
from engine.process.bundle import START
from engine.reads.audit.trail import Trail
from engine.reads.case.answered import Given, Said, form_title, in_words, with_corrections, with_disputes
from engine.reads.case.corrected import corrected_by_place
from engine.reads.case.disputed import disputed_by_place
from engine.reads.case.earlier import LEFT_OUT
from engine.record.chain import RecordedEntry

_OF_A_TASK = ("completed", "departed")
By = Literal["recorded", "happened"]


@dataclass(frozen=True, slots=True)
class KnownForm:
    """The answers to one form, as the entry `number` holds them. `happened_at` is the moment that they speak of.

    `said_when`: the form says when it happened; otherwise that is taken to be when it was recorded.
    """

    number: int
    run: str
    process: str
    title: str
    by: str
    role: str
    recorded_at: datetime
    happened_at: datetime
    said_when: bool
    rows: tuple[Said, ...]

    def known(self, number: int, at: datetime, by: By) -> bool:
        """At the step `number`, which was taken at `at`: recorded by then, or happened by then."""
        return self.number <= number if by == "recorded" else self.happened_at <= at


def forms(connection: Connection, trail: Trail) -> tuple[KnownForm, ...]:
    """Oldest recording first; without those left empty."""
    lines = tuple(answered(trail))
    given = [_given(trail, line, answers) for line, answers in lines]
    words = in_words(
        connection, [(model(connection, one.bundle), one.process, one.element, one.answers) for one in given]
    )
    notes = disputed_by_place(trail.lines, trail.people.name)
    corrections = corrected_by_place(trail.lines, trail.people.name)
    found: list[KnownForm] = []
    for (line, answers), rows in zip(lines, words, strict=True):
        corrected = corrections.get(_place(line), ())
        rows = with_corrections(connection, _given(trail, line, answers), rows, corrected)  # noqa: PLW2901
        found.append(_form(trail, line, answers, with_disputes(rows, notes.get(_place(line), ()))))
    return tuple(found)


def _place(line: RecordedEntry) -> tuple[str, str, int]:
    element = line.element if line.kind in _OF_A_TASK and line.element else START
    return line.instance or "", element, line.occurrence or 1


def answered(trail: Trail) -> Iterator[tuple[RecordedEntry, Mapping[str, Any]]]:
    for line in trail.lines:
        answers = (line.payload or {}).get("answers") if line.kind != "departure_asked" else None
        if answers and trail.run(line):
            yield line, answers


def _given(trail: Trail, line: RecordedEntry, answers: Mapping[str, Any]) -> Given:
    run = trail.runs[line.instance or ""].then(line.number)
    element = line.element if line.kind in _OF_A_TASK and line.element else START
    title = form_title(run.model, run.process, element) + (LEFT_OUT if line.kind == "departed" else "")
    return Given(run.process, run.name, element, title, line.at, "", answers, run.model.hash, run.id)


def _form(trail: Trail, line: RecordedEntry, answers: Mapping[str, Any], rows: tuple[Said, ...]) -> KnownForm:
    run, given = trail.runs[line.instance or ""].then(line.number), _given(trail, line, answers)
    happened = happened_at(run.model.form(run.process, given.element) or {}, answers, line.at)
    return KnownForm(
        number=line.number,
        run=run.id,
        process=run.name,
        title=given.title,
        by=trail.by(line),
        role=trail.people.role(line.actor, line.at),
        recorded_at=line.at,
        happened_at=happened or line.at,
        said_when=happened is not None,
        rows=rows,
    )
