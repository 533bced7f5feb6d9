"""Rows of Meta Kaggle's CSV files, out of the file or its zip: ten million of them pass in bounded memory.

A block is cut where a record ends: at a line end outside quotes. Only blocks that hold what is looked for are taken
apart, so that a file is read about as fast as the disk gives it.
"""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path

BLOCK = 1 << 20
LONGEST_RECORD = 16 << 20
"""Bytes without a line end outside quotes: beyond it a quote was never closed."""
LONGEST_FIELD = 8 << 20

Row = dict[str, str]


class Malformed(Exception):
    """The file is no CSV with the columns that it should have."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Rows of a file whose `column` holds one of `values`, as text; all rows where no column is named."""

    file: str
    columns: tuple[str, ...]
    column: str = ""
    values: frozenset[str] = frozenset()
    folded: bool = False  # upper and lower case are the same


def find(folder: Path, name: str) -> Path | None:
    """`NAME.csv`, or that in a zip or gzip, whatever the case."""
    endings = [f"{name}.csv".lower() + end for end in ("", ".zip", ".gz")]
    try:
        there = {path.name.lower(): path for path in folder.iterdir() if path.is_file()}
    except OSError:
        return None
    return next((there[end] for end in endings if end in there), None)


def rows(
    path: Path,
    wanted: Wanted,
    tell: Callable[[int, int], None] = lambda _done, _total: None,
    *,
    size: int = BLOCK,
) -> Iterator[Row]:
    """The wanted columns of the wanted rows; a column that the file has not is "". Raises Malformed, OSError.

    `tell(done, total)` is called with bytes of the file as it lies on the disk.
    """
    with _opened(path) as (stream, place):
        total = path.stat().st_size
        blocks = _records(stream, size)
        header = _header(next(blocks, b""))
        if wanted.column and wanted.column.lower() not in header:
            raise Malformed(f"{path.name} has no column {wanted.column}")
        needle = _needle(wanted)
        for block in blocks:
            tell(min(place(), total), total)
            if needle is None or needle in (block.lower() if wanted.folded else block):
                yield from _taken(block, header, wanted)
        tell(total, total)


@contextmanager
def _opened(path: Path) -> Iterator[tuple[IO[bytes], Callable[[], int]]]:
    with path.open("rb") as raw:
        if path.suffix.lower() == ".zip":
            try:
                with zipfile.ZipFile(raw) as archive:
                    names = [name for name in archive.namelist() if name.lower().endswith(".csv")]
                    if len(names) != 1:
                        raise Malformed(f"{path.name} should hold one CSV file")
                    with archive.open(names[0]) as inner:
                        yield inner, raw.tell
            except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError) as error:
                raise Malformed(f"{path.name} is no zip that can be read") from error
        elif path.suffix.lower() == ".gz":
            try:
                with gzip.open(raw) as inner:
                    yield inner, raw.tell  # type: ignore[misc]
            except (gzip.BadGzipFile, zlib.error, EOFError) as error:
                raise Malformed(f"{path.name} is no gzip that can be read") from error
        else:
            yield raw, raw.tell


def _records(stream: IO[bytes], size: int) -> Iterator[bytes]:
    """The header's line, then blocks of whole records."""
    header = stream.readline(LONGEST_FIELD)
    yield header
    carried = b""
    while block := stream.read(size):
        end = block.rfind(b"\n") + 1
        whole = carried + block[:end]
        if end and (whole.count(b'"') % 2 == 0 or len(whole) > LONGEST_RECORD):
            yield whole
            carried = block[end:]
        else:
            carried += block
        if len(carried) > LONGEST_RECORD:
            yield carried
            carried = b""
    if carried:
        yield carried


def _header(line: bytes) -> dict[str, int]:
    text = line.decode("utf-8-sig", "replace").strip("\r\n")
    try:
        names = next(csv.reader([text]), [])
    except csv.Error as error:
        raise Malformed("the first line names no columns") from error
    if not any(names):
        raise Malformed("the first line names no columns")
    return {name.strip().lower(): number for number, name in enumerate(names)}


def _needle(wanted: Wanted) -> bytes | None:
    """One value is looked for in the bytes; of many it is quicker to take every row apart."""
    if len(wanted.values) != 1:
        return None
    value = next(iter(wanted.values))
    return (value.lower() if wanted.folded else value).encode()


def _taken(block: bytes, header: dict[str, int], wanted: Wanted) -> Iterator[Row]:
    csv.field_size_limit(LONGEST_FIELD)
    text = io.StringIO(block.replace(b"\0", b"").decode("utf-8", "replace"), newline="")
    places = [(name, header.get(name.lower(), -1)) for name in wanted.columns]
    at = header[wanted.column.lower()] if wanted.column else -1
    values: Collection[str] = {v.casefold() for v in wanted.values} if wanted.folded else wanted.values
    try:
        for cells in csv.reader(text):
            if at >= 0:
                if at >= len(cells):
                    continue
                value = plain(cells[at])
                if (value.casefold() if wanted.folded else value) not in values:
                    continue
            if cells:
                yield {name: plain(cells[n]) if 0 <= n < len(cells) else "" for name, n in places}
    except csv.Error:  # a field beyond all bounds: what follows it in this block is lost
        return


def plain(cell: str) -> str:
    """A cell without the `.0` that a number gets on its way through a table with gaps."""
    text = cell.strip()
    return text[:-2] if text.endswith(".0") and text[:-2].isdecimal() else text
