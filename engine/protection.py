"""What protects a child now: an order, police protection, a child protection plan."""

from datetime import datetime

from sqlalchemy import Connection, exists, select

from engine.tables import Case, Deadline

# Clocks of the Children Act 1989, sections 44 to 46: while one runs, the child is held safe by law.
ORDERS = ("police_protection", "emergency_protection_order")


def order_in_force(connection: Connection, case: str) -> bool:
    """Until its end is recorded: a clock that has passed without one still asks for it."""
    return connection.execute(
        select(
            exists().where(
                Deadline.case_id == case,
                Deadline.clock.in_(ORDERS),
                Deadline.met_at.is_(None),
                Deadline.stopped_at.is_(None),
            )
        )
    ).scalar_one()


def police_protection_since(connection: Connection, case: str) -> datetime | None:
    """When the child was taken into the police protection that was recorded last."""
    return connection.execute(
        select(Deadline.counted_from)
        .where(Deadline.case_id == case, Deadline.clock == "police_protection")
        .order_by(Deadline.number.desc())
        .limit(1)
    ).scalar_one_or_none()


def plan_in_force(connection: Connection, case: str) -> bool:
    return connection.execute(
        select(exists().where(Case.id == case, Case.plan_from.is_not(None), Case.plan_until.is_(None)))
    ).scalar_one()


def order_ends_at(connection: Connection, case: str) -> datetime | None:
    """The end of the emergency protection order that runs, as the court wrote it."""
    return (
        connection.execute(
            select(Deadline.due_at).where(
                Deadline.case_id == case,
                Deadline.clock == "emergency_protection_order",
                Deadline.met_at.is_(None),
                Deadline.stopped_at.is_(None),
            )
        )
        .scalars()
        .first()
    )
