"""Agreements that organisations and people sign by version before the door opens.

Revision: 0018, after 0017. No row is touched: where no text is set nothing is asked.
"""

import sqlalchemy as sa
from alembic import op

from engine.migrations.instant import InstantColumn

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agreement_text",
        sa.Column("authority_id", sa.String(), nullable=False),
        sa.Column("agreement", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("holds_from", InstantColumn(), nullable=False),
        sa.Column("set_at", InstantColumn(), nullable=False),
        sa.Column("set_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_agreement_text_authority_id_authority")
        ),
        sa.PrimaryKeyConstraint("authority_id", "agreement", "version", name=op.f("pk_agreement_text")),
    )
    op.create_table(
        "organisation_signature",
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("authority_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("noted_at", InstantColumn(), nullable=False),
        sa.Column("noted_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_organisation_signature_authority_id_authority")
        ),
        sa.ForeignKeyConstraint(
            ["authority_id", "organisation_id"],
            ["organisation.authority_id", "organisation.id"],
            name=op.f("fk_organisation_signature_authority_id_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "version", name=op.f("pk_organisation_signature")),
    )
    op.create_table(
        "conduct_signature",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("signed_at", InstantColumn(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_conduct_signature_account_id_account")),
        sa.PrimaryKeyConstraint("account_id", "version", name=op.f("pk_conduct_signature")),
    )
