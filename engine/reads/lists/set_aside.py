"""What cannot go on, for those who manage the team of the case: processes that were set aside because of their drawing,
and cases in which the clock fails.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from engine.facts.models import model
from engine.people.identity import Actor
from engine.people.who_knows import is_open_to
from engine.reads.authority.people import ChildView, child_columns, child_of
from engine.reads.authority.stalled_steps import StalledStep, stalled_columns, stalled_steps
from engine.tables import Case, Instance, Person, StalledCase


@dataclass(frozen=True, slots=True)
class StuckProcess:
    """`process` is its name, `since` when it was set aside; why stands on the page of the case."""

    case: str
    reference: str
    child: ChildView
    process: str
    since: datetime


def stuck_processes(
    connection: Connection, actor: Actor, teams: Collection[str], now: datetime
) -> tuple[StuckProcess, ...]:
    """Of the open cases of these teams, longest first."""
    rows = connection.execute(
        select(
            *(Case.id.label("case"), Case.reference, Instance.process, Instance.bundle_hash, Instance.ended_at),
            *child_columns(),
        )
        .join(Case, Case.id == Instance.case_id)
        .join(Person, Person.id == Case.person_id)
        .where(Instance.status == "stuck", Case.team_id.in_(teams), Case.closed_at.is_(None), is_open_to(actor))
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


@dataclass(frozen=True, slots=True)
class Stalled:
    """A case in which the clock fails at these `steps`."""

    case: str
    reference: str
    child: ChildView
    steps: tuple[StalledStep, ...]


def stalled_cases(connection: Connection, actor: Actor, teams: Collection[str], now: datetime) -> tuple[Stalled, ...]:
    """Of these teams, longest first."""
    since = func.min(StalledCase.since)
    fails = select(StalledCase.case_id, since.label("since")).group_by(StalledCase.case_id).subquery()
    rows = connection.execute(
        select(Case.id.label("case"), Case.reference, *stalled_columns(Case.id.expression), *child_columns())
        .join(fails, fails.c.case_id == Case.id)
        .join(Person, Person.id == Case.person_id)
        .where(Case.team_id.in_(teams), is_open_to(actor))
        .order_by(fails.c.since, Case.id)
    )
    return tuple(Stalled(row.case, row.reference, child_of(row, now), (*stalled_steps(row),)) for row in rows.all())
