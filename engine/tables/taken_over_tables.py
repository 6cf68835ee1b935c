"""Which case of another system goes on in which case here."""

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.tables.column_types import Table


class TakenOver(Table):
    """By `old_reference`, as the other system calls the child, the same files do nothing twice. `family` is the word
    that the files have for brothers and sisters, and `said` the digest of all that they said of the child.
    """

    __tablename__ = "taken_over"
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), primary_key=True)
    authority_id: Mapped[str] = mapped_column(ForeignKey("authority.id"))
    old_reference: Mapped[str]
    family: Mapped[str]
    said: Mapped[str]
    __table_args__ = (
        UniqueConstraint("authority_id", "old_reference"),
        Index("ix_taken_over_family", "authority_id", "family"),
    )
