"""Conditions on rows that several rooms ask for, each written once."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_
from sqlalchemy.orm import InstrumentedAttribute

from engine.tables.case_tables import Answers, Case, Deadline, Instance, WorkItem
from engine.tables.correction_tables import AnswerCorrection
from engine.tables.people_tables import Account, Membership

Moment = datetime | ColumnElement[datetime]


def running_deadline() -> ColumnElement[bool]:
    """Of `deadline`: neither met nor stopped. One that has passed still runs: somebody has yet to act on it."""
    return and_(Deadline.met_at.is_(None), Deadline.stopped_at.is_(None))


def late_before() -> ColumnElement[bool]:
    """Of `deadline`: it had run out in another system before its case was taken over, so that nobody here missed it."""
    return and_(Deadline.came_with_case, Deadline.due_at < Deadline.started_at)


def models_then(
    table: type[Answers] | type[WorkItem], now: InstrumentedAttribute[str] = Instance.bundle_hash
) -> ColumnElement[str]:
    """The bundle by which a row is told: that of its day. `now` is the bundle of its instance."""
    return func.coalesce(table.told_by, now)


def corrects_answers() -> ColumnElement[bool]:
    """Of `answer_correction` and `answers`: it is these answers that were put right."""
    return and_(
        *(AnswerCorrection.instance_id == Answers.instance_id, AnswerCorrection.element == Answers.element),
        AnswerCorrection.occurrence == Answers.occurrence,
    )


def plan_in_force() -> ColumnElement[bool]:
    """Of `case`: the child is on a child protection plan now."""
    return and_(Case.plan_from.is_not(None), Case.plan_until.is_(None))


def held_at(moment: Moment, of: type[Membership] = Membership) -> ColumnElement[bool]:
    """Of `membership`, or an alias of it: the role is held then."""
    ends_later = or_(of.held_until.is_(None), of.held_until > moment)
    return and_(of.held_from <= moment, ends_later)


def enabled_at(moment: Moment, of: type[Account] = Account) -> ColumnElement[bool]:
    """Of `account`, or an alias of it: its holder may sign in then."""
    return or_(of.disabled_at.is_(None), of.disabled_at > moment)
