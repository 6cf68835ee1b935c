"""Which shapes and ways of the drawings stories pass: read from the record that they leave, as an auditor would."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from engine.base.database import Database
from engine.process.bundle import Model
from engine.process.drawing import Drawing
from engine.reads.audit.path import PASSED
from engine.record.chain import case_chain, lines
from engine.tables import Case, Instance

Passed = Mapping[str, frozenset[str]]
"""By process the ids of the shapes and flows that were passed."""
MEETING = frozenset({"exclusiveGateway", "parallelGateway", "eventBasedGateway"})
"""What nobody does and nothing happens at: the ways that leave them are told instead."""


@dataclass(frozen=True, slots=True)
class NotPassed:
    """Of one drawing, in its order: steps, and ways that leave a step which is passed for one that is passed too."""

    steps: tuple[str, ...]
    ways: tuple[str, ...]


def passed_in(database: Database) -> Passed:
    """In all cases of a database that stories have made."""
    found: dict[str, set[str]] = {}
    with database.read() as connection:
        processes = {row.id: row.process for row in connection.execute(select(Instance.id, Instance.process))}
        for case in connection.scalars(select(Case.id)).all():
            for line in lines(connection, case_chain(case), PASSED):
                if line.instance in processes:
                    found.setdefault(processes[line.instance], set()).update(line.flows, filter(None, [line.element]))
    return {process: frozenset(ids) for process, ids in found.items()}


def all_passed(each: Iterable[Passed]) -> Passed:
    found: dict[str, frozenset[str]] = {}
    for passed in each:
        for process, ids in passed.items():
            found[process] = found.get(process, frozenset()) | ids
    return found


def not_passed(model: Model, passed: Passed) -> Mapping[str, NotPassed]:
    """By process, where there is anything that no story passes."""
    found = {process: _of(drawing, passed.get(process, frozenset())) for process, drawing in model.drawings.items()}
    return {process: one for process, one in found.items() if one.steps or one.ways}


def _of(drawing: Drawing, ids: frozenset[str]) -> NotPassed:
    """A task that was opened and never done was not passed. A way to a step that is told is not told once more."""
    steps = [one.id for one in drawing.elements.values() if one.id not in ids and one.kind not in MEETING]
    parting = {flow.source for flow in drawing.flows if len(drawing.outgoing(flow.source)) > 1}
    ways = [flow for flow in drawing.flows if flow.id not in ids and flow.source in parting & ids]
    return NotPassed(tuple(steps), tuple(flow.id for flow in ways if flow.target not in steps))
