"""A view: what one set of filters leaves of the frames, finished for pages.

Each of its frames is made when first asked for and kept with it; filtered evidence is let go once a page is made.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from itertools import chain
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from dashboard import phrases
from data import frames as stored
from data import metrics

if TYPE_CHECKING:
    from dashboard.filters import Filters
    from dashboard.portfolio import Frames
    from data.taxonomy import Taxonomy, Technology

HISTORY_POINTS = 60
RECENT_DAYS = 90
KINDS = ("skill", "technology", "language")
MATRIX_PROJECTS = 25
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
            return (
                "Nothing falls within these filters."
                if self.filters.query
                else "Nothing of yours is dated up to today."
            )
        parts = [phrases.count(self.project_count, "project"), phrases.count(self.active_day_count, "active day")]
        only = "; only what is current is listed" if self.filters.current else ""
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
            found = self._evidence[kind] = self._within(self.frames.evidence[kind])
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

    def _listed(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Rows with recency that are to be listed: with "current only" the others are hidden, and no number changes."""
        return rows[rows["recency"] == "current"] if self.filters.current else rows

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
            return "public repository" if self.project_count == 1 else "public repositories"
        projects = self.frames.projects
        others = int((~projects["own"] & projects["project_id"].isin(self.activity["project_id"].unique())).sum())
        return f"{phrases.number(others)} of them somebody else’s" if others else "all your own"

    @cached_property
    def assisted_share(self) -> float:
        uses = self.skills
        return _share(uses["assisted_uses"].sum(), uses["uses"].sum())

    @property
    def assisted_text(self) -> str:
        """The share as text; a dash when nothing was used at all."""
        return phrases.percent(self.assisted_share) if len(self.skills) else "–"

    @cached_property
    def days(self) -> list[date]:
        found: list[date] = np.unique(self.activity["day"].to_numpy()).astype("datetime64[D]").tolist()
        return found

    # Skills and areas

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
        shown = self._listed(self.levels[self.levels["active_days"] > 0])
        return shown.sort_values(["first", "last"])[["skill", "name", "area", "first", "last"]]

    def months(self, kind: str = "", subject: str = "") -> pd.DataFrame:
        """Active days by month: month, own, assisted (days with assisted uses only). Of one subject, or of all."""
        frames = [self.of_kind(each) for each in ([kind] if kind else KINDS)]
        frames = [frame[frame["subject"] == subject] for frame in frames] if subject else frames
        days = np.concatenate([frame["day"].to_numpy() for frame in frames])
        unaided = np.concatenate([frame["uses"].to_numpy() > frame["assisted_uses"].to_numpy() for frame in frames])
        return _by_month(days, unaided)

    def weeks_by_month(self) -> pd.DataFrame:
        """Active weeks (Monday to Sunday) with evidence of any skill, in the month of their first such day."""
        days = np.unique(self.skills["day"].to_numpy())
        weeks = (days.astype("datetime64[D]").astype("int64") - metrics.MONDAY) // metrics.WEEK
        firsts = days[np.flatnonzero(np.r_[True, weeks[1:] != weeks[:-1]])] if len(days) else days
        return _by_month(firsts, np.ones(len(firsts), dtype=bool))

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
        latest = f" The latest evidence is of {phrases.day(self.skills['day'].max())}." if len(self.skills) else ""
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

    # Technologies and projects

    @property
    def technologies(self) -> pd.DataFrame:
        """metrics.technology_use with name, docs and area; those that the taxonomy no longer knows left out."""
        return self._listed(self._all_technologies)

    @cached_property
    def _all_technologies(self) -> pd.DataFrame:
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


def _by_month(days: Any, unaided: Any) -> pd.DataFrame:
    own = np.unique(days[unaided])
    assisted = np.setdiff1d(days, own)
    months = np.unique(days.astype("datetime64[M]"))
    counts = {
        name: np.bincount(np.searchsorted(months, of.astype("datetime64[M]")), minlength=len(months))
        for name, of in (("own", own), ("assisted", assisted))
    }
    return pd.DataFrame({"month": months.astype("datetime64[s]"), **counts})


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
