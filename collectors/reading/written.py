"""Functions and classes written by hand in other languages than Python, under names that the field uses.

As with Python only such names are kept, never all that a file defines; they are told as Python would write them:
`kFold`, `k.fold` and `k_fold!` are all `k_fold`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from collectors.reading.python_written import speaks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_MODELS = re.compile(r"(?:fit|train|predict|grow|build)(?:_.{0,40})?|.{0,40}_(?:fit|predict)")
_STEPS = frozenset(
    """
    sgd adam adamw nadam radam adamax adabound adagrad ada_grad adadelta ada_delta amsgrad ams_grad rmsprop rms_prop
    """.split()  # noqa: SIM905 - a table of words
)
_COMPUTES = re.compile(
    r"\b(?:for|while|repeat|sum|mean|count|dot)\b|apply\(|\bmap\w{0,8}\(|%\*%|[*^]|\s/\s|\.[-+*/^<>=]|=="
)
_STRING = re.compile(r"\"[^\"\n]*+\"|'[^'\n]*+'")
_LONGEST = 60  # lines of a body that are looked at

_R = re.compile(r"^[ \t]*+[`\"']?([A-Za-z][\w.]{0,60})[`\"']?\s*+(?:<-|=)\s*+(?:function\s*+\(|\\\()")
_JULIA = re.compile(
    r"^[ \t]*+(?:function[ \t]++([A-Za-z_]\w{0,60}+)!?[({]|([A-Za-z_]\w{0,60}+)!?\([^\n()]{0,300}\)[ \t]*+=(?!=))"
)
_STRUCT = re.compile(r"^[ \t]*+(?:mutable[ \t]++)?struct[ \t]++([A-Z]\w{0,60}+)")
_WORKS_ON = re.compile(  # what makes a type of Julia a learner or a layer of one's own
    r"^[ \t]*+(?:function[ \t]++)?(?:forward|backward|fit|predict|train|transform|apply)\w{0,20}!?"
    r"\([^\n]{0,80}?::([A-Z]\w{0,60}+)"
)
_CLASS = re.compile(r"^[ \t]*+(?:export[ \t]++)?(?:default[ \t]++)?class[ \t]++([A-Z]\w{0,60}+)[ \t]*+\{")
_METHOD = re.compile(
    r"^[ \t]++(?:async[ \t]++|static[ \t]++)?([a-z]\w{0,40}+)[ \t]*+\([^()\n]{0,300}\)[ \t]*+(?::[^{\n]{1,60})?\{"
)
_LEARNS = frozenset({"fit", "train", "learn", "backpropagate", "backpropagation", "backward", "backprop"})
_ANSWERS = frozenset(
    """
    predict feed_forward feedforward forward forward_propagate query classify guess run think
    """.split()  # noqa: SIM905 - a table of words
)
_PRODUCTS = frozenset({"multiply", "mult", "mul", "matmul", "dot", "product", "dot_product", "transpose", "inverse"})
_RATE = re.compile(r"\blearning_?rate\b|\blr\b", re.IGNORECASE)
_CALLS_A_LIBRARY = re.compile(
    r"\b(?:tf|ml5|brain|ort|synaptic)\.\w|\bmodel\.(?:fit|predict)\w{0,20}\(|\bawait\b|\bfetch\("
)

RUST = re.compile(r"^\s*+(?:pub(?:\([\w: ]{1,40}\))?\s++)?fn\s++(\w{1,40}+)\s*+[<(][^;]*+\Z")
CPP = re.compile(r"^\s*+(?:[\w:<>,&*]{1,60}+\s++){1,6}?[*&]{0,2}(?:\w{1,60}+::)?(\w{1,40}+)\s*+\([^;]*+\Z")
_WORDS = (
    r"(?:(?:override|public|protected|private|static|final|synchronized|implicit|inline|open|suspend|operator)\s++)*+"
)
JVM = re.compile(  # def fit(x: Point): Unit = {, public double[] predict(double[] x) {; no mere promise
    r"^\s*+" + _WORDS + r"(?:(?:def|fun)\s++(\w{1,40}+)\s*+[\[(](?:.*[={]|.*[:,(]\s*+\Z|[^)]*+\Z)"
    r"|(?!return\b|new\b|else\b|throw\b|def\b|fun\b|va[lr]\b)[\w.<>\[\]]++(?:,\s*+[\w.<>\[\]]++)*+"
    r"\s++(\w{1,40}+)\s*+\([^;=]*+\Z)"
)
_JVM_CLASS = re.compile(
    r"^\s*+(?:(?:public|final|abstract|sealed|open|data|case|private|protected|static)\s++)*+(?:class|object)\s++([A-Z]\w{2,60}+)"
)
_TRAINED = frozenset({"fit", "train", "backward", "back_propagate", "backpropagate", "backprop", "fit_unweighted"})
_ASKED = frozenset({"predict", "forward", "feed_forward", "feedforward", "classify", "predict_proba"})
_OF_LEARNERS = re.compile(r"[Ff]it|[Tt]rain|[Bb]ack|[Pp]redict|[Ff]orward|[Cc]lassify")  # parts of those names
_BORROWED = re.compile(
    r"^\s*+(?:use|extern crate|#\s*+include)\b.{0,20}?\b(?:torch|tch|tensorflow|opencv2|mlpack|dlib|onnxruntime|caffe2?"
    r"|linfa|smartcore|burn|candle\w{0,10}|rusty_machine|shogun|shark|ncnn|xgboost|LightGBM|tflite|pybind11)\b"
    r"|^\s*+import\s++(?:static\s++)?(?:org\.apache\.(?:spark\.(?:ml|mllib)\b(?!\.linalg)|flink\.ml\b(?!\.math)|mahout|http)|weka|moa|smile|opennlp|ai\.(?:djl|catboost|onnxruntime)"
    r"|org\.(?:deeplearning4j|tensorflow|pytorch|jpmml|encog|neuroph|springframework\.web)|ml\.dmlc|hex|water|okhttp3|sttp|akka\.http|java\.net\.http"
    r"|com\.microsoft\.(?:ml|azure)|com\.johnsnowlabs|edu\.stanford)\b"
)


def said_as(name: str) -> str:
    """The name as Python would write it."""
    return _HUMP.sub("_", name.replace(".", "_")).lower().strip("_")


def _tells(name: str) -> bool:
    return speaks(name) or name in _STEPS or _MODELS.fullmatch(name) is not None


def _named(name: str, body: Sequence[str]) -> Iterator[str]:
    told = said_as(name)
    if _tells(told) and any(_COMPUTES.search(_STRING.sub("", line)) for line in body):
        yield f"function:{told}"


def learner(line: str, function: re.Pattern[str]) -> str:
    """How the function of a learner is called that a line begins: one by which it learns or answers; else ""."""
    match = function.match(line) if "(" in line and _OF_LEARNERS.search(line) else None
    name = said_as(match[match.lastindex or 1]) if match is not None else ""
    return name if name in _TRAINED or name in _ASKED else ""


def learners(lines: Iterable[str], function: re.Pattern[str]) -> frozenset[int]:
    """Lines that define how a model learns and how it answers, both by hand in one file of Rust, C++ or the JVM."""
    trained, asked = set(), set()
    for index, line in enumerate(lines):
        if _BORROWED.match(line):
            return frozenset()
        name = learner(line, function)
        if name in _TRAINED:
            trained.add(index)
        elif name:
            asked.add(index)
    return frozenset(trained | asked) if trained and asked else frozenset()


def transformer(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Where a file of the JVM has a class that is fitted and transforms by hand: (line, `class:StandardScaler`)."""
    found, defined = [], set()
    for index, line in enumerate(lines):
        if _BORROWED.match(line):
            return
        match = JVM.match(line) if "(" in line and ("fit(" in line or "transform(" in line) else None
        if match is not None:
            defined.add(match[match.lastindex or 1])
        match = _JVM_CLASS.match(line) if "class" in line or "object" in line else None
        if match is not None and speaks(match[1]):
            found.append((index, f"class:{match[1]}"))
    if {"fit", "transform"} <= defined:
        yield from found


