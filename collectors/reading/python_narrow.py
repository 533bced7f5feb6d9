"""Long bracketed statements cut down to what a few of their lines need, so that less is parsed.

Elements of brackets that stand on lines of their own, none of them asked for, are blanked; lines stay where they
are. What is left says the same on the lines asked for: a call's value does not hang on its arguments, and where
it might (comprehensions, lambdas, displays that something is taken of) the statement is left whole.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from collectors.reading.pieces import without_strings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SHORTEST = 400
"""Bytes; a shorter statement is read whole."""

_TOKEN = re.compile(rb"[(\[{](?P<opens>[ \t]*\n)?|[)\]}]|,(?P<ends>[ \t]*\n)?|\n")
_HANGS = re.compile(
    rb"\b(?:for|lambda|next|iter|reversed|copy|deepcopy|tqdm|track)\b"
    rb"|\b(?:sql|query|statement|stmt|bql|sqlQuery)[ \t]*+="
)
_TAKEN = re.compile(rb"[ \t\n]*+[.(\[]")
_NOT_A_CALL = re.compile(rb"(?:\A|[^\w)\]}'\"]|\b(?:in|and|or|not|if|else|is|return|yield|await))[ \t]*\Z")


class _Bracket:
    __slots__ = ("display", "element", "first", "keeps")

    def __init__(self, element: int, *, keeps: bool, display: bool) -> None:
        self.element = element  # line on which the element at hand begins, -1: not at the beginning of a line
        self.first = True
        self.keeps = keeps
        self.display = display


def narrow(text: bytes, wanted: Sequence[int]) -> bytes:
    """The statement with elements blanked that hold none of the (sorted) wanted lines."""
    if len(text) < SHORTEST:
        return text
    bare = without_strings(text)
    if _HANGS.search(bare) is not None:
        return text
    spans = _spans(bare, wanted)
    if not spans:
        return text
    rows = text.split(b"\n")
    for first, last in spans:
        rows[first : last + 1] = [b""] * (last + 1 - first)
    return b"\n".join(rows)


def _spans(bare: bytes, wanted: Sequence[int]) -> list[tuple[int, int]] | None:
    """(first, last) lines that may go; None when the statement is better read whole."""
    asked = set(wanted)
    found: list[tuple[int, int]] = []
    stack: list[_Bracket] = []
    line = 0
    for token in _TOKEN.finditer(bare):
        mark = bare[token.start()]
        if mark in b"([{":
            opens = token["opens"] is not None
            before = bare[max(0, token.start() - 20) : token.start()]
            stack.append(
                _Bracket(
                    line + 1 if opens else -1,
                    keeps=line in asked or line - 1 in asked,
                    display=mark == b"{"[0] or _NOT_A_CALL.search(before) is not None,
                )
            )
            line += opens
        elif mark in b")]}":
            if not stack or (stack.pop().display and _TAKEN.match(bare, token.end()) is not None):
                return None
        elif mark == b","[0]:
            ends = token["ends"] is not None
            if stack:
                found += _gone(stack[-1], line, wanted, ends=ends)
                stack[-1].element = line + 1 if ends else -1
                stack[-1].first = False
            line += ends
        else:
            line += 1
    return None if stack else found


def _gone(bracket: _Bracket, line: int, wanted: Sequence[int], *, ends: bool) -> Iterator[tuple[int, int]]:
    """The element that ends with a comma on this line, when it may go."""
    start = bracket.element
    if ends and start >= 0 and not bracket.first and not bracket.keeps:
        at = bisect_left(wanted, start)
        if at == len(wanted) or wanted[at] > line:
            yield start, line
