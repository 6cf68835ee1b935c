"""What lies on a desk beside the cases: what somebody has typed and not sent, and what is to be sent out."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from engine.tables.column_types import Table


class Draft(Table):
    """What somebody has typed and not sent. `subject` is a work item's id, or `start:<process>:<case>`."""

    __tablename__ = "draft"
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    answers: Mapped[Any]
    saved_at: Mapped[datetime]


class Outbox(Table):
    """What is to leave the system, written with the command and sent after it. Subjects name no child."""

    __tablename__ = "outbox"
    id: Mapped[str] = mapped_column(primary_key=True)
    authority_id: Mapped[str] = mapped_column(ForeignKey("authority.id"))
    case_id: Mapped[str | None] = mapped_column(ForeignKey("case.id"), index=True)
    kind: Mapped[str]
    recipient: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    created_at: Mapped[datetime]
    # None until it has left. `attempts` counts how often that was tried.
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
