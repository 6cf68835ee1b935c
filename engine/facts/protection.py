"""What protects a child by law now: an emergency protection order, or police protection.

Both are clocks that hold a child safe by law while they run (`protects` in timescales.csv;
Children Act 1989, sections 44 to 46). `cases` are those of the child that whoever asks may know of.
"""

from datetime import datetime

from sqlalchemy import Connection, Select, literal_column, select

from engine.facts.earlier_answers import answers_given
from engine.forms.answer_roles import ORDER_OUTCOMES
from engine.tables import Answers, Deadline, running_deadline

MADE, EXTENDED = ORDER_OUTCOMES

IN_FORCE = Deadline.protects != literal_column("''"), running_deadline()
"""The conditions on `deadline`: a clock that has passed still protects, until its end is recorded.
Written as in the index of these few.
"""


def may_be_extended(connection: Connection, cases: Select[str]) -> bool:
    """Whether an order runs that the court has not extended yet: it may do so once (Children Act 1989 s45(6))."""
    holding = (
        select(Deadline.instance_id)
        .where(Deadline.case_id.in_(cases), Deadline.protects == "order", running_deadline())
        .order_by(Deadline.started_at.desc(), Deadline.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    outcomes = answers_given(connection, "order_outcome", Answers.instance_id == holding)
    return next((one for one in outcomes if one in (MADE, EXTENDED)), None) == MADE


def police_protection_since(connection: Connection, cases: Select[str]) -> datetime | None:
    """When the child was taken into the police protection that was recorded last."""
    return connection.execute(
        select(Deadline.counted_from)
        .where(Deadline.case_id.in_(cases), Deadline.protects == "police")
        .order_by(Deadline.started_at.desc(), Deadline.number.desc())
        .limit(1)
    ).scalar_one_or_none()


def order_ends_at(connection: Connection, cases: Select[str]) -> datetime | None:
    """The end of the emergency protection order that runs, as the court wrote it."""
    order = Deadline.protects == "order", running_deadline()
    running = select(Deadline.due_at).where(Deadline.case_id.in_(cases), *order).order_by(Deadline.started_at.desc())
    return connection.execute(running).scalars().first()
