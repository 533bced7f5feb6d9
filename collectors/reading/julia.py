"""Julia: packages, their functions with and without `Package.`, keywords, macros, data names, SQL, Pluto notebooks.

A bare name counts for a package that the file brings in with `using` and that is known to export it, or from which
it is brought in by name. Names that the file defines itself are its own. A project often has one file that brings in
everything for the files that it includes: what it brings in counts as used, and telling names count in those, as
does what they write as `Package.`.
"""

from __future__ import annotations

import re
from functools import cache, cached_property
from typing import TYPE_CHECKING, NamedTuple

from collectors.reading import written
from collectors.reading.addresses import host, kept_in
from collectors.reading.code import JULIA, REGION, Code, CodeReader, Found, call_from, each, hollow
from collectors.reading.document import plain
from collectors.reading.exported import listed
from collectors.reading.options import is_option
from collectors.reading.patterns import compiled
from collectors.reading.python_sql import features, surely_statement
from data.models import FactKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from collectors.reading.code import CodeDocument
    from collectors.reading.document import Document

_USING = re.compile(r"^\s*+(?:@\w++\s++)?(using|import)\s++([^#;\n]{1,1000})")
_NAME = re.compile(r"\.{0,3}[A-Za-z_]\w{0,80}(?:\.[A-Za-z_]\w{0,80}){0,5}")
_MEMBER = re.compile(r"@?[\w!]{1,80}")
_ALIAS = re.compile(
    r"^[ \t]*+const[ \t]++([A-Z]\w{0,40}+)[ \t]*+=[ \t]*+([A-Z]\w{0,40}+)((?:\.\w{1,40}+){0,3})[ \t]*+$", re.MULTILINE
)
_DEFINED = re.compile(
    r"^[ \t]*+(?:@\w++[ \t]++)?(?:(?:function|macro|struct|mutable[ \t]++struct|abstract[ \t]++type)[ \t]++"
    r"([A-Za-z_]\w{0,80}+!?)|([A-Za-z_]\w{0,80}+!?)"
    r"\([^()\n]{0,400}(?:\([^()\n]{0,200}\)[^()\n]{0,200}){0,4}\)[ \t]*+=(?!=))",
    re.MULTILINE,
)
_STRING = compiled(r"\"(?:[^\"\\\n]|\\.)*+\"?")
_TEXT = re.compile(r"\"((?:[^\"\\\n]|\\.){1,2000})\"")
_USE = re.compile(
    r"(?<![\w.:!@])(?:(@)([A-Za-z_]\w{0,60}+)|([A-Za-z_]\w{0,80}+(?:\.@?[A-Za-z_]\w{0,80}+){0,5}!?)(\.?[({])?)"
)
_KEYWORD = re.compile(
    r"([(,;]\s*+)([A-Za-z_]\w{0,40}+)\s*+=(?![=>])\s*+(?:\[\s*+)?(?:([\":])?([A-Za-z]\w{0,39}+)(?![\w.(]))?"
)
_NAMED_BY_VARIABLE = frozenset({"measure", "measures", "metric", "metrics", "loss", "optimiser", "optimizer", "method"})
_DATA_ENDS = (
    ".csv", ".tsv", ".txt", ".json", ".arrow", ".parquet", ".xlsx", ".h5", ".hdf5", ".mat", ".data", ".dat", ".jld2",
    ".zip", ".gz",
)  # fmt: skip
_COLUMNS_ARE_KEYWORDS = frozenset({"DataFrames"})  # their keywords name columns
_OF_A_CHAIN = re.compile(r"(?<![\w.])quantile\(\s*+(?:chain|chn|posterior)\w{0,30}+\s*+\)")  # by default where 95 % end
_QUANTILE = re.compile(r"(?<![\w])quantile\.?\(")
_TRAINED_WITH = re.compile(r"^\s*+(?:\w{1,40}\.){1,3}(epochs|batch_size|batchsize)\s*+=(?!=)")
_NETWORKS = frozenset({"MLJ", "MLJFlux", "Flux", "Lux"})
_TOLD_TO_TRAIN = re.compile(r"(?<![\w.])train\w{0,20}+!?\([^\n]{0,200}?\bepochs\s*+=\s*+\d")
_MATRICES = ("norm", "opnorm", "eigen", "eigvals", "eigvecs", "svd", "svdvals", "cholesky", "pinv", "logdet")
_LOW = re.compile(r"(?<![\w.])0?\.0(?:25|05)(?!\d)")
_HIGH = re.compile(r"(?<![\w.])0?\.9(?:75|95)(?!\d)")
_CELL = re.compile(r"^(?:md\"\"\"|md\")", re.MULTILINE)
_HELD = re.compile(r"(?<![\w.])(?:RDatasets\.)?dataset\(\s*+\"[\w.]{1,40}\"\s*+,\s*+\"([\w.]{1,60})\"")  # a package's
_OPENS = re.compile(rb"```(?:\{?\.?julia\b|@example\b|@repl\b)")
_PLUTO = "### A Pluto.jl notebook ###"
_PINS = "PLUTO_MANIFEST_TOML_CONTENTS = "  # versions of all packages, which Pluto keeps in the notebook
_INCLUDES = re.compile(r"^[ \t]*+include\(\s*+\"", re.MULTILINE)
_NARRATIVE = 5
_TELLING, _LONG = 4, 11  # letters of a telling name, of one in lower case
_LOOK_BACK = 12
_LONGEST_DATA = 80