def in_r(lines: Sequence[str], index: int) -> Iterator[str]:
    """What an R function that a line begins is called, when it works something out itself."""
    line = lines[index]
    match = _R.match(line)
    if match is None or not _tells(said_as(match[1])):
        return
    body, depth = [line[match.end() :]], line.count("{") - line.count("}")
    for following in lines[index + 1 : index + _LONGEST]:
        if depth <= 0 and body[-1].strip() and not body[-1].rstrip().endswith(("(", ",", ")")):
            break
        body.append(following)
        depth += following.count("{") - following.count("}")
        if depth <= 0 and "}" in following:
            break
    yield from _named(match[1], body)


def in_julia(lines: Sequence[str], index: int) -> Iterator[str]:
    """The same of a Julia function, in its long or short form; and of a type that learns or answers below it."""
    line = lines[index]
    if "struct" in line and (made := _STRUCT.match(line)):
        if speaks(made[1]) and any(
            (works := _WORKS_ON.match(following)) and works[1] == made[1]
            for following in lines[index + 1 : index + _LONGEST]
        ):
            yield f"class:{made[1]}"
        return
    match = _JULIA.match(line) if "(" in line else None
    if match is None or not _tells(said_as(match[1] or match[2])):
        return
    body = [line[match.end() :]]
    if match[1]:
        closing = line[: len(line) - len(line.lstrip())] + "end"
        for following in lines[index + 1 : index + _LONGEST]:
            if following.startswith(closing):
                break
            body.append(following)
    yield from _named(match[1] or match[2], body)


def in_javascript(lines: Sequence[str], index: int) -> Iterator[str]:
    """What a class that a line begins is, when no library does it: a matrix, a learner with its training and answer."""
    line = lines[index]
    match = _CLASS.match(line) if "class" in line else None
    if match is None:
        return
    depth, methods, sets_rate = line.count("{") - line.count("}"), set(), False
    for following in lines[index + 1 : index + 8 * _LONGEST]:
        if depth == 1 and (method := _METHOD.match(following)):
            methods.add(said_as(method[1]))
        if _CALLS_A_LIBRARY.search(following):
            return
        sets_rate = sets_rate or _RATE.search(following) is not None
        depth += following.count("{") - following.count("}")
        if depth <= 0:
            break
    if match[1].endswith("Matrix") and len(methods & _PRODUCTS) > 1:
        yield "matrix-class"
    if methods & _LEARNS and methods & _ANSWERS:
        yield "estimator-class"
        if sets_rate:
            yield "epoch-loop"
        if speaks(match[1]):
            yield f"class:{match[1]}"
