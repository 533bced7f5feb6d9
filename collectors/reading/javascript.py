"""JavaScript and TypeScript: imports, what hangs on an imported namespace, and the keys of its calls' options.

Line by line on comment-free text, with names resolved over the whole file: `tf.layers.dense` after
`import * as tf from '@tensorflow/tfjs'` is `@tensorflow/tfjs.layers.dense`, and `model.fit` after
`const model = tf.sequential()` is `@tensorflow/tfjs.sequential().fit`. Scripts that a page loads from a content
network leave well-known globals.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from collectors.reading import javascript_lines
from collectors.reading.code import C_LIKE, REGION, Code, CodeReader, Found, call_from, each, hollow
from collectors.reading.javascript_lines import STRING
from collectors.reading.options import is_option
from data.models import FactKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_NAME = r"[A-Za-z_$][\w$]*+"
_FROM = re.compile(
    r"(?:^|[;\n}])[ \t]*+(?:import|export)\s++(?:type\s++)?([\w$*{}\s,]{1,800}?)\s*+from\s*+[\"']([^\"'\n]{1,200})[\"']"
)
_BARE = re.compile(r"(?:^|[;\n}])[ \t]*+import\s*+[\"']([^\"'\n]{1,200})[\"']")
_REQUIRE = re.compile(
    r"(?:(?:const|let|var)\s++(" + _NAME + r"|\{[^{}]{0,1000}\})\s*+=\s*+(?:await\s++)?)?"
    r"\b(?:require|import)\s*+\(\s*+[\"']([^\"'\n]{1,200})[\"']\s*+\)(\.[A-Za-z_$][\w$]*+)?"
)
_CHAIN = re.compile(r"(?<![\w$.\"'`])(?:this\.)?([A-Za-z_$][\w$]*+)((?:\??\.[A-Za-z_$][\w$]*+){0,8})(\s*+\()?")
_ENDS = re.compile(r"(?<![\w$.\"'`])(?:this\.)?([A-Za-z_$][\w$]*+(?:\.[A-Za-z_$][\w$]*+){0,6})\s*+$")
_GOES_ON = re.compile(r"\s*+((?:\??\.[A-Za-z_$][\w$]*+){1,8})(\s*+\()?")
_ASSIGN = re.compile(
    r"(?:const|let|var|this\.|^|[;{(]\s*+)\s*+([A-Za-z_$][\w$]*+)(?:\s*+:[^=\n]{1,80})?"
    r"\s*+=\s*+(?:await\s++)?(?:new\s++)?$"
)
_EXTENDS = re.compile(r"\bclass\s++(" + _NAME + r")\s++extends\s++(" + _NAME + r"(?:\.[A-Za-z_$][\w$]*+){0,4})\s*+\{")
_DECLARED = re.compile(r"\b(?:const|let|var|function|class)\s++(" + _NAME + ")")
_KEY = re.compile(r"([{,(\n]\s*+)(?:\"([\w-]{1,40})\"|'([\w-]{1,40})'|([A-Za-z_$][\w$]{0,39}+))\s*+:(?!:)")
_SHORT = re.compile(r"[{,]\s*+([A-Za-z_$][\w$]{0,39}+)(?=\s*+[,}])")  # `{epochs}` for `{epochs: epochs}`
_TEXT = re.compile(r"\s*+\[?\s*+((?:[\"'][^\"'\n]{1,40}[\"']\s*+,?\s*+){1,8})")
_QUOTED = re.compile(r"[\"']([^\"'\n]{1,40})[\"']")
_GLOBALS = {
    "tf": "@tensorflow/tfjs",
    "tfvis": "@tensorflow/tfjs-vis",
    "Plotly": "plotly.js",
    "d3": "d3",
    "ml5": "ml5",
    "ort": "onnxruntime-web",
    "THREE": "three",
    "Chart": "chart.js",
    "echarts": "echarts",
    "vegaEmbed": "vega-embed",
    "Papa": "papaparse",
    "$": "jquery",
    "jQuery": "jquery",
    "JSON": "JSON",
    "fetch": "fetch",
    "axios": "axios",
    "randomGaussian": "p5.randomGaussian",
    "cv": "opencv.js",
}
_MODELS = "@tensorflow/tfjs"
_OF_MODELS = frozenset({"compile", "fit", "fitDataset", "trainOnBatch"})
_PAGES = ("react", "preact", "vue", "lit", "@angular/", "svelte")  # their classes are parts of pages
_SAYS_FIRST = frozenset({"pipeline"})
_FIRST_TEXT = re.compile(r"\(\s*+[\"']([\w-]{1,40})[\"']")
_OPTIMISER = re.compile(r"\.train\.(?:sgd|momentum|adagrad|adadelta|adam|adamax|rmsprop)\Z")
_GIVEN = re.compile(r"\(\s*+[\w.]")  # the first thing that an optimiser is given is the learning rate
_INSIDE = re.compile(r"/(?:src|dist|lib|build|umd|esm?|cjs|browser)(?:/.*|\Z)", re.DOTALL)  # of a package, as built
_NETWORK = re.compile(  # what modules of the browser and Deno are taken from, without their version
    r"(?:https?://(?:cdn\.jsdelivr\.net/npm|esm\.(?:sh|run)|unpkg\.com|cdn\.skypack\.dev|cdnjs\.cloudflare\.com/ajax/libs)/"
    r"|https?://ga\.jspm\.io/npm:|npm:)((?:@[\w.-]{1,60}/)?[A-Za-z][\w.-]{0,60})(?=[@/?]|\Z)"
)
_LOOK_BACK = 12
_LONGEST_TARGET = 400


def _is_package(module: str) -> bool:
    return not module.startswith((".", "/", "@/", "~", "#", "http:", "https:", "data:"))


def _bindings(clause: str, module: str) -> Iterator[tuple[str, str]]:
    """(local name, path) of an import clause or a destructuring."""
    braces = re.search(r"\{([^{}]*)\}", clause)
    outside = clause[: braces.start()] + clause[braces.end() :] if braces else clause
    for part in outside.split(","):
        name = part.replace("*", " ").strip()
        name = name.removeprefix("as ").strip()
        if re.fullmatch(_NAME, name):
            yield name, module
    for part in (braces[1] if braces else "").split(","):
        words = re.split(r"\s+as\s+|\s*:\s*", part.strip().removeprefix("type "))
        if re.fullmatch(_NAME, words[0]) and re.fullmatch(_NAME, words[-1]):
            yield words[-1], module if words[0] == "default" else f"{module}.{words[0]}"


class _File:
    """What names stand for in one file."""

    def __init__(self, code: Code) -> None:
        self.code = code
        text = code.text
        self.imports: list[tuple[int, int, str]] = []  # first and last line, module
        self.names: dict[str, str] = {}
        has_imports = "import" in text or "require" in text
        for match in _FROM.finditer(text) if has_imports else ():
            self._imported(text, match.span(), match[1], match[2])
        for match in _BARE.finditer(text) if has_imports else ():
            self._imported(text, match.span(), "", match[1])
        for match in _REQUIRE.finditer(text) if has_imports else ():
            self._imported(text, match.span(), match[1] or "", match[2], member=match[3] or "")
        declared = {match[1] for match in _DECLARED.finditer(text)}
        for name, module in _GLOBALS.items():
            if name not in declared and name in text:
                self.names.setdefault(name, module)
        self.import_lines = {index for first, last, _ in self.imports for index in range(first, last + 1)}
        self.origins: dict[str, str] = {}
        self.itself = ""  # what `this` is made by, in a class of something imported
        if self.names:
            self._inherit()
            self._follow()
        self.models = next((path for path in self.names.values() if path.startswith(_MODELS)), "").partition(".")[0]

    def _imported(self, text: str, span: tuple[int, int], clause: str, module: str, *, member: str = "") -> None:
        statement = text[span[0] : span[1]]
        first = text.count("\n", 0, span[0] + len(statement) - len(statement.lstrip(" \t\r\n;}")))
        last = text.count("\n", 0, span[1])
        if module not in self.code[last]:  # within a comment
            return
        if ":" in module and (brought := _NETWORK.match(module)):
            module = brought[1]
        module = _INSIDE.sub("", module) if _is_package(module) else module
        for name, path in _bindings(clause, module + member):
            self.names[name] = path if _is_package(module) else ""
        if _is_package(module):
            self.imports.append((first, last, module))

    def _inherit(self) -> None:
        """Classes that extend something imported stand for it."""
        for match in _EXTENDS.finditer(self.code.text) if "extends" in self.code.text else ():
            path = self.path(match[2])
            if path and not path.startswith(_PAGES):
                self.names[match[1]] = path
                self.itself = self.itself or f"{path}()"

    def _follow(self) -> None:
        """Variables set from a call on something imported."""
        roots = [re.escape(name) for name, path in self.names.items() if path]
        if not roots:
            return
        call = re.compile(r"(?<![\w$.])(?:" + "|".join(roots) + r")(?:\.[A-Za-z_$][\w$]*+){0,6}\s*+\(")
        text = self.code.text
        for match in call.finditer(text):
            before = text[max(text.rfind("\n", 0, match.start()) + 1, match.start() - _LONGEST_TARGET) : match.start()]
            target = _ASSIGN.search(before) if "=" in before and "//" not in before else None
            if target and target[1] not in self.names:
                path = self.path(match[0].rstrip("( \t"))
                self.origins.setdefault(target[1], f"{path}()")

    def path(self, chain: str) -> str:
        """The full path of a dotted chain; "" when its root is nothing imported."""
        root, dot, rest = chain.replace("?.", ".").partition(".")
        base = self.names.get(root) or self.origins.get(root) or ""
        return base + dot + rest if base else ""

    def handed(self, match: re.Match[str]) -> str:
        """What a method is called on whose object comes from elsewhere: a parent's by `this`, or a model."""
        chain = match[1] + match[2].replace("?.", ".")
        if self.itself and "." not in chain and match[0].startswith("this."):
            return f"{self.itself}.{chain}"
        name = chain.rpartition(".")
        return f"{self.models}.model().{name[2]}" if self.models and name[0] and name[2] in _OF_MODELS else ""


