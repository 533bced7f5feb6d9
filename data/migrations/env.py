"""Alembic's entry point: runs on the connection it is handed, inside the caller's transaction."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import TypeDecorator

from data.schema import UtcDateTime, metadata


def as_plain_type(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our own column types as what they are in the database: migrations must not change with the code."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return "sa.DateTime(timezone=True)" if isinstance(item, UtcDateTime) else f"sa.{item.impl_instance!r}"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite can't alter most things in place
    compare_type=True,
    render_item=as_plain_type,
    transactional_ddl=False,  # the transaction is the caller's
)
context.run_migrations()
