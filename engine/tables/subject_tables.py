"""Requests of people for what is held of them, what was decided of each item, and what somebody says is wrong."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.tables.column_types import Table

ASKED_BY = ("child", "parent", "for_child")
"""Who asks: the child, a parent, or somebody else for the child."""
DECISIONS = ("given", "blacked_out", "withheld")
OUTCOMES = ("given", "refused", "withdrawn")


class SubjectRequest(Table):
    """Somebody asks for what is held of a child. It is for all cases of this child; `case_id` is the one by which the
    child was named.

    `extended_at`: it takes two months longer, for a reason. `made_at`: the pack was made, and what was decided stands.
    """

    __tablename__ = "subject_request"
    id: Mapped[str] = mapped_column(primary_key=True)
    authority_id: Mapped[str] = mapped_column(ForeignKey("authority.id"))
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), index=True)
    asked_by: Mapped[str]
    # How it is known who asks, and that they may.
    proof: Mapped[str]
    received_on: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    extended_at: Mapped[datetime | None]
    extension_reason: Mapped[str]
    made_at: Mapped[datetime | None]
    sha256: Mapped[str]
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    __table_args__ = (
        Index("ix_subject_request_listed", "authority_id", "closed_at", "received_on"),
        CheckConstraint(f"asked_by in {ASKED_BY}", name="asked_by"),
        CheckConstraint(f"outcome in {OUTCOMES}", name="outcome"),
    )


class SubjectDecision(Table):
    """What was decided of one item (engine/reads/case/subject_items.py) of a request.

    `digest` is of what the item said, of what there was to look at in it and of `hidden`: where it is another one now,
    it is to be decided anew. `hidden` are the words that are blacked out. `ground`: why it is withheld, or may be given
    though somebody else is in it.
    """

    __tablename__ = "subject_decision"
    request_id: Mapped[str] = mapped_column(ForeignKey("subject_request.id"), primary_key=True)
    item: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str | None] = mapped_column(ForeignKey("case.id"), index=True)
    decision: Mapped[str]
    ground: Mapped[str]
    reason: Mapped[str]
    hidden: Mapped[Any]
    digest: Mapped[str]
    decided_at: Mapped[datetime]
    decided_by: Mapped[str]
    __table_args__ = (CheckConstraint(f"decision in {DECISIONS}", name="decision"),)


class DisputeNote(Table):
    """What somebody says is wrong in an answer, kept beside it: the answer itself is never changed. It is found by the
    run, the task and which time it was done, as `answers`; `field` is the question of the form.
    """

    __tablename__ = "dispute_note"
    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), index=True)
    instance_id: Mapped[str] = mapped_column(ForeignKey("instance.id"))
    element: Mapped[str]
    occurrence: Mapped[int]
    field: Mapped[str]
    # Who says so, in words: “the child’s mother”.
    said_by: Mapped[str]
    words: Mapped[str]
    said_on: Mapped[date]
    written_at: Mapped[datetime]
    account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    __table_args__ = (Index("ix_dispute_note_answers", "instance_id", "element", "occurrence"),)
