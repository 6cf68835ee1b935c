"""How long the record of a case is kept, what keeps it longer, and that it was erased."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.tables.case_tables import partial_index
from engine.tables.column_types import TOGETHER, Table

COUNTS_FROM = ("closure", "birth")
OUTCOMES = ("erased", "refused")
WAITS = "settled_at IS NULL"


class RetentionRule(Table):
    """A case is kept for so many years, counted from its closure or from the birth of its child. `process`: a rule for
    those cases alone in which this one ran; None: for every case. `process_title` is how it was called by then.
    """

    __tablename__ = "retention_rule"
    id: Mapped[str] = mapped_column(primary_key=True)
    authority_id: Mapped[str] = mapped_column(ForeignKey("authority.id"), index=True)
    years: Mapped[int]
    counts_from: Mapped[str]
    process: Mapped[str | None]
    process_title: Mapped[str]
    set_at: Mapped[datetime]
    set_by: Mapped[str]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]
    ending_reason: Mapped[str]
    __table_args__ = (CheckConstraint(f"counts_from in {COUNTS_FROM}", name="counts_from"),)


class LegalHold(Table):
    """Nothing of this case is erased, whatever the rules say, until it is lifted: a court, or an inquiry, may ask."""

    __tablename__ = "legal_hold"
    id: Mapped[str] = mapped_column(primary_key=True)
    authority_id: Mapped[str] = mapped_column(ForeignKey("authority.id"), index=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"))
    reason: Mapped[str]
    held_at: Mapped[datetime]
    held_by: Mapped[str]
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[str | None]
    lifting_reason: Mapped[str]
    __table_args__ = (partial_index("ix_legal_hold_holds", "case_id", where="lifted_at IS NULL"),)


class Erasure(Table):
    """That somebody proposed to erase a case that is due, by which rule, and what a second person decided."""

    __tablename__ = "erasure"
    id: Mapped[str] = mapped_column(primary_key=True)
    authority_id: Mapped[str] = mapped_column(ForeignKey("authority.id"))
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"))
    # None where a backup from before the rule was put back, and the case was erased again.
    rule_id: Mapped[str | None] = mapped_column(ForeignKey("retention_rule.id"))
    reason: Mapped[str]
    proposed_at: Mapped[datetime]
    proposed_by: Mapped[str]
    outcome: Mapped[str | None]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None]
    settling_reason: Mapped[str]
    __table_args__ = (
        CheckConstraint(f"outcome in {OUTCOMES}", name="outcome"),
        CheckConstraint("settled_by <> proposed_by OR outcome <> 'erased'", name="two_people"),
        Index("ix_erasure_authority", "authority_id", "settled_at"),
        Index("ix_erasure_case", "case_id"),
        partial_index("ix_erasure_waits", "case_id", where=WAITS),
    )


class ErasedSpan(Table):
    """Of which acts of a chain the payloads were erased: from one number to another. Only of these does the database
    let a payload be removed, and only once the erasure was decided.
    """

    __tablename__ = "erased_span"
    __table_args__ = TOGETHER
    chain: Mapped[str] = mapped_column(primary_key=True)
    first_number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last_number: Mapped[int]
    erasure_id: Mapped[str] = mapped_column(ForeignKey("erasure.id"))