class _Exports(NamedTuple):
    """Exported names by package, and telling names by the package of most projects that has them."""

    names: dict[str, frozenset[str]]
    telling: dict[str, str]


@cache
def _exports() -> _Exports:
    """What packages export, as far as a bare call of it says something."""
    names: dict[str, list[str]] = {}
    marked: list[str] = []
    for package, is_marked, words in listed("julia_exports.txt"):
        if is_marked:
            marked.append(package)
        names.setdefault(package, []).extend(words)
    for owner, exported in names.items():
        if exported[:1] == ["+"]:
            names[owner] = [name for other in exported[1:] for name in names[other]]
    telling = {
        name: f"{owner}.{name}"
        for owner in reversed(marked)
        for name in names[owner]
        if len(name) >= _TELLING and (not name.islower() or len(name) >= _LONG)
    }
    telling |= {name: f"LinearAlgebra.{name}" for name in _MATRICES}
    return _Exports({owner: frozenset(exported) for owner, exported in names.items()}, telling)


def _statement(line: str) -> Iterator[tuple[str, str, str]]:
    """(how, package, member or "") of a `using` or `import`."""
    match = _USING.match(line)
    if match is None:
        return
    package, colon, members = match[2].partition(":")
    found = _NAME.match(package.strip())
    if colon and found:
        if not found[0].startswith("."):
            for name in members.split(","):
                words = re.split(r"\s+as\s+", name.strip())
                if _MEMBER.fullmatch(words[0]):
                    yield "named", found[0], words[0]
        return
    for part in match[2].split(","):
        words = re.split(r"\s+as\s+", part.strip())
        found = _NAME.fullmatch(words[0])
        if found and not found[0].startswith("."):
            yield match[1] if len(words) == 1 else f"as {words[1]}", found[0], ""


class _File:
    """What names stand for in one file."""

    def __init__(self, code: Code) -> None:
        self.code = code
        self.packages: dict[str, str] = {}  # as written before a dot
        self.names: dict[str, str] = {}  # bare
        exports = _exports()
        defined = {match[1] or match[2] for match in _DEFINED.finditer(code.text)}
        for line in code:
            if "using" not in line and "import" not in line:
                continue
            for how, package, member in _statement(line):
                last = package.rpartition(".")[2]
                self.packages[how.removeprefix("as ") if how.startswith("as ") else last] = package
                if member:
                    self.names[member] = f"{package}.{member}"
                elif how == "using":
                    self.names.update({name: f"{package}.{name}" for name in exports.names.get(package, ())})
        if not self.packages:
            self.names.update(exports.telling)
            self.packages.update((owner, owner) for owner in exports.names if f"{owner}." in code.text)
        for match in _ALIAS.finditer(code.text):
            if match[2] in self.packages:
                self.packages[match[1]] = self.packages[match[2]] + match[3]
        for name in defined:
            self.names.pop(name, None)

    @cached_property
    def is_umbrella(self) -> bool:
        """Whether it brings packages in for files that it includes."""
        return _INCLUDES.search(self.code.text) is not None

    def path(self, written: str) -> str:
        root, dot, rest = written.partition(".")
        if not dot:
            return self.names.get(root, "")
        base = self.packages.get(root) or self.names.get(root)
        return f"{base}.{rest}" if base else ""


