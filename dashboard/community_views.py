"""What was done among others and said of oneself, as rows for pages: Kaggle, Stack Overflow, others' repositories.

Read once for each version of the store; `CommunityView` is what one set of filters leaves of it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from data import kaggle, learning, posts
from data.contributions import read_contributions

if TYPE_CHECKING:
    from datetime import date

    from dashboard.views import View
    from data.contributions import Contribution
    from data.posts import Award, Post
    from data.store import Store

TOP_SKILLS = 4


class Competition(NamedTuple):
    """A competition that the person took part in."""

    project_id: int
    title: str
    url: str
    day: date  # of the first submission
    deadline: date | None
    rank: int | None
    teams: int | None
    ahead: float | None  # share of the teams that are behind
    submissions: int
    score: str
    metric: str
    medal: str  # as awarded; "" for none
    private: bool


class Work(NamedTuple):
    """A notebook, data set or model on Kaggle."""

    kind: str
    project_id: int
    title: str
    url: str
    votes: int
    versions: int
    first: date
    last: date
    medal: str
    state: str
    private: bool


class Standing(NamedTuple):
    """Tier and medals in a category, as Meta Kaggle's files told them."""

    category: str
    tier: str
    day: date
    rank: int | None
    highest_rank: int | None
    gold: int
    silver: int
    bronze: int


class Badge(NamedTuple):
    """A badge of Stack Overflow by name: how often it was awarded, and when last."""

    name: str
    rank: str
    for_tag: bool
    times: int
    last: date
    url: str


class Repository(NamedTuple):
    """What was done in a repository of somebody else."""

    project_id: int
    name: str
    url: str
    private: bool
    merged: int  # of the pull requests
    pull_requests: int
    reviews: int
    issues: int
    commits: int
    first: date
    last: date

    @property
    def total(self) -> int:
        return self.pull_requests + self.reviews + self.issues


class Entry(NamedTuple):
    """Something learned, by the person's own word."""

    day: date
    kind: str
    title: str
    url: str
    minutes: int
    public: bool


class Tag(NamedTuple):
    """A tag of the person's posts; `technology` is what it means, "" where none is known."""

    name: str
    score: int  # of the answers
    answers: int
    accepted: int
    questions: int
    technology: str


@dataclass(frozen=True)
class Community:
    """See `load_community`."""

    competitions: list[Competition]
    works: list[Work]
    standing: list[Standing]
    posts: list[Post]
    technologies: dict[str, str]  # by tag
    badges: list[Award]
    reputation: int
    contributions: list[Contribution]
    entries: list[Entry]


def load_community(store: Store) -> Community:
    """Read everything that the page Community rests on."""
    kinds = ("notebook", "dataset", "model")
    return Community(
        [_competition(row) for row in kaggle.competition_rows(store)],
        [_work(kind, row) for kind in kinds for row in kaggle.work_rows(store, kind)],
        [Standing(*(row[name] for name in Standing._fields)) for row in kaggle.standing_rows(store)],
        posts.read_posts(store),
        posts.technologies_of_tags(store),
        posts.read_badges(store),
        posts.read_reputation(store),
        read_contributions(store),
        [
            Entry(each.day, each.kind, each.title, each.url, each.minutes, each.public)
            for each in learning.entries(store)
        ],
    )


def _competition(row: dict[str, Any]) -> Competition:
    rank, teams = row["rank"], row["teams"]
    ahead = max(0.0, (teams - rank) / teams) if rank and teams else None
    return Competition(ahead=ahead, **{name: row[name] for name in Competition._fields if name != "ahead"})


def _work(kind: str, row: dict[str, Any]) -> Work:
    return Work(kind, **{name: row[name] for name in Work._fields if name != "kind"})


