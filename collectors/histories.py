"""From one repository on disk to the batches that save what the person did in it."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from collectors import history
from data.models import Batch

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from collectors.attribution import Wanted
    from collectors.repository import Repository
    from collectors.run import Run
    from data.models import Activity, Project

UNIT = 400  # activities in one transaction: a kill loses no more than these
PROCESSES = min(2, os.cpu_count() or 1)  # for long histories, where a child may die on a hostile file


@dataclass(frozen=True, slots=True)
class Reading:
    """How one repository is to be read.

    `speaks`: what its tree holds now stands for the project (not so for forks and second clones). `retires`:
    commits that are stored but not in this history any more are forgotten. `keep_empty`: the project is saved
    even when the person did nothing in it. `more` are activities besides the commits.
    """

    project: Project
    bookmarks: Mapping[str, Any]
    speaks: bool = True
    retires: bool = True
    keep_empty: bool = False
    more: tuple[Activity, ...] = field(default=())


def read(run: Run, repository: Repository, reading: Reading) -> Iterator[Batch]:
    """Batches of the person's new commits, oldest first; only the last one moves the bookmarks.

    Yields nothing when there is nothing of the person and the project is not to be kept; the caller then moves
    the bookmarks by itself.
    """
    known = run.known_commits(reading.project.key)
    subject = reading.project.name
    found = history.walk(
        repository,
        run.wanted,
        since=known,
        on_unit=lambda done, total: _sign_of_life(run, subject, done, total),
        processes=PROCESSES,
        on_issue=lambda issue: run.issue(issue.code, issue.message, issue.subject or subject, issue.count),
    )
    started = replace(reading.project, head="")
    unit = list(islice(found, UNIT))
    if not (unit or known or reading.more or reading.keep_empty):
        return
    while len(unit) == UNIT:
        repository.check_presence()
        yield Batch(started, unit)
        if run.stopping():
            return
        unit = list(islice(found, UNIT))
    last = Batch(
        replace(reading.project, head=repository.head or ""),
        [*unit, *reading.more],
        head_facts=history.read_head(repository) if reading.speaks else None,
        authors=repository.authors(),
        bookmarks=reading.bookmarks,
        gone=_gone(repository, known) if reading.retires and known else (),
    )
    repository.check_presence()
    yield last


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
    """Equal while the same identities count: with another one all histories are worth a second look."""
    said = (wanted.emails, wanted.github_logins, wanted.github_ids, wanted.removed, wanted.assistants)
    parts = tuple(map(sorted, said))
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]
