"""Alembic on the connection that Database.upgrade opened: the tables change in one transaction or not at all."""

from alembic import context

from engine.tables import Table

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Table.metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
