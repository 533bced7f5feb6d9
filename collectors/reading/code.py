"""The common ground of readers that work line by line: comments taken out, places counted, facts in order."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from collectors.reading.document import LONG_LINE, lines_of, plain
from data.models import Fact, FactKind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

LIMIT = 4 << 20

Found = tuple[int, FactKind, str]
"""Line index, kind, value."""


def _newlines(match: re.Match[str]) -> str:
    text = match[0]
    return text if match["keep"] is not None else "\n" * text.count("\n")


# possessive throughout: linear on hostile text; strings are kept, comments leave their line ends
C_LIKE = re.compile(
    r"(?P<keep>\"(?:[^\"\\\n]|\\.)*+\"?|'(?:[^'\\\n]|\\.)*+'?|`(?:[^`\\]|\\.)*+`?)"
    r"|//[^\n]*+|/\*(?:[^*]|\*(?!/))*+(?:\*/)?",
    re.DOTALL,
)
HASH = re.compile(r"(?P<keep>\"(?:[^\"\\]|\\.)*+\"?|'(?:[^'\\]|\\.)*+'?|`[^`\n]*+`?)|#[^\n]*+", re.DOTALL)
JULIA = re.compile(
    r"(?P<keep>\"\"\"(?:[^\"\\]|\\.|\"(?!\"\"))*+(?:\"\"\")?|\"(?:[^\"\\]|\\.)*+\"?|'(?:\\.|[^'\\\n])')"
    r"|#=(?:[^=]|=(?!#))*+(?:=#)?|#[^\n]*+",
    re.DOTALL,
)
SQL = re.compile(
    r"(?P<keep>'[^']*+'?|\"[^\"]*+\"?|`[^`]*+`?)|--[^\n]*+|\{#(?:[^#]|#(?!\}))*+(?:#\})?|/\*(?:[^*]|\*(?!/))*+(?:\*/)?"
)
LUA = re.compile(
    r"(?P<keep>\"(?:[^\"\\\n]|\\.)*+\"?|'(?:[^'\\\n]|\\.)*+'?)|--\[\[(?:[^\]]|\](?!\]))*+(?:\]\])?|--[^\n]*+", re.DOTALL
)
MARKUP = re.compile(r"(?P<keep>\Z\A)|<!--(?:[^-]|-(?!->))*+(?:-->)?")


class CodeDocument:
    """A text whose facts are found on single lines of its comment-free form."""

    def __init__(
        self,
        text: bytes,
        path: str,
        language: str,
        comments: re.Pattern[str] | None,
        find: Callable[[list[str], Collection[int]], Iterable[Found]],
        *,
        counted: bool = True,
    ) -> None:
        self._counted = counted
        self.lines = lines_of(text)
        self._path = path
        self._language = language
        self._comments = comments
        self._find = find

    @cached_property
    def code(self) -> list[str]:
        """The lines without comments; as many as `lines`. Overlong lines are empty: data, not writing."""
        text = b"\n".join(self.lines).decode("utf-8", "replace")
        if self._comments is not None:
            text = self._comments.sub(_newlines, text)
        return [line if len(line) <= LONG_LINE else "" for line in text.split("\n")]

    def facts(self, wanted: Collection[int] | None) -> list[Fact]:
        indexes = sorted(wanted) if wanted is not None else range(len(self.lines))
        code = self.code
        facts = []
        if self._counted:
            written = [index for index in indexes if code[index].strip()]
            if written:
                line = written[0] + 1
                facts.append(Fact(FactKind.LANGUAGE, self._language, self._language, self._path, line, len(written)))
        chosen = wanted if wanted is not None else indexes
        facts.extend(
            Fact(kind, value, self._language, self._path, index + 1)
            for index, kind, value in self._find(code, set(chosen))
        )
        return facts


class CodeReader:
    """A reader made of a language id, endings, a comment pattern and a function that finds.

    `counted`: whether its lines count as lines of code of the language.
    """

    limit = LIMIT

    def __init__(
        self,
        name: str,
        extensions: Iterable[str],
        comments: re.Pattern[str] | None,
        find: Callable[[list[str], Collection[int]], Iterable[Found]],
        *,
        names: Iterable[str] = (),
        language: str | None = None,
        counted: bool = True,
    ) -> None:
        self.name = name
        self.extensions = frozenset(extensions)
        self.names = frozenset(names)
        self._comments = comments
        self._find = find
        self._language = name if language is None else language
        self._counted = counted

    def claims(self, path: str) -> bool:  # noqa: ARG002 - by name and ending only
        return False

    def open(self, data: bytes, path: str, own: frozenset[str]) -> CodeDocument:  # noqa: ARG002 - modules are Python's
        return CodeDocument(plain(data), path, self._language, self._comments, self._find, counted=self._counted)


def each(code: list[str], wanted: Collection[int]) -> Iterator[tuple[int, str]]:
    """(index, line) of the wanted lines with something on them, in order."""
    for index in sorted(wanted):
        line = code[index]
        if line and not line.isspace():
            yield index, line
