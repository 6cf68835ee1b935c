"""Tasks that were given to somebody: as the lead of a case, or by a manager.

Revision: 0023, after 0019. What somebody had taken before stays taken.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("work_item", sa.Column("is_given", sa.Boolean(), server_default=sa.false(), nullable=False))
