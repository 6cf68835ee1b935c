"""A case and what is going on in it: what pages and people work from."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.tables.column_types import Table

HAS_FURTHER_ROLES = "CAST(also AS VARCHAR) <> '[]'"
OPEN, CLOSED = "closed_at IS NULL", "(closed_at IS NOT NULL)"
RUNNING = "met_at IS NULL AND stopped_at IS NULL"
PROTECTING = f"protects <> '' AND {RUNNING}"
TO_PASS = f"passed_at IS NULL AND {RUNNING}"

DEEDS: Mapping[str, str] = {
    "referred": "it referred the child",
    "started": "it started something",
    "invited": "it was invited",
    "asked": "it was asked to do something",
    "took_part": "it took part",
    "disagreed": "it disagreed with the closed case",
    "decided": "it was decided so",
}
"""By what a part in a case begins, with the words for it: an organisation's own act, or what was decided of it."""


def partial_index(name: str, *columns: str, where: str) -> Index:
    """Of the rows for which the condition holds: few beside those that are over, which are never removed."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


class Case(Table):
    """One child and one referral episode. A closed case is opened again on the same day at most."""

    __tablename__ = "case"
    id: Mapped[str] = mapped_column(primary_key=True)
    authority_id: Mapped[str] = mapped_column(ForeignKey("authority.id"))
    reference: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    # The known child that `clarify_referral` found this one to be; the case's own person stays as it was referred.
    same_person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    family_id: Mapped[str] = mapped_column(ForeignKey("family.id"), index=True)
    team_id: Mapped[str] = mapped_column(index=True)
    lead_account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"), index=True)
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    # The older open case of the same child, in which all that this one held goes on.
    joined_to_id: Mapped[str | None] = mapped_column(ForeignKey("case.id"))
    # The child protection plan, from the day of the conference to the day that it ended; a child has at most one.
    plan_from: Mapped[datetime | None]
    plan_until: Mapped[datetime | None]
    # That of its person: a list of cases is read from the index below, as far as it is shown.
    match_name: Mapped[str]
    # Of what it held nothing is left but that there was such a case.
    erased_at: Mapped[datetime | None]
    __table_args__ = (
        # A case is never with a team of another authority, whatever a command gets wrong.
        ForeignKeyConstraint(["authority_id", "team_id"], ["team.authority_id", "team.id"]),
        Index("ix_case_authority", "authority_id", "closed_at"),
        Index("ix_case_listed", "authority_id", text(CLOSED), "match_name", text("opened_at DESC"), "id"),
    )


class WellKnownCase(Table):
    """That many people have heard of what happened, so that some look who have no business there: all looks at it are
    for the privacy officer to see.
    """

    __tablename__ = "well_known_case"
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), primary_key=True)
    since: Mapped[datetime]
    marked_by: Mapped[str]


class Part(Table):
    """An organisation has a part in a case, and its people know of the case, by a deed, from then until it ends."""

    __tablename__ = "part"
    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"))
    # An agency of the guidance, whether or not anybody of it has an account here yet.
    agency_id: Mapped[str]
    number: Mapped[int]
    # None where the agency has several organisations, or none: then nobody knows of the case until somebody chooses.
    organisation_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"))
    deed: Mapped[str]
    held_from: Mapped[datetime]
    held_until: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("case_id", "agency_id", "number"),
        Index("ix_part_known", "organisation_id", "case_id", "held_until"),
        CheckConstraint(f"deed in {(*DEEDS,)}", name="deed"),
    )


class Instance(Table):
    """One run of one process for one case. `state` is the engine's, small, and opaque to everything else."""

    __tablename__ = "instance"
    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"))
    # The case in which it began, where that one has been joined to this.
    came_from_id: Mapped[str | None] = mapped_column(ForeignKey("case.id"))
    process: Mapped[str]
    number: Mapped[int]
    bundle_hash: Mapped[str] = mapped_column(ForeignKey("bundle.hash"))
    state: Mapped[bytes]
    status: Mapped[str]
    outcome: Mapped[str | None]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    # When the concern that led here reached the authority: the assessment clock counts from it (WT2013 ch1 para 57).
    origin_at: Mapped[datetime]
    # To other models than those that it began on, be it that it came back: its record tells when.
    has_gone_over: Mapped[bool] = mapped_column(server_default=false())
    __table_args__ = (
        UniqueConstraint("case_id", "process", "number"),
        partial_index("ix_instance_came_from", "came_from_id", "case_id", where="came_from_id IS NOT NULL"),
        CheckConstraint("status in ('running', 'ended', 'withdrawn', 'stuck', 'joined')", name="status"),
        partial_index("ix_instance_stuck", "case_id", where="status = 'stuck'"),
    )


