"""Answers that were put right, each question with what stood there before, and what rests on them.

Revision: 0021, after 0020.
"""

import sqlalchemy as sa
from alembic import op

from engine.migrations.instant import InstantColumn

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "answer_correction",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("instance_id", sa.String(), nullable=False),
        sa.Column("element", sa.String(), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("corrected_at", InstantColumn(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_answer_correction_case_id_case")),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name=op.f("fk_answer_correction_instance_id_instance")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_answer_correction_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_correction")),
    )
    op.create_index(op.f("ix_answer_correction_case_id"), "answer_correction", ["case_id"])
    op.create_index("ix_answer_correction_answers", "answer_correction", ["instance_id", "element", "occurrence"])
    op.create_table(
        "resting_mark",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("instance_id", sa.String(), nullable=False),
        sa.Column("element", sa.String(), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("of_instance_id", sa.String(), nullable=False),
        sa.Column("of_element", sa.String(), nullable=False),
        sa.Column("of_occurrence", sa.Integer(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("marked_at", InstantColumn(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("settled_at", InstantColumn(), nullable=True),
        sa.Column("settled_by", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_resting_mark_case_id_case")),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_resting_mark_instance_id_instance")),
        sa.ForeignKeyConstraint(
            ["of_instance_id"], ["instance.id"], name=op.f("fk_resting_mark_of_instance_id_instance")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_resting_mark_account_id_account")),
        sa.ForeignKeyConstraint(["settled_by"], ["account.id"], name=op.f("fk_resting_mark_settled_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resting_mark")),
    )
    op.create_index(op.f("ix_resting_mark_case_id"), "resting_mark", ["case_id"])
    is_open = sa.text("settled_at IS NULL")
    op.create_index(
        "ix_resting_mark_open", "resting_mark", ["account_id"], sqlite_where=is_open, postgresql_where=is_open
    )
    op.create_index("ix_resting_mark_answers", "resting_mark", ["instance_id", "element", "occurrence"])
