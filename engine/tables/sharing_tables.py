"""What was shared of a child with whom and why, and what the child and the parents wish about that."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.tables.column_types import Table

CONSENT = ("given", "refused", "not_sought")
WHOSE = ("child", "parent")
AGAINST = ("anybody", "agencies", "somebody")
"""With whom something is not to be shared: with nobody, with these agencies, with somebody who is said in words."""


class SharedInformation(Table):
    """`instance_id`, `element` and `occurrence` say by which task, where it was one. `agencies` are those with whom it
    was shared, `others` who else, in words. `without_consent` and `told` say nothing where consent was given.
    """

    __tablename__ = "shared_information"
    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), index=True)
    # The case in which it was recorded, where that one has been joined to this.
    came_from_id: Mapped[str | None]
    instance_id: Mapped[str | None] = mapped_column(ForeignKey("instance.id"))
    element: Mapped[str]
    occurrence: Mapped[int]
    what: Mapped[str]
    agencies: Mapped[Any]
    others: Mapped[str]
    why: Mapped[str]
    consent: Mapped[str]
    without_consent: Mapped[str]
    # Whether whoever it is about was told of it: `yes`, `no`, or empty.
    told: Mapped[str]
    not_told_because: Mapped[str]
    # Why it was shared against a wish; empty where it went against none.
    against_wishes_because: Mapped[str]
    shared_on: Mapped[date]
    recorded_at: Mapped[datetime]
    account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    __table_args__ = (
        Index("ix_shared_information_listed", "recorded_at", "id"),
        CheckConstraint(f"consent in {CONSENT}", name="consent"),
    )


class SharingWish(Table):
    """A wish of the child of `case_id`, or of a parent, that something is not shared. It holds in all cases of the
    child until a later row names it in `ends_id`: another wish in its place, or (`withdrawn`) that it holds no longer.
    No row is changed or removed but with an erased case. `source`: how it is known.
    """

    __tablename__ = "sharing_wish"
    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), index=True)
    # The case in which it was recorded, where that one has been joined to this.
    came_from_id: Mapped[str | None]
    # No foreign key: the wish may have been recorded in a case that is erased before this one.
    ends_id: Mapped[str | None] = mapped_column(index=True)
    withdrawn: Mapped[bool]
    whose: Mapped[str]
    who: Mapped[str]
    against: Mapped[str]
    agencies: Mapped[Any]
    others: Mapped[str]
    what: Mapped[str]
    why: Mapped[str]
    said_on: Mapped[date]
    source: Mapped[str]
    recorded_at: Mapped[datetime]
    account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    __table_args__ = (
        CheckConstraint(f"whose in {WHOSE}", name="whose"),
        CheckConstraint(f"against in {AGAINST}", name="against"),
    )
