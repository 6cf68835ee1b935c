"""One-time links and codes, second factors, and sessions that wait for one.

Revision: 0011, after 0009. No row is touched: whoever has a password goes on with it.
"""

import sqlalchemy as sa
from alembic import op

from engine.migrations.instant import InstantColumn

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("session", sa.Column("half", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("session", sa.Column("challenge", sa.LargeBinary(), nullable=True))
    op.create_table(
        "one_time_word",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("authority_id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=True),
        sa.Column("until", InstantColumn(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_one_time_word_account_id_account")),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_one_time_word_authority_id_authority")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_one_time_word")),
    )
    op.create_index(op.f("ix_one_time_word_account_id"), "one_time_word", ["account_id"])
    op.create_index(op.f("ix_one_time_word_authority_id"), "one_time_word", ["authority_id"])
    op.create_table(
        "code_app",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("confirmed_at", InstantColumn(), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_code_app_account_id_account")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_code_app")),
    )
    op.create_table(
        "passkey",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("made_at", InstantColumn(), nullable=False),
        sa.Column("used_at", InstantColumn(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_passkey_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
    )
    op.create_index(op.f("ix_passkey_account_id"), "passkey", ["account_id"])
    op.create_table(
        "recovery_code",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_recovery_code_account_id_account")),
        sa.PrimaryKeyConstraint("account_id", "digest", name=op.f("pk_recovery_code")),
    )
