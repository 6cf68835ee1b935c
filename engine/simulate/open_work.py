"""What waits in the cases of an authority: open tasks, clocks, alarms and letters, read with what chance hangs on."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Connection, Result, Select, bindparam, func, literal, select

from engine.base.subject import Subject
from engine.record.chain import case_chain
from engine.tables import (
    Act,
    Alarm,
    Answers,
    Case,
    Deadline,
    Instance,
    Instant,
    NamedRow,
    Outbox,
    Person,
    WorkItem,
    running_deadline,
)

CHAIN = case_chain("")
MOST_READ = 20
ALARM = "alarm"


@dataclass(frozen=True, slots=True)
class WaitingTask:
    """`name` and `case_name` are by which chance knows it: the same whatever identifiers came out. `time`: how often
    the process has run in the case, this one included.
    """

    id: str
    case: str
    case_name: str
    instance: str
    bundle: str
    process: str
    element: str
    time: int
    name: str
    role: str
    also: tuple[str, ...]
    owner: str | None
    lead: str | None
    urgent: bool
    opened_at: datetime

    @property
    def subject(self) -> Subject:
        return Subject(self.process, self.element, self.case, self.instance)


@dataclass(frozen=True, slots=True)
class WaitingCase:
    id: str
    name: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Due:
    """A clock or an alarm that is acted on by the system. `name` puts those of one moment in one order; `what` is the
    kind of clock, or an alarm.
    """

    at: datetime
    id: str
    case: str
    name: str
    what: str

    @property
    def is_alarm(self) -> bool:
        return self.what == ALARM


_CASE_NAME = (Case.opened_at, Person.given_name, Person.family_name, Person.born, Person.expected)
# Built once: they are asked after every act.
_OF_AUTHORITY, _AMONG = Case.authority_id == bindparam("authority"), Case.id.in_(bindparam("cases", expanding=True))
_TASKS = (
    select(
        *(WorkItem.id, WorkItem.case_id, WorkItem.instance_id, WorkItem.process, WorkItem.element),
        *(WorkItem.occurrence, WorkItem.role, WorkItem.also, WorkItem.owner_id, WorkItem.urgent),
        *(WorkItem.opened_at.label("since"), Instance.number, Instance.bundle_hash, Case.lead_account_id),
        *_CASE_NAME,
    )
    .join(Instance, Instance.id == WorkItem.instance_id)
    .join(Case, Case.id == WorkItem.case_id)
    .join(Person, Person.id == Case.person_id)
    .where(WorkItem.closed_at.is_(None), _OF_AUTHORITY)
)
_CASES = (
    select(Case.id, *_CASE_NAME)
    .join(Person, Person.id == Case.person_id)
    .where(Case.closed_at.is_(None), _OF_AUTHORITY)
)
_CLOCKS = (
    select(Deadline.due_at, Deadline.id, Deadline.case_id, Deadline.clock, Deadline.number, *_CASE_NAME)
    .join(Case, Case.id == Deadline.case_id)
    .join(Person, Person.id == Case.person_id)
    .where(Deadline.passed_at.is_(None), running_deadline(), _OF_AUTHORITY)
)
_ALARMS = (
    select(Alarm.next_step_at, Alarm.id, Alarm.case_id, Alarm.raised_at, *_CASE_NAME)
    .join(Case, Case.id == Alarm.case_id)
    .join(Person, Person.id == Case.person_id)
    .where(Alarm.ended_at.is_(None), Alarm.next_step_at.is_not(None), _OF_AUTHORITY)
)
_Rows: TypeAlias = Select[*tuple[Any, ...]]
_EVERY: tuple[_Rows, ...] = (_TASKS, _CASES, _CLOCKS, _ALARMS)
_OF_CASES = {statement: statement.where(_AMONG) for statement in _EVERY}
_LETTERS = (
    select(Outbox.id, Outbox.state, Outbox.attempts)
    .where(Outbox.state.in_(("waiting", "handing_over")), Outbox.settled_at.is_(None))
    .where(Outbox.authority_id == bindparam("authority"))
    .order_by(Outbox.number)
)
_TOUCHED = select(Act.chain).where(Act.at == bindparam("now", type_=Instant), Act.chain.startswith(CHAIN))
_NEWEST = select(func.max(Act.at)).join(Case, Act.chain == literal(CHAIN) + Case.id).where(_OF_AUTHORITY)
_ANSWERS = (
    select(Answers.answers)
    .where(Answers.instance_id == bindparam("instance"))
    .order_by(Answers.at.desc(), Answers.occurrence.desc())
    .limit(MOST_READ)
)


def _read(
    connection: Connection, statement: _Rows, authority: str, cases: Collection[str] | None
) -> Result[*tuple[Any, ...]]:
    """Of these cases, or of all that the authority has."""
    if cases is None:
        return connection.execute(statement, {"authority": authority})
    return connection.execute(_OF_CASES[statement], {"authority": authority, "cases": [*cases]})


def _case_name(row: NamedRow) -> str:
    return f"{row.opened_at.isoformat()} {row.given_name} {row.family_name} {row.born or row.expected}"


def open_tasks(connection: Connection, authority: str, cases: Collection[str] | None = None) -> Iterator[WaitingTask]:
    for row in _read(connection, _TASKS, authority, cases):
        yield WaitingTask(
            id=row.id,
            case=row.case_id,
            case_name=_case_name(row),
            instance=row.instance_id,
            bundle=row.bundle_hash,
            process=row.process,
            element=row.element,
            time=row.number,
            name=f"{row.process} {row.number} {row.element} {row.occurrence}",
            role=row.role,
            also=tuple(row.also),
            owner=row.owner_id,
            lead=row.lead_account_id,
            urgent=row.urgent,
            opened_at=row.since,
        )


def open_cases(connection: Connection, authority: str, cases: Collection[str] | None = None) -> Iterator[WaitingCase]:
    for row in _read(connection, _CASES, authority, cases):
        yield WaitingCase(row.id, _case_name(row), row.opened_at)


def dues(connection: Connection, authority: str, cases: Collection[str] | None = None) -> Iterator[Due]:
    """What the ticking clock will have to act on, unless somebody is sooner."""
    for row in _read(connection, _CLOCKS, authority, cases):
        yield Due(row.due_at, row.id, row.case_id, f"{_case_name(row)} {row.clock} {row.number}", row.clock)
    for row in _read(connection, _ALARMS, authority, cases):
        name = f"{_case_name(row)} {ALARM} {row.raised_at.isoformat()}"
        yield Due(row.next_step_at, row.id, row.case_id, name, ALARM)


def letters(connection: Connection, authority: str) -> tuple[Sequence[tuple[str, int]], bool]:
    """Those that were being handed over when the simulation was cut, with which try it was; and whether others wait."""
    rows = connection.execute(_LETTERS, {"authority": authority}).all()
    under_way = [(row.id, row.attempts) for row in rows if row.state != "waiting"]
    return under_way, len(under_way) < len(rows)


def touched(connection: Connection, now: datetime) -> list[str]:
    """The cases in whose record something stands as of this moment."""
    chains = connection.scalars(_TOUCHED, {"now": now})
    return sorted({chain.removeprefix(CHAIN) for chain in chains})


def newest_act(connection: Connection, authority: str) -> datetime | None:
    """When something was done last in a case of the authority."""
    return connection.scalar(_NEWEST, {"authority": authority})


def answered_day(connection: Connection, task: WaitingTask, field: str) -> str:
    """What was answered last to this question in the instance of the task; empty where it was not."""
    rows = connection.scalars(_ANSWERS, {"instance": task.instance})
    return next((answers[field] for answers in rows if answers.get(field)), "")
