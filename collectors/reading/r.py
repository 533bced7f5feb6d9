"""R scripts and documents: packages, functions with and without `pkg::`, arguments, SQL in strings."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property, lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from collectors.reading import written
from collectors.reading.code import REGION, Code, R, call_from, hollow
from collectors.reading.document import Unreadable, plain, rows_held, rows_of
from collectors.reading.options import is_option
from collectors.reading.python import READERS as PYTHON
from collectors.reading.r_lines import LIBRARY, NAME, SEVERAL, STRING, found_on
from collectors.reading.r_names import BY_STRING, named_datasets, named_in_strings, resolver
from data.models import Fact, FactKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from collectors.reading.document import Document, Rows

_PACKAGES = re.compile(
    r"(?:\b(?:packages?|pkgs?|libs?|librar(?:y|ies)|required?|requirements|dependencies)(?:[._]\w{1,20}+)?\s*+(?:=|<-)"
    r"|\b(?:lapply|sapply|vapply|walk|map|for)\s*+\((?:\w{1,20}+\s++in)?)\s*+c\(([^()]{1,2000})\)",
    re.IGNORECASE,
)
_ROXYGEN = re.compile(r"^#'\s*+@import(?:From)?\s++(" + NAME + r")", re.MULTILINE)
_DEFINED = re.compile(r"(?:^|[;{\n])[ \t]*+[`\"']?([\w.]{1,80})[`\"']?\s*+(?:<-|=)\s*+(?:function\b|\\\()")
_CALL = re.compile(r"(?<![\w.$@:`])(?:([A-Za-z][\w.]{0,80}+):{2,3})?([A-Za-z.][\w.]{0,80}+)\s*+(\()?")
_ENDS = re.compile(r"[ \t]*+(?:[,)]|$)")
_FIRST_TEXT = re.compile(r"\(\s*+[\"']([^\"'\n]{1,40})[\"']\s*+[,)]")
_SAYS_FIRST = frozenset({"set_engine", "lrn", "lrns", "msr", "msrs", "rsmp", "makeLearner", "makeResampleDesc", "po"})
_BETWEEN = re.compile(rb"\n[ \t]*+\n(?=[A-Za-z.#`])")  # paragraphs: column-0 code behind a blank line
_PARENTHESIS = re.compile(r"[()]")
_KEYWORD = re.compile(r"([(,]\s*+)([A-Za-z.][\w.]{0,40}+)\s*+=(?!=)\s*+(?:c\(\s*+)?(?:[\"']([^\"'\n]{1,40})[\"'])?")
_COLUMNS_ARE_KEYWORDS = frozenset({"base", "dplyr", "purrr", "tibble", "tidyr"})  # their keywords name columns
_FENCE = re.compile(rb"```(`*+)(?:[ \t]*+\{[ \t]*+\.?([A-Za-z]\w{0,20}+))?[^\n]*+")  # a literal first: found fast
_RUNS = re.compile(rb"(?:runtime|server):[ \t]*+[\"']?shiny")  # what a document's header says: shiny is attached then
_ENGINES = {b"r": "r", b"python": "python"}
_ATTACHING = re.compile(r"library|require|p_load|[pP]ackage|@import|(?:lib|use|shelf)\(|Namespace")
_Fence = tuple[int, bytes, bytes | None]  # line, further ticks, engine
_OF_APPS = frozenset({"app.r", "server.r", "ui.r"})
_ASKED = frozenset({"stats::predict", "h2o::h2o.predict", "keras::predict_classes", "keras::predict_proba"})
_LOOK_BACK = 12
_HEADER = 40
_REMEMBERED = 10_000  # bytes; longer code is looked through each time
_PROSE = 40
_NARRATIVE = 5


def _is_code(text: str, at: int) -> bool:
    return "#" not in text[text.rfind("\n", 0, at) + 1 : at]


@lru_cache(maxsize=16_384)
def _head(code: bytes) -> tuple[list[str], list[str]]:
    """(packages that a paragraph attaches, functions it defines): histories hold the same ones over and over."""
    text = code.decode("utf-8", "replace")
    attached: list[str] = []
    if _ATTACHING.search(text) is not None:
        attached += [match[1] for match in LIBRARY.finditer(text) if _is_code(text, match.start())]
        for match in (*SEVERAL.finditer(text), *_PACKAGES.finditer(text)):
            if _is_code(text, match.start()):
                attached += re.findall(r"(?<![\w.])" + NAME, match[1])
        attached += [match[1] for match in _ROXYGEN.finditer(text)]
    return attached, [match[1] for match in _DEFINED.finditer(text)]


def _is_handed_on(bare: str, name: re.Match[str]) -> bool:
    """Whether a name stands where an argument does, as a function that another one is to call."""
    return _ENDS.match(bare, name.end()) is not None and bare[: name.start()].rstrip()[-1:] in ("(", ",", "=")


def _goes_on(bare: str) -> bool:
    """Whether a call is left open at the end of a line."""
    depth = 0
    for mark in reversed(_PARENTHESIS.findall(bare)):
        depth += 1 if mark == "(" else -1
        if depth > 0:
            return True
    return False


class _Code:
    """The R code of a file: comment-free lines, and what bare names stand for."""

    def __init__(self, lines: list[bytes], path: str, texts: list[bytes], *, is_app: bool = False) -> None:
        self.lines = Code(lines, R)
        self._written = lines
        attached: dict[str, None] = {"shiny": None} if is_app else {}
        defined: set[str] = set()
        for paragraph in (part for text in texts for part in _BETWEEN.split(text)):
            head = _head if len(paragraph) <= _REMEMBERED else _head.__wrapped__
            its_attached, its_defined = head(paragraph)
            attached.update(dict.fromkeys(its_attached))
            defined.update(its_defined)
        if any(BY_STRING in text for text in texts):
            attached.update(dict.fromkeys(named_in_strings(b"\n".join(texts).decode("utf-8", "replace"))))
        if "testthat/" in path:
            attached["testthat"] = None
        self._is_app = "shiny" in attached or path.rpartition("/")[2].lower() in _OF_APPS
        self.names = _resolver(tuple(attached), frozenset(defined))
        self._sets = named_datasets(frozenset(attached))

    def facts(self, wanted: Collection[int], path: str) -> Iterator[Fact]:
        chosen = {index for index in wanted if self.lines[index].strip()}
        if not chosen:
            return
        first = min(chosen)
        yield Fact(FactKind.LANGUAGE, "r", "r", path, first + 1, len(chosen))
        looked = sorted({index for line in chosen for index in range(max(0, line - _LOOK_BACK), line + 1)})
        for index in looked:
            if index in chosen:
                line = self.lines[index]
                for kind, value in found_on(line, self._sets):
                    yield Fact(kind, value, "r", path, index + 1)
                if "function" in line or "\\(" in line:
                    for shape in written.in_r(self.lines, index):
                        yield Fact(FactKind.STRUCTURE, shape, "r", path, index + 1)
                yield from self._calls(index, hollow(line, STRING), chosen, path)
            elif b"(" in self._written[index]:
                bare = hollow(self.lines[index], STRING)
                if _goes_on(bare):
                    yield from self._calls(index, bare, chosen, path)

    def _calls(self, index: int, bare: str, chosen: Collection[int], path: str) -> Iterator[Fact]:
        for match in _CALL.finditer(bare):
            if match[1]:
                value = f"{match[1]}::{match[2]}"
            elif match[3] or ("_" in match[2] and _is_handed_on(bare, match)):
                value = self.names.get(match[2], "")
            else:
                continue
            if not value:
                continue
            if index in chosen:
                yield Fact(FactKind.SYMBOL, value, "r", path, index + 1)
                if self._is_app and value in _ASKED:
                    yield Fact(FactKind.STRUCTURE, "prediction-in-app", "r", path, index + 1)
                says = match[3] and match[2] in _SAYS_FIRST
                text = _FIRST_TEXT.match(self.lines[index], match.end() - 1) if says else None
                if text and is_option("1", text[1]):
                    yield Fact(FactKind.ARGUMENT, f"{value}(1={text[1]})", "r", path, index + 1)
            if match[3] and value.partition("::")[0] not in _COLUMNS_ARE_KEYWORDS:
                yield from self._arguments(index, match.end(), value, chosen, path)

    def _arguments(self, index: int, start: int, value: str, chosen: Collection[int], path: str) -> Iterator[Fact]:
        text = call_from(self.lines, index, start - 1)
        region, depth = text[:REGION], 0
        places: list[int] = []
        depths: list[int] = []
        for mark in _PARENTHESIS.finditer(region):
            depth += 1 if mark[0] == "(" else -1
            places.append(mark.start())
            depths.append(depth)
            if depth == 0:
                break
        for match in _KEYWORD.finditer(region, 0, places[-1] + 1 if depth == 0 else len(region)):
            if depths[bisect_right(places, match.start()) - 1] != 1:
                continue
            line = index + region.count("\n", 0, match.start(2))
            if line in chosen:
                yield Fact(FactKind.ARGUMENT, f"{value}({match[2]}=)", "r", path, line + 1)
                if match[3] and is_option(match[2], match[3]):
                    yield Fact(FactKind.ARGUMENT, f"{value}({match[2]}={match[3]})", "r", path, line + 1)


@lru_cache(maxsize=256)
def _resolver(attached: tuple[str, ...], defined: frozenset[str]) -> dict[str, str]:
    return resolver(list(attached), defined)


def forget() -> None:
    _head.cache_clear()
    _resolver.cache_clear()


class RDocument:
    """One version of an R script."""

    def __init__(self, text: bytes, path: str, before: Rows | None = None) -> None:
        self.rows = rows_of(text, before)
        self.lines = self.rows.lines
        self._path = path

    @cached_property
    def _code(self) -> _Code:
        return _Code(self.lines, self._path, [b"\n".join(self.lines)])

    def facts(self, wanted: Collection[int] | None) -> list[Fact]:
        return list(self._code.facts(range(len(self.lines)) if wanted is None else wanted, self._path))


class ChunkDocument:
    """R Markdown or Quarto: the code of its chunks, each line at its own place; prose lines are empty."""

    def __init__(self, text: bytes, path: str, own: frozenset[str], before: ChunkDocument | None = None) -> None:
        self.rows: Rows = rows_of(text, before.rows if before is not None else None)
        rows = self.rows.lines
        self._path = path
        self._rows = rows
        self._own = own
        self.fences = _fences(self.rows, before)
        self._chunks = _chunks(self.fences, len(rows))
        self.lines: list[bytes] = [b""] * len(rows)
        for _, first, last in self._chunks:
            self.lines[first:last] = rows[first:last]

    def _only(self, engine: str) -> list[bytes] | None:
        """The lines of one engine's chunks, each at its own place; None when it has none."""
        named = {name for name, _, _ in self._chunks}
        if engine not in named:
            return None
        if len(named) == 1:
            return self.lines
        lines = [b""] * len(self._rows)
        for name, first, last in self._chunks:
            if name == engine:
                lines[first:last] = self._rows[first:last]
        return lines

    @cached_property
    def _is_narrative(self) -> bool:
        prose = (
            row
            for row, code in zip(self._rows, self.lines, strict=True)
            if not code and len(row) >= _PROSE and not row.startswith(b"#")
        )
        return len(list(islice(prose, _NARRATIVE))) == _NARRATIVE

    @cached_property
    def _r(self) -> _Code | None:
        lines = self._only("r")
        if lines is None:
            return None
        chunks = [b"\n".join(self._rows[first:last]) for engine, first, last in self._chunks if engine == "r"]
        is_app = any(_RUNS.match(row) for row in self._rows[:_HEADER])
        return _Code(lines, self._path, chunks, is_app=is_app)

    @cached_property
    def _python(self) -> tuple[Document, list[bytes]] | None:
        lines = self._only("python")
        if lines is None:
            return None
        try:
            return PYTHON[0].open(b"\n".join(lines), self._path, self._own), lines
        except Unreadable:
            return None

    def facts(self, wanted: Collection[int] | None) -> list[Fact]:
        indexes = set(range(len(self.lines)) if wanted is None else wanted)
        facts: list[Fact] = []
        if self._r is not None:
            facts.extend(self._r.facts(indexes, self._path))
        if self._python is not None:
            document, rows = self._python
            chosen = {index for index in indexes if rows[index].strip()}
            if chosen:
                facts.extend(document.facts(chosen))
        if facts and self._is_narrative:
            facts.append(Fact(FactKind.STRUCTURE, "markdown-narrative", "", self._path, facts[0].line))
        return facts


