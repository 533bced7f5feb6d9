"""What a reader is and what it hands back; the text every reader begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection

    from data.models import Fact

LONG_LINE = 4_000
"""A longer line is data or generated: it is never read for facts."""


class Unreadable(Exception):
    """This version of a file cannot be read. `code` is short and stable: broken-notebook, too-large."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Document(Protocol):
    """One version of one file. `lines` are its comparable code lines; facts are placed on them."""

    @property
    def lines(self) -> list[bytes]: ...

    def facts(self, wanted: Collection[int] | None) -> list[Fact]:
        """Facts on these line indexes (0-based; None: all), in the order of lines."""
        ...


class Reader(Protocol):
    """Reads one family of files; pure. Its module lists it in `READERS`, and so it is found.

    `names` are whole file names and `extensions` their ends, dot included, both lower case. `claims`
    decides by the whole path (forward slashes, as written) and comes between the two.
    """

    @property
    def name(self) -> str: ...
    @property
    def limit(self) -> int:
        """Largest file read, in bytes."""
        ...

    @property
    def names(self) -> frozenset[str]: ...
    @property
    def extensions(self) -> frozenset[str]: ...
    def claims(self, path: str) -> bool: ...
    def open(self, data: bytes, path: str, own: frozenset[str], before: Document | None = None) -> Document:
        """Cheap; raises Unreadable. `own`: first-party module names of the tree.

        `before` is another version of the file, opened by any reader: what is equal in both may be taken from
        it, to the same result.
        """
        ...


def plain(data: bytes) -> bytes:
    """UTF-8 with `\\n` line ends, whatever byte order mark or line ends the file has. Undecodable bytes stay."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        data = data.decode("utf-16", "replace").encode("utf-8", "replace")
    if data[:3] == b"\xef\xbb\xbf":
        data = data[3:]
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return data


def lines_of(text: bytes) -> list[bytes]:
    """Lines without their ends; a final line end opens no further line."""
    lines = text.split(b"\n")
    if not lines[-1]:
        lines.pop()
    return lines


_WORTHWHILE = 2_000  # bytes
_STEP = 4_096


class Rows(NamedTuple):
    """A text and its lines, the first `head` and the last `tail` of which were those of the version before.

    They are `head_bytes` and `tail_bytes` long.
    """

    text: bytes
    lines: list[bytes]
    head: int = 0
    tail: int = 0
    head_bytes: int = 0
    tail_bytes: int = 0


def rows_of(text: bytes, before: Rows | None) -> Rows:
    """The lines of a text (as of `lines_of`), those at both ends taken from another version where it has the same.

    Histories hold the same lines over and over: shared ones cost no memory and are compared at a glance.
    """
    if before is None or len(text) < _WORTHWHILE:
        return Rows(text, lines_of(text))
    old = before.text
    begin = text.rfind(b"\n", 0, _common_beginning(old, text)) + 1
    end = text.find(b"\n", len(text) - _common_end(old, text, min(len(old), len(text)) - begin)) + 1
    head = text.count(b"\n", 0, begin)
    if not end:
        return Rows(text, before.lines[:head] + lines_of(text[begin:]), head, 0, begin)
    tail = text.count(b"\n", end) + (text[-1:] != b"\n")
    lines = before.lines[:head] + lines_of(text[begin:end]) + before.lines[len(before.lines) - tail :]
    return Rows(text, lines, head, tail, begin, len(text) - end)


def rows_held(document: Document | None) -> Rows | None:
    """The rows of a document that keeps them as `rows`."""
    rows = getattr(document, "rows", None)
    return rows if isinstance(rows, Rows) else None


def _common_beginning(old: bytes, new: bytes) -> int:
    """How many bytes two texts begin with alike."""
    at, most = 0, min(len(old), len(new))
    while at < most and old[at : at + _STEP] == new[at : at + _STEP]:
        at += _STEP
    low, high = min(at, most), min(at + _STEP, most)
    while low < high:
        middle = (low + high + 1) >> 1
        if old[low:middle] == new[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _common_end(old: bytes, new: bytes, most: int) -> int:
    """How many bytes, at most `most`, two texts end with alike."""
    at, a, b = 0, len(old), len(new)
    while at < most and old[max(0, a - at - _STEP) : a - at] == new[max(0, b - at - _STEP) : b - at]:
        at += _STEP
    low, high = min(at, most), min(at + _STEP, most)
    while low < high:
        middle = (low + high + 1) >> 1
        if old[a - middle : a - low] == new[b - middle : b - low]:
            low = middle
        else:
            high = middle - 1
    return low
