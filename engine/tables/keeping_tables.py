"""What keeps a case from somebody who would else know of it, what lets somebody in who would not, and looks that
somebody asked about.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.tables.case_tables import partial_index
from engine.tables.column_types import Table

HOLDS = "ended_at IS NULL"
VERDICTS = ("right", "wrong")
"""What a second person found of a use of break glass, or of an unusual look."""


class Bar(Table):
    """From this child somebody is kept, whatever they are: of no case of the child may they know. `ended_at`: a second
    person agreed to what `ending_asked_by` had asked for, and it is over.
    """

    __tablename__ = "bar"
    id: Mapped[str] = mapped_column(primary_key=True)
    authority_id: Mapped[str] = mapped_column(ForeignKey("authority.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str]
    barred_by: Mapped[str]
    barred_at: Mapped[datetime]
    ending_asked_by: Mapped[str | None]
    ending_asked_at: Mapped[datetime | None]
    ending_reason: Mapped[str]
    ended_by: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    __table_args__ = (partial_index("ix_bar_holds", "account_id", "person_id", where=HOLDS),)


class Restriction(Table):
    """A case of which, of all who else would know of it, only those may know who are named."""

    __tablename__ = "restriction"
    id: Mapped[str] = mapped_column(primary_key=True)
    authority_id: Mapped[str] = mapped_column(ForeignKey("authority.id"), index=True)
    # The case that somebody restricted; it holds for those of RestrictedCase.
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"))
    reason: Mapped[str]
    restricted_by: Mapped[str]
    restricted_at: Mapped[datetime]
    ended_by: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    ending_reason: Mapped[str]
    __table_args__ = (partial_index("ix_restriction_holds", "id", where=HOLDS),)


class RestrictedCase(Table):
    """For which cases a restriction holds: the one, whatever it was joined with, and what came after it."""

    __tablename__ = "restricted_case"
    restriction_id: Mapped[str] = mapped_column(ForeignKey("restriction.id"), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), primary_key=True, index=True)


class NamedAccount(Table):
    """Who may know of a restricted case, if they would know of it without the restriction."""

    __tablename__ = "named_account"
    restriction_id: Mapped[str] = mapped_column(ForeignKey("restriction.id"), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)


class BrokenGlass(Table):
    """Somebody reads a case of which they may not know, for a time, in an emergency; a second person looks at why."""

    __tablename__ = "broken_glass"
    id: Mapped[str] = mapped_column(primary_key=True)
    authority_id: Mapped[str] = mapped_column(ForeignKey("authority.id"))
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"))
    reason: Mapped[str]
    broken_at: Mapped[datetime]
    until: Mapped[datetime]
    # When it was put into the outbox that the privacy officers are told.
    told_at: Mapped[datetime | None]
    reviewed_by: Mapped[str | None]
    reviewed_at: Mapped[datetime | None]
    verdict: Mapped[str | None]
    review: Mapped[str]
    __table_args__ = (
        Index("ix_broken_glass_account", "account_id", "until"),
        Index("ix_broken_glass_authority", "authority_id", "broken_at"),
        partial_index("ix_broken_glass_untold", "id", where="told_at IS NULL"),
        CheckConstraint(f"verdict in {VERDICTS}", name="verdict"),
    )


class LookReview(Table):
    """What came of asking why somebody looked at a case on a day; without a case: at so many cases."""

    __tablename__ = "look_review"
    id: Mapped[str] = mapped_column(primary_key=True)
    authority_id: Mapped[str] = mapped_column(ForeignKey("authority.id"))
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    case_id: Mapped[str | None] = mapped_column(ForeignKey("case.id"))
    day: Mapped[date]
    verdict: Mapped[str]
    reason: Mapped[str]
    reviewed_by: Mapped[str]
    reviewed_at: Mapped[datetime]
    __table_args__ = (
        Index("ix_look_review_day", "authority_id", "day"),
        CheckConstraint(f"verdict in {VERDICTS}", name="verdict"),
    )
