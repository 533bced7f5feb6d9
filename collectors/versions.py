"""File versions as documents: each blob read once, in the order of need, and dropped after its last use."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from collectors.reading import Unreadable, reader_for
from collectors.reading.document import rows_held

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from collectors.firstparty import OwnModules
    from collectors.reading import Document
    from collectors.repository import Repository

HELD = 96_000_000
"""Bytes of text held at once, as estimated; beyond it the oldest versions are dropped and read again if needed."""
_WEIGHT_OF_LINE = 60  # a bytes object and its place in the list

Version = tuple[str, str]  # blob id, path

reader_of = lru_cache(maxsize=65_536)(reader_for)
"""The reader of a path; a history names the same paths again and again."""


class Versions:
    """Documents for a sequence of uses (blob id, path); `get` must be called in that order, once per use.

    A version that cannot be read is None, and told by `problem(code, path)` once.
    """

    def __init__(
        self,
        repository: Repository,
        uses: Iterable[Version],
        own: OwnModules,
        problem: Callable[[str, str], None],
    ) -> None:
        self._repository = repository
        self._own = own
        self._problem = problem
        self._left: Counter[Version] = Counter()
        self._paths: Counter[str] = Counter()  # documents still to be opened of a blob
        self._limits: dict[str, int] = {}
        for version in uses:
            oid, path = version
            if version not in self._left:
                self._paths[oid] += 1
                reader = reader_of(path)
                self._limits[oid] = max(self._limits.get(oid, 0), reader.limit if reader else 0)
            self._left[version] += 1
        self._open: dict[Version, Document | None] = {}
        self._raw: dict[str, bytes | None] = {}
        self._weights: dict[Version, int] = {}
        self._held = 0
        self._stream = iter(repository.blobs(list(self._limits), self._limits.__getitem__))
        self._passed: set[str] = set()

    def get(self, oid: str, path: str, before: Document | None = None) -> Document | None:
        """`before`: another version of the file, whose reading may be made use of."""
        version = (oid, path)
        if version in self._open:
            document = self._open[version]
        else:
            document = self._open[version] = self._opened(oid, path, before)
            self._hold(version, document)
        self._left[version] -= 1
        if not self._left[version]:
            self._drop(version)
        return document

    def close(self) -> None:
        """End the reading early or late; the child behind it goes away."""
        close = getattr(self._stream, "close", None)
        if close is not None:
            close()

    def _opened(self, oid: str, path: str, before: Document | None) -> Document | None:
        data = self._data(oid)
        self._paths[oid] -= 1
        if self._paths[oid] <= 0:
            self._raw.pop(oid, None)
        if data is None:
            self._problem("unreadable-blob", path)
            return None
        reader = reader_of(path)
        if reader is None or len(data) > reader.limit:
            self._problem("too-large", path)
            return None
        try:
            document = reader.open(data, path, self._own.seen_from(path), before)
            _ = document.lines
        except Unreadable as error:
            self._problem(error.code, path)
        except Exception:  # noqa: BLE001 - hostile text: whatever a parser raises is an issue, not a crash
            self._problem("reader-failed", path)
        else:
            return document
        return None

    def _data(self, oid: str) -> bytes | None:
        if oid in self._raw:
            return self._raw[oid]
        if oid in self._passed:  # it was dropped for want of room
            return next(self._repository.blobs([oid], self._limits.__getitem__))[1]
        for found, data in self._stream:
            self._passed.add(found)
            if self._paths[found] > 1 or found != oid:
                self._raw[found] = data
            if found == oid:
                return data
        return None

    def _hold(self, version: Version, document: Document | None) -> None:
        if document is None:
            return
        rows = rows_held(document)
        size = len(rows.text) if rows is not None else sum(map(len, document.lines))
        weight = 2 * (size + _WEIGHT_OF_LINE * len(document.lines))
        self._weights[version] = weight
        self._held += weight
        while self._held > HELD and len(self._weights) > 1:
            oldest = next(iter(self._weights))
            if oldest == version:
                break
            self._drop(oldest)

    def _drop(self, version: Version) -> None:
        self._open.pop(version, None)
        self._held -= self._weights.pop(version, 0)
