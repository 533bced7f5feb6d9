"""Shapes of Python code: classes that are algorithms written by hand, training loops, tests, annotations."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field, replace

from collectors.reading.python_values import UNKNOWN, Value

Function = ast.FunctionDef | ast.AsyncFunctionDef
Spans = tuple[tuple[int, int], ...]

_FORWARD = frozenset({"forward", "forward_pass", "feedforward", "forward_propagation", "forward_prop"})
_BACKWARD = frozenset({"backward", "backward_pass", "backprop", "backpropagate", "back_propagation", "backward_prop"})
_PREDICT = frozenset({"predict", "predict_proba"})
_STEP = frozenset({"update", "step", "apply_gradients", "update_params"})
_OPTIMIZER = re.compile(
    r"sgd|adam|momentum|rmsprop|adagrad|adadelta|nesterov|optimi[sz]er|gradient_?descent|nadam", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Shape:
    """A shape on a line of its piece (0-based). It is somebody's when they wrote a line of its `spans`
    (first, last, inclusive); `bases` are those of a class, `inside` the whole class."""

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

    def conclude(self, shapes: list[Shape]) -> None:
        calls = self.calls
        if ("backward" in calls and "step" in calls) or "apply_gradients" in calls:
            shapes.append(Shape("training-loop", self.node.lineno - 1, (_lines(self.node),)))


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


def test_function(node: Function, shapes: list[Shape]) -> None:
    """`test_…` with something asserted; whether its file is one of tests is asked later."""
    if not node.name.startswith("test"):
        return
    asserts = any(
        isinstance(part, ast.Assert)
        or (isinstance(part, ast.Attribute) and (part.attr.startswith("assert") or part.attr == "raises"))
        for part in ast.walk(node)
    )
    shapes.append(Shape("test-function" if asserts else "test-function?", node.lineno - 1, (_lines(node),)))


def class_shapes(node: ast.ClassDef, bases: Value, shapes: list[Shape]) -> None:
    """Algorithms written by hand. Bases are judged later, when what they are is known."""
    methods = {part.name: part for part in node.body if isinstance(part, ast.FunctionDef) and _does_something(part)}
    fits = [methods[name] for name in ("fit", *sorted(_PREDICT)) if name in methods]
    found: list[tuple[str, list[ast.FunctionDef]]] = []
    if "fit" in methods and len(fits) > 1:
        found.append(("estimator-class", fits))
    forward = [methods[name] for name in methods if name in _FORWARD]
    backward = [methods[name] for name in methods if name in _BACKWARD]
    if forward and backward:
        found.append(("layer-class", forward + backward))
    steps = [methods[name] for name in methods if name in _STEP]
    if steps and _OPTIMIZER.search(node.name) is not None:
        found.append(("optimizer-class", steps))
    head = (node.lineno - 1, node.lineno - 1)
    for name, parts in found:
        if any(_computes(part) for part in methods.values()):
            shapes.append(Shape(name, head[0], (head, *[_lines(part) for part in parts]), bases, _lines(node)))


def _does_something(node: ast.FunctionDef) -> bool:
    """More than a docstring, `pass`, `...` or `raise NotImplementedError`."""
    return any(
        not isinstance(part, ast.Pass | ast.Raise)
        and not (isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant))
        for part in node.body
    )


def _computes(node: ast.FunctionDef) -> bool:
    return any(
        isinstance(part, ast.BinOp | ast.AugAssign | ast.For | ast.While | ast.comprehension) for part in ast.walk(node)
    )
