"""The children of one family: those who were referred together with a child, in this or another case of that child."""

from sqlalchemy import ColumnElement, Connection, and_, select

from engine.facts.child import known_cases_of_child, of_child
from engine.people.identity import Actor
from engine.people.who_knows import knows
from engine.tables import Case

MOST_CHILDREN = 12
"""Whom one page serves at most: more than a family has, and few enough that nobody else waits for long."""


def of_family(connection: Connection, actor: Actor, case: str) -> ColumnElement[bool]:
    """The condition on `case` that holds for the cases of the family of this one that the actor may know of. What leads
    to another family is read from cases of the child that the actor may know of as well: from one that is kept from
    them nothing follows that they are shown.
    """
    known = known_cases_of_child(actor, case)
    families = connection.scalars(select(Case.family_id).where(Case.id.in_(known)).distinct())
    return and_(Case.family_id.in_([*families]), knows(actor))


def of_other_children(connection: Connection, actor: Actor, case: str) -> ColumnElement[bool]:
    """Of these those that are no case of the same child."""
    same_child = of_child(select(Case.id).where(Case.id == case))
    return and_(of_family(connection, actor, case), ~same_child)
