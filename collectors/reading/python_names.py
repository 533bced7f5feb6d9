"""What names stand for across the pieces of a module: namespaces filled from findings, read when asked.

A namespace keeps for each name what was bound to it and by which part; asking for a name at a part gives the
last binding before it, asking at the end gives the last of all. Nothing is resolved before it is asked for,
so reading one changed function costs that function and what its names lead to.
"""

from __future__ import annotations

from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING

from collectors.reading import python_blocks, python_stars
from collectors.reading.pieces import Piece
from collectors.reading.python_bindings import DEEPEST, Bindings, Elsewhere, Entry, Instance, Later, now
from collectors.reading.python_kept import findings_of, globals_of, is_unread, split_of, told_of
from collectors.reading.python_narrow import SHORTEST, narrow
from collectors.reading.python_values import LOCAL, SOMETHING, UNKNOWN, Value, join, settled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from collectors.reading.python_bindings import Bound
    from collectors.reading.python_definitions import Block
    from collectors.reading.python_findings import Findings
    from collectors.reading.python_heads import Told

END = 1 << 60  # the state of a namespace when all of it has run
BEFORE = -1  # a binding that holds from the first statement on
_NO_NAMES = frozenset({"", LOCAL, SOMETHING})
_MUCH_TO_SEARCH = 50_000  # statements times names; beyond it all are taken in


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
                block = self._block = self.space.opens(cut, self)
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


