"""What may stand in an area file, and what is wrong with one that does not keep to it."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any, get_args

from data.models import FactKind
from data.taxonomy.compiling import split_fact
from data.taxonomy.entries import Rule, SkillSource, Technology

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from data.taxonomy.entries import Entry

PATTERNS = ("imports", "symbols", "arguments", "files", "listed", "images", "actions", "tags", "data", "facts")
BESIDE = ("needs", "confirmed_by")
LISTS = ("languages", "imports", "skills", "files", "listed", "images", "actions", "tags", "data", "facts", *BESIDE)
TABLES = ("symbols", "arguments")
TEXTS = ("id", "name", "docs", "reason", "sample", "sample_path", "near_miss", "near_miss_path")
KINDS = ("skill", "technology", "rule")

_KEYS: dict[str, frozenset[str]] = {
    "area": frozenset({"id", "name", "summary", "order", "best", "always", *KINDS}),
    "skill": frozenset({"id", "name", "reason", "evidence", "source"}),
    "technology": frozenset({*LISTS, *TABLES, *TEXTS}) - {*BESIDE, "reason"},
    "rule": frozenset({*LISTS, *TABLES, *TEXTS}) - {"listed", "name", "docs"},
}
_REQUIRED = {
    "area": ("id", "name", "summary", "order"),
    "skill": ("id", "name", "reason", "evidence"),
    "technology": ("id", "name", "docs", "sample", "near_miss"),
    "rule": ("id", "reason", "sample", "near_miss"),
}
_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_HEADER = re.compile(r"\[\[?\s*([\w.-]+)\s*\]\]?")
_ARGUMENT = re.compile(r".+\((?:[\w.]+|\*)=.*\)")


_SPARED = frozenset({"docs", "sample", "near_miss"})
"""What a person's own entries, which nobody else reads, may leave out."""


def wrong_keys(kind: str, row: Mapping[str, Any], *, own: bool = False) -> Iterator[str]:
    """Say what is wrong with the keys and types of a table: an area, a skill, a technology or a rule."""
    who = f'{kind} "{row.get("id", "")}"'
    known = _KEYS[kind]
    for key in sorted(row.keys() - known):
        yield f"{who}: unknown key {key!r}; known are {', '.join(sorted(known))}"
    for key in _REQUIRED[kind]:
        if (key not in row or row[key] == "") and not (own and key in _SPARED):
            yield f"{who}: {key} is missing"
    if "id" in row and not _ID.fullmatch(str(row["id"])):
        yield f"{who}: an id is lower-case words joined by hyphens"
    for key, value in row.items():
        fits, said = _type_of(key)
        if not fits(value):
            yield f"{who}: {key} must be {said}"
    if row.get("source", "code") not in get_args(SkillSource):
        yield f"{who}: source must be one of {', '.join(get_args(SkillSource))}"


def wrong_entry(entry: Entry, *, own: bool = False) -> Iterator[str]:
    """Say what is wrong with the patterns of a technology or rule."""
    if not any(getattr(entry, key) for key in PATTERNS):
        yield f"nothing to look for: give one of {', '.join(PATTERNS)}"
    yield from _wrong_facts(entry)
    for pattern in entry.arguments:
        if not _ARGUMENT.fullmatch(pattern):
            yield f"argument {pattern!r} is not `callable(keyword=)` or `callable(keyword=text)`"
    for pattern in entry.symbols:
        if "(" in pattern.replace("()", ""):
            yield f"symbol {pattern!r} has brackets that are not `()`"
    if isinstance(entry, Rule) and not (entry.skills or entry.symbols or entry.arguments):
        yield "shows no skill"
    is_linked = entry.docs.startswith("https://") or (own and not entry.docs) if isinstance(entry, Technology) else True
    if not is_linked:
        yield "docs must be an https address"


def _wrong_facts(entry: Entry) -> Iterator[str]:
    for text in (*entry.facts, *entry.needs, *entry.confirmed_by):
        kind, _, pattern = split_fact(text)
        if kind not in set(FactKind) or not pattern:
            yield f"{text!r} is not `kind:pattern` or `kind/language:pattern` with a kind of {', '.join(FactKind)}"
    if entry.needs and entry.confirmed_by:
        yield "needs and confirmed_by exclude each other"


def unsorted_id(ids: Sequence[str]) -> tuple[int, str] | None:
    """Return the position of the first id that stands after a greater one, and that one."""
    return next(((n, one) for n, (one, two) in enumerate(pairwise(ids), 1) if one > two), None)


def _type_of(key: str) -> tuple[Callable[[object], bool], str]:
    if key in KINDS:
        return (lambda value: isinstance(value, list) and all(isinstance(item, dict) for item in value)), f"[[{key}]]"
    if key in {"order", "best"}:
        return (lambda value: type(value) is int), "a whole number"
    if key in TABLES:
        return _is_skill_table, "a table of pattern = skill or list of skills"
    if key in {*LISTS, "always"}:
        return _is_texts, "a list of texts"
    return (lambda value: isinstance(value, str)), "a text"


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and item for item in value)


def _is_skill_table(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(item, str) or _is_texts(item) for item in value.values())


class Lines:
    """Where the tables of a TOML text begin; its parser does not tell."""

    def __init__(self, text: str) -> None:
        self._starts: dict[str, list[int]] = {}
        inside = ""
        for number, line in enumerate(text.splitlines(), 1):
            header = _HEADER.match(line) if not inside else None
            if header:
                self._starts.setdefault(header[1], []).append(number)
            for quotes in re.findall(r'"""|\'\'\'', line):
                inside = "" if inside == quotes else inside or quotes

    def of(self, kind: str, number: int) -> int:
        """Return the line of the numberth `[[kind]]`, from 0."""
        starts = self._starts.get(kind, [])
        return starts[number] if number < len(starts) else 0
