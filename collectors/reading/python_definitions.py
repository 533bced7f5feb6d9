"""Functions and classes of several statements: what they stand for, return, and keep in attributes of `self`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectors.reading.python_bindings import Instance, Later, now
from collectors.reading.python_kept import attributes_of, head_of
from collectors.reading.python_names import BEFORE, END, Namespace, Part
from collectors.reading.python_values import LOCAL, Value, join, settled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.reading import python_blocks
    from collectors.reading.python_findings import Findings


class Block:
    """A function or class of several statements: a namespace of its own, filled when first asked."""

    def __init__(self, cut: python_blocks.Split, part: Part) -> None:
        self.kind = cut.kind
        self.name = cut.name
        self.part = part
        self.parent = part.space
        self.owner = part.space.block if part.space.kind == "class" else None  # the class of a method
        self._cut = cut
        self._head: Findings | None = None
        self._inside: Namespace | None = None
        self._members: dict[str, list[str]] = {}
        self._busy: set[str] = set()
        self._binders: dict[bytes, list[Block]] | None = None

    def is_plain(self) -> bool:
        """Whether all methods of a class could be cut; otherwise it is better read whole."""
        return self.kind == "function" or all(part.block is not None for part in self.inside.parts if part.definition)

    def release(self) -> None:
        if self._inside is not None:
            self._inside.release()
            self._inside = None
        self._binders = None

    @property
    def head(self) -> Findings:
        if self._head is None:
            self._head = head_of(self._cut.head)
        return self._head

    @property
    def inside(self) -> Namespace:
        if self._inside is None:
            position = self.part.position if self.kind == "class" else END
            space = self._inside = Namespace(self.kind, self.parent, self.parent.own, self.parent.opens, position)
            space.block = self
            if self.kind == "function":
                for name, value in self.head.parameters.items():
                    space.bind(name, BEFORE, value)
            space.fill(self._cut.body, self.part.line)
            if self.owner is not None:
                self._tie(space, self.owner)
        return self._inside

    def methods(self) -> Iterator[Block]:
        for part in self.inside.parts:
            if part.block is not None and part.block.kind == "function":
                yield part.block

    def _tie(self, space: Namespace, owner: Block) -> None:
        """Make the first parameter of a method stand for an instance of its class."""
        first = self.head.first
        if first and "staticmethod" not in self.head.wraps:
            base = owner.base()
            inherited: Value = (("", "=" + base),) if base else ((LOCAL, ""),)
            space.bind("super", BEFORE, inherited)
            space.entries[first].entries[0].value = inherited if "classmethod" in self.head.wraps else Instance(owner)

    # what it stands for

    def form(self, depth: int = 0) -> str:
        if self.kind == "class":
            base = self.base(depth)
            return "=" + base if base else LOCAL
        given = self.gives(depth)
        if given in ("", LOCAL):
            return given
        return "=" + given if given[0] != "=" else LOCAL

    def gives(self, depth: int = 0) -> str:
        """What calling the function gives: as annotated, else the first of its returns that is known.

        LOCAL when it returns nothing, or something of the project's own; "" when nobody knows what.
        """
        space = self.inside
        declared = self.parent.resolve(self.head.returns, END, depth) if self.head.returns else ""
        if declared and declared != LOCAL:
            return declared
        returned = [settled(space.resolve(now(value), at, depth)) for at, value in space.returns()]
        known = next((found for found in returned if found and found != LOCAL), "")
        return known or ("" if "" in returned and not declared else LOCAL)

    def base(self, depth: int = 0) -> str:
        """An instance of the first library class it derives from."""
        for alternative in self.head.bases:
            found = self.parent.resolve((alternative,), self.part.position, depth)
            made = join(found, "()") if found and found != LOCAL else None
            if made is not None and made[0] != "=":
                return made
        return ""

    def bases(self) -> list[str]:
        return [self.parent.resolve((alternative,), self.part.position) for alternative in self.head.bases]

    def member(self, name: str, depth: int = 0) -> list[str] | None:
        """Forms that an attribute of an instance may have; None: the class knows no such attribute."""
        known = self._members.get(name)
        if known is not None:
            return known
        if name in self._busy:
            return []
        bound = self._bound(name)
        if not bound and self.inside.bindings(name) is None:
            return None
        self._busy.add(name)
        forms = self._class_level(name, depth)
        forms += [settled(space.resolve(now(value), at, depth + 1)) for space, at, value in bound]
        self._busy.discard(name)
        self._members[name] = forms
        return forms

    def _bound(self, name: str) -> list[tuple[Namespace, int, Value | Later]]:
        """What its methods bind to an attribute of `self`; only those that name it are opened."""
        found = []
        for method in self._binding().get(name.encode(), ()):
            space, first = method.inside, method.head.first
            found += [(space, at, value) for at, holder, value in space.bound_attributes(name) if holder == first]
        return found

    def _binding(self) -> dict[bytes, list[Block]]:
        """Methods by the attributes that they may bind."""
        if self._binders is None:
            self._binders = {}
            for method in self.methods():
                for name in attributes_of(method.part.text):
                    self._binders.setdefault(name, []).append(method)
        return self._binders

    def _class_level(self, name: str, depth: int) -> list[str]:
        entries = self.inside.bindings(name)
        if not entries:
            return []
        last = entries.entries[-1].value
        method = last.block if isinstance(last, Part) else None
        if method is not None and any("property" in wrap for wrap in method.head.wraps):
            return [method.gives(depth + 1) or LOCAL]
        form = self.inside.form(name, END, depth + 1)
        if not isinstance(form, str):
            return [LOCAL]
        return [form if isinstance(last, Part) else form or LOCAL]
