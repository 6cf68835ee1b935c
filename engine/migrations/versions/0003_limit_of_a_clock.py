"""The limit that each clock began with, so that it is counted anew with it; three columns that nobody reads go.

Revision: 0003, after 0002. A clock from before has none, and is counted with the limit of today.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("deadline", sa.Column("limit", sa.Integer(), nullable=True))
    # What nobody reads any more: when an agency's part began, when a letter left, when a task was taken.
    for table, column in (("outbox", "sent_at"), ("part", "since"), ("work_item", "claimed_at")):
        op.drop_column(table, column)
