"""Facts and taxonomy → what they show: the mapping itself, pure, without a store.

Weak matches never make a claim alone. A match that needs a condition counts from the day when its project
shows both; what was done before that counts on that day. One that is confirmed counts from its own day.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from data.models import FactKind, Role
from data.taxonomy.matching import EVER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date

    from data.models import Activity, Fact
    from data.taxonomy import Match, Taxonomy

CONDITION = "condition"
_TELLING = {FactKind.LANGUAGE: 0, FactKind.IMPORT: 1}
_MOST_TELLING = 2

Subject = tuple[str, str]
"""subject kind (skill, technology, language) and id"""
Work = tuple["date | None", str, bool, "tuple[Fact, ...]"]
"""day, commit, whether it was assisted, facts"""


@dataclass(frozen=True, slots=True)
class Proof:
    """Where a subject is seen, and by which rule. `commit` and `day` are empty for the tree at HEAD."""

    kind: str
    value: str
    rule: str
    path: str
    line: int
    commit: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """What a project shows of one subject.

    `weak` ones are only mentioned: they make no claim, and their counts and days are those of mentions.
    """

    subject_kind: str
    subject: str
    weak: bool
    uses: int
    assisted_uses: int
    active_days: int
    first: date | None
    last: date | None
    present_at_head: bool
    proof: Proof | None
    head_proof: Proof | None


@dataclass(slots=True)
class _Tally:
    uses: int = 0
    assisted: int = 0
    days: set[date] = field(default_factory=set)
    best: tuple[tuple[int, int, int], Proof] | None = None

    def add(self, fact: Fact, match: Match, day: date | None, *, commit: str = "", assisted: bool = False) -> None:
        self.uses += fact.count
        self.assisted += fact.count if assisted else 0
        if day is not None:
            self.days.add(day)
        telling = _TELLING.get(fact.kind, _MOST_TELLING) - bool(match.needs)
        rank = (telling, len(match.rule), day.toordinal() if day else 0)
        if self.best is None or rank > self.best[0]:
            self.best = rank, Proof(fact.kind, fact.value, match.rule, fact.path, fact.line, commit, day)


def remembering(taxonomy: Taxonomy) -> Callable[[Fact], list[Match]]:
    """Return a function that maps a fact, asking the taxonomy once per distinct value."""
    known: dict[tuple[str, str, str], list[Match]] = {}

    def matches(fact: Fact) -> list[Match]:
        key = (fact.kind, fact.language, fact.value)
        found = known.get(key)
        if found is None:
            found = known[key] = plain_matches(taxonomy.match(*key))
        return found

    return matches


def plain_matches(matches: Sequence[Match]) -> list[Match]:
    """Leave out what a value shows under a condition when it shows the same without one."""
    shown = {(m.subject_kind, m.subject) for m in matches if not m.needs and not m.weak}
    return [m for m in matches if not m.needs or (m.subject_kind, m.subject) not in shown]


def evidence_of(activities: Iterable[Activity], head: Iterable[Fact], taxonomy: Taxonomy) -> list[Shown]:
    """Return what one project's activities and its tree at HEAD show, by kind and id.

    Reverted activities add nothing, and of copies (equal key or fingerprint) the earliest counts. Whether bulk
    activities count is for the caller to say: those that are handed in do.
    """
    matches = remembering(taxonomy)
    strong, weak = _tallies(countable(activities), matches)
    at_head, at_head_weak = _tallies([(None, "", False, tuple(head))], matches)
    claimed = {*strong, *at_head}
    mentioned = {*weak, *at_head_weak} - claimed
    return [
        *(_shown(subject, strong.get(subject), at_head.get(subject), weak=False) for subject in sorted(claimed)),
        *(_shown(subject, weak.get(subject), at_head_weak.get(subject), weak=True) for subject in sorted(mentioned)),
    ]


def countable(activities: Iterable[Activity]) -> Iterator[Work]:
    """Yield what counts, earliest first: no reverted work, and of copies one."""
    seen: set[tuple[str, str]] = set()
    for activity in sorted(activities, key=lambda item: (item.when, item.role != Role.AUTHOR, item.key)):
        marks = {("key", f"{activity.kind} {activity.key}")}
        if activity.fingerprint:
            marks.add(("fingerprint", activity.fingerprint))
        if activity.reverted or marks & seen:
            continue
        seen |= marks
        yield activity.when.date(), activity.key, activity.assisted, activity.facts


def _tallies(
    work: Iterable[Work], matches: Callable[[Fact], list[Match]]
) -> tuple[dict[Subject, _Tally], dict[Subject, _Tally]]:
    """Return what is shown strongly, and what is shown weakly."""
    tallies: tuple[dict[Subject, _Tally], dict[Subject, _Tally]] = (defaultdict(_Tally), defaultdict(_Tally))
    since: dict[str, date | None] = {}
    waiting: list[tuple[Fact, Match, date | None, str, bool]] = []
    for day, commit, assisted, facts in work:
        for fact in facts:
            for match in matches(fact):
                if match.subject_kind == CONDITION:
                    since.setdefault(match.subject, None if match.needs == EVER else day)
                elif match.needs:
                    waiting.append((fact, match, day, commit, assisted))
                else:
                    tally = tallies[match.weak][match.subject_kind, match.subject]
                    tally.add(fact, match, day, commit=commit, assisted=assisted)
    for fact, match, day, commit, assisted in waiting:
        if match.needs in since:
            start = since[match.needs]
            later = max(day, start) if day and start else day
            tally = tallies[match.weak][match.subject_kind, match.subject]
            tally.add(fact, match, later, commit=commit, assisted=assisted)
    return dict(tallies[0]), dict(tallies[1])


def _shown(subject: Subject, done: _Tally | None, head: _Tally | None, *, weak: bool) -> Shown:
    tally = done or _Tally()
    return Shown(
        *subject,
        weak=weak,
        uses=tally.uses,
        assisted_uses=tally.assisted,
        active_days=len(tally.days),
        first=min(tally.days, default=None),
        last=max(tally.days, default=None),
        present_at_head=head is not None,
        proof=tally.best[1] if tally.best else None,
        head_proof=head.best[1] if head and head.best else None,
    )