class Submission(Table):
    """Which instance a form began or joined: the same form sent twice is one start.

    Its key is that of the form, and the child's number in it.
    """

    __tablename__ = "submission"
    id: Mapped[str] = mapped_column(primary_key=True)
    instance_id: Mapped[str] = mapped_column(ForeignKey("instance.id"), index=True)


class WorkItem(Table):
    """A task for somebody: the inbox is read from here alone. Its key is its own, not the engine's."""

    __tablename__ = "work_item"
    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), index=True)
    instance_id: Mapped[str] = mapped_column(ForeignKey("instance.id"))
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
    # The owner did not take it: it came to them as the lead of the case, or a manager gave it to them. Until they take
    # it whoever of its role is on duty may take it over, or do it.
    is_given: Mapped[bool] = mapped_column(server_default=false())
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    closed_how: Mapped[str | None]
    # Digest of what was submitted, so that the same person sending the same again gets the first result.
    submission: Mapped[str | None]
    # The running clock that is assigned to this task, again by each command: what the inbox sorts by.
    deadline_id: Mapped[str | None] = mapped_column(ForeignKey("deadline.id"), index=True)
    # The models on which it was closed, where its instance has gone over to others since (`models_then`).
    told_by: Mapped[str | None]
    __table_args__ = (
        UniqueConstraint("instance_id", "element", "occurrence"),
        CheckConstraint("closed_how in ('completed', 'withdrawn')", name="closed_how"),
        partial_index("ix_work_item_open_role", "role", "agency_id", "team_id", where=OPEN),
        partial_index("ix_work_item_open_team", "team_id", where=OPEN),
        partial_index("ix_work_item_open_case", "case_id", where=OPEN),
        partial_index("ix_work_item_further", "closed_at", where=HAS_FURTHER_ROLES),
    )


class Wait(Table):
    """An event that a running instance waits for: a clock by its id, or a message by its name."""

    __tablename__ = "wait"
    instance_id: Mapped[str] = mapped_column(ForeignKey("instance.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), index=True)
    __table_args__ = (CheckConstraint("kind in ('clock', 'message')", name="kind"),)


class Deadline(Table):
    """A clock that runs, was met, or was stopped. No date lives in engine state; this row is the whole truth.

    It is met and stopped as of the day on which that happened which met or stopped it. `taken_up` are the instances
    that followed from its own, each with when it took the message that called for it. `limit` is the one that it began
    with, the law's or the authority's of that day. `protects` is that of its clock.
    """

    __tablename__ = "deadline"
    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"))
    instance_id: Mapped[str] = mapped_column(ForeignKey("instance.id"), index=True)
    clock: Mapped[str]
    number: Mapped[int]
    title: Mapped[str]
    kind: Mapped[str]
    counted_from: Mapped[datetime]
    limit: Mapped[int]
    due_at: Mapped[datetime]
    calendar: Mapped[str]
    provisional: Mapped[bool]
    started_at: Mapped[datetime]
    passed_at: Mapped[datetime | None]
    met_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    # What stopped it, in words: “Call off the conference” was done.
    stopped_because: Mapped[str | None]
    late_reason: Mapped[str | None]
    protects: Mapped[str] = mapped_column(server_default="")
    taken_up: Mapped[Any]
    # It was set as the case came here from another system, and counts from a day there (`late_before`).
    came_with_case: Mapped[bool] = mapped_column(server_default=false())
    __table_args__ = (
        UniqueConstraint("case_id", "clock", "number"),
        partial_index("ix_deadline_running_case", "case_id", where=RUNNING),
        partial_index("ix_deadline_protecting", "case_id", where=PROTECTING),
        partial_index("ix_deadline_to_pass", "due_at", where=TO_PASS),
    )


class Answers(Table):
    """What was answered, as a projection of the payloads: pages read it, the record does not need it."""

    __tablename__ = "answers"
    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), index=True)
    instance_id: Mapped[str] = mapped_column(ForeignKey("instance.id"))
    process: Mapped[str]
    # The user task, or `start` for the form that started the process.
    element: Mapped[str]
    occurrence: Mapped[int]
    answers: Mapped[Any]
    at: Mapped[datetime]
    account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    organisation_id: Mapped[str | None]
    # The models whose form asked it, where its instance has gone over to others since (`models_then`).
    told_by: Mapped[str | None]
    __table_args__ = (
        UniqueConstraint("instance_id", "element", "occurrence"),
        # The newest answers to one form, however many there are: how its questions are really answered.
        Index("ix_answers_form", "process", "element", "at"),
        # When somebody did such a task last, however often they did it.
        Index("ix_answers_own", "account_id", "process", "element", "at"),
    )
