"""What was agreed that somebody does, and what became of it.

Revision: 0024, after 0023.
"""

import sqlalchemy as sa
from alembic import op

from engine.migrations.instant import InstantColumn

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_STATES = "state in ('open', 'done', 'overtaken', 'refused')"


def upgrade() -> None:
    of = {
        "case_id": "case",
        "came_from_id": "case",
        "instance_id": "instance",
        "of_instance_id": "instance",
        **dict.fromkeys(("person_id", "account_id", "told_by_id"), "account"),
    }
    op.create_table(
        "case_action",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("came_from_id", sa.String(), nullable=True),
        sa.Column("instance_id", sa.String(), nullable=True),
        sa.Column("element", sa.String(), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.Column("by_when", sa.Date(), nullable=False),
        sa.Column("agreed_at", InstantColumn(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("told_at", InstantColumn(), nullable=True),
        sa.Column("told_by_id", sa.String(), nullable=True),
        sa.Column("of_instance_id", sa.String(), nullable=True),
        sa.Column("of_element", sa.String(), nullable=False),
        sa.Column("of_occurrence", sa.Integer(), nullable=False),
        sa.Column("of_row", sa.String(), nullable=False),
        sa.CheckConstraint(_STATES, name=op.f("ck_case_action_state")),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_case_action_{column}_{table}"))
            for column, table in of.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_action")),
    )
    op.create_index(op.f("ix_case_action_case_id"), "case_action", ["case_id"])
    op.create_index("ix_case_action_came_from", "case_action", ["came_from_id"])
    is_open = sa.text("state = 'open'")
    for name, columns in (("ix_case_action_person", ["person_id"]), ("ix_case_action_open", ["agency", "case_id"])):
        op.create_index(name, "case_action", columns, sqlite_where=is_open, postgresql_where=is_open)
