"""Several files of a draft that were saved in one act, to be taken back together.

Revision: 0008, after 0007. What was saved before was saved file by file, which an empty column says.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("change_save", sa.Column("act", sa.Integer(), nullable=True))
