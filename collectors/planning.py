"""Which commits of a history are to be told of, and what every part of reading it needs to know."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from collectors.attribution import time_of
from collectors.versions import reader_of
from data.models import Issue

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from collectors.attribution import Credit, Wanted
    from collectors.firstparty import OwnModules
    from collectors.repository import Commit, Repository

MESSAGES = {
    "unreadable-blob": "file versions are missing (partial clone), damaged or too large to read",
    "too-large": "file versions are larger than is read",
    "reader-died": "commits were listed without their facts: reading them ended the program that read",
    "reader-failed": "file versions could not be parsed",
    "broken-notebook": "notebook versions are not valid notebooks",
    "unreadable-tree": "commits whose trees are missing or damaged were listed without their facts",
    "history-broken": "the history could not be listed to its end: a commit is missing or damaged",
    "shallow-history": "the clone is shallow: what came before its boundary is not known (`git fetch --unshallow`)",
    "undated-commit": "commits with neither a plausible author date nor committer date were left out",
    "many-facts": "commits with more distinct facts than are kept",
    "many-files": "commits that touch too many files at once were listed without their facts",
}


@dataclass(frozen=True, slots=True)
class Planned:
    """A commit to tell of. `restores` is the commit whose removals it takes back, "" for none."""

    commit: Commit
    credit: Credit
    when: datetime
    boundary: bool
    restores: str
    reverted: bool


@dataclass(slots=True)
class Surroundings:
    """What every unit needs to know besides its commits."""

    own: OwnModules
    environments: tuple[str, ...]
    problems: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)

    def problem(self, code: str, subject: str) -> None:
        self.problems[code] += 1
        self.examples.setdefault(code, subject)

    def is_wanted(self, path: str) -> bool:
        return reader_of(path) is not None and not (self.environments and path.startswith(self.environments))

    def issues(self) -> Iterator[Issue]:
        for code, count in sorted(self.problems.items()):
            text = MESSAGES.get(code, "file versions could not be read")
            yield Issue(code, f"{count} × {text}; for example {self.examples[code]!r}", count=count)


def planned(
    repository: Repository, wanted: Wanted, since: frozenset[str], now: datetime, surroundings: Surroundings
) -> list[Planned]:
    """The commits to tell of, oldest first."""
    mine: dict[str, tuple[Commit, Credit, datetime]] = {}
    awaited: dict[str, list[str]] = {}  # beginning of a commit id → commits that revert it
    targets: dict[str, str] = {}
    for commit in repository.commits():  # newest first: a revert comes before what it reverts
        if not commit.is_merge and commit.id not in repository.shallow:
            for reverter in _claimed(awaited, commit.id):
                targets[reverter] = commit.id
        credit = wanted.credit(commit)
        if credit is None:
            continue
        when = time_of(commit, now)
        if when is None:
            surroundings.problem("undated-commit", commit.id)
            continue
        mine[commit.id] = (commit, credit, when)
        if commit.reverts and not commit.is_merge:
            awaited.setdefault(commit.reverts, []).append(commit.id)
    if not repository.complete:
        surroundings.problem("history-broken", repository.head or "")
    reverted = _reverted(mine, targets)
    todo = _to_read(mine, targets, since)
    plan = [
        Planned(commit, credit, when, commit.id in repository.shallow, targets.get(oid, ""), oid in reverted)
        for oid, (commit, credit, when) in mine.items()
        if oid in todo
    ]
    plan.reverse()
    if any(planned.boundary for planned in plan):
        surroundings.problem("shallow-history", next(planned.commit.id for planned in plan if planned.boundary))
    return plan


def _claimed(awaited: dict[str, list[str]], commit: str) -> list[str]:
    if not awaited:
        return []
    found = awaited.pop(commit, [])
    short = [key for key in awaited if len(key) < len(commit) and commit.startswith(key)]
    for key in short:
        found = found + awaited.pop(key)
    return found


def _reverted(mine: Mapping[str, object], targets: Mapping[str, str]) -> set[str]:
    """Commits that the person took back, and did not bring back again."""
    reverted: set[str] = set()
    for oid in mine:  # newest first: whether a revert was itself reverted is known when it is met
        target = targets.get(oid)
        if target is not None and oid not in reverted:
            reverted.add(target)
    return reverted


def _to_read(mine: Mapping[str, object], targets: Mapping[str, str], since: frozenset[str]) -> set[str]:
    """New commits, and those whose flag a new revert may change."""
    todo = {oid for oid in mine if oid not in since}
    chain = deque(oid for oid in todo if oid in targets)
    while chain:
        target = targets[chain.popleft()]
        if target not in todo:
            todo.add(target)
            if target in targets:
                chain.append(target)
    return todo
