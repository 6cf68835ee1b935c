"""The first tables, and what keeps the record as it was written.

Revision: 0001, after none. The triggers hold off mistakes and careless repairs. Whoever owns the database can take them
away: against that stand the checkpoints outside it (docs/record.md).
"""

import sqlalchemy as sa
from alembic import op

from engine.migrations.instant import InstantColumn

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SAID = "The record is only ever added to: nothing in it is changed or removed."
KEYS = {
    "chain": ("id",),
    "act": ("chain", "number"),
    "payload": ("chain", "number"),
    "shown": ("case_id", "chain_id", "number"),
    "bundle": ("hash",),
    "bundle_file": ("bundle_hash", "path"),
    "checkpoint": ("number",),
    "publication": ("authority_id", "number"),
}


def upgrade() -> None:
    _make_tables()
    if op.get_bind().dialect.name == "sqlite":
        _refuse_on_sqlite()
    else:
        _refuse_on_postgresql()


def _make_tables() -> None:
    op.create_table(
        "authority",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=True),
        sa.Column("telephone", sa.String(), server_default="", nullable=False),
        sa.Column("alarm_minutes", sa.Integer(), server_default="15", nullable=False),
        sa.Column("created_at", InstantColumn(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authority")),
        sa.UniqueConstraint("host", name=op.f("uq_authority_host")),
    )
    op.create_table(
        "bundle",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("added_at", InstantColumn(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_bundle")),
    )
    op.create_table(
        "last_tick",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", InstantColumn(), nullable=True),
        sa.Column("acted", sa.Integer(), server_default="0", nullable=False),
        sa.Column("boot", sa.String(), server_default="", nullable=False),
        sa.Column("uptime", sa.Double[float](), server_default="0", nullable=False),
        sa.Column("doubted_at", InstantColumn(), nullable=True),
        sa.Column("doubt", sa.String(), server_default="", nullable=False),
        sa.Column("confirmed", InstantColumn(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_last_tick")),
    )
    op.create_table(
        "counted",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("at", InstantColumn(), nullable=False),
        sa.Column("until", InstantColumn(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_counted")),
    )
    op.create_index("ix_counted_key", "counted", ["key", "until"], unique=False)
    op.create_index(op.f("ix_counted_until"), "counted", ["until"], unique=False)
    op.create_table(
        "checkpoint",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", InstantColumn(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_checkpoint")),
    )
    op.create_table(
        "chain",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chain")),
        sa.UniqueConstraint("name", name=op.f("uq_chain_name")),
    )
    op.create_table(
        "act",
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("at", InstantColumn(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("chain", "number", name=op.f("pk_act")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_act_at"), "act", ["at"], unique=False)
    op.create_table(
        "shown",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("chain_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["chain.id"], name=op.f("fk_shown_case_id_chain")),
        sa.ForeignKeyConstraint(["chain_id"], ["chain.id"], name=op.f("fk_shown_chain_id_chain")),
        sa.PrimaryKeyConstraint("case_id", "chain_id", "number", name=op.f("pk_shown")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "payload",
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("chain", "number", name=op.f("pk_payload")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "account",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("authority_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("created_at", InstantColumn(), nullable=False),
        sa.Column("disabled_at", InstantColumn(), nullable=True),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_account_authority_id_authority")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
    )
    op.create_index(op.f("ix_account_authority_id"), "account", ["authority_id"], unique=False)
    op.create_table(
        "bundle_file",
        sa.Column("bundle_hash", sa.String(length=64), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["bundle_hash"], ["bundle.hash"], name=op.f("fk_bundle_file_bundle_hash_bundle")),
        sa.PrimaryKeyConstraint("bundle_hash", "path", name=op.f("pk_bundle_file")),
    )
    op.create_table(
        "closure_day",
        sa.Column("authority_id", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("added_at", InstantColumn(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_closure_day_authority_id_authority")),
        sa.PrimaryKeyConstraint("authority_id", "day", name=op.f("pk_closure_day")),
    )
    op.create_table(
        "family",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("authority_id", sa.String(), nullable=False),
        sa.Column("created_at", InstantColumn(), nullable=False),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_family_authority_id_authority")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_family")),
    )
    op.create_table(
        "local_timescale",
        sa.Column("authority_id", sa.String(), nullable=False),
        sa.Column("clock", sa.String(), nullable=False),
        sa.Column("limit", sa.Integer(), nullable=False),
        sa.Column("changed_at", InstantColumn(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_local_timescale_authority_id_authority")
        ),
        sa.PrimaryKeyConstraint("authority_id", "clock", name=op.f("pk_local_timescale")),
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("authority_id", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("leads", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_organisation_authority_id_authority")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("authority_id", "agency", "name", name=op.f("uq_organisation_authority_id_agency_name")),
        sa.UniqueConstraint("authority_id", "id", name=op.f("uq_organisation_authority_id_id")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("authority_id", sa.String(), nullable=False),
        sa.Column("given_name", sa.String(), nullable=False),
        sa.Column("family_name", sa.String(), nullable=False),
        sa.Column("born", sa.Date(), nullable=True),
        sa.Column("expected", sa.Date(), nullable=True),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("address_withheld", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("telephone", sa.String(), server_default="", nullable=False),
        sa.Column("email", sa.String(), server_default="", nullable=False),
        sa.Column("nhs_number", sa.String(), server_default="", nullable=False),
        sa.Column("upn", sa.String(), server_default="", nullable=False),
        sa.Column("other_reference", sa.String(), server_default="", nullable=False),
        sa.Column("match_name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_person_authority_id_authority")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    op.create_index("ix_person_match", "person", ["authority_id", "match_name"], unique=False)
    op.create_table(
        "publication",
        sa.Column("authority_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("bundle_hash", sa.String(length=64), nullable=False),
        sa.Column("in_force_from", InstantColumn(), nullable=False),
        sa.Column("published_at", InstantColumn(), nullable=False),
        sa.Column("published_by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("shipped", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_publication_authority_id_authority")),
        sa.ForeignKeyConstraint(["bundle_hash"], ["bundle.hash"], name=op.f("fk_publication_bundle_hash_bundle")),
        sa.PrimaryKeyConstraint("authority_id", "number", name=op.f("pk_publication")),
    )
    op.create_table(
        "stories_played",
        sa.Column("bundle_hash", sa.String(length=64), nullable=False),
        sa.Column("stories_hash", sa.String(length=64), nullable=False),
        sa.Column("program", sa.String(), nullable=False),
        sa.Column("played_at", InstantColumn(), nullable=False),
        sa.Column("passed", sa.Integer(), nullable=False),
        sa.Column("failed", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("bundle_hash", "stories_hash", "program", name=op.f("pk_stories_played")),
    )
    op.create_table(
        "draft",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("saved_at", InstantColumn(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_draft_account_id_account")),
        sa.PrimaryKeyConstraint("account_id", "subject", name=op.f("pk_draft")),
    )
    op.create_table(
        "person_key",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_key_person_id_person")),
        sa.PrimaryKeyConstraint("key", "person_id", name=op.f("pk_person_key")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_person_key_person_id"), "person_key", ["person_id"], unique=False)
    op.create_table(
        "possible_match",
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("known_id", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["known_id"], ["person.id"], name=op.f("fk_possible_match_known_id_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_possible_match_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", "known_id", name=op.f("pk_possible_match")),
    )
    op.create_index(op.f("ix_possible_match_known_id"), "possible_match", ["known_id"], unique=False)
    op.create_table(
        "relationship",
        sa.Column("family_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_relationship_family_id_family")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_relationship_person_id_person")),
        sa.PrimaryKeyConstraint("family_id", "person_id", name=op.f("pk_relationship")),
    )
    op.create_index(op.f("ix_relationship_person_id"), "relationship", ["person_id"], unique=False)
    op.create_table(
        "session",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("created_at", InstantColumn(), nullable=False),
        sa.Column("seen_at", InstantColumn(), nullable=False),
        sa.Column("confirmed_at", InstantColumn(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_session_account_id_account")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_session")),
    )
    op.create_index(op.f("ix_session_account_id"), "session", ["account_id"], unique=False)
    op.create_index(op.f("ix_session_seen_at"), "session", ["seen_at"], unique=False)
    op.create_table(
        "team",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("authority_id", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("duty", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id", "organisation_id"],
            ["organisation.authority_id", "organisation.id"],
            name=op.f("fk_team_authority_id_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_team_authority_id_authority")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
        sa.UniqueConstraint("authority_id", "id", name=op.f("uq_team_authority_id_id")),
    )
    op.create_table(
        "case",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("authority_id", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("same_person_id", sa.String(), nullable=True),
        sa.Column("family_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("lead_account_id", sa.String(), nullable=True),
        sa.Column("opened_at", InstantColumn(), nullable=False),
        sa.Column("closed_at", InstantColumn(), nullable=True),
        sa.Column("joined_to_id", sa.String(), nullable=True),
        sa.Column("plan_from", InstantColumn(), nullable=True),
        sa.Column("plan_until", InstantColumn(), nullable=True),
        sa.Column("match_name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id", "team_id"],
            ["team.authority_id", "team.id"],
            name=op.f("fk_case_authority_id_team_id_team"),
        ),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_case_authority_id_authority")),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_case_family_id_family")),
        sa.ForeignKeyConstraint(["joined_to_id"], ["case.id"], name=op.f("fk_case_joined_to_id_case")),
        sa.ForeignKeyConstraint(["lead_account_id"], ["account.id"], name=op.f("fk_case_lead_account_id_account")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_case_person_id_person")),
        sa.ForeignKeyConstraint(["same_person_id"], ["person.id"], name=op.f("fk_case_same_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case")),
        sa.UniqueConstraint("reference", name=op.f("uq_case_reference")),
    )
    op.create_index("ix_case_authority", "case", ["authority_id", "closed_at"], unique=False)
    op.create_index(
        "ix_case_listed",
        "case",
        ["authority_id", sa.text("(closed_at IS NOT NULL)"), "match_name", sa.text("opened_at DESC"), "id"],
        unique=False,
    )
    op.create_index(op.f("ix_case_family_id"), "case", ["family_id"], unique=False)
    op.create_index(op.f("ix_case_lead_account_id"), "case", ["lead_account_id"], unique=False)
    op.create_index(op.f("ix_case_person_id"), "case", ["person_id"], unique=False)
    op.create_index(op.f("ix_case_same_person_id"), "case", ["same_person_id"], unique=False)
    op.create_index(op.f("ix_case_team_id"), "case", ["team_id"], unique=False)
    op.create_table(
        "membership",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.String(), nullable=True),
        sa.Column("team_id", sa.String(), nullable=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("held_from", InstantColumn(), nullable=False),
        sa.Column("held_until", InstantColumn(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_membership_account_id_account")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_membership_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_membership_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
    )
    op.create_index(op.f("ix_membership_account_id"), "membership", ["account_id"], unique=False)
    op.create_index(op.f("ix_membership_organisation_id"), "membership", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_membership_team_id"), "membership", ["team_id"], unique=False)
    op.create_table(
        "instance",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("came_from_id", sa.String(), nullable=True),
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("bundle_hash", sa.String(length=64), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("started_at", InstantColumn(), nullable=False),
        sa.Column("ended_at", InstantColumn(), nullable=True),
        sa.Column("origin_at", InstantColumn(), nullable=False),
        sa.CheckConstraint(
            "status in ('running', 'ended', 'withdrawn', 'stuck', 'joined')", name=op.f("ck_instance_status")
        ),
        sa.ForeignKeyConstraint(["bundle_hash"], ["bundle.hash"], name=op.f("fk_instance_bundle_hash_bundle")),
        sa.ForeignKeyConstraint(["came_from_id"], ["case.id"], name=op.f("fk_instance_came_from_id_case")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_instance_case_id_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instance")),
        sa.UniqueConstraint("case_id", "process", "number", name=op.f("uq_instance_case_id_process_number")),
    )
    op.create_index(
        "ix_instance_stuck",
        "instance",
        ["case_id"],
        unique=False,
        sqlite_where=sa.text("status = 'stuck'"),
        postgresql_where=sa.text("status = 'stuck'"),
    )
    op.create_index(
        "ix_instance_came_from",
        "instance",
        ["came_from_id", "case_id"],
        unique=False,
        sqlite_where=sa.text("came_from_id IS NOT NULL"),
        postgresql_where=sa.text("came_from_id IS NOT NULL"),
    )
    op.create_table(
        "submission",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("instance_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_submission_instance_id_instance")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
    )
    op.create_index(op.f("ix_submission_instance_id"), "submission", ["instance_id"], unique=False)
    op.create_table(
        "part",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("agency_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.String(), nullable=True),
        sa.Column("deed", sa.String(), nullable=False),
        sa.Column("held_from", InstantColumn(), nullable=False),
        sa.Column("held_until", InstantColumn(), nullable=True),
        sa.CheckConstraint(
            "deed in ('referred', 'started', 'invited', 'asked', 'took_part', 'disagreed', 'decided')",
            name=op.f("ck_part_deed"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_part_case_id_case")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_part_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_part")),
        sa.UniqueConstraint("case_id", "agency_id", "number", name=op.f("uq_part_case_id_agency_id_number")),
    )
    op.create_index("ix_part_known", "part", ["organisation_id", "case_id", "held_until"], unique=False)
    op.create_table(
        "answers",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("instance_id", sa.String(), nullable=False),
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("element", sa.String(), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("at", InstantColumn(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=True),
        sa.Column("organisation_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_answers_account_id_account")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_answers_case_id_case")),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_answers_instance_id_instance")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
        sa.UniqueConstraint(
            "instance_id", "element", "occurrence", name=op.f("uq_answers_instance_id_element_occurrence")
        ),
    )
    op.create_index(op.f("ix_answers_case_id"), "answers", ["case_id"], unique=False)
    op.create_table(
        "deadline",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("instance_id", sa.String(), nullable=False),
        sa.Column("clock", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("protects", sa.String(), server_default="", nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("counted_from", InstantColumn(), nullable=False),
        sa.Column("limit", sa.Integer(), nullable=False),
        sa.Column("due_at", InstantColumn(), nullable=False),
        sa.Column("calendar", sa.String(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("started_at", InstantColumn(), nullable=False),
        sa.Column("passed_at", InstantColumn(), nullable=True),
        sa.Column("met_at", InstantColumn(), nullable=True),
        sa.Column("stopped_at", InstantColumn(), nullable=True),
        sa.Column("stopped_because", sa.String(), nullable=True),
        sa.Column("late_reason", sa.String(), nullable=True),
        sa.Column("taken_up", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_deadline_case_id_case")),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_deadline_instance_id_instance")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline")),
        sa.UniqueConstraint("case_id", "clock", "number", name=op.f("uq_deadline_case_id_clock_number")),
    )
    op.create_index(op.f("ix_deadline_instance_id"), "deadline", ["instance_id"], unique=False)
    op.create_index(
        "ix_deadline_protecting",
        "deadline",
        ["case_id"],
        unique=False,
        sqlite_where=sa.text("protects <> '' AND met_at IS NULL AND stopped_at IS NULL"),
        postgresql_where=sa.text("protects <> '' AND met_at IS NULL AND stopped_at IS NULL"),
    )
    op.create_index(
        "ix_deadline_running_case",
        "deadline",
        ["case_id"],
        unique=False,
        sqlite_where=sa.text("met_at IS NULL AND stopped_at IS NULL"),
        postgresql_where=sa.text("met_at IS NULL AND stopped_at IS NULL"),
    )
    op.create_index(
        "ix_deadline_to_pass",
        "deadline",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("passed_at IS NULL AND met_at IS NULL AND stopped_at IS NULL"),
        postgresql_where=sa.text("passed_at IS NULL AND met_at IS NULL AND stopped_at IS NULL"),
    )
    op.create_table(
        "wait",
        sa.Column("instance_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.CheckConstraint("kind in ('clock', 'message')", name=op.f("ck_wait_kind")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_wait_case_id_case")),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_wait_instance_id_instance")),
        sa.PrimaryKeyConstraint("instance_id", "kind", "name", name=op.f("pk_wait")),
    )
    op.create_index(op.f("ix_wait_case_id"), "wait", ["case_id"], unique=False)
    op.create_table(
        "work_item",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("instance_id", sa.String(), nullable=False),
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("element", sa.String(), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("also", sa.JSON(), nullable=False),
        sa.Column("agency_id", sa.String(), nullable=True),
        sa.Column("team_id", sa.String(), nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("opened_at", InstantColumn(), nullable=False),
        sa.Column("owner_id", sa.String(), nullable=True),
        sa.Column("closed_at", InstantColumn(), nullable=True),
        sa.Column("closed_by", sa.String(), nullable=True),
        sa.Column("closed_how", sa.String(), nullable=True),
        sa.Column("submission", sa.String(), nullable=True),
        sa.Column("deadline_id", sa.String(), nullable=True),
        sa.CheckConstraint("closed_how in ('completed', 'withdrawn')", name=op.f("ck_work_item_closed_how")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_work_item_case_id_case")),
        sa.ForeignKeyConstraint(["closed_by"], ["account.id"], name=op.f("fk_work_item_closed_by_account")),
        sa.ForeignKeyConstraint(["deadline_id"], ["deadline.id"], name=op.f("fk_work_item_deadline_id_deadline")),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_work_item_instance_id_instance")),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name=op.f("fk_work_item_owner_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_item")),
        sa.UniqueConstraint(
            "instance_id", "element", "occurrence", name=op.f("uq_work_item_instance_id_element_occurrence")
        ),
    )
    op.create_index(op.f("ix_work_item_case_id"), "work_item", ["case_id"], unique=False)
    op.create_index(op.f("ix_work_item_deadline_id"), "work_item", ["deadline_id"], unique=False)
    op.create_index(
        "ix_work_item_open_case",
        "work_item",
        ["case_id"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "ix_work_item_further",
        "work_item",
        ["closed_at"],
        unique=False,
        sqlite_where=sa.text("CAST(also AS VARCHAR) <> '[]'"),
        postgresql_where=sa.text("CAST(also AS VARCHAR) <> '[]'"),
    )
    op.create_index(
        "ix_work_item_open_role",
        "work_item",
        ["role", "agency_id", "team_id"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "ix_work_item_open_team",
        "work_item",
        ["team_id"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(op.f("ix_work_item_owner_id"), "work_item", ["owner_id"], unique=False)
    op.create_table(
        "duty_turn",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("authority_id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("starts_at", InstantColumn(), nullable=False),
        sa.Column("ends_at", InstantColumn(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("changed_at", InstantColumn(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.CheckConstraint("place in ('first', 'second')", name=op.f("ck_duty_turn_place")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_duty_turn_order")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_duty_turn_account_id_account")),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_duty_turn_authority_id_authority")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_turn")),
    )
    op.create_index("ix_duty_turn_ends", "duty_turn", ["authority_id", "ends_at"], unique=False)
    op.create_table(
        "alarm",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("authority_id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("instance_id", sa.String(), nullable=False),
        sa.Column("raised_at", InstantColumn(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("told_at", InstantColumn(), nullable=False),
        sa.Column("next_step_at", InstantColumn(), nullable=True),
        sa.Column("ended_at", InstantColumn(), nullable=True),
        sa.CheckConstraint("place in ('first', 'second', 'managers')", name=op.f("ck_alarm_place")),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_alarm_authority_id_authority")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_alarm_case_id_case")),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_alarm_instance_id_instance")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm")),
    )
    op.create_index(
        "ix_alarm_stands_case",
        "alarm",
        ["case_id"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "ix_alarm_stands_step",
        "alarm",
        ["next_step_at"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "stalled_case",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("since", InstantColumn(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("next_try_at", InstantColumn(), nullable=False),
        sa.CheckConstraint("step in ('clocks', 'recalculation', 'alarm', 'leaver')", name=op.f("ck_stalled_case_step")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_stalled_case_case_id_case")),
        sa.PrimaryKeyConstraint("case_id", "step", name=op.f("pk_stalled_case")),
    )
    op.create_table(
        "outbox",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("authority_id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("work_item_id", sa.String(), nullable=True),
        sa.Column("alarm_id", sa.String(), nullable=True),
        sa.Column("alarm_place", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("address", sa.String(), server_default="", nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("since", InstantColumn(), nullable=False),
        sa.Column("settled_at", InstantColumn(), nullable=True),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("asked_at", InstantColumn(), nullable=False),
        sa.Column("next_try_at", InstantColumn(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state in ('waiting', 'handing_over', 'refused', 'unknown', 'handed_over', 'confirmed', 'withdrawn')",
            name=op.f("ck_outbox_state"),
        ),
        sa.ForeignKeyConstraint(["alarm_id"], ["alarm.id"], name=op.f("fk_outbox_alarm_id_alarm")),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_outbox_authority_id_authority")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_outbox_case_id_case")),
        sa.ForeignKeyConstraint(["work_item_id"], ["work_item.id"], name=op.f("fk_outbox_work_item_id_work_item")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_outbox")),
        sa.UniqueConstraint("id", name=op.f("uq_outbox_id")),
    )
    op.create_index(op.f("ix_outbox_alarm_id"), "outbox", ["alarm_id"], unique=False)
    op.create_index(
        "ix_outbox_unsettled_case",
        "outbox",
        ["case_id", "recipient"],
        unique=False,
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.create_index(
        "ix_outbox_unsettled_state",
        "outbox",
        ["state", "number"],
        unique=False,
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )


def _refuse_on_sqlite() -> None:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{SAID}'); END"
    for table, key in KEYS.items():
        same = " AND ".join(f"{column} = NEW.{column}" for column in key)
        op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}")
        op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}")
        # INSERT OR REPLACE removes a row without asking the trigger above.
        there = f"EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608 (the names of our own tables)
        op.execute(f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {there} {refuse}")


def _refuse_on_postgresql() -> None:
    op.execute(
        "CREATE OR REPLACE FUNCTION record_is_kept() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{SAID}' USING ERRCODE = 'restrict_violation'; END $$"
    )
    for table in KEYS:
        for event, each in (("UPDATE", "ROW"), ("DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
            name = f"{table}_no_{event.lower()}"
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH {each} EXECUTE FUNCTION record_is_kept()"
            )
