"""Alembic's entry point: runs on the connection it is handed, inside the caller's transaction."""

from __future__ import annotations

from alembic import context

from data.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite can't alter most things in place
    compare_type=True,
    transactional_ddl=False,  # the transaction is the caller's
)
context.run_migrations()
