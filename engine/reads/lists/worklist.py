"""The inbox: one query over the projections, however many cases there are."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, String, and_, case, cast, or_, select

from engine.facts.authority import calendar_of
from engine.facts.beginnings import processes_that_say
from engine.facts.models import in_force, model
from engine.people.identity import Actor, Held
from engine.people.who_knows import knows
from engine.reads.authority.people import ChildView, child_columns, child_of
from engine.reads.case.case_facts import whose
from engine.reads.case.deadlines import DeadlineView, clock, deadline_columns
from engine.reads.lists.list_page import ListPage, list_page
from engine.tables import Account, Case, Deadline, Instance, NamedRow, Person, WorkItem
from engine.timescales.calendar import Calendar


@dataclass(frozen=True, slots=True)
class InboxRow:
    """A task that waits. `whose` says in words who is to do it. `holder` has taken it; `mine`: the reader has."""

    item: str
    case: str
    reference: str
    child: ChildView
    title: str
    process: str
    whose: str
    opened_at: datetime
    urgent: bool
    mine: bool
    holder: str | None
    clock: DeadlineView | None


@dataclass(frozen=True, slots=True)
class Worklist:
    """`urgent` stand first wherever they would belong: what protects a child now, or answers a child in danger.

    Then what the reader has taken; then what is left to take. `more`: another page follows; `total` is known on the
    first page.
    """

    urgent: tuple[InboxRow, ...]
    mine: tuple[InboxRow, ...]
    team: tuple[InboxRow, ...]
    total: int | None
    page: int
    more: bool

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(row.case for row in (*self.urgent, *self.mine, *self.team)))


def worklist(connection: Connection, actor: Actor, now: datetime, page: int = 1) -> Worklist:
    """Tasks the reader has taken or may take, overdue first. A page past the last is empty."""
    mine = and_(WorkItem.owner_id.is_not(None), WorkItem.owner_id == actor.account)
    found = waiting(connection, actor, may_do(actor), mine, page)
    shown = inbox_rows(connection, actor, found, now)
    return Worklist(
        urgent=tuple(row for row in shown if row.urgent),
        mine=tuple(row for row in shown if row.mine and not row.urgent),
        team=tuple(row for row in shown if not row.mine and not row.urgent),
        total=found.total,
        page=page,
        more=found.more,
    )


def waiting(
    connection: Connection, actor: Actor, condition: ColumnElement[bool], mine: ColumnElement[bool], page: int = 1
) -> ListPage:
    """A page of the open tasks of cases that the reader knows, for which the condition on `case` and `work_item`
    holds.
    """
    emergencies = processes_that_say(in_force(connection, actor.within), "emergency")
    return list_page(connection, _open(mine, emergencies).where(knows(actor), condition), page)


def inbox_rows(connection: Connection, actor: Actor, found: ListPage, now: datetime) -> tuple[InboxRow, ...]:
    calendar = calendar_of(connection, actor.within)
    return tuple(_row(connection, row, now, calendar) for row in found.rows)


def may_do(actor: Actor) -> ColumnElement[bool]:
    """The condition on `work_item` that holds for the tasks of a role that this actor holds, in its agency and team."""
    return or_(*(_for_role(held) for held in actor.held), WorkItem.owner_id == actor.account)


def _for_role(held: Held) -> ColumnElement[bool]:
    further = cast(WorkItem.also, String).contains(f'"{held.role}"', autoescape=True)
    partner = held.agency is not None and not held.leads
    theirs = WorkItem.agency_id == held.agency if partner else WorkItem.team_id == held.team
    return or_(further, and_(WorkItem.role == held.role, or_(theirs, WorkItem.agency_id.is_(None))))


def _open(mine: ColumnElement[bool], emergencies: Collection[str]) -> Select[*tuple[Any, ...]]:
    urgent = or_(WorkItem.urgent, WorkItem.process.in_(emergencies))
    return (
        select(
            *(WorkItem.id, WorkItem.case_id, WorkItem.title.label("task"), WorkItem.process, WorkItem.opened_at),
            *(WorkItem.role, WorkItem.agency_id),
            *(urgent.label("urgent"), WorkItem.deadline_id, Case.reference, Account.name.label("holder")),
            *child_columns(),
            *deadline_columns(),
            case((mine, 1), else_=0).label("mine"),
        )
        .select_from(WorkItem)
        .join(Case, Case.id == WorkItem.case_id)
        .join(Person, Person.id == Case.person_id)
        .join(Instance, Instance.id == WorkItem.instance_id)
        .outerjoin(Deadline, Deadline.id == WorkItem.deadline_id)
        .outerjoin(Account, Account.id == WorkItem.owner_id)
        .where(WorkItem.closed_at.is_(None))
        .order_by(
            urgent.desc(),
            case((mine, 0), else_=1),
            Deadline.due_at.asc().nulls_last(),
            WorkItem.opened_at,
            WorkItem.id,
        )
    )


def _row(connection: Connection, row: NamedRow, now: datetime, calendar: Calendar) -> InboxRow:
    its_model = model(connection, row.bundle_hash)
    return InboxRow(
        item=row.id,
        case=row.case_id,
        reference=row.reference,
        child=child_of(row, now),
        title=row.task,
        process=its_model.drawings[row.process].name,
        whose=whose(its_model, row.role, row.agency_id),
        opened_at=row.opened_at,
        urgent=bool(row.urgent),
        mine=bool(row.mine),
        holder=row.holder,
        clock=clock(connection, row, now, calendar) if row.deadline_id else None,
    )
