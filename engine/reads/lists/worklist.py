"""Lists of tasks: the inbox, and what a team has; one query over the projections, however many cases there are."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    ScalarSelect,
    Select,
    Subquery,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
)

from engine.facts.authority import calendar_of
from engine.facts.beginnings import processes_that_say
from engine.facts.child import ends_of_orders
from engine.facts.models import in_force, model
from engine.people.identity import Actor, Held
from engine.people.shown_names import shown_name
from engine.people.who_knows import known_by_part, knows
from engine.people.who_may import sees_answers_of
from engine.people.whose_tasks import for_own_organisation, is_further_role, tasks_of_role
from engine.reads.authority.people import ChildView, child_columns, child_of
from engine.reads.case.case_facts import whose
from engine.reads.case.deadlines import DeadlineView, clock, deadline_columns
from engine.reads.list_page import ListPart, Wanted
from engine.tables import Account, Case, Deadline, Instance, NamedRow, Person, WorkItem
from engine.timescales.calendar import Calendar

Group = Literal["danger", "ordered", "mine", "team"]
GROUPS: tuple[Group, ...] = ("danger", "ordered", "mine", "team")
"""What protects a child now, or answers a child in danger: without an order, and under one. Then what the reader has
taken, then what is left. Each task stands in one of them, and there by what runs out first.
"""


@dataclass(frozen=True, slots=True)
class InboxRow:
    """A task that waits. `whose` says in words who is to do it. `holder` has it; `mine`: the reader has; `is_given`: it
    was given, and not taken. `theirs`: the reader may do it. `of_team`: it is for the people of the team of the case.
    `step` is the same of what waits for several children of one family, as far as the models say so.
    """

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
    theirs: bool
    is_given: bool
    of_team: bool
    holder: str | None
    clock: DeadlineView | None
    step: tuple[str, ...] = ()

    @property
    def can_be_done(self) -> bool:
        """By the reader, and nobody else has taken it."""
        return self.theirs and (self.mine or not self.holder)


Worklist = Mapping[Group, ListPart[InboxRow]]
"""Every group that is wanted, also where nothing is in it."""


def worklist(
    connection: Connection, actor: Actor, now: datetime, wanted: Wanted, teams: Collection[str] = ()
) -> Worklist:
    """The tasks that the reader has taken or may take, and what is urgent in the cases of these teams. One query, which
    counts each group over the whole.
    """
    urgent, mine = _urgent(connection, actor), WorkItem.owner_id == actor.account
    if actor.stands_for:
        mine = or_(mine, WorkItem.owner_id.in_(actor.stands_for))
    orders = ends_of_orders(actor)
    group = case((and_(urgent, _under_order(orders)), "ordered"), (urgent, "danger"), (mine, "mine"), else_="team")
    condition = or_(may_do(actor), and_(urgent, Case.team_id.in_(teams))) if teams else may_do(actor)
    found = _ranked(connection, actor, now, _Tasks(condition, urgent, group, orders), wanted)
    return {name: found.get(name) or ListPart(page=wanted.page) for name in GROUPS if wanted.shows(name)}


def urgent_in(
    connection: Connection, actor: Actor, now: datetime, teams: Collection[str], wanted: Wanted
) -> ListPart[InboxRow]:
    """What waits where a child of these teams may be in danger, whoever is to do it."""
    urgent, orders = _urgent(connection, actor), ends_of_orders(actor)
    condition = and_(urgent, Case.team_id.in_(teams), ~_under_order(orders))
    found = _ranked(connection, actor, now, _Tasks(condition, urgent, literal("danger"), orders), wanted)
    return found.get("danger") or ListPart(page=wanted.page)


def untaken_in(
    connection: Connection, actor: Actor, now: datetime, teams: Collection[str], wanted: Wanted
) -> ListPart[InboxRow]:
    """Tasks of these teams that nobody has taken: danger first, then what is under an order, then by what runs out."""
    condition = and_(WorkItem.team_id.in_(teams), WorkItem.owner_id.is_(None))
    tasks = _Tasks(condition, _urgent(connection, actor), literal("untaken"), ends_of_orders(actor))
    return _ranked(connection, actor, now, tasks, wanted).get("untaken") or ListPart(page=wanted.page)


def waiting_in(
    connection: Connection, actor: Actor, now: datetime, cases: Collection[str], wanted: Wanted
) -> Mapping[str, ListPart[InboxRow]]:
    """By case, what waits in these, by what runs out first: for a partner, what waits for them."""
    if not cases:
        return {}
    condition = WorkItem.case_id.in_([*cases])
    if not sees_answers_of(actor, None):
        condition = and_(condition, may_do(actor))
    tasks = _Tasks(condition, _urgent(connection, actor), WorkItem.case_id.expression, ends_of_orders(actor))
    return _ranked(connection, actor, now, tasks, wanted)


def same_steps(rows: Iterable[InboxRow]) -> tuple[tuple[InboxRow, ...], ...]:
    """Of these, each step that the reader may do for several children of one family, with the task of each child, the
    oldest first.
    """
    found: dict[tuple[str, ...], dict[str, InboxRow]] = {}
    for row in rows:
        if row.can_be_done and row.step:
            found.setdefault(row.step, {}).setdefault(row.child.person, row)
    several = (of_step.values() for of_step in found.values() if len(of_step) > 1)
    return tuple(tuple(sorted(rows, key=lambda row: row.child.born or date.max)) for rows in several)


def may_do(actor: Actor) -> ColumnElement[bool]:
    """The condition on `work_item` that holds for the tasks of a role that this actor holds, in its agency and team."""
    of_roles = or_(*(_for_role(held) for held in actor.held), WorkItem.owner_id == actor.account)
    return and_(of_roles, for_own_organisation(actor)) if actor.partners else of_roles


def _for_role(held: Held) -> ColumnElement[bool]:
    partner = held.agency is not None and not held.leads
    theirs = WorkItem.agency_id == held.agency if partner else WorkItem.team_id == held.team
    return or_(is_further_role(held.role), and_(WorkItem.role == held.role, or_(theirs, WorkItem.agency_id.is_(None))))


@dataclass(frozen=True, slots=True)
class _Tasks:
    """`condition` is on `case` and `work_item`; `group` says of each task in which list it stands; `orders` are those
    that children are under.
    """

    condition: ColumnElement[bool]
    urgent: ColumnElement[bool]
    group: ColumnElement[str]
    orders: CTE


def _urgent(connection: Connection, actor: Actor) -> ColumnElement[bool]:
    emergencies = processes_that_say(in_force(connection, actor.within), "emergency")
    return or_(WorkItem.urgent, WorkItem.process.in_(tuple(emergencies)))


def _under_order(orders: CTE) -> ColumnElement[bool]:
    """Whether the child is under police protection or an order: until its end is recorded."""
    return exists().where(orders.c.case_id == WorkItem.case_id)


def _end_of_order(orders: CTE) -> ScalarSelect[datetime]:
    """When the first one ends that the child is under: until then there is to do what protects the child."""
    ends = select(func.min(orders.c.ends_at)).where(orders.c.case_id == WorkItem.case_id)
    return ends.correlate(WorkItem).scalar_subquery()


def _ranked(
    connection: Connection, actor: Actor, now: datetime, tasks: _Tasks, wanted: Wanted
) -> dict[str, ListPart[InboxRow]]:
    """By group, of those that are wanted. A page past the last is the first. Of what is not shown nothing is read but
    where it stands.
    """
    ranked = _places(tasks, _known(connection, actor)).subquery()
    shown = _rows(actor, tasks, ranked).where(ranked.c.place > wanted.first, ranked.c.place <= wanted.last)
    if wanted.name:
        shown = shown.where(ranked.c.group == wanted.name)
    found = connection.execute(shown.order_by(ranked.c.place)).all()
    if not found and wanted.page > 1:
        return _ranked(connection, actor, now, tasks, Wanted(wanted.name, 1, wanted.of))
    calendar = calendar_of(connection, actor.within)
    rows: dict[str, list[InboxRow]] = {}
    for row in found:
        rows.setdefault(row.group, []).append(_row(connection, row, now, calendar))
    totals = {row.group: row.in_all for row in found}
    return {name: ListPart(tuple(listed), totals[name], wanted.page) for name, listed in rows.items()}


def _known(connection: Connection, actor: Actor) -> ColumnElement[bool]:
    """The condition on `case` and `work_item` that the actor knows of the case. Who knows of cases by parts may know
    of all that there are: it is asked of the tasks that may be theirs, not of each case.
    """
    by_part = known_by_part(actor)
    if by_part is None:
        return knows(actor)
    if not by_part.are_many(connection):
        return WorkItem.case_id.in_(by_part.few)
    known = select(Case.id).where(Case.id == WorkItem.case_id, knows(actor)).correlate(WorkItem).exists()
    return and_(WorkItem.id.in_(tasks_of_role(actor)), known)


def _places(tasks: _Tasks, known: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Of each task that is open, its place in its group."""
    runs_out = func.coalesce(Deadline.due_at, case((tasks.urgent, _end_of_order(tasks.orders))))
    danger = case((and_(tasks.urgent, ~_under_order(tasks.orders)), 0), (tasks.urgent, 1), else_=2)
    first = (danger, runs_out.asc().nulls_last(), WorkItem.opened_at, WorkItem.id)
    return (
        select(
            WorkItem.id,
            tasks.group.label("group"),
            func.row_number().over(partition_by=tasks.group, order_by=first).label("place"),
            func.count().over(partition_by=tasks.group).label("in_all"),
        )
        .select_from(WorkItem)
        .join(Case, Case.id == WorkItem.case_id)
        .outerjoin(Deadline, Deadline.id == WorkItem.deadline_id)
        .where(WorkItem.closed_at.is_(None), known, tasks.condition)
    )