class CommunityView:
    """What one set of filters leaves of what was done among others."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.whole: Community = view.frames.community

    # Kaggle

    @cached_property
    def competitions(self) -> list[Competition]:
        """The latest first."""
        return [row for row in self.whole.competitions if self._within(row.day, row.project_id)]

    @property
    def ranked(self) -> list[Competition]:
        """Those with a rank, the best first."""
        found = [row for row in self.competitions if row.ahead is not None]
        return sorted(found, key=lambda row: (-(row.ahead or 0), -(row.teams or 0), row.title))

    def shown_at(self, row: Competition) -> date:
        """Where the chart shows a competition: at its deadline; one that still runs, at its first submission."""
        return row.deadline if row.deadline and row.deadline <= self.view.as_of else row.day

    def works(self, kind: str) -> list[Work]:
        """Those of which a version falls within the filters, the latest first."""
        since, until = self.view.filters.since, self.view.as_of
        return [
            row
            for row in self.whole.works
            if row.kind == kind
            and row.first <= until
            and (not since or row.last >= since)
            and self._shown(row.project_id)
        ]

    @cached_property
    def skills_of_notebooks(self) -> dict[int, list[str]]:
        """Skills that the code of each notebook shows, in the taxonomy's order; by project."""
        skills, known = self.view.skills, self.view.taxonomy.skills
        ids = [row.project_id for row in self.works("notebook")]
        rows = np.flatnonzero(np.isin(skills.project, ids))
        pairs = sorted(set(zip(skills.project[rows].tolist(), skills.subject[rows].tolist(), strict=True)))
        found: dict[int, list[str]] = {}
        for project, code in pairs:
            skill = known.get(skills.subjects[code])
            if skill is not None and skill.source == "code":
                found.setdefault(project, []).append(skill.id)
        places = {skill: place for place, skill in enumerate(known)}
        return {project: sorted(each, key=places.__getitem__) for project, each in found.items()}

    @cached_property
    def notebooks_by_skill(self) -> list[tuple[str, int]]:
        """How many notebooks show each skill, the most first."""
        counted = Counter(skill for each in self.skills_of_notebooks.values() for skill in each)
        return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))

    # Stack Overflow

    @cached_property
    def posts(self) -> list[Post]:
        """The latest first."""
        return [row for row in self.whole.posts if self._within(row.day, row.project_id)]

    @cached_property
    def tags(self) -> list[Tag]:
        """The highest score of answers first."""
        meant = self.whole.technologies
        return [
            Tag(name, sums.answer_score, sums.answers, sums.accepted, sums.questions, meant.get(name, ""))
            for name, sums in posts.by_tag(self.posts).items()
        ]

    @cached_property
    def months(self) -> list[tuple[date, int, int]]:
        """Answers by month that has any: first day, accepted, others."""
        found = posts.by_month(self.posts)
        return [(month, sums.accepted, sums.answers - sums.accepted) for month, sums in found.items() if sums.answers]

    @cached_property
    def badges(self) -> list[Badge]:
        """By name, gold first, then the latest."""
        rows: dict[tuple[str, str], Badge] = {}
        for row in self.whole.badges:  # the newest first
            if self._within(row.day, row.project_id):
                first = Badge(row.name, row.rank, row.for_tag, 0, row.day, row.url)
                known = rows.get((row.name, row.rank), first)
                rows[row.name, row.rank] = known._replace(times=known.times + 1)
        order = {rank: place for place, rank in enumerate(posts.RANKS)}
        return sorted(rows.values(), key=lambda row: (order.get(row.rank, 9), -row.last.toordinal(), row.name))

    # Others' repositories

    @cached_property
    def contributions(self) -> list[Contribution]:
        """The latest first."""
        return [row for row in self.whole.contributions if self._within(row.day, row.project_id)]

    @cached_property
    def repositories(self) -> list[Repository]:
        """Where most was done first; those with commits only are not there."""
        commits = {row.project_id: row.commits for row in self.view.projects}
        rows: dict[int, list[Contribution]] = {}
        for row in self.contributions:
            rows.setdefault(row.project_id, []).append(row)
        found = [self._repository(project, each, commits.get(project, 0)) for project, each in rows.items()]
        return sorted(found, key=lambda row: (-row.total, -row.last.toordinal(), row.name))

    def _repository(self, project: int, rows: list[Contribution], commits: int) -> Repository:
        known = self.view.frames.project_rows[project]
        kinds = Counter(row.kind for row in rows)
        days = [row.day for row in rows]
        return Repository(
            project, known.name, known.url, known.private, sum(row.merged for row in rows), kinds["pull-request"],
            kinds["review"], kinds["issue"], commits, min(days), max(days),
        )  # fmt: skip

    # By one's own word

    @cached_property
    def entries(self) -> list[Entry]:
        """The latest first."""
        ids = {
            row.key: row.project_id for row in self.view.frames.project_rows.values() if row.source == learning.SOURCE
        }
        of = {public: ids.get(f"manual:{name}", 0) for public, name in ((True, "public"), (False, "private"))}
        return [row for row in self.whole.entries if self._within(row.day, of[row.public])]

    # Filters

    def _within(self, day: date, project: int) -> bool:
        since = self.view.filters.since
        return day <= self.view.as_of and (not since or day >= since) and self._shown(project)

    def _shown(self, project: int) -> bool:
        """Chosen, if any are, and not hidden."""
        chosen = self.view.filters.projects
        return project in self.view.frames.project_rows and (not chosen or project in chosen)
