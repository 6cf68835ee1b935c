"""A task as the person sees it who is to do it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select
from sqlalchemy.orm import aliased

from engine.base.direction import by_itself
from engine.base.errors import NotFound
from engine.base.subject import Subject
from engine.facts.authority import calendar_of
from engine.facts.matching import Matches, possible_matches
from engine.facts.models import model
from engine.facts.own_work import why_not_judge
from engine.facts.protecting_steps import closes_or_protects
from engine.facts.publication_news import PublicationNews, news_of_task
from engine.forms.asked_together import asked_together
from engine.forms.questions import Question
from engine.people.identity import Actor
from engine.people.shown_names import capitalised, shown_name
from engine.people.who_knows import (
    Reach,
    for_own_organisation,
    known_by,
    known_within,
    knows,
    reach_of,
)
from engine.people.who_may import may_take, sees_answers_of, sees_task
from engine.process.bundle import Model
from engine.reads.authority.people import ChildView, child_columns, child_of
from engine.reads.case.actions_of_case import ActionView
from engine.reads.case.answered import Answered, Given, Said, said
from engine.reads.case.around_page import NeedView
from engine.reads.case.children_of_family import ChildOfFamily, how_others_stand
from engine.reads.case.deadlines import DeadlineView, clock, deadline_columns
from engine.reads.case.earlier import EarlierAnswers
from engine.reads.case.planned_dates import PlannedMeeting, planned_while_closed
from engine.reads.case.protected import Protection, protection
from engine.reads.case.taken_over import OpenWork, open_work
from engine.reads.case.what_was_shared import WishView
from engine.reads.list_page import FEW, OVERVIEW, ListPart
from engine.reads.task.action_pages import actions_beside
from engine.reads.task.around_forms_pages import needs_beside
from engine.reads.task.before import Before, before, filled_again
from engine.reads.task.form_view import Answering, FormView, asked, nothing_typed, questions_now
from engine.reads.task.same_step import SameStep, same_step
from engine.reads.task.sharing_pages import wishes_beside
from engine.tables import Account, Case, Deadline, Instance, NamedRow, Outbox, Person, WorkItem, models_then


@dataclass(frozen=True, slots=True)
class Closed:
    """`how` is completed or withdrawn; `by` is empty where the process itself closed it."""

    how: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DoneBefore:
    """What was answered when the task came up before in the same instance, and what whoever judged it said of that."""

    given: Given
    words: tuple[Said, ...]
    verdict: Answered | None


@dataclass(frozen=True, slots=True)
class TaskOwner:
    """`holder` has it: the reader (`mine`), or somebody for whom the reader acts. `is_given`: they did not take it."""

    holder: str | None
    mine: bool
    acts_for_holder: bool
    is_given: bool


@dataclass(frozen=True, slots=True)
class TaskView:
    """`obstacle` says why this reader cannot do it, and is empty where they can. `known` are the newest forms that were
    answered in the case, `matches` the known children who may be this one. `letter` is the state of the letter that is
    to do it, if there is one. `news`: what changed since the reader did such a task last. `wishes` about sharing, where
    the task shares something; `needs`: how to communicate with whom it contacts; `open_actions`, where it agrees on
    more. `open_work` is set where the drawing says that the task shows it. `same_step` are the other children of
    the family whom the same step waits for; `asked_once` are the questions that a page for several of them asks
    once. `others_stand` are their cases, at a step that closes one or protects a child.
    """

    item: str
    case: str
    reference: str
    child: ChildView
    title: str
    process: str
    opened_at: datetime
    urgent: bool
    owner: TaskOwner
    obstacle: str
    closed: Closed | None
    clock: DeadlineView | None
    form: FormView
    known: ListPart[Answered]
    before: DoneBefore | None
    planned_while_closed: tuple[PlannedMeeting, ...]
    protection: Protection
    matches: Matches
    letter: str
    news: tuple[PublicationNews, ...]
    wishes: tuple[WishView, ...]
    needs: tuple[NeedView, ...]
    open_actions: ListPart[ActionView]
    open_work: OpenWork | None
    asked_once: frozenset[str]
    same_step: tuple[SameStep, ...] = ()
    others_stand: tuple[ChildOfFamily, ...] = ()

    @property
    def name(self) -> str:
        return self.child.name

    @property
    def cases_shown(self) -> tuple[str, ...]:
        family = (one.case for one in (*self.same_step, *self.others_stand))
        named = (*self.matches.cases_shown, *self.form.cases_named, *self.protection.other_cases, *family)
        return tuple(dict.fromkeys((self.case, *named)))


def task(connection: Connection, actor: Actor, now: datetime, item: str, typed: Answering = nothing_typed) -> TaskView:
    """Raises NotFound where the task is none that the reader may know of."""
    row = known_row(connection, actor, item)
    found = task_alone(connection, actor, now, item, row, typed)
    if found.closed or found.obstacle:
        return found
    return replace(
        found,
        same_step=same_step(connection, actor, now, row),
        others_stand=_others_stand(connection, actor, now, row),
    )


def task_alone(
    connection: Connection, actor: Actor, now: datetime, item: str, row: NamedRow, typed: Answering
) -> TaskView:
    """Without the other children of the family. `row` is its `known_row`."""
    its_model, calendar = model(connection, row.asked_on), calendar_of(connection, actor.within)
    earlier = EarlierAnswers(connection, actor, row.case_id)
    about = Subject(row.process, row.element, row.case_id, row.instance_id)
    last, drawn = before(its_model, about, earlier), its_model.drawings[row.process].elements[row.element].properties
    form = asked(connection, actor, now, its_model, about, draft_of=item, typed=typed, earlier=earlier)
    known, done_before = _in_words(connection, actor, earlier.part(OVERVIEW), last)
    return TaskView(
        item=item,
        case=row.case_id,
        reference=row.reference,
        child=child_of(row, now),
        title=row.task,
        process=its_model.drawings[row.process].name,
        opened_at=row.opened_at,
        urgent=row.urgent,
        owner=_owner(actor, row),
        obstacle=_obstacle(connection, actor, its_model, about, row),
        closed=Closed(row.closed_how, row.closer or "", row.closed_at) if row.closed_at else None,
        clock=clock(connection, row, now, calendar) if row.deadline_id else None,
        form=filled_again(form, its_model, last.given) if last else form,
        known=known,
        before=done_before,
        planned_while_closed=planned_while_closed(connection, row.case_id, earlier, now, calendar),
        protection=protection(connection, actor, [row.case_id], now, calendar)[row.case_id],
        matches=possible_matches(connection, actor, [row.case_id]).get(row.case_id, Matches()).likest(FEW),
        letter=row.letter or "",
        news=news_of_task(connection, actor, row.process, row.element, row.asked_on),
        wishes=wishes_beside(connection, actor, its_model, about),
        needs=needs_beside(connection, actor, its_model, about),
        open_actions=actions_beside(connection, actor, now, its_model, about),
        open_work=open_work(connection, actor, now, calendar, row, item) if "shows_open_work" in drawn else None,
        asked_once=asked_together(its_model.form(row.process, row.element) or {}),
    )


def _owner(actor: Actor, row: NamedRow) -> TaskOwner:
    mine = row.owner_id is not None and row.owner_id == actor.account
    return TaskOwner(row.holder, mine, row.owner_id in actor.stands_for, row.is_given)


def _others_stand(connection: Connection, actor: Actor, now: datetime, row: NamedRow) -> tuple[ChildOfFamily, ...]:
    if not closes_or_protects(model(connection, row.asked_on), row.process, row.element):
        return ()
    return how_others_stand(connection, actor, now, row.case_id)


def still_known(connection: Connection, actor: Actor, _now: datetime, case: str) -> bool:
    """Whether whoever has just done a task may go on to its case: for somebody who stands outside the agencies that may
    have been all.
    """
    if sees_answers_of(actor, None):
        return True
    return connection.execute(select(Case.id).where(Case.id == case, knows(actor))).one_or_none() is not None


def task_questions(
    connection: Connection, actor: Actor, now: datetime, item: str, typed: Answering
) -> tuple[Question, ...]:
    """What the form of a task asks now, for the command that is to take its answers. Raises NotFound as `task` does;
    whether the task is the reader's to do is for that command to say.
    """
    form = _form_of_task(reach_of(actor)).where(for_own_organisation(actor))
    row = connection.execute(form, {"item": item, **known_by(actor)}).one_or_none()
    if row is None:
        raise NotFound
    about = Subject(row.process, row.element, row.case_id, row.instance_id)
    return questions_now(connection, actor, now, model(connection, row.bundle_hash), about, typed)


@cache
def _form_of_task(reach: Reach) -> Select[*tuple[Any, ...]]:
    return (
        select(WorkItem.case_id, WorkItem.process, WorkItem.element, WorkItem.instance_id)
        .add_columns(models_then(WorkItem).label("bundle_hash"))
        .join(Case, Case.id == WorkItem.case_id)
        .join(Instance, Instance.id == WorkItem.instance_id)
        .where(WorkItem.id == bindparam("item"), known_within(reach))
    )


def _in_words(
    connection: Connection, actor: Actor, known: ListPart[Given], last: Before | None
) -> tuple[ListPart[Answered], DoneBefore | None]:
    """All of it at once, so that whoever is named in it is looked up once."""
    again = [one for one in (last.given, last.verdict) if one] if last else []
    forms = (*known.rows, *again)
    told = tuple(zip(forms, said(connection, actor, forms), strict=True))
    shown, of_before = told[: len(known.rows)], told[len(known.rows) :]
    return known.showing(shown), _done_before(of_before)


def _done_before(forms: Sequence[Answered]) -> DoneBefore | None:
    """From the form that was answered before and, where somebody judged it, the form of that."""
    if not forms:
        return None
    given_before, words = forms[0]
    return DoneBefore(given_before, words, forms[1] if len(forms) > 1 else None)


_LETTER = (
    select(Outbox.state)
    .where(Outbox.case_id == WorkItem.case_id, Outbox.work_item_id == WorkItem.id, Outbox.settled_at.is_(None))
    .limit(1)
    .scalar_subquery()
)


def known_row(connection: Connection, actor: Actor, item: str) -> NamedRow:
    """Raises NotFound where the task is none that the actor may know of."""
    owner, closer = aliased(Account), aliased(Account)
    row = connection.execute(
        select(
            *(WorkItem.case_id, WorkItem.instance_id, WorkItem.process, WorkItem.element, WorkItem.opened_at),
            WorkItem.occurrence,
            *(WorkItem.title.label("task"), WorkItem.role, WorkItem.also, WorkItem.agency_id, WorkItem.urgent),
            *(WorkItem.owner_id, WorkItem.is_given, WorkItem.closed_at, WorkItem.closed_how, WorkItem.deadline_id),
            *(shown_name(actor, owner).label("holder"), shown_name(actor, closer).label("closer")),
            *(Case.reference, Case.team_id, _LETTER.label("letter")),
            *child_columns(),
            *deadline_columns(),
            models_then(WorkItem).label("asked_on"),
        )
        .select_from(WorkItem)
        .join(Case, Case.id == WorkItem.case_id)
        .join(Person, Person.id == Case.person_id)
        .join(Instance, Instance.id == WorkItem.instance_id)
        .outerjoin(Deadline, Deadline.id == WorkItem.deadline_id)
        .outerjoin(owner, owner.id == WorkItem.owner_id)
        .outerjoin(closer, closer.id == WorkItem.closed_by)
        .where(WorkItem.id == item, knows(actor), for_own_organisation(actor))
    ).one_or_none()
    if row is None or not sees_task(actor, row.role, row.also, row.agency_id, row.team_id):
        raise NotFound
    return row


def _obstacle(connection: Connection, actor: Actor, its_model: Model, about: Subject, row: NamedRow) -> str:
    if not may_take(actor, row.role, row.also, row.agency_id, row.team_id):
        roles = (row.role, *row.also)
        names = " or ".join(its_model.roles[role].name.lower() for role in roles if role in its_model.roles)
        return f"This task is for another role: {names}."
    if row.owner_id not in (None, actor.account, *actor.stands_for) and not row.is_given:
        holder = by_itself(capitalised(row.holder))
        return f"{holder} has taken this task. Ask them to hand it back if you are to do it."
    return why_not_judge(connection, its_model, about, actor.account)
