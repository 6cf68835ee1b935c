"""What holds of the child, whichever case it was recorded in: plan in force, order or police protection in force.

A child is the person of a case with everybody whom `same_child` linked to them, in either direction and over any number
of links. A plan of the authority from which a child moved is none of ours, so it is in none of these cases.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import CTE, ColumnElement, Connection, Select, bindparam, case, or_, select, true
from sqlalchemy.orm import aliased

from engine.facts.protection import IN_FORCE
from engine.people.identity import Actor
from engine.people.who_knows import Reach, known_by, known_within, knows, reach_of
from engine.tables import Case, Deadline, plan_in_force

OF_CHILD = ("plan_in_force", "order_in_force")
"""The facts of a case that hold of its child, whichever case of that child they come from."""
_BY_ID = select(Case.id).where(Case.id.in_(bindparam("cases", expanding=True)))
ASK_OVERSIGHT = "Ask those who oversee cases."
"""What stands against it is in a case of the child that this person may not know of."""
_LINK = aliased(Case)  # made once: every command asks for the child, and to make it costs more than to ask


def case_facts(
    *, born: date | None, expected: date | None, closed_at: datetime | None, of_child: Iterable[str]
) -> Mapping[str, bool]:
    """What conditions may ask of a case, as `case.<fact>`. `of_child` are those of OF_CHILD that hold in any case of
    the child, this one included.
    """
    return {
        "unborn": born is None and expected is not None,
        **{fact: fact in of_child for fact in OF_CHILD},
        "case_closed": closed_at is not None,
    }


def persons_of_child(cases: Select[str]) -> CTE:
    """All persons, as `id`, who are known to be one with the person of each of these cases, which is `of_case`."""
    start = select(Case.id.label("of_case"), Case.person_id.label("id")).where(Case.id.in_(cases))
    persons = start.cte("persons", recursive=True)
    other = case((_LINK.person_id == persons.c.id, _LINK.same_person_id), else_=_LINK.person_id)
    either = or_(_LINK.person_id == persons.c.id, _LINK.same_person_id == persons.c.id)
    linked = select(persons.c.of_case, other).join(persons, either).where(_LINK.same_person_id.is_not(None))
    return persons.union(linked)


def of_child(cases: Select[str]) -> ColumnElement[bool]:
    """The condition on `case` that holds for all cases of these children."""
    return Case.person_id.in_(select(persons_of_child(cases).c.id))


def own_or(is_own: ColumnElement[bool], known: ColumnElement[bool]) -> ColumnElement[bool]:
    """The condition on `case` that it is the one from which is asked, or is known. As a CASE: an OR may be read from an
    index of each side, and so from all cases of a team, where those of one child are wanted.
    """
    return case((is_own, true()), else_=known)


def known_cases_of_child(actor: Actor, case: str) -> Select[str]:
    """This case, and the others of its child that the actor may know of."""
    this = Case.id == case
    return select(Case.id).where(of_child(select(Case.id).where(this)), own_or(this, knows(actor)))


def in_force_by_case(connection: Connection, actor: Actor, cases: Collection[str]) -> Mapping[str, frozenset[str]]:
    """By case, those of OF_CHILD that hold of its child, as far as the actor may know: one query, however many cases.
    The actor may know of these.
    """
    found: dict[str, set[str]] = {one: set() for one in cases}
    if not found:
        return {}
    given = {"cases": [*found], **known_by(actor)}
    for row in connection.execute(_in_force_by_case(reach_of(actor)), given):
        found[row.of_case] |= {fact for fact in OF_CHILD if getattr(row, fact)}
    return {one: frozenset(facts) for one, facts in found.items()}


@cache
def _in_force_by_case(reach: Reach) -> Select[*tuple[Any, ...]]:
    persons = persons_of_child(_BY_ID)
    order = select(Deadline.id).where(Deadline.case_id == Case.id, *IN_FORCE).exists()
    holds = plan_in_force().label("plan_in_force"), order.label("order_in_force")
    theirs = select(persons.c.of_case, *holds).join(Case, Case.person_id == persons.c.id)
    return theirs.where(own_or(Case.id == persons.c.of_case, known_within(reach)))


def ends_of_orders(actor: Actor) -> CTE:
    """By case, `case_id`, when each order ends that its child is under, `ends_at`: whichever of the cases of that child
    it is recorded in, as far as the actor may know of them. Lists of cases that the actor knows ask for it. Orders are
    few: it is asked of each whether the actor knows of its case, not of each case that the actor knows for its orders.
    """
    known = select(Case.id).where(Case.id == Deadline.case_id, knows(actor)).correlate(Deadline).exists()
    those = select(Deadline.case_id).where(*IN_FORCE, known)
    persons = persons_of_child(those)
    return (
        select(Case.id.label("case_id"), Deadline.due_at.label("ends_at"))
        .select_from(persons)
        .join(Case, Case.person_id == persons.c.id)
        .join(Deadline, Deadline.case_id == persons.c.of_case)
        .where(*IN_FORCE)
        .cte("orders")
    )


def in_force(cases: Select[str], *conditions: ColumnElement[bool]) -> tuple[ColumnElement[bool], ...]:
    """By OF_CHILD, whether it holds in one of the cases of these children for which the conditions hold."""
    those = select(Case.id).where(of_child(cases), *conditions)
    plan = those.where(plan_in_force()).exists()
    order = select(Deadline.id).where(Deadline.case_id.in_(those), *IN_FORCE).exists()
    return plan.label("plan_in_force"), order.label("order_in_force")


def joined_to(connection: Connection, root: str) -> list[str]:
    """The case, and all that were joined to it or to one of those."""
    joined = aliased(Case)
    every = select(Case.id.label("id")).where(Case.id == root).cte(recursive=True)
    every = every.union(select(joined.id).join(every, joined.joined_to_id == every.c.id))
    return [*connection.scalars(select(every.c.id).order_by(every.c.id))]
