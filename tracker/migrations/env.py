"""Run by Alembic with the connection that tracker/migrations/upgrade.py opened; never on its own."""

from __future__ import annotations

from alembic import context

from tracker.store.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
