"""What is found of the person's pull requests, issues and reviews, by query or by search, repository by repository."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from collectors.github import parse

if TYPE_CHECKING:
    from datetime import datetime

    from collectors.github.identity import Person
    from collectors.github.parse import Repo
    from data.models import Activity

MERGED = "pull-request-merged"
OVERLAP = timedelta(minutes=1)  # what changed while the last run asked


@dataclass(slots=True)
class Elsewhere:
    """What was found in one repository. `committed`: its history holds commits of the person."""

    repo: Repo
    activities: list[Activity] = field(default_factory=list)
    committed: bool = False


@dataclass(slots=True)
class Found:
    """By repository id; `bookmark` is to be kept once all of it is saved."""

    by_repo: dict[int, Elsewhere] = field(default_factory=dict)
    bookmark: dict[str, Any] = field(default_factory=dict)
    site: str = ""

    def at(self, repo: Repo) -> Elsewhere:
        return self.by_repo.setdefault(repo.id, Elsewhere(repo))


def activity_of(
    kind: str, number: int, made: datetime, person: Person, *, own: bool, merged: bool, url: object, title: object
) -> Activity:
    """One per pull request or issue (and per reviewed pull request), keyed by its number in its repository."""
    values = [kind if own or kind == "review" else f"{kind}-elsewhere"]
    values += [MERGED] if merged and kind == "pull-request" else []
    return parse.forge_activity(kind, str(number), made, person.id, values=values, url=url, title=title)
