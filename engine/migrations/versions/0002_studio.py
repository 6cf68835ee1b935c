"""The studio: changes of the pathway, their files, saves, trials and approvals; the stories beside what is published.

Revision: 0002, after 0001. Nothing that stood is touched: publications get columns that are empty for what was
published before.
"""

import sqlalchemy as sa
from alembic import op

from engine.migrations.instant import InstantColumn

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("publication", sa.Column("change_id", sa.String(), nullable=True))
    op.add_column("publication", sa.Column("approved_by", sa.String(), nullable=True))
    op.add_column("publication", sa.Column("stories_hash", sa.String(length=64), nullable=True))
    op.create_table(
        "stories",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_stories")),
    )
    _make_change()
    _make_files()
    _make_judgements()


def _make_change() -> None:
    op.create_table(
        "change",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("authority_id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("base_hash", sa.String(length=64), nullable=False),
        sa.Column("owner_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", InstantColumn(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("effect_from", InstantColumn(), nullable=True),
        sa.Column("held_up", sa.String(), server_default="", nullable=False),
        sa.Column("published_number", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state in ('open', 'in_review', 'approved', 'published', 'dropped')", name=op.f("ck_change_state")
        ),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_change_authority_id_authority")),
        sa.ForeignKeyConstraint(["base_hash"], ["bundle.hash"], name=op.f("fk_change_base_hash_bundle")),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name=op.f("fk_change_owner_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
    )
    op.create_index("ix_change_authority", "change", ["authority_id", "state", "created_at"])


def _make_files() -> None:
    op.create_table(
        "change_file",
        sa.Column("change_id", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_by", sa.String(), nullable=False),
        sa.Column("saved_at", InstantColumn(), nullable=False),
        sa.ForeignKeyConstraint(["change_id"], ["change.id"], name=op.f("fk_change_file_change_id_change")),
        sa.ForeignKeyConstraint(["saved_by"], ["account.id"], name=op.f("fk_change_file_saved_by_account")),
        sa.PrimaryKeyConstraint("change_id", "path", name=op.f("pk_change_file")),
    )
    op.create_table(
        "change_save",
        sa.Column("change_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=True),
        sa.Column("saved_by", sa.String(), nullable=False),
        sa.Column("saved_at", InstantColumn(), nullable=False),
        sa.ForeignKeyConstraint(["change_id"], ["change.id"], name=op.f("fk_change_save_change_id_change")),
        sa.ForeignKeyConstraint(["saved_by"], ["account.id"], name=op.f("fk_change_save_saved_by_account")),
        sa.PrimaryKeyConstraint("change_id", "number", name=op.f("pk_change_save")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_change_save_path", "change_save", ["change_id", "path", "number"])
    op.create_table(
        "editing",
        sa.Column("change_id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("seen_at", InstantColumn(), nullable=False),
        sa.ForeignKeyConstraint(["change_id"], ["change.id"], name=op.f("fk_editing_change_id_change")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_editing_account_id_account")),
        sa.PrimaryKeyConstraint("change_id", "account_id", name=op.f("pk_editing")),
    )


def _make_judgements() -> None:
    op.create_table(
        "approval",
        sa.Column("change_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("change_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("accepts_doubts", sa.String(), nullable=False),
        sa.Column("at", InstantColumn(), nullable=False),
        sa.CheckConstraint("verdict in ('approved', 'returned')", name=op.f("ck_approval_verdict")),
        sa.ForeignKeyConstraint(["change_id"], ["change.id"], name=op.f("fk_approval_change_id_change")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_approval_account_id_account")),
        sa.PrimaryKeyConstraint("change_id", "number", name=op.f("pk_approval")),
    )
    op.create_table(
        "trial",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("change_id", sa.String(), nullable=False),
        sa.Column("change_hash", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("started_by", sa.String(), nullable=False),
        sa.Column("started_at", InstantColumn(), nullable=False),
        sa.Column("seen_at", InstantColumn(), nullable=False),
        sa.Column("ended_at", InstantColumn(), nullable=True),
        sa.Column("stop_asked", sa.Boolean(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.CheckConstraint("kind in ('cases', 'stories', 'synthetic')", name=op.f("ck_trial_kind")),
        sa.ForeignKeyConstraint(["change_id"], ["change.id"], name=op.f("fk_trial_change_id_change")),
        sa.ForeignKeyConstraint(["started_by"], ["account.id"], name=op.f("fk_trial_started_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trial")),
    )
    op.create_index("ix_trial_change", "trial", ["change_id", "change_hash", "kind", "started_at"])
