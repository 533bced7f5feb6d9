"""The pieces of one Python module put together: what its names stand for, and facts on wanted lines.

Laws: facts are placed on lines; the facts of a set of lines are the union of those of its parts (a shape
of code belongs to each of the lines it is made of); nothing depends on which lines are asked for.
"""

from __future__ import annotations

import ast
import re
import sys
import warnings
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from collectors.reading import python_lexical
from collectors.reading.document import LONG_LINE, lines_of
from collectors.reading.pieces import Piece, cut
from collectors.reading.python_scopes import TELLING_METHODS, Findings, Use, Walker
from collectors.reading.python_shapes import Shape
from collectors.reading.python_values import LOCAL, SOMETHING, Value, join
from data.models import Fact, FactKind

_LONGEST_PIECE = 200_000  # bytes; a syntax tree takes 250 times the size of its source
_MOST_KEPT = 24_000_000  # bytes of source whose findings are kept
_LOOK_ALIKES = {
    "pandas": frozenset("polars dask pyspark modin cudf vaex databricks cuallee ibis".split()),
    "torch": frozenset(),
}
_TEST_PATH = re.compile(r"(?:^|/)(?:tests?/(?:[^/]+/)*[^/]+|test_[^/]*|[^/]*_tests?|tests?|conftest)\.py$")
_HAND_WRITTEN = frozenset({"estimator-class", "layer-class", "optimizer-class"})
_FEWEST_ANNOTATED = 3


@dataclass(frozen=True, slots=True)
class Source:
    """Text that runs in the module's namespace: a file, or one cell. `text` parses (magics replaced line by line)."""

    path: str
    text: bytes
    lines: list[bytes]


class Kept:
    """Findings by the text of their piece: histories hold the same pieces over and over."""

    def __init__(self) -> None:
        self._found: dict[bytes, Findings] = {}
        self._size = 0

    def of(self, text: bytes) -> Findings:
        found = self._found.get(text)
        if found is None:
            found = analysed(text)
            self._size += len(text) + 400
            if self._size > _MOST_KEPT:
                self._found.clear()
                self._size = len(text)
            self._found[text] = found
        return found


_kept = Kept()


def analysed(text: bytes) -> Findings:
    """Findings of one piece, by the parser where it can, else by its words."""
    if len(text) <= _LONGEST_PIECE:
        try:
            try:
                source = text.decode()
            except UnicodeDecodeError:
                source = text.decode("latin-1")
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(source)
            return Walker().walk(tree)
        except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
            pass
    return python_lexical.findings(text)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A piece in the module: `line` is the index of its first line among the module's lines."""

    source: Source
    offset: int  # index of the source's first line among the module's lines
    line: int
    text: bytes
    height: int


