"""Which case of another system goes on in which case here, and which clocks came with it.

Revision: 0030, after 0029.
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "taken_over",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("authority_id", sa.String(), nullable=False),
        sa.Column("old_reference", sa.String(), nullable=False),
        sa.Column("family", sa.String(), nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_taken_over_case_id_case")),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_taken_over_authority_id_authority")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_taken_over")),
        sa.UniqueConstraint("authority_id", "old_reference", name=op.f("uq_taken_over_authority_id_old_reference")),
    )
    op.create_index("ix_taken_over_family", "taken_over", ["authority_id", "family"])
    op.add_column("deadline", sa.Column("came_with_case", sa.Boolean(), server_default=sa.false(), nullable=False))
