"""Roles that wait for a second administrator, who covers for whom, and when somebody signed in last.

Revision: 0010, after 0009. When somebody signed in before is taken from the record.
"""

import sqlalchemy as sa
from alembic import op

from engine.migrations.instant import InstantColumn

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("signed_in_at", InstantColumn(), nullable=True))
    op.execute(
        "UPDATE account SET signed_in_at = "
        "(SELECT max(act.at) FROM act WHERE act.chain = 'person:' || account.id AND act.kind = 'signed_in')"
    )
    op.create_table(
        "proposed_role",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("authority_id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("held_from", InstantColumn(), nullable=True),
        sa.Column("held_until", InstantColumn(), nullable=True),
        sa.Column("proposed_at", InstantColumn(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("settled_at", InstantColumn(), nullable=True),
        sa.Column("settled_by", sa.String(), nullable=True),
        sa.Column("membership_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_proposed_role_account_id_account")),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_proposed_role_authority_id_authority")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposed_role")),
    )
    op.create_index(op.f("ix_proposed_role_account_id"), "proposed_role", ["account_id"])
    op.create_table(
        "cover",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("authority_id", sa.String(), nullable=False),
        sa.Column("absent_id", sa.String(), nullable=False),
        sa.Column("covering_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("held_from", InstantColumn(), nullable=False),
        sa.Column("held_until", InstantColumn(), nullable=False),
        sa.ForeignKeyConstraint(["absent_id"], ["account.id"], name=op.f("fk_cover_absent_id_account")),
        sa.ForeignKeyConstraint(["covering_id"], ["account.id"], name=op.f("fk_cover_covering_id_account")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_cover_team_id_team")),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_cover_authority_id_authority")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cover")),
    )
    op.create_index(op.f("ix_cover_absent_id"), "cover", ["absent_id"])
    op.create_index(op.f("ix_cover_covering_id"), "cover", ["covering_id"])
