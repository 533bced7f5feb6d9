"""Cutting a definition into its head and the statements of its body, without parsing it.

A changed line in a long function then costs the reading of one statement. Only plain layouts are cut: a
head that ends its line with a colon, a body indented below it. Anything else stays whole.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from collectors.reading.patterns import compiled
from collectors.reading.pieces import Piece, cut, open_brackets, without_strings

_DEFINITION = compiled(rb"(?:@[^\n]*+\n|#[^\n]*+\n|\s*+\n)*+(class|def|async[ \t]++def)[ \t]++([A-Za-z_]\w*+)")
_TRANSPARENT = re.compile(rb"(?:with|if[ \t]++__name__[ \t]*+==)[ \t\"'(]")
_BODY = compiled(rb"(?:[ \t]*+(?:#[^\n]*+)?\n)*+([ \t]++)[^\s#]")
_GLOBAL = compiled(
    rb"(?:\A|[\n;:])[ \t]*+global[ \t\\\n]++([\w\x80-\xff]++(?:[ \t\\\n]*+,[ \t\\\n]*+[\w\x80-\xff]++)*+)"
)
_ATTRIBUTE = compiled(rb"\.([A-Za-z_\x80-\xff][\w\x80-\xff]*+)[ \t)\]]*+(?:[,:]|in |=(?!=))")
_ELSE = re.compile(rb"^(?:else|elif)\b", re.MULTILINE)
_BETWEEN = compiled(rb"(?:[ \t]*+(?:#[^\n]*+)?\n)*+")
_MOST_DECORATORS = 50  # of one definition; those on one line not counted
_LONGEST_DECORATOR = 200  # lines
_LONGEST_HEAD = 60
_SHORTEST_FUNCTION = 300  # bytes; below, reading it whole is cheaper
_SHORTEST_CLASS = 500


class Split(NamedTuple):
    """`kind`: class, function or transparent (its body runs in the scope around it).

    Lines of the body count from the first of the whole.
    """

    kind: str
    name: str
    head: bytes
    body: list[Piece]


def split(text: bytes, *, short: bool = False) -> Split | None:
    """The head and body of a column-0 definition; None when it is better read whole. `short`: cut short ones too."""
    found = _definition(text)
    if found is not None:
        kind = "class" if found[1] == b"class" else "function"
        if not short and len(text) < (_SHORTEST_CLASS if kind == "class" else _SHORTEST_FUNCTION):
            return None
        return _split(text, kind, found[2].decode(), found.start(1))
    if len(text) > _SHORTEST_CLASS and _TRANSPARENT.match(text) is not None and _ELSE.search(text) is None:
        return _split(text, "transparent", "", 0)
    return None


def defined(text: bytes) -> str:
    """The name that a piece defines as class or function, or ""."""
    found = _definition(text)
    return found[2].decode() if found is not None else ""


def declared_global(text: bytes) -> frozenset[str]:
    """Names that a definition may declare global, itself or deeper."""
    return frozenset(
        name.strip(b" \t\\\n").decode("utf-8", "replace")
        for match in _GLOBAL.finditer(text)
        for name in match[1].split(b",")
    )


def attributes_bound(text: bytes) -> frozenset[bytes]:
    """Attributes that something may be assigned to: told by what follows their names."""
    return frozenset(_ATTRIBUTE.findall(text))


def _definition(text: bytes) -> re.Match[bytes] | None:
    """The `class` or `def` of a piece, below its decorators."""
    at = 0
    for _ in range(_MOST_DECORATORS):  # each looks through all that follow it
        found = _DEFINITION.match(text, at)
        if found is not None or text[at : at + 1] != b"@":
            return found
        end = _decorator_end(text, at)
        if end is None:
            return None
        between = _BETWEEN.match(text, end)
        at = between.end() if between is not None else end
    return None


def _decorator_end(text: bytes, at: int) -> int | None:
    """Just behind the line on which the brackets are closed that a decorator opens."""
    depth = 0
    for _ in range(_LONGEST_DECORATOR):
        end = text.find(b"\n", at) + 1
        row = text[at:end]
        if not end or b'"""' in row or b"'''" in row:
            return None
        depth += open_brackets(row)
        if depth <= 0:
            return end
        at = end
    return None


def _split(text: bytes, kind: str, name: str, start: int) -> Split | None:
    end = _head_end(text, start)
    if end is None:
        return None
    first = _BODY.match(text, end)
    if first is None:
        return None
    body = text[end:].replace(b"\n" + first[1], b"\n")
    body = body.removeprefix(first[1])
    line = text.count(b"\n", 0, end)
    return Split(kind, name, text[:end], [Piece(line + piece.line, piece.text) for piece in cut(body).pieces])


def _head_end(text: bytes, start: int) -> int | None:
    """Just behind the line whose colon ends the head that begins at `start`."""
    at, depth = start, 0
    for _ in range(_LONGEST_HEAD):
        end = text.find(b"\n", at) + 1
        if not end:
            return None
        row = text[at:end]
        depth += open_brackets(row)
        if depth <= 0:
            bare = without_strings(row).rstrip()
            if bare[-1:] == b":":
                return end
            if bare[-1:] != b"\\":
                return None
        at = end
    return None
