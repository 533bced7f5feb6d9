"""Query results as rows, as arrays, or as lean frames: a million rows never stand in memory as Python objects."""

from __future__ import annotations

from collections import namedtuple
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import DateTime, Integer, String, type_coerce

from data.later import pd
from data.ledger import date_of
from data.schema import UtcDateTime

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from sqlalchemy import ColumnElement, Connection, Select

PIECE = 5_000  # rows
DAY = "datetime64[s]"


def as_day(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Select a day for `read_frame` as the number that is stored, under its own name."""
    return type_coerce(column, DayNumber()).label(column.key)


class DayNumber(Integer):
    """Days since 1970-01-01, not made into dates one by one."""


def read_frame(
    connection: Connection,
    query: Select[Any],
    parameters: Mapping[str, Any] | None = None,
    *,
    words: Sequence[str] = (),
) -> pd.DataFrame:
    """Run a query and return its columns by name.

    Days (see `as_day`) become `datetime64[s]`, integers int32 where a column of a table holds them and int64 else,
    truth values bool, `words` categories (each distinct word once), times UTC-aware; JSON stays Python objects.
    """
    columns = dict(query.selected_columns.items())
    makers = [_column(column, name in words) for name, column in columns.items()]
    result = connection.execute(query.execution_options(yield_per=PIECE), parameters or {})
    for piece in result.partitions(PIECE):
        for maker, values in zip(makers, zip(*piece, strict=True), strict=True):
            maker.add(values)
    return pd.DataFrame({name: maker.made() for name, maker in zip(columns, makers, strict=True)})


def read_rows(connection: Connection, query: Select[Any]) -> list[Any]:
    """Run a query and return its rows as named tuples, days as dates: what pages show, and needs no frame."""
    columns = dict(query.selected_columns.items())
    made = row_type(*columns)
    days = [place for place, column in enumerate(columns.values()) if isinstance(column.type, DayNumber)]
    rows = (list(row) for row in connection.execute(query))
    return [made._make(_with_dates(row, days)) for row in rows]


@lru_cache(256)
def row_type(*names: str) -> Any:
    """A named tuple with these names."""
    return namedtuple("Row", names)  # noqa: PYI024 - the names come with the query


def _with_dates(row: list[Any], days: Sequence[int]) -> list[Any]:
    for place in days:
        row[place] = date_of(row[place])
    return row


def frame_of(rows: Sequence[Any], types: Mapping[str, str]) -> pd.DataFrame:
    """Rows with attributes as a frame; `types` says of each column what it holds: text, day, or a type of numpy."""
    columns = {name: [getattr(row, name) for row in rows] for name in types}
    return pd.DataFrame({name: _typed(values, types[name]) for name, values in columns.items()})


def _typed(values: list[Any], kind: str) -> Any:
    if kind == "text":
        return pd.array(values, dtype="str")
    if kind == "object":
        return pd.Series(values, dtype="object")
    return np.array(values, dtype=DAY if kind == "day" else kind)


def read_numbers(connection: Connection, query: Select[Any]) -> NDArray[np.int32]:
    """Run a query whose columns are all stored integers; returns them as rows × columns.

    Straight from the driver: SQLAlchemy's rows would cost three times as much. Constants of the query become part
    of its text, so they must be ours.
    """
    width = len(query.selected_columns)
    parts = [np.empty((0, width), dtype=np.int32)]
    cursor = connection.connection.cursor()
    try:
        cursor.execute(str(query.compile(connection, compile_kwargs={"literal_binds": True})))
        while rows := cursor.fetchmany(PIECE):
            flat = np.fromiter(chain.from_iterable(rows), dtype=np.int32, count=width * len(rows))
            parts.append(flat.reshape(-1, width))
    finally:
        cursor.close()
    return np.concatenate(parts)


class _Column:
    """Values of one column, packed piece by piece."""

    def __init__(self, dtype: str) -> None:
        self.dtype = dtype
        self.pieces: list[np.ndarray[Any, Any]] = []

    def add(self, values: Sequence[Any]) -> None:
        if self.dtype == "object":
            piece = np.empty(len(values), dtype=object)
            piece[:] = values
            self.pieces.append(piece)
        else:
            self.pieces.append(np.array(values, dtype=self.dtype))

    def made(self) -> Any:
        return np.concatenate(self.pieces) if self.pieces else np.empty(0, dtype=self.dtype)


class _Days(_Column):
    """A column of days, stored as their number."""

    def __init__(self) -> None:
        super().__init__("int32")

    def made(self) -> Any:
        return super().made().astype("datetime64[D]").astype(DAY)


class _Words(_Column):
    """A column of words that repeat."""

    def __init__(self) -> None:
        super().__init__("int32")
        self.codes: dict[str, int] = {}

    def add(self, values: Sequence[Any]) -> None:
        codes = self.codes
        super().add([codes.setdefault(value, len(codes)) for value in values])

    def made(self) -> Any:
        words = pd.Index(list(self.codes), dtype="str")
        return pd.Categorical.from_codes(super().made(), categories=words).reorder_categories(sorted(words))


class _Times(_Column):
    """A column of aware times, or none."""

    def made(self) -> Any:
        return pd.to_datetime(super().made(), utc=True).as_unit("s")


class _Texts(_Column):
    """A column of text that seldom repeats."""

    def made(self) -> Any:
        return pd.array(super().made(), dtype="str")


def _column(column: ColumnElement[Any], word: bool) -> _Column:
    if word:
        return _Words()
    if isinstance(column.type, DayNumber):
        return _Days()
    if isinstance(column.type, UtcDateTime | DateTime):
        return _Times("object")
    if isinstance(column.type, String):
        return _Texts("object")
    kind = {int: "int32", bool: "bool"}.get(_python_type(column), "object")
    stored = getattr(column, "table", None) is not None  # a sum or count may exceed 32 bits
    return _Column("int64" if kind == "int32" and not stored else kind)


def _python_type(column: ColumnElement[Any]) -> type:
    try:
        return column.type.python_type
    except NotImplementedError:
        return object
