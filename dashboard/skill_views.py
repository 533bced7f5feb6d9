"""Views of skills: their levels, the coverage of areas, how both grew and what changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from dashboard import phrases
from dashboard.window import Window
from data import metrics
from data.frames import KINDS
from data.ledger import date_of, distinct

if TYPE_CHECKING:
    from numpy.typing import NDArray

HISTORY_POINTS = 60
RECENT_DAYS = 90
SOURCE_NAMES = {"kaggle": "Kaggle", "stack-overflow": "Stack Overflow", "self-reported": "what you report yourself"}
READ_AS = {"stack-overflow": "stackoverflow", "self-reported": "manual"}  # what skills name and what projects are from
NOT_READ = "not read yet"


@dataclass(frozen=True)
class Change:
    """Something that grew: a skill, and what is new about it."""

    name: str
    path: str
    text: str


@dataclass(frozen=True)
class AreaFacts:
    """Distinct active days and projects behind an area, and the share of its uses that was assisted."""

    active_days: int
    projects: int
    assisted: float


class SkillView(Window):
    """What one set of filters shows of skills."""

    @cached_property
    def levels(self) -> pd.DataFrame:
        """metrics.skill_levels by area in the taxonomy's order, with name and assisted (share of uses).

        Where a skill is not shown because its source is not read, `level_name` says so. "Current only" leaves all
        rows: see `listed_of`.
        """
        found = metrics.skill_levels(self.skills, self.taxonomy, self.as_of).set_index("skill", drop=False)
        skills = [skill for area in self.taxonomy.areas for skill in self.taxonomy.skills_of(area.id)]
        found = found.loc[[skill.id for skill in skills]]
        found["name"] = [skill.name for skill in skills]
        unread = np.array([skill.source in self.unread_sources for skill in skills], dtype=bool)
        found["level_name"] = found["level_name"].mask(unread & (found["level"] == 0), NOT_READ)
        found["assisted"] = (found["assisted_uses"] / found["uses"].where(found["uses"] > 0)).fillna(0.0)
        return found.reset_index(drop=True)

    @cached_property
    def levels_of(self) -> dict[str, list[Any]]:
        """Rows of `levels` by area."""
        grouped: dict[str, list[Any]] = {area.id: [] for area in self.taxonomy.areas}
        for row in self.levels.itertuples():
            grouped[row.area].append(row)
        return grouped

    def listed_of(self, area: str) -> list[Any]:
        """Rows of `levels` of an area that are to be listed."""
        rows = self.levels_of[area]
        return [row for row in rows if row.recency == "current"] if self.filters.current else rows

    @cached_property
    def unread_sources(self) -> frozenset[str]:
        """Sources besides code that nothing was read from, since no account is connected."""
        read = self.frames.sources | set(self.frames.projects["source"])
        return frozenset(name for name in SOURCE_NAMES if READ_AS.get(name, name) not in read)

    def unread_of(self, area: str) -> list[str]:
        """Names of the sources that some skill of an area waits for."""
        waits = {skill.source for skill in self.taxonomy.skills_of(area)} & self.unread_sources
        return [name for source, name in SOURCE_NAMES.items() if source in waits]

    @cached_property
    def coverage(self) -> pd.DataFrame:
        """metrics.area_coverage, with name."""
        found = metrics.area_coverage(self.levels, self.taxonomy)
        names = {area.id: area.name for area in self.taxonomy.areas}
        return found.assign(name=[names[area] for area in found["area"]])

    @cached_property
    def history(self) -> pd.DataFrame:
        """metrics.coverage_over_time at evenly spaced dates of the window, the last of them `as_of`."""
        return metrics.coverage_over_time(self.skills, self.taxonomy, self._dates())

    def _dates(self) -> list[date]:
        if not len(self.skills):
            return []
        first = self.filters.since or date_of(self.skills.first_day)
        days = max((self.as_of - first).days, 1)
        points = min(HISTORY_POINTS, days)
        return [first + timedelta(days=round(days * number / points)) for number in range(points + 1)]

    @cached_property
    def history_of(self) -> dict[str, list[tuple[date, float]]]:
        """Coverage of each area at each date of `history`."""
        grouped: dict[str, list[tuple[date, float]]] = {area.id: [] for area in self.taxonomy.areas}
        dates = [found.date() for found in self.history["date"].dt.to_pydatetime()] if len(self.history) else []
        for when, area, coverage in zip(dates, self.history["area"], self.history["coverage"], strict=True):
            grouped[area].append((when, float(coverage)))
        return grouped

    def area_facts(self, area: str) -> AreaFacts:
        uses = self.skills.of({skill.id for skill in self.taxonomy.skills_of(area)})
        return AreaFacts(len(distinct(uses.day)), len(distinct(uses.project)), uses.assisted_share)

    @cached_property
    def first_uses(self) -> pd.DataFrame:
        """Skills that are shown, by first use: skill, name, area, first, last."""
        shown = self._listed(self.levels[self.levels["active_days"] > 0])
        return shown.sort_values(["first", "last"])[["skill", "name", "area", "first", "last"]]

    def months(self, kind: str = "", subject: str = "") -> pd.DataFrame:
        """Active days by month: month, own, assisted (days with assisted uses only). Of one subject, or of all."""
        rows = [self.of_kind(each) for each in ([kind] if kind else KINDS)]
        rows = [each.of_subject(subject) for each in rows] if subject else rows
        days = np.concatenate([each.day.astype(np.int32) for each in rows])
        unaided = np.concatenate([each.uses > each.assisted for each in rows])
        return _by_month(distinct(days), distinct(days[unaided]))

    def weeks_by_month(self) -> pd.DataFrame:
        """Active weeks (Monday to Sunday) with evidence of any skill, in the month of their first such day."""
        days = distinct(self.skills.day)
        weeks = (days - metrics.MONDAY) // metrics.WEEK
        firsts = days[np.flatnonzero(np.r_[True, weeks[1:] != weeks[:-1]])] if len(days) else days
        return _by_month(firsts, firsts)

    def counts_weeks(self, skill: str) -> bool:
        """Whether a skill is derived from all other evidence and so counts active weeks, not days."""
        return self.taxonomy.skills[skill].source == "derived"

    @property
    def bounds(self) -> tuple[date, date] | None:
        """The first and last day of the window that is shown; None when nothing is in it."""
        if not len(self.activity):
            return None
        days = self.activity["day"]
        return self.filters.since or days.min().date(), max(days.max().date(), self.filters.until or date.min)

    @cached_property
    def days_by_year(self) -> pd.DataFrame:
        """year, days (active), weeks (the longest run of weeks in a row with an active day), the latest first."""
        days = np.array(self.days, dtype="datetime64[D]")
        of_day, weeks = phrases.weeks_of(days)
        rows = []
        for year in np.unique(of_day)[::-1]:
            active = weeks[of_day == year]
            rows.append((int(year), len(active), _longest_run(np.unique(active).tolist())))
        return pd.DataFrame(rows, columns=["year", "days", "weeks"])

    # What changed

    @property
    def recent_since(self) -> date:
        return self.as_of - timedelta(days=RECENT_DAYS)

    @property
    def change_since(self) -> date:
        """The beginning of the window, or a year before its end."""
        return self.filters.since or self.as_of - timedelta(days=365)

    @cached_property
    def changes(self) -> list[Change]:
        """What grew lately, by all evidence up to the end of the window."""
        return self._changes(self.recent_since)

    @property
    def nothing_new(self) -> str:
        latest = f" The latest evidence is of {phrases.day(date_of(self.skills.last_day))}." if len(self.skills) else ""
        return f"No skill is new and no level has risen in this time.{latest}"

    @cached_property
    def window_changes(self) -> list[Change]:
        """What grew within the window."""
        return self._changes(self.change_since)

    def _changes(self, since: date) -> list[Change]:
        found = metrics.what_changed(self._whole.skills, self.taxonomy, since, self.as_of)
        current = set(self._listed(self.levels)["skill"])
        return [self._change(row) for row in found.itertuples() if row.skill in current]

    def _change(self, row: Any) -> Change:
        unit = "week" if self.counts_weeks(row.skill) else "day"
        days = phrases.count(row.new_days, f"more {unit}")
        text = f"new: {row.after_name}" if row.first_use else f"{row.before_name} → {row.after_name}, {days}"
        return Change(self.taxonomy.skills[row.skill].name, f"/skill/{row.skill}", text)


def _by_month(days: NDArray[np.int64], own: NDArray[np.int64]) -> pd.DataFrame:
    """Distinct days by month: those with work of one's own, and the others."""
    month = {"own": own, "assisted": np.setdiff1d(days, own, assume_unique=True)}
    months = np.unique(days.astype("datetime64[D]").astype("datetime64[M]"))
    counts = {
        name: np.bincount(
            np.searchsorted(months, of.astype("datetime64[D]").astype("datetime64[M]")), minlength=len(months)
        )
        for name, of in month.items()
    }
    return pd.DataFrame({"month": months.astype("datetime64[s]"), **counts})


def _longest_run(numbers: list[int]) -> int:
    longest = run = 0
    last: int | None = None
    for number in numbers:
        run = run + 1 if last is not None and number == last + 1 else 1
        longest, last = max(longest, run), number
    return longest
