"""Tables that are derived: made to hold what they should, writing only the rows that differ.

Rows of numbers and texts go through the driver's own cursor, since SQLAlchemy's way costs three times as much.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import ColumnElement, Connection, Select, Table

_AT_ONCE = 50_000  # rows read at a time: a bounded part of them as Python objects


def replace(
    connection: Connection, table: Table, rows: Iterable[tuple[Any, ...]], only: ColumnElement[bool] | None = None
) -> None:
    """Make a derived table hold these rows (stored values, in the order of its columns), writing what differs.

    With `only`, its other rows stay as they are.
    """
    wanted = list(rows)
    query, every = select(table), delete(table)
    if only is not None:
        query, every = query.where(only), every.where(only)
    stored = set(plain_rows(connection, query))
    new = [row for row in wanted if row not in stored] if stored else wanted
    old = stored.difference(wanted) if stored else stored
    if stored and len(old) == len(stored):
        connection.execute(every)
    elif old:
        names = [column.name for column in table.columns]
        is_it = [f"{column.name} = :{column.name}" for column in table.primary_key]
        remove = text(f"DELETE FROM {table.name} WHERE {' AND '.join(is_it)}")  # noqa: S608 - names of our own tables
        connection.execute(remove, [dict(zip(names, row, strict=True)) for row in old])
    if new:
        _insert_plain(connection, table, new)


def plain_rows(connection: Connection, query: Select[Any]) -> Iterator[tuple[Any, ...]]:
    """Rows of a query whose values are our own numbers, as the driver gives them."""
    statement = str(query.compile(connection, compile_kwargs={"literal_binds": True}))
    cursor = connection.connection.cursor()
    try:
        cursor.execute(statement)
        while rows := cursor.fetchmany(_AT_ONCE):
            yield from rows
    finally:
        cursor.close()


def _insert_plain(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    names = [column.name for column in table.columns]
    statement = insert(table).compile(dialect=connection.dialect, column_keys=names)
    if statement.positional:
        connection.exec_driver_sql(str(statement), list(rows))
    else:
        connection.exec_driver_sql(str(statement), [dict(zip(names, row, strict=True)) for row in rows])
