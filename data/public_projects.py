"""Projects and technologies as a public page lists them, made of what a share link lets through."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING, Any

import numpy as np

from data import metrics
from data.ledger import date_of, distinct
from data.public_parts import ProjectSkill, PublicProject, PublicTechnology
from data.public_proofs import NO_PROJECTS
from data.public_words import said

if TYPE_CHECKING:
    from collections.abc import Mapping
    from re import Pattern

    from numpy.typing import NDArray

    from data.ledger import Ledger
    from data.public_evidence import Passed
    from data.taxonomy import Taxonomy

PROJECT_TECHNOLOGIES = 6


def projects(passed: Passed) -> tuple[PublicProject, ...]:
    """Projects with evidence of the chosen areas, the most active days first."""
    skills, technologies = _Uses.of(passed.open_skills), _Uses.of(passed.open_technologies)
    days = _days_by_project(passed.open_skills)
    wanted = [key for key in days if passed.open_projects[key].source not in NO_PROJECTS]
    ordered = sorted(wanted, key=lambda key: (-len(days[key]), key))
    return tuple(
        PublicProject(
            **_told(passed.open_projects[key], number, passed.untold, named=passed.link.named),
            first=date_of(int(days[key][0])),
            last=date_of(int(days[key][-1])),
            active_days=len(days[key]),
            skills=_skills(passed.taxonomy, skills.telling(key)),
            technologies=_technologies(passed.taxonomy, technologies.telling(key)),
        )
        for number, key in enumerate(ordered, start=1)
    )


def technologies(passed: Passed) -> tuple[PublicTechnology, ...]:
    """Technologies of the chosen areas, the most active days first."""
    known = passed.taxonomy.technologies
    used = metrics.standings(passed.open_technologies, passed.as_of, levels=passed.taxonomy.levels)
    return tuple(
        PublicTechnology(
            id=row.subject,
            name=known[row.subject].name,
            area=known[row.subject].area,
            active_days=row.active_days,
            projects=row.projects,
            first=row.first,
            last=row.last,
        )
        for row in used
        if row.first and row.last
    )


@dataclass(frozen=True)
class _Uses:
    """Active days of each subject in each project, and how many projects show each subject."""

    days: Mapping[int, Mapping[str, int]]
    shared: Mapping[str, int]

    @classmethod
    def of(cls, rows: Ledger) -> _Uses:
        changes = (rows.subject[1:] != rows.subject[:-1]) | (rows.project[1:] != rows.project[:-1])
        starts = np.flatnonzero(np.r_[True, changes][: len(rows)])
        # evidence holds one row a project, subject and day: counting rows counts days
        sizes = np.diff(np.r_[starts, len(rows)])
        codes, keys = rows.subject[starts].tolist(), rows.project[starts].tolist()
        days: defaultdict[int, dict[str, int]] = defaultdict(dict)
        for code, key, size in zip(codes, keys, sizes.tolist(), strict=True):
            days[key][rows.subjects[code]] = size
        return cls(days, Counter(rows.subjects[code] for code in codes))

    def telling(self, project: int) -> list[tuple[str, int]]:
        """Subjects of a project with their active days, those first that tell it from the others.

        Active days, times the logarithm of how few of the projects show the subject.
        """
        found = self.days.get(project, {})
        rare = {subject: log((1 + len(self.days)) / self.shared[subject]) for subject in found}
        return sorted(found.items(), key=lambda each: (-each[1] * rare[each[0]], each[0]))


def _days_by_project(rows: Ledger) -> dict[int, NDArray[np.int64]]:
    """Distinct active days of each project, ascending."""
    order = np.argsort(rows.project, kind="stable")
    keys, starts = np.unique(rows.project[order], return_index=True)
    parts = np.split(rows.day[order], starts[1:])
    return {key: distinct(days) for key, days in zip(keys.tolist(), parts, strict=False)}


def _told(row: Any, number: int, untold: Pattern[str] | None, *, named: bool) -> dict[str, Any]:
    """What is said of a project besides its evidence; without names nothing that leads to it."""
    description = said(row.description, 240) if named else ""
    return {
        "name": said(row.name, 120) if named else f"Project {number}",
        "url": row.url if named else "",
        "description": "" if untold and untold.search(description) else description,
        "source": row.source,
        "own": row.own,
        "fork": row.fork,
        "stars": row.stars if named else 0,
    }


def _skills(taxonomy: Taxonomy, found: list[tuple[str, int]]) -> tuple[ProjectSkill, ...]:
    known = [(taxonomy.skills[skill], days) for skill, days in found]
    return tuple(ProjectSkill(skill.id, skill.name, skill.area, days) for skill, days in known)


def _technologies(taxonomy: Taxonomy, found: list[tuple[str, int]]) -> tuple[str, ...]:
    return tuple(taxonomy.technologies[subject].name for subject, _ in found[:PROJECT_TECHNOLOGIES])
