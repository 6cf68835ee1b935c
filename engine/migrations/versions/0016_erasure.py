"""How long a case is kept, legal hold, and erasures, for which alone a payload may be removed.

Revision: 0016, after 0015. No row is touched: nothing is due where there is no rule. The trigger that refused to remove
any payload lets those go whose erasure two people have decided; whoever owns the database can take it away, as before.
"""

import sqlalchemy as sa
from alembic import op

from engine.migrations.instant import InstantColumn

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

SAID = "The record is only ever added to: nothing in it is changed or removed."
NO_DECISION = "What an entry carries goes only where two people have decided to erase the case."
WAITS, HOLDS = sa.text("settled_at IS NULL"), sa.text("lifted_at IS NULL")
DECIDED = (
    "EXISTS (SELECT 1 FROM erased_span s JOIN erasure e ON e.id = s.erasure_id WHERE s.chain = OLD.chain "
    "AND OLD.number BETWEEN s.first_number AND s.last_number AND e.outcome = 'erased' "
    "AND e.settled_by <> e.proposed_by)"
)


def upgrade() -> None:
    op.add_column("case", sa.Column("erased_at", InstantColumn(), nullable=True))
    _retention_rule()
    _legal_hold()
    _erasure()
    _erased_span()
    if op.get_bind().dialect.name == "postgresql":
        _guard_on_postgresql()
    else:
        _guard_on_sqlite()


def _of_authority(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f(f"fk_{table}_authority_id_authority"))


def _of_case(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f(f"fk_{table}_case_id_case"))


def _retention_rule() -> None:
    op.create_table(
        "retention_rule",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("authority_id", sa.String(), nullable=False),
        sa.Column("years", sa.Integer(), nullable=False),
        sa.Column("counts_from", sa.String(), nullable=False),
        sa.Column("process", sa.String(), nullable=True),
        sa.Column("process_title", sa.String(), nullable=False),
        sa.Column("set_at", InstantColumn(), nullable=False),
        sa.Column("set_by", sa.String(), nullable=False),
        sa.Column("ended_at", InstantColumn(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("ending_reason", sa.String(), nullable=False),
        sa.CheckConstraint("counts_from in ('closure', 'birth')", name=op.f("ck_retention_rule_counts_from")),
        _of_authority("retention_rule"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_rule")),
    )
    op.create_index("ix_retention_rule_authority_id", "retention_rule", ["authority_id"])


def _legal_hold() -> None:
    op.create_table(
        "legal_hold",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("authority_id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("held_at", InstantColumn(), nullable=False),
        sa.Column("held_by", sa.String(), nullable=False),
        sa.Column("lifted_at", InstantColumn(), nullable=True),
        sa.Column("lifted_by", sa.String(), nullable=True),
        sa.Column("lifting_reason", sa.String(), nullable=False),
        _of_authority("legal_hold"),
        _of_case("legal_hold"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
    )
    op.create_index("ix_legal_hold_authority_id", "legal_hold", ["authority_id"])
    op.create_index("ix_legal_hold_holds", "legal_hold", ["case_id"], sqlite_where=HOLDS, postgresql_where=HOLDS)


def _erasure() -> None:
    op.create_table(
        "erasure",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("authority_id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("rule_id", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("proposed_at", InstantColumn(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("settled_at", InstantColumn(), nullable=True),
        sa.Column("settled_by", sa.String(), nullable=True),
        sa.Column("settling_reason", sa.String(), nullable=False),
        sa.CheckConstraint("outcome in ('erased', 'refused')", name=op.f("ck_erasure_outcome")),
        sa.CheckConstraint("settled_by <> proposed_by OR outcome <> 'erased'", name=op.f("ck_erasure_two_people")),
        _of_authority("erasure"),
        _of_case("erasure"),
        sa.ForeignKeyConstraint(["rule_id"], ["retention_rule.id"], name=op.f("fk_erasure_rule_id_retention_rule")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
    )
    op.create_index("ix_erasure_authority", "erasure", ["authority_id", "settled_at"])
    op.create_index("ix_erasure_case", "erasure", ["case_id"])
    op.create_index("ix_erasure_waits", "erasure", ["case_id"], sqlite_where=WAITS, postgresql_where=WAITS)


def _erased_span() -> None:
    op.create_table(
        "erased_span",
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("first_number", sa.Integer(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.Column("erasure_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["erasure_id"], ["erasure.id"], name=op.f("fk_erased_span_erasure_id_erasure")),
        sa.PrimaryKeyConstraint("chain", "first_number", name=op.f("pk_erased_span")),
        sqlite_with_rowid=False,
    )


def _guard_on_sqlite() -> None:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{SAID}'); END"
    op.execute(f"CREATE TRIGGER erased_span_no_update BEFORE UPDATE ON erased_span {refuse}")
    op.execute(f"CREATE TRIGGER erased_span_no_delete BEFORE DELETE ON erased_span {refuse}")
    there = "EXISTS (SELECT 1 FROM erased_span WHERE chain = NEW.chain AND first_number = NEW.first_number)"
    op.execute(f"CREATE TRIGGER erased_span_no_replace BEFORE INSERT ON erased_span WHEN {there} {refuse}")
    op.execute("DROP TRIGGER payload_no_delete")
    undecided = f"BEGIN SELECT RAISE(ABORT, '{NO_DECISION}'); END"
    op.execute(f"CREATE TRIGGER payload_no_delete BEFORE DELETE ON payload WHEN NOT {DECIDED} {undecided}")


def _guard_on_postgresql() -> None:
    for event, each in (("UPDATE", "ROW"), ("DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        name = f"erased_span_no_{event.lower()}"
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON erased_span FOR EACH {each} EXECUTE FUNCTION record_is_kept()"
        )
    op.execute(
        "CREATE OR REPLACE FUNCTION payload_is_kept() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {DECIDED} THEN RETURN OLD; END IF; "
        f"RAISE EXCEPTION '{NO_DECISION}' USING ERRCODE = 'restrict_violation'; END $$"
    )
    op.execute("DROP TRIGGER payload_no_delete ON payload")
    op.execute(
        "CREATE TRIGGER payload_no_delete BEFORE DELETE ON payload FOR EACH ROW EXECUTE FUNCTION payload_is_kept()"
    )
