"""The rows of two cases that had been joined, when they are two again: each goes to the case of its child.

What began in the newer case goes back to it, and all that hangs on that, whenever it was written; so do the processes
that began since and of which somebody says that they are about its child. Nothing is copied and nothing is lost.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, literal, or_, select, update
from sqlalchemy.orm import aliased

from engine.casework.deadline_rows import GOES_ON
from engine.facts.child import joined_to
from engine.tables import (
    Alarm,
    AnswerCorrection,
    Answers,
    Case,
    CaseAction,
    Deadline,
    Departure,
    DisputeNote,
    Draft,
    Instance,
    Outbox,
    PersonalFact,
    RestingMark,
    SharedInformation,
    SharingWish,
    Wait,
    WorkItem,
)


@dataclass(frozen=True, slots=True)
class Separation:
    """`newer` was joined to `older` at `joined_at`; `instances` go back to it. From when a plan holds for the child of
    each: `plan_since` of the newer, `own_plan_since` of the older. `unheard`: columns of `person` with a day that the
    older case had heard of the other child, with the day on which its own is `expected`, where that was a birth.
    `calls`: processes that begin anew, as the one that took up the call is the other child's: each with the `instance`
    that called, its `message`, the `process` and the `payload`.
    """

    newer: str
    older: str
    joined_at: datetime
    reason: str
    instances: tuple[str, ...]
    plan_since: str | None = None
    own_plan_since: str | None = None
    unheard: tuple[str, ...] = ()
    expected: str | None = None
    calls: tuple[Mapping[str, Any], ...] = ()


def go_back(connection: Connection, said: Separation) -> None:
    """Nothing where they went back already, as where the other of the two cases was re-run first."""
    origins = joined_to(connection, said.newer)
    _return_clocks(connection, said)
    for table in (Instance, Deadline):
        _renumber(connection, table, said)
    _move_what_hangs_on(connection, said)
    _move_what_was_written_there(connection, said, origins)
    for one, other in ((said.newer, said.older), (said.older, said.newer)):
        theirs = WorkItem.case_id == one, WorkItem.deadline_id.in_(select(Deadline.id).where(Deadline.case_id == other))
        connection.execute(update(WorkItem).where(*theirs).values(deadline_id=None))
    came = Instance.case_id == said.newer, Instance.came_from_id == said.newer
    connection.execute(update(Instance).where(*came).values(came_from_id=None))


def _renumber(connection: Connection, table: type[Instance] | type[Deadline], said: Separation) -> None:
    """Those that go are numbered in their case, those that stay without the gaps that they leave: the next of a kind is
    numbered by how many there are.
    """
    kind, own = (Instance.process, Instance.id) if table is Instance else (Deadline.clock, Deadline.instance_id)
    rows = connection.execute(
        select(table.id, table.number, kind.label("kind"), own.in_(said.instances).label("goes"))
        .where(table.case_id == said.older)
        .order_by(kind, table.number)
    ).all()
    counted = select(kind.label("kind"), func.count().label("so_many")).where(table.case_id == said.newer)
    there = {row.kind: row.so_many for row in connection.execute(counted.group_by(kind))}
    here: dict[str, int] = {}
    for row in rows:
        numbers = there if row.goes else here
        numbers[row.kind] = number = numbers.get(row.kind, 0) + 1
        if row.goes or number != row.number:
            case = said.newer if row.goes else said.older
            connection.execute(update(table).where(table.id == row.id).values(case_id=case, number=number))


def _move_what_hangs_on(connection: Connection, said: Separation) -> None:
    hanging = (WorkItem, Wait, Answers, Alarm, DisputeNote, AnswerCorrection, RestingMark, SharedInformation)
    for table in (*hanging, Departure, CaseAction):
        theirs = table.case_id == said.older, table.instance_id.in_(said.instances)
        connection.execute(update(table).where(*theirs).values(case_id=said.newer))
    items = select(WorkItem.id).where(WorkItem.instance_id.in_(said.instances))
    alarms = select(Alarm.id).where(Alarm.instance_id.in_(said.instances))
    letters = Outbox.case_id == said.older, or_(Outbox.work_item_id.in_(items), Outbox.alarm_id.in_(alarms))
    connection.execute(update(Outbox).where(*letters).values(case_id=said.newer))
    begins = Draft.subject.endswith(f":{said.newer}", autoescape=True)
    drafts = Draft.case_id == said.older, or_(Draft.subject.in_(items), begins)
    connection.execute(update(Draft).where(*drafts).values(case_id=said.newer))


def _move_what_was_written_there(connection: Connection, said: Separation, origins: Collection[str]) -> None:
    """What hangs on no process, and what of that belongs to the case itself."""
    for table in (CaseAction, Outbox, SharedInformation, SharingWish, PersonalFact):
        theirs: ColumnElement[bool] = table.came_from_id.in_(origins)
        if table is SharingWish or table is PersonalFact:
            theirs = table.id.in_(_with_what_followed(connection, table, said, origins))
        moved = update(table).where(table.case_id == said.older, theirs)
        connection.execute(moved.values(case_id=said.newer))
        own = table.case_id == said.newer, table.came_from_id == said.newer
        connection.execute(update(table).where(*own).values(came_from_id=None))


def _with_what_followed(
    connection: Connection, table: type[SharingWish] | type[PersonalFact], said: Separation, origins: Collection[str]
) -> list[str]:
    """Those of the newer case, what took their place since, and what was said since of people who were named there."""
    found = select(table.id).where(table.case_id == said.older, table.came_from_id.in_(origins)).cte(recursive=True)
    if table is SharingWish:
        wish = aliased(SharingWish)
        later = select(wish.id).join(found, wish.ends_id == found.c.id).where(wish.case_id == said.older)
    else:
        fact = aliased(PersonalFact)
        follows = or_(fact.ends_id == found.c.id, fact.about == found.c.id)
        later = select(fact.id).join(found, follows).where(fact.case_id == said.older)
    return [*connection.scalars(select(found.union(later).c.id))]


def _return_clocks(connection: Connection, said: Separation) -> None:
    """Of two discussions the one that went on took the clock of the other, where that was due first: the clock goes
    back to the one that it was set for.
    """
    taken, own = aliased(Deadline), aliased(Deadline)
    went_on, ended = aliased(Instance), aliased(Instance)
    stopped = and_(own.stopped_at == said.joined_at, own.stopped_because == GOES_ON)
    goes = [one.id.in_(said.instances) for one in (went_on, ended)]
    rows = connection.execute(
        select(taken.id, ended.id.label("ended"))
        .join(own, and_(own.case_id == taken.case_id, own.clock == taken.clock, own.instance_id == taken.instance_id))
        .join(went_on, went_on.id == taken.instance_id)
        .join(ended, and_(ended.case_id == went_on.case_id, ended.process == went_on.process))
        .where(taken.case_id == said.older, taken.id != own.id, stopped, taken.started_at <= said.joined_at)
        .where(ended.status == literal("joined"), ended.ended_at == said.joined_at)
        .where(or_(and_(goes[0], ~goes[1]), and_(~goes[0], goes[1])))
    ).all()
    for row in rows:
        connection.execute(update(Deadline).where(Deadline.id == row.id).values(instance_id=row.ended))


def no_longer_one(connection: Connection, said: Separation) -> None:
    """What was said in either case of the other's child."""
    for one, other in ((said.newer, said.older), (said.older, said.newer)):
        of_other = aliased(Case)
        person = select(of_other.person_id).where(of_other.id == other).scalar_subquery()
        linked = Case.id == one, Case.same_person_id == person
        connection.execute(update(Case).where(*linked).values(same_person_id=None))
