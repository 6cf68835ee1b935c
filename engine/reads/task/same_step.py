"""Which other children of the family the same step waits for, so that one page may serve them."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, exists, select

from engine.base.subject import Subject
from engine.facts.family import MOST_CHILDREN, of_other_children
from engine.facts.models import model
from engine.facts.own_work import why_not_judge
from engine.people.identity import Actor
from engine.people.who_knows import for_own_organisation
from engine.people.who_may import may_take
from engine.reads.authority.people import ChildView, child_columns, child_of
from engine.tables import Case, Draft, Instance, NamedRow, Person, WorkItem, models_then

_MOST_OTHERS = MOST_CHILDREN - 1


@dataclass(frozen=True, slots=True)
class SameStep:
    """The task of another child. `has_draft`: the reader has typed answers to it and not sent them."""

    item: str
    case: str
    reference: str
    child: ChildView
    has_draft: bool


def same_step(connection: Connection, actor: Actor, now: datetime, of: NamedRow) -> tuple[SameStep, ...]:
    """`of` is the row of a task, of `task_columns`. The oldest child first; of each child one task, the oldest.

    Of the cases that the reader may know of, the tasks that wait and that they may do now; each asks what this one
    asks, whatever models it runs on.
    """
    those = _tasks(actor, of).where(of_other_children(connection, actor, of.case_id), WorkItem.closed_at.is_(None))
    found: dict[str, SameStep] = {}
    for row in connection.execute(those.order_by(Person.born.asc().nulls_last(), WorkItem.opened_at, WorkItem.id)):
        if row.person not in found and _can_be_done(connection, actor, of, row):
            found[row.person] = _same_step(row, now)
            if len(found) == _MOST_OTHERS:
                break
    return (*found.values(),)


def chosen_of_step(connection: Connection, actor: Actor, of: NamedRow, chosen: Collection[str]) -> tuple[str, ...]:
    """Of these tasks those of the same step in the family that the reader may know of, whether or not they still wait:
    what was typed for a child whose task somebody else has done is shown to whoever typed it.
    """
    those = _tasks(actor, of).where(of_other_children(connection, actor, of.case_id), WorkItem.id.in_([*chosen]))
    known = {row.item for row in connection.execute(those)}
    return tuple(one for one in dict.fromkeys(chosen) if one in known)[:_MOST_OTHERS]


def _tasks(actor: Actor, of: NamedRow) -> Select[*tuple[Any, ...]]:
    drafted = exists().where(Draft.subject == WorkItem.id, Draft.account_id == actor.account)
    return (
        select(
            *(WorkItem.id.label("item"), WorkItem.case_id, WorkItem.instance_id, WorkItem.owner_id),
            *(WorkItem.role, WorkItem.also, WorkItem.agency_id, Case.team_id, Case.reference),
            *(drafted.label("has_draft"), models_then(WorkItem).label("asked_on")),
            *child_columns(),
        )
        .select_from(WorkItem)
        .join(Case, Case.id == WorkItem.case_id)
        .join(Person, Person.id == Case.person_id)
        .join(Instance, Instance.id == WorkItem.instance_id)
        .where(*_of_step(of), for_own_organisation(actor))
    )


def _of_step(of: NamedRow) -> Iterator[ColumnElement[bool]]:
    yield WorkItem.process == of.process
    yield WorkItem.element == of.element
    yield WorkItem.agency_id.is_not_distinct_from(of.agency_id)


def _can_be_done(connection: Connection, actor: Actor, of: NamedRow, row: NamedRow) -> bool:
    if row.owner_id not in (None, actor.account, *actor.stands_for):
        return False
    if not may_take(actor, row.role, row.also, row.agency_id, row.team_id):
        return False
    its_model = model(connection, row.asked_on)
    if its_model.form(of.process, of.element) != model(connection, of.asked_on).form(of.process, of.element):
        return False
    about = Subject(of.process, of.element, row.case_id, row.instance_id)
    return not why_not_judge(connection, its_model, about, actor.account)


def _same_step(row: NamedRow, now: datetime) -> SameStep:
    return SameStep(
        item=row.item,
        case=row.case_id,
        reference=row.reference,
        child=child_of(row, now),
        has_draft=bool(row.has_draft),
    )
