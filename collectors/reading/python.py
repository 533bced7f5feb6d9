"""Python files: symbol uses resolved through imports, scopes and origins, on the lines that are wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectors.reading.document import plain, rows_held, rows_of
from collectors.reading.pieces import Earlier, cut
from collectors.reading.python_module import Module, Source

if TYPE_CHECKING:
    from collections.abc import Collection

    from collectors.reading.document import Document, Rows
    from collectors.reading.pieces import Cut
    from data.models import Fact


class _Pieces:
    """The pieces of one version, cut when they are needed and handed on to the version that follows.

    An object of its own, so that a document and what it reads with do not refer in circles.
    """

    def __init__(self, rows: Rows, before: PythonDocument | None) -> None:
        self._rows = rows
        # one that was not cut would hold those before it in turn
        self._before = before.pieces if before is not None and before.pieces.cut is not None else None
        self.cut: Cut | None = None

    def __call__(self, text: bytes) -> Cut:
        if self.cut is None:
            rows, before = self._rows, self._before
            earlier = before.cut if before is not None else None
            self.cut = cut(text, Earlier(earlier, rows.head_bytes, rows.tail_bytes) if earlier is not None else None)
            if before is not None:
                before.cut = None
            self._before = None
        return self.cut


class PythonDocument:
    """One version of a Python file."""

    def __init__(self, text: bytes, path: str, own: frozenset[str], before: Document | None = None) -> None:
        self.rows = rows_of(text, rows_held(before))
        self.lines = self.rows.lines
        self.pieces = _Pieces(self.rows, before if isinstance(before, PythonDocument) else None)
        self._module = Module([Source(path, text, self.lines, self.pieces)], own)

    def facts(self, wanted: Collection[int] | None) -> list[Fact]:
        return self._module.facts(wanted)


class PythonReader:
    name = "python"
    limit = 4 << 20
    names: frozenset[str] = frozenset()
    extensions = frozenset({".py", ".pyi", ".pyw"})

    def claims(self, path: str) -> bool:  # noqa: ARG002 - the registry asks all readers
        return False

    def open(self, data: bytes, path: str, own: frozenset[str], before: Document | None = None) -> PythonDocument:
        return PythonDocument(plain(data), path, own, before)


READERS = (PythonReader(),)
