"""A view: what one set of filters leaves of the portfolio, finished for pages.

Each of its frames is made when first asked for and kept with it; filtered evidence is let go once a page is made.
"""

from __future__ import annotations

from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from dashboard.source_views import SourceView
from data import metrics
from data.ledger import date_of
from data.proofs import count_proofs, read_proofs, technologies_behind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from data.taxonomy import Technology

MATRIX_PROJECTS = 25


class TechnologyRow(NamedTuple):
    """A technology in use."""

    technology: str
    name: str
    active_days: int
    projects: int
    first: date | None
    last: date | None
    uses: int
    assisted_uses: int
    recency: str


class ProjectRow(NamedTuple):
    """A project with what falls within the filters."""

    project_id: int
    name: str
    url: str
    description: str
    private: bool
    fork: bool
    archived: bool
    own: bool
    state: str
    active_days: int
    commits: int
    first: date
    last: date
    skills: int  # how many it shows


class Matrix(NamedTuple):
    """Active days of skills in projects."""

    projects: list[str]
    skills: list[str]
    days: list[list[int]]  # by project, by skill


class View(SourceView):
    """What one set of filters shows. See `Portfolio.view`."""

    @property
    def technologies(self) -> list[TechnologyRow]:
        """The most active days first; those that the taxonomy no longer knows left out."""
        return self._listed(self._all_technologies)

    @cached_property
    def _all_technologies(self) -> list[TechnologyRow]:
        found = metrics.standings(self.of_kind("technology"), self.as_of, levels=self.taxonomy.levels)
        known = self.taxonomy.technologies
        return [_technology_row(known[row.subject].name, row) for row in found if row.subject in known]

    def technologies_of(self, area: str) -> list[TechnologyRow]:
        """Rows of `technologies` whose entry shows a skill of an area."""
        skills = {skill.id for skill in self.taxonomy.skills_of(area)}
        known = self.taxonomy.technologies
        return [row for row in self.technologies if skills & self.skills_of(known[row.technology])]

    @staticmethod
    def skills_of(entry: Technology) -> set[str]:
        """The skills that a technology can show: on any use, or on certain calls."""
        return {*entry.skills, *chain(*entry.symbols.values()), *chain(*entry.arguments.values())}

    def use_of(self, technology: str) -> TechnologyRow:
        """Its row; zeros where it was not used."""
        found = (row for row in self._all_technologies if row.technology == technology)
        return next(found, TechnologyRow(technology, "", 0, 0, None, None, 0, 0, ""))

    @cached_property
    def projects(self) -> list[ProjectRow]:
        """Projects that hold activity within the filters, the latest first."""
        skills = self.skills.subjects_by_project()
        found = [self._project_row(work, skills.get(work[0], 0)) for work in self._work()]
        return sorted(found, key=lambda row: (-row.last.toordinal(), row.name))

    def _work(self) -> Iterable[tuple[int, int, int, int, int]]:
        """Of each project its id, active days, commits, first and last day."""
        # one row a project and day: counting rows counts days
        order = np.lexsort((self.activity.day, self.activity.project))
        days, projects = self.activity.day[order], self.activity.project[order]
        starts = np.flatnonzero(np.r_[True, projects[1:] != projects[:-1]]) if len(projects) else order
        sizes = np.diff(np.r_[starts, len(projects)])
        commits = np.add.reduceat(self.activity.commits[order], starts, dtype=np.int64) if len(starts) else starts
        columns = (projects[starts], sizes, commits, days[starts], days[starts + sizes - 1])
        return zip(*(column.tolist() for column in columns), strict=True)

    def _project_row(self, work: tuple[int, int, int, int, int], skills: int) -> ProjectRow:
        project, active_days, commits, first, last = work
        known = self.frames.project_rows[project]
        return ProjectRow(
            project, known.name, known.url, known.description, known.private, known.fork, known.archived, known.own,
            known.state, active_days, commits, date_of(first), date_of(last), skills,
        )  # fmt: skip

    @cached_property
    def matrix(self) -> Matrix:
        """Active days: the projects with most of them × the skills that are shown, in the taxonomy's order."""
        most = sorted(self.projects, key=lambda row: -row.active_days)[:MATRIX_PROJECTS]
        rows = self.skills.where(np.isin(self.skills.project, [row.project_id for row in most]))
        found = set(rows.shown()) if len(rows) else set()
        shown = [row for row in self._listed(self.skill_rows) if row.skill in found]
        places = {row.project_id: place for place, row in enumerate(most)}
        project = np.array([places[project] for project in rows.project.tolist()], dtype=np.intp)
        skill = rows.codes_in([row.skill for row in shown])
        # evidence holds one row a project, skill and day: counting rows counts days
        cells = (project * len(shown) + skill)[skill >= 0]
        days = np.bincount(cells, minlength=len(most) * len(shown)).reshape(len(most), len(shown))
        return Matrix(_told_apart([row.name for row in most]), [row.name for row in shown], days.tolist())

    def at_head(self, kind: str) -> set[str]:
        """The subjects that the trees of the chosen projects show today."""
        found = self.frames.at_head
        return set().union(*(found.get((project, kind), ()) for project in self.filters.projects))

    def proofs(self, kind: str, subject: str, limit: int, offset: int, technology: str = "") -> list[Any]:
        """Rows of frames.proofs within the filters."""
        return read_proofs(
            self.frames.store,
            kind,
            subject,
            limit=limit,
            offset=offset,
            technology=technology,
            **self._chosen,
        )

    def proof_page(
        self, kind: str, subject: str, size: int, page: int, technology: str = ""
    ) -> tuple[list[Any], int, int, int]:
        """Rows of one page of proof, its number (the last one for any beyond it), how many pages and rows there are."""
        rows = self.proof_count(kind, subject, technology)
        last = -(-rows // size) or 1
        page = min(page, last)
        return self.proofs(kind, subject, size, (page - 1) * size, technology), page, last, rows

    def proof_count(self, kind: str, subject: str, technology: str = "") -> int:
        """How many proofs there are within the filters."""
        return count_proofs(self.frames.store, kind, subject, technology=technology, **self._chosen)

    def behind(self, kind: str, subject: str) -> list[Technology]:
        """The technologies that show a subject somewhere in the work, whatever the filters; those used most first."""
        found = technologies_behind(self.frames.store, kind, subject)
        days, known = self.frames.technology_days, self.taxonomy.technologies
        return sorted(
            (known[each] for each in found if each in known), key=lambda each: (-days.get(each.id, 0), each.id)
        )

    @property
    def _chosen(self) -> dict[str, Any]:
        return {
            "projects_shown": list(self.filters.projects) or None,
            "shown": self.frames.shown_ids,
            "since": self.filters.since,
            "until": self.as_of if self.filters.until else None,
        }


def _told_apart(names: list[str]) -> list[str]:
    """The same names, those that come twice with a number behind them: an axis would merge them."""
    seen: dict[str, int] = {}
    told = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        told.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return told


def _technology_row(name: str, row: metrics.Standing) -> TechnologyRow:
    return TechnologyRow(
        row.subject, name, row.active_days, row.projects, row.first, row.last, row.uses, row.assisted_uses, row.recency
    )