class Namespace:
    """Names of a module, class or function. `position`: where it stands among the parts of its parent.

    `opens` makes a definition that is cut into a block of its own (python_definitions.py).
    """

    def __init__(
        self,
        kind: str,
        parent: Namespace | None,
        own: frozenset[str],
        opens: Callable[[python_blocks.Split, Part], Block],
        position: int = END,
    ) -> None:
        self.kind = kind
        self.parent = parent
        self.own = own
        self.opens = opens
        self.position = position
        self.block: Block | None = None
        self.parts: list[Part] = []
        self.entries: dict[str, Bindings] = {}
        self.outside: set[str] = set()  # declared global or nonlocal
        self.declared: list[tuple[str, Elsewhere]] = []
        # attribute → (part, name it was bound on, value)
        self.attributes: dict[str, list[tuple[int, str, Value | Later]]] = {}
        self.returned: list[tuple[int, Value | Later]] = []
        self._imports: list[tuple[int, dict[str, Value]]] = []  # (part, module-level names that its imports bind)
        self.stars: tuple[str, ...] | None = None  # of a module: modules whose names are all imported
        self._declaring: list[tuple[Part, frozenset[str]]] | None = None  # definitions, names they declare global
        self._unread: list[Part] = []
        self._learned: set[str] = set()  # names that no statement left unread holds
        self._early: dict[str, str | Instance] = {}
        self._late: dict[str, str | Instance] = {}
        self._values: dict[tuple[Value, int], str] = {}  # (value, how many bindings of its root count) → form

    def bind(self, name: str, at: int, value: Bound) -> None:
        bindings = self.entries.get(name)
        if bindings is None:
            bindings = self.entries[name] = Bindings()
        bindings.add(Entry(at, value))

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
                gone = set(map(id, taken))
                self._unread = [part for part in self._unread if id(part) not in gone]
                for part in taken:
                    self._take(part)
        if self.kind == "module":
            self._serve_import(name)
            self._serve_global(name)

    def bindings(self, name: str) -> Bindings | None:
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
                self.bind(name, at, Later(part, name))
            else:
                self.declared.append((name, Elsewhere(self, at, Later(part, name))))
        if said.attribute is not None:
            holder, attribute = said.attribute
            self.attributes.setdefault(attribute, []).append((at, holder, Later(part, attribute=attribute)))
        elif said.returns:
            self.returned.append((at, Later(part)))

    def _read(self, part: Part) -> None:
        at, found = part.position, part.found
        for name, value in found.binds.items():
            if name not in self.outside or self.kind == "module":
                self.bind(name, at, value)
            elif name not in found.nonlocals:
                self.declared.append((name, Elsewhere(self, at, value)))
        for name, attribute, value in found.attributes:
            self.attributes.setdefault(attribute, []).append((at, name, value))
        if found.returns:
            self.returned.append((at, found.returns))
        if found.table:
            self._imports.append((at, found.table))
        if found.globals or found.nonlocals or found.declared_global:
            self.outside |= found.globals | found.nonlocals
            self.declared += [(name, Elsewhere(self, at, value)) for name, value in found.declared_global.items()]

    def _serve_import(self, name: str) -> None:
        """Let what a module imports anywhere be known from its first line."""
        tables = [(at, table[name]) for at, table in self._imports if name in table]
        if tables:
            bindings = self.entries[name]
            if bindings.ats[0] >= 0:
                bindings.add(Entry(BEFORE, min(tables)[1]))

    def _serve_global(self, name: str) -> None:
        """Let what functions declare global be known at the end, where the module binds nothing else."""
        if name in self.entries:
            return
        declared = self.declared_as(name)
        if self._declaring is None:
            self._declaring = [(part, globals_of(part.text)) for part in self.parts if part.definition]
        for part, names in self._declaring:
            if not declared and name in names:
                declared += _declared_in(part, name)
        if declared:
            self.bind(name, BEFORE, declared[0])

    def declared_as(self, name: str) -> list[Elsewhere]:
        return sorted([value for own, value in self.declared if own == name], key=attrgetter("at"))

    def returns(self) -> list[tuple[int, Value | Later]]:
        """What a function returns, in order."""
        if "return" not in self._learned:
            self.learn("return")
        return sorted(self.returned, key=itemgetter(0))

    def bound_attributes(self, name: str) -> list[tuple[int, str, Value | Later]]:
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
        self._declaring = None
        self._early.clear()
        self._late.clear()
        self._values.clear()
        self.block = None

    # asking

    def seen(self, name: str, at: int) -> tuple[Namespace, Bindings, int] | None:
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
            return self._starred(name)
        space, bindings, count = found
        while bindings.settled < count:
            entry = bindings.entries[bindings.settled]
            if entry.busy or depth > DEEPEST:
                break
            space.settle(entry, depth)
            bindings.settled += 1
        last = bindings.entries[count - 1]
        return last.value if isinstance(last.value, Instance) else last.form or ""

    def _starred(self, name: str) -> str:
        """What a name stands for that nothing binds: something of a library whose names are all imported."""
        space = self
        while space.parent is not None:
            if space.bindings(name) is not None:
                return ""
            space = space.parent
        if space.bindings(name) is not None:
            return ""
        if space.stars is None:
            space.stars = python_stars.starred(part.text for part in space.parts if not part.definition)
        return python_stars.origin(name, space.stars, space.own) if space.stars else ""

    def settle(self, entry: Entry, depth: int) -> None:
        value = entry.value
        if isinstance(value, Instance):
            return
        entry.busy = True
        if isinstance(value, Part):
            form = value.form(depth + 1)
        elif isinstance(value, Elsewhere):
            form = value.space.resolve(now(value.value), value.at, depth + 1)
        elif isinstance(value, Later):
            form = self.resolve(value.value(), entry.at, depth + 1)
        else:
            form = self.resolve(value, entry.at, depth + 1)
        entry.form = settled(form)
        entry.busy = False

    def asked(self, value: Value, at: int) -> str:
        """What `resolve` gives, kept: the statements of a body ask for the same things again and again."""
        if len(value) != 1 or value[0][0] in _NO_NAMES:
            return self.resolve(value, at)
        bindings = self.bindings(value[0][0])
        key = (value, bindings.count(at) if bindings is not None else -1 if at == END else -2)
        form = self._values.get(key)
        if form is None:
            form = self._values[key] = self.resolve(value, at)
        return form

    def _imports_name(self, name: str, at: int) -> bool:
        """Whether a name is imported: a function of the project whose text is elsewhere gives nobody knows what."""
        found = self.seen(name, at)
        value = found[1].entries[found[2] - 1].value if found is not None else UNKNOWN
        return isinstance(value, tuple) and bool(value) and not value[0][0]

    def resolve(self, value: Value, at: int, depth: int = 0) -> str:
        """The form of the first alternative that leads to a library."""
        local = False
        for root, form in value:
            if not root:
                if top_of(form) not in self.own:
                    return form
                local = local or not _calls_function(form)
            elif root == LOCAL:
                local = True
            elif root != SOMETHING:
                base = self.form(root, at, depth)
                if isinstance(base, Instance):
                    found = base.take(form, depth + 1)
                elif base == LOCAL:
                    given = _calls_function(form) or (form[:2] == "()" and root.islower())
                    found = "" if given and self._imports_name(root, at) else LOCAL
                else:
                    found = (join(base, form) or "") if base else ""
                if found and found != LOCAL:
                    return found
                local = local or found == LOCAL
        return LOCAL if local else ""


def _calls_function(form: str) -> bool:
    """Whether it is what a function (by its name, no class) of another module of the project gives."""
    call = form.find("()")
    return call > 0 and form[form.rfind(".", 0, call) + 1 : call].islower()


def _declared_in(part: Part, name: str) -> Iterator[Elsewhere]:
    """What a definition binds to a name that it declares global."""
    block = part.block
    if block is None:
        if name in part.found.declared_global:
            yield Elsewhere(part.space, END, part.found.declared_global[name])
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
