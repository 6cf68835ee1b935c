"""What lies on a desk beside the cases: what somebody has typed and not sent, and what is to be sent out."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.tables.case_tables import partial_index
from engine.tables.column_types import Table


class Draft(Table):
    """What somebody has typed and not sent. `subject` is a work item's id, or `start:<process>:<case>`; `case_id` is
    the case that it is of, if it is of one.
    """

    __tablename__ = "draft"
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    answers: Mapped[Any]
    saved_at: Mapped[datetime] = mapped_column(index=True)
    case_id: Mapped[str | None] = mapped_column(index=True)


class NewsRead(Table):
    """The newest publication of which somebody has read what it changed. `subject` is a kind of task, as
    `process.task`, or empty for the head of their lists.
    """

    __tablename__ = "news_read"
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int]


class KeptSearch(Table):
    """What somebody typed to find something, so that an address holds `id` alone, which is random and tells nothing."""

    __tablename__ = "kept_search"
    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    words: Mapped[str]
    until: Mapped[datetime] = mapped_column(index=True)


class Counted(Table):
    """One thing that was done and counts against a limit until a moment. `key` says who did what, hashed with a secret:
    neither an address nor an account can be read from it.
    """

    __tablename__ = "counted"
    number: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    until: Mapped[datetime] = mapped_column(index=True)
    __table_args__ = (Index("ix_counted_key", "key", "until"),)


HAS_LEFT = ("handed_over", "confirmed")
"""States of a letter that is known to have gone."""
SETTLED = (*HAS_LEFT, "withdrawn")
"""States of a letter with which nothing more is to be done."""
LETTER_STATES = ("waiting", "handing_over", "refused", "unknown", *SETTLED)


class Outbox(Table):
    """A letter that is to leave the system, written with the command and handed over after it. It names no child.

    `state`, since when, and `why`: *waiting* to be handed over; *handing over*, from before the mail server is called
    until its answer is committed; *handed over*, the server has it; *refused*, it takes it at no time; *unknown*,
    nobody knows; *confirmed* by a person to have arrived; *withdrawn*, as it is not needed any more.
    """

    __tablename__ = "outbox"
    # In the order in which they were written.
    number: Mapped[int] = mapped_column(primary_key=True)
    # By which the letter is known outside as well: its Message-ID is made from it.
    id: Mapped[str] = mapped_column(unique=True)
    authority_id: Mapped[str] = mapped_column(ForeignKey("authority.id"))
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"))
    # The case in which it was written, where that one has been joined to this.
    came_from_id: Mapped[str | None]
    # The task that is done when the letter has left.
    work_item_id: Mapped[str | None] = mapped_column(ForeignKey("work_item.id"))
    # The alarm that it tells of, and the place in the duty list for which it does.
    alarm_id: Mapped[str | None] = mapped_column(ForeignKey("alarm.id"), index=True)
    alarm_place: Mapped[str | None]
    kind: Mapped[str]
    # An email address, or `account:<id>`, whose address is read when the letter leaves.
    recipient: Mapped[str]
    # Where it goes instead of the address of the account; empty for none.
    address: Mapped[str] = mapped_column(server_default="")
    subject: Mapped[str]
    body: Mapped[str]
    urgent: Mapped[bool]
    state: Mapped[str]
    since: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    why: Mapped[str]
    # When it was put here, or a person asked for it again.
    asked_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    attempts: Mapped[int]
    __table_args__ = (
        CheckConstraint(f"state in {LETTER_STATES}", name="state"),
        Index("ix_outbox_case", "case_id"),
        partial_index("ix_outbox_unsettled_case", "case_id", "recipient", where="settled_at IS NULL"),
        partial_index("ix_outbox_unsettled_state", "state", "number", where="settled_at IS NULL"),
    )
