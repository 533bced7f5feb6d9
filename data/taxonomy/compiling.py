"""Entries of area files → clauses that the matcher understands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.distributions import distributions_by_import, normal
from data.models import FactKind
from data.taxonomy.entries import Technology
from data.taxonomy.matching import EVER, Clause, Match, separator

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from data.taxonomy.entries import Entry

# Readers of these languages follow what is imported to its uses: the import alone is no use there.
FOLLOWED = frozenset({"python", "r", "julia"})
SYMBOL_LANGUAGES = FOLLOWED | {"javascript", "typescript", "html"}
_RULE_LENGTH = 200  # the store's column


def compile_entries(entries: Iterable[Entry]) -> tuple[Clause, ...]:
    """Return the clauses of all entries, in their order."""
    return tuple(clause for entry in entries for clause in _clauses(entry))


def split_fact(text: str) -> tuple[str, str, str]:
    """Split `kind:pattern` or `kind/language:pattern` into kind, language ("" when none) and pattern."""
    head, _, pattern = text.partition(":")
    kind, _, language = head.partition("/")
    return kind, language, pattern


def _clauses(entry: Entry) -> Iterator[Clause]:
    yield from _of_imports(entry)
    yield from _of_uses(entry)
    yield from _of_mentions(entry)
    yield from _of_files_and_words(entry)
    for text in entry.facts:
        for kind, languages, pattern in _facts(entry, text):
            yield Clause(kind, languages, pattern, _shows(entry, text, entry.skills))
    for text in (*entry.needs, *entry.confirmed_by):
        ever = EVER if entry.confirmed_by else ""
        condition = Match("condition", entry.id, weak=False, rule=_label(entry, text), needs=ever)
        for kind, languages, pattern in _facts(entry, text):
            yield Clause(kind, languages, pattern, (condition,))


def _of_uses(entry: Entry) -> Iterator[Clause]:
    """Yield what certain uses show besides, for languages whose symbols are read."""
    languages = [name for name in entry.languages if name in SYMBOL_LANGUAGES]
    for kind, table in ((FactKind.SYMBOL, entry.symbols), (FactKind.ARGUMENT, entry.arguments)):
        for pattern, skills in table.items():
            shown = _shows(entry, pattern, skills, technology=False)
            for between, those in _by_separator(languages):
                yield Clause(kind, those, *_under(entry, pattern, between, shown))
            if kind is FactKind.SYMBOL and entry.imports and not pattern.startswith("()"):
                yield from _of_members(entry, pattern, shown)


def _of_members(entry: Entry, pattern: str, shown: tuple[Match, ...]) -> Iterator[Clause]:
    """Yield the same for languages whose imports alone are read: what is imported is used."""
    for between, those in _by_separator([name for name in entry.languages if name not in SYMBOL_LANGUAGES]):
        whole = "" if pattern == "**" else pattern.removesuffix(f"{between}**")
        for one in dict.fromkeys((pattern, whole)):
            yield Clause(FactKind.IMPORT, those, *_under(entry, one, between, shown))


def _of_mentions(entry: Entry) -> Iterator[Clause]:
    for pattern in _distributions(entry):
        yield Clause(FactKind.LISTED, ("python",), pattern, _weakly(entry, f"listed {pattern}"))
    for pattern in entry.listed:
        yield Clause(FactKind.LISTED, entry.languages, pattern, _weakly(entry, f"listed {pattern}"))
    for pattern in entry.tags:
        yield Clause(FactKind.TAG, (), pattern, _weakly(entry, f"tag {pattern}"))


def _distributions(entry: Entry) -> list[str]:
    """Return what brings the entry's Python imports and is not named by it."""
    if "python" not in entry.languages or not isinstance(entry, Technology):
        return []
    bring = distributions_by_import()
    return sorted({name for root in entry.imports for name in bring.get(root, ())} - {normal(n) for n in entry.listed})


def _of_files_and_words(entry: Entry) -> Iterator[Clause]:
    plain = (
        (FactKind.FILE, entry.files),
        (FactKind.IMAGE, entry.images),
        (FactKind.ACTION, entry.actions),
        (FactKind.DATA, entry.data),
    )
    for kind, patterns in plain:
        for pattern in patterns:
            yield Clause(kind, (), pattern, _shows(entry, f"{kind} {pattern}", entry.skills))


def _of_imports(entry: Entry) -> Iterator[Clause]:
    for language in entry.languages:
        between = separator(language)
        followed = language in FOLLOWED
        for root in entry.imports:
            seen = _shows(entry, f"import {root}", entry.skills, weak=followed)
            used = _shows(entry, f"{root}{between}**", entry.skills)
            yield Clause(FactKind.IMPORT, (language,), root, seen)
            yield Clause(FactKind.IMPORT, (language,), f"{root}{between}**", seen)
            if language in SYMBOL_LANGUAGES:
                yield Clause(FactKind.SYMBOL, (language,), f"{root}{between}**", used)


def _by_separator(languages: list[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Group languages by what stands between a package and its member."""
    for between in dict.fromkeys(map(separator, languages)):
        yield between, tuple(name for name in languages if separator(name) == between)


def _under(
    entry: Entry, pattern: str, between: str, shown: tuple[Match, ...]
) -> tuple[str, tuple[Match, ...], tuple[str, ...]]:
    """Return the pattern, what it shows and its roots, the entry's imports; without these it stands for itself."""
    if not entry.imports:
        return pattern, shown, ()
    return f"~{pattern}" if pattern.startswith("()") else f"{between}{pattern}" if pattern else "", shown, entry.imports


def _facts(entry: Entry, text: str) -> Iterator[tuple[str, tuple[str, ...], str]]:
    kind, language, pattern = split_fact(text)
    of_code = kind in {FactKind.SYMBOL, FactKind.ARGUMENT, FactKind.IMPORT}
    languages = (language,) if language else entry.languages if of_code else ()
    yield kind, languages, pattern.replace("**().", "**~().") if pattern.startswith("**()") else pattern


def _shows(
    entry: Entry, pattern: str, skills: tuple[str, ...], *, weak: bool = False, technology: bool = True
) -> tuple[Match, ...]:
    label = _label(entry, pattern)
    needs = entry.id if entry.needs or entry.confirmed_by else ""
    matches = [Match("skill", skill.removesuffix("?"), weak or skill.endswith("?"), label, needs) for skill in skills]
    if technology and isinstance(entry, Technology):
        matches.insert(0, Match("technology", entry.id, weak, label))
    return tuple(matches)


def _weakly(entry: Entry, pattern: str) -> tuple[Match, ...]:
    """Return what a mere mention shows: the technology, weakly, and no skill."""
    if isinstance(entry, Technology):
        return (Match("technology", entry.id, weak=True, rule=_label(entry, pattern)),)
    return _shows(entry, pattern, entry.skills, weak=True)


def _label(entry: Entry, pattern: str) -> str:
    return f"{entry.id}: {pattern}"[:_RULE_LENGTH]
