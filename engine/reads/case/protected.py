"""What protects a child now, for every page that names the child: from the moment that it is recorded, in whichever of
the child's cases that is, as far as the reader may know of it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, case, or_, select

from engine.facts.child import own_or, persons_of_child
from engine.facts.protection import IN_FORCE
from engine.people.identity import Actor
from engine.people.who_knows import Reach, known_by, known_within, reach_of
from engine.reads.case.deadlines import DeadlineView, clock
from engine.tables import Case, Deadline, Instance, NamedRow, plan_in_force
from engine.timescales.calendar import Calendar

NAMES = {"police": "Police protection", "order": "Emergency protection order"}
"""By what a clock protects (timescales.csv)."""


@dataclass(frozen=True, slots=True)
class OtherCase:
    """One of the same child."""

    case: str
    reference: str


@dataclass(frozen=True, slots=True)
class Order:
    """Police protection or an emergency protection order. `clock` runs until its end is recorded. `within` is where it
    is recorded, if that is another case.
    """

    name: str
    clock: DeadlineView
    within: OtherCase | None


@dataclass(frozen=True, slots=True)
class Protection:
    """`orders` by what runs out first; `plan_since`, while a child protection plan is in force, and `plan_within`,
    where that is another case.
    """

    orders: tuple[Order, ...] = ()
    plan_since: datetime | None = None
    plan_within: OtherCase | None = None

    @property
    def other_cases(self) -> tuple[str, ...]:
        return tuple(one.case for one in (*(order.within for order in self.orders), self.plan_within) if one)


NONE = Protection()


def protection(
    connection: Connection, actor: Actor, cases: Iterable[str], now: datetime, calendar: Calendar
) -> Mapping[str, Protection]:
    """By case: one query, however many cases. The reader may know of these."""
    wanted = tuple(dict.fromkeys(cases))
    found: dict[str, list[NamedRow]] = defaultdict(list)
    for row in connection.execute(_protecting(reach_of(actor)), {"cases": wanted, **known_by(actor)}):
        found[row.of_case].append(row)
    return {one: _protection(connection, found[one], now, calendar) for one in wanted}


@cache
def _protecting(reach: Reach) -> Select[*tuple[Any, ...]]:
    """A row for each order in force, and for each plan without one."""
    persons = persons_of_child(select(Case.id).where(Case.id.in_(bindparam("cases", expanding=True))))
    is_own = Case.id == persons.c.of_case
    return (
        select(
            *(persons.c.of_case, case((is_own, 1), else_=0).label("is_own"), Case.id.label("within"), Case.reference),
            *(case((plan_in_force(), Case.plan_from)).label("plan_since"), Deadline.__table__, Instance.bundle_hash),
        )
        .select_from(persons)
        .join(Case, Case.person_id == persons.c.id)
        .outerjoin(Deadline, and_(Deadline.case_id == Case.id, *IN_FORCE))
        .outerjoin(Instance, Instance.id == Deadline.instance_id)
        .where(own_or(is_own, known_within(reach)), or_(plan_in_force(), Deadline.id.is_not(None)))
        .order_by(Deadline.due_at, Deadline.id, Case.plan_from, Case.id)
    )


def _protection(connection: Connection, rows: list[NamedRow], now: datetime, calendar: Calendar) -> Protection:
    orders = [row for row in rows if row.clock]
    # A child has one plan at most; of two, from before that was known, the one of this case is shown.
    plan = min((row for row in rows if row.plan_since), key=lambda row: (not row.is_own, row.plan_since), default=None)
    return Protection(
        tuple(Order(NAMES[row.protects], clock(connection, row, now, calendar), _within(row)) for row in orders),
        plan.plan_since if plan else None,
        _within(plan) if plan else None,
    )


def _within(row: NamedRow) -> OtherCase | None:
    return None if row.is_own else OtherCase(row.within, row.reference)