class Module:
    """One version of a module, read piece by piece."""

    def __init__(self, sources: list[Source], own: frozenset[str]) -> None:
        self.sources = sources
        self.own = own
        self._pieces: list[_Placed] | None = None
        self._found: list[Findings] = []
        self._states: list[dict[str, str]] = []
        self._final: dict[str, str] = {}
        self._imported: frozenset[str] = frozenset()

    @property
    def pieces(self) -> list[_Placed]:
        if self._pieces is None:
            self._pieces = list(self._cut())
            self._found = [_kept.of(piece.text) for piece in self._pieces]
            self._follow()
        return self._pieces

    def _cut(self) -> Iterator[_Placed]:
        offset = 0
        for source in self.sources:
            for line, text in cut(source.text):
                yield _Placed(source, offset, offset + line, text, len(lines_of(text)))
            offset += len(source.lines)

    # what names stand for

    def _follow(self) -> None:
        """Imports serve the whole module; other names are followed from piece to piece."""
        env: dict[str, str] = {}
        tops = set()
        for found in self._found:
            tops.update(name.partition(".")[0] for _, name in found.imports)
            for name, value in found.table.items():
                if name not in env or env[name] == LOCAL:
                    env[name] = self.resolve(value, env) or LOCAL
        self._imported = frozenset(tops) - self.own
        pending: dict[str, Value] = {}
        for found in self._found:
            self._states.append(env)
            if found.binds:
                env = dict(env)
                for name, value in found.binds.items():
                    env[name] = self.resolve(value, self._states[-1])
                    pending[name] = value
        final = dict(env)
        for _ in range(2):  # functions may be written before what they call
            for name, value in pending.items():
                if not final[name]:
                    final[name] = self.resolve(value, final)
        for found in self._found:
            for name, value in found.declared_global.items():
                final[name] = final.get(name) or self.resolve(value, final)
        self._final = final

    def resolve(self, value: Value, env: dict[str, str]) -> str:
        """The form a value stands for; LOCAL when it is the project's own, "" when nothing is known."""
        local = False
        for root, form in value:
            if not root:
                if _top(form) not in self.own:
                    return form
                local = True
            elif root == LOCAL:
                local = True
            elif root != SOMETHING:
                base = env.get(root, "")
                if base == LOCAL:
                    local = True
                elif base:
                    found = join(base, form)
                    if found:
                        return found
        return LOCAL if local else ""

    # facts

    def facts(self, wanted: Collection[int] | None) -> list[Fact]:
        lines = sorted(wanted) if wanted is not None else range(sum(len(source.lines) for source in self.sources))
        if not lines:
            return []
        counted: Counter[tuple[int, int, FactKind, str]] = Counter()
        pieces = self.pieces
        starts = [piece.line for piece in pieces]
        groups: dict[int, list[int]] = {}
        for line in lines:
            groups.setdefault(bisect_right(starts, line) - 1, []).append(line - starts[bisect_right(starts, line) - 1])
        facts: list[Fact] = []
        for number, inside in groups.items():
            piece = pieces[number]
            shown = {line for line in inside if self._readable(piece, line)}
            for line, kind, text in self._of_piece(number, shown):
                counted[number, line, kind, text] += 1
        for (number, line, kind, text), count in counted.items():
            piece = pieces[number]
            facts.append(Fact(kind, text, "python", piece.source.path, piece.line - piece.offset + line + 1, count))
        facts += self._languages(groups)
        return sorted(facts, key=lambda fact: (fact.path, fact.line)) if len(self.sources) == 1 else facts

    def _readable(self, piece: _Placed, line: int) -> bool:
        row = piece.line - piece.offset + line
        return row < len(piece.source.lines) and len(piece.source.lines[row]) <= LONG_LINE

    def _languages(self, groups: dict[int, list[int]]) -> list[Fact]:
        """Lines that are neither blank, comment nor docstring, one fact per source."""
        count: Counter[str] = Counter()
        first: dict[str, int] = {}
        for number, inside in groups.items():
            piece, prose = self.pieces[number], self._found[number].prose
            for line in inside:
                row = piece.line - piece.offset + line
                text = piece.source.lines[row].lstrip()
                if text and text[:1] not in b"#%!" and line not in prose:
                    count[piece.source.path] += 1
                    first.setdefault(piece.source.path, row + 1)
        return [Fact(FactKind.LANGUAGE, "python", "python", path, first[path], lines) for path, lines in count.items()]

    def _of_piece(self, number: int, shown: set[int]) -> Iterator[tuple[int, FactKind, str]]:
        found = self._found[number]
        for line, name in found.imports:
            if line in shown and _top(name) not in self.own:
                yield line, FactKind.IMPORT, name
        for use in found.uses:
            if use.line in shown:
                yield from self._of_use(use, number)
        for line, name in found.operators:
            if line in shown:
                yield line, FactKind.SYMBOL, name
        for line, name in found.strings.sql:
            if line in shown:
                yield line, FactKind.SQL, name
        if found.strings.loose_sql and self._asks_database():
            for line, name in found.strings.loose_sql:
                if line in shown:
                    yield line, FactKind.SQL, name
        for line, name in found.strings.data:
            if line in shown:
                yield line, FactKind.DATA, name
        for shape in found.shapes:
            if any(not shown.isdisjoint(range(first, last + 1)) for first, last in shape.spans):
                name = self._shape(shape, number)
                if name:
                    yield shape.line, FactKind.STRUCTURE, name
        if found.annotated and not shown.isdisjoint(found.annotated) and self._is_annotated():
            for line in found.annotated:
                if line in shown:
                    yield line, FactKind.STRUCTURE, "annotated-module"

    def _of_use(self, use: Use, number: int) -> Iterator[tuple[int, FactKind, str]]:
        form = self._form(use, number)
        if not form or form == LOCAL or form[0] == "=" or form[-1] == "]" or ".__" in form:
            return
        if use.column:
            if "()" in form and _top(form) not in sys.stdlib_module_names:
                yield use.line, FactKind.DATA, use.column
        elif use.keywords is not None:
            for keyword, texts in use.keywords:
                yield use.line, FactKind.ARGUMENT, f"{form}({keyword}=)"
                for text in texts:
                    yield use.line, FactKind.ARGUMENT, f"{form}({keyword}={text})"
        elif form[-1] != ")":
            yield use.line, FactKind.SYMBOL, form

    def _form(self, use: Use, number: int) -> str:
        form = self.resolve(use.value, self._final if use.late else self._states[number])
        if form:
            return form
        telling = TELLING_METHODS.get(use.value[-1][1].rpartition(".")[2])
        if telling is None:
            return ""
        package, told = telling
        if package in self._imported and self._imported.isdisjoint(_LOOK_ALIKES[package]):
            return told
        return ""

    def _shape(self, shape: Shape, number: int) -> str:
        """The name of the shape when the module's context allows it, else ""."""
        if shape.name.startswith("test-function"):
            is_test_file = any(_TEST_PATH.search(source.path) for source in self.sources)
            return "test-function" if is_test_file or shape.name == "test-function" else ""
        if shape.name not in _HAND_WRITTEN:
            return shape.name
        state = self._final
        bases = [self.resolve((base,), state) for base in shape.bases]
        if any(base and base != LOCAL and _top(base) not in sys.stdlib_module_names for base in bases):
            return ""
        first, last = shape.inside
        borrowed = any(
            first <= use.line <= last
            and use.keywords is None
            and self._form(use, number).endswith(("().fit", "().backward"))
            for use in self._found[number].uses
        )
        return "" if borrowed else shape.name

    def _is_annotated(self) -> bool:
        annotated = sum(len(found.annotated) for found in self._found)
        functions = sum(found.functions for found in self._found)
        return annotated >= _FEWEST_ANNOTATED and annotated * 2 >= functions

    def _asks_database(self) -> bool:
        return any(_ASKS.search(source.text) is not None for source in self.sources)


_ASKS = re.compile(
    rb"\.(?:execute\w{0,10}|read_sql\w{0,10}|sql|query|read_gbq|mogrify|fetch\w{0,10})[ \t]*+\(|read_sql"
)


def _top(form: str) -> str:
    for index, letter in enumerate(form):
        if letter in ".(":
            return form[:index].lstrip("=")
    return form.lstrip("=")


__all__ = ["Module", "Piece", "Source"]
