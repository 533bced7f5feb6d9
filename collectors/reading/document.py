"""What a reader is and what it hands back; the text every reader begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

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
    def open(self, data: bytes, path: str, own: frozenset[str]) -> Document:
        """Cheap; raises Unreadable. `own`: first-party module names of the tree."""
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
