"""Many running instances carried over to other models, asked for once: each by itself, and what came of it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.tables.case_tables import partial_index
from engine.tables.column_types import Table


class CarryOver(Table):
    """That a process owner asked for what runs on other models to go over to these. `number` counts in the authority.

    Nothing goes over before a second person has agreed: `approved_by`, `approved_at`.
    `hands_back`: a task whose owner may not do it any more is handed back, instead of a refusal.
    """

    __tablename__ = "carry_over"
    id: Mapped[str] = mapped_column(primary_key=True)
    authority_id: Mapped[str] = mapped_column(ForeignKey("authority.id"))
    number: Mapped[int]
    bundle_hash: Mapped[str] = mapped_column(ForeignKey("bundle.hash"))
    asked_at: Mapped[datetime]
    asked_by: Mapped[str]
    reason: Mapped[str]
    hands_back: Mapped[bool]
    approved_by: Mapped[str | None]
    approved_at: Mapped[datetime | None]
    __table_args__ = (UniqueConstraint("authority_id", "number"),)


class CarryOverItem(Table):
    """An instance that was to go over, and what came of it. `reason` is why it was refused, or why it was left out."""

    __tablename__ = "carry_over_item"
    carry_over_id: Mapped[str] = mapped_column(ForeignKey("carry_over.id"), primary_key=True)
    instance_id: Mapped[str] = mapped_column(ForeignKey("instance.id"), primary_key=True)
    verdict: Mapped[str]
    reason: Mapped[str]
    done_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("verdict in ('waits', 'carried', 'refused', 'left_out')", name="verdict"),
        partial_index("ix_carry_over_item_waits", "carry_over_id", where="verdict = 'waits'"),
    )
