"""Tasks that were given to somebody: as the lead of a case, or by a manager.

Revision: 0022, after 0021. What somebody had taken before stays taken.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("work_item", sa.Column("is_given", sa.Boolean(), server_default=sa.false(), nullable=False))
