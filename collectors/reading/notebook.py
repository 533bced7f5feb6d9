"""Jupyter notebooks (format 3 and 4): code cells only, cell by cell; outputs are never looked at.

All Python cells share one namespace, in the order of the file; imports of any cell serve all. So do those of R,
Julia, Scala and JavaScript; cells of further languages go to their reader one by one. Paths of facts end in
`#cellN`, N counting all cells from 0.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from dataclasses import replace
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from collectors.reading import python_sql
from collectors.reading.document import Document, Unreadable, lines_of
from collectors.reading.python_kept import cut_of
from collectors.reading.python_module import Module, Source
from data.models import Fact, FactKind

if TYPE_CHECKING:
    from collections.abc import Collection

_FEWEST_NARRATIVE_CELLS = 5
_FEWEST_WORDS = 6
_HEADING = re.compile(r"#|\*\*[^*]+\*\*$")  # a row that is all bold is one
_IMPORT = re.compile(rb"^[ \t]*+(?:import|from)[ \t]++(\w++)", re.MULTILINE)
_STILL_PYTHON = frozenset(
    {"time", "timeit", "capture", "prun", "memit", "mprun", "heat", "px", "local", "python", "python3"}
)
_LANGUAGES = {
    "r": "r", "ir": "r", "sql": "sql", "bigquery": "sql", "julia": "julia", "scala": "scala", "spylon": "scala",
    "almond": "scala", "javascript": "javascript", "js": "javascript", "typescript": "typescript", "java": "java",
    "go": "go", "gophernotes": "go", "rust": "rust", "evcxr": "rust",
}  # fmt: skip
_SHARING = frozenset({"r", "julia", "scala", "java", "javascript", "typescript"})  # languages whose names need a whole
_PYTHON_KERNELS = ("py", "ipy", "conda", "anaconda", "xpython", "sage", "tensorflow", "tf", "venv", "base")
_ASSIGNED = re.compile(r"[\w, \t.\[\]'\"]{1,80}=[ \t]*+[!%]")
_WORD = re.compile(r"[A-Za-z][\w.-]{0,40}")
_SUBJECT = re.compile(r"\A(?=.{4,80}\Z)(?!untitled|notebooks?\Z).*[A-Za-z]{3}", re.IGNORECASE)
_SHELL_FRONT = frozenset({"sudo", "time", "nohup", "exec", "env", "command"})


class _Cell(msgspec.Struct):
    cell_type: str = ""
    source: list[str] | str = ""
    input: list[str] | str = ""  # format 3
    language: str = ""  # format 3


class _Sheet(msgspec.Struct):
    cells: list[_Cell] = []


class _Language(msgspec.Struct):
    name: str = ""
    language: str = ""


class _Metadata(msgspec.Struct):
    kernelspec: _Language | None = None
    language_info: _Language | None = None


class _Notebook(msgspec.Struct):
    cells: list[_Cell] = []
    worksheets: list[_Sheet] = []
    metadata: _Metadata | None = None


_decode = msgspec.json.Decoder(_Notebook).decode


def text_of(cell: _Cell) -> str:
    source = cell.source or cell.input
    text = source if isinstance(source, str) else "".join(source)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def language_of(metadata: _Metadata | None) -> str:
    """The language id of the kernel; "" when it is one that no reader takes."""
    if metadata is None:
        return "python"
    info, kernel = metadata.language_info, metadata.kernelspec
    name = (info.name if info else "") or ((kernel.language or kernel.name) if kernel else "") or "python"
    name = name.lower()
    if name.startswith(_PYTHON_KERNELS):
        return "python"
    known = _LANGUAGES.get(name) or _LANGUAGES.get(re.split(r"[-_ .0-9]", name, maxsplit=1)[0])
    return known if known is not None else ("python" if not info else "")


def magic_of(text: str) -> str:
    """Name of the cell magic, "" when there is none."""
    head = text.lstrip()
    if not head.startswith("%%"):
        return ""
    found = _WORD.match(head[2:82])
    return found[0] if found is not None else ""


def parseable(text: str) -> tuple[str, list[tuple[int, str]]]:
    """The cell with magics and shell lines replaced line by line, and those as (line, `magic:x` | `shell:x`)."""
    if text[:1] in (" ", "\t", "\n"):
        text = _against_the_margin(text)
    if "%" not in text and "!" not in text and "?" not in text:
        return text, []
    rows, found = text.split("\n"), []
    for number, row in enumerate(rows):
        bare = row.lstrip()
        indent = row[: len(row) - len(bare)]
        if bare[:1] in ("%", "!", "?"):
            found += _spoken(number, bare)
            rows[number] = indent + _kept(bare)
        elif bare.endswith("?") and "#" not in bare:
            rows[number] = indent + "pass"
        elif ("!" in bare or "%" in bare) and _ASSIGNED.match(bare) is not None:
            target, _, command = bare.partition("=")
            found += _spoken(number, command.lstrip())
            rows[number] = f"{indent}{target.rstrip()} = None"
    return "\n".join(rows), found


def _against_the_margin(text: str) -> str:
    """The cell without the indentation of its first line, as IPython takes it."""
    first = text.lstrip("\n").partition("\n")[0]
    indent = first[: len(first) - len(first.lstrip())]
    return "\n".join([row.removeprefix(indent) for row in text.split("\n")]) if indent and first.strip() else text


def _kept(bare: str) -> str:
    """`%time x = f()` and `%timeit f()` keep what they measure, `%pylab` is its star; other lines become `pass`."""
    if bare.startswith("%pylab"):
        return "from pylab import *"
    if bare.startswith("%time"):
        rest = bare.partition(" ")[2].lstrip()
        if rest and rest[:1] not in "-%!":
            return rest
    return "pass"


def _spoken(number: int, bare: str) -> list[tuple[int, str]]:
    words = bare.lstrip("%!").split(None, 8)
    if not words or bare[:1] == "?":
        return []
    if bare[:1] == "!":
        words = [word for word in words if word not in _SHELL_FRONT and "=" not in word]
        if len(words) > 2 and words[0].startswith("python") and words[1] == "-m":  # noqa: PLR2004 - a module follows
            words = words[2:]
    name = _WORD.fullmatch(words[0].rpartition("/")[2]) if words else None
    if name is None:
        return []
    kind = "shell" if bare[:1] == "!" or name[0] in ("pip", "conda") else "magic"
    return [(number, f"{kind}:{name[0]}")]


class _Cells:
    """The cells of one language that is not Python, in order, as one text for its reader."""

    def __init__(self) -> None:
        self.rows: list[bytes] = []
        self.places: list[tuple[int, int, int, str]] = []  # first line in the notebook, first here, how many, path
        self.document: Document | None = None

    def add(self, first: int, lines: list[bytes], path: str) -> None:
        self.places.append((first, len(self.rows), len(lines), path))
        self.rows += lines

    def open(self, language: str, path: str, own: frozenset[str]) -> None:
        from collectors.reading import readers  # noqa: PLC0415 - the registry imports this module

        reader = readers().get(language)
        if reader is None:
            return
        try:
            self.document = reader.open(b"\n".join(self.rows), path, own)
        except Unreadable:
            return

    def facts(self, wanted: Collection[int]) -> list[Fact]:
        if self.document is None:
            return []
        asked = {
            line - first + start
            for first, start, height, _ in self.places
            for line in range(first, first + height)
            if line in wanted and line - first + start < len(self.document.lines)  # no blank lines at the end
        }
        starts = [start for _, start, _, _ in self.places]
        found = []
        for fact in self.document.facts(asked) if asked else ():
            _, start, _, path = self.places[bisect_right(starts, fact.line - 1) - 1]
            found.append(replace(fact, path=path, line=fact.line - start))
        return found


class _Text(NamedTuple):
    """The text of a code cell as its lines, made to parse as Python, and the magics in it (see `parseable`)."""

    lines: list[bytes]
    clean: bytes
    found: list[tuple[int, str]]

    @classmethod
    def of(cls, text: str) -> _Text:
        return cls(lines_of(text.encode("utf-8", "replace")), *_cleaned(text))


def _cleaned(text: str) -> tuple[bytes, list[tuple[int, str]]]:
    clean, found = parseable(text)
    return clean.encode("utf-8", "replace"), found


_FIRST = itemgetter(0)


class NotebookDocument:
    """One version of a notebook. `lines` are the lines of its code cells, in order."""

    def __init__(
        self, notebook: _Notebook, path: str, own: frozenset[str], before: NotebookDocument | None = None
    ) -> None:
        self.lines: list[bytes] = []
        self.texts: dict[str, _Text] = {}  # by the text of the cell
        self._before = before.texts if before is not None else {}
        self._path = path
        self._marks: list[tuple[int, str, int, str, FactKind]] = []  # line, path, line in cell, value, kind
        self._others: list[tuple[int, Document]] = []
        self._shared: dict[str, _Cells] = {}
        self._python_at: list[tuple[int, int, int]] = []  # first line here, first line in the module, how many
        self._python_height = 0
        self._narrative = -1
        cells = [*notebook.cells, *[cell for sheet in notebook.worksheets for cell in sheet.cells]]
        kernel = language_of(notebook.metadata)
        sources: list[Source] = []
        prose = 0
        for number, cell in enumerate(cells):
            if cell.cell_type == "code":
                self._code_cell(text_of(cell), f"{path}#cell{number}", kernel, own, sources)
            elif cell.cell_type == "markdown" and self._narrative < 0 and _is_prose(text_of(cell)):
                prose += 1
                if prose == _FEWEST_NARRATIVE_CELLS:
                    self._narrative = number
        for language, gathered in self._shared.items():
            gathered.open(language, path, own)
        self._subjects = subjects(path)
        if not self._others and not self._shared and not _uses_library(sources, own):
            self._narrative = -1
            self._subjects = ()
        self._module = Module(sources, own)
        self._before = {}

    def _code_cell(self, text: str, path: str, kernel: str, own: frozenset[str], sources: list[Source]) -> None:
        known = self.texts.get(text) or self._before.get(text) or _Text.of(text)
        self.texts[text] = known
        lines = known.lines
        first = len(self.lines)
        self.lines += lines
        magic = magic_of(text)
        if magic:
            head = next(number for number, line in enumerate(lines) if line.strip())
            self._mark(first, path, head, f"magic:{magic}")
            text = "\n" * (head + 1) + text.lstrip().partition("\n")[2]
        writes_python = magic in ("writefile", "file") and lines[0].rstrip().endswith(b".py")
        language = kernel
        if magic and magic not in _STILL_PYTHON and not writes_python:
            language = _LANGUAGES.get(magic.lower(), "")
        if language == "python":
            clean, found = _cleaned(text) if magic else (known.clean, known.found)
            for line, value in found:
                self._mark(first, path, line, value)
                self._line_sql(first, path, line, lines)
            self._python_at.append((first, self._python_height, len(lines)))
            self._python_height += len(lines)
            sources.append(Source(path, clean, lines, cut_of))
        elif language in _SHARING:
            self._shared.setdefault(language, _Cells()).add(first, lines_of(text.encode("utf-8", "replace")), path)
        elif language:
            self._other(language, text, path, first, own)

    def _mark(self, first: int, path: str, line: int, value: str, kind: FactKind = FactKind.STRUCTURE) -> None:
        self._marks.append((first + line, path, line + 1, value, kind))

    def _line_sql(self, first: int, path: str, line: int, lines: list[bytes]) -> None:
        text = lines[line].decode("utf-8", "replace").lstrip()
        if text.startswith("%sql"):
            for _, feature in python_sql.features(text[4:]):
                self._mark(first, path, line, feature, FactKind.SQL)

    def _other(self, language: str, text: str, path: str, first: int, own: frozenset[str]) -> None:
        from collectors.reading import readers  # noqa: PLC0415 - the registry imports this module

        reader = readers().get(language)
        if reader is None:
            return
        try:
            self._others.append((first, reader.open(text.encode("utf-8", "replace"), path, own)))
        except Unreadable:
            return

    def facts(self, wanted: Collection[int] | None) -> list[Fact]:
        lines = set(range(len(self.lines)) if wanted is None else wanted)
        if not lines:
            return []
        inside = self._in_module(lines)
        found = self._module.facts(inside) if inside else []
        for line, path, row, value, kind in self._marks:
            if line in lines:
                found.append(Fact(kind, value, "python", path, row))
        for first, document in self._others:
            asked = [line - first for line in range(first, first + len(document.lines)) if line in lines]
            if asked:
                found += document.facts(asked)
        for gathered in self._shared.values():
            found += gathered.facts(lines)
        if self._narrative >= 0:
            path = f"{self._path}#cell{self._narrative}"
            found.append(Fact(FactKind.STRUCTURE, "markdown-narrative", "", path, 1))
        found += [Fact(FactKind.DATA, name, "python", f"{self._path}#cell0", 1) for name in self._subjects]
        return found

    def _in_module(self, lines: Collection[int]) -> list[int]:
        """Those of the lines that are Python's, as the module counts them."""
        found = []
        for line in lines:
            at = bisect_right(self._python_at, line, key=_FIRST) - 1
            if at >= 0:
                first, start, height = self._python_at[at]
                if line - first < height:
                    found.append(line - first + start)
        return found


