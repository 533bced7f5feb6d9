"""Writes a table as Parquet, in a process of its own: `python -P -m dashboard.exports.parquet_child`.

Standard input is JSON, a line for the names of the columns and one for the values of each row, days as 2024-03-01; the
file goes to standard output. Rows are taken in piece by piece, so that the memory does not grow with the table.
"""

from __future__ import annotations

import json
import sys
from datetime import date
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

PIECE = 50_000  # rows
DAYS = frozenset({"day", "first", "last"})
NUMBERS = frozenset({"level", "active_days", "projects", "line", "uses", "assisted_uses"})
TRUTHS = frozenset({"assisted", "private", "self_reported"})


def main(given: BinaryIO, made: BinaryIO) -> None:
    import pyarrow as pa  # noqa: PLC0415 - not installed everywhere
    from pyarrow import parquet  # noqa: PLC0415

    columns: list[str] = json.loads(given.readline())
    kinds = dict.fromkeys(DAYS, pa.date32()) | dict.fromkeys(NUMBERS, pa.int64()) | dict.fromkeys(TRUTHS, pa.bool_())
    schema = pa.schema([(name, kinds.get(name, pa.string())) for name in columns])
    file = BytesIO()
    with parquet.ParquetWriter(file, schema, compression="snappy") as writer:
        for rows in _pieces(given):
            values = zip(columns, zip(*rows, strict=True), strict=True)
            writer.write_table(pa.table({name: _typed(name, each) for name, each in values}, schema=schema))
    made.write(file.getbuffer())


def _pieces(given: BinaryIO) -> Iterator[list[Any]]:
    rows = map(json.loads, given)
    while piece := list(islice(rows, PIECE)):
        yield piece


def _typed(name: str, values: tuple[Any, ...]) -> list[Any]:
    return [date.fromisoformat(value) if value and name in DAYS else value for value in values]


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
