"""What protects a child now, for every page that names the child: from the moment that it is recorded."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, select

from engine.facts.protection import IN_FORCE
from engine.reads.case.deadlines import DeadlineView, clock
from engine.tables import Case, Deadline, Instance, NamedRow
from engine.timescales.calendar import Calendar

NAMES = {"police": "Police protection", "order": "Emergency protection order"}
"""By what a clock protects (timescales.csv)."""


@dataclass(frozen=True, slots=True)
class Order:
    """Police protection or an emergency protection order. `clock` runs until its end is recorded."""

    name: str
    clock: DeadlineView


@dataclass(frozen=True, slots=True)
class Protection:
    """`orders` by what runs out first; `plan_since`, while a child protection plan is in force."""

    orders: tuple[Order, ...] = ()
    plan_since: datetime | None = None


NONE = Protection()


def protection(
    connection: Connection, cases: Iterable[str], now: datetime, calendar: Calendar
) -> Mapping[str, Protection]:
    """By case, of those under protection: one query, however many cases."""
    found: dict[str, list[NamedRow]] = defaultdict(list)
    for row in connection.execute(
        select(Case.id.label("case"), Case.plan_from, Case.plan_until, Deadline.__table__, Instance.bundle_hash)
        .select_from(Case)
        .outerjoin(Deadline, and_(Deadline.case_id == Case.id, *IN_FORCE))
        .outerjoin(Instance, Instance.id == Deadline.instance_id)
        .where(Case.id.in_(set(cases)))
        .order_by(Deadline.due_at, Deadline.id)
    ):
        found[row.case].append(row)
    return {case: _protection(connection, rows, now, calendar) for case, rows in found.items()}


def is_in_plan(row: NamedRow) -> bool:
    """`row` has the columns `plan_from` and `plan_until`."""
    return row.plan_from is not None and row.plan_until is None


def _protection(connection: Connection, rows: list[NamedRow], now: datetime, calendar: Calendar) -> Protection:
    orders = tuple(Order(NAMES[row.protects], clock(connection, row, now, calendar)) for row in rows if row.clock)
    return Protection(orders, rows[0].plan_from if is_in_plan(rows[0]) else None)
