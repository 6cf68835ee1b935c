"""Checkpoints; what stands in the record is refused to be changed.

Revision: 0004, after 0003. The triggers hold off mistakes and careless repairs. Whoever owns the database can take them
away: against that stand the checkpoints outside it (docs/record.md).
"""

import sqlalchemy as sa
from alembic import op

import engine.tables

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SAID = "The record is only ever added to: nothing in it is changed or removed."
KEYS = {
    "chain": ("id",),
    "act": ("chain", "number"),
    "payload": ("chain", "number"),
    "shown": ("case_id", "chain_id", "number"),
    "bundle": ("hash",),
    "bundle_file": ("bundle_hash", "path"),
    "checkpoint": ("number",),
}
# A bundle that is put in force again takes a new place in the order: the record says each time when and by whom.
CHANGED = {"bundle": "UPDATE OF hash"}


def upgrade() -> None:
    op.create_table(
        "checkpoint",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", engine.tables.Instant(timezone=True), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_checkpoint")),
    )
    if op.get_bind().dialect.name == "sqlite":
        _refuse_on_sqlite()
    else:
        _refuse_on_postgresql()


def _refuse_on_sqlite() -> None:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{SAID}'); END"
    for table, key in KEYS.items():
        same = " AND ".join(f"{column} = NEW.{column}" for column in key)
        changed = CHANGED.get(table, "UPDATE")
        op.execute(f"CREATE TRIGGER {table}_no_update BEFORE {changed} ON {table} {refuse}")
        op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}")
        # INSERT OR REPLACE removes a row without asking the trigger above.
        there = f"EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608 (the names of our own tables)
        op.execute(f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {there} {refuse}")


def _refuse_on_postgresql() -> None:
    op.execute(
        "CREATE OR REPLACE FUNCTION record_is_kept() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{SAID}' USING ERRCODE = 'restrict_violation'; END $$"
    )
    for table in KEYS:
        changed = CHANGED.get(table, "UPDATE")
        for event, each in ((changed, "ROW"), ("DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
            name = f"{table}_no_{event.split()[0].lower()}"
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH {each} EXECUTE FUNCTION record_is_kept()"
            )