def _find(code: Code, wanted: Collection[int]) -> Iterator[Found]:
    file = _File(code)
    for first, last, module in file.imports:
        place = next((index for index in range(first, last + 1) if index in wanted), None)
        if place is not None:
            yield place, FactKind.IMPORT, module
    found: list[Found] = []
    if file.names:
        looked = {index for line in wanted for index in range(max(0, line - _LOOK_BACK), line + 1)}
        for index, line in each(code, looked):
            found.extend(_uses(file, index, line, wanted))
    found.extend(javascript_lines.told(code, wanted, file.models))
    yield from sorted(found, key=lambda entry: entry[0])


def _uses(file: _File, index: int, line: str, wanted: Collection[int]) -> Iterator[Found]:
    bare = hollow(line, STRING)
    if index and bare.lstrip().startswith((".", "?.")):
        yield from _going_on(file, index, bare, wanted)
    for match in _CHAIN.finditer(bare):
        if match[1] in file.names or match[1] in file.origins:
            path = file.path(match[1] + match[2])
        else:
            path = file.handed(match) if match[3] else ""
        if not path or (not match[3] and index in file.import_lines):
            continue
        if match[1] in file.origins and not match[2]:
            continue
        if index in wanted:
            yield index, FactKind.SYMBOL, path
        if match[3]:
            first = _FIRST_TEXT.match(line, match.end() - 1) if path.rpartition(".")[2] in _SAYS_FIRST else None
            if first and index in wanted and is_option("1", first[1]):
                yield index, FactKind.ARGUMENT, f"{path}(1={first[1]})"
            if index in wanted and _OPTIMISER.search(path) and _GIVEN.match(bare, match.end() - 1):
                yield index, FactKind.ARGUMENT, f"{path}(learningRate=)"
            yield from _options(file.code, (index, match.end()), path, wanted)


