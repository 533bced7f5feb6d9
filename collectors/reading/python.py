"""Python files: symbol uses resolved through imports, scopes and origins, on the lines that are wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectors.reading.document import plain, rows_held, rows_of
from collectors.reading.python_module import Module, Source

if TYPE_CHECKING:
    from collections.abc import Collection

    from collectors.reading.document import Document, Rows
    from data.models import Fact


class PythonDocument:
    """One version of a Python file."""

    def __init__(self, text: bytes, path: str, own: frozenset[str], before: Rows | None = None) -> None:
        self.rows = rows_of(text, before)
        self.lines = self.rows.lines
        self._module = Module([Source(path, text, self.lines)], own)

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
        return PythonDocument(plain(data), path, own, rows_held(before))


READERS = (PythonReader(),)
