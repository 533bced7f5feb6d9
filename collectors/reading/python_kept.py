"""Findings kept by the text they were read from: histories hold the same statements over and over."""

from __future__ import annotations

import ast
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from collectors.reading import pieces, python_blocks, python_heads, python_lexical
from collectors.reading.document import LONG_LINE
from collectors.reading.python_older import as_now
from collectors.reading.python_statements import Walker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from collectors.reading.python_findings import Findings

_LONGEST_PIECE = 200_000  # bytes; a syntax tree takes 250 times the size of its source
_FLAGS = ast.PyCF_ONLY_AST
_NO_NAMES: frozenset[str] = frozenset()
_MOST_KEPT = 12_000_000  # bytes of source whose findings are kept; they take about ten times as much


Kind = TypeVar("Kind")


_all: list[Kept[Any]] = []


def forget() -> None:
    """Let go of all that is kept: another history holds other statements."""
    for kept in _all:
        kept.forget()


class Kept(Generic[Kind]):
    """What was read from texts, until it is much; then from the beginning."""

    def __init__(self, read: Callable[[bytes], Kind], most: int = _MOST_KEPT) -> None:
        self._read = read
        self._most = most
        self._found: dict[bytes, Kind] = {}
        self._size = 0
        _all.append(self)

    def __contains__(self, text: bytes) -> bool:
        return text in self._found

    def texts(self) -> list[bytes]:
        return list(self._found)

    def forget(self) -> None:
        self._found.clear()
        self._size = 0

    def of(self, text: bytes) -> Kind:
        found = self._found.get(text)
        if found is None:
            found = self._read(text)
            self._size += len(text) + 200
            if self._size > self._most:
                self._found.clear()
                self._size = len(text)
            self._found[text] = found
        return found


def parsed(text: bytes) -> ast.Module | None:
    """The syntax tree, or None when this Python cannot parse the text or it is too large to try."""
    if len(text) > _LONGEST_PIECE:
        return None
    try:
        try:
            tree = _compiled(text)
        except SyntaxError:
            now = as_now(text)
            if now == text:
                return None
            tree = _compiled(now)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        return None
    return tree if isinstance(tree, ast.Module) else None


def _compiled(text: bytes) -> object:
    try:
        source = text.decode()
    except UnicodeDecodeError:
        source = text.decode("latin-1")
    return compile(source, "", "exec", _FLAGS, dont_inherit=True)


@contextmanager
def quiet() -> Iterator[None]:
    """Where source is parsed: what Python warns of in other people's strings is theirs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def read_piece(text: bytes) -> Findings:
    """Findings of one piece, by the parser where it can, else by its words."""
    tree = parsed(text)
    if tree is not None:
        try:
            return Walker().walk(tree)
        except RecursionError:
            pass
    if len(text) > LONG_LINE:
        text = b"\n".join([line if len(line) <= LONG_LINE else b"" for line in text.split(b"\n")])
    return python_lexical.findings(text)


def read_head(text: bytes) -> Findings:
    """Findings of the head of a definition: decorators, parameters or bases, annotations."""
    tree = parsed(text + b" pass")
    if tree is not None and tree.body:
        try:
            return Walker().head(tree)
        except RecursionError:
            pass
    return python_lexical.findings(text)


_pieces = Kept(read_piece)
_heads = Kept(read_head)


_splits: Kept[tuple[python_blocks.Split | None]] = Kept(lambda text: (python_blocks.split(text),), _MOST_KEPT // 2)
_methods: Kept[tuple[python_blocks.Split | None]] = Kept(
    lambda text: (python_blocks.split(text, short=True),), _MOST_KEPT // 2
)


_told: Kept[tuple[python_heads.Told | None]] = Kept(lambda text: (python_heads.told(text),), _MOST_KEPT // 4)


_globals: Kept[frozenset[str]] = Kept(python_blocks.declared_global, _MOST_KEPT // 4)
_attributes: Kept[frozenset[bytes]] = Kept(python_blocks.attributes_bound, _MOST_KEPT // 4)


_cuts: Kept[pieces.Cut] = Kept(pieces.cut, _MOST_KEPT // 4)


def cut_of(text: bytes) -> pieces.Cut:
    return _cuts.of(text)


def globals_of(text: bytes) -> frozenset[str]:
    return _globals.of(text) if b"global" in text else _NO_NAMES


def attributes_of(text: bytes) -> frozenset[bytes]:
    return _attributes.of(text)


def told_of(text: bytes) -> python_heads.Told | None:
    return _told.of(text)[0]


def split_of(text: bytes, *, short: bool) -> python_blocks.Split | None:
    return (_methods if short else _splits).of(text)[0]


def findings_of(text: bytes) -> Findings:
    return _pieces.of(text.rstrip())


def texts_read() -> list[bytes]:
    """Pieces whose findings are kept: what was parsed of late."""
    return _pieces.texts()


def is_unread(text: bytes) -> bool:
    return text.rstrip() not in _pieces


def head_of(text: bytes) -> Findings:
    return _heads.of(text)
