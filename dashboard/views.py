"""A view: what one set of filters leaves of the frames, finished for pages.

Each of its frames is made when first asked for and kept with it; filtered evidence is let go once a page is made.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property, partial
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from dashboard import phrases
from data import frames as stored
from data import metrics

if TYPE_CHECKING:
    from collections.abc import Callable

    from dashboard.filters import Filters
    from dashboard.portfolio import Frames
    from data.taxonomy import Taxonomy

HISTORY_POINTS = 60
RECENT_DAYS = 90
KINDS = ("skill", "technology", "language")
MATRIX_PROJECTS = 25
PROOFS_READ = 20_000
PROOFS_STEP = 100


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


class View:
    """What one set of filters shows. See `Portfolio.view`."""

    def __init__(self, frames: Frames, filters: Filters, taxonomy: Taxonomy, today: date) -> None:
        self.frames = frames
        self.filters = filters
        self.taxonomy = taxonomy
        self.today = today
        self._evidence: dict[str, pd.DataFrame] = {}

    # Words

    @property
    def as_of(self) -> date:
        return min(self.filters.until or self.today, self.today)

    @property
    def as_of_text(self) -> str:
        return f"as of {phrases.day(self.as_of)}"

    @cached_property
    def window(self) -> str:
        """From when to when the evidence is that is shown."""
        if not len(self.activity):
            return "in the chosen dates"
        return phrases.span(self.activity["day"].min(), self.activity["day"].max())

    @cached_property
    def sentence(self) -> str:
        """One sentence on what the page rests on."""
        if not len(self.activity):
            return "Nothing falls within these filters."
        parts = [phrases.count(self.project_count, "project"), phrases.count(self.active_day_count, "active day")]
        only = ", current skills only" if self.filters.current else ""
        return f"From {parts[0]} and {parts[1]}, {self.window}{only}."

    # What the filters leave

    @property
    def empty(self) -> bool:
        return self.skills.empty and self.of_kind("technology").empty and self.of_kind("language").empty

    @property
    def skills(self) -> pd.DataFrame:
        """Evidence of skills within the filters; columns of frames.evidence_days."""
        return self.of_kind("skill")

    def of_kind(self, kind: str) -> pd.DataFrame:
        """Evidence of one kind of subject within the filters."""
        found = self._evidence.get(kind)
        if found is None:
            found = self._within(self.frames.evidence[kind])
            found = self._evidence[kind] = self._current(found) if self.filters.current else found
        return found

    def rest(self) -> None:
        """Let go of filtered evidence once a page is made: what was counted from it stays, and is small."""
        self._evidence.clear()
        self.__dict__.pop("_whole", None)

    @cached_property
    def activity(self) -> pd.DataFrame:
        """Columns of frames.active_days."""
        return self._within(self.frames.active_days)

    @cached_property
    def _whole(self) -> View:
        """The same without a beginning: what came before the window too."""
        if not self.filters.since:
            return self
        return View(self.frames, replace(self.filters, since=None), self.taxonomy, self.today)

    def _within(self, frame: pd.DataFrame) -> pd.DataFrame:
        days = frame["day"].to_numpy()
        if not len(days):
            return frame
        kept = days <= np.datetime64(self.as_of, "s")
        if self.filters.since:
            kept &= days >= np.datetime64(self.filters.since, "s")
        if self.filters.projects:
            kept &= np.isin(frame["project_id"].to_numpy(), self.filters.projects)
        return frame if kept.all() else frame[kept]

    def _current(self, evidence: pd.DataFrame) -> pd.DataFrame:
        if evidence.empty:
            return evidence
        earliest = pd.Timestamp(self.as_of) - pd.DateOffset(months=self.taxonomy.levels.current_months)
        last = evidence.groupby("subject", observed=True)["day"].max()
        return evidence[evidence["subject"].isin(last.index[last >= earliest])]

    # Counts

    @cached_property
    def active_day_count(self) -> int:
        return int(self.activity["day"].nunique())

    @cached_property
    def project_count(self) -> int:
        return int(self.activity["project_id"].nunique())

    @cached_property
    def projects_note(self) -> str:
        if self.frames.sample:
            return "public repositories"
        projects = self.frames.projects
        others = int((~projects["own"] & projects["project_id"].isin(self.activity["project_id"].unique())).sum())
        return f"{phrases.number(others)} of them somebody else’s" if others else "all your own"

    @cached_property
    def assisted_share(self) -> float:
        uses = self.skills
        return _share(uses["assisted_uses"].sum(), uses["uses"].sum())

    @cached_property
    def days(self) -> list[date]:
        return [found.date() for found in self.activity["day"].drop_duplicates().sort_values()]

    # Skills and areas

    @cached_property
    def levels(self) -> pd.DataFrame:
        """metrics.skill_levels by area in the taxonomy's order, with name and assisted (share of uses)."""
        found = metrics.skill_levels(self.skills, self.taxonomy, self.as_of).set_index("skill", drop=False)
        skills = [skill for area in self.taxonomy.areas for skill in self.taxonomy.skills_of(area.id)]
        found = found.loc[[skill.id for skill in skills]]
        found["name"] = [skill.name for skill in skills]
        found["assisted"] = (found["assisted_uses"] / found["uses"].where(found["uses"] > 0)).fillna(0.0)
        return found.reset_index(drop=True)

    @cached_property
    def levels_of(self) -> dict[str, list[Any]]:
        """Rows of `levels` by area."""
        grouped: dict[str, list[Any]] = {area.id: [] for area in self.taxonomy.areas}
        for row in self.levels.itertuples():
            grouped[row.area].append(row)
        return grouped

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
        if self.skills.empty:
            return []
        first = self.filters.since or self.skills["day"].min().date()
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
        skills = {skill.id for skill in self.taxonomy.skills_of(area)}
        uses = self.skills
        uses = uses[uses["subject"].isin(skills)]
        return AreaFacts(
            int(uses["day"].nunique()),
            int(uses["project_id"].nunique()),
            _share(uses["assisted_uses"].sum(), uses["uses"].sum()),
        )

    @cached_property
    def first_uses(self) -> pd.DataFrame:
        """Skills that are shown, by first use: skill, name, area, first, last."""
        shown = self.levels[self.levels["active_days"] > 0]
        return shown.sort_values(["first", "last"])[["skill", "name", "area", "first", "last"]]

    def months(self, kind: str = "", subject: str = "") -> pd.DataFrame:
        """Active days by month: month, own, assisted (days with assisted uses only). Of one subject, or of all."""
        frames = [self.of_kind(each) for each in ([kind] if kind else KINDS)]
        frames = [frame[frame["subject"] == subject] for frame in frames] if subject else frames
        days = np.concatenate([frame["day"].to_numpy() for frame in frames])
        unaided = np.concatenate([frame["uses"].to_numpy() > frame["assisted_uses"].to_numpy() for frame in frames])
        own = np.unique(days[unaided])
        assisted = np.setdiff1d(days, own)
        months = np.unique(days.astype("datetime64[M]"))
        counts = {
            name: np.bincount(np.searchsorted(months, of.astype("datetime64[M]")), minlength=len(months))
            for name, of in (("own", own), ("assisted", assisted))
        }
        return pd.DataFrame({"month": months.astype("datetime64[s]"), **counts})

    @cached_property
    def days_by_year(self) -> pd.DataFrame:
        """year, days (active), weeks (the longest run of weeks in a row with an active day), the latest first."""
        years: dict[int, list[int]] = {}
        for found in self.days:
            years.setdefault(found.year, []).append((found.timetuple().tm_yday - 1) // 7)
        rows = [
            (year, len(weeks), _longest_run(sorted(set(weeks)))) for year, weeks in sorted(years.items(), reverse=True)
        ]
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
        latest = f" The latest evidence is of {phrases.day(self.skills['day'].max())}." if len(self.skills) else ""
        return f"No skill is new and no level has risen in this time.{latest}"

    @cached_property
    def window_changes(self) -> list[Change]:
        """What grew within the window."""
        return self._changes(self.change_since)

    def _changes(self, since: date) -> list[Change]:
        found = metrics.what_changed(self._whole.skills, self.taxonomy, since, self.as_of)
        return [self._change(row) for row in found.itertuples()]

    def _change(self, row: Any) -> Change:
        days = phrases.count(row.new_days, "more day", "more days")
        text = f"new: {row.after_name}" if row.first_use else f"{row.before_name} → {row.after_name}, {days}"
        return Change(self.taxonomy.skills[row.skill].name, f"/skill/{row.skill}", text)

    # Technologies and projects

    @cached_property
    def technologies(self) -> pd.DataFrame:
        """metrics.technology_use with name, docs and area; those that the taxonomy no longer knows left out."""
        if self.of_kind("technology").empty:
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
        shows = {
            name: {*entry.skills, *chain(*entry.symbols.values()), *chain(*entry.arguments.values())}
            for name, entry in self.taxonomy.technologies.items()
        }
        return self.technologies[[bool(skills & shows[name]) for name in self.technologies["technology"]]]

    @cached_property
    def projects(self) -> pd.DataFrame:
        """frames.projects that hold activity within the filters, the latest first, with skills (how many)."""
        grouped = self.activity.groupby("project_id")
        skills = self.skills.groupby("project_id")["subject"].nunique()
        found = self.frames.projects.set_index("project_id")
        # frames.active_days holds one row a project and day: counting rows counts days
        work = grouped.agg(
            active_days=("day", "size"), commits=("commits", "sum"), first=("day", "min"), last=("day", "max")
        )
        found = found.drop(columns=list(work.columns)).join(work, how="inner")
        found["skills"] = skills.reindex(found.index).fillna(0).astype(int)
        return found.sort_values(["last", "name"], ascending=[False, True]).reset_index()

    @cached_property
    def matrix(self) -> pd.DataFrame:
        """Active days: the projects with most of them × the skills that are shown, in the taxonomy's order."""
        most = self.projects.nlargest(MATRIX_PROJECTS, "active_days")
        wide = metrics.project_skill_matrix(self.skills[self.skills["project_id"].isin(most["project_id"])])
        shown = [row for row in self.levels.itertuples() if row.skill in wide.columns]
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
        projects = list(self.filters.projects) or None
        read = partial(stored.proofs, self.frames.store, kind, subject, projects=projects)
        found = (
            self._between(read, limit, offset)
            if self.filters.since or self.filters.until
            else read(limit=limit, offset=offset)
        )
        ids = self.frames.project_ids
        found["project_id"] = [ids.get((row.project, row.project_url), 0) for row in found.itertuples()]
        return found

    def _between(self, read: Callable[..., pd.DataFrame], limit: int, offset: int) -> pd.DataFrame:
        """Read on, newest first, until the window holds what is asked for or has been passed."""
        kept: list[pd.DataFrame] = []
        at, step = 0, PROOFS_STEP
        while True:
            found = read(limit=step, offset=at)
            days = pd.to_datetime(found["day"])
            inside = days <= pd.Timestamp(self.as_of)
            if self.filters.since:
                inside &= days >= pd.Timestamp(self.filters.since)
            kept.append(found[inside])
            passed = bool(self.filters.since and len(days) and days.iloc[-1] < pd.Timestamp(self.filters.since))
            if len(found) < step or passed or sum(map(len, kept)) >= limit + offset or at > PROOFS_READ:
                return pd.concat(kept).iloc[offset : offset + limit].copy()
            at, step = at + step, step * 2


def _share(part: float, whole: float) -> float:
    return float(part) / float(whole) if whole else 0.0


def _longest_run(numbers: list[int]) -> int:
    longest = run = 0
    last: int | None = None
    for number in numbers:
        run = run + 1 if last is not None and number == last + 1 else 1
        longest, last = max(longest, run), number
    return longest


def _told_apart(names: list[str]) -> list[str]:
    """The same names, those that come twice with a number behind them: an axis would merge them."""
    seen: dict[str, int] = {}
    told = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        told.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return told
