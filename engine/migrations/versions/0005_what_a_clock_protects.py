"""Whether a clock holds a child safe by law while it runs: said on the deadline, as its title and kind are.

Revision: 0005, after 0004.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("deadline", sa.Column("protects", sa.String(), nullable=False, server_default=""))
    deadline = sa.table("deadline", sa.column("clock", sa.String()), sa.column("protects", sa.String()))
    for clock, protects in (("police_protection", "police_protection"), ("emergency_protection_order", "order")):
        op.execute(deadline.update().where(deadline.c.clock == clock).values(protects=protects))
