"""What rests on an answer that was corrected, and waits for whoever decided it: of one case, and of one person."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, or_, select
from sqlalchemy.orm import aliased

from engine.facts.corrected_forms import may_correct
from engine.facts.models import model
from engine.people.identity import Actor
from engine.people.kept_from import is_kept_from
from engine.people.who_knows import knows
from engine.people.who_may import sees_answers_of
from engine.reads.authority.people import ChildView, child_columns, child_of
from engine.reads.case.answered import form_title
from engine.tables import (
    Account,
    Answers,
    Case,
    Instance,
    Membership,
    NamedRow,
    Organisation,
    Person,
    RestingMark,
    enabled_at,
    held_at,
    models_then,
)

_IS_KEPT_FROM_THEM = is_kept_from(RestingMark.account_id, RestingMark.case_id)
MOST = 50
"""Of one person: more are shown once some of these are settled."""


@dataclass(frozen=True, slots=True)
class RestingView:
    """`title` is what was decided, `given` the id of its answers; `corrected` what was put right, `at` when.

    `by` is who decided. `theirs`: the reader may say that it is still right.
    """

    case: str
    reference: str
    child: ChildView
    given: str
    title: str
    by: str
    corrected: str
    at: datetime
    theirs: bool


def resting_in(connection: Connection, actor: Actor, now: datetime, case_id: str) -> tuple[RestingView, ...]:
    """Oldest first. Of a case that the reader knows; who does not see all of it is told of their own."""
    rows = connection.execute(_marks().where(RestingMark.case_id == case_id).limit(MOST)).all()
    found = (_view(connection, actor, now, row) for row in rows)
    return tuple(one for one in found if one.theirs or sees_answers_of(actor, None))


def resting_for(
    connection: Connection, actor: Actor, now: datetime, managed: Collection[str]
) -> tuple[RestingView, ...]:
    """What waits for this person; for who manages these teams also what whoever decided it can settle no more: they
    have left, work elsewhere, or the case is kept from them.
    """
    waiting = [*connection.scalars(_open(actor).where(RestingMark.account_id == actor.account))]
    if managed:
        theirs = exists().where(Case.id == RestingMark.case_id, Case.team_id.in_(managed))
        waiting += connection.scalars(_open(actor).where(theirs, or_(~_is_there(now), _IS_KEPT_FROM_THEM)))
    if not waiting:
        return ()
    rows = connection.execute(_marks().where(RestingMark.id.in_(waiting))).all()
    return tuple(_view(connection, actor, now, row) for row in rows)


def _open(actor: Actor) -> Select[str]:
    """Of all that waits in cases that the actor may know of, so that no other takes its place: found by an index,
    whatever cases there are, and the oldest first.
    """
    known = exists().where(Case.id == RestingMark.case_id, knows(actor))
    waits = select(RestingMark.id).where(RestingMark.settled_at.is_(None), known)
    return waits.order_by(RestingMark.marked_at, RestingMark.id).limit(MOST)


def _is_there(now: datetime) -> ColumnElement[bool]:
    """Whoever decided it may sign in, and works in the team of the case or for another organisation."""
    others = select(Organisation.id).where(~Organisation.leads)
    team = select(Case.team_id).where(Case.id == RestingMark.case_id).correlate(RestingMark).scalar_subquery()
    works = or_(Membership.team_id == team, Membership.organisation_id.in_(others))
    its = (Account.id == RestingMark.account_id, Membership.account_id == Account.id)
    return exists().where(*its, enabled_at(now), held_at(now), works)


def _marks() -> Select[*tuple[Any, ...]]:
    decided_by, of, of_run = aliased(Account), aliased(Answers), aliased(Instance)
    its = and_(Answers.instance_id == RestingMark.instance_id, Answers.element == RestingMark.element)
    corrected = and_(of.instance_id == RestingMark.of_instance_id, of.element == RestingMark.of_element)
    return (
        select(
            *(RestingMark.marked_at, RestingMark.account_id, decided_by.name.label("decided_by")),
            *(Answers.id.label("given"), Answers.process, Answers.element, models_then(Answers).label("bundle")),
            *(of.process.label("of_process"), of.element.label("of_element")),
            models_then(of, of_run.bundle_hash).label("of_bundle"),
            *(Case.id.label("case_id"), Case.reference, Case.team_id),
            *child_columns(),
        )
        .join(Answers, and_(its, Answers.occurrence == RestingMark.occurrence))
        .join(Instance, Instance.id == Answers.instance_id)
        .join(of, and_(corrected, of.occurrence == RestingMark.of_occurrence))
        .join(of_run, of_run.id == of.instance_id)
        .join(Case, Case.id == RestingMark.case_id)
        .join(Person, Person.id == Case.person_id)
        .join(decided_by, decided_by.id == RestingMark.account_id)
        .where(RestingMark.settled_at.is_(None))
        .order_by(RestingMark.marked_at, RestingMark.id)
    )


def _view(connection: Connection, actor: Actor, now: datetime, row: NamedRow) -> RestingView:
    its_model, of_model = model(connection, row.bundle), model(connection, row.of_bundle)
    return RestingView(
        case=row.case_id,
        reference=row.reference,
        child=child_of(row, now),
        given=row.given,
        title=form_title(its_model, row.process, row.element),
        by=row.decided_by,
        corrected=form_title(of_model, row.of_process, row.of_element),
        at=row.marked_at,
        theirs=may_correct(actor, its_model, row.team_id, row.account_id),
    )
