"""Processes that were set aside because their drawing cannot go on: for those who manage the team of the case."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from engine.facts.models import model
from engine.reads.authority.people import ChildView, child_columns, child_of
from engine.tables import Case, Instance, Person


@dataclass(frozen=True, slots=True)
class StuckProcess:
    """`process` is its name, `since` when it was set aside; why stands on the page of the case."""

    case: str
    reference: str
    child: ChildView
    process: str
    since: datetime


def stuck_processes(connection: Connection, teams: Collection[str], now: datetime) -> tuple[StuckProcess, ...]:
    """Of the open cases of these teams, longest first."""
    rows = connection.execute(
        select(
            *(Case.id.label("case"), Case.reference, Instance.process, Instance.bundle_hash, Instance.ended_at),
            *child_columns(),
        )
        .join(Case, Case.id == Instance.case_id)
        .join(Person, Person.id == Case.person_id)
        .where(Instance.status == "stuck", Case.team_id.in_(teams), Case.closed_at.is_(None))
        .order_by(Instance.ended_at, Case.id, Instance.process, Instance.number)
    )
    return tuple(
        StuckProcess(
            row.case,
            row.reference,
            child_of(row, now),
            model(connection, row.bundle_hash).drawings[row.process].name,
            row.ended_at,
        )
        for row in rows.all()
    )
