"""What the ticking clock cannot do in a case, where one of its steps fails there: since when, in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Label, select

from engine.tables import NamedRow, StalledCase
from engine.tables.clock_tables import STEPS

CANNOT = {
    "clocks": "act on a deadline that has run out",
    "recalculation": "count the deadlines anew after a change of working days or time limits",
    "alarm": "pass on an alarm",
    "leaver": "hand back the tasks of somebody who has left",
}


@dataclass(frozen=True, slots=True)
class StalledStep:
    """The system cannot `cannot`: “pass on an alarm”."""

    cannot: str
    since: datetime


def stalled_columns(case: ColumnElement[str]) -> tuple[Label[Any], ...]:
    """For a statement of which each row is a case: since when each step fails."""
    return tuple(
        select(StalledCase.since)
        .where(StalledCase.case_id == case, StalledCase.step == step)
        .scalar_subquery()
        .label(f"stalled_{step}")
        for step in STEPS
    )


def stalled_steps(row: NamedRow) -> Iterator[StalledStep]:
    """Of a row with `stalled_columns`."""
    for step in STEPS:
        if since := getattr(row, f"stalled_{step}"):
            yield StalledStep(CANNOT[step], since)
