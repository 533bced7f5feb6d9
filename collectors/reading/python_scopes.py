"""One piece of Python source → what it imports, binds and uses: scope-aware, symbolic, environment-free.

Nothing here knows what other pieces say: every value refers to names of the module (python_values.py), so a
piece is analysed once and kept by its text. Function bodies are read after the scope that holds them, as
Python runs them; statements of one scope are followed in order, branches joined in favour of what is known.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from collectors.reading import python_shapes, python_strings
from collectors.reading.python_values import (
    INSTANCE,
    LOCAL,
    SOMETHING,
    UNKNOWN,
    Value,
    attribute,
    called,
    either,
    join,
    kept,
    made,
    many,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

Function = ast.FunctionDef | ast.AsyncFunctionDef
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_PASSING_ON = frozenset({"next", "iter", "reversed", "copy", "deepcopy", "tqdm", "track"})
_SAME_TYPE = frozenset({"Optional", "Union", "Annotated", "Final", "ClassVar", "Type", "type"})
_OF_OTHERS = frozenset(
    """
    list dict set tuple frozenset List Dict Set Tuple FrozenSet Sequence Iterable Iterator Mapping Generator
    Callable Literal Collection DefaultDict Deque AsyncIterator AsyncGenerator Awaitable Coroutine
    MutableMapping
    """.split()  # noqa: SIM905 - words read better than strings
)
_DEEPEST_INSTANCE = 4

TELLING_METHODS = {
    "backward": ("torch", "torch.Tensor().backward"),
    "fillna": ("pandas", "pandas.DataFrame().fillna"),
    "dropna": ("pandas", "pandas.DataFrame().dropna"),
    "isnull": ("pandas", "pandas.DataFrame().isnull"),
    "isna": ("pandas", "pandas.DataFrame().isna"),
    "notnull": ("pandas", "pandas.DataFrame().notnull"),
    "to_sql": ("pandas", "pandas.DataFrame().to_sql"),
    "iterrows": ("pandas", "pandas.DataFrame().iterrows"),
    "drop_duplicates": ("pandas", "pandas.DataFrame().drop_duplicates"),
    "value_counts": ("pandas", "pandas.DataFrame().value_counts"),
    "reset_index": ("pandas", "pandas.DataFrame().reset_index"),
    "sort_values": ("pandas", "pandas.DataFrame().sort_values"),
    "pivot_table": ("pandas", "pandas.DataFrame().pivot_table"),
}
"""Methods that only one library's objects have, met on a receiver of unknown origin: they count in a file
that imports the library (and no look-alike, see python.py)."""


@dataclass(slots=True, frozen=True)
class Use:
    """A chain of names that may stand for something of a library, on a line of the piece (0-based).

    `keywords` is None for the chain itself, else what a call of it is given: ((keyword, texts), …).
    `column` is the text of a string subscript on it. `late`: seen when the module is complete.
    """

    line: int
    value: Value
    late: bool
    keywords: tuple[tuple[str, tuple[str, ...]], ...] | None = None
    column: str = ""

    def of(self, value: Value) -> Use:
        return Use(self.line, value, self.late, self.keywords, self.column)


@dataclass(slots=True)
class Findings:
    """What one piece says; lines are 0-based within it."""

    parsed: bool = True
    imports: list[tuple[int, str]] = field(default_factory=list)  # as written, relative ones left out
    table: dict[str, Value] = field(default_factory=dict)  # module-level names that its imports bind
    binds: dict[str, Value] = field(default_factory=dict)  # module-level names after it, imports included
    declared_global: dict[str, Value] = field(default_factory=dict)
    uses: list[Use] = field(default_factory=list)
    operators: list[tuple[int, str]] = field(default_factory=list)
    strings: python_strings.Strings = field(default_factory=python_strings.Strings)
    shapes: list[python_shapes.Shape] = field(default_factory=list)
    annotated: list[int] = field(default_factory=list)  # lines of annotated functions
    functions: int = 0
    prose: set[int] = field(default_factory=set)  # lines of docstrings
    globals: set[str] = field(default_factory=set)  # declared so at the level of the piece
    nonlocals: set[str] = field(default_factory=set)
    attributes: list[tuple[str, str, Value]] = field(default_factory=list)  # (name, attribute, value) bound so
    returns: Value = UNKNOWN  # what it returns; of a head: as annotated
    does: bool = False  # more than a docstring, `pass` or `raise`
    computes: bool = False
    asserts: bool = False
    # of a head only
    line: int = 0  # of the definition below its decorators
    first: str = ""  # first parameter
    parameters: dict[str, Value] = field(default_factory=dict)
    wraps: tuple[str, ...] = ()  # names of decorators
    bases: Value = UNKNOWN
    _by_line: dict[int, list[Use]] | None = None

    @property
    def by_line(self) -> dict[int, list[Use]]:
        """Uses by their line."""
        found = self._by_line
        if found is None:
            found = self._by_line = {}
            for use in self.uses:
                found.setdefault(use.line, []).append(use)
        return found


@dataclass(slots=True)
class _Class:
    bases: Value
    own: set[str] = field(default_factory=set)  # methods and class-level names
    attributes: dict[str, Value] = field(default_factory=dict)


class _Scope:
    __slots__ = ("bound", "changes", "env", "globals", "kind", "klass", "nonlocals", "parent", "returns")

    def __init__(self, kind: str, parent: _Scope | None, klass: int | None = None) -> None:
        self.kind = kind  # module, function, class, comprehension
        self.parent = parent
        self.env: dict[str, Value] = {}
        self.bound: set[str] = set()
        self.changes: dict[str, Value | None] | None = None  # journal of the branch at hand: name → value before
        self.globals: set[str] = set()
        self.nonlocals: set[str] = set()
        self.returns: Value = UNKNOWN
        self.klass = klass


class Walker:
    """Walks the statements of one piece; `findings` holds the result."""

    def __init__(self) -> None:
        self.findings = Findings()
        self.scope = _Scope("module", None)
        self.module = self.scope
        self.late = False
        self.classes: list[_Class] = []
        self.deferred: list[Callable[[], None]] = []
        self.loops: list[python_shapes.Loop] = []

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

    def _finished(self) -> Findings:
        found = self.findings
        found.binds = {name: self._expanded(value) for name, value in self.module.env.items()}
        found.declared_global = {name: self._expanded(value) for name, value in found.declared_global.items()}
        expanded = [use if use.value[0][0][:1] != INSTANCE else use.of(self._expanded(use.value)) for use in found.uses]
        found.uses = [use for use in expanded if use.value]
        found.shapes = [shape.with_bases(self._expanded(shape.bases)) for shape in found.shapes]
        return found

    def _run_deferred(self) -> None:
        while self.deferred:
            waiting, self.deferred = self.deferred, []
            for body in waiting:
                body()

    # names

    def lookup(self, name: str) -> Value:
        scope: _Scope | None = self.scope
        beside = True  # whether names of a class body are seen: from itself and its comprehensions
        while scope is not None:
            if beside or scope.kind != "class":
                if name in scope.globals:
                    scope = self.module
                value = scope.env.get(name)
                if value is not None:
                    return value
                if scope.kind == "function" and scope is not self.scope and name in scope.bound:
                    return UNKNOWN
            beside = beside and scope.kind == "comprehension"
            scope = scope.parent
        return ((name, ""),)

    def assign(self, name: str, value: Value) -> None:
        self._assign_in(self.scope, name, value)

    def _assign_in(self, scope: _Scope, name: str, value: Value) -> None:
        if name in scope.globals and scope is not self.module:
            if value:
                self.findings.declared_global.setdefault(name, value)
            return
        if name in scope.nonlocals and scope is not self.module:
            return
        scope.bound.add(name)
        if scope.changes is not None:
            scope.changes.setdefault(name, scope.env.get(name))
        scope.env[name] = value
        if scope.kind == "class" and scope.klass is not None:
            owner = self.classes[scope.klass]
            owner.own.add(name)
            if value:
                owner.attributes[name] = either(owner.attributes.get(name, UNKNOWN), value)

    def bind(self, target: ast.expr, value: Value) -> None:
        if isinstance(target, ast.Name):
            self.assign(target.id, kept(value))
        elif isinstance(target, ast.Tuple | ast.List):
            each = called(value) if any(form.endswith("[]") for _, form in value) else value
            for part in target.elts:
                self.bind(part, each)
        elif isinstance(target, ast.Starred):
            self.bind(target.value, value)
        elif isinstance(target, ast.Attribute):
            self._bind_attribute(target, value)
        else:
            self.expression(target)

    def _bind_attribute(self, target: ast.Attribute, value: Value) -> None:
        if isinstance(target.value, ast.Name):
            holder = self.lookup(target.value.id)
            if holder and holder[0][0][:1] == INSTANCE and not holder[0][1]:
                owner = self.classes[int(holder[0][0][1:])]
                owner.attributes[target.attr] = either(owner.attributes.get(target.attr, UNKNOWN), kept(value))
                return
            if self.scope is self.module:
                self.findings.attributes.append((target.value.id, target.attr, kept(value)))
        self.expression(target)

    def record(self, line: int, value: Value) -> None:
        if value and any(form[-1:] != ")" and root != LOCAL for root, form in value):
            self.findings.uses.append(Use(line - 1, value, self.late))

    def _expanded(self, value: Value, depth: int = 0) -> Value:
        """`self` resolved by what the class assigns to its attributes and by its bases."""
        if not any(root[:1] == INSTANCE for root, _ in value):
            return value
        found: Value = UNKNOWN
        for root, form in value:
            if root[:1] != INSTANCE:
                found = either(found, ((root, form),))
            elif depth < _DEEPEST_INSTANCE:
                found = either(found, self._of_instance(self.classes[int(root[1:])], form, depth))
        return found

    def _of_instance(self, owner: _Class, form: str, depth: int) -> Value:
        mark = form[:1] if form[:1] == "=" else ""
        name, rest = first_part(form[len(mark) :])
        if not name:
            return UNKNOWN
        known = owner.attributes.get(name)
        if known:
            forms = kept(self._expanded(known, depth + 1))
            inner = [(root, join(base, rest)) for root, base in forms]
            return tuple([(root, mark + joined) for root, joined in inner if joined is not None])
        if name in owner.own:
            return ((LOCAL, form),)
        if known is not None:
            return ((SOMETHING, mark + "." + name + rest),)
        base = self._expanded(called(owner.bases), depth + 1)
        inherited = [(root, join(made_by, form)) for root, made_by in base]
        return tuple([(root, f) for root, f in inherited if f is not None]) or ((SOMETHING, form),)

    # statements

    def statements(self, body: Sequence[ast.stmt]) -> None:
        for statement in body:
            handler = _STATEMENTS.get(statement.__class__)
            if handler is None:
                self.children(statement)
            else:
                handler(self, statement)

    def children(self, node: ast.AST) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.expression(child)
            elif isinstance(child, ast.stmt):
                self.statements((child,))
            else:
                self.children(child)

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
                if isinstance(target, ast.Tuple | ast.List) and len(target.elts) == len(values):
                    for part, value in zip(target.elts, values, strict=True):
                        self.bind(part, value)
                else:
                    self.bind(target, many(either(*values)) if isinstance(source, ast.List) else UNKNOWN)
            return
        value = self.expression(source)
        for target in node.targets:
            self.bind(target, value)

    def annotated_assignment(self, node: ast.AnnAssign) -> None:
        declared = self.annotation(node.annotation)
        value = self.expression(node.value) if node.value is not None else UNKNOWN
        self.bind(node.target, either(value, declared))

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
        self.scope.globals.update(node.names)

    def nonlocal_(self, node: ast.Nonlocal) -> None:
        self.scope.nonlocals.update(node.names)

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
            self._returned(
                node, holder, either(returned, inner.returns), is_property=any("property" in w for w in wraps)
            )

        self.deferred.append(body)

    def _returned(self, node: Function, holder: _Scope, value: Value, *, is_property: bool) -> None:
        """Let calls of the function give what it returns; never what a generator yields."""
        if not value or (isinstance(node, ast.AsyncFunctionDef) and not value):
            return
        gives = value if is_property else made(value)
        if holder.kind == "class" and holder.klass is not None:
            self.classes[holder.klass].attributes[node.name] = gives
        elif holder.env.get(node.name) == ((LOCAL, ""),):
            holder.env[node.name] = gives

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

    def _inside(self, kind: str, parent: _Scope, names: dict[str, Value], run: Callable[[], object]) -> _Scope:
        """Run in a new scope; uses of names that turn out to be its own say nothing."""
        held, late, loops = self.scope, self.late, self.loops
        scope = _Scope(kind, parent)
        scope.env.update(names)
        scope.bound.update(names)
        first = len(self.findings.uses)
        self.scope, self.late, self.loops = scope, True, []
        run()
        self.scope, self.late, self.loops = held, late, loops
        early = scope.bound
        uses = self.findings.uses
        if any(use.value[0][0] in early for use in uses[first:]):
            uses[first:] = [use if use.value[0][0] not in early else _unbound(use) for use in uses[first:]]
        scope.returns = tuple([alternative for alternative in scope.returns if alternative[0] not in early])
        return scope

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
        owner = _Class(bases)
        self.classes.append(owner)
        holder, loops = self.scope, self.loops
        self.scope, self.loops = _Scope("class", holder, number), []
        self.statements(node.body)
        self.scope, self.loops = holder, loops
        python_shapes.class_shapes(node, bases, self.findings.shapes)
        self.assign(node.name, (*made(called(bases)), (LOCAL, "")))

    # expressions

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
        if not node.attr.startswith("__"):
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
        self._called_with(node, target)
        for loop in self.loops:
            loop.calls.add(name)
        if python_shapes.takes_comparison(node):
            self.findings.computes = True
        result = called(target)
        return either(first, result) if name in _PASSING_ON else result

    def _super(self) -> Value:
        scope: _Scope | None = self.scope
        while scope is not None and scope.kind != "class":
            scope = scope.parent
        return (
            made(called(self.classes[scope.klass].bases)) if scope is not None and scope.klass is not None else UNKNOWN
        )

    def _called_with(self, node: ast.Call, target: Value) -> None:
        if not target:
            return
        for keyword in node.keywords:
            if keyword.arg is not None:
                texts = python_strings.options(keyword.arg, keyword.value)
                self.findings.uses.append(Use(keyword.lineno - 1, target, self.late, ((keyword.arg, texts),)))

    def subscript(self, node: ast.Subscript) -> Value:
        value = self.expression(node.value)
        index = node.slice
        self.expression(index)
        if value and isinstance(index, ast.Constant) and isinstance(index.value, str):
            column = python_strings.column(index.value)
            if column:
                self.findings.uses.append(Use(index.lineno - 1, value, self.late, None, column))
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
        return many(either(*[self.expression(value) for value in node.values]))

    def lambda_(self, node: ast.Lambda) -> Value:
        names = self.signature(node.args)
        holder = self.scope
        self._inside("function", holder, names, lambda: self.expression(node.body))
        return UNKNOWN

    def comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> Value:
        held = self.scope
        self.findings.computes = True
        self.scope = _Scope("comprehension", held)
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


def _unbound(use: Use) -> Use:
    """A name of the scope itself, met before it is bound."""
    return use.of(tuple([(SOMETHING, form) for _, form in use.value]))


def _wraps(node: Function) -> list[str]:
    found = [decorator.func if isinstance(decorator, ast.Call) else decorator for decorator in node.decorator_list]
    return [part.attr if isinstance(part, ast.Attribute) else getattr(part, "id", "") for part in found]


def first_part(form: str) -> tuple[str, str]:
    """`.model.fit` → (`model`, `.fit`)."""
    if form[:1] != ".":
        return "", form
    end = len(form)
    for mark in (".", "(", "["):
        at = form.find(mark, 1)
        if at > 0:
            end = min(end, at)
    return form[1:end], form[end:]


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
_EXPRESSIONS: dict[type[ast.expr], Callable[[Walker, Any], Value]] = {
    ast.Name: Walker.name,
    ast.Attribute: Walker.attribute,
    ast.Call: Walker.call,
    ast.Subscript: Walker.subscript,
    ast.Constant: Walker.constant,
    ast.JoinedStr: Walker.joined,
    ast.BinOp: Walker.operation,
    ast.UnaryOp: Walker.unary,
    ast.IfExp: Walker.either_of,
    ast.BoolOp: Walker.any_of,
    ast.Await: Walker.passing,
    ast.Starred: Walker.passing,
    ast.NamedExpr: Walker.walrus,
    ast.List: Walker.list_,
    ast.Set: Walker.list_,
    ast.Dict: Walker.dict_,
    ast.Lambda: Walker.lambda_,
    ast.ListComp: Walker.comprehension,
    ast.SetComp: Walker.comprehension,
    ast.GeneratorExp: Walker.comprehension,
    ast.DictComp: Walker.comprehension,
}
