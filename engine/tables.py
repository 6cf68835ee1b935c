"""Every table of the product. Used with Core statements on one connection: a command is one transaction."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Instant(TypeDecorator[datetime]):
    """A moment in UTC. SQLite keeps no zone, so a naive value is refused going in and marked UTC coming out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Table(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: Instant, date: Date, bytes: LargeBinary, Any: JSON}


class Person(Table):
    """A child or somebody of a child's family. `expected` is the due date of a child not yet born."""

    __tablename__ = "person"
    id: Mapped[str] = mapped_column(primary_key=True)
    given_name: Mapped[str]
    family_name: Mapped[str]
    born: Mapped[date | None]
    expected: Mapped[date | None]
    address: Mapped[str]
    # Spelling folded for comparison, so that a possible match is found whatever capitals or accents were typed.
    match_name: Mapped[str] = mapped_column(index=True)


class Family(Table):
    __tablename__ = "family"
    id: Mapped[str] = mapped_column(primary_key=True)
    created_at: Mapped[datetime]


class Relationship(Table):
    """Who belongs to which family, and as what (`child` for every child referred together)."""

    __tablename__ = "relationship"
    family_id: Mapped[str] = mapped_column(ForeignKey("family.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    kind: Mapped[str]


class Agency(Table):
    __tablename__ = "agency"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]


class Team(Table):
    __tablename__ = "team"
    id: Mapped[str] = mapped_column(primary_key=True)
    agency_id: Mapped[str] = mapped_column(ForeignKey("agency.id"))
    name: Mapped[str]
    # The team that referrals reach first; exactly one team of social care has it.
    duty: Mapped[bool] = mapped_column(default=False)


class Account(Table):
    """Somebody who may sign in. `password_hash` is argon2; none in demo mode, where people are picked from a list."""

    __tablename__ = "account"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str | None]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class Membership(Table):
    """A role that an account holds in an agency's team, from one moment until another."""

    __tablename__ = "membership"
    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    agency_id: Mapped[str | None] = mapped_column(ForeignKey("agency.id"))
    team_id: Mapped[str | None] = mapped_column(ForeignKey("team.id"), index=True)
    role: Mapped[str]
    held_from: Mapped[datetime]
    held_until: Mapped[datetime | None]


class Case(Table):
    """One child and one referral episode. A closed case is never opened again."""

    __tablename__ = "case"
    id: Mapped[str] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    # The known child that `clarify_referral` found this one to be; the case's own person stays as it was referred.
    same_person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    family_id: Mapped[str] = mapped_column(ForeignKey("family.id"), index=True)
    team_id: Mapped[str] = mapped_column(ForeignKey("team.id"), index=True)
    lead_account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"), index=True)
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    # The child protection plan, from the day of the conference to the day that it ended; a child has at most one.
    plan_from: Mapped[datetime | None]
    plan_until: Mapped[datetime | None]


class Part(Table):
    """An agency has a part in a case once it referred, was named, invited, asked or contributed."""

    __tablename__ = "part"
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), primary_key=True)
    # An agency of the guidance, whether or not anybody of it has an account here yet.
    agency_id: Mapped[str] = mapped_column(primary_key=True, index=True)
    since: Mapped[datetime]
    why: Mapped[str]


class Bundle(Table):
    """A whole set of drawings, forms and tables, known by its hash. The one with the highest number is in force."""

    __tablename__ = "bundle"
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    published_at: Mapped[datetime]
    published_by: Mapped[str]
    shipped: Mapped[bool]


class BundleFile(Table):
    __tablename__ = "bundle_file"
    bundle_hash: Mapped[str] = mapped_column(ForeignKey("bundle.hash"), primary_key=True)
    path: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes]


class Instance(Table):
    """One run of one process for one case. `state` is the engine's, small, and opaque to everything else."""

    __tablename__ = "instance"
    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), index=True)
    process: Mapped[str]
    number: Mapped[int]
    bundle_hash: Mapped[str] = mapped_column(ForeignKey("bundle.hash"))
    version: Mapped[int]
    state: Mapped[bytes]
    status: Mapped[str]
    outcome: Mapped[str | None]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    # When the concern that led here reached the authority: the assessment clock counts from it (WT2013 ch1 para 57).
    origin_at: Mapped[datetime]
    # The sender's key of the form that started it: the same one twice is one start.
    submission: Mapped[str | None] = mapped_column(index=True)
    __table_args__ = (
        UniqueConstraint("case_id", "process", "number"),
        CheckConstraint("status in ('running', 'ended', 'withdrawn')", name="status"),
    )


