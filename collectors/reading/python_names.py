"""What names stand for across the pieces of a module: namespaces filled from findings, read when asked.

A namespace keeps for each name what was bound to it and by which part; asking for a name at a part gives the
last binding before it, asking at the end gives the last of all. Nothing is resolved before it is asked for,
so reading one changed function costs that function and what its names lead to.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING

from collectors.reading import python_blocks
from collectors.reading.pieces import Piece
from collectors.reading.python_kept import findings_of, head_of, is_unread, split_of, told_of
from collectors.reading.python_narrow import SHORTEST, narrow
from collectors.reading.python_scopes import Findings, first_part
from collectors.reading.python_values import LOCAL, SOMETHING, UNKNOWN, Value, join, settled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from collectors.reading.python_heads import Told


END = 1 << 60  # the state of a namespace when all of it has run
_BEFORE = -1
_DEEPEST = 60  # steps from name to name
_MUCH_TO_SEARCH = 50_000  # statements times names; beyond it all are taken in
_LONGEST_SEARCHED = 20_000  # bytes of a method; a longer one is opened without a look


class Part:
    """One statement of a namespace; a long definition is opened as a block when something of it is needed."""

    __slots__ = ("_block", "_found", "_opened", "definition", "line", "position", "space", "text")

    def __init__(self, piece: Piece, line: int, space: Namespace, definition: str) -> None:
        self.line = line + piece.line  # index of its first line among the module's lines
        self.text = piece.text
        self.space = space
        self.position = len(space.parts)
        self.definition = definition  # name of the class or function it is, or ""
        self._block: Block | None = None
        self._opened = False
        self._found: Findings | None = None

    @property
    def found(self) -> Findings:
        if self._found is None:
            self._found = findings_of(self.text)
        return self._found

    def found_on(self, lines: Sequence[int]) -> Findings:
        """What it says on these lines (of the module, sorted), and maybe on others."""
        text = self.text
        if self._found is None and len(text) >= SHORTEST and is_unread(text) and told_of(text) is not None:
            shorter = narrow(text, [line - self.line for line in lines])
            found = findings_of(shorter) if shorter is not text else None
            if found is not None and found.parsed:
                return found
        return self.found

    @property
    def block(self) -> Block | None:
        if not self._opened:
            self._opened = True
            cut = split_of(self.text, short=self.space.kind == "class") if self.definition else None
            if cut is not None:
                block = self._block = Block(cut, self)
                if not block.is_plain():
                    self.release()
        return self._block

    def release(self) -> None:
        if self._block is not None:
            self._block.release()
            self._block = None

    def form(self, depth: int) -> str:
        """What the name of the definition stands for."""
        block = self.block
        if block is not None:
            return block.form(depth)
        value = next(iter(self.found.binds.values()), UNKNOWN)
        return self.space.resolve(value, END if self.space.kind == "module" else self.position, depth)


class _Later:
    """What a statement binds to a name or an attribute, or returns; the statement is read when this is asked."""

    __slots__ = ("attribute", "name", "part")

    def __init__(self, part: Part, name: str = "", attribute: str = "") -> None:
        self.part = part
        self.name = name
        self.attribute = attribute

    def value(self) -> Value:
        found = self.part.found
        if self.attribute:
            return next((value for _, name, value in found.attributes if name == self.attribute), UNKNOWN)
        return found.binds.get(self.name, UNKNOWN) if self.name else found.returns


class _Elsewhere:
    """A value bound in another namespace, by a `global` declaration."""

    __slots__ = ("at", "space", "value")

    def __init__(self, space: Namespace, at: int, value: Value | _Later) -> None:
        self.space = space
        self.at = at
        self.value = value


class _Entry:
    """One binding of a name; `form` is what it stands for, once somebody asked."""

    __slots__ = ("at", "busy", "form", "value")

    def __init__(self, at: int, value: Bound) -> None:
        self.at = at
        self.value = value
        self.form: str | None = None
        self.busy = False


class _Bindings:
    """All bindings of one name in one namespace, in order."""

    __slots__ = ("ats", "entries", "settled")

    def __init__(self) -> None:
        self.ats: list[int] = []
        self.entries: list[_Entry] = []
        self.settled = 0  # how many are known from the first on; a chain of bindings is walked, not descended

    def add(self, entry: _Entry) -> None:
        at = entry.at
        if not self.ats or self.ats[-1] <= at:
            self.ats.append(at)
            self.entries.append(entry)
            return
        place = bisect_right(self.ats, at)
        self.ats.insert(place, at)
        self.entries.insert(place, entry)

    def count(self, at: int) -> int:
        return bisect_left(self.ats, at)


class Namespace:
    """Names of a module, class or function. `position`: where it stands among the parts of its parent."""

    def __init__(self, kind: str, parent: Namespace | None, own: frozenset[str], position: int = END) -> None:
        self.kind = kind
        self.parent = parent
        self.own = own
        self.position = position
        self.block: Block | None = None
        self.parts: list[Part] = []
        self.entries: dict[str, _Bindings] = {}
        self.outside: set[str] = set()  # declared global or nonlocal
        self.declared: list[tuple[str, _Elsewhere]] = []
        # attribute → (part, name it was bound on, value)
        self.attributes: dict[str, list[tuple[int, str, Value | _Later]]] = {}
        self.returned: list[tuple[int, Value | _Later]] = []
        self._imports: list[tuple[int, dict[str, Value]]] = []  # (part, module-level names that its imports bind)
        self._unread: list[Part] = []
        self._learned: set[str] = set()  # names that no statement left unread holds
        self._early: dict[str, str | Instance] = {}
        self._late: dict[str, str | Instance] = {}

    def bind(self, name: str, at: int, value: Bound) -> None:
        bindings = self.entries.get(name)
        if bindings is None:
            bindings = self.entries[name] = _Bindings()
        bindings.add(_Entry(at, value))

    def fill(self, pieces: Sequence[Piece], line: int) -> None:
        """Take the statements in; their number is how the state between them is told."""
        for piece in pieces:
            text = piece.text
            first = text[:1]
            name = python_blocks.defined(text) if first in b"@dca#\n \t" else ""
            if name:
                part = Part(piece, line, self, name)
                self.bind(name, part.position, part)
                self.parts.append(part)
                continue
            cut = python_blocks.split(text) if first in b"wi" else None
            if cut is None:
                self._add(Part(piece, line, self, ""))
            else:
                self._add(Part(Piece(piece.line, cut.head + b" pass"), line, self, ""))
                self.fill(cut.body, line + piece.line)

    def _add(self, part: Part) -> None:
        """Keep a statement for when a name in it is asked for; what it declares global must be known before."""
        self.parts.append(part)
        if b"global" in part.text or b"nonlocal" in part.text or not part.text.isascii():
            self._take(part)
        else:
            self._unread.append(part)

    def learn(self, name: str) -> None:
        """Take in all statements that may bind a name: those that hold it."""
        self._learned.add(name)
        if self._unread:
            word = name.encode()
            if len(self._unread) * len(self._learned) > _MUCH_TO_SEARCH:
                word = b""  # every statement
            taken = [part for part in self._unread if word in part.text]
            if taken:
                self._unread = [part for part in self._unread if word not in part.text]
                for part in taken:
                    self._take(part)
        if self.kind == "module":
            self._serve_import(name)
            self._serve_global(name)

    def bindings(self, name: str) -> _Bindings | None:
        if name not in self._learned:
            self.learn(name)
        return self.entries.get(name)

    def _take(self, part: Part) -> None:
        """Take in what a statement binds."""
        said = told_of(part.text)
        if said is None:
            self._read(part)
        else:
            self._promise(part, said)

    def _promise(self, part: Part, said: Told) -> None:
        """The same without reading it."""
        at = part.position
        for name in said.names:
            if name not in self.outside or self.kind == "module":
                self.bind(name, at, _Later(part, name))
            else:
                self.declared.append((name, _Elsewhere(self, at, _Later(part, name))))
        if said.attribute is not None:
            holder, attribute = said.attribute
            self.attributes.setdefault(attribute, []).append((at, holder, _Later(part, attribute=attribute)))
        elif said.returns:
            self.returned.append((at, _Later(part)))

    def _read(self, part: Part) -> None:
        at, found = part.position, part.found
        for name, value in found.binds.items():
            if name not in self.outside or self.kind == "module":
                self.bind(name, at, value)
            elif name not in found.nonlocals:
                self.declared.append((name, _Elsewhere(self, at, value)))
        for name, attribute, value in found.attributes:
            self.attributes.setdefault(attribute, []).append((at, name, value))
        if found.returns:
            self.returned.append((at, found.returns))
        if found.table:
            self._imports.append((at, found.table))
        if found.globals or found.nonlocals or found.declared_global:
            self.outside |= found.globals | found.nonlocals
            self.declared += [(name, _Elsewhere(self, at, value)) for name, value in found.declared_global.items()]

    def _serve_import(self, name: str) -> None:
        """Let what a module imports anywhere be known from its first line."""
        tables = [(at, table[name]) for at, table in self._imports if name in table]
        if tables:
            bindings = self.entries[name]
            if bindings.ats[0] >= 0:
                bindings.add(_Entry(_BEFORE, min(tables)[1]))

    def _serve_global(self, name: str) -> None:
        """Let what functions declare global be known at the end, where the module binds nothing else."""
        if name in self.entries:
            return
        declared = self.declared_as(name)
        word = name.encode()
        for part in self.parts:
            if part.definition and not declared and b"global " in part.text and word in part.text:
                declared += _declared_in(part, name)
        if declared:
            self.bind(name, _BEFORE, declared[0])

    def declared_as(self, name: str) -> list[_Elsewhere]:
        return sorted([value for own, value in self.declared if own == name], key=attrgetter("at"))

    def returns(self) -> list[tuple[int, Value | _Later]]:
        """What a function returns, in order."""
        if "return" not in self._learned:
            self.learn("return")
        return sorted(self.returned, key=itemgetter(0))

    def bound_attributes(self, name: str) -> list[tuple[int, str, Value | _Later]]:
        """What is bound to an attribute of this name: (part, name it was bound on, value)."""
        if name not in self._learned:
            self.learn(name)
        return sorted(self.attributes.get(name, ()), key=itemgetter(0))

    def release(self) -> None:
        """Forget everything, so that nothing refers in circles."""
        for part in self.parts:
            part.release()
        self.parts.clear()
        self.entries.clear()
        self.declared.clear()
        self.attributes.clear()
        self.returned.clear()
        self._unread.clear()
        self._early.clear()
        self._late.clear()
        self.block = None

    # asking

    def seen(self, name: str, at: int) -> tuple[Namespace, _Bindings, int] | None:
        """The bindings of a name as seen from a part of this namespace, and how many of them count."""
        space: Namespace | None = self
        late = at == END
        while space is not None:
            if name not in space.outside or space.kind == "module":
                bindings = space.bindings(name) if space is self or space.kind != "class" else None
                if bindings is not None:
                    count = bindings.count(at)
                    if count:
                        return space, bindings, count
                    if space.kind == "function":
                        return None
            late = late or space.kind == "function"
            at = END if late else space.position
            space = space.parent
        return None

    def form(self, name: str, at: int, depth: int = 0) -> str | Instance:
        """What a name stands for; LOCAL: the project's own, "": unknown."""
        if self.bindings(name) is None:
            return self._outer_form(name, at, depth)
        return self._form(name, at, depth)

    def _outer_form(self, name: str, at: int, depth: int) -> str | Instance:
        """Of a name that is bound outside: the same for all parts. Kept unless asked on the way to another."""
        kept = self._late if at == END else self._early
        known = kept.get(name)
        if known is None:
            known = self._form(name, at, depth)
            if not depth:
                kept[name] = known
        return known

    def _form(self, name: str, at: int, depth: int) -> str | Instance:
        found = self.seen(name, at)
        if found is None:
            return ""
        space, bindings, count = found
        while bindings.settled < count:
            entry = bindings.entries[bindings.settled]
            if entry.busy or depth > _DEEPEST:
                break
            space.settle(entry, depth)
            bindings.settled += 1
        last = bindings.entries[count - 1]
        return last.value if isinstance(last.value, Instance) else last.form or ""

    def settle(self, entry: _Entry, depth: int) -> None:
        value = entry.value
        if isinstance(value, Instance):
            return
        entry.busy = True
        if isinstance(value, Part):
            form = value.form(depth + 1)
        elif isinstance(value, _Elsewhere):
            form = value.space.resolve(_now(value.value), value.at, depth + 1)
        elif isinstance(value, _Later):
            form = self.resolve(value.value(), entry.at, depth + 1)
        else:
            form = self.resolve(value, entry.at, depth + 1)
        entry.form = settled(form)
        entry.busy = False

    def resolve(self, value: Value, at: int, depth: int = 0) -> str:
        """The form of the first alternative that leads to a library."""
        local = False
        for root, form in value:
            if not root:
                if top_of(form) not in self.own:
                    return form
                local = True
            elif root == LOCAL:
                local = True
            elif root != SOMETHING:
                base = self.form(root, at, depth)
                if isinstance(base, Instance):
                    found = base.take(form, depth + 1)
                elif base == LOCAL:
                    found = LOCAL
                else:
                    found = (join(base, form) or "") if base else ""
                if found and found != LOCAL:
                    return found
                local = local or found == LOCAL
        return LOCAL if local else ""


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

    def is_plain(self) -> bool:
        """Whether all methods of a class could be cut; otherwise it is better read whole."""
        return self.kind == "function" or all(part.block is not None for part in self.inside.parts if part.definition)

    def release(self) -> None:
        if self._inside is not None:
            self._inside.release()
            self._inside = None

    @property
    def head(self) -> Findings:
        if self._head is None:
            self._head = head_of(self._cut.head)
        return self._head

    @property
    def inside(self) -> Namespace:
        if self._inside is None:
            position = self.part.position if self.kind == "class" else END
            space = self._inside = Namespace(self.kind, self.parent, self.parent.own, position)
            space.block = self
            if self.kind == "function":
                for name, value in self.head.parameters.items():
                    space.bind(name, _BEFORE, value)
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
            space.bind("super", _BEFORE, inherited)
            space.entries[first].entries[0].value = inherited if "classmethod" in self.head.wraps else Instance(owner)

    # what it stands for

    def form(self, depth: int = 0) -> str:
        if self.kind == "class":
            base = self.base(depth)
            return "=" + base if base else LOCAL
        given = self.gives(depth)
        return "=" + given if given and given[0] != "=" else LOCAL

    def gives(self, depth: int = 0) -> str:
        """What calling the function gives: as annotated, else the first of its returns that is known."""
        space = self.inside
        declared = self.parent.resolve(self.head.returns, END, depth) if self.head.returns else ""
        if declared and declared != LOCAL:
            return declared
        for at, value in space.returns():
            found = settled(space.resolve(_now(value), at, depth))
            if found and found != LOCAL:
                return found
        return ""

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
        forms += [settled(space.resolve(_now(value), at, depth + 1)) for space, at, value in bound]
        self._busy.discard(name)
        self._members[name] = forms
        return forms

    def _bound(self, name: str) -> list[tuple[Namespace, int, Value | _Later]]:
        """What its methods bind to an attribute of `self`; only those that name it are opened."""
        word = b"." + name.encode()
        found = []
        for method in self.methods():
            if _may_bind(method.part.text, word):
                space, first = method.inside, method.head.first
                found += [(space, at, value) for at, holder, value in space.bound_attributes(name) if holder == first]
        return found

    def _class_level(self, name: str, depth: int) -> list[str]:
        entries = self.inside.bindings(name)
        if not entries:
            return []
        last = entries.entries[-1].value
        method = last.block if isinstance(last, Part) else None
        if method is not None and any("property" in wrap for wrap in method.head.wraps):
            return [method.gives(depth + 1) or LOCAL]
        form = self.inside.form(name, END, depth + 1)
        return [form or LOCAL] if isinstance(form, str) else [LOCAL]