def subjects(path: str) -> tuple[str, ...]:
    """What a notebook is called, and its folder: `home-credit/Risk.ipynb` → `Risk`, `home-credit`.

    They name the data set as often as what is read does, which is `train.csv` in half of all competitions.
    """
    parts = path.removesuffix(".ipynb").rsplit("/", 2)[-2:]
    return tuple(dict.fromkeys(part for part in reversed(parts) if _SUBJECT.search(part)))


def _uses_library(sources: list[Source], own: frozenset[str]) -> bool:
    """Whether something else than the language itself is at work: exercises in it find out nothing."""
    return any(
        (name := match[1].decode()) not in sys.stdlib_module_names and name not in own
        for source in sources
        if b"import" in source.text
        for match in _IMPORT.finditer(source.text)
    )


def _is_prose(text: str) -> bool:
    rows = (row.strip() for row in text.split("\n"))
    words = (word for row in rows if not _HEADING.match(row) for word in row.split(None, 40) if word[:1].isalpha())
    return len(list(islice(words, _FEWEST_WORDS))) == _FEWEST_WORDS


_NOT_BEGUN = b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'


class NotebookReader:
    name = "notebook"
    limit = 32 << 20
    names: frozenset[str] = frozenset()
    extensions = frozenset({".ipynb"})

    def claims(self, path: str) -> bool:  # noqa: ARG002 - the registry asks all readers
        return False

    def open(self, data: bytes, path: str, own: frozenset[str], before: Document | None = None) -> NotebookDocument:
        """Raises Unreadable("broken-notebook") when it is no notebook; an empty file is one that is not begun."""
        if not data.strip():
            data = _NOT_BEGUN
        try:
            notebook: Any = _decode(data[3:] if data[:3] == b"\xef\xbb\xbf" else data)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise Unreadable("broken-notebook") from error
        return NotebookDocument(notebook, path, own, before if isinstance(before, NotebookDocument) else None)


READERS = (NotebookReader(),)
