"""What came of asking about an unusual look.

Revision: 0015, after 0014. No row is touched.
"""

import sqlalchemy as sa
from alembic import op

from engine.migrations.instant import InstantColumn

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "look_review",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("authority_id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("reviewed_by", sa.String(), nullable=False),
        sa.Column("reviewed_at", InstantColumn(), nullable=False),
        sa.CheckConstraint("verdict in ('right', 'wrong')", name=op.f("ck_look_review_verdict")),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_look_review_authority_id_authority")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_look_review_account_id_account")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_look_review_case_id_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look_review")),
    )
    op.create_index("ix_look_review_day", "look_review", ["authority_id", "day"])
