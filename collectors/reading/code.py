"""The common ground of readers that work line by line: comments taken out, places counted, facts in order."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import overload

from collectors.reading.document import LONG_LINE, Document, Rows, plain, rows_held, rows_of
from collectors.reading.patterns import compiled
from data.models import Fact, FactKind

LIMIT = 4 << 20
REGION = 4_000
"""What is read of one call, in characters."""
_MOST_TRIES = 8
_BEGINNING = 16_384  # bytes in which a program says that it wrote a file

Found = tuple[int, FactKind, str]
"""Line index, kind, value."""


def _newlines(match: re.Match[str]) -> str:
    text = match[0]
    return text if match["keep"] is not None else "\n" * text.count("\n")


# possessive throughout: linear on hostile text; strings are kept, comments leave their line ends
HASH = compiled(r"(?P<keep>\"(?:[^\"\\]|\\.)*+\"?|'(?:[^'\\]|\\.)*+'?|`[^`\n]*+`?)|#[^\n]*+", re.DOTALL)
JULIA = compiled(  # its documentation strings go the way of comments
    r"(?P<keep>\"(?!\"\")(?:[^\"\\\n]|\\.)*+\"?|'(?:\\.|[^'\\\n])')"
    r"|\"\"\"(?:[^\"\\]|\\.|\"(?!\"\"))*+(?:\"\"\")?|#=(?:[^=]|=(?!#))*+(?:=#)?|#[^\n]*+",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Comments:
    """Comments of a language whose strings end with their line: block marks, and a pattern for one line.

    With these a line is made bare when it is asked for: a version of which one line is new costs that line.
    """

    opening: str
    closing: str
    line: re.Pattern[str]


_STRINGS = r"(?P<keep>\"(?:[^\"\\]|\\.)*+\"?|'(?:[^'\\]|\\.)*+'?|`(?:[^`\\]|\\.)*+`?)"
C_LIKE = Comments("/*", "*/", compiled(_STRINGS + r"|//.*+|/\*(?:[^*]|\*(?!/))*+(?:\*/)?"))
SQL = Comments(
    "/*",
    "*/",
    compiled(
        r"(?P<keep>'[^']*+'?|\"[^\"]*+\"?|`[^`]*+`?)|--.*+|\{#(?:[^#]|#(?!\}))*+(?:#\})?|/\*(?:[^*]|\*(?!/))*+(?:\*/)?"
    ),
)
R = Comments("", "", compiled(r"(?P<keep>\"(?:[^\"\\]|\\.)*+\"?|'(?:[^'\\]|\\.)*+'?|`[^`]*+`?)|#.*+"))
LUA = Comments("--[[", "]]", compiled(_STRINGS + r"|--.*+"))
MARKUP = Comments("<!--", "-->", compiled(r"(?P<keep>\Z\A)|<!--(?:[^-]|-(?!->))*+(?:-->)?"))


class Code(Sequence[str]):
    """The lines of a text without their comments, made as they are asked for; `text` is all of it as written.

    Overlong lines are empty: they are data, not writing.
    """

    def __init__(self, lines: list[bytes], comments: Comments | re.Pattern[str]) -> None:
        self._lines = lines
        self._comments = comments
        self._made: dict[int, str] = {}

    @cached_property
    def text(self) -> str:
        return b"\n".join(self._lines).decode("utf-8", "replace")

    @cached_property
    def _whole(self) -> list[str]:
        """For languages whose strings may hold line ends: all lines at once."""
        assert isinstance(self._comments, re.Pattern)
        return self._comments.sub(_newlines, self.text).split("\n")

    @cached_property
    def _blocks(self) -> dict[int, tuple[int, int]]:
        """{line: (from, to)}: what is left of the lines that a comment over several lines touches."""
        assert isinstance(self._comments, Comments)
        opening, closing = self._comments.opening, self._comments.closing
        if not opening:
            return {}
        text, left = self.text, dict[int, tuple[int, int]]()
        at = line = counted = tries = 0
        tried = -1
        while (start := text.find(opening, at)) >= 0:
            begin = text.rfind("\n", 0, start) + 1
            tries = tries + 1 if begin == tried else 0
            tried = begin
            if start - begin > LONG_LINE or tries > _MOST_TRIES:  # data, or a line made to be slow
                at = text.find("\n", start)
                if at < 0:
                    break
                continue
            if not self._is_open(text[begin:start]):
                at = start + len(opening)
                continue
            end = text.find(closing, start + len(opening))
            end = len(text) if end < 0 else end + len(closing)
            line += text.count("\n", counted, start)
            last = line + text.count("\n", start, end)
            if last > line:
                left[line] = (left[line][0] if line in left else 0, start - begin)
                left.update(dict.fromkeys(range(line + 1, last), (0, 0)))
                left[last] = (end - text.rfind("\n", 0, end) - 1, LONG_LINE)
            line, counted, at = last, end, end
        return left

    def _is_open(self, before: str) -> bool:
        """Whether code goes on after the beginning of a line: no string or comment has begun."""
        assert isinstance(self._comments, Comments)
        bare = self._comments.line.sub(
            lambda match: "" if match["keep"] and _is_closed(match["keep"]) else "\0", before
        )
        return "\0" not in bare

    def __len__(self) -> int:
        return len(self._lines)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return [self[each_index] for each_index in range(*index.indices(len(self)))]
        line = self._made.get(index)
        if line is None:
            line = self._made[index] = self._line(index)
        return line

    def _line(self, index: int) -> str:
        raw = self._lines[index]
        if len(raw) > LONG_LINE:
            return ""
        if isinstance(self._comments, re.Pattern):
            return self._whole[index]
        line = raw.decode("utf-8", "replace")
        if ends := self._blocks.get(index):
            line = line[ends[0] : ends[1]]
        return self._comments.line.sub(_newlines, line)


def _is_closed(string: str) -> bool:
    return len(string) > 1 and string[-1] == string[0]


Find = Callable[[Code, Collection[int]], Iterable[Found]]


class CodeDocument:
    """A text whose facts are found on single lines of its comment-free form."""

    def __init__(
        self,
        text: bytes,
        path: str,
        language: str,
        comments: Comments | re.Pattern[str],
        find: Find,
        *,
        counted: bool = True,
        before: Rows | None = None,
    ) -> None:
        self._counted = counted
        self.rows = rows_of(text, before)
        self.lines = self.rows.lines
        self._path = path
        self._language = language
        self._find = find
        self._code = Code(self.lines, comments)

    def facts(self, wanted: Collection[int] | None) -> list[Fact]:
        indexes = range(len(self.lines)) if wanted is None else sorted(wanted)
        facts = []
        written = [index for index in indexes if self._code[index].strip()]
        if self._counted and written:
            line = written[0] + 1
            facts.append(Fact(FactKind.LANGUAGE, self._language, self._language, self._path, line, len(written)))
        facts.extend(
            Fact(kind, value, self._language, self._path, index + 1)
            for index, kind, value in self._find(self._code, set(written))
        )
        return facts


class CodeReader:
    """A reader made of a language id, endings, how comments look and a function that finds.

    `counted`: whether its lines count as lines of code of the language. `generated` tells, near the beginning of a
    file, that a program wrote it: nothing of it is read.
    """

    limit = LIMIT

    def __init__(
        self,
        name: str,
        extensions: Iterable[str],
        comments: Comments | re.Pattern[str],
        find: Find,
        *,
        names: Iterable[str] = (),
        language: str | None = None,
        counted: bool = True,
        generated: re.Pattern[bytes] | None = None,
    ) -> None:
        self.name = name
        self.extensions = frozenset(extensions)
        self.names = frozenset(names)
        self._comments = comments
        self._find = find
        self._language = name if language is None else language
        self._counted = counted
        self._generated = generated

    def claims(self, path: str) -> bool:  # noqa: ARG002 - by name and ending only
        return False

    def open(self, data: bytes, path: str, own: frozenset[str], before: Document | None = None) -> CodeDocument:  # noqa: ARG002 - modules are Python's
        written = self._generated is None or self._generated.search(data, 0, _BEGINNING) is None
        return CodeDocument(
            plain(data) if written else b"",
            path,
            self._language,
            self._comments,
            self._find,
            counted=self._counted,
            before=rows_held(before),
        )


def each(code: Code, wanted: Collection[int]) -> Iterator[tuple[int, str]]:
    """(index, line) of the wanted lines with something on them, in order."""
    for index in sorted(wanted):
        line = code[index]
        if line and not line.isspace():
            yield index, line


def hollow(line: str, strings: re.Pattern[str]) -> str:
    """The line with its strings emptied to blanks between double quotes: every place stays."""
    return strings.sub(_hollow, line)


def _hollow(string: re.Match[str]) -> str:
    length = len(string[0])
    return '"' + " " * (length - 2) + '"' if length > 1 else '"'


def call_from(code: Code, index: int, start: int) -> str:
    """The text of a call from a place in a line on, with as many lines as it takes to close its parentheses."""
    text = code[index][start:]
    following = index + 1
    while text.count("(") > text.count(")") and len(text) < REGION and following < len(code):
        text += "\n" + code[following]
        following += 1
    return text
