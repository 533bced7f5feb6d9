"""Shapes of Python code: classes that are algorithms written by hand, training loops, tests, annotations."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from collectors.reading import python_written
from collectors.reading.python_values import UNKNOWN, Value

if TYPE_CHECKING:
    from collections.abc import Iterable

Function = ast.FunctionDef | ast.AsyncFunctionDef
Spans = tuple[tuple[int, int], ...]

_FORWARD = frozenset(
    [
        "forward",
        "forward_pass",
        "feedforward",
        "feed_forward",
        "forward_propagation",
        "forward_propagate",
        "forward_prop",
    ]
)
_BACKWARD = frozenset(
    """
    backward backward_pass backprop back_prop backpropagate backpropagation back_propagation back_propagate
    backward_prop backward_propagation
    """.split()  # noqa: SIM905 - a table of words
)
_CUTTING = frozenset({"split", "rsplit", "findall", "finditer", "eye", "identity", "scatter_", "put_along_axis"})
_ARITHMETIC = frozenset({"__add__", "__mul__"})  # of a value that knows its gradient
_PREDICT = re.compile(r"_?predict(?:_|\Z)|_?(?:forecast|recommend)\Z")  # predict_proba, predict_one, _predict
_ANSWERS = frozenset({"prediction", "predictions", "classify"})  # of a class under a name of the field
_STEP = frozenset({"update", "step", "apply_gradients", "update_params"})
_OPTIMIZER = re.compile(
    r"sgd|adam|momentum|rmsprop|adagrad|adadelta|nesterov|optimi[sz]er|gradient_?descent|nadam", re.IGNORECASE
)
_RATES = frozenset({"learning_rate", "learningRate", "lr", "eta", "step_size", "init_lr", "base_lr"})
_PRODUCTS = frozenset({"dot", "matmul", "einsum", "tensordot", "eig", "eigh", "svd", "pinv", "cholesky", "equal", "eq"})
QUANTILES = frozenset({"percentile", "nanpercentile", "scoreatpercentile", "quantile", "nanquantile", "ppf"})
_ENDS = frozenset({2.5, 97.5, 99.5, 0.025, 0.975, 0.005, 0.995})  # of intervals of 95 and 99 per cent
_INTERVAL = re.compile(r"(?:^|_)(?:ci|eti|hdi|cred|credible|interval|conf_int)(?:_|$)", re.IGNORECASE)
_KEPT_AS_END = re.compile(
    r"(?:^|_)(?:ci|eti|hdi|hpd|cred|credible|conf_int|boot|bootstrap)_?(?:\d|_|$)|_ci$", re.IGNORECASE
)
_P_VALUE = re.compile(r"(?:\w+_)?(p_?val(?:ue)?s?)(?:_\w+)?|p(?:_?\d|_(?:one|two)\w*)?", re.IGNORECASE)
_OF_TESTS = frozenset({"t", "chi2", "f", "studentized_range"})
_TRAINS = re.compile(r"train|fit|step|update|backward|batch|optimi|learn|loss|gradient|forward", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Shape:
    """A shape on a line of its piece (0-based).

    It is somebody's when they wrote a line of its `spans` (first, last, inclusive); `bases` are those of a
    class, `inside` the whole class.
    """

    name: str
    line: int
    spans: Spans
    bases: Value = UNKNOWN
    inside: tuple[int, int] = (0, -1)

    def with_bases(self, bases: Value) -> Shape:
        return self if bases is self.bases else replace(self, bases=bases)


@dataclass(slots=True)
class Loop:
    """A loop being walked, and the names of what is called in it."""

    node: ast.For | ast.AsyncFor | ast.While
    calls: set[str] = field(default_factory=set)
    rated: bool = False  # something is scaled by a learning rate in it

    def called(self, name: str, node: ast.Call) -> None:
        """A call in it, and whether it is told to train: `run(batches, training=True)`."""
        self.calls.add(name)
        for keyword in node.keywords:
            if keyword.arg == "training" and getattr(keyword.value, "value", None) is True:
                self.calls.add("training")

    def conclude(self, shapes: list[Shape]) -> None:
        calls = self.calls
        if ("backward" in calls and "step" in calls) or "apply_gradients" in calls:
            shapes.append(Shape("training-loop", self.node.lineno - 1, (_lines(self.node),)))
        if self.rated or (_over_epochs(self.node) and any(_TRAINS.search(name) for name in calls)):
            shapes.append(Shape("epoch-loop", self.node.lineno - 1, (_lines(self.node),)))


def is_rate(node: ast.expr) -> bool:
    """`learning_rate`, `self.lr`."""
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return name in _RATES


def _over_epochs(node: ast.For | ast.AsyncFor | ast.While) -> bool:
    """`for epoch in range(5)`, `for _ in range(n_epochs)`; never over things that are called epochs."""
    if isinstance(node, ast.While):
        return False
    parts = list(ast.walk(node.iter))
    names = {getattr(part, "id", "") or getattr(part, "attr", "") for part in (node.target, *parts)}
    return not names.isdisjoint({"range", "trange"}) and any("epoch" in name.lower() for name in names)


def _lines(node: ast.stmt) -> tuple[int, int]:
    return node.lineno - 1, (node.end_lineno or node.lineno) - 1


def is_main_guard(test: ast.expr) -> bool:
    if not isinstance(test, ast.Compare) or len(test.comparators) != 1:
        return False
    sides = (test.left, test.comparators[0])
    return any(isinstance(side, ast.Name) and side.id == "__name__" for side in sides) and any(
        isinstance(side, ast.Constant) and side.value == "__main__" for side in sides
    )


def is_annotated(node: Function) -> bool:
    """A return annotation, or an annotation on every parameter but self."""
    if node.returns is not None:
        return True
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    if arguments and arguments[0].arg in ("self", "cls"):
        arguments = arguments[1:]
    return bool(arguments) and all(argument.annotation is not None for argument in arguments)


def doctest(node: ast.Expr, text: str, shapes: list[Shape]) -> None:
    if ">>> " in text:
        shapes.append(Shape("doctest", node.lineno - 1, (_lines(node),)))


def interval_end(name: str, node: ast.Call, shapes: list[Shape]) -> None:
    """`interval-end`: a quantile where a confidence or credible interval ends, by its number or by its name.

    A lone `quantile(0.975)` may as well cut off outliers: both ends must be asked for at once.
    """
    for part in (*node.args, *[keyword.value for keyword in node.keywords]):
        inside = list(ast.walk(part)) if not isinstance(part, ast.Call) else []
        ends = {item.value for item in inside if isinstance(item, ast.Constant) and isinstance(item.value, float)}
        names = [getattr(item, "id", "") or getattr(item, "attr", "") for item in inside]
        enough = 2 if name in ("quantile", "nanquantile") else 1
        if len(ends & _ENDS) >= enough or any(_INTERVAL.search(word) for word in names):
            shapes.append(Shape("interval-end", part.lineno - 1, ((part.lineno - 1, part.lineno - 1),)))
            return


def kept_as_end(target: ast.expr, value: ast.expr, shapes: list[Shape]) -> None:
    """`interval-end`: a quantile kept under a name of such an interval: `ci_low = np.quantile(means, 0.05)`."""
    names = target.elts if isinstance(target, ast.Tuple) else [target]
    if not any(_KEPT_AS_END.search(_kept_under(name)) for name in names):
        return
    for inner in ast.walk(value):
        if isinstance(inner, ast.Call) and getattr(inner.func, "attr", "") in QUANTILES:
            shapes.append(Shape("interval-end", target.lineno - 1, ((target.lineno - 1, target.lineno - 1),)))
            return


def _kept_under(target: ast.expr) -> str:
    if isinstance(target, ast.Subscript):
        target = target.slice
    if isinstance(target, ast.Constant):
        return target.value if isinstance(target.value, str) else ""
    return getattr(target, "id", "") or getattr(target, "attr", "")


def p_value(target: ast.expr, value: ast.expr, shapes: list[Shape]) -> None:
    """`p-value`: what a distribution says of a statistic, kept under that name.

    A lone `p` may be any probability, but for one beyond a statistic, or of a distribution that tests are made with.
    """
    name = getattr(target, "id", "") or getattr(target, "attr", "")
    named = _P_VALUE.fullmatch(name)
    if named is None:
        return
    for inner in ast.walk(value):
        if not isinstance(inner, ast.Call) or not isinstance(inner.func, ast.Attribute):
            continue
        of = inner.func.value
        of = of.func if isinstance(of, ast.Call) else of
        sure = named[1] is not None or inner.func.attr == "sf"
        if inner.func.attr in ("cdf", "sf") and (sure or getattr(of, "attr", getattr(of, "id", "")) in _OF_TESTS):
            shapes.append(Shape("p-value", target.lineno - 1, ((target.lineno - 1, target.lineno - 1),)))
            return


def test_function(node: Function, shapes: list[Shape]) -> None:
    """`test…`, as surely as `named_as_test` says; whether its file is one of tests is asked later."""
    if node.name.startswith("test"):
        given = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
        if name := named_as_test(node.name, given, any(asserts(part) for part in ast.walk(node))):
            shapes.append(Shape(name, node.lineno - 1, (_lines(node),)))


def named_as_test(name: str, parameters: Iterable[str], asserts_something: bool) -> str:
    """A test for sure, when a runner can call it and it asserts; with `?` when it can, `??` when that takes fixtures.

    A bare `test(model, loader)` is how training code calls its evaluation.
    """
    called = asks_nothing(parameters)
    if called and asserts_something:
        return "test-function"
    if name == "test":
        return ""
    return "test-function?" if called else "test-function??"


def asks_nothing(parameters: Iterable[str]) -> bool:
    """`test_train_split(items, share)` is called by other code: without fixtures nobody gives a test anything."""
    return all(name in ("self", "cls") for name in parameters)


def written_function(node: Function, shapes: list[Shape]) -> None:
    """A function with a name of the field whose body computes."""
    if not python_written.speaks(node.name):
        return
    inside = [inner for part in node.body for inner in ast.walk(part)]
    cuts = python_written.cuts_text(node.name)
    if any(_computes(inner) or (cuts and takes_apart(inner)) for inner in inside):
        shapes.append(written("function", node.name, node.lineno - 1))


def written(kind: str, name: str, line: int, bases: Value = UNKNOWN) -> Shape:
    return Shape(f"{kind}:{name}", line, ((line, line),), bases)


@dataclass(frozen=True, slots=True)
class Method:
    """What the shape of a class asks of a method."""

    name: str
    lines: tuple[int, int]
    does: bool
    computes: bool


def class_shapes(node: ast.ClassDef, bases: Value, shapes: list[Shape]) -> None:
    methods = [
        Method(
            part.name,
            _lines(part),
            any(does_something(inner) for inner in part.body),
            any(_computes(inner) for inner in ast.walk(part)),
        )
        for part in node.body
        if isinstance(part, ast.FunctionDef)
    ]
    shapes += shapes_of_class(node.name, node.lineno - 1, _lines(node), methods, bases)


def may_be_shape(name: str, names: set[str]) -> bool:
    """Whether a class of this name with methods of these names may be one of the shapes."""
    return (
        python_written.speaks(name)
        or ("fit" in names and any(map(_PREDICT.match, names)))
        or (not _BACKWARD.isdisjoint(names) and (not _FORWARD.isdisjoint(names) or names >= _ARITHMETIC))
        or not _STEP.isdisjoint(names)
    )


def shapes_of_class(
    name: str, line: int, lines: tuple[int, int], methods: list[Method], bases: Value = UNKNOWN
) -> list[Shape]:
    """Algorithms written by hand. Bases are judged later, when what they are is known."""
    real = {method.name: method for method in methods if method.does}
    if not any(method.computes for method in real.values()):
        return []
    named = [written("class", name, line, bases)] if python_written.speaks(name) else []
    found: list[tuple[str, list[Method]]] = []
    predicts = [real[one] for one in sorted(real) if _PREDICT.match(one) or (named and one in _ANSWERS)]
    fits = real.get("fit") or (real.get("train") if named and "train" in real and real["train"].computes else None)
    if fits is not None and predicts:
        found.append(("estimator-class", [fits, *predicts]))
    forward = [real[one] for one in sorted(_FORWARD & real.keys())]
    backward = [real[one] for one in sorted(_BACKWARD & real.keys())]
    if not forward and real.keys() >= _ARITHMETIC:
        forward = [real[one] for one in sorted(_ARITHMETIC)]
    if forward and backward:
        found.append(("layer-class", forward + backward))
    steps = [real[one] for one in sorted(_STEP & real.keys())]
    if steps and _OPTIMIZER.search(name) is not None:
        found.append(("optimizer-class", steps))
    shaped = [
        Shape(shape, line, ((line, line), *[part.lines for part in parts]), bases, lines) for shape, parts in found
    ]
    return shaped + named


def does_something(node: ast.stmt) -> bool:
    """More than a docstring, `pass`, `...` or `raise NotImplementedError`."""
    return not isinstance(node, ast.Pass | ast.Raise) and not (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    )


def _computes(node: ast.AST) -> bool:
    return isinstance(node, ast.BinOp | ast.AugAssign | ast.For | ast.While | ast.comprehension) or (
        isinstance(node, ast.Call) and calculates(node)
    )


def calculates(node: ast.Call) -> bool:
    """Whether it is `mean(a == b)`, `(a == b).mean()`, `a.eq(b)` or a product such as `np.dot(a, b)`."""
    if isinstance(node.func, ast.Attribute) and node.func.attr in _PRODUCTS:
        return True
    holder = node.func.value if isinstance(node.func, ast.Attribute) else None
    return isinstance(holder, ast.Compare) or any(isinstance(part, ast.Compare) for part in node.args)


def takes_apart(node: ast.AST) -> bool:
    """Whether it cuts a text into pieces: `text.split()`, `re.findall(…)`; or takes units: `np.eye(n)[y]`."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _CUTTING


def asserts(node: ast.AST) -> bool:
    return isinstance(node, ast.Assert) or (
        isinstance(node, ast.Attribute) and (node.attr.startswith("assert") or node.attr == "raises")
    )
