"""What a publication changed in words, and who has read of it.

Revision: 0009, after 0008. No row is touched: of what was published before nothing is told.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("publication", sa.Column("words", sa.JSON(), nullable=True))
    op.create_table(
        "news_read",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_news_read_account_id_account")),
        sa.PrimaryKeyConstraint("account_id", "subject", name=op.f("pk_news_read")),
    )
    op.create_index("ix_answers_own", "answers", ["account_id", "process", "element", "at"])
