"""What was agreed that somebody does, and what became of it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.tables.case_tables import partial_index
from engine.tables.column_types import Table

STATES = ("open", "done", "overtaken", "refused")
IS_OPEN = "state = 'open'"


class CaseAction(Table):
    """`instance_id`, `element`, `occurrence` and `field` say in which list of which task it was agreed; where it was
    added by hand there is no instance. It is for the person `person_id`, for an `agency`, or for somebody who is said
    in words alone (`who`); empty texts where nothing is said. `of_` says by which task's answers it was told what
    became of it, and `of_row` how the action was named there; by hand there is no such instance.
    """

    __tablename__ = "case_action"
    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), index=True)
    # The case in which it was agreed, where that one has been joined to this.
    came_from_id: Mapped[str | None] = mapped_column(ForeignKey("case.id"))
    instance_id: Mapped[str | None] = mapped_column(ForeignKey("instance.id"))
    element: Mapped[str]
    occurrence: Mapped[int]
    field: Mapped[str]
    what: Mapped[str]
    who: Mapped[str]
    agency: Mapped[str]
    person_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    by_when: Mapped[date]
    agreed_at: Mapped[datetime]
    account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    state: Mapped[str]
    # Why it is no longer to be done, or what came of it; of an open one, why it is open again.
    why: Mapped[str]
    told_at: Mapped[datetime | None]
    told_by_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    of_instance_id: Mapped[str | None] = mapped_column(ForeignKey("instance.id"))
    of_element: Mapped[str]
    of_occurrence: Mapped[int]
    of_row: Mapped[str]
    __table_args__ = (
        partial_index("ix_case_action_person", "person_id", where=IS_OPEN),
        partial_index("ix_case_action_open", "agency", "case_id", where=IS_OPEN),
        Index("ix_case_action_came_from", "came_from_id"),
        CheckConstraint(f"state in {STATES}", name="state"),
    )
