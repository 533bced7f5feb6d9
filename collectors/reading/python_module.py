"""One version of a Python module: facts on the lines that are wanted.

Laws: facts stand on lines; the facts of a set of lines are the union of those of its parts (a shape of code
is seen from each of the lines it is made of, and stands on its head); nothing depends on what was asked before.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from collectors.reading import python_shapes, python_written
from collectors.reading.document import LONG_LINE
from collectors.reading.pieces import Cut, Piece, cut
from collectors.reading.python_definitions import Block
from collectors.reading.python_findings import TELLING_CALLS, TELLING_METHODS, TELLING_PRODUCTS, Findings, Use
from collectors.reading.python_kept import Kept, quiet
from collectors.reading.python_names import END, Namespace, Part, top_of
from collectors.reading.python_values import LOCAL
from data.models import Fact, FactKind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

_LOOK_ALIKES = {
    "pandas": ("polars", "dask", "pyspark", "modin", "cudf", "vaex", "databricks", "ibis"),
    "numpy": (),
    "statsmodels": (),
    "torch": ("tinygrad", "micrograd", "mindspore", "paddle", "oneflow"),
}
_LOADERS = frozenset({"imp", "importlib", "pickle", "joblib", "dill", "cloudpickle"})  # what they bring may be anything
_OTHER_NETWORKS = ("torch", "jax", "fastai", "skorch", "mxnet", "paddle")
_OF_STEPS = ("flytekit", "zenml", "prefect", "airflow", "dagster", "metaflow", "kfp")  # a step may test a model
_FRAMES = {
    "pyspark": "pyspark.sql.DataFrame()",
    "dask": "dask.dataframe.DataFrame()",
    "modin": "modin.pandas.DataFrame()",
    "cudf": "cudf.DataFrame()",
}
_OF_FRAMES = frozenset({"fillna", "dropna"})
_OF_LABELLED = frozenset({"fillna", "dropna", "isnull", "notnull", "ffill", "bfill"})  # arrays of xarray
_MISSING = "missing-values"  # of some frame: a file that only works on what it is given imports no library
_BOOSTERS = ("lightgbm", "xgboost", "catboost")
_TEST_PATH = re.compile(r"(?:^|/)(?:tests?/(?:[^/]+/)*[^/]+|test_[^/]*|[^/]*_tests?|conftest)\.py$")
_SOME_TEST_PATH = re.compile(_TEST_PATH.pattern + r"|(?:^|/)tests?\.py$")  # `test.py` may as well evaluate a model
_ASKS_DATABASE = re.compile(
    rb"\.(?:execute\w{0,10}|read_sql\w{0,10}|sql|query|read_gbq|mogrify|fetch\w{0,10}|copy_expert|sql_(?:query|update)"
    rb"|query_(?:and_wait|dataframe|df|arrow|np)|get_(?:pandas_df|records|first))[ \t]*+\(|read_sql"
    rb"|\b(?:execute_(?:values|batch)|run_(?:sql|query))[ \t]*+\("
    rb"|\.option\([ \t\n]*+[\"'](?:query|dbtable)[\"']"
)
_COMPILES = re.compile(rb"\.compile\([^()]{0,200}\boptimizer[ \t]*+=")
_IMPORTS = re.compile(rb"^[ \t]*+(?:import|from)[ \t]++([\w.]++)", re.MULTILINE)
_HAND_WRITTEN = frozenset({"estimator-class", "layer-class", "optimizer-class"})
_FEWEST_ANNOTATED = 3

Seen = tuple[int, FactKind, str]  # index among the module's lines, kind, value


@dataclass(frozen=True, slots=True)
class Source:
    """Text that runs in the module's namespace: a file, or a cell. `text` has the same lines, made to parse.

    `cut` are its pieces, made when they are needed.
    """

    path: str
    text: bytes
    lines: list[bytes]
    cut: Callable[[bytes], Cut] = cut


class Module:
    """Read piece by piece; `sources` share one namespace, in their order."""

    def __init__(self, sources: list[Source], own: frozenset[str]) -> None:
        self.sources = sources
        self.own = own
        self.starts: list[int] = []  # index of each source's first line
        height = 0
        for source in sources:
            self.starts.append(height)
            height += len(source.lines)
        self.height = height
        self._script = python_written.script_name([source.path for source in sources])
        self._names: Namespace | None = None
        self._imports: dict[str, bool] = {}

    @property
    def names(self) -> Namespace:
        if self._names is None:
            names = self._names = Namespace("module", None, self.own, Block)
            for source, start in zip(self.sources, self.starts, strict=True):
                names.fill(source.cut(source.text).pieces, start)
        return self._names

    def facts(self, wanted: Collection[int] | None) -> list[Fact]:
        lines = [line for line in (range(self.height) if wanted is None else sorted(set(wanted))) if self._says(line)]
        if not lines:
            return []
        seen: list[Seen] = []
        code: list[int] = []
        with quiet():
            for part, inside in _grouped(self.names, lines):
                self._of_part(part, inside, seen, code)
        self._release()
        found = []
        for (line, kind, value), count in sorted(Counter(seen).items()):
            number = bisect_right(self.starts, line) - 1
            source = self.sources[number]
            found.append(Fact(kind, value, "python", source.path, line - self.starts[number] + 1, count))
        for number, own_lines in groupby(sorted(code), lambda line: bisect_right(self.starts, line) - 1):
            first, *more = own_lines
            row = first - self.starts[number] + 1
            found.append(Fact(FactKind.LANGUAGE, "python", "python", self.sources[number].path, row, 1 + len(more)))
        return found

    def _release(self) -> None:
        """Let go of the names: they refer to each other, and callers may run with the collector off."""
        if self._names is not None:
            self._names.release()
            self._names = None

    def _line(self, line: int) -> bytes:
        number = bisect_right(self.starts, line) - 1
        return self.sources[number].lines[line - self.starts[number]].lstrip()

    def _says(self, line: int) -> bool:
        """Not blank, nor a comment."""
        text = self._line(line) if line < self.height else b""
        return text[:1] not in (b"", b"#")

    # one statement

    def _of_part(self, part: Part, lines: list[int], seen: list[Seen], code: list[int]) -> None:
        """Add what is seen on these lines of a statement, and those of them that are code."""
        block = part.block if part.definition else None
        if block is None:
            found = part.found_on(lines)
            self._of_findings(found, part, self._shown(found, part, lines, code), seen)
            if self._script and part.space is self._names and self._works_it_out(part):
                seen.append((part.line, FactKind.STRUCTURE, f"module:{self._script}"))
            return
        body = block.inside
        inside = bisect_left(lines, body.parts[0].line)
        if inside:
            self._of_findings(block.head, part, self._shown(block.head, part, lines[:inside], code), seen)
        for inner, its in _grouped(body, lines[inside:]):
            self._of_part(inner, its, seen, code)
        self._of_block(block, lines, seen)

    def _shown(self, found: Findings, part: Part, lines: list[int], code: list[int]) -> set[int]:
        """Lines (of the statement) that are read."""
        shown = set()
        for line in lines:
            text = self._line(line)
            if text[:1] not in b"%!" and line - part.line not in found.prose:
                code.append(line)
            if len(text) <= LONG_LINE:
                shown.add(line - part.line)
        return shown

    def _of_findings(self, found: Findings, part: Part, shown: set[int], seen: list[Seen]) -> None:
        by_line = found.by_line
        for line in by_line.keys() & shown:
            for use in by_line[line]:
                self._of_use(use, part, seen)
        start = part.line
        for line, name in found.imports:
            if line in shown and top_of(name) not in self.own:
                seen.append((start + line, FactKind.IMPORT, name))
        if found.operators:
            seen += [(start + line, FactKind.SYMBOL, name) for line, name in found.operators if line in shown]
        strings = found.strings
        seen += [(start + line, kind, name) for line, kind, name in strings.told() if line in shown]
        if strings.loose_sql and self._asks_database():
            seen += [(start + line, FactKind.SQL, name) for line, name in strings.loose_sql if line in shown]
        if found.shapes or found.annotated:
            shapes = self._of_shapes(found, part, shown)
            seen += [(start + line, FactKind.STRUCTURE, name) for line, name in shapes]

    def _of_shapes(self, found: Findings, part: Part, shown: set[int]) -> Iterator[tuple[int, str]]:
        for shape in found.shapes:
            if _meets(shape.spans, shown):
                name = self._judged(shape, [part.space.resolve((base,), END) for base in shape.bases])
                if name and not (shape.name in _HAND_WRITTEN and self._borrows(found, part, shape.inside)):
                    yield shape.line, name
        if not shown.isdisjoint(found.annotated) and self._is_annotated():
            for line in found.annotated:
                if line in shown:
                    yield line, "annotated-module"

    def _of_use(self, use: Use, part: Part, seen: list[Seen]) -> None:
        form = self._form(use, part)
        if not form or form == LOCAL or form[0] == "=" or form[-1] == "]":
            return
        if ".__" in form and (not form.endswith(".__dict__") or "(" in form):  # `models.__dict__[name]()` takes any
            return
        line = part.line + use.line
        if form == _MISSING:
            if use.keywords is None:
                seen.append((line, FactKind.STRUCTURE, form))
        elif use.column:
            if "()" in form and top_of(form) not in sys.stdlib_module_names:
                seen.append((line, FactKind.DATA, use.column))
        elif use.keywords is not None:
            seen += [
                (line, FactKind.ARGUMENT, f"{form}({keyword}={text})")
                for keyword, texts in use.keywords
                for text in ("", *texts)
            ]
        elif form[-1] != ")":
            seen.append((line, FactKind.SYMBOL, form))

    def _form(self, use: Use, part: Part) -> str:
        form = part.space.asked(use.value, END if use.late else part.position)
        name = use.value[-1][1].rpartition(".")[2]
        if name in TELLING_PRODUCTS:
            return "" if form else self._of_telling(name)
        if form and not (use.keywords and top_of(form) in _LOADERS):
            return form
        if use.keywords and use.keywords[0][0] in TELLING_CALLS.get(name, ()):
            return self._of_network(name) or form
        if form:
            return form
        if name == "boosting":
            return next((f"{package}.train" for package in _BOOSTERS if self._imported(package)), "")
        return self._of_telling(name)

    def _of_telling(self, name: str) -> str:
        """The form of a method on a receiver of unknown origin that only one library's objects have."""
        package, told = TELLING_METHODS.get(name) or TELLING_PRODUCTS.get(name, ("", ""))
        if not package:
            return ""
        alike = next((other for other in _LOOK_ALIKES[package] if self._imported(other)), "")
        if alike:
            return f"{_FRAMES[alike]}.{name}" if name in _OF_FRAMES and alike in _FRAMES else ""
        if self._imported(package):
            return told
        if name in _OF_LABELLED and self._imported("xarray"):
            return f"xarray.Dataset().{name}"
        return _MISSING if name in _OF_FRAMES else ""

    def _of_network(self, method: str) -> str:
        """The form of a method of a Keras model where the module imports Keras, or TensorFlow and no other such."""
        if self._imported("tensorflow"):
            ours = self._imported("keras") or not any(self._imported(other) for other in _OTHER_NETWORKS)
            return f"tensorflow.keras.Model().{method}" if ours else ""
        ours = self._imported("keras") or self._compiles_what_is_own()
        return f"keras.Model().{method}" if ours else ""

    def _compiles_what_is_own(self) -> bool:
        """Whether a network of another own module, which imports the library, is given an optimizer here."""
        if any(self._imported(other) for other in _OTHER_NETWORKS):
            return False
        return any(
            _COMPILES.search(source.text) is not None
            and any(top_of(found[1].decode()) in self.own for found in _IMPORTS.finditer(source.text))
            for source in self.sources
        )

    # shapes

    def _of_block(self, block: Block, lines: list[int], seen: list[Seen]) -> None:
        if block.kind == "function":
            self._of_written(block, lines, seen)
            if not block.name.startswith("test"):
                return
            line, last = _height(block)
            given = block.head.parameters
            asserts = python_shapes.asks_nothing(given) and any(
                _may_assert(inner.text) and inner.found.asserts for inner in block.inside.parts
            )
            name = python_shapes.named_as_test(block.name, given, asserts)
            shape = python_shapes.Shape(name, line, ((line, last),))
            if name and self._judged(shape, []) and _meets(shape.spans, lines):
                seen.append((line, FactKind.STRUCTURE, "test-function"))
            return
        if not python_shapes.may_be_shape(block.name, {part.definition for part in block.inside.parts}):
            return
        line, last = _height(block)
        methods = [_method(method) for method in block.methods()]
        seen += [
            (line, FactKind.STRUCTURE, shape.name)
            for shape in python_shapes.shapes_of_class(block.name, line, (line, last), methods)
            if _meets(shape.spans, lines) and self._judged(shape, block.bases()) and not self._class_borrows(block)
        ]

    def _of_written(self, block: Block, lines: list[int], seen: list[Seen]) -> None:
        if python_written.speaks(block.name):
            line, _ = _height(block)
            cuts = python_written.cuts_text(block.name)
            if line in lines and any(part.found.computes or (cuts and part.found.cuts) for part in block.inside.parts):
                seen.append((line, FactKind.STRUCTURE, f"function:{block.name}"))

    def _works_it_out(self, part: Part) -> bool:
        """Whether a statement of a script is a loop, or works with NumPy."""
        if part.definition:
            return False
        if part.text.lstrip().startswith((b"for ", b"while ")):
            return part.found.computes
        return any(top_of(self._form(use, part)) == "numpy" for use in part.found.uses)

    def _judged(self, shape: python_shapes.Shape, bases: list[str]) -> str:
        """The name of the shape when the module's context allows it, else ""."""
        if shape.name.startswith("test-function"):
            paths = _TEST_PATH if shape.name.endswith("??") else _SOME_TEST_PATH
            if any(paths.search(source.path) for source in self.sources) or self._imported("pytest"):
                return "test-function"
            is_step = any(self._imported(other) for other in _OF_STEPS)
            return "test-function" if shape.name == "test-function" and not is_step else ""
        if shape.name.startswith("class:"):
            return "" if any(top_of(base) == "unittest" for base in bases) else shape.name
        if shape.name in _HAND_WRITTEN:
            for base in bases:
                if base and base != LOCAL and top_of(base) not in sys.stdlib_module_names:
                    return ""
        return shape.name

    def _borrows(self, found: Findings, part: Part, lines: tuple[int, int]) -> bool:
        """Whether a library does the fitting behind what looks written by hand."""
        return any(
            lines[0] <= use.line <= lines[1]
            and use.keywords is None
            and use.value[-1][1].endswith((".fit", ".backward", ".train", ".predict"))
            and _of_library(self._form(use, part))
            for use in found.uses
        )

    def _class_borrows(self, block: Block) -> bool:
        return any(
            self._borrows(part.found, part, (0, END)) for method in block.methods() for part in method.inside.parts
        )

    def _is_annotated(self) -> bool:
        annotated, functions = 0, 0
        for part in self.names.parts:
            if part.definition:
                found = _functions.of(part.text)
                annotated, functions = annotated + found[0], functions + found[1]
            elif b"def " in part.text:
                annotated, functions = annotated + len(part.found.annotated), functions + part.found.functions
        return annotated >= _FEWEST_ANNOTATED and annotated * 2 >= functions

    # the module's text

    def _imported(self, package: str) -> bool:
        known = self._imports.get(package)
        if known is None:
            word = package.encode()
            pattern = re.compile(rb"^[ \t]*+(?:import|from)\b[^\n#]{0,200}\b" + word + rb"\b", re.MULTILINE)
            likely = (source.text for source in self.sources if word in source.text)
            known = package not in self.own and any(pattern.search(text) for text in likely)
            self._imports[package] = known
        return known

    def _asks_database(self) -> bool:
        return any(_ASKS_DATABASE.search(source.text) is not None for source in self.sources)


