"""Clocks that run in several cases, each with the child and with who is to act: one query, however many."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, select
from sqlalchemy.orm import aliased

from engine.facts.models import model
from engine.process.bundle import Model
from engine.reads.authority.people import ChildView, child_view
from engine.reads.case.case_facts import whose
from engine.reads.case.deadlines import DeadlineView, clock
from engine.tables import Account, Case, Deadline, Instance, Person, WorkItem


@dataclass(frozen=True, slots=True)
class PressingTask:
    """A task that the clock presses on. `holder` has taken it; else it waits for `whose`."""

    title: str
    whose: str
    holder: str | None


@dataclass(frozen=True, slots=True)
class Pressing:
    """`lead` is empty where the case has no lead professional. `order`: it ends police protection or an order."""

    case: str
    reference: str
    child: ChildView
    lead: str
    order: bool
    clock: DeadlineView
    tasks: tuple[PressingTask, ...]


def pressing(connection: Connection, condition: ColumnElement[bool], now: datetime) -> tuple[Pressing, ...]:
    """By what is due first. `condition` is on `case` and `deadline`."""
    rows = connection.execute(_running().where(condition)).all()
    return tuple(_pressing(connection, tuple(of_one), now) for _, of_one in groupby(rows, key=lambda row: row.id))


def _running() -> Select[*tuple[Any, ...]]:
    lead, holder = aliased(Account), aliased(Account)
    return (
        select(
            *(Deadline.id, Deadline.clock, Deadline.title, Deadline.kind, Deadline.counted_from, Deadline.due_at),
            *(Deadline.provisional, Deadline.met_at, Deadline.stopped_at, Deadline.late_reason, Deadline.protects),
            Instance.bundle_hash,
            *(Case.id.label("case"), Case.reference, lead.name.label("lead"), holder.name.label("holder")),
            *(Person.id.label("person"), Person.given_name, Person.family_name, Person.born, Person.expected),
            *(WorkItem.title.label("task"), WorkItem.role, WorkItem.agency_id),
        )
        .select_from(Deadline)
        .join(Case, Case.id == Deadline.case_id)
        .join(Person, Person.id == Case.person_id)
        .join(Instance, Instance.id == Deadline.instance_id)
        .outerjoin(WorkItem, and_(WorkItem.deadline_id == Deadline.id, WorkItem.closed_at.is_(None)))
        .outerjoin(lead, lead.id == Case.lead_account_id)
        .outerjoin(holder, holder.id == WorkItem.owner_id)
        .where(Deadline.met_at.is_(None), Deadline.stopped_at.is_(None))
        .order_by(Deadline.due_at, Deadline.id, WorkItem.opened_at, WorkItem.id)
    )


def _pressing(connection: Connection, rows: Sequence[Any], now: datetime) -> Pressing:
    first = rows[0]
    its_model = model(connection, first.bundle_hash)
    return Pressing(
        case=first.case,
        reference=first.reference,
        child=child_view(first.person, first.given_name, first.family_name, first.born, first.expected, now),
        lead=first.lead or "",
        order=first.protects != "",
        clock=clock(connection, first, now),
        tasks=tuple(_task(its_model, row) for row in rows if row.task),
    )


def _task(its_model: Model, row: Any) -> PressingTask:
    return PressingTask(row.task, whose(its_model, row.role, row.agency_id), row.holder)
