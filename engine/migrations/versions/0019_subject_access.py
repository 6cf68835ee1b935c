"""Requests for what is held of a child, notes of what somebody says is wrong, and drafts that end.

Revision: 0019, after 0018. Each draft is told of which case it is, where it is of one.
"""

import sqlalchemy as sa
from alembic import op

from engine.migrations.instant import InstantColumn

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("authority", sa.Column("draft_days", sa.Integer(), server_default="28", nullable=False))
    op.add_column("draft", sa.Column("case_id", sa.String(), nullable=True))
    op.execute(
        "UPDATE draft SET case_id = coalesce("
        "(SELECT work_item.case_id FROM work_item WHERE work_item.id = draft.subject), "
        '(SELECT "case".id FROM "case" WHERE draft.subject LIKE \'start:%:\' || "case".id))'
    )
    op.create_index(op.f("ix_draft_case_id"), "draft", ["case_id"])
    op.create_index(op.f("ix_draft_saved_at"), "draft", ["saved_at"])
    _requests()
    op.create_table(
        "dispute_note",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("instance_id", sa.String(), nullable=False),
        sa.Column("element", sa.String(), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("said_by", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.Column("written_at", InstantColumn(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_dispute_note_case_id_case")),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_dispute_note_instance_id_instance")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_dispute_note_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_note")),
    )
    op.create_index(op.f("ix_dispute_note_case_id"), "dispute_note", ["case_id"])
    op.create_index("ix_dispute_note_answers", "dispute_note", ["instance_id", "element", "occurrence"])


def _requests() -> None:
    op.create_table(
        "subject_request",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("authority_id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("proof", sa.String(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", InstantColumn(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("extended_at", InstantColumn(), nullable=True),
        sa.Column("extension_reason", sa.String(), nullable=False),
        sa.Column("made_at", InstantColumn(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("closed_at", InstantColumn(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.CheckConstraint("asked_by in ('child', 'parent', 'for_child')", name=op.f("ck_subject_request_asked_by")),
        sa.CheckConstraint("outcome in ('given', 'refused', 'withdrawn')", name=op.f("ck_subject_request_outcome")),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_subject_request_authority_id_authority")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_subject_request_case_id_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subject_request")),
    )
    op.create_index(op.f("ix_subject_request_case_id"), "subject_request", ["case_id"])
    op.create_index("ix_subject_request_listed", "subject_request", ["authority_id", "closed_at", "received_on"])
    op.create_table(
        "subject_decision",
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=True),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("ground", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("hidden", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("decided_at", InstantColumn(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.CheckConstraint(
            "decision in ('given', 'blacked_out', 'withheld')", name=op.f("ck_subject_decision_decision")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["subject_request.id"], name=op.f("fk_subject_decision_request_id_subject_request")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_subject_decision_case_id_case")),
        sa.PrimaryKeyConstraint("request_id", "item", name=op.f("pk_subject_decision")),
    )
    op.create_index(op.f("ix_subject_decision_case_id"), "subject_decision", ["case_id"])
