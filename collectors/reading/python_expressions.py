"""Expressions of a piece: what they use, what they stand for."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from collectors.reading import python_shapes, python_strings
from collectors.reading.python_findings import TELLING_CALLS, TELLING_METHODS, TELLING_PRODUCTS, Use
from collectors.reading.python_scopes import Scope, Scopes
from collectors.reading.python_values import SOMETHING, UNKNOWN, Value, attribute, called, either, kept, made, many

if TYPE_CHECKING:
    from collections.abc import Callable

_BOOSTED: Value = ((SOMETHING, ".boosting"),)
_PATTERN = (("re", ".compile"),)  # what is compiled there is no option
_PASSING_ON = frozenset({"next", "iter", "reversed", "copy", "deepcopy", "tqdm", "track"})
_SAME_TYPE = frozenset({"Optional", "Union", "Annotated", "Final", "ClassVar", "Type", "type"})
_OF_OTHERS = frozenset(
    """
    list dict set tuple frozenset List Dict Set Tuple FrozenSet Sequence Iterable Iterator Mapping Generator
    Callable Literal Collection DefaultDict Deque AsyncIterator AsyncGenerator Awaitable Coroutine
    MutableMapping
    """.split()  # noqa: SIM905 - words read better than strings
)


class Expressions(Scopes):
    """Reads expressions in the scope at hand."""

    def expression(self, node: ast.expr) -> Value:
        """Read an expression once, recording its uses; what it stands for."""
        handler = _EXPRESSIONS.get(node.__class__)
        if handler is not None:
            return handler(self, node)
        self.children(node)
        return UNKNOWN

    def name(self, node: ast.Name) -> Value:
        value = self.lookup(node.id)
        self.record(node.lineno, value)
        return value

    def attribute(self, node: ast.Attribute) -> Value:
        value = self.chain(node)
        if not node.attr.startswith("__") or node.attr == "__dict__":
            self.record(node.end_lineno or node.lineno, value)
        return value

    def chain(self, node: ast.Attribute) -> Value:
        holder = node.value
        if isinstance(holder, ast.Name):
            value = self.lookup(holder.id)
        elif isinstance(holder, ast.Attribute):
            value = self.chain(holder)
        else:
            value = self.expression(holder)
        if node.attr.startswith("assert") or node.attr == "raises":
            self.findings.asserts = True
        found = attribute(value, node.attr)
        return found or (((SOMETHING, "." + node.attr),) if node.attr in TELLING_METHODS else UNKNOWN)

    def call(self, node: ast.Call) -> Value:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        self.findings.strings.call(name, node)
        if name in python_shapes.QUANTILES:
            python_shapes.interval_end(name, node, self.findings.shapes)
        if name == "dict" and isinstance(node.func, ast.Name):
            self._boosted(node)
        target = self.expression(node.func)
        if isinstance(node.func, ast.Name) and node.func.id == "super" and target == (("super", ""),):
            target = self._super()
        first = UNKNOWN
        for position, argument in enumerate(node.args):
            value = self.expression(argument)
            if not position:
                first = value
        for keyword in node.keywords:
            self.expression(keyword.value)
        self._called_with(name, node, target)
        for loop in self.loops:
            loop.called(name, node)
        if not self.findings.computes and python_shapes.calculates(node):
            self.findings.computes = True
        if not self.findings.cuts and python_shapes.takes_apart(node):
            self.findings.cuts = True
        result = called(target)
        return either(first, result) if name in _PASSING_ON else result

    def _boosted(self, node: ast.Dict | ast.Call) -> None:
        self.findings.uses += [
            Use(line, _BOOSTED, self.late, ((key, texts),)) for line, key, texts in python_strings.boosting(node)
        ]

    def _super(self) -> Value:
        scope: Scope | None = self.scope
        while scope is not None and scope.kind != "class":
            scope = scope.parent
        return (
            made(called(self.classes[scope.klass].bases)) if scope is not None and scope.klass is not None else UNKNOWN
        )

    def _called_with(self, name: str, node: ast.Call, target: Value) -> None:
        if "*" + name in TELLING_PRODUCTS and isinstance(node.func, ast.Attribute) and _is_factor(node.args):
            line = (node.func.end_lineno or node.lineno) - 1
            self.findings.uses.append(Use(line, (*target, (SOMETHING, ".*" + name)), self.late))
        if not target:
            if name not in TELLING_CALLS or not isinstance(node.func, ast.Attribute):
                return
            target = ((SOMETHING, "." + name),)
        if node.args and name in python_strings.CHOOSE_FIRST and target != _PATTERN:
            texts = python_strings.options("first", node.args[0])
            if texts:
                self.findings.uses.append(Use(node.args[0].lineno - 1, target, self.late, (("1", texts),)))
        for keyword in node.keywords:
            if keyword.arg is not None:
                texts = python_strings.options(keyword.arg, keyword.value)
                self.findings.uses.append(Use(keyword.lineno - 1, target, self.late, ((keyword.arg, texts),)))

    def subscript(self, node: ast.Subscript) -> Value:
        value = self.expression(node.value)
        index = node.slice
        self.expression(index)
        if value:
            columns = python_strings.columns(index)
            self.findings.uses += [Use(line, value, self.late, None, column) for line, column in columns]
        parameter = python_strings.boosting_set(node)
        if parameter:
            self.findings.uses.append(Use(node.lineno - 1, _BOOSTED, self.late, ((parameter, ()),)))
        return called(value)

    def constant(self, node: ast.Constant) -> Value:
        if isinstance(node.value, str):
            self.findings.strings.constant(node)
        return UNKNOWN

    def operation(self, node: ast.BinOp) -> Value:
        self.findings.computes = True
        left, right = self.expression(node.left), self.expression(node.right)
        if isinstance(node.op, ast.MatMult):
            self.findings.operators.append(((node.left.end_lineno or node.lineno) - 1, "operator.matmul"))
        if self.loops and (python_shapes.is_rate(node.left) or python_shapes.is_rate(node.right)):
            self.loops[0].rated = True
        if isinstance(node.left, ast.Constant | ast.JoinedStr):
            return called(right) if not isinstance(getattr(node.left, "value", ""), str) else UNKNOWN
        return either(called(left), called(right))

    def unary(self, node: ast.UnaryOp) -> Value:
        value = self.expression(node.operand)
        return UNKNOWN if isinstance(node.op, ast.Not) else called(value)

    def either_of(self, node: ast.IfExp) -> Value:
        self.expression(node.test)
        return either(self.expression(node.body), self.expression(node.orelse))

    def any_of(self, node: ast.BoolOp) -> Value:
        return either(*[self.expression(part) for part in node.values])

    def joined(self, node: ast.JoinedStr) -> Value:
        self.findings.strings.constant(node)
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                self.expression(part.value)
                if part.format_spec is not None:
                    self.children(part.format_spec)
        return UNKNOWN

    def passing(self, node: ast.Await | ast.Starred) -> Value:
        return self.expression(node.value)

    def walrus(self, node: ast.NamedExpr) -> Value:
        value = self.expression(node.value)
        scope = self.scope
        while scope.kind == "comprehension" and scope.parent is not None:
            scope = scope.parent
        self._assign_in(scope, node.target.id, kept(value))
        return value

    def list_(self, node: ast.List | ast.Set) -> Value:
        return many(either(*[self.expression(part) for part in node.elts]))

    def dict_(self, node: ast.Dict) -> Value:
        for key in node.keys:
            if key is not None:
                self.expression(key)
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant):
                python_shapes.kept_as_end(key, value, self.findings.shapes)
        self._boosted(node)
        return many(either(*[self.expression(value) for value in node.values]))

    def lambda_(self, node: ast.Lambda) -> Value:
        names = self.signature(node.args)
        holder = self.scope
        self._inside("function", holder, names, lambda: self.expression(node.body))
        return UNKNOWN

    def comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> Value:
        held = self.scope
        self.findings.computes = True
        self.scope = Scope("comprehension", held)
        for generator in node.generators:
            self.iterate(generator.target, generator.iter)
            for condition in generator.ifs:
                self.expression(condition)
        if isinstance(node, ast.DictComp):
            self.expression(node.key)
        value = self.expression(node.value if isinstance(node, ast.DictComp) else node.elt)
        self.scope = held
        return many(value)

    def annotation(self, node: ast.expr) -> Value:
        """What a thing so annotated is; the names in it are uses."""
        self.expression(node)
        return called(self._declared(node))

    def _declared(self, node: ast.expr) -> Value:  # noqa: PLR0911 - one way to annotate after another
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            words = node.value.strip().split(".")
            if all(word.isidentifier() for word in words):
                value = self.lookup(words[0])
                for word in words[1:]:
                    value = attribute(value, word)
                return value
            return UNKNOWN
        if isinstance(node, ast.Name):
            return self.lookup(node.id) if node.id not in _OF_OTHERS else UNKNOWN
        if isinstance(node, ast.Attribute):
            return self.chain(node) if node.attr not in _OF_OTHERS else UNKNOWN
        if isinstance(node, ast.BinOp):
            return either(self._declared(node.left), self._declared(node.right))
        if isinstance(node, ast.Subscript):
            name = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
            if name in _SAME_TYPE:
                inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
                return either(*[self._declared(part) for part in inner])
            return self._declared(node.value)
        return UNKNOWN

    def iterate(self, target: ast.expr, source: ast.expr) -> None:
        """Bind the target of a loop or comprehension; enumerate and zip are seen through."""
        if isinstance(source, ast.Call) and isinstance(source.func, ast.Name) and isinstance(target, ast.Tuple):
            name, parts = source.func.id, target.elts
            if name == "enumerate" and len(parts) == 2 and source.args:  # noqa: PLR2004 - index and thing
                self.bind(parts[0], UNKNOWN)
                self.iterate(parts[1], source.args[0])
                return
            if name == "zip" and len(parts) == len(source.args):
                for part, argument in zip(parts, source.args, strict=True):
                    self.iterate(part, argument)
                return
        if isinstance(source, ast.Tuple | ast.List | ast.Set):
            self._iterate_display(target, source.elts)
        else:
            self.bind(target, called(self.expression(source)))

    def _iterate_display(self, target: ast.expr, items: list[ast.expr]) -> None:
        width = len(target.elts) if isinstance(target, ast.Tuple) else 0
        columns: list[list[Value]] = [[] for _ in range(width or 1)]
        for item in items:
            if width and isinstance(item, ast.Tuple) and len(item.elts) == width:
                for column, part in zip(columns, item.elts, strict=True):
                    column.append(self.expression(part))
            else:
                columns[0].append(self.expression(item))
        if isinstance(target, ast.Tuple):
            for part, column in zip(target.elts, columns, strict=True):
                self.bind(part, either(*column))
        else:
            self.bind(target, either(*columns[0]))

    def signature(self, arguments: ast.arguments) -> dict[str, Value]:
        """Parameters and what their annotations say they are; defaults and annotations are read here."""
        found: dict[str, Value] = {}
        for default in (*arguments.defaults, *arguments.kw_defaults):
            if default is not None:
                self.expression(default)
        for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            found[argument.arg] = self.annotation(argument.annotation) if argument.annotation is not None else UNKNOWN
        for packed in (arguments.vararg, arguments.kwarg):
            if packed is not None:
                if packed.annotation is not None:
                    self.expression(packed.annotation)
                found[packed.arg] = UNKNOWN
        return found


def _is_factor(arguments: list[ast.expr]) -> bool:
    return len(arguments) == 1 and not isinstance(arguments[0], ast.Constant)


_EXPRESSIONS: dict[type[ast.expr], Callable[[Expressions, Any], Value]] = {
    ast.Name: Expressions.name,
    ast.Attribute: Expressions.attribute,
    ast.Call: Expressions.call,
    ast.Subscript: Expressions.subscript,
    ast.Constant: Expressions.constant,
    ast.JoinedStr: Expressions.joined,
    ast.BinOp: Expressions.operation,
    ast.UnaryOp: Expressions.unary,
    ast.IfExp: Expressions.either_of,
    ast.BoolOp: Expressions.any_of,
    ast.Await: Expressions.passing,
    ast.Starred: Expressions.passing,
    ast.NamedExpr: Expressions.walrus,
    ast.List: Expressions.list_,
    ast.Set: Expressions.list_,
    ast.Dict: Expressions.dict_,
    ast.Lambda: Expressions.lambda_,
    ast.ListComp: Expressions.comprehension,
    ast.SetComp: Expressions.comprehension,
    ast.GeneratorExp: Expressions.comprehension,
    ast.DictComp: Expressions.comprehension,
}
