"""What was shared of a child, and what the child and the parents wish about that.

Revision: 0020, after 0019.
"""

import sqlalchemy as sa
from alembic import op

from engine.migrations.instant import InstantColumn

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shared_information",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("instance_id", sa.String(), nullable=True),
        sa.Column("element", sa.String(), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("agencies", sa.JSON(), nullable=False),
        sa.Column("others", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("consent", sa.String(), nullable=False),
        sa.Column("without_consent", sa.String(), nullable=False),
        sa.Column("told", sa.String(), nullable=False),
        sa.Column("not_told_because", sa.String(), nullable=False),
        sa.Column("against_wishes_because", sa.String(), nullable=False),
        sa.Column("shared_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", InstantColumn(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=True),
        sa.CheckConstraint("consent in ('given', 'refused', 'not_sought')", name=op.f("ck_shared_information_consent")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_shared_information_case_id_case")),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name=op.f("fk_shared_information_instance_id_instance")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_shared_information_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shared_information")),
    )
    op.create_index(op.f("ix_shared_information_case_id"), "shared_information", ["case_id"])
    op.create_index("ix_shared_information_listed", "shared_information", ["recorded_at", "id"])
    op.create_table(
        "sharing_wish",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("ends_id", sa.String(), nullable=True),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("whose", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("against", sa.String(), nullable=False),
        sa.Column("agencies", sa.JSON(), nullable=False),
        sa.Column("others", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("recorded_at", InstantColumn(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=True),
        sa.CheckConstraint("whose in ('child', 'parent')", name=op.f("ck_sharing_wish_whose")),
        sa.CheckConstraint("against in ('anybody', 'agencies', 'somebody')", name=op.f("ck_sharing_wish_against")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_sharing_wish_case_id_case")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_sharing_wish_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sharing_wish")),
    )
    op.create_index(op.f("ix_sharing_wish_case_id"), "sharing_wish", ["case_id"])
    op.create_index(op.f("ix_sharing_wish_ends_id"), "sharing_wish", ["ends_id"])
