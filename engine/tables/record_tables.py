"""What is kept for ever as it was: the models that cases ran on, and the record."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.tables.column_types import Table

# On SQLite the rows of a chain lie together, in order: a record is checked, and a case read, from one end to the other.
TOGETHER: dict[str, Any] = {"sqlite_with_rowid": False}


class Bundle(Table):
    """A whole set of drawings, forms and tables, known by its hash and shared by all who published it."""

    __tablename__ = "bundle"
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    added_at: Mapped[datetime]


class BundleFile(Table):
    __tablename__ = "bundle_file"
    bundle_hash: Mapped[str] = mapped_column(ForeignKey("bundle.hash"), primary_key=True)
    path: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes]


class Entry(Table):
    """One line of the record: `body` is the bytes that were hashed. The key itself refuses two in one place."""

    __tablename__ = "entry"
    __table_args__ = TOGETHER
    chain: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[bytes]
    body: Mapped[bytes]
    at: Mapped[datetime] = mapped_column(index=True)
    kind: Mapped[str]


class EntryCase(Table):
    """Which cases an entry of a person's chain shows, so that looks at a case are found without locking it."""

    __tablename__ = "entry_case"
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), primary_key=True)
    chain: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class Payload(Table):
    """What an entry carries, salted and apart: it can be erased while the chain stays whole."""

    __tablename__ = "payload"
    __table_args__ = TOGETHER
    chain: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    salt: Mapped[bytes]
    body: Mapped[bytes]


class Checkpoint(Table):
    """A signed statement of how far every chain had come: `content` is the bytes of the file in the folder outside."""

    __tablename__ = "checkpoint"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    content: Mapped[bytes]
