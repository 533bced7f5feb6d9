"""From one repository on disk to the batches that save what the person did in it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from collectors import history, reading
from collectors.head import begin_head
from data.models import Batch

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from collectors.attribution import Wanted
    from collectors.repository import Repository
    from collectors.run import Run
    from data.models import Activity, Project

UNIT = 400  # activities in one transaction: a kill loses no more than these


@dataclass(frozen=True, slots=True)
class Reading:
    """How one repository is to be read.

    `speaks`: what its tree holds now stands for the project (not so for forks and second clones). `retires`:
    commits that are stored but not in this history any more are forgotten. `keep_empty`: the project is saved
    even when the person did nothing in it. `more` are activities besides the commits. `anew`: stored commits are
    read again too.
    """

    project: Project
    bookmarks: Mapping[str, Any]
    speaks: bool = True
    retires: bool = True
    keep_empty: bool = False
    anew: bool = False
    more: tuple[Activity, ...] = field(default=())


def readers(wanted: Wanted) -> str:
    """Equal while the same code is read alike: by the same readers, and with the same marks of assistants."""
    return hashlib.sha256(repr((reading.edition(), wanted.assistants)).encode()).hexdigest()[:32]


def by_other_readers(state: Mapping[str, Any], now: str) -> bool:
    """Whether the state (of a bookmark; empty: none) was reached by other `readers` than those of now."""
    return bool(state) and state.get("readers") != now


def read(run: Run, repository: Repository, how: Reading) -> Iterator[Batch]:
    """Batches of the person's new commits, oldest first; only the last one moves the bookmarks.

    The run's children begin at once, whenever the batches are asked for. Yields nothing when there is nothing of the
    person and the project is not to be kept; the caller then moves the bookmarks by itself.
    """
    known = run.known_commits(how.project.key)
    subject = how.project.name
    found = history.walk(
        repository,
        run.wanted,
        since=() if how.anew else known,
        on_unit=lambda done, total: _sign_of_life(run, subject, done, total),
        children=run.children,
        on_issue=lambda issue: run.issue(issue.code, issue.message, issue.subject or subject, issue.count),
    )
    is_kept = bool(known or how.more or how.keep_empty)
    head = begin_head(repository, children=run.children) if how.speaks and is_kept else None

    def batches() -> Iterator[Batch]:
        started = replace(how.project, head="")
        unit = list(islice(found, UNIT))
        if not (unit or is_kept):
            return
        while len(unit) == UNIT:
            repository.check_presence()
            yield Batch(started, unit)
            if run.stopping():
                return
            unit = list(islice(found, UNIT))
        last = Batch(
            replace(how.project, head=repository.head or ""),
            [*unit, *how.more],
            head_facts=(head or begin_head(repository, children=run.children))() if how.speaks else None,
            authors=repository.authors(),
            bookmarks=how.bookmarks,
            gone=_gone(repository, known) if how.retires and known else (),
        )
        repository.check_presence()
        yield last

    return batches()


def _sign_of_life(run: Run, name: str, done: int, total: int) -> None:
    if total > UNIT:
        run.progress(step=f"{name}: {done:,} of {total:,} commits")
    run.stopping()  # a look is a sign of life too


def _gone(repository: Repository, known: set[str]) -> set[str]:
    """Commits that were stored and are in no history any more, as after a forced push."""
    if repository.shallow:
        return set()
    present = {commit.id for commit in repository.commits()}
    return known - present if repository.complete else set()


def wanted_hash(wanted: Wanted) -> str:
    """Equal while the same identities count and the same readers read: else all histories are worth a second look."""
    said = (wanted.emails, wanted.github_logins, wanted.github_ids, wanted.removed, wanted.assistants)
    parts = (reading.edition(), *map(sorted, said))
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]
