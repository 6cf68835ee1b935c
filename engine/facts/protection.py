"""What protects a child now: an order, police protection, a child protection plan."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, exists, select

from engine.tables import Answers, Case, Deadline, running_deadline
from engine.tables import plan_in_force as on_a_plan

# Clocks of the Children Act 1989, sections 44 to 46: while one runs, the child is held safe by law.
ORDERS = ("police_protection", "emergency_protection_order")


_ORDER_IN_FORCE = select(
    exists().where(
        Deadline.case_id == bindparam("case"),
        Deadline.clock.in_(ORDERS),
        running_deadline(),
    )
)


def order_in_force(connection: Connection, case: str) -> bool:
    """Until its end is recorded: a clock that has passed without one still asks for it."""
    return connection.execute(_ORDER_IN_FORCE, {"case": case}).scalar_one()


def may_be_extended(connection: Connection, case: str) -> bool:
    """Whether an order runs that the court has not extended yet: it may do so once (Children Act 1989 s45(6))."""
    holding = (
        select(Deadline.instance_id)
        .where(Deadline.case_id == case, Deadline.clock == "emergency_protection_order")
        .where(running_deadline())
        .order_by(Deadline.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    recorded = connection.scalars(
        select(Answers.answers)
        .where(Answers.instance_id == holding, Answers.element == "record_emergency_action")
        .order_by(Answers.occurrence.desc())
    )
    outcomes = [answers.get("outcome") for answers in recorded]
    return next((one for one in outcomes if one in ("order_made", "order_extended")), None) == "order_made"


def is_accepted_elsewhere(connection: Connection, instance: str | None) -> bool:
    """The authority where the child is found acts until the home authority accepts and confirms it (WT2013, ch1)."""
    answers = connection.execute(
        select(Answers.answers)
        .where(Answers.instance_id == instance, Answers.element == "consult_home_authority")
        .order_by(Answers.occurrence.desc())
        .limit(1)
    ).scalar_one_or_none()
    return answers is not None and answers.get("accepted") == "yes" and bool(answers.get("confirmed_on"))


def police_protection_since(connection: Connection, case: str) -> datetime | None:
    """When the child was taken into the police protection that was recorded last."""
    return connection.execute(
        select(Deadline.counted_from)
        .where(Deadline.case_id == case, Deadline.clock == "police_protection")
        .order_by(Deadline.number.desc())
        .limit(1)
    ).scalar_one_or_none()


def plan_in_force(connection: Connection, case: str) -> bool:
    return connection.execute(select(exists().where(Case.id == case, on_a_plan()))).scalar_one()


def order_ends_at(connection: Connection, case: str) -> datetime | None:
    """The end of the emergency protection order that runs, as the court wrote it."""
    return (
        connection.execute(
            select(Deadline.due_at).where(
                Deadline.case_id == case,
                Deadline.clock == "emergency_protection_order",
                running_deadline(),
            )
        )
        .scalars()
        .first()
    )
