"""What the record says of each step of each process of a case, and which of these still go on."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from engine.process.bundle import START
from engine.reads.case.case_facts import ProcessRun
from engine.reads.case.whole_record import is_joined_there
from engine.record.chain import RecordedEntry

ANSWERED = ("started", "completed")
ENDS = ("ended", "joined", "withdrawn", "stuck")
OF_STEPS = ("started", "opened", "completed", "withdrawn")
Steps = Mapping[str, tuple[RecordedEntry, ...]]
ByRun = Mapping[str, Steps]


def steps_by_run(lines: Sequence[RecordedEntry], runs: Mapping[str, ProcessRun]) -> ByRun:
    """Entries by process of the case and element; those that began the process under `start`."""
    found: dict[str, dict[str, tuple[RecordedEntry, ...]]] = {run: {} for run in runs}
    for line in lines:
        element = START if line.kind == "started" else line.element
        if line.instance in found and line.kind == "migrated":
            _rename_open(found[line.instance], (line.payload or {}).get("renamed", {}))
        if line.instance in found and line.kind == "answers_corrected" and element:
            _correct(found[line.instance], element, line)
        if line.instance in found and element and line.kind in OF_STEPS:
            of_run = found[line.instance]
            of_run[element] = (*of_run.get(element, ()), line)
    return found


def _correct(of_run: dict[str, tuple[RecordedEntry, ...]], element: str, corrected: RecordedEntry) -> None:
    """What was answered counts as it was put right."""
    of_run[element] = tuple(
        replace(one, payload={**(one.payload or {}), "answers": corrected_by(one, corrected)})
        if one.kind in ANSWERED and (one.occurrence or 1) == corrected.occurrence
        else one
        for one in of_run.get(element, ())
    )


def corrected_by(one: RecordedEntry, corrected: RecordedEntry) -> Mapping[str, Any]:
    """The answers of the one entry after the other put them right; of what has been erased there is none."""
    said = corrected.payload or {}
    answers: Mapping[str, Any] = (one.payload or {}).get("answers") or {}
    gone = {*said.get("before", {})} - {*said.get("after", {})}
    return {name: answer for name, answer in {**answers, **said.get("after", {})}.items() if name not in gone}


def _rename_open(of_run: dict[str, tuple[RecordedEntry, ...]], names: Mapping[str, str]) -> None:
    """What stood open when the process went over to models that call it otherwise."""
    for old, new in names.items():
        if of_run.get(old, ())[-1:] and of_run[old][-1].kind == "opened":
            of_run[new] = (*of_run.get(new, ()), of_run[old][-1])
            of_run[old] = of_run[old][:-1]


def under_way(lines: Sequence[RecordedEntry], runs: Mapping[str, ProcessRun]) -> frozenset[str]:
    """Those that run, and those that were set aside and may be taken up again: until the case is closed. Of a case that
    was joined to another those of whose end its record does not tell: they went on there, and are done there or not.
    """
    ends = [line.kind for line in lines if line.kind in ("closed", "case_reopened")]
    statuses = ("running",) if ends[-1:] == ["closed"] else ("running", "stuck")
    running = {run.id for run in runs.values() if run.status in statuses}
    if is_joined_there(lines):
        over = {
            line.instance for line in lines if line.kind in ENDS and not (line.kind == "withdrawn" and line.element)
        }
        running |= runs.keys() - over
    return frozenset(running)
