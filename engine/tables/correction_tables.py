"""Answers that were put right: what stood there before stays beside what stands now, and what rests on it is marked."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.tables.case_tables import partial_index
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


class RestingMark(Table):
    """What somebody answered, which rests on an answer that was corrected since: they look at it again. By run, task
    and which time it was done as `answers`; `of_` the same of what was corrected, and `fields` its questions.
    """

    __tablename__ = "resting_mark"
    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), index=True)
    instance_id: Mapped[str] = mapped_column(ForeignKey("instance.id"))
    element: Mapped[str]
    occurrence: Mapped[int]
    of_instance_id: Mapped[str] = mapped_column(ForeignKey("instance.id"))
    of_element: Mapped[str]
    of_occurrence: Mapped[int]
    fields: Mapped[Any]
    marked_at: Mapped[datetime]
    # Who decided what rests on it.
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    # What they found, in words; None where they corrected theirs.
    note: Mapped[str | None]
    __table_args__ = (
        partial_index("ix_resting_mark_open", "account_id", where="settled_at IS NULL"),
        Index("ix_resting_mark_answers", "instance_id", "element", "occurrence"),
    )
