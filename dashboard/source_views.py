"""Views by source: which part of the days, of the coverage and of each skill's time came from where."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from dashboard.skill_views import SkillRow, SkillView
from data.by_source import coverage_parts, divided_days
from data.ledger import date_of, day_number

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from numpy.typing import NDArray

NAMES = {
    "github": "GitHub",
    "git": "Git folders",
    "kaggle": "Kaggle",
    "stackoverflow": "Stack Overflow",
    "manual": "Self-reported",
}
OWN_WORD = "manual"


class Source(NamedTuple):
    """Where work was read from. `own_word`: the person said it of themselves."""

    id: str
    name: str

    @property
    def own_word(self) -> bool:
        return self.id == OWN_WORD

    @property
    def told(self) -> str:
        """As "from" has it: "from GitHub", "from your own word"."""
        return "your own word" if self.own_word else self.name

    @property
    def colour(self) -> str:
        """Its token; sources that we don't know are grey."""
        return f"@source:{self.id}" if self.id in NAMES else "@dim"


class Origins:
    """The sources of a portfolio's projects, in a fixed order, and that of each project by its id."""

    def __init__(self, projects: Collection[Any]) -> None:
        known = list(NAMES)
        of_projects = {row.source for row in projects}
        found = sorted(of_projects, key=lambda each: (known.index(each) if each in NAMES else 99, each))
        self.sources = [Source(each, NAMES.get(each, each.capitalize())) for each in found]
        self.of = np.zeros(max((row.project_id for row in projects), default=0) + 1, dtype=np.intp)
        places = {each: place for place, each in enumerate(found)}
        for row in projects:
            self.of[row.project_id] = places[row.source]


class MonthParts(NamedTuple):
    """Active days of a month by source; a day that several saw is divided among them."""

    month: date
    days: list[float]


class SourceSpan(NamedTuple):
    """From when to when a source shows a skill; `source` is its place among the sources."""

    source: int
    first: date
    last: date


class SourceView(SkillView):
    """What one set of filters shows, by source. Lists of numbers are in the order of `sources`."""

    @property
    def sources(self) -> list[Source]:
        return self.frames.origins.sources

    @cached_property
    def seen_sources(self) -> list[Source]:
        """Those of the activity within the filters."""
        of, ids = self.frames.origins.of, self.activity.projects
        return [self.sources[place] for place in np.unique(of[ids]).tolist()] if len(ids) else []

    @cached_property
    def coverage_parts(self) -> dict[str, list[float]]:
        """What each source adds to the coverage of each area."""
        found = self._parts_at([self.as_of])[0].tolist()
        return {area.id: parts for area, parts in zip(self.taxonomy.areas, found, strict=True)}

    @cached_property
    def history_parts(self) -> dict[str, list[tuple[date, list[float]]]]:
        """The same at the dates of `history_of`."""
        dates = self._dates()
        found = self._parts_at(dates).transpose(1, 0, 2).tolist() if dates else [[] for _ in self.taxonomy.areas]
        return {
            area.id: list(zip(dates, parts, strict=True))
            for area, parts in zip(self.taxonomy.areas, found, strict=True)
        }

    def _parts_at(self, dates: list[date]) -> NDArray[np.float64]:
        origins = self.frames.origins
        return coverage_parts(self.skills, self.taxonomy, dates, origins.of, len(origins.sources))

    def new_days(self, skill: str, since: date) -> list[float]:
        """Days with a skill after a day, by source; a day that several saw is divided. All 0 for a derived skill."""
        rows, origins = self._whole.skills.of_subject(skill), self.frames.origins
        rows = rows.where(rows.day > day_number(since))
        _, parts = divided_days(rows.day.astype(np.int64), rows.project, origins.of, len(origins.sources))
        found: list[float] = parts.sum(axis=0).round(2).tolist()
        return found

    @cached_property
    def month_parts(self) -> list[MonthParts]:
        """Months with an active day, the earliest first."""
        origins = self.frames.origins
        days, parts = divided_days(self.activity.day, self.activity.project, origins.of, len(origins.sources))
        if not len(days):
            return []
        months, starts = np.unique(days.astype("datetime64[D]").astype("datetime64[M]"), return_index=True)
        sums = np.add.reduceat(parts, starts, axis=0).round(2).tolist()
        firsts = months.astype("datetime64[D]").tolist()
        return [MonthParts(month, found) for month, found in zip(firsts, sums, strict=True)]

    @cached_property
    def first_uses_parts(self) -> list[tuple[SkillRow, list[SourceSpan]]]:
        """`first_uses` with the span of each source; none for a skill that is derived from the others."""
        rows, number = self.skills, len(self.sources)
        spans: list[list[SourceSpan]] = [[] for _ in self.first_uses]
        # rows stand by subject, project and day: each run of one project has its first day first and its last day last
        changes = (rows.subject[1:] != rows.subject[:-1]) | (rows.project[1:] != rows.project[:-1])
        starts = np.flatnonzero(np.r_[True, changes][: len(rows)])
        ends = np.r_[starts[1:], len(rows)][: len(starts)] - 1
        codes = rows.codes_in([row.skill for row in self.first_uses])[starts]
        keys = codes * number + self.frames.origins.of[rows.project[starts]]
        found: dict[int, tuple[int, int]] = {}
        for key, first, last in zip(keys.tolist(), rows.day[starts].tolist(), rows.day[ends].tolist(), strict=True):
            known = found.get(key, (first, last))
            found[key] = min(known[0], first), max(known[1], last)
        for key in sorted(key for key in found if key >= 0):
            place, source = divmod(key, number)
            spans[place].append(SourceSpan(source, *map(date_of, found[key])))
        return list(zip(self.first_uses, spans, strict=True))

    @cached_property
    def lanes(self) -> dict[str, dict[date, int]]:
        """Active days of each source by month: every day that it saw counts whole."""
        of = self.frames.origins.of
        found: dict[str, dict[date, int]] = {}
        for place, source in enumerate(self.sources):
            days = np.unique(self.activity.day[of[self.activity.project] == place].astype(np.int64))
            months, counts = np.unique(days.astype("datetime64[D]").astype("datetime64[M]"), return_counts=True)
            if len(days):
                firsts = months.astype("datetime64[D]").tolist()
                found[source.id] = dict(zip(firsts, counts.tolist(), strict=True))
        return found
