"""Python of before, written so that the running interpreter can parse it; lines stay where they are.

Statements of Python 2 (`print x`, `exec x`, `raise X, y`, `except X, e`), its numbers and tuples of parameters,
indents of tabs and blanks, and `async` as a name, as it could be until Python 3.7.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from collectors.reading.patterns import compiled
from collectors.reading.pieces import STRING_OR_COMMENT

if TYPE_CHECKING:
    from collections.abc import Callable

_SAID = (
    rb"(?<![\w.])(?P<said>print|exec)"
    rb"(?=[ \t]*+[\"'`]|[ \t]++(?:(?!(?:in|is|and|or|if|else|for|not|as|import)\b)[\w{\[~]|not\b))"
)
_CAUGHT = rb"(?<![\w.])(?P<caught>except[ \t]++(?:[\w.]++|\([^()\n]{0,300}+\)))[ \t]*+,(?=[ \t]*+[A-Za-z_]\w*+[ \t]*+:)"
_RAISED = rb"(?<![\w.])(?P<raised>raise[ \t]++[\w.]++)[ \t]*+,"
_LAMBDA = rb"(?<![\w.])(?P<taking>lambda\b[\w \t,*]{0,200}+\([\w \t,()*]{0,200}+):"
_NUMBER = rb"(?<![\w.])(?:(?P<long>0[xX][0-9a-fA-F]++|\d++)[lL]|0(?P<octal>[0-7]++))(?![\w.])"
_OTHER = (
    rb"(?P<async>\basync\b)(?![ \t]++(?:def|for|with)\b)|(?P<apart><>)|(?P<quote>`)"
    rb"|(?<![\w.])(?P<both>[uU])(?=[rR][\"'])"
)
_OLD = compiled(STRING_OR_COMMENT + rb"|" + rb"|".join([_SAID, _CAUGHT, _RAISED, _LAMBDA, _NUMBER, _OTHER]), re.DOTALL)
_BRACKETS = b"()"
_NOW: dict[str, Callable[[bytes], bytes]] = {
    "said": lambda _: b"0,",
    "caught": lambda text: text + b" as",
    "raised": lambda text: text + b"; 0,",
    "taking": lambda text: text.translate(None, _BRACKETS) + b":",
    "long": lambda text: text,
    "octal": lambda text: b"0o" + text,
    "async": lambda text: text + b"_",
    "apart": lambda _: b"!=",
    "quote": lambda _: b" ",
    "both": lambda _: b"",
}


def as_now(text: bytes) -> bytes:
    """The text in today's words; strings and comments as they are, but for tabs."""
    return _OLD.sub(_word, text).expandtabs()


def _word(match: re.Match[bytes]) -> bytes:
    kind = match.lastgroup
    return _NOW[kind](match[kind]) if kind is not None else match[0]
