"""That somebody who works with a child asks for a part in a case, whether or not there is one."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.tables.column_types import Table


class PartRequest(Table):
    """What was typed, who is asked to decide, and how it was decided. A row is written without looking for a case."""

    __tablename__ = "part_request"
    id: Mapped[str] = mapped_column(primary_key=True)
    authority_id: Mapped[str] = mapped_column(ForeignKey("authority.id"))
    organisation_id: Mapped[str]
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    asked_at: Mapped[datetime]
    given_name: Mapped[str]
    family_name: Mapped[str]
    # None where whoever asks does not know it.
    born: Mapped[date | None]
    how: Mapped[str]
    why: Mapped[str]
    # The form that was sent: the same one sent twice is one request.
    submission: Mapped[str]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    # In which case a part was given; None where it was refused.
    case_id: Mapped[str | None] = mapped_column(ForeignKey("case.id"))
    __table_args__ = (
        UniqueConstraint("account_id", "submission"),
        ForeignKeyConstraint(["authority_id", "organisation_id"], ["organisation.authority_id", "organisation.id"]),
        Index("ix_part_request_waiting", "authority_id", "decided_at", "asked_at"),
    )
