"""Links to choose a password that take a code from a second administrator.

Revision: 0023, after 0022. A link that waits takes none: it was made where one administrator may.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("one_time_word", sa.Column("made_by", sa.String(), nullable=True))
    op.add_column("one_time_word", sa.Column("code_digest", sa.String(64), nullable=True))
