"""The day on which a child died, and the day from which a child lives in another country for good.

Revision: 0026, after 0023.
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("died_on", sa.Date(), nullable=True))
    op.add_column("person", sa.Column("abroad_since", sa.Date(), nullable=True))
