"""Conditions on rows that several rooms ask for, each written once."""

from sqlalchemy import ColumnElement, and_

from engine.tables.case_tables import Case, Deadline


def running_deadline() -> ColumnElement[bool]:
    """Of `deadline`: neither met nor stopped. One that has passed still runs: somebody has yet to act on it."""
    return and_(Deadline.met_at.is_(None), Deadline.stopped_at.is_(None))


def plan_in_force() -> ColumnElement[bool]:
    """Of `case`: the child is on a child protection plan now."""
    return and_(Case.plan_from.is_not(None), Case.plan_until.is_(None))
