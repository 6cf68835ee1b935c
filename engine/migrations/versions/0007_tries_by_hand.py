"""Drafts of the pathway that somebody tries by hand.

Revision: 0007, after 0006. No row is touched.
"""

import sqlalchemy as sa
from alembic import op

from engine.migrations.instant import InstantColumn

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "try_by_hand",
        sa.Column("change_id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("began_at", InstantColumn(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("change_hash", sa.String(length=64), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["change_id"], ["change.id"], name=op.f("fk_try_by_hand_change_id_change")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_try_by_hand_account_id_account")),
        sa.PrimaryKeyConstraint("change_id", "account_id", name=op.f("pk_try_by_hand")),
    )
