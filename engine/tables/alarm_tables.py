"""Who is on duty when, and the alarm of each referral that says that a child is in immediate danger."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.tables.case_tables import partial_index
from engine.tables.column_types import Table

ON_DUTY = ("first", "second")
"""Whom an alarm reaches first, and to whom it goes when they do not open it."""
PLACES = (*ON_DUTY, "managers")
STANDS = "ended_at IS NULL"


class DutyTurn(Table):
    """That somebody is on duty from one moment until another, which is no longer part of it."""

    __tablename__ = "duty_turn"
    id: Mapped[str] = mapped_column(primary_key=True)
    authority_id: Mapped[str] = mapped_column(ForeignKey("authority.id"))
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    place: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    # Where they are reached during the turn; empty: at the address of their account.
    address: Mapped[str]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]
    __table_args__ = (
        CheckConstraint(f"place in {ON_DUTY}", name="place"),
        CheckConstraint("starts_at < ends_at", name="order"),
        Index("ix_duty_turn_ends", "authority_id", "ends_at"),
    )


class Alarm(Table):
    """It stands until somebody of the team opens the case, or takes or completes a task of it.

    `place` is who was told last, `told_at` when that was put in the outbox, and `next_step_at` when it is to be looked
    after; None where nobody is left to be told.
    """

    __tablename__ = "alarm"
    id: Mapped[str] = mapped_column(primary_key=True)
    authority_id: Mapped[str] = mapped_column(ForeignKey("authority.id"))
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"))
    # The referral that says so.
    instance_id: Mapped[str] = mapped_column(ForeignKey("instance.id"))
    raised_at: Mapped[datetime]
    place: Mapped[str]
    told_at: Mapped[datetime]
    next_step_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(f"place in {PLACES}", name="place"),
        partial_index("ix_alarm_stands_case", "case_id", where=STANDS),
        partial_index("ix_alarm_stands_step", "next_step_at", where=STANDS),
    )