class WorkItem(Table):
    """A task for somebody: the inbox is read from here alone. Its key is its own, not the engine's."""

    __tablename__ = "work_item"
    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), index=True)
    instance_id: Mapped[str] = mapped_column(ForeignKey("instance.id"), index=True)
    process: Mapped[str]
    element: Mapped[str]
    occurrence: Mapped[int]
    title: Mapped[str]
    # Role ids that may do it, the lane's first; for a lane `agency` already resolved to that agency's role.
    role: Mapped[str]
    also: Mapped[Any]
    agency_id: Mapped[str | None]
    team_id: Mapped[str | None]
    urgent: Mapped[bool]
    opened_at: Mapped[datetime]
    owner_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"), index=True)
    claimed_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    closed_how: Mapped[str | None]
    # Digest of what was submitted, so that the same person sending the same again gets the first result.
    submission: Mapped[str | None]
    # The running clock that presses on this task, recomputed by each command: what the inbox sorts by.
    deadline_id: Mapped[str | None] = mapped_column(ForeignKey("deadline.id"))
    __table_args__ = (
        UniqueConstraint("instance_id", "element", "occurrence"),
        CheckConstraint("closed_how in ('completed', 'withdrawn')", name="closed_how"),
        Index("ix_work_item_open_team", "team_id", "closed_at"),
        Index("ix_work_item_open_agency", "agency_id", "closed_at"),
    )


class Wait(Table):
    """An event that a running instance waits for: a clock by its id, or a message by its name."""

    __tablename__ = "wait"
    instance_id: Mapped[str] = mapped_column(ForeignKey("instance.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), index=True)
    __table_args__ = (CheckConstraint("kind in ('clock', 'message')", name="kind"),)


class ClosureDay(Table):
    """A day on which this authority does not work, beside weekends and bank holidays; also one proclaimed late."""

    __tablename__ = "closure_day"
    day: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str]
    added_at: Mapped[datetime]
    added_by: Mapped[str]


class LocalTimescale(Table):
    """The authority's own limit for a clock whose kind is local, in the clock's unit; without a row the bundle's."""

    __tablename__ = "local_timescale"
    clock: Mapped[str] = mapped_column(primary_key=True)
    limit: Mapped[int]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]


class Deadline(Table):
    """A clock that runs, was met, or was stopped. No date lives in engine state; this row is the whole truth.

    `limit` is the one that it began with, the law's or the authority's of that day.
    """

    __tablename__ = "deadline"
    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), index=True)
    instance_id: Mapped[str] = mapped_column(ForeignKey("instance.id"), index=True)
    clock: Mapped[str]
    number: Mapped[int]
    title: Mapped[str]
    kind: Mapped[str]
    counted_from: Mapped[datetime]
    limit: Mapped[int | None]
    due_at: Mapped[datetime]
    calendar: Mapped[str]
    provisional: Mapped[bool]
    started_at: Mapped[datetime]
    passed_at: Mapped[datetime | None]
    met_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    late_reason: Mapped[str | None]
    __table_args__ = (
        UniqueConstraint("case_id", "clock", "number"),
        Index("ix_deadline_running", "due_at", "passed_at", "met_at", "stopped_at"),
    )


class Answers(Table):
    """What was answered, as a projection of the payloads: pages read it, the record does not need it."""

    __tablename__ = "answers"
    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), index=True)
    instance_id: Mapped[str] = mapped_column(ForeignKey("instance.id"), index=True)
    process: Mapped[str]
    # The user task, or `start` for the form that started the process.
    element: Mapped[str]
    occurrence: Mapped[int]
    answers: Mapped[Any]
    at: Mapped[datetime]
    account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    agency_id: Mapped[str | None]
    __table_args__ = (UniqueConstraint("instance_id", "element", "occurrence"),)


class Entry(Table):
    """One line of the record: `body` is the bytes that were hashed. The key itself refuses two in one place."""

    __tablename__ = "entry"
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
    chain: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    salt: Mapped[bytes]
    body: Mapped[bytes]


class Outbox(Table):
    """What is to leave the system, written with the command and sent after it. Subjects name no child."""

    __tablename__ = "outbox"
    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str | None] = mapped_column(ForeignKey("case.id"), index=True)
    kind: Mapped[str]
    recipient: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class Draft(Table):
    """What somebody has typed and not sent. `subject` is a work item's id, or `start:<process>:<case>`."""

    __tablename__ = "draft"
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    answers: Mapped[Any]
    saved_at: Mapped[datetime]


class Session(Table):
    """A signed-in browser. The cookie holds a random token; only its digest is kept, so a stolen row opens nothing."""

    __tablename__ = "session"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"), index=True)
    data: Mapped[Any]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime] = mapped_column(index=True)
