"""Files of models from elsewhere, and what was said of them.

Revision: 0005, after 0004. No row is touched.
"""

import sqlalchemy as sa
from alembic import op

from engine.migrations.instant import InstantColumn

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "brought_in",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("authority_id", sa.String(), nullable=False),
        sa.Column("change_id", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=True),
        sa.Column("report", sa.JSON(), nullable=True),
        sa.Column("brought_by", sa.String(), nullable=False),
        sa.Column("brought_at", InstantColumn(), nullable=False),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_brought_in_authority_id_authority")),
        sa.ForeignKeyConstraint(["brought_by"], ["account.id"], name=op.f("fk_brought_in_brought_by_account")),
        sa.ForeignKeyConstraint(["change_id"], ["change.id"], name=op.f("fk_brought_in_change_id_change")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brought_in")),
    )
    op.create_index("ix_brought_in_change", "brought_in", ["change_id"])
    op.create_index("ix_brought_in_authority", "brought_in", ["authority_id", "brought_at"])
