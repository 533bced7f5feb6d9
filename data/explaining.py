"""Why a subject is shown, or is not: the facts and rules that speak for it, and those that nearly do."""

from __future__ import annotations

import difflib
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from data.errors import NotUsable
from data.evidence import CONDITION, countable, remembering
from data.models import FactKind
from data.packages import brought_by, package_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from data.evidence import Work
    from data.models import Activity, Fact
    from data.taxonomy import Match, Taxonomy


@dataclass(slots=True)
class Voice:
    """One fact value that a rule takes for a subject, and where it was seen first.

    `count` is how often it was seen; `commit` and `day` are empty for the tree at HEAD. `short_of` says in plain
    words why it is not enough; empty: it speaks for the subject.
    """

    subject_kind: str
    kind: str
    language: str
    value: str
    rule: str
    count: int
    commit: str
    day: date | None
    path: str
    line: int
    short_of: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that bears on one id; `definition` says what would count where nothing does."""

    subject: str
    name: str
    definition: str
    speaking: tuple[Voice, ...]
    near_misses: tuple[Voice, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """A package that is imported and that no rule knows; `distribution`: what brings it, if called otherwise."""

    language: str
    package: str
    uses: int
    active_days: int
    first: date | None
    distribution: str = ""


def explain(activities: Iterable[Activity], head: Sequence[Fact], taxonomy: Taxonomy, subject: str) -> Explanation:
    """Gather what speaks for a skill or technology in one project, earliest first, and what falls short.

    Raises NotUsable, naming ids that exist, when the taxonomy has none of this name.
    """
    name, definition = about(taxonomy, subject)
    matches = remembering(taxonomy)
    found: dict[tuple[str, ...], tuple[Voice, Match]] = {}
    conditions: set[str] = set()
    for work in (*countable(activities), (None, "", False, tuple(head))):
        at_head = work[0] is None
        for fact in work[3]:
            for match in matches(fact):
                if match.subject_kind == CONDITION:
                    conditions.add(match.subject)
                elif match.subject == subject:
                    _hear(found, fact, match, work, at_head=at_head)
    for voice, match in found.values():
        voice.short_of = _short_of(voice, match, conditions, taxonomy)
    voices = [voice for voice, _ in found.values()]
    return Explanation(
        subject,
        name,
        definition,
        speaking=tuple(voice for voice in voices if not voice.short_of),
        near_misses=tuple(voice for voice in voices if voice.short_of),
    )


def _hear(
    found: dict[tuple[str, ...], tuple[Voice, Match]], fact: Fact, match: Match, work: Work, *, at_head: bool
) -> None:
    day, commit, _, _ = work
    key = (match.subject_kind, fact.kind, fact.language, fact.value, match.rule)
    known = found.get(key)
    if known is None:
        place = (fact.count, commit, day, fact.path, fact.line)
        voice = Voice(match.subject_kind, fact.kind, fact.language, fact.value, match.rule, *place)
        found[key] = voice, match
    elif not at_head:  # the tree repeats what its history has told
        known[0].count += fact.count


def about(taxonomy: Taxonomy, subject: str) -> tuple[str, str]:
    """Return the name of an id and what counts for it; raises NotUsable, naming what there is, for no id."""
    skill, technology = taxonomy.skills.get(subject), taxonomy.technologies.get(subject)
    if skill is not None:
        return skill.name, skill.evidence
    if technology is not None:
        return technology.name, f"use of {technology.name} ({technology.docs})"
    asked_for = subject.lower()
    close = difflib.get_close_matches(asked_for, taxonomy.skills, 2, 0.6)
    close += [one for one in difflib.get_close_matches(asked_for, taxonomy.technologies, 3, 0.6) if one not in close]
    asked = f"Did you mean {' or '.join(close)}? " if close else ""
    raise NotUsable(
        f"No skill or technology is called {subject!r}. {asked}Skills are: {', '.join(sorted(taxonomy.skills))}. "
        f"The {len(taxonomy.technologies):,} technologies are in docs/taxonomy.md."
    )


def _short_of(voice: Voice, match: Match, conditions: set[str], taxonomy: Taxonomy) -> str:
    if match.weak:
        return {
            FactKind.LISTED: "named as a dependency, which is no use of it",
            FactKind.IMPORT: "imported, but the import alone is no use of it",
            FactKind.TAG: "said by a tag or topic only",
        }.get(FactKind(voice.kind), "a hint that is too faint to count alone")
    if match.needs and match.needs not in conditions:
        needed = taxonomy.rules[match.needs]
        asked = needed.needs or needed.confirmed_by
        patterns = ", ".join(asked[:4]) + (" …" if len(asked) > 4 else "")  # noqa: PLR2004 - enough to tell
        return f"counts only beside one of: {patterns}"
    return ""


def unknown_imports(activities: Iterable[Activity], taxonomy: Taxonomy) -> list[Unknown]:
    """Count the packages that no rule knows, the most used first; what comes with a language is none."""
    uses: dict[tuple[str, str], int] = defaultdict(int)
    days: dict[tuple[str, str], set[date]] = defaultdict(set)
    known: set[tuple[str, str]] = set()
    matches = remembering(taxonomy)
    for day, _, _, facts in countable(activities):
        for fact in facts:
            package = package_of(fact.language, fact.value) if fact.kind is FactKind.IMPORT else ""
            if not package:
                continue
            key = (fact.language, package)
            if matches(fact):
                known.add(key)
            uses[key] += fact.count
            if day is not None:
                days[key].add(day)
    found = [
        Unknown(*key, count, len(days[key]), min(days[key], default=None), brought_by(*key))
        for key, count in uses.items()
        if key not in known
    ]
    return sorted(found, key=lambda item: (-item.active_days, -item.uses, item.package))
