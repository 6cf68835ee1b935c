"""That somebody proceeded differently from the drawing, or asks a manager whether they may."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.tables.case_tables import partial_index
from engine.tables.column_types import Table

FURTHER = 1001
"""From this one on the number that counts how often a step was done is that of a further step: one that was repeated,
or opened before the drawing came to it. It stands outside the state of its process, which counts from 1.
"""
STANDS = ("waits", "taken", "refused")
WAITS = "stands = 'waits'"


class Departure(Table):
    """`stands`: it waits for a manager, was taken, or was refused. By run, task and which time as `answers`: of a step
    that is skipped the time that was open, of one that is repeated or opened that of the further step, and 0 before
    there is one. `stated` are the answers by which the process goes on where a step was skipped.
    """

    __tablename__ = "departure"
    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), index=True)
    instance_id: Mapped[str] = mapped_column(ForeignKey("instance.id"))
    process: Mapped[str]
    element: Mapped[str]
    occurrence: Mapped[int]
    agency_id: Mapped[str | None]
    how: Mapped[str]
    reason: Mapped[str]
    stated: Mapped[Any]
    stands: Mapped[str]
    asked_at: Mapped[datetime]
    asked_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    # When and by whom it was agreed or refused; by whoever asked, where nobody else was needed.
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    decision: Mapped[str]
    __table_args__ = (
        CheckConstraint("how in ('skip', 'repeat', 'open')", name="how"),
        CheckConstraint(f"stands in {STANDS}", name="stands"),
        partial_index("ix_departure_waits", "case_id", where=WAITS),
        Index("ix_departure_step", "instance_id", "element", "occurrence"),
        Index("ix_departure_process", "process", "element"),
    )
