"""The studio: a change of the pathway from its beginning until it is published, with all that was saved and judged.

What people read as a draft is a change here: a draft is what a practitioner has typed (engine/tables/desk_tables.py).
"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.tables.column_types import TOGETHER, Table

CHANGE_STATES = ("open", "in_review", "approved", "published", "dropped")
TRIAL_KINDS = ("cases", "stories", "synthetic")


class Change(Table):
    """What somebody wants to be otherwise in the models of an authority. `base_hash` is what it was made from.

    `open`: files may be saved; `in_review`: a second person judges it, and nothing in it moves; `approved`: it may be
    published, or waits for `effect_from`. What was published or dropped stays as it was.
    """

    __tablename__ = "change"
    id: Mapped[str] = mapped_column(primary_key=True)
    authority_id: Mapped[str] = mapped_column(ForeignKey("authority.id"))
    title: Mapped[str]
    why: Mapped[str]
    base_hash: Mapped[str] = mapped_column(ForeignKey("bundle.hash"))
    owner_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    state: Mapped[str]
    created_at: Mapped[datetime]
    # How many times anything of it was saved: what was looked at is known by it.
    version: Mapped[int]
    # When it is to be put in force, once it was approved; None: as soon as somebody publishes it.
    effect_from: Mapped[datetime | None]
    # Why the clock could not put it in force on its day; somebody has to look.
    held_up: Mapped[str] = mapped_column(server_default="")
    # The number of its publication.
    published_number: Mapped[int | None]
    __table_args__ = (
        CheckConstraint(f"state in {CHANGE_STATES}", name="state"),
        Index("ix_change_authority", "authority_id", "state", "created_at"),
    )


class ChangeFile(Table):
    """A file that was saved in a draft. `content` is None where it is taken out; `version` counts its saves."""

    __tablename__ = "change_file"
    change_id: Mapped[str] = mapped_column(ForeignKey("change.id"), primary_key=True)
    path: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes | None]
    version: Mapped[int]
    saved_by: Mapped[str] = mapped_column(ForeignKey("account.id"))
    saved_at: Mapped[datetime]


class ChangeSave(Table):
    """One save of one file: what it became, packed by zlib. Kept until the change is published or dropped.

    `act`: the number of the first of those that were saved in one act, and are taken back together; empty where it was
    the only one.
    """

    __tablename__ = "change_save"
    change_id: Mapped[str] = mapped_column(ForeignKey("change.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    path: Mapped[str]
    version: Mapped[int]
    packed: Mapped[bytes | None]
    saved_by: Mapped[str] = mapped_column(ForeignKey("account.id"))
    saved_at: Mapped[datetime]
    act: Mapped[int | None]
    __table_args__ = (Index("ix_change_save_path", "change_id", "path", "number"), TOGETHER)


class Editing(Table):
    """Who has a file of a change open, and was there last when."""

    __tablename__ = "editing"
    change_id: Mapped[str] = mapped_column(ForeignKey("change.id"), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    path: Mapped[str]
    seen_at: Mapped[datetime]


class Approval(Table):
    """What a second person said of a change as it stood: of these very files, known by their hash."""

    __tablename__ = "approval"
    change_id: Mapped[str] = mapped_column(ForeignKey("change.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    change_hash: Mapped[str] = mapped_column(String(64))
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    verdict: Mapped[str]
    reason: Mapped[str]
    # Why it may be published in spite of its doubts; empty where there were none.
    accepts_doubts: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (CheckConstraint("verdict in ('approved', 'returned')", name="verdict"),)


class Trial(Table):
    """A change tried in the background: how far it has come, and what was found of these very files.

    `kind`: on the recorded cases, on the stories beside it, or on years that are made up. `seen_at`: whoever works on
    it was there; one that has not been seen for long has ended with its process.
    """

    __tablename__ = "trial"
    id: Mapped[str] = mapped_column(primary_key=True)
    change_id: Mapped[str] = mapped_column(ForeignKey("change.id"))
    change_hash: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str]
    started_by: Mapped[str] = mapped_column(ForeignKey("account.id"))
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    stop_asked: Mapped[bool]
    done: Mapped[int]
    total: Mapped[int]
    result: Mapped[Any] = mapped_column(nullable=True)
    __table_args__ = (
        CheckConstraint(f"kind in {TRIAL_KINDS}", name="kind"),
        Index("ix_trial_change", "change_id", "change_hash", "kind", "started_at"),
    )


class BroughtIn(Table):
    """A file of models from elsewhere, and what came of it. `packed` is the file by zlib, until a draft is made of it;
    from then on `report` is what was said of it, and stays with the draft.

    `change_id`: the draft that was made of it, or into which it is to be put; `title` and `why` are for one that is to
    be made.
    """

    __tablename__ = "brought_in"
    id: Mapped[str] = mapped_column(primary_key=True)
    authority_id: Mapped[str] = mapped_column(ForeignKey("authority.id"))
    change_id: Mapped[str | None] = mapped_column(ForeignKey("change.id"))
    name: Mapped[str]
    title: Mapped[str]
    why: Mapped[str]
    packed: Mapped[bytes | None]
    report: Mapped[Any] = mapped_column(nullable=True)
    brought_by: Mapped[str] = mapped_column(ForeignKey("account.id"))
    brought_at: Mapped[datetime]
    __table_args__ = (
        Index("ix_brought_in_change", "change_id"),
        Index("ix_brought_in_authority", "authority_id", "brought_at"),
    )


class TryByHand(Table):
    """A change that somebody tries by hand, as whoever they like: what they did so far, as the table of a story
    (engine/scenario/story.py). Each has one of a change at most. Whatever they see is played from it.

    `version` counts what was done in it, taken back and changed. `change_hash` is of the files on which it was last
    seen to go.
    """

    __tablename__ = "try_by_hand"
    change_id: Mapped[str] = mapped_column(ForeignKey("change.id"), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    began_at: Mapped[datetime]
    version: Mapped[int]
    change_hash: Mapped[str] = mapped_column(String(64))
    told: Mapped[Any]


class Stories(Table):
    """The stories that lay beside a bundle when it was published, known by their hash: JSON of path and text, packed by
    zlib. Many are small and all are read together, so that they are one row.
    """

    __tablename__ = "stories"
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    packed: Mapped[bytes]