def _going_on(file: _File, index: int, bare: str, wanted: Collection[int]) -> Iterator[Found]:
    """A member that stands on the line below what it is a member of."""
    match, head = _GOES_ON.match(bare), _ENDS.search(hollow(file.code[index - 1], STRING))
    path = file.path(head[1] + match[1].replace("?.", ".")) if match and head else ""
    if match is None or not path:
        return
    if index in wanted:
        yield index, FactKind.SYMBOL, path
    if match[2]:
        yield from _options(file.code, (index, match.end()), path, wanted)


def _options(code: Code, place: tuple[int, int], path: str, wanted: Collection[int]) -> Iterator[Found]:
    """Keys (and short texts) of the object literals handed to a call, at any depth of its own parentheses."""
    index, start = place
    text = call_from(code, index, start - 1)
    depth, end = 0, len(text)
    for position, character in enumerate(text[:REGION]):
        depth += (character == "(") - (character == ")")
        if depth == 0:
            end = position
            break
    region = text[:end]
    for match in _KEY.finditer(region):
        inner = region[: match.start()]
        if inner.count("(") - inner.count(")") > 1:  # options of a call within this one are that one's
            continue
        line = index + region.count("\n", 0, match.end())
        if line not in wanted:
            continue
        key = match[2] or match[3] or match[4]
        yield line, FactKind.ARGUMENT, f"{path}({key}=)"
        texts = _TEXT.match(region, match.end())
        for value in _QUOTED.findall(texts[1]) if texts else ():
            if is_option(key, value):
                yield line, FactKind.ARGUMENT, f"{path}({key}={value})"
    for match in _SHORT.finditer(region) if "{" in region else ():
        line = index + region.count("\n", 0, match.end())
        if line in wanted and _is_key(region[: match.start() + 1]):
            yield line, FactKind.ARGUMENT, f"{path}({match[1]}=)"


def _is_key(before: str) -> bool:
    """Whether a name that follows stands in an object handed to the call, not in a list or a further call."""
    depth = {opening: before.count(opening) - before.count(closing) for opening, closing in ("()", "{}", "[]")}
    return depth["("] == 1 and depth["{"] > 0 and depth["["] == 0


READERS = (
    CodeReader("javascript", (".js", ".jsx", ".mjs", ".cjs"), C_LIKE, _find),
    CodeReader("typescript", (".ts", ".tsx", ".mts", ".cts"), C_LIKE, _find),
)
