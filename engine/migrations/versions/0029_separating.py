"""In which case letters, wishes and what was shared were written that went over with it to another, and when two
children who had been taken for one were separated.

Revision: 0029, after 0028.
"""

import sqlalchemy as sa
from alembic import op

from engine.migrations.instant import InstantColumn

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("outbox", "shared_information", "sharing_wish", "personal_fact"):
        op.add_column(table, sa.Column("came_from_id", sa.String(), nullable=True))
    op.add_column("possible_match", sa.Column("separated_at", InstantColumn(), nullable=True))
