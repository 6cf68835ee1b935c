"""What somebody typed to find something; cases that are well known; which cases one look showed, found by the look; the
letters of a case.

Revision: 0013, after 0012. No row is touched.
"""

import sqlalchemy as sa
from alembic import op

from engine.migrations.instant import InstantColumn

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kept_search",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("until", InstantColumn(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_kept_search_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_search")),
    )
    op.create_index(op.f("ix_kept_search_account_id"), "kept_search", ["account_id"])
    op.create_index(op.f("ix_kept_search_until"), "kept_search", ["until"])
    op.create_table(
        "well_known_case",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("since", InstantColumn(), nullable=False),
        sa.Column("marked_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_well_known_case_case_id_case")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_well_known_case")),
    )
    op.create_index("ix_shown_look", "shown", ["chain_id", "number"])
    op.create_index("ix_outbox_case", "outbox", ["case_id"])
