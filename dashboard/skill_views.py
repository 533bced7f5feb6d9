"""Views of skills: their levels, the coverage of areas, how both grew and what changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dashboard import phrases
from dashboard.findings import Grown
from dashboard.window import YEAR, Window
from data import metrics
from data.ledger import date_of, distinct
from data.shown import KINDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from data.taxonomy import Skill

HISTORY_POINTS = 60
RECENT_DAYS = 90
SOURCE_NAMES = {
    "github": "GitHub",
    "kaggle": "Kaggle",
    "stack-overflow": "Stack Overflow",
    "self-reported": "what you report yourself",
}
READ_AS = {"stack-overflow": "stackoverflow", "self-reported": "manual"}  # what skills name and what projects are from
NOT_READ = "not read yet"


@dataclass(frozen=True)
class Change:
    """Something that grew: a skill, and what is new about it."""

    skill: str
    name: str
    path: str
    text: str
    new: bool  # was not shown before


@dataclass(frozen=True)
class AreaFacts:
    """Distinct active days and projects behind an area, and the share of its uses that was assisted."""

    active_days: int
    projects: int
    assisted: float


class SkillRow(NamedTuple):
    """A skill as it stands: metrics.Standing with words."""

    skill: str
    name: str
    area: str
    level: int
    level_name: str  # where nothing shows it and its source is not read, says so
    active_days: int
    projects: int
    first: date | None
    last: date | None
    months: int
    uses: int
    assisted_uses: int
    assisted: float  # share of uses
    recency: str


class AreaRow(NamedTuple):
    """Coverage of an area: metrics.Coverage with its name."""

    area: str
    name: str
    coverage: float
    shown: int
    of: int


class Month(NamedTuple):
    """Active days (or weeks) of a month: those with unassisted work, and the others."""

    month: date
    own: int
    assisted: int


class Year(NamedTuple):
    """Active days of a year and its longest run of weeks with one."""

    year: int
    days: int
    weeks: int


class SkillView(Window):
    """What one set of filters shows of skills."""

    @cached_property
    def _standings(self) -> list[metrics.Standing]:
        return metrics.skill_standings(self.skills, self.taxonomy, self.as_of)

    @cached_property
    def skill_rows(self) -> list[SkillRow]:
        """Every skill by area, in the taxonomy's order. "Current only" leaves all rows: see `listed_of`."""
        found = {row.subject: row for row in self._standings}
        skills = [skill for area in self.taxonomy.areas for skill in self.taxonomy.skills_of(area.id)]
        return [self._skill_row(skill, found[skill.id]) for skill in skills]

    def _skill_row(self, skill: Skill, row: metrics.Standing) -> SkillRow:
        unread = not row.level and skill.source in self.unread_sources
        word = NOT_READ if unread else metrics.level_name(self.taxonomy, skill.id, row.level)
        share = row.assisted_uses / row.uses if row.uses else 0.0
        return SkillRow(
            skill.id, skill.name, skill.area, row.level, word, row.active_days, row.projects, row.first, row.last,
            row.months, row.uses, row.assisted_uses, share, row.recency,
        )  # fmt: skip

    @cached_property
    def shown(self) -> list[SkillRow]:
        """Rows with any level."""
        return [row for row in self.skill_rows if row.level]

    @cached_property
    def level_words(self) -> dict[str, str]:
        """What every page calls the level that each skill has: "applied", "none", "not read yet"."""
        return {row.skill: row.level_name for row in self.skill_rows}

    def skill_row(self, skill: str) -> SkillRow:
        return next(row for row in self.skill_rows if row.skill == skill)

    @cached_property
    def levels_of(self) -> dict[str, list[SkillRow]]:
        """`skill_rows` by area."""
        grouped: dict[str, list[SkillRow]] = {area.id: [] for area in self.taxonomy.areas}
        for row in self.skill_rows:
            grouped[row.area].append(row)
        return grouped

    def listed_of(self, area: str) -> list[SkillRow]:
        """Rows of an area that are to be listed."""
        return self._listed(self.levels_of[area])

    @cached_property
    def unread_sources(self) -> frozenset[str]:
        """Sources besides code that nothing was read from, since no account is connected."""
        read = self.frames.sources | self.frames.read_sources
        return frozenset(name for name in SOURCE_NAMES if READ_AS.get(name, name) not in read)

    def unread_of(self, area: str) -> list[str]:
        """Names of the sources that some skill of an area waits for."""
        waits = {skill.source for skill in self.taxonomy.skills_of(area)} & self.unread_sources
        return [name for source, name in SOURCE_NAMES.items() if source in waits]

    @cached_property
    def coverage(self) -> list[AreaRow]:
        """Coverage of each area, in the taxonomy's order."""
        names = {area.id: area.name for area in self.taxonomy.areas}
        found = metrics.coverages([row.level for row in self._standings], self.taxonomy)
        return [AreaRow(row.area, names[row.area], row.coverage, row.shown, row.of) for row in found]

    def _dates(self) -> list[date]:
        if not len(self.skills):
            return []
        first = self.filters.since or date_of(self.skills.first_day)
        days = max((self.as_of - first).days, 1)
        points = min(HISTORY_POINTS, days)
        return [first + timedelta(days=round(days * number / points)) for number in range(points + 1)]

    @cached_property
    def history_of(self) -> dict[str, list[tuple[date, float]]]:
        """Coverage of each area at evenly spaced dates of the window, the last of them `as_of`."""
        dates, areas = self._dates(), [area.id for area in self.taxonomy.areas]
        if not dates:
            return {area: [] for area in areas}
        columns = self._coverage_at.T[:, 1:].tolist()
        return {area: list(zip(dates, column, strict=True)) for area, column in zip(areas, columns, strict=True)}

    @cached_property
    def _coverage_at(self) -> NDArray[np.float64]:
        """Coverage a year ago and at the dates of the history (rows) of each area (columns)."""
        return metrics.coverage_at(self.skills, self.taxonomy, [self.year_before, *self._dates()])

    @cached_property
    def grown(self) -> dict[str, Grown]:
        """Coverage of each area a year ago and now."""
        before = self._coverage_at[0].tolist() if len(self.skills) else [0.0] * len(self.coverage)
        return {row.area: Grown(row.name, was, row.coverage) for row, was in zip(self.coverage, before, strict=True)}

    def area_facts(self, area: str) -> AreaFacts:
        uses = self.skills.of({skill.id for skill in self.taxonomy.skills_of(area)})
        return AreaFacts(len(distinct(uses.day)), len(distinct(uses.project)), uses.assisted_share)

    @cached_property
    def first_uses(self) -> list[SkillRow]:
        """Skills that are shown, by first use."""
        return sorted(self._listed([row for row in self.skill_rows if row.active_days]), key=_begun)

    def months(self, kind: str = "", subject: str = "") -> list[Month]:
        """Active days by month that has any, of one subject or of all."""
        rows = [self.of_kind(each) for each in ([kind] if kind else KINDS)]
        rows = [each.of_subject(subject) for each in rows] if subject else rows
        days = np.concatenate([each.day.astype(np.int32) for each in rows])
        unaided = np.concatenate([each.uses > each.assisted for each in rows])
        return _by_month(distinct(days), distinct(days[unaided]))

    def weeks_by_month(self) -> list[Month]:
        """Active weeks (Monday to Sunday) with evidence of any skill, in the month of their first such day."""
        days = distinct(self.skills.day)
        weeks = (days - metrics.MONDAY) // metrics.WEEK
        firsts = days[np.flatnonzero(np.r_[True, weeks[1:] != weeks[:-1]])] if len(days) else days
        return _by_month(firsts, firsts)

    def counts_weeks(self, skill: str) -> bool:
        """Whether a skill is derived from all other evidence and so counts active weeks, not days."""
        return self.taxonomy.skills[skill].source == "derived"

    def is_own_word(self, skill: str) -> bool:
        """Whether a skill rests on what the person reports of themselves."""
        return self.taxonomy.skills[skill].source == "self-reported"

    @property
    def bounds(self) -> tuple[date, date] | None:
        """The first and last day of the window that is shown; None when nothing is in it."""
        if not len(self.activity):
            return None
        first, last = (date_of(int(day)) for day in self.activity.days[[0, -1]])
        return self.filters.since or first, max(last, self.filters.until or date.min)

    @cached_property
    def days_by_year(self) -> list[Year]:
        """The latest first."""
        of_day, weeks = phrases.weeks_of(self.days)
        rows = []
        for year in np.unique(of_day)[::-1]:
            active = weeks[of_day == year]
            rows.append(Year(int(year), len(active), _longest_run(np.unique(active).tolist())))
        return rows

    # What changed

    @property
    def recent_since(self) -> date:
        return self.as_of - timedelta(days=RECENT_DAYS)

    @property
    def change_since(self) -> date:
        """The beginning of the window, or a year before its end."""
        return self.filters.since or self.as_of - timedelta(days=YEAR)

    @cached_property
    def changes(self) -> list[Change]:
        """What grew lately, by all evidence up to the end of the window."""
        return self._changes(self.recent_since)

    @property
    def nothing_new(self) -> str:
        if not len(self.skills):
            return "Nothing shows a skill in this time."
        return f"The latest evidence is of {phrases.day(date_of(self.skills.last_day))}."

    @cached_property
    def window_changes(self) -> list[Change]:
        """What grew within the window."""
        return self._changes(self.change_since)

    def _changes(self, since: date) -> list[Change]:
        found = metrics.rises(self._whole.skills, self.taxonomy, since, self.as_of)
        listed = {row.skill for row in self._listed(self.skill_rows)}
        return [self._change(row) for row in found if row.skill in listed]

    def _change(self, row: metrics.Rise) -> Change:
        unit = "week" if self.counts_weeks(row.skill) else "day"
        days = phrases.count(row.new_days, f"more {unit}")
        text = f"new: {row.after_name}" if row.first_use else f"{row.before_name} → {row.after_name}, {days}"
        return Change(row.skill, self.taxonomy.skills[row.skill].name, f"/skill/{row.skill}", text, row.first_use)


def _begun(row: SkillRow) -> tuple[date, date]:
    return row.first or date.max, row.last or date.max


def _by_month(days: NDArray[np.int64], own: NDArray[np.int64]) -> list[Month]:
    """Distinct days by month: those with work of one's own, and the others."""
    of_day, of_own = (each.astype("datetime64[D]").astype("datetime64[M]") for each in (days, own))
    months, total = np.unique(of_day, return_counts=True)
    unaided = np.bincount(np.searchsorted(months, of_own), minlength=len(months))
    firsts = months.astype("datetime64[D]").tolist()
    return [Month(*row) for row in zip(firsts, unaided.tolist(), (total - unaided).tolist(), strict=True)]


def _longest_run(numbers: list[int]) -> int:
    longest = run = 0
    last: int | None = None
    for number in numbers:
        run = run + 1 if last is not None and number == last + 1 else 1
        longest, last = max(longest, run), number
    return longest
