"""An authority, what it has settled for itself, and the organisations that work together there."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, ForeignKeyConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.tables.column_types import Table


class Authority(Table):
    """A local authority with its children's social care. Nothing of one is shown to another, or counted for it."""

    __tablename__ = "authority"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    # The host name at which the public refers a child to it; needed only where there are several.
    host: Mapped[str | None] = mapped_column(unique=True)
    # Where its children's social care is reached at any hour; empty where it has not been said.
    telephone: Mapped[str] = mapped_column(server_default="")
    # After so many minutes an alarm that nobody has opened goes to the next.
    alarm_minutes: Mapped[int] = mapped_column(server_default="15")
    # So many days what somebody typed and did not send is kept, from when it was last saved.
    draft_days: Mapped[int] = mapped_column(server_default="28")
    created_at: Mapped[datetime]


class Organisation(Table):
    """A school, a trust, a police force: of an agency of the guidance. `leads`: its teams have the cases."""

    __tablename__ = "organisation"
    id: Mapped[str] = mapped_column(primary_key=True)
    authority_id: Mapped[str] = mapped_column(ForeignKey("authority.id"))
    agency: Mapped[str]
    name: Mapped[str]
    leads: Mapped[bool]
    __table_args__ = (UniqueConstraint("authority_id", "id"), UniqueConstraint("authority_id", "agency", "name"))


class Team(Table):
    __tablename__ = "team"
    id: Mapped[str] = mapped_column(primary_key=True)
    authority_id: Mapped[str] = mapped_column(ForeignKey("authority.id"))
    organisation_id: Mapped[str]
    name: Mapped[str]
    # The team that referrals reach first; exactly one team of an authority has it.
    duty: Mapped[bool] = mapped_column(default=False)
    __table_args__ = (
        UniqueConstraint("authority_id", "id"),
        ForeignKeyConstraint(["authority_id", "organisation_id"], ["organisation.authority_id", "organisation.id"]),
    )


class ClosureDay(Table):
    """A day on which this authority does not work, beside weekends and bank holidays; also one proclaimed late."""

    __tablename__ = "closure_day"
    authority_id: Mapped[str] = mapped_column(ForeignKey("authority.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str]
    added_at: Mapped[datetime]
    added_by: Mapped[str]


class LocalTimescale(Table):
    """The authority's own limit for a clock whose kind is local, in the clock's unit; without a row the bundle's."""

    __tablename__ = "local_timescale"
    authority_id: Mapped[str] = mapped_column(ForeignKey("authority.id"), primary_key=True)
    clock: Mapped[str] = mapped_column(primary_key=True)
    limit: Mapped[int]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]


class Publication(Table):
    """That an authority put a bundle in force; the one with its highest number is the one that new work starts on."""

    __tablename__ = "publication"
    authority_id: Mapped[str] = mapped_column(ForeignKey("authority.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    bundle_hash: Mapped[str] = mapped_column(ForeignKey("bundle.hash"))
    in_force_from: Mapped[datetime]
    published_at: Mapped[datetime]
    published_by: Mapped[str]
    reason: Mapped[str]
    # Taken from the product's own files, which follow it until a person publishes.
    shipped: Mapped[bool]
    # The change that it came from and who agreed to it, a second person; None for what is shipped.
    change_id: Mapped[str | None]
    approved_by: Mapped[str | None]
    # The stories that lay beside it (Stories); None where none were kept, as before version 1.1.
    stories_hash: Mapped[str | None] = mapped_column(String(64))
    # What it changed in words, each with the tasks and the roles that it touches (engine/difference/news_between.py);
    # None for the first, and before version 1.1.
    words: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)


class StoriesPlayed(Table):
    """How the stories beside a bundle came out with one program: these three together are not played a second time.

    The bundle need not be kept: one whose stories fail is not published. `failed` names each story that did, with what
    it expected and what it found, a line each. Whoever publishes the same files shares it.
    """

    __tablename__ = "stories_played"
    bundle_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    stories_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    program: Mapped[str] = mapped_column(primary_key=True)
    played_at: Mapped[datetime]
    passed: Mapped[int]
    failed: Mapped[Any]
