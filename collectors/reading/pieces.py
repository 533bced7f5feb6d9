"""Cutting Python source into its column-0 statements, each readable alone.

Edits touch few of them, so what is known of a piece can be kept by its text, and a syntax error stays
within its piece. Nothing is parsed here: all patterns are linear (possessive or bounded).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import NamedTuple

from collectors.reading.patterns import compiled

STRING_OR_COMMENT = (
    rb'"""[^"\\]*+(?:(?:\\.|"(?!""))[^"\\]*+)*+(?:"""|\\?\Z)'
    rb"|'''[^'\\]*+(?:(?:\\.|'(?!''))[^'\\]*+)*+(?:'''|\\?\Z)"
    rb'|"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"?'
    rb"|'[^'\\\n]*+(?:\\.[^'\\\n]*+)*+'?"
    rb"|#[^\n]*+"
)
_STRING_OR_COMMENT = compiled(STRING_OR_COMMENT, re.DOTALL)
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


class Cut(NamedTuple):
    """The column-0 statements of a text in order; together they are the text.

    `starts` are the places where one may begin, `firsts` the number of the start with which each piece does.
    """

    pieces: list[Piece]
    starts: list[int]
    firsts: list[int]
    height: int  # bytes of the text
    sound: bool  # no bracket was looked for in vain


class Earlier(NamedTuple):
    """Another version, and how many bytes the two begin and end with alike, whole lines each."""

    cut: Cut
    head: int
    tail: int


def cut(text: bytes, earlier: Earlier | None = None) -> Cut:
    """The same with an earlier version as without: what lies in what they share is taken from there."""
    starts = _starts(text)
    ends = [*starts[1:], len(text)]
    found: list[Piece] = []
    firsts: list[int] = []
    continued = b"\\\n" in text
    line = index = joined_in_vain = 0
    shared = _shared(starts, len(text), earlier)
    if shared is not None and shared.whole:
        found, firsts = shared.old.pieces[: shared.whole], shared.old.firsts[: shared.whole]
        line, index = shared.old.pieces[shared.whole].line, shared.old.firsts[shared.whole]
    while index < len(starts):
        rest = shared.rest(index) if shared is not None and not joined_in_vain else -1
        if rest >= 0:
            assert shared is not None
            moved = line - shared.old.pieces[rest].line
            found += [Piece(piece.line + moved, piece.text) for piece in shared.old.pieces[rest:]]
            firsts += [first - shared.moved for first in shared.old.firsts[rest:]]
            break
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
        firsts.append(index)
        line += piece.count(b"\n")
        index = last + 1
    return Cut(found, starts, firsts, len(text), not joined_in_vain)


class _Shared(NamedTuple):
    """What of an earlier cut stands for a text too."""

    old: Cut
    whole: int  # pieces that lie in the common beginning, what follows them included
    tail: int  # number of the first start in the common end
    moved: int  # by how much starts there have higher numbers in the old one

    def rest(self, index: int) -> int:
        """The number of the old piece that begins with this start, when it and all that follow are shared; or -1."""
        if index < self.tail:
            return -1
        number = bisect_left(self.old.firsts, index + self.moved)
        found = number < len(self.old.firsts) and self.old.firsts[number] == index + self.moved
        return number if found else -1


def _shared(starts: list[int], height: int, earlier: Earlier | None) -> _Shared | None:
    if earlier is None or not earlier.cut.sound:
        return None
    old = earlier.cut
    head, old_head = bisect_left(starts, earlier.head), bisect_left(old.starts, earlier.head)
    tail, old_tail = bisect_left(starts, height - earlier.tail), bisect_left(old.starts, old.height - earlier.tail)
    moved = height - old.height
    if starts[:head] != old.starts[:old_head] or starts[tail:] != [start + moved for start in old.starts[old_tail:]]:
        return None
    return _Shared(old, max(0, bisect_left(old.firsts, head) - 1), tail, old_tail - tail)


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