def _find(code: Code, wanted: Collection[int]) -> Iterator[Found]:
    file = _File(code)
    looked = {index for line in wanted for index in range(max(0, line - _LOOK_BACK), line + 1)}
    found: list[Found] = []
    for index, line in each(code, looked):
        if index in wanted:
            found.extend(_brought(file, index, line))
            found.extend((index, FactKind.STRUCTURE, shape) for shape in written.in_julia(code, index))
            if '"' in line:
                found.extend(_strings(index, line))
            elif line.startswith(_PINS):
                found.append((index, FactKind.STRUCTURE, "pinned-dependencies"))
            if "quantile" in line and _is_interval_end(line):
                found.append((index, FactKind.STRUCTURE, "interval-end"))
            if "epochs" in line and "function" not in line and _TOLD_TO_TRAIN.search(line):
                found.append((index, FactKind.STRUCTURE, "epoch-loop"))
            if (
                "." in line
                and (match := _TRAINED_WITH.match(line))
                and not _NETWORKS.isdisjoint(file.packages.values())
            ):
                found.append((index, FactKind.ARGUMENT, f"MLJFlux.model({match[1]}=)"))
        if (file.packages or file.names) and not _USING.match(line):
            found.extend(_uses(file, index, line, wanted))
    if wanted and code.text.startswith(_PLUTO) and len(_CELL.findall(code.text)) >= _NARRATIVE:
        found.append((min(wanted), FactKind.STRUCTURE, "markdown-narrative"))
    yield from sorted(found, key=lambda entry: entry[0])


def _brought(file: _File, index: int, line: str) -> Iterator[Found]:
    for how, package, member in _statement(line):
        yield index, FactKind.IMPORT, f"{package}.{member}" if member else package
        if how == "using" and file.is_umbrella:
            yield index, FactKind.SYMBOL, f"{package}.using"


def _is_interval_end(line: str) -> bool:
    """Both ends of an interval of 95 or 99 per cent asked for at once."""
    bare = _STRING.sub('""', line)
    call = _QUANTILE.search(bare)
    ends = bare[call.end() :] if call else ""
    return _OF_A_CHAIN.search(bare) is not None or bool(_LOW.search(ends) and _HIGH.search(ends))


def _strings(index: int, line: str) -> Iterator[Found]:
    for match in _TEXT.finditer(line):
        text = match[1]
        name = text.rpartition("/")[2]
        if name.lower().endswith(_DATA_ENDS) and "." in name[1:] and len(name) <= _LONGEST_DATA:
            yield index, FactKind.DATA, name
            if text.startswith("http") and (kept := kept_in(text)):
                yield index, FactKind.DATA, kept
        elif source := host(text):
            yield index, FactKind.DATA, source
        elif surely_statement(text):
            for _, feature in features(text):
                yield index, FactKind.SQL, feature
    if "dataset(" in line:
        yield from ((index, FactKind.DATA, match[1]) for match in _HELD.finditer(line))


def _uses(file: _File, index: int, line: str, wanted: Collection[int]) -> Iterator[Found]:
    bare = hollow(line, _STRING)
    for match in _USE.finditer(bare):
        macro = match[1] is not None
        if not macro and not match[4] and match[3][0].islower() and "." not in match[3]:
            continue  # a variable, as far as one can tell
        path = file.path("@" + match[2]) if macro else file.path(match[3])
        if not path:
            continue
        called = match[4] is not None and match[4].endswith("(")
        if index in wanted:
            yield index, FactKind.SYMBOL, path.replace("@", "")
        if called and path.partition(".")[0] not in _COLUMNS_ARE_KEYWORDS:
            yield from _keywords(file.code, (index, match.end()), path, wanted)


def _keywords(code: Code, place: tuple[int, int], path: str, wanted: Collection[int]) -> Iterator[Found]:
    index, start = place
    text = call_from(code, index, start - 1)
    depth, levels = 0, bytearray()
    for character in text[:REGION]:
        depth += (character in "([{") - (character in ")]}")
        levels.append(min(max(depth, 0), 255))
        if depth <= 0:
            break
    for match in _KEYWORD.finditer(text, 0, len(levels)):
        if levels[match.start()] != 1:
            continue
        line = index + text.count("\n", 0, match.start(2))
        if line in wanted:
            yield line, FactKind.ARGUMENT, f"{path}({match[2]}=)"
            if match[4] and (match[3] or match[2] in _NAMED_BY_VARIABLE) and is_option(match[2], match[4]):
                yield line, FactKind.ARGUMENT, f"{path}({match[2]}={match[4]})"


def _chunks(text: bytes) -> bytes:
    """The Julia of a woven document, each line at its own place; prose lines are empty."""
    lines, inside = text.split(b"\n"), False
    for index, line in enumerate(lines):
        fence = line.startswith(b"```")
        if inside and not fence:
            continue
        inside = not inside and _OPENS.match(line) is not None
        lines[index] = b""
    return b"\n".join(lines)


class WovenReader(CodeReader):
    """Julia Markdown, as Weave.jl reads it: the code of its chunks."""

    def open(self, data: bytes, path: str, own: frozenset[str], before: Document | None = None) -> CodeDocument:
        return super().open(_chunks(plain(data)), path, own, before)


READERS = (
    CodeReader("julia", (".jl",), JULIA, _find),
    WovenReader("julia-markdown", (".jmd",), JULIA, _find, language="julia"),
)
