"""What is open in a case, for who takes it over: the note that was left, tasks, clocks, meetings, and what colleagues
have typed and not sent. Of what was typed no word is shown, but that there is something.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from engine.facts.models import in_force
from engine.people.identity import Actor
from engine.process.bundle import START
from engine.reads.case.answered import Answered, said
from engine.reads.case.case_facts import CaseTasks
from engine.reads.case.deadlines import DeadlineView, clock, deadline_columns
from engine.reads.case.earlier import EarlierAnswers
from engine.reads.case.planned_dates import PlannedMeeting, planned_ahead
from engine.reads.list_page import OVERVIEW, ListPart, listed, part_of
from engine.tables import (
    Account,
    Answers,
    Deadline,
    Draft,
    Instance,
    Membership,
    NamedRow,
    WorkItem,
    held_at,
    running_deadline,
)
from engine.timescales.calendar import Calendar


@dataclass(frozen=True, slots=True)
class TaskTakenOver:
    """`holder` has it; else it waits for `whose`."""

    item: str
    title: str
    whose: str
    holder: str
    clock: DeadlineView | None


@dataclass(frozen=True, slots=True)
class Unfinished:
    """Something that a colleague typed and did not send."""

    title: str
    by: str
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class OpenWork:
    """`notes` are the forms that were answered in the same process, newest first."""

    notes: tuple[Answered, ...]
    tasks: ListPart[TaskTakenOver]
    clocks: ListPart[DeadlineView]
    meetings: tuple[PlannedMeeting, ...]
    unfinished: ListPart[Unfinished]


def open_work(
    connection: Connection, actor: Actor, now: datetime, calendar: Calendar, row: NamedRow, item: str
) -> OpenWork:
    """`row` is of the task `item` that shows it: its case, the team of that, and its instance."""
    earlier, case = EarlierAnswers(connection, actor, row.case_id), row.case_id
    notes = earlier.those(Answers.instance_id == row.instance_id)
    running = (
        select(Deadline.id, *deadline_columns())
        .join(Instance, Instance.id == Deadline.instance_id)
        .where(Deadline.case_id == case, running_deadline())
        .order_by(Deadline.due_at, Deadline.id)
    )
    rows = connection.execute(running).all()
    clocks = {one.id: clock(connection, one, now, calendar) for one in rows}
    waiting = CaseTasks(connection, actor, case, row.team_id).those(WorkItem.closed_at.is_(None), WorkItem.id != item)
    tasks = [
        TaskTakenOver(one.id, one.title, one.whose, one.holder or "", clocks.get(one.deadline or "")) for one in waiting
    ]
    return OpenWork(
        notes=tuple(zip(notes, said(connection, actor, notes), strict=True)),
        tasks=part_of(tasks, OVERVIEW),
        clocks=part_of([*clocks.values()], OVERVIEW),
        meetings=planned_ahead(connection, case, earlier, now),
        unfinished=_unfinished(connection, actor, now, case, row.team_id),
    )


def _unfinished(connection: Connection, actor: Actor, now: datetime, case: str, team: str) -> ListPart[Unfinished]:
    """Of colleagues in the team that has the case; what another agency types is its own."""
    of_team = select(Membership.account_id).where(Membership.team_id == team, held_at(now))
    found = listed(
        connection,
        select(Draft.subject, Draft.saved_at, WorkItem.title.label("task"), Account.name)
        .join(Account, Account.id == Draft.account_id)
        .outerjoin(WorkItem, WorkItem.id == Draft.subject)
        .where(Draft.case_id == case, Draft.account_id != actor.account, Draft.account_id.in_(of_team))
        .where(WorkItem.closed_at.is_(None))
        .order_by(Draft.saved_at.desc(), Draft.subject),
        OVERVIEW,
    )
    its_model = in_force(connection, actor.within)

    def title(row: NamedRow) -> str:
        if row.task:
            return row.task
        process = row.subject.split(":")[1]
        return its_model.title(process, START) if process in its_model.drawings else process

    return found.showing(Unfinished(title(row), row.name, row.saved_at) for row in found.rows)
