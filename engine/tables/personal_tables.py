"""What is known of the people around a child, and how to communicate with the child and with each of them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from engine.tables.column_types import Table

PERSONAL_KINDS = ("person", "responsibility", "household", "risk", "communication")
ENDED_AS = ("", "changed", "over", "died", "wrong")
"""What became of the fact that a row names: it is otherwise from a day on, is so no longer, the person has died, or it
was never so.
"""


class PersonalFact(Table):
    """A fact of the child of `case_id` (`about` is `child`), or of somebody around the child: `about` is then the id of
    the row of the kind `person` that was the first to name them, and `name` what they are called. `said` is what was
    answered of it, by the names of its form (engine/facts/personal_forms.py).

    It holds in all cases of the child, from one day until another where these are known, until a later row names it in
    `ends_id` and says in `ended_as` what became of it: another fact in its place, or (`only_ends`) nothing. No row is
    changed or removed but with an erased case. `source`: how it is known; `known_on`: since when.
    """

    __tablename__ = "personal_fact"
    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), index=True)
    # The case in which it was recorded, where that one has been joined to this.
    came_from_id: Mapped[str | None]
    # No foreign keys: what they name may have been recorded in a case that is erased before this one.
    about: Mapped[str]
    ends_id: Mapped[str | None] = mapped_column(index=True)
    ended_as: Mapped[str]
    ended_on: Mapped[date | None]
    only_ends: Mapped[bool]
    kind: Mapped[str]
    name: Mapped[str]
    said: Mapped[Any]
    holds_from: Mapped[date | None]
    holds_until: Mapped[date | None]
    known_on: Mapped[date]
    source: Mapped[str]
    recorded_at: Mapped[datetime]
    account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    __table_args__ = (
        CheckConstraint(f"kind in {PERSONAL_KINDS}", name="kind"),
        CheckConstraint(f"ended_as in {ENDED_AS}", name="ended_as"),
    )
