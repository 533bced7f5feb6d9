"""Cutting Python source into its column-0 statements, each readable alone.

Edits touch few of them, so what is known of a piece can be kept by its text, and a syntax error stays
within its piece. Nothing is parsed here: all patterns are linear (possessive or bounded).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

from collectors.reading.patterns import compiled

_STRING_OR_COMMENT = compiled(
    rb'"""[^"\\]*+(?:(?:\\.|"(?!""))[^"\\]*+)*+(?:"""|\\?\Z)'
    rb"|'''[^'\\]*+(?:(?:\\.|'(?!''))[^'\\]*+)*+(?:'''|\\?\Z)"
    rb'|"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"?'
    rb"|'[^'\\\n]*+(?:\\.[^'\\\n]*+)*+'?"
    rb"|#[^\n]*+",
    re.DOTALL,
)
_NO_HEAD = rb"(?!(?:else|elif|except|finally)\b)[^\s#)\]}]"
_HEAD = re.compile(rb"\n" + _NO_HEAD)  # begins with a literal: found much faster than by ^
_FIRST_HEAD = re.compile(_NO_HEAD)
_LONGEST_JOIN = 200  # pieces that an open bracket may draw together


_AT = ord("@")


class Piece(NamedTuple):
    line: int  # index of its first line
    text: bytes


def _blank(match: re.Match[bytes]) -> bytes:
    text = match[0]
    if text[:1] == b"#":
        return b""
    return b"''" + b"\n" * text.count(b"\n")


def without_strings(text: bytes) -> bytes:
    """The text without comments and contents of strings; lines stay where they are."""
    return _STRING_OR_COMMENT.sub(_blank, text)


def _inside_strings(text: bytes) -> list[int]:
    """Starts and ends, alternating, of strings that run over several lines."""
    double, single = text.count(b'"""'), text.count(b"'''")
    if not double and not single:
        return []
    if not single or not double:
        spans = _paired(text, b'"""' if double else b"'''")
        if spans is not None:
            return spans
    return [
        edge
        for match in _STRING_OR_COMMENT.finditer(text)
        if match.end() - match.start() > 5 and b"\n" in match[0]  # noqa: PLR2004 - shorter holds no line end
        for edge in match.span()
    ]


def _paired(text: bytes, mark: bytes) -> list[int] | None:
    """The same from the marks alone; None when a mark may stand in a comment, a string or behind a backslash."""
    found = []
    at = text.find(mark)
    while at >= 0:
        before = text[text.rfind(b"\n", 0, at) + 1 : at]
        if b"#" in before or b'"' in before or b"'" in before:
            return None
        end = text.find(mark, at + 3)
        if end < 0 or text[end - 1 : end] == b"\\" or text[end + 3 : end + 4] == mark[:1]:
            return None
        found += [at, end + 3]
        at = text.find(mark, end + 3)
    return found


def _is_closed(text: bytes) -> bool:
    """Whether as many brackets close as open, strings and comments taken for code."""
    count = text.count
    return count(b"(") == count(b")") and count(b"[") == count(b"]") and count(b"{") == count(b"}")


def open_brackets(text: bytes) -> int:
    """How many more brackets open than close."""
    if _is_closed(text):
        return 0
    bare = without_strings(text)
    return sum(bare.count(c) for c in (b"(", b"[", b"{")) - sum(bare.count(c) for c in (b")", b"]", b"}"))


def _starts(text: bytes) -> list[int]:
    strings = _inside_strings(text)
    found = [0] if _FIRST_HEAD.match(text) is not None else []
    found += [match.end() - 1 for match in _HEAD.finditer(text)]
    if strings:
        found = [start for start in found if not bisect_right(strings, start - 1) & 1]
    if not found or found[0]:
        found.insert(0, 0)
    return found


def cut(text: bytes) -> list[Piece]:
    """The column-0 statements in order; together they are the text."""
    starts = _starts(text)
    ends = [*starts[1:], len(text)]
    found: list[Piece] = []
    continued = b"\\\n" in text
    line = index = joined_in_vain = 0
    while index < len(starts):
        start, last = starts[index], index
        while last + 1 < len(starts) and (
            text[starts[last]] == _AT or (continued and text.endswith(b"\\\n", start, ends[last]))
        ):
            last += 1
        piece = text[start : ends[last]]
        if last >= joined_in_vain and not _is_closed(piece):
            reach = _closing(text, starts, ends, index, last)
            if reach is None:
                joined_in_vain = last + _LONGEST_JOIN
            elif reach > last:
                last = reach
                piece = text[start : ends[last]]
        found.append(Piece(line, piece))
        line += piece.count(b"\n")
        index = last + 1
    return found


def _closing(text: bytes, starts: list[int], ends: list[int], index: int, last: int) -> int | None:
    """Index of the start in which brackets opened from `index` to `last` are closed, or None."""
    depth = open_brackets(text[starts[index] : ends[last]])
    reach = last
    while depth > 0:
        reach += 1
        if reach >= len(starts) or reach - last > _LONGEST_JOIN:
            return None
        depth += open_brackets(text[starts[reach] : ends[reach]])
    return reach
