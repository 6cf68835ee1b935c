"""Bars, restricted cases with who is named, and break glass.

Revision: 0012. No row is touched: nobody is barred and nothing is restricted.
"""

import sqlalchemy as sa
from alembic import op

from engine.migrations.instant import InstantColumn

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

HOLDS = sa.text("ended_at IS NULL")


def upgrade() -> None:
    _bar()
    _restriction()
    _broken_glass()


def _ended() -> list[sa.Column[object]]:
    return [
        sa.Column("ending_reason", sa.String(), nullable=False),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("ended_at", InstantColumn(), nullable=True),
    ]


def _bar() -> None:
    op.create_table(
        "bar",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("authority_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("barred_by", sa.String(), nullable=False),
        sa.Column("barred_at", InstantColumn(), nullable=False),
        sa.Column("ending_asked_by", sa.String(), nullable=True),
        sa.Column("ending_asked_at", InstantColumn(), nullable=True),
        *_ended(),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_bar_authority_id_authority")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_bar_person_id_person")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_bar_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bar")),
    )
    op.create_index("ix_bar_authority_id", "bar", ["authority_id"])
    op.create_index("ix_bar_holds", "bar", ["account_id", "person_id"], sqlite_where=HOLDS, postgresql_where=HOLDS)


def _restriction() -> None:
    op.create_table(
        "restriction",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("authority_id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("restricted_by", sa.String(), nullable=False),
        sa.Column("restricted_at", InstantColumn(), nullable=False),
        *_ended(),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_restriction_authority_id_authority")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_restriction_case_id_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restriction")),
    )
    op.create_index("ix_restriction_authority_id", "restriction", ["authority_id"])
    op.create_index("ix_restriction_holds", "restriction", ["id"], sqlite_where=HOLDS, postgresql_where=HOLDS)
    _of_restriction("restricted_case", "case_id", "case")
    op.create_index("ix_restricted_case_case_id", "restricted_case", ["case_id"])
    _of_restriction("named_account", "account_id", "account")


def _of_restriction(table: str, column: str, named: str) -> None:
    op.create_table(
        table,
        sa.Column("restriction_id", sa.String(), nullable=False),
        sa.Column(column, sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["restriction_id"], ["restriction.id"], name=op.f(f"fk_{table}_restriction_id_restriction")
        ),
        sa.ForeignKeyConstraint([column], [f"{named}.id"], name=op.f(f"fk_{table}_{column}_{named}")),
        sa.PrimaryKeyConstraint("restriction_id", column, name=op.f(f"pk_{table}")),
    )


def _broken_glass() -> None:
    op.create_table(
        "broken_glass",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("authority_id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("broken_at", InstantColumn(), nullable=False),
        sa.Column("until", InstantColumn(), nullable=False),
        sa.Column("told_at", InstantColumn(), nullable=True),
        sa.Column("reviewed_by", sa.String(), nullable=True),
        sa.Column("reviewed_at", InstantColumn(), nullable=True),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.Column("review", sa.String(), nullable=False),
        sa.CheckConstraint("verdict in ('right', 'wrong')", name=op.f("ck_broken_glass_verdict")),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_broken_glass_authority_id_authority")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_broken_glass_account_id_account")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_broken_glass_case_id_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broken_glass")),
    )
    op.create_index("ix_broken_glass_account", "broken_glass", ["account_id", "until"])
    op.create_index("ix_broken_glass_authority", "broken_glass", ["authority_id", "broken_at"])
    untold = sa.text("told_at IS NULL")
    op.create_index("ix_broken_glass_untold", "broken_glass", ["id"], sqlite_where=untold, postgresql_where=untold)
