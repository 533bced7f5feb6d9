"""What a public page, export, badge or image may be made of: plain values, made by `published.portfolio` alone.

Nothing here leads back to the store: no ids of rows, no keys, no addresses of people. Days are dates, shares are
0 to 1. Lists are in the order in which they are shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True)
class PublicProof:
    """One dated use of a skill, and where anyone can see it."""

    day: date
    seen: str  # what was used, e.g. numpy.linalg.svd
    project: str
    path: str
    line: int  # 0: none
    url: str
    assisted: bool  # an AI assistant had a part in it


@dataclass(frozen=True, slots=True)
class PublicSkill:
    """A skill with its level. `private_only` says that what shows it is not public, so it has no proofs."""

    id: str
    name: str
    level: int  # 0 to 4
    level_name: str
    active_days: int
    in_weeks: bool  # `active_days` counts weeks
    projects: int
    first: date | None
    last: date | None
    recency: str  # current, fading, dormant or empty
    is_read: bool  # False: its source is not part of this portfolio
    private_only: bool
    self_reported: bool  # the person's own word, read from no work
    proofs: tuple[PublicProof, ...]


@dataclass(frozen=True, slots=True)
class PublicArea:
    """An area with its skills and its growth: coverage at evenly spaced dates, the last of them `as_of`."""

    id: str
    name: str
    summary: str
    place: int  # among all areas, from 0: decides its colour
    coverage: float
    shown: int
    of: int
    best: int | None  # how many of its skills one needs; None: all
    skills: tuple[PublicSkill, ...]
    growth: tuple[tuple[date, float], ...]
    year_before: float  # coverage a year before `as_of`, which is between two of those dates


@dataclass(frozen=True, slots=True)
class ProjectSkill:
    id: str
    name: str
    area: str
    active_days: int


@dataclass(frozen=True, slots=True)
class PublicProject:
    """A project with the skills it shows, the most active days first. Without names, `name` is a number."""

    name: str
    url: str
    description: str
    source: str
    own: bool
    fork: bool
    stars: int
    first: date
    last: date
    active_days: int
    skills: tuple[ProjectSkill, ...]
    technologies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PublicTechnology:
    id: str
    name: str
    area: str
    active_days: int
    projects: int
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class PublicEntry:
    """One thing done in public besides commits: a notebook, an answer, a pull request."""

    kind: str
    title: str
    url: str
    day: date
    project: str = ""  # that it leads to; empty where its source has none


@dataclass(frozen=True, slots=True)
class PublicSource:
    """What one source holds besides commits: how many of each kind, and the latest of them."""

    id: str
    title: str
    self_reported: bool
    counts: tuple[tuple[str, int], ...]
    entries: tuple[PublicEntry, ...]


@dataclass(frozen=True, slots=True)
class PublicLevel:
    number: int
    name: str
    days: int
    projects: int
    months: int


@dataclass(frozen=True, slots=True)
class PublicSummary:
    """What it all rests on. `private_projects` is 0 where they do not count."""

    active_days: int
    projects: int
    private_projects: int
    skills_shown: int
    skills_of: int
    first: date | None
    last: date | None
    assisted: float  # share of uses that an AI assistant had a part in
    proofs: int  # that this page links to


@dataclass(frozen=True, slots=True)
class PublicPortfolio:
    """Everything that one share link shows, and nothing else."""

    person: str  # as they want to be called; may be empty
    title: str
    introduction: str  # plain text or Markdown, in the owner's words
    findable: bool
    named: bool  # projects are shown with names and proofs
    is_sample: bool
    as_of: date
    read: date | None  # when the sources were read last
    summary: PublicSummary
    areas: tuple[PublicArea, ...]
    projects: tuple[PublicProject, ...]
    technologies: tuple[PublicTechnology, ...]
    sources: tuple[PublicSource, ...]
    days: tuple[date, ...]  # active days, oldest first
    levels: tuple[PublicLevel, ...]
    current_months: int
    areas_of: int  # how many areas there are in all

    @property
    def project_names(self) -> tuple[str, ...]:
        """Every name of a project that stands on the page, or that an entry of it leads to."""
        if not self.named:
            return ()
        led_to = {entry.project for source in self.sources for entry in source.entries if entry.project}
        return tuple(sorted({project.name for project in self.projects} | led_to, key=str.casefold))
