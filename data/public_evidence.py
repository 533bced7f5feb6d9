"""What a share link lets through: projects that may be shown or may count, and their evidence of the chosen areas."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from data import metrics, shown
from data.aliases import shown_ids
from data.ledger import date_of, day_number, distinct
from data.links import safe_url
from data.public_words import is_clean, naming
from data.publishable import can_be_public, private_names

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date
    from re import Pattern

    from data.ledger import Ledger
    from data.metrics import Coverage, Standing
    from data.sharing import ShareLink
    from data.store import Store
    from data.taxonomy import Taxonomy

YEAR = timedelta(days=365)
GROWTH_POINTS = 120  # a month apart in ten years, so that there is something to see in one of them


@dataclass
class Passed:
    """Everything that public values are made of; the store is asked once for each part."""

    store: Store
    taxonomy: Taxonomy
    link: ShareLink
    as_of: date

    # Projects

    @cached_property
    def _projects(self) -> list[Any]:
        return shown.projects(self.store)

    @cached_property
    def open_projects(self) -> dict[int, Any]:
        """Those that are shown one by one, by id, with the address that may be linked."""
        chosen = [row for row in self._projects if can_be_public(row) and self._names(row)]
        return {row.project_id: row._replace(url=safe_url(row.url) if is_clean(row.url) else "") for row in chosen}

    def _names(self, row: Any) -> bool:
        return row.source in self.link.sources and row.key in self.link.projects

    @cached_property
    def counting(self) -> dict[int, Any]:
        """Those that count: shown ones, and where the link says so what can never be shown."""
        closed = [
            row
            for row in self._projects
            if self.link.private_totals and row.source in self.link.sources and not can_be_public(row)
        ]
        return self.open_projects | {row.project_id: row for row in closed}

    @cached_property
    def telling_projects(self) -> dict[int, Any]:
        """Shown ones of which anything may be told: where areas were chosen, those with evidence of these."""
        if all(area.id in self.link.areas for area in self.taxonomy.areas):
            return self.open_projects
        telling = set(distinct(self.open_skills.project).tolist())
        return {key: row for key, row in self.open_projects.items() if key in telling}

    @cached_property
    def read_sources(self) -> set[str]:
        """Sources that count here."""
        return {row.source for row in self.counting.values()}

    @cached_property
    def untold(self) -> Pattern[str] | None:
        """Finds names that no text may tell: private ones, and those that public projects had before."""
        public = [row for row in self._projects if can_be_public(row)]
        borne = {row.name.casefold() for row in public}
        earlier = [name for row in public for name in row.vanished if name.casefold() not in borne]
        return naming(private_names(self.store, self._projects), earlier)

    @cached_property
    def shown_ids(self) -> dict[int, int]:
        return shown_ids(self.store)

    # Evidence

    @cached_property
    def _evidence(self) -> dict[str, Ledger]:
        """All evidence that counts, of every area: a derived skill needs it whole."""
        until, found = day_number(self.as_of), shown.ledgers(self.store)
        return {
            kind: _of_projects(found[kind].where(found[kind].day <= until), self.counting)
            for kind in ("skill", "technology")
        }

    @cached_property
    def skills(self) -> Ledger:
        """Evidence of the skills of the chosen areas."""
        ids = {skill.id for skill in self.taxonomy.skills.values() if skill.area in self.link.areas}
        return self._evidence["skill"].of(ids)

    @cached_property
    def open_skills(self) -> Ledger:
        """The same, of projects that are shown one by one."""
        return _of_projects(self.skills, self.open_projects)

    @cached_property
    def open_ids(self) -> frozenset[str]:
        """The skills that some of it shows."""
        return frozenset(self.open_skills.shown())

    @cached_property
    def open_technologies(self) -> Ledger:
        """Evidence of technologies of the chosen areas, of projects shown one by one only.

        An entry of the person's own may be named after a package of their employer.
        """
        known = {entry.id for entry in self.taxonomy.technologies.values() if entry.area in self.link.areas}
        return _of_projects(self._evidence["technology"].of(known), self.open_projects)

    # Figures

    @cached_property
    def _standings(self) -> list[Standing]:
        return metrics.skill_standings(self._evidence["skill"], self.taxonomy, self.as_of)

    @cached_property
    def levels(self) -> dict[str, Standing]:
        """By skill."""
        return {row.subject: row for row in self._standings}

    @cached_property
    def coverage(self) -> dict[str, Coverage]:
        """By area."""
        return {row.area: row for row in metrics.coverages([row.level for row in self._standings], self.taxonomy)}

    @cached_property
    def growth(self) -> dict[str, tuple[tuple[date, float], ...]]:
        """Coverage of each area at evenly spaced dates; nothing without evidence."""
        dates, table = self._coverage_at
        return {area: tuple(zip(dates, each[1:], strict=True)) for area, each in table.items()}

    @cached_property
    def year_before(self) -> dict[str, float]:
        """Coverage of each area a year before; nothing without evidence."""
        return {area: each[0] for area, each in self._coverage_at[1].items()}

    @cached_property
    def _coverage_at(self) -> tuple[list[date], dict[str, list[float]]]:
        """Evenly spaced dates, and the coverage of each area a year before and at these."""
        if not len(self.skills):
            return [], {}
        first = date_of(self.skills.first_day)
        days = max((self.as_of - first).days, 1)
        points = min(GROWTH_POINTS, days)
        dates = [first + timedelta(days=round(days * number / points)) for number in range(points + 1)]
        table = metrics.coverage_at(self._evidence["skill"], self.taxonomy, [self.as_of - YEAR, *dates])
        return dates, dict(zip((area.id for area in self.taxonomy.areas), table.T.tolist(), strict=True))


def _of_projects(rows: Ledger, ids: Collection[int]) -> Ledger:
    return rows.where(np.isin(rows.project, list(ids)))