def _of_library(form: str) -> bool:
    """Whether a library's own learner fits by this call, or one predicts that was loaded."""
    if form.endswith("().predict"):
        return top_of(form) in _LOADERS
    return form.endswith(("().fit", "().backward", "xgboost.train", "lightgbm.train"))


def _grouped(space: Namespace, lines: Collection[int]) -> Iterator[tuple[Part, list[int]]]:
    """Parts that hold some of the (sorted) lines, each with its own."""
    starts = [part.line for part in space.parts]
    groups: dict[int, list[int]] = {}
    for line in lines:
        groups.setdefault(bisect_right(starts, line) - 1, []).append(line)
    for number, inside in groups.items():
        yield space.parts[number], inside


def _meets(spans: python_shapes.Spans, lines: Collection[int]) -> bool:
    return any(first <= line <= last for first, last in spans for line in lines)


def _height(block: Block) -> tuple[int, int]:
    """The line of its `class` or `def`, and its last."""
    part = block.part
    return part.line + block.head.line, part.line + part.text.rstrip().count(b"\n")


def _method(block: Block) -> python_shapes.Method:
    findings = [inner.found for inner in block.inside.parts]
    does = any(found.does for found in findings)
    return python_shapes.Method(block.name, _height(block), does, any(found.computes for found in findings))


def _may_assert(text: bytes) -> bool:
    return b"assert" in text or b"raises" in text


def _functions_in(text: bytes) -> tuple[int, int]:
    """How many functions there are in a definition, itself counted: (annotated, all)."""
    names = Namespace("module", None, frozenset(), Block)
    names.fill([Piece(0, text)], 0)
    annotated, functions = 0, 0
    parts = names.parts.copy()
    while parts:
        part = parts.pop()
        block = part.block
        if block is not None:
            annotated, functions = annotated + len(block.head.annotated), functions + block.head.functions
            parts += block.inside.parts
        elif b"def " in part.text:
            annotated, functions = annotated + len(part.found.annotated), functions + part.found.functions
    names.release()
    return annotated, functions


_functions = Kept(_functions_in, most=3_000_000)