def _fences(rows: Rows, before: ChunkDocument | None) -> list[_Fence]:
    """The lines that are fences; those among lines that an earlier version had as it found them."""
    head, tail = rows.head, rows.tail
    if before is None or not head + tail:
        return _fences_in(rows.text, 0)
    height, old_height = len(rows.lines), len(before.lines)
    shift, after = height - old_height, old_height - tail
    return [
        *[fence for fence in before.fences if fence[0] < head],
        *_fences_in(b"\n".join(rows.lines[head : height - tail]), head),
        *[(line + shift, ticks, engine) for line, ticks, engine in before.fences if line >= after],
    ]


def _fences_in(text: bytes, line: int) -> list[_Fence]:
    found, counted = [], 0
    for match in _FENCE.finditer(text):
        start = match.start()
        if text[start - 1 : start] in (b"\n", b"") or not text[text.rfind(b"\n", 0, start) + 1 : start].strip():
            line += text.count(b"\n", counted, start)
            counted = start
            found.append((line, match[1], match[2]))
    return found


def _chunks(fences: list[_Fence], height: int) -> list[tuple[str, int, int]]:
    """(engine, first line, line after the last) of each chunk that is R or Python."""
    found: list[tuple[str, int, int]] = []
    inside = False
    more, engine, first = b"", "", 0
    for line, ticks, name in fences:
        if not inside:
            more, engine, first, inside = ticks, _engine(name), line + 1, True
        elif name is None and ticks.startswith(more):
            inside = False
            if engine and line > first:
                found.append((engine, first, line))
    if inside and engine and height > first:
        found.append((engine, first, height))
    return found


def _engine(name: bytes | None) -> str:
    """`r` or `python`; "" for what is not read here."""
    return _ENGINES.get(name, "") or _ENGINES.get(name.lower(), "") if name else ""


class RReader:
    name = "r"
    limit = 4 << 20
    names = frozenset({".rprofile"})
    extensions = frozenset({".r"})

    def claims(self, path: str) -> bool:  # noqa: ARG002 - by name and ending only
        return False

    def open(self, data: bytes, path: str, own: frozenset[str], before: Document | None = None) -> RDocument:  # noqa: ARG002 - modules are Python's
        return RDocument(plain(data), path, rows_held(before))


class ChunkReader:
    name = "r-markdown"
    limit = 4 << 20
    names: frozenset[str] = frozenset()
    extensions = frozenset({".rmd", ".qmd", ".rnw"})

    def claims(self, path: str) -> bool:  # noqa: ARG002 - by ending only
        return False

    def open(self, data: bytes, path: str, own: frozenset[str], before: Document | None = None) -> ChunkDocument:
        return ChunkDocument(plain(data), path, own, before if isinstance(before, ChunkDocument) else None)


READERS = (RReader(), ChunkReader())
