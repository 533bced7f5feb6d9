"""A view: what one set of filters leaves of the portfolio, finished for pages.

Each of its frames is made when first asked for and kept with it; filtered evidence is let go once a page is made.
"""

from __future__ import annotations

from functools import cached_property
from itertools import chain
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from dashboard.skill_views import SkillView
from data import frames as stored
from data import metrics

if TYPE_CHECKING:
    from data.taxonomy import Technology

MATRIX_PROJECTS = 25


class View(SkillView):
    """What one set of filters shows. See `Portfolio.view`."""

    @property
    def technologies(self) -> pd.DataFrame:
        """metrics.technology_use with name, docs and area; those that the taxonomy no longer knows left out."""
        return self._listed(self._all_technologies)

    @cached_property
    def _all_technologies(self) -> pd.DataFrame:
        if not len(self.of_kind("technology")):
            return pd.DataFrame(
                columns=["technology", "active_days", "projects", "first", "last", "recency", "name", "docs", "area"]
            )
        found = metrics.technology_use(self.of_kind("technology"), self.as_of, levels=self.taxonomy.levels)
        known = self.taxonomy.technologies
        found = found[found["technology"].isin(list(known))].copy()
        for column in ("name", "docs", "area"):
            found[column] = [getattr(known[each], column) for each in found["technology"]]
        return found

    def technologies_of(self, area: str) -> pd.DataFrame:
        """Rows of `technologies` whose entry shows a skill of an area."""
        skills = {skill.id for skill in self.taxonomy.skills_of(area)}
        shows = {name: self.skills_of(entry) for name, entry in self.taxonomy.technologies.items()}
        return self.technologies[[bool(skills & shows[name]) for name in self.technologies["technology"]]]

    @staticmethod
    def skills_of(entry: Technology) -> set[str]:
        """The skills that a technology can show: on any use, or on certain calls."""
        return {*entry.skills, *chain(*entry.symbols.values()), *chain(*entry.arguments.values())}

    def use_of(self, technology: str) -> Any:
        """Its row of metrics.technology_use; zeros where it was not used."""
        rows = self._all_technologies
        found = next(rows[rows["technology"] == technology].itertuples(), None)
        none = {"active_days": 0, "projects": 0, "uses": 0, "assisted_uses": 0}
        return found or SimpleNamespace(**none, first=None, last=None, recency="")

    @cached_property
    def projects(self) -> pd.DataFrame:
        """frames.projects that hold activity within the filters, the latest first, with skills (how many)."""
        grouped = self.activity.groupby("project_id")
        found = self.frames.projects.set_index("project_id")
        # frames.active_days holds one row a project and day: counting rows counts days
        work = grouped.agg(
            active_days=("day", "size"), commits=("commits", "sum"), first=("day", "min"), last=("day", "max")
        )
        found = found.drop(columns=list(work.columns)).join(work, how="inner")
        skills = self.skills.subjects_by_project()
        found["skills"] = [skills.get(project, 0) for project in found.index]
        return found.sort_values(["last", "name"], ascending=[False, True]).reset_index()

    @cached_property
    def matrix(self) -> pd.DataFrame:
        """Active days: the projects with most of them × the skills that are shown, in the taxonomy's order."""
        most = self.projects.nlargest(MATRIX_PROJECTS, "active_days")
        wide = metrics.project_skill_matrix(self.skills.where(np.isin(self.skills.project, most["project_id"])))
        shown = [row for row in self._listed(self.levels).itertuples() if row.skill in wide.columns]
        wide = wide.reindex(index=most["project_id"], columns=[row.skill for row in shown], fill_value=0)
        wide.index = pd.Index(_told_apart(list(most["name"])))
        wide.columns = pd.Index([row.name for row in shown])
        return wide

    def at_head(self, kind: str) -> set[str]:
        """The subjects that the trees of the chosen projects show today."""
        found = self.frames.at_head
        found = found[(found["subject_kind"] == kind) & found["project_id"].isin(self.filters.projects)]
        return set(found["subject"])

    def proofs(self, kind: str, subject: str, limit: int, offset: int) -> pd.DataFrame:
        """frames.proofs within the filters, with project_id."""
        found = stored.proofs(
            self.frames.store,
            kind,
            subject,
            limit=limit,
            offset=offset,
            projects=list(self.filters.projects) or None,
            since=self.filters.since,
            until=self.as_of if self.filters.until else None,
        )
        ids = self.frames.project_ids
        found["project_id"] = [ids.get((row.project, row.project_url), 0) for row in found.itertuples()]
        return found

    def proof_page(self, kind: str, subject: str, size: int, page: int) -> tuple[pd.DataFrame, int]:
        """One page of proof with a row more when there are others, and its number: the last one for any beyond it."""
        found = self.proofs(kind, subject, size + 1, (page - 1) * size)
        if len(found) or page == 1:
            return found, page
        some, none = 1, page  # the last page lies from `some` on and before `none`
        while none - some > 1:
            middle = (some + none) // 2
            there = len(self.proofs(kind, subject, 1, (middle - 1) * size))
            some, none = (middle, none) if there else (some, middle)
        return self.proofs(kind, subject, size + 1, (some - 1) * size), some


def _told_apart(names: list[str]) -> list[str]:
    """The same names, those that come twice with a number behind them: an axis would merge them."""
    seen: dict[str, int] = {}
    told = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        told.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return told
