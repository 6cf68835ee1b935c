"""That somebody proceeded differently from the drawing, or asks a manager whether they may.

Revision: 0025, after 0024.
"""

import sqlalchemy as sa
from alembic import op

from engine.migrations.instant import InstantColumn

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "departure",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("instance_id", sa.String(), nullable=False),
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("element", sa.String(), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.String(), nullable=True),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("stated", sa.JSON(), nullable=False),
        sa.Column("stands", sa.String(), nullable=False),
        sa.Column("asked_at", InstantColumn(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=True),
        sa.Column("decided_at", InstantColumn(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decision", sa.String(), nullable=False),
        sa.CheckConstraint("how in ('skip', 'repeat', 'open')", name=op.f("ck_departure_how")),
        sa.CheckConstraint("stands in ('waits', 'taken', 'refused')", name=op.f("ck_departure_stands")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_departure_case_id_case")),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_departure_instance_id_instance")),
        sa.ForeignKeyConstraint(["asked_by"], ["account.id"], name=op.f("fk_departure_asked_by_account")),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_departure_decided_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_departure")),
    )
    op.create_index(op.f("ix_departure_case_id"), "departure", ["case_id"])
    op.create_index("ix_departure_step", "departure", ["instance_id", "element", "occurrence"])
    op.create_index("ix_departure_process", "departure", ["process", "element"])
    waits = sa.text("stands = 'waits'")
    op.create_index("ix_departure_waits", "departure", ["case_id"], sqlite_where=waits, postgresql_where=waits)
