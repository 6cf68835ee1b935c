"""Open clocks of a case counted again, where the authority has settled other closure days since."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select, tuple_, update

from engine.casework.clocks import recalculated_from
from engine.casework.locked_case import CaseWork
from engine.casework.task_deadlines import reassign_deadlines
from engine.facts.models import model
from engine.process.bundle import Model
from engine.tables import Deadline, Instance, NamedRow, running_deadline
from engine.timescales.calendar import day_of
from engine.timescales.rules import due


@dataclass(frozen=True, slots=True)
class Recalculated:
    """How many open clocks were recalculated, and how many of them fall on another day now. `left` are the cases that
    somebody worked on this moment.
    """

    clocks: int = 0
    moved: int = 0
    left: frozenset[str] = frozenset()

    def __add__(self, other: "Recalculated") -> "Recalculated":
        return Recalculated(self.clocks + other.clocks, self.moved + other.moved, self.left | other.left)


def recalculate_outdated(casework: CaseWork) -> Recalculated:
    """Each clock whose day moves has an entry with both days; one that had run out and now has not runs again."""
    outdated = casework.connection.execute(
        select(Deadline.clock, Deadline.number)
        .where(Deadline.case_id == casework.case.id, running_deadline())
        .where(Deadline.calendar != casework.calendar.version)
        .order_by(Deadline.clock, Deadline.number)
    )
    clocks = [(row.clock, row.number) for row in outdated]
    return recalculate_clocks(casework, clocks) if clocks else Recalculated()


def recalculate_clocks(casework: CaseWork, clocks: list[tuple[str, int]]) -> Recalculated:
    """`clocks` are named by their kind and number; the entry says which they were, whether or not a day moves."""
    casework.note("recalculated", payload={"calendar": casework.calendar.version, "clocks": clocks})
    rows = casework.connection.execute(
        select(Deadline.__table__, Instance.bundle_hash)
        .join(Instance, Instance.id == Deadline.instance_id)
        .where(Deadline.case_id == casework.case.id, tuple_(Deadline.clock, Deadline.number).in_(clocks))
        .order_by(Deadline.clock, Deadline.number)
    )
    models = [(model(casework.connection, row.bundle_hash), row) for row in rows.all()]
    # In the order of the table: a clock that counts from another one's day stands below it.
    in_order = sorted(models, key=lambda each: [*each[0].rules].index(each[1].clock))
    moved = sum([_recalculate(casework, its_model, row) for its_model, row in in_order])
    reassign_deadlines(casework)
    casework.write_record()
    return Recalculated(len(in_order), moved)


def _recalculate(casework: CaseWork, its_model: Model, row: NamedRow) -> bool:
    """Whether its day moved."""
    rule, calendar = its_model.rules[row.clock], casework.calendar
    rule = replace(rule, limit=row.limit)
    counted_from = recalculated_from(casework, rule, row.counted_from)
    due_at = due(rule, counted_from, calendar)
    values = {"counted_from": counted_from, "due_at": due_at, "calendar": calendar.version}
    provisional = calendar.is_provisional(day_of(due_at))
    again = {"passed_at": None} if due_at >= casework.now else {}
    casework.connection.execute(
        update(Deadline).where(Deadline.id == row.id).values(provisional=provisional, **values, **again)
    )
    moved = due_at != row.due_at
    if moved:
        _note_move(casework, row.clock, row.due_at, due_at)
    return moved


def _note_move(casework: CaseWork, clock: str, before: datetime, after: datetime) -> None:
    payload = {"what": "recalculated", "clock": clock, "due_at": after.isoformat(), "before": before.isoformat()}
    casework.note("deadline", payload=payload)
