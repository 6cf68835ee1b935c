"""The clock as it ticks: when it last did, and the cases in which it cannot do what it has to."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from engine.tables.column_types import Table

STEPS = ("clocks", "recalculation", "alarm", "leaver")
"""What the ticking clock does in a case: acts on what ran out, recalculates, passes alarms on, hands back tasks."""


class LastTick(Table):
    """When the clock last went through all that had fallen due, if it has, and on how much it acted. One row, number 1.

    `boot` is the start of the machine on which it ticked, and `uptime` for how many seconds that had been up by then,
    which no setting of its clock changes. `doubted_at` is since when nothing is acted on, because the clock of the
    machine may be wrong, and `doubt` why. `confirmed` is the moment of the newest entry when somebody last said that
    the time was right: what stands up to there says nothing about the time.
    """

    __tablename__ = "last_tick"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime | None]
    acted: Mapped[int] = mapped_column(server_default="0")
    boot: Mapped[str] = mapped_column(server_default="")
    uptime: Mapped[float] = mapped_column(server_default="0")
    doubted_at: Mapped[datetime | None]
    doubt: Mapped[str] = mapped_column(server_default="")
    confirmed: Mapped[datetime | None]


class StalledCase(Table):
    """A case in which a step of the ticking clock fails: since when, how often in a row, and when it is tried again."""

    __tablename__ = "stalled_case"
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    failures: Mapped[int]
    next_try_at: Mapped[datetime]
    __table_args__ = (CheckConstraint(f"step in {STEPS}", name="step"),)
