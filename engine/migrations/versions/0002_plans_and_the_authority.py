"""Plans of a case, closure days and local limits.

Revision: 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op

import engine.tables

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("case", sa.Column("plan_from", engine.tables.Instant(timezone=True), nullable=True))
    op.add_column("case", sa.Column("plan_until", engine.tables.Instant(timezone=True), nullable=True))
    op.create_table(
        "closure_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("added_at", engine.tables.Instant(timezone=True), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_closure_day")),
    )
    op.create_table(
        "local_timescale",
        sa.Column("clock", sa.String(), nullable=False),
        sa.Column("limit", sa.Integer(), nullable=False),
        sa.Column("changed_at", engine.tables.Instant(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("clock", name=op.f("pk_local_timescale")),
    )
