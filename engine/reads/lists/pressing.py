"""Clocks that run in several cases, each with the child and with who is to act: two queries, however many."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, select
from sqlalchemy.orm import aliased

from engine.facts.authority import calendar_of
from engine.facts.models import model
from engine.people.identity import Actor
from engine.people.who_knows import knows
from engine.process.bundle import Model
from engine.reads.authority.people import ChildView, child_columns, child_of
from engine.reads.case.case_facts import whose
from engine.reads.case.deadlines import DeadlineView, clock, deadline_columns
from engine.reads.list_page import ListPart, Wanted, part_of
from engine.tables import Account, Case, Deadline, Instance, NamedRow, Person, WorkItem, running_deadline
from engine.timescales.calendar import Calendar


@dataclass(frozen=True, slots=True)
class PressingTask:
    """A task to which the clock is assigned. `holder` has taken it; else it waits for `whose`."""

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


def presses(protects: bool, of: DeadlineView) -> bool:
    """Whether somebody is to be told of it beside the tasks: what ends an order is told by itself."""
    return not protects and of.presses


def ends_order(protects: bool, _of: DeadlineView) -> bool:
    return protects


def pressing(
    connection: Connection,
    actor: Actor,
    condition: ColumnElement[bool],
    now: datetime,
    wants: Callable[[bool, DeadlineView], bool],
    wanted: Wanted,
) -> ListPart[Pressing]:
    """By what is due first, in cases that the reader knows, with how many there are. `condition` is on `case` and
    `deadline`; `wants` is asked of each clock, and whether it protects a child. Two queries: which they are, and all
    about those that are shown.
    """
    calendar = calendar_of(connection, actor.within)
    known = (
        select(Deadline.id, Deadline.protects, *deadline_columns())
        .join(Case, Case.id == Deadline.case_id)
        .join(Instance, Instance.id == Deadline.instance_id)
        .where(knows(actor), condition, running_deadline())
        .order_by(Deadline.due_at, Deadline.id)
    )
    found = [
        row.id for row in connection.execute(known) if wants(row.protects != "", clock(connection, row, now, calendar))
    ]
    part = part_of(found, wanted)
    rows = connection.execute(_running().where(Deadline.id.in_(part.rows))).all()
    by_clock = groupby(rows, key=lambda row: row.id)
    shown = tuple(_pressing(connection, tuple(of_one), now, calendar) for _, of_one in by_clock)
    return ListPart(shown, part.total, part.page)


def _running() -> Select[*tuple[Any, ...]]:
    lead, holder = aliased(Account), aliased(Account)
    return (
        select(
            *(Deadline.id, Deadline.protects, *deadline_columns()),
            *(Case.id.label("case"), Case.reference, lead.name.label("lead"), holder.name.label("holder")),
            *child_columns(),
            *(WorkItem.title.label("task"), WorkItem.role, WorkItem.agency_id),
        )
        .select_from(Deadline)
        .join(Case, Case.id == Deadline.case_id)
        .join(Person, Person.id == Case.person_id)
        .join(Instance, Instance.id == Deadline.instance_id)
        .outerjoin(WorkItem, and_(WorkItem.deadline_id == Deadline.id, WorkItem.closed_at.is_(None)))
        .outerjoin(lead, lead.id == Case.lead_account_id)
        .outerjoin(holder, holder.id == WorkItem.owner_id)
        .order_by(Deadline.due_at, Deadline.id, WorkItem.opened_at, WorkItem.id)
    )


def _pressing(connection: Connection, rows: Sequence[NamedRow], now: datetime, calendar: Calendar) -> Pressing:
    first = rows[0]
    its_model = model(connection, first.bundle_hash)
    return Pressing(
        case=first.case,
        reference=first.reference,
        child=child_of(first, now),
        lead=first.lead or "",
        order=first.protects != "",
        clock=clock(connection, first, now, calendar),
        tasks=tuple(_task(its_model, row) for row in rows if row.task),
    )


def _task(its_model: Model, row: NamedRow) -> PressingTask:
    return PressingTask(row.task, whose(its_model, row.role, row.agency_id), row.holder)
