"""Where a manager gives a task to somebody, or several at once; where somebody hands back what they were given."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select

from engine.base.direction import by_itself
from engine.base.errors import NotAllowed, NotFound, RefusalCode
from engine.facts.authority import calendar_of
from engine.facts.covers import people_of
from engine.facts.giving_forms import give_form, hand_back_form, share_form, who_can_have
from engine.facts.managing import manages, teams_managed
from engine.facts.models import in_force, model
from engine.forms.questions import Schema
from engine.people.identity import Actor
from engine.people.shown_names import shown_name
from engine.people.who_knows import is_open_to, knows
from engine.people.who_may import may_take
from engine.people.whose_tasks import for_own_organisation
from engine.reads.authority.people import ChildView, child_columns, child_of
from engine.reads.case.case_facts import whose
from engine.reads.case.deadlines import DeadlineView, clock, deadline_columns
from engine.reads.case.protected import Protection, protection
from engine.reads.list_page import ListPart, Wanted, listed
from engine.reads.lists.workload import Load, workload
from engine.reads.task.form_view import FormView, asked_plainly
from engine.tables import Account, Case, Deadline, Instance, NamedRow, Person, WorkItem
from engine.timescales.calendar import Calendar


@dataclass(frozen=True, slots=True)
class TaskToGive:
    """`holder` has it; `nobody`: there is no one who could do it. `closed`: it is done, or withdrawn."""

    item: str
    case: str
    reference: str
    child: ChildView
    protection: Protection
    title: str
    whose: str
    holder: str | None
    clock: DeadlineView | None
    nobody: bool
    closed: bool
    form: FormView

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((self.case, *self.protection.other_cases)))


def task_to_give(connection: Connection, actor: Actor, now: datetime, item: str) -> TaskToGive:
    """Raises NotFound, and NotAllowed for who does not manage the team that has the case."""
    row = _row(connection, actor, item)
    if not manages(actor, in_force(connection, actor.within), row.team_id):
        raise NotAllowed("A manager of the team that has the case decides this.", code=RefusalCode.ROLE)
    people = who_can_have(connection, model(connection, row.bundle_hash), item, now)
    loads = {one.account: one.in_words for one in workload(connection, actor, [row.team_id], now)}
    return _to_give(connection, actor, now, row, give_form(people, row.owner_id, loads), nobody=not people)


def task_to_hand_back(connection: Connection, actor: Actor, now: datetime, item: str) -> TaskToGive:
    """Raises NotFound, and NotAllowed where it is not the reader's, nor that of a colleague for whom they act."""
    row = _row(connection, actor, item)
    theirs = row.closed_at is not None or row.owner_id in (None, actor.account, *actor.stands_for)
    if not (theirs and may_take(actor, row.role, row.also, row.agency_id, row.team_id)):
        raise NotAllowed("This is not part of your role.", code=RefusalCode.ROLE)
    return _to_give(connection, actor, now, row, hand_back_form(row.task), nobody=False)


def _to_give(
    connection: Connection, actor: Actor, now: datetime, row: NamedRow, form: Schema, *, nobody: bool
) -> TaskToGive:
    calendar = calendar_of(connection, actor.within)
    return TaskToGive(
        item=row.item,
        case=row.case_id,
        reference=row.reference,
        child=child_of(row, now),
        protection=protection(connection, actor, [row.case_id], now, calendar)[row.case_id],
        title=row.task,
        whose=whose(model(connection, row.bundle_hash), row.role, row.agency_id),
        holder=row.holder,
        clock=clock(connection, row, now, calendar) if row.deadline_id else None,
        nobody=nobody,
        closed=row.closed_at is not None,
        form=asked_plainly(form, {}),
    )


def _row(connection: Connection, actor: Actor, item: str) -> NamedRow:
    """Raises NotFound where there is no such task of a case that the actor may know of."""
    ours = WorkItem.id == item, knows(actor), for_own_organisation(actor)
    row = connection.execute(_tasks(actor).where(*ours)).one_or_none()
    if row is None:
        raise NotFound
    return row


@dataclass(frozen=True, slots=True)
class TasksToShare:
    """A page of what nobody of the team has, or of what one colleague has (`load`). `people` are those who have
    something; `form` asks which tasks go to whom.
    """

    found: ListPart[NamedRow]
    load: Load | None
    people: tuple[Load, ...]
    cases: tuple[str, ...]
    form: FormView

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return self.cases


def tasks_to_share(connection: Connection, actor: Actor, now: datetime, person: str, page: int) -> TasksToShare:
    """Of who has nothing in the reader's teams, what nobody has is shown. Raises NotAllowed for who manages no team."""
    teams = teams_managed(connection, actor)
    if not teams:
        raise NotAllowed("This page is for those who manage a team.", code=RefusalCode.MANAGES_NO_TEAM)
    people = workload(connection, actor, teams, now)
    load = next((one for one in people if one.account == person), None)
    owned = WorkItem.owner_id == load.account if load else WorkItem.owner_id.is_(None)
    ours = Case.team_id.in_(teams), WorkItem.team_id.in_(teams), is_open_to(actor), WorkItem.closed_at.is_(None)
    by_what_runs_out = (Deadline.due_at.asc().nulls_last(), WorkItem.opened_at, WorkItem.id)
    statement = _tasks(actor).where(*ours, owned).order_by(*by_what_runs_out)
    found, calendar = listed(connection, statement, Wanted("tasks", page)), calendar_of(connection, actor.within)
    titles = {row.item: f"{row.task} for {by_itself(child_of(row, now).name)}" for row in found.rows}
    about = {row.item: _about(connection, row, now, calendar) for row in found.rows}
    colleagues = people_of(connection, actor, now)
    if load:
        colleagues.pop(load.account, None)
    hints = {one.account: one.in_words for one in people}
    form = share_form(colleagues, titles, hints, about, is_somebodys=load is not None)
    return TasksToShare(
        found=found,
        load=load,
        people=tuple(one for one in people if one.of_team),
        cases=tuple(dict.fromkeys(row.case_id for row in found.rows)),
        form=asked_plainly(form, {}),
    )


def _about(connection: Connection, row: NamedRow, now: datetime, calendar: Calendar) -> str:
    its = clock(connection, row, now, calendar) if row.deadline_id else None
    soon = "Soon: " if its and its.state == "soon" else ""
    words = f"{soon}{its.words}" if its else "No time limit of its own"
    of = whose(model(connection, row.bundle_hash), row.role, row.agency_id)
    return f"{words[:1].upper()}{words[1:]} · {of} · {row.reference}"


def _tasks(actor: Actor) -> Select[*tuple[Any, ...]]:
    return (
        select(
            *(WorkItem.id.label("item"), WorkItem.case_id, WorkItem.title.label("task"), WorkItem.role),
            *(WorkItem.also, WorkItem.agency_id, WorkItem.owner_id, WorkItem.closed_at, WorkItem.deadline_id),
            *(Case.reference, Case.team_id, shown_name(actor).label("holder")),
            *child_columns(),
            *deadline_columns(),
        )
        .select_from(WorkItem)
        .join(Case, Case.id == WorkItem.case_id)
        .join(Person, Person.id == Case.person_id)
        .join(Instance, Instance.id == WorkItem.instance_id)
        .outerjoin(Deadline, Deadline.id == WorkItem.deadline_id)
        .outerjoin(Account, Account.id == WorkItem.owner_id)
    )