def _rows(actor: Actor, tasks: _Tasks, ranked: Subquery) -> Select[*tuple[Any, ...]]:
    """All about them that is shown."""
    mine = and_(WorkItem.owner_id.is_not(None), WorkItem.owner_id == actor.account)
    return (
        select(
            *(ranked.c.group, ranked.c.place, ranked.c.in_all),
            *(WorkItem.id, WorkItem.case_id, WorkItem.title.label("task"), WorkItem.process, WorkItem.opened_at),
            *(WorkItem.role, WorkItem.agency_id, WorkItem.is_given, WorkItem.team_id),
            *(WorkItem.element, Case.family_id),
            *(tasks.urgent.label("urgent"), WorkItem.deadline_id, Case.reference, shown_name(actor).label("holder")),
            *child_columns(),
            *deadline_columns(),
            *(case((mine, 1), else_=0).label("mine"), case((may_do(actor), 1), else_=0).label("theirs")),
        )
        .select_from(ranked)
        .join(WorkItem, WorkItem.id == ranked.c.id)
        .join(Case, Case.id == WorkItem.case_id)
        .join(Person, Person.id == Case.person_id)
        .join(Instance, Instance.id == WorkItem.instance_id)
        .outerjoin(Deadline, Deadline.id == WorkItem.deadline_id)
        .outerjoin(Account, Account.id == WorkItem.owner_id)
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
        theirs=bool(row.theirs),
        is_given=row.is_given,
        of_team=row.team_id is not None,
        holder=row.holder,
        clock=clock(connection, row, now, calendar) if row.deadline_id else None,
        step=(row.family_id, row.process, row.element, row.agency_id or ""),
    )
