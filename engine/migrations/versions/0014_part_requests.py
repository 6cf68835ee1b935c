"""Whoever works with a child and finds no case asks for a part.

Revision: 0014, after 0013. No row is touched.
"""

import sqlalchemy as sa
from alembic import op

from engine.migrations.instant import InstantColumn

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "part_request",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("authority_id", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("asked_at", InstantColumn(), nullable=False),
        sa.Column("given_name", sa.String(), nullable=False),
        sa.Column("family_name", sa.String(), nullable=False),
        sa.Column("born", sa.Date(), nullable=True),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("submission", sa.String(), nullable=False),
        sa.Column("decided_at", InstantColumn(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("case_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_part_request_authority_id_authority")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_part_request_account_id_account")),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_part_request_decided_by_account")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_part_request_case_id_case")),
        sa.ForeignKeyConstraint(
            ["authority_id", "organisation_id"],
            ["organisation.authority_id", "organisation.id"],
            name=op.f("fk_part_request_authority_id_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_part_request")),
        sa.UniqueConstraint("account_id", "submission", name=op.f("uq_part_request_account_id_submission")),
    )
    op.create_index("ix_part_request_waiting", "part_request", ["authority_id", "decided_at", "asked_at"])
