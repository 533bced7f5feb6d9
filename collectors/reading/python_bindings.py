"""What a name is bound to, by which statement: values at once, or promises that are kept when asked."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Protocol, TypeAlias

from collectors.reading.python_findings import first_part
from collectors.reading.python_values import LOCAL, UNKNOWN, Value, join

if TYPE_CHECKING:
    from collectors.reading.python_names import Namespace, Part

DEEPEST = 60
"""Steps from name to name."""


class Later:
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


class Elsewhere:
    """A value bound in another namespace, by a `global` declaration."""

    __slots__ = ("at", "space", "value")

    def __init__(self, space: Namespace, at: int, value: Value | Later) -> None:
        self.space = space
        self.at = at
        self.value = value


class Entry:
    """One binding of a name; `form` is what it stands for, once somebody asked."""

    __slots__ = ("at", "busy", "form", "value")

    def __init__(self, at: int, value: Bound) -> None:
        self.at = at
        self.value = value
        self.form: str | None = None
        self.busy = False


class Bindings:
    """All bindings of one name in one namespace, in order."""

    __slots__ = ("ats", "entries", "settled")

    def __init__(self) -> None:
        self.ats: list[int] = []
        self.entries: list[Entry] = []
        self.settled = 0  # how many are known from the first on; a chain of bindings is walked, not descended

    def add(self, entry: Entry) -> None:
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


class _Owner(Protocol):
    """The class that `self` is an instance of."""

    def member(self, name: str, depth: int = 0) -> list[str] | None: ...
    def base(self, depth: int = 0) -> str: ...


class Instance:
    """`self` in the methods of a class."""

    __slots__ = ("owner",)

    def __init__(self, owner: _Owner) -> None:
        self.owner = owner

    def take(self, form: str, depth: int) -> str:
        mark = form[:1] if form[:1] == "=" else ""
        name, rest = first_part(form[len(mark) :])
        if not name or depth > DEEPEST:
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


Bound: TypeAlias = "Value | Part | Later | Elsewhere | Instance"


def now(value: Value | Later) -> Value:
    return value.value() if isinstance(value, Later) else value
