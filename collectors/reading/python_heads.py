"""What a simple statement binds, told from its first words: most are never read further.

Only what is sure is told. Whatever could bind more than it shows (compound statements, several statements on
a line, assignment expressions, odd targets) is left to the parser.
"""

from __future__ import annotations

import re
from keyword import kwlist
from typing import NamedTuple

from collectors.reading.patterns import compiled
from collectors.reading.pieces import without_strings


class Told(NamedTuple):
    """`names` are bound by the statement; `attribute` (holder, name) is; `returns`: it is a return."""

    names: tuple[str, ...] = ()
    attribute: tuple[str, str] | None = None
    returns: bool = False


NOTHING = Told()
_RETURN = Told(returns=True)

_TARGET = compiled(
    rb"(?P<names>[A-Za-z_]\w*+(?:[ \t]*+,[ \t]*+[A-Za-z_]\w*+)*+)(?P<path>(?:\.[A-Za-z_]\w*+)*+)"
    rb"(?P<index>(?:\[[^\[\]=\n]*+\])*+)[ \t]*+(?P<mark>=(?!=)|:(?!=)|\(|(?:[-+*/%&|^@]|//|\*\*|<<|>>)=)?"
)
_GIVEN = compiled(  # what stands right of `=` and is no further target
    rb"[ \t]*+(?:[\d\"'{(\[~-]|[A-Za-z_]\w*+(?:\.[A-Za-z_]\w*+)*+[ \t]*+(?:==|[^=,\\\s.:]))"
)
_LATER_TARGET = compiled(rb"[)\]}](?:\.\w++)*+[ \t]*+=(?!=)")
_LISTED = compiled(rb"[)\]}](?:\.\w++)*+[ \t]*+,")
_INNERMOST = re.compile(rb"[(\[{][^()\[\]{}]*+[)\]}]")
_DEEPEST = 20
_BINDS_NOTHING = frozenset({b"pass", b"raise", b"assert", b"break", b"continue", b"yield", b"await"})
_COMPOUND = (frozenset(word.encode() for word in kwlist) | {b"match", b"type", b"print", b"exec"}) - _BINDS_NOTHING


def told(text: bytes) -> Told | None:
    """What a column-0 statement binds; None when only the parser can say."""
    if (b";" in text or b":=" in text) and not _is_single(without_strings(text)):
        return None
    if text[:1] in (b'"', b"'"):
        return NOTHING
    found = _TARGET.match(text)
    if found is None:
        return None
    first = found["names"]
    if first == b"return":
        return _RETURN
    return NOTHING if first in _BINDS_NOTHING else _bound(text, found)


def _bound(text: bytes, found: re.Match[bytes]) -> Told | None:
    names, path, index, mark = found.groups()
    each = [name.strip() for name in names.split(b",")] if b"," in names else [names]
    if mark is None or not _COMPOUND.isdisjoint(each) or (mark == b"=" and not _is_last(text, found.end())):
        return None
    if len(each) > 1:
        return Told(tuple([name.decode() for name in each])) if mark == b"=" and not path and not index else None
    if index or mark == b"(":
        return NOTHING if mark != b"(" or _is_call(text) else None
    if not path:
        return Told((names.decode(),))
    if path.count(b".") > 1 or mark not in (b"=", b":"):
        return NOTHING
    return Told(attribute=(names.decode(), path[1:].decode()))


def _is_single(bare: bytes) -> bool:
    return b";" not in bare and b":=" not in bare


def _is_call(text: bytes) -> bool:
    """Whether what begins with a call assigns nothing (`f(a).b = c`, `f(a)[0], b = c`)."""
    return b"=" not in text or (_LATER_TARGET.search(text) is None and not _assigns(text))


def _is_last(text: bytes, at: int) -> bool:
    """Whether what follows an `=` holds no further target (`a = b = c`)."""
    if text.find(b"=", at) < 0:
        return True
    return _GIVEN.match(text, at) is not None and _LATER_TARGET.search(text, at) is None and not _assigns(text[at:])


def _assigns(text: bytes) -> bool:
    """Whether a list of targets may end with a name (`a[0], b = c`): an equals sign outside of brackets."""
    if _LISTED.search(text) is None:
        return False
    bare, inner = without_strings(text), 1
    for _ in range(_DEEPEST):
        bare, inner = _INNERMOST.subn(b"", bare)
        if not inner:
            break
    return b"=" in bare
