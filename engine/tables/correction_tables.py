"""Answers that were put right: what stood there before stays beside what stands there now."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.tables.column_types import Table


class AnswerCorrection(Table):
    """One question of a form of which the answer was found wrong: `before` and `after`, each of which may be that there
    is none. It is found by the run, the task and which time it was done, as `answers`, which hold what stands now.
    """

    __tablename__ = "answer_correction"
    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), index=True)
    instance_id: Mapped[str] = mapped_column(ForeignKey("instance.id"))
    element: Mapped[str]
    occurrence: Mapped[int]
    # Which correction of these answers it was part of: the first is 1.
    number: Mapped[int]
    field: Mapped[str]
    before: Mapped[Any]
    after: Mapped[Any]
    reason: Mapped[str]
    corrected_at: Mapped[datetime]
    account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    __table_args__ = (Index("ix_answer_correction_answers", "instance_id", "element", "occurrence"),)
