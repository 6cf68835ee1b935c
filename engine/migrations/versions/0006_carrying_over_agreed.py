"""Who agreed that many instances are carried over at once, and when.

Revision: 0006, after 0005. What was asked for before waits for a second person, as far as it has not been done.
"""

import sqlalchemy as sa
from alembic import op

from engine.migrations.instant import InstantColumn

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("carry_over", sa.Column("approved_by", sa.String(), nullable=True))
    op.add_column("carry_over", sa.Column("approved_at", InstantColumn(), nullable=True))
