"""What is kept for ever as it was: the models that cases ran on, and the record."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.tables.column_types import TOGETHER, Table


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


class Chain(Table):
    """Each chain of the record once, so that what names many of them can do so by a small number."""

    __tablename__ = "chain"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)


class Act(Table):
    """What one command wrote in one chain: `body` is the bytes that were hashed, with every entry; compressed.

    `number` is that of its last entry: how long the chain is by then. The key itself refuses two in one place. `kind`
    is that of its first entry.
    """

    __tablename__ = "act"
    __table_args__ = TOGETHER
    chain: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[bytes]
    body: Mapped[bytes]
    at: Mapped[datetime] = mapped_column(index=True)
    kind: Mapped[str]


class Shown(Table):
    """Which cases an act of a person's chain showed: by the numbers of the case's chain and of the person's."""

    __tablename__ = "shown"
    # The key finds who looked at a case, the index which cases somebody looked at.
    __table_args__ = (Index("ix_shown_look", "chain_id", "number"), TOGETHER)
    case_id: Mapped[int] = mapped_column(ForeignKey("chain.id"), primary_key=True)
    chain_id: Mapped[int] = mapped_column(ForeignKey("chain.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class Payload(Table):
    """What the entries of an act carry, salted and apart: it can be erased while the chain stays whole."""

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