class Instance:
    """`self` in the methods of a class."""

    __slots__ = ("owner",)

    def __init__(self, owner: Block) -> None:
        self.owner = owner

    def take(self, form: str, depth: int) -> str:
        mark = form[:1] if form[:1] == "=" else ""
        name, rest = first_part(form[len(mark) :])
        if not name or depth > _DEEPEST:
            return ""
        known = self.owner.member(name, depth)
        if known is None:
            base = self.owner.base(depth)
            return (join(base, form) or "") if base else ""
        for one in known:
            if one and one != LOCAL:
                found = join(one, rest)
                if found:
                    return mark + found
        return LOCAL if LOCAL in known else ""


Bound = Value | Part | _Later | _Elsewhere | Instance


def _now(value: Value | _Later) -> Value:
    return value.value() if isinstance(value, _Later) else value


def _may_bind(text: bytes, attribute: bytes) -> bool:
    """Whether something may be assigned to the attribute: told by what follows its name."""
    if len(text) > _LONGEST_SEARCHED:
        return True
    at = text.find(attribute)
    while at >= 0:
        at += len(attribute)
        after = text[at : at + 8].lstrip(b" \t)]")
        if after[:1] in (b",", b":") or after[:3] == b"in " or (after[:1] == b"=" and after[:2] != b"=="):
            return True
        at = text.find(attribute, at)
    return False


def _declared_in(part: Part, name: str) -> Iterator[_Elsewhere]:
    """What a definition binds to a name that it declares global."""
    block = part.block
    if block is None:
        if name in part.found.declared_global:
            yield _Elsewhere(part.space, END, part.found.declared_global[name])
        return
    block.inside.bindings(name)
    yield from block.inside.declared_as(name)
    for inner in block.inside.parts:
        if inner.definition:
            yield from _declared_in(inner, name)


def top_of(form: str) -> str:
    """The top-level package of a form."""
    for index, letter in enumerate(form):
        if letter in ".(":
            return form[:index].lstrip("=")
    return form.lstrip("=")
