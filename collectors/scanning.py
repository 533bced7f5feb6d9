"""One repository's languages, technologies and skills, without a store.

The same walk, readers and taxonomy as a collection, in memory. What only the tree at HEAD shows (a file that
came with an import too large to be read as anyone's work) is listed for everyone, undated.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from collectors import history
from collectors.attribution import Wanted
from collectors.repository import Repository
from data.models import Activity, Fact, FactKind, Issue

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import date
    from pathlib import Path

    from data.taxonomy import Taxonomy

SECTIONS = {"languages": "language", "technologies": "technology", "skills": "skill"}
_CONDITION = "condition"
_ASIDE = re.compile(r"(?:^|/)(?:tests?|examples?|docs?|samples?)/|(?:^|/)test_[^/]*$", re.IGNORECASE)

Subject = tuple[str, str]  # kind, id
_Key = tuple[FactKind, str, str]


@dataclass(frozen=True, slots=True)
class Proof:
    """Where a use can be seen: a line (1-based) of a file as of a commit."""

    commit: str
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A language, technology or skill that a repository shows. Dates are the authors' own days; None: undated."""

    id: str
    uses: int
    active_days: int
    first: date | None
    last: date | None
    present_at_head: bool
    proof: Proof | None


@dataclass(frozen=True, slots=True)
class Scan:
    """What one repository holds, each list by id; `head` is the commit that it was read at."""

    head: str
    commits: int
    languages: tuple[Shown, ...] = ()
    technologies: tuple[Shown, ...] = ()
    skills: tuple[Shown, ...] = ()
    issues: tuple[Issue, ...] = ()


@dataclass(slots=True)
class _Seen:
    uses: int = 0
    days: set[date] = field(default_factory=set)
    best: tuple[tuple[bool, int, int], Proof] | None = None

    def add(self, day: date, fact: Fact, commit: str) -> None:
        self.uses += fact.count
        self.days.add(day)
        # own code before tests and examples, a place before none, then where it is used most; the latest of equals
        rank = (bool(fact.path) and not _ASIDE.search(fact.path), fact.count if fact.path else 0, day.toordinal())
        if self.best is None or rank >= self.best[0]:
            self.best = (rank, Proof(commit, fact.path, fact.line))


class _Mapping:
    """What fact values show strongly, each looked up once."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._taxonomy = taxonomy
        self._known: dict[_Key, list[tuple[Subject, str]]] = {}

    def of(self, fact: Fact) -> list[tuple[Subject, str]]:
        """(subject, condition or "") for each subject that a fact shows."""
        key = (fact.kind, fact.language, fact.value)
        found = self._known.get(key)
        if found is None:
            matches = self._taxonomy.match(str(fact.kind), fact.language, fact.value)
            found = [((match.subject_kind, match.subject), match.needs) for match in matches if not match.weak]
            self._known[key] = found
        return found


def scan(path: Path | str, *, authors: Collection[str] | None, taxonomy: Taxonomy) -> Scan:
    """What a work tree or bare git directory holds of these authors' work (None: everyone's but bots').

    Raises NotUsable when there is no repository at `path`.
    """
    wanted = Wanted(everyone=True) if authors is None else Wanted.of(authors)
    issues: list[Issue] = []
    with Repository(path) as repository:
        activities = list(history.walk(repository, wanted, on_issue=issues.append))
        head = history.read_head(repository)
        return _scan_of(activities, head, repository.head or "", _Mapping(taxonomy), issues, everyone=authors is None)


def _scan_of(
    activities: Sequence[Activity],
    head: Sequence[Fact],
    commit: str,
    mapping: _Mapping,
    issues: Sequence[Issue],
    *,
    everyone: bool,
) -> Scan:
    # work that was taken back shows nothing; bulk waits for the person's word, which nobody can give for everyone
    counted = [entry for entry in activities if not entry.reverted and (everyone or not entry.bulk)]
    seen = _evidence(counted, mapping)
    present = _present(head, mapping)
    if everyone:
        for subject, fact in present.items():
            if subject not in seen:
                proof = Proof(commit, fact.path, fact.line)
                seen[subject] = _Seen(uses=fact.count, best=((True, 0, 0), proof))
    shown = {
        title: tuple(
            _shown(subject[1], found, present=subject in present)
            for subject, found in sorted(seen.items())
            if subject[0] == kind
        )
        for title, kind in SECTIONS.items()
    }
    return Scan(commit, sum(entry.kind == "commit" for entry in activities), **shown, issues=tuple(issues))


def _evidence(activities: Iterable[Activity], mapping: _Mapping) -> dict[Subject, _Seen]:
    seen: dict[Subject, _Seen] = {}
    fulfilled: dict[str, date] = {}
    waiting: list[tuple[Subject, str, date, Fact, str]] = []
    for activity in activities:
        day = activity.when.date()
        for fact in activity.facts:
            for subject, needs in mapping.of(fact):
                if subject[0] == _CONDITION:
                    fulfilled[subject[1]] = min(day, fulfilled.get(subject[1], day))
                elif needs:
                    waiting.append((subject, needs, day, fact, activity.key))
                else:
                    seen.setdefault(subject, _Seen()).add(day, fact, activity.key)
    for subject, needs, day, fact, key in waiting:
        if needs in fulfilled:  # it counts from the day when both are there
            seen.setdefault(subject, _Seen()).add(max(day, fulfilled[needs]), fact, key)
    return seen


def _present(head: Iterable[Fact], mapping: _Mapping) -> dict[Subject, Fact]:
    """Subjects that the tree shows, with the fact that shows each best."""
    conditions: set[str] = set()
    shows: list[tuple[Subject, str, Fact]] = []
    for fact in head:
        for subject, needs in mapping.of(fact):
            if subject[0] == _CONDITION:
                conditions.add(subject[1])
            else:
                shows.append((subject, needs, fact))
    present: dict[Subject, Fact] = {}
    for subject, needs, fact in shows:
        if not needs or needs in conditions:
            known = present.get(subject)
            if known is None or (_ASIDE.search(known.path) and not _ASIDE.search(fact.path)):
                present[subject] = fact
    return present


def _shown(identifier: str, seen: _Seen, *, present: bool) -> Shown:
    return Shown(
        id=identifier,
        uses=seen.uses,
        active_days=len(seen.days),
        first=min(seen.days, default=None),
        last=max(seen.days, default=None),
        present_at_head=present,
        proof=seen.best[1] if seen.best else None,
    )


def as_json(scan: Scan) -> dict[str, Any]:
    """The document that `skillfolio scan --json` prints; dates as YYYY-MM-DD."""
    return {
        "head": scan.head,
        "commits": scan.commits,
        **{title: [_entry(shown) for shown in getattr(scan, title)] for title in SECTIONS},
        "issues": [{"code": issue.code, "message": issue.message, "count": issue.count} for issue in scan.issues],
    }


def _entry(shown: Shown) -> dict[str, Any]:
    proof = shown.proof
    return {
        "id": shown.id,
        "uses": shown.uses,
        "active_days": shown.active_days,
        "first": shown.first.isoformat() if shown.first else None,
        "last": shown.last.isoformat() if shown.last else None,
        "present_at_head": shown.present_at_head,
        "proof": {"commit": proof.commit, "path": proof.path, "line": proof.line} if proof else None,
    }
