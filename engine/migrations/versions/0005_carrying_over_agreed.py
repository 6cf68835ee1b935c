"""Who agreed that many instances are carried over at once, and when.

Revision: 0005, after 0004. What was asked for before waits for a second person, as far as it has not been done.
"""

import sqlalchemy as sa
from alembic import op

from engine.migrations.instant import InstantColumn

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("carry_over", sa.Column("approved_by", sa.String(), nullable=True))
    op.add_column("carry_over", sa.Column("approved_at", InstantColumn(), nullable=True))
