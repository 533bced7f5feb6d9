"""One piece of Python source → what it imports, binds and uses: scope-aware, symbolic, environment-free.

Nothing here knows what other pieces say: every value refers to names of the module (python_values.py), so a
piece is analysed once and kept by its text. Function bodies are read after the scope that holds them, as
Python runs them; statements of one scope are followed in order, branches joined in favour of what is known.
"""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING, Any

from collectors.reading import python_shapes
from collectors.reading.python_expressions import Expressions
from collectors.reading.python_scopes import Class, Scope
from collectors.reading.python_values import (
    INSTANCE,
    LOCAL,
    SOMETHING,
    UNKNOWN,
    Value,
    called,
    either,
    kept,
    made,
    many,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from collectors.reading.python_findings import Findings

Function = ast.FunctionDef | ast.AsyncFunctionDef
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Walker(Expressions):
    """Walks the statements of one piece."""

    def walk(self, tree: ast.Module) -> Findings:
        self.statements(tree.body)
        self._run_deferred()
        found = self.findings
        found.returns = self.module.returns
        found.globals, found.nonlocals = self.module.globals, self.module.nonlocals
        found.does = any(python_shapes.does_something(statement) for statement in tree.body)
        return self._finished()

    def head(self, tree: ast.Module) -> Findings:
        """Of a definition without its body: what it says itself, and what it gives its body."""
        found, node = self.findings, tree.body[-1]
        found.line = node.lineno - 1
        if isinstance(node, ast.ClassDef):
            found.bases = self.class_head(node)
        elif isinstance(node, _FUNCTIONS):
            found.parameters, found.returns = self.function_head(node)
            arguments = [*node.args.posonlyargs, *node.args.args]
            found.first = arguments[0].arg if arguments else ""
            found.wraps = tuple(_wraps(node))
        self._run_deferred()
        return self._finished()

    # statements

    def statements(self, body: Sequence[ast.stmt]) -> None:
        for statement in body:
            handler = _STATEMENTS.get(statement.__class__)
            if handler is None:
                self.children(statement)
            else:
                handler(self, statement)

    def import_(self, node: ast.Import) -> None:
        for alias in node.names:
            self.findings.imports.append((alias.lineno - 1, alias.name))
            top = alias.name.partition(".")[0]
            self._imported(alias.asname or top, (("", alias.name if alias.asname else top),))

    def import_from(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            if node.level:
                self._imported(alias.asname or alias.name, UNKNOWN)
                continue
            full = f"{node.module}.{alias.name}"
            self.findings.imports.append((alias.lineno - 1, full))
            if alias.name != "*":
                self._imported(alias.asname or alias.name, (("", full),))

    def _imported(self, name: str, value: Value) -> None:
        self.assign(name, value)
        if self.scope.kind == "module":
            self.findings.table.setdefault(name, value)

    def expression_statement(self, node: ast.Expr) -> None:
        value = node.value
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            last = (node.end_lineno or node.lineno) - 1
            self.findings.prose.update(range(node.lineno - 1, last + 1))
            python_shapes.doctest(node, value.value, self.findings.shapes)
        else:
            self.expression(value)

    def assignment(self, node: ast.Assign) -> None:
        source = node.value
        if isinstance(source, ast.Tuple | ast.List):
            values = [self.expression(part) for part in source.elts]
            for target in node.targets:
                python_shapes.kept_as_end(target, source, self.findings.shapes)
                if isinstance(target, ast.Tuple | ast.List) and len(target.elts) == len(values):
                    for part, value in zip(target.elts, values, strict=True):
                        self.bind(part, value)
                else:
                    self.bind(target, many(either(*values)) if isinstance(source, ast.List) else UNKNOWN)
            return
        value = self.expression(source)
        for target in node.targets:
            self.bind(target, value)
            self.findings.strings.assigned(target, source)
            python_shapes.p_value(target, source, self.findings.shapes)
            python_shapes.kept_as_end(target, source, self.findings.shapes)

    def annotated_assignment(self, node: ast.AnnAssign) -> None:
        declared = self.annotation(node.annotation)
        value = self.expression(node.value) if node.value is not None else UNKNOWN
        self.bind(node.target, either(value, declared))
        if node.value is not None:
            self.findings.strings.assigned(node.target, node.value)

    def augmented_assignment(self, node: ast.AugAssign) -> None:
        self.findings.computes = True
        value = self.expression(node.value)
        if isinstance(node.target, ast.Name):
            self.bind(node.target, either(self.lookup(node.target.id), called(value)))
        else:
            self.expression(node.target)

    def assert_(self, node: ast.Assert) -> None:
        self.findings.asserts = True
        self.children(node)

    def delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            self.bind(target, UNKNOWN)

    def return_(self, node: ast.Return) -> None:
        if node.value is not None:
            value = self.expression(node.value)
            self.scope.returns = either(self.scope.returns, kept(value))
            self.scope.vague = self.scope.vague or not (value or isinstance(node.value, ast.Constant))

    def with_(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            value = self.expression(item.context_expr)
            if item.optional_vars is not None:
                self.bind(item.optional_vars, value)
        self.statements(node.body)

    def for_(self, node: ast.For | ast.AsyncFor) -> None:
        self.iterate(node.target, node.iter)
        self._loop(node)

    def while_(self, node: ast.While) -> None:
        self.expression(node.test)
        self._loop(node)

    def _loop(self, node: ast.For | ast.AsyncFor | ast.While) -> None:
        self.findings.computes = True
        self.loops.append(python_shapes.Loop(node))
        self.branches([node.body], always=False)
        loop = self.loops.pop()
        if not self.loops:
            loop.conclude(self.findings.shapes)
        self.statements(node.orelse)

    def if_(self, node: ast.If) -> None:
        self.expression(node.test)
        if python_shapes.is_main_guard(node.test):
            self.findings.shapes.append(
                python_shapes.Shape("dunder-main", node.lineno - 1, ((node.lineno - 1, node.lineno - 1),))
            )
        self.branches([node.body, node.orelse], always=bool(node.orelse))

    def try_(self, node: ast.Try | ast.TryStar) -> None:
        def handler(handled: ast.ExceptHandler) -> Callable[[], None]:
            def run() -> None:
                if handled.type is not None:
                    self.expression(handled.type)
                if handled.name:
                    self.assign(handled.name, UNKNOWN)
                self.statements(handled.body)

            return run

        def body() -> None:
            self.statements(node.body)
            self.statements(node.orelse)

        self.join_branches([body, *[handler(handled) for handled in node.handlers]], always=True)
        self.statements(node.finalbody)

    def match_(self, node: ast.Match) -> None:
        self.expression(node.subject)

        def case_(case: ast.match_case) -> Callable[[], None]:
            def run() -> None:
                self.pattern(case.pattern)
                if case.guard is not None:
                    self.expression(case.guard)
                self.statements(case.body)

            return run

        self.join_branches([case_(case) for case in node.cases], always=False)

    def pattern(self, node: ast.AST) -> None:
        name = getattr(node, "name", None) or getattr(node, "rest", None)
        if isinstance(name, str):
            self.assign(name, UNKNOWN)
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.expression(child)
            else:
                self.pattern(child)

    def branches(self, bodies: Sequence[Sequence[ast.stmt]], *, always: bool) -> None:
        self.join_branches([partial(self.statements, body) for body in bodies], always=always)

    def join_branches(self, bodies: Iterable[Callable[[], None]], *, always: bool) -> None:
        """Run each from the same state; afterwards a name is what any made of it. `always`: one of them runs."""
        scope = self.scope
        outer = scope.changes
        outcomes: list[dict[str, Value]] = []
        before: dict[str, Value | None] = {}
        for body in bodies:
            scope.changes = {}
            body()
            outcomes.append({name: scope.env[name] for name in scope.changes if name in scope.env})
            for name, value in scope.changes.items():
                before[name] = value
                if value is None:
                    scope.env.pop(name, None)
                else:
                    scope.env[name] = value
        scope.changes = outer
        for name, old in before.items():
            values = [outcome[name] for outcome in outcomes if name in outcome]
            if not always or len(values) < len(outcomes):
                before_all = ((name, ""),) if scope is self.module else UNKNOWN
                values.append(before_all if old is None else old)
            self._assign_in(scope, name, either(*values))

    def global_(self, node: ast.Global) -> None:
        self.scope.globals = self.scope.globals.union(node.names)

    def nonlocal_(self, node: ast.Nonlocal) -> None:
        self.scope.nonlocals = self.scope.nonlocals.union(node.names)

    # definitions

    def function_head(self, node: Function) -> tuple[dict[str, Value], Value]:
        for decorator in node.decorator_list:
            self.expression(decorator)
        declared = self.signature(node.args)
        returned = self.annotation(node.returns) if node.returns is not None else UNKNOWN
        self.findings.functions += 1
        if python_shapes.is_annotated(node):
            self.findings.annotated.append(node.lineno - 1)
        return declared, returned

    def function(self, node: Function) -> None:
        declared, returned = self.function_head(node)
        holder = self.scope
        method = holder.kind == "class" and holder.klass is not None
        self.assign(node.name, made(returned) or ((LOCAL, ""),))
        python_shapes.test_function(node, self.findings.shapes)
        python_shapes.written_function(node, self.findings.shapes)
        wraps = _wraps(node)

        def body() -> None:
            names = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
            if method and names and "staticmethod" not in wraps and holder.klass is not None:
                instance = ((f"{INSTANCE}{holder.klass}", ""),)
                declared[names[0]] = (
                    made(called(self.classes[holder.klass].bases)) if "classmethod" in wraps else instance
                )
            inner = self._inside("function", holder, declared, lambda: self.statements(node.body))
            given = either(returned, inner.returns)
            if not given and inner.vague:
                given = ((SOMETHING, ""),)
            self._returned(node, holder, given, is_property=any("property" in w for w in wraps))

        self.deferred.append(body)

    def _returned(self, node: Function, holder: Scope, value: Value, *, is_property: bool) -> None:
        """Let calls of the function give what it returns; never what a generator yields."""
        if not value or (isinstance(node, ast.AsyncFunctionDef) and not value):
            return
        gives = value if is_property else made(value)
        if holder.kind == "class" and holder.klass is not None:
            self.classes[holder.klass].attributes[node.name] = gives
        elif holder.env.get(node.name) == ((LOCAL, ""),):
            holder.env[node.name] = gives

    def class_head(self, node: ast.ClassDef) -> Value:
        for decorator in node.decorator_list:
            self.expression(decorator)
        bases = either(*[self.expression(base) for base in node.bases])
        for keyword in node.keywords:
            self.expression(keyword.value)
        return bases

    def class_(self, node: ast.ClassDef) -> None:
        bases = self.class_head(node)
        number = len(self.classes)
        owner = Class(bases)
        self.classes.append(owner)
        holder, loops = self.scope, self.loops
        self.scope, self.loops = Scope("class", holder, number), []
        self.statements(node.body)
        self.scope, self.loops = holder, loops
        python_shapes.class_shapes(node, bases, self.findings.shapes)
        self.assign(node.name, (*made(called(bases)), (LOCAL, "")))


def _wraps(node: Function) -> list[str]:
    found = [decorator.func if isinstance(decorator, ast.Call) else decorator for decorator in node.decorator_list]
    return [part.attr if isinstance(part, ast.Attribute) else getattr(part, "id", "") for part in found]


_STATEMENTS: dict[type[ast.stmt], Callable[[Walker, Any], None]] = {
    ast.Import: Walker.import_,
    ast.ImportFrom: Walker.import_from,
    ast.Expr: Walker.expression_statement,
    ast.Assign: Walker.assignment,
    ast.AnnAssign: Walker.annotated_assignment,
    ast.AugAssign: Walker.augmented_assignment,
    ast.Assert: Walker.assert_,
    ast.Delete: Walker.delete,
    ast.Return: Walker.return_,
    ast.With: Walker.with_,
    ast.AsyncWith: Walker.with_,
    ast.For: Walker.for_,
    ast.AsyncFor: Walker.for_,
    ast.While: Walker.while_,
    ast.If: Walker.if_,
    ast.Try: Walker.try_,
    ast.TryStar: Walker.try_,
    ast.Match: Walker.match_,
    ast.Global: Walker.global_,
    ast.Nonlocal: Walker.nonlocal_,
    ast.FunctionDef: Walker.function,
    ast.AsyncFunctionDef: Walker.function,
    ast.ClassDef: Walker.class_,
}
