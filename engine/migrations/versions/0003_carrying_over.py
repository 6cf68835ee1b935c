"""What is told by the models of its day, and many instances carried over at once.

Revision: 0003, after 0002. In what v1.0 left nothing had gone over to other models: all of it is told by the models
of its instance, which an empty column says.
"""

import sqlalchemy as sa
from alembic import op

from engine.migrations.instant import InstantColumn

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("answers", sa.Column("told_by", sa.String(), nullable=True))
    op.add_column("work_item", sa.Column("told_by", sa.String(), nullable=True))
    gone_over = sa.Column("has_gone_over", sa.Boolean(), server_default=sa.false(), nullable=False)
    op.add_column("instance", gone_over)
    op.create_table(
        "carry_over",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("authority_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("bundle_hash", sa.String(), nullable=False),
        sa.Column("asked_at", InstantColumn(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("hands_back", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_carry_over_authority_id_authority")),
        sa.ForeignKeyConstraint(["bundle_hash"], ["bundle.hash"], name=op.f("fk_carry_over_bundle_hash_bundle")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carry_over")),
        sa.UniqueConstraint("authority_id", "number", name=op.f("uq_carry_over_authority_id_number")),
    )
    op.create_table(
        "carry_over_item",
        sa.Column("carry_over_id", sa.String(), nullable=False),
        sa.Column("instance_id", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("done_at", InstantColumn(), nullable=True),
        sa.CheckConstraint(
            "verdict in ('waits', 'carried', 'refused', 'left_out')", name=op.f("ck_carry_over_item_verdict")
        ),
        sa.ForeignKeyConstraint(
            ["carry_over_id"], ["carry_over.id"], name=op.f("fk_carry_over_item_carry_over_id_carry_over")
        ),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_carry_over_item_instance_id_instance")),
        sa.PrimaryKeyConstraint("carry_over_id", "instance_id", name=op.f("pk_carry_over_item")),
    )
    op.create_index(
        "ix_carry_over_item_waits",
        "carry_over_item",
        ["carry_over_id"],
        unique=False,
        sqlite_where=sa.text("verdict = 'waits'"),
        postgresql_where=sa.text("verdict = 'waits'"),
    )
