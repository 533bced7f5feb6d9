"""Python that cannot be parsed, not even written anew (python_older.py): templates, conflict markers, huge pieces.

Exact about strings and comments, blind to scopes: a name that is imported here or elsewhere in the module
and not bound by a plain assignment in the piece is taken for that import.
"""

from __future__ import annotations

import re

from collectors.reading.patterns import compiled
from collectors.reading.pieces import without_strings
from collectors.reading.python_findings import Findings, Use
from collectors.reading.python_values import UNKNOWN, Value

_CHAIN = compiled(rb"(?<![\w.\x80-\xff])([A-Za-z_]\w*+)((?:\.[A-Za-z_]\w*+)*+)(?![\w'\"\x80-\xff])")
_IMPORT = re.compile(
    rb"^[ \t]*+(?:import[ \t]++([^\n;]++)|from[ \t]++([\w.]++)[ \t]*+import[ \t]*+(\([^)]{0,10000}+\)|[^\n;]++))",
    re.MULTILINE,
)
_KEYWORD = re.compile(rb"(?<![\w.])[A-Za-z_]\w*+[ \t]*+=(?!=)")
_BOUND = re.compile(
    rb"^[ \t]*+([A-Za-z_]\w*+)[ \t]*+=(?!=)|\b(?:def|class)[ \t]++([A-Za-z_]\w*+)"
    rb"|\bfor[ \t]++([A-Za-z_]\w*+)[ \t]++in\b",
    re.MULTILINE,
)
_PARAMETERS = re.compile(rb"\bdef[ \t]++\w++[ \t]*+\(([^()]{0,2000})\)")
_WORD = re.compile(rb"[A-Za-z_]\w*+")
_LONGEST_CHAIN = 200


def findings(text: bytes) -> Findings:
    bare = without_strings(text)
    found = Findings(parsed=False)
    _read_imports(bare, found)
    hidden = _bound(bare) - found.table.keys()
    found.binds = {**dict.fromkeys(hidden, UNKNOWN), **found.table}
    body = _KEYWORD.sub(b"", _IMPORT.sub(lambda match: b"\n" * match[0].count(b"\n"), bare))
    for line, row in enumerate(body.split(b"\n")):
        for root, rest in _CHAIN.findall(row) if row else ():
            name = root.decode()
            if name not in hidden and len(rest) <= _LONGEST_CHAIN:
                value: Value = _rooted(found.table.get(name), name, rest.decode())
                if value:
                    found.uses.append(Use(line, value, late=True))
    return found


def _rooted(target: Value | None, name: str, rest: str) -> Value:
    if target is None:
        return ((name, rest),)
    return tuple([(root, form + rest) for root, form in target])


def _bound(bare: bytes) -> set[str]:
    names = {name.decode() for match in _BOUND.finditer(bare) for name in match.groups() if name}
    for match in _PARAMETERS.finditer(bare):
        names.update(word.decode() for word in _WORD.findall(match[1]))
    return names


def _read_imports(bare: bytes, found: Findings) -> None:
    line = at = 0
    for match in _IMPORT.finditer(bare):
        line += bare.count(b"\n", at, match.start())
        at = match.start()
        module = (match[2] or b"").decode()
        for part in (match[3] or match[1]).decode("latin-1").strip("()").replace("\\", " ").split(","):
            words = part.split()
            if len(words) in (1, 3) and words[0].replace(".", "a").replace("*", "a").isidentifier():
                _import_one(module, words, line, found)


def _import_one(module: str, words: list[str], line: int, found: Findings) -> None:
    name, local = words[0], words[-1]
    if module[:1] == ".":
        found.table[local] = UNKNOWN
        return
    full = f"{module}.{name}" if module else name
    found.imports.append((line, full))
    if name == "*":
        return
    if not module and len(words) == 1:
        local = full = name.partition(".")[0]
    found.table[local] = (("", full),)
