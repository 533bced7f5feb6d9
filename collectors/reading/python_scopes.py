"""The scopes of one piece while it is walked: what is bound, looked up, used; `self` resolved when all is seen."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from collectors.reading.python_findings import Findings, Use, first_part
from collectors.reading.python_values import (
    INSTANCE,
    LOCAL,
    SOMETHING,
    UNKNOWN,
    Value,
    called,
    either,
    join,
    kept,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from collectors.reading import python_shapes

_DEEPEST_INSTANCE = 4
_NO_NAMES: frozenset[str] = frozenset()


@dataclass(slots=True)
class Class:
    bases: Value
    own: set[str] = field(default_factory=set)  # methods and class-level names
    attributes: dict[str, Value] = field(default_factory=dict)


class Scope:
    __slots__ = ("bound", "changes", "env", "globals", "kind", "klass", "nonlocals", "parent", "returns", "vague")

    def __init__(self, kind: str, parent: Scope | None, klass: int | None = None) -> None:
        self.kind = kind  # module, function, class, comprehension
        self.parent = parent
        self.env: dict[str, Value] = {}
        self.bound: set[str] = set()
        self.changes: dict[str, Value | None] | None = None  # journal of the branch at hand: name → value before
        self.globals: frozenset[str] = _NO_NAMES
        self.nonlocals: frozenset[str] = _NO_NAMES
        self.returns: Value = UNKNOWN
        self.vague = False  # returns something that nobody knows
        self.klass = klass


class Scopes:
    """The state of a walk; `findings` holds the result. Reading statements and expressions is for those who inherit."""

    def __init__(self) -> None:
        self.findings = Findings()
        self.scope = Scope("module", None)
        self.module = self.scope
        self.late = False
        self.classes: list[Class] = []
        self.deferred: list[Callable[[], None]] = []
        self.loops: list[python_shapes.Loop] = []

    def statements(self, body: Sequence[ast.stmt]) -> None:
        raise NotImplementedError

    def expression(self, node: ast.expr) -> Value:
        raise NotImplementedError

    def children(self, node: ast.AST) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.expression(child)
            elif isinstance(child, ast.stmt):
                self.statements((child,))
            else:
                self.children(child)

    def _finished(self) -> Findings:
        found = self.findings
        if not self.classes:  # nothing stands for an instance
            found.binds = self.module.env
            return found
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
        scope: Scope | None = self.scope
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

    def _assign_in(self, scope: Scope, name: str, value: Value) -> None:
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
        for root, form in value:
            if form[-1:] != ")" and root != LOCAL:
                self.findings.uses.append(Use(line - 1, value, self.late))
                return

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

    def _of_instance(self, owner: Class, form: str, depth: int) -> Value:
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

    def _inside(self, kind: str, parent: Scope, names: dict[str, Value], run: Callable[[], object]) -> Scope:
        """Run in a new scope; uses of names that turn out to be its own say nothing."""
        held, late, loops = self.scope, self.late, self.loops
        scope = Scope(kind, parent)
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


def _unbound(use: Use) -> Use:
    """A name of the scope itself, met before it is bound."""
    return use.of(tuple([(SOMETHING, form) for _, form in use.value]))
