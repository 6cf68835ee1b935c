"""What is known of the people around a child, and how to communicate with the child and with each of them.

Revision: 0027, after 0026.
"""

import sqlalchemy as sa
from alembic import op

from engine.migrations.instant import InstantColumn

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "personal_fact",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("ends_id", sa.String(), nullable=True),
        sa.Column("ended_as", sa.String(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("only_ends", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("holds_from", sa.Date(), nullable=True),
        sa.Column("holds_until", sa.Date(), nullable=True),
        sa.Column("known_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("recorded_at", InstantColumn(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=True),
        sa.CheckConstraint(
            "kind in ('person', 'responsibility', 'household', 'risk', 'communication')",
            name=op.f("ck_personal_fact_kind"),
        ),
        sa.CheckConstraint(
            "ended_as in ('', 'changed', 'over', 'died', 'wrong')", name=op.f("ck_personal_fact_ended_as")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_personal_fact_case_id_case")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_personal_fact_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personal_fact")),
    )
    op.create_index(op.f("ix_personal_fact_case_id"), "personal_fact", ["case_id"])
    op.create_index(op.f("ix_personal_fact_ends_id"), "personal_fact", ["ends_id"])
