"""Where a case stands, as an expectation sees it: open tasks, clocks, processes and decisions, read from the tables."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.orm import aliased

from engine.facts.models import in_force
from engine.facts.which_authority import authority_of
from engine.process.bundle import Model
from engine.reads.audit.duties_met import duties_met
from engine.reads.case.case_facts import instances, with_earlier_models
from engine.reads.case.whole_record import whole_record
from engine.record.chain import case_chain, lines
from engine.scenario.fields import fields_of, kind
from engine.scenario.names import task_name
from engine.tables import Account, Alarm, Answers, Case, CaseAction, Deadline, Instance, WorkItem, late_before


def set_aside(connection: Connection) -> Iterator[str]:
    """Each process of any case that its drawing did not let go on, with why."""
    stuck = select(Instance.id, Instance.process, Instance.case_id).where(Instance.status == "stuck")
    for row in connection.execute(stuck.order_by(Instance.started_at, Instance.id)).all():
        (line,) = (one for one in lines(connection, case_chain(row.case_id), ["stuck"]) if one.instance == row.id)
        yield f"{row.process} was set aside: {(line.payload or {})['what']}"


@dataclass(frozen=True, slots=True)
class SeenTask:
    """An item of work. `agency` is named where the task lies in the lane `agency`, else empty; `began_in` is the
    case in which its process began.
    """

    item: str
    process: str
    element: str
    agency: str
    closed_at: datetime | None
    began_in: str

    def is_called(self, written: str) -> bool:
        """Whether `process.task(agency)`, with parts left out, can mean this task."""
        process, element, agency = task_name(written)
        return element == self.element and process in ("", self.process) and agency in ("", self.agency)


@dataclass(frozen=True, slots=True)
class SeenDeadline:
    due_at: datetime
    met_at: datetime | None
    stopped_at: datetime | None
    late_before: bool = False

    def is_late(self, now: datetime) -> bool:
        """Not one that had run out before its case was taken over from another system."""
        return not self.late_before and self.due_at < (self.met_at or self.stopped_at or now)


@dataclass(frozen=True, slots=True)
class Sight:
    """`clocks` are of each id the newest that was not stopped, else the newest; `stopped` those of which any was.
    `alarm` is the newest. `lead` is an account, `lead_name` its name; `actions` are how many there are by
    state. `processes` are pairs of process and status, oldest first.
    """

    now: datetime
    tasks: tuple[SeenTask, ...]
    clocks: Mapping[str, SeenDeadline]
    stopped: frozenset[str]
    processes: tuple[tuple[str, str], ...]
    departures: int
    closed: bool
    family_cases: int
    alarm: str
    lead: str | None
    lead_name: str
    actions: Mapping[str, int]

    def name(self, task: SeenTask) -> str:
        """As a story names it: bare where that is unique among the open tasks of the case."""
        alike = {other.process for other in self.tasks if other.element == task.element}
        name = task.element if len(alike) == 1 else f"{task.process}.{task.element}"
        return f"{name}({task.agency})" if task.agency else name


_ITS = aliased(Case)
_FAMILY_CASES = select(func.count(Case.id)).where(
    Case.joined_to_id.is_(None),
    Case.family_id == select(_ITS.family_id).where(_ITS.id == bindparam("case")).scalar_subquery(),
)


def look(connection: Connection, case: str, now: datetime) -> Sight:
    its = connection.execute(
        select(Case.closed_at, Case.lead_account_id, Account.name)
        .outerjoin(Account, Account.id == Case.lead_account_id)
        .where(Case.id == case)
    ).one()
    clocks = _clocks(connection, case)
    instances = connection.execute(
        select(Instance.process, Instance.status).where(Instance.case_id == case).order_by(Instance.started_at)
    )
    return Sight(
        now=now,
        tasks=tuple(task for task in tasks(connection, case) if task.closed_at is None),
        clocks=dict(sorted(clocks, key=lambda pair: pair[1].stopped_at is None)),
        stopped=frozenset(name for name, one in clocks if one.stopped_at),
        processes=tuple((process, status) for process, status in instances),
        departures=len(lines(connection, case_chain(case), ["departed"])),
        closed=its.closed_at is not None,
        lead=its.lead_account_id,
        lead_name=its.name or "",
        alarm=_alarm(connection, case),
        actions=_actions(connection, case),
        family_cases=connection.execute(_FAMILY_CASES, {"case": case}).scalar_one(),
    )


def _alarm(connection: Connection, case: str) -> str:
    """Who was told last of the newest; `over` once somebody has opened it."""
    of_case = select(Alarm.place, Alarm.ended_at).where(Alarm.case_id == case).order_by(Alarm.raised_at.desc()).limit(1)
    row = connection.execute(of_case).one_or_none()
    if row is None:
        return "none"
    return "over" if row.ended_at else row.place


def _actions(connection: Connection, case: str) -> dict[str, int]:
    counted = select(CaseAction.state, func.count().label("number")).where(CaseAction.case_id == case)
    return {row.state: row.number for row in connection.execute(counted.group_by(CaseAction.state))}


def tasks(connection: Connection, case: str) -> tuple[SeenTask, ...]:
    """Every item of work that the case has had, oldest first."""
    rows = connection.execute(
        select(
            *(WorkItem.id, WorkItem.process, WorkItem.element, WorkItem.agency_id, WorkItem.closed_at),
            func.coalesce(Instance.came_from_id, Instance.case_id),
        )
        .join(Instance, Instance.id == WorkItem.instance_id)
        .where(WorkItem.case_id == case)
        .order_by(WorkItem.opened_at, WorkItem.process, WorkItem.element, WorkItem.occurrence, WorkItem.agency_id)
    )
    model = in_force(connection, authority_of(connection, case))
    return tuple(
        SeenTask(
            item, process, element, (agency or "") * _is_of_an_agency(model, process, element), closed_at, began_in
        )
        for item, process, element, agency, closed_at, began_in in rows
    )


def decision(connection: Connection, case: str, name: str) -> tuple[Any, bool]:
    """The value last given for `task.field` or `process.task.field`, and whether it is a person; None if none was."""
    task, _, field = name.rpartition(".")
    process, element, _ = task_name(task)
    statement = (
        select(Answers.process, Answers.answers)
        .where(Answers.case_id == case, Answers.element == element)
        .order_by(Answers.at.desc(), Answers.occurrence.desc())
    )
    model = in_force(connection, authority_of(connection, case))
    for of_process, answers in connection.execute(statement):
        form = model.form(of_process, element)
        if process in ("", of_process) and field in answers and form and field in fields_of([form]):
            return answers[field], kind(fields_of([form])[field]) == "person"
    return None, False


def duties(connection: Connection, case: str) -> dict[str, str]:
    """What each duty of the guidance that is delivered has come to."""
    model = in_force(connection, authority_of(connection, case))
    record = whole_record(connection, case)
    runs = with_earlier_models(connection, instances(connection, case), record)
    met = duties_met(record, runs, tuple(model.duties.values()))
    return {one.duty.id: one.state for one in met}


def _clocks(connection: Connection, case: str) -> list[tuple[str, SeenDeadline]]:
    """Oldest first."""
    rows = connection.execute(
        select(
            Deadline.clock, Deadline.due_at, Deadline.met_at, Deadline.stopped_at, late_before().label("late_before")
        )
        .where(Deadline.case_id == case)
        .order_by(Deadline.clock, Deadline.number)
    )
    return [(row.clock, SeenDeadline(row.due_at, row.met_at, row.stopped_at, row.late_before)) for row in rows]


def _is_of_an_agency(model: Model, process: str, element: str) -> bool:
    return model.drawings[process].elements[element].lane == "agency"
