"""Python files: symbol uses resolved through imports, scopes and origins, on the lines that are wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectors.reading.document import plain, rows_held, rows_of
from collectors.reading.pieces import Earlier, cut
from collectors.reading.python_module import Module, Source

if TYPE_CHECKING:
    from collections.abc import Collection

    from collectors.reading.document import Document
    from collectors.reading.pieces import Cut
    from data.models import Fact


class PythonDocument:
    """One version of a Python file."""

    def __init__(self, text: bytes, path: str, own: frozenset[str], before: Document | None = None) -> None:
        self.rows = rows_of(text, rows_held(before))
        self.lines = self.rows.lines
        self.cut: Cut | None = None
        self._before = before.cut if isinstance(before, PythonDocument) else None
        self._module = Module([Source(path, text, self.lines, self._cut)], own)

    def _cut(self, text: bytes) -> Cut:
        if self.cut is None:
            rows, before = self.rows, self._before
            self.cut = cut(text, Earlier(before, rows.head_bytes, rows.tail_bytes) if before is not None else None)
            self._before = None
        return self.cut

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
