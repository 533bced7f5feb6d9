"""What pages show, finished: frames loaded once for each version of the store, views of them kept for a while.

Pages read properties of a `View` and compute nothing. A view is what one set of filters leaves of the frames;
each of its frames is made when first asked for and kept with it.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any

import pandas as pd

from dashboard import filters as filtering
from dashboard import phrases
from data import frames as stored
from data import metrics

if TYPE_CHECKING:
    from collections.abc import Callable

    from dashboard.filters import Filters
    from data.store import Store
    from data.taxonomy import Taxonomy

VIEWS_KEPT = 24
FRESH_SECONDS = 2.0  # while a collection saves many times a second, pages follow this often
HISTORY_POINTS = 60
RECENT_DAYS = 90
MATRIX_PROJECTS = 25
PROOFS_READ = 5_000


@dataclass(frozen=True)
class Frames:
    """One version of the store, as frames. Columns as in data/frames.py."""

    version: int
    evidence: pd.DataFrame
    projects: pd.DataFrame
    active_days: pd.DataFrame
    sample: dict[str, Any] | None
    accounts: int

    @property
    def empty(self) -> bool:
        return self.active_days.empty and self.evidence.empty


class Portfolio:
    """Hands out views. Safe to share between threads: frames are never changed once loaded."""

    def __init__(self, store: Store, taxonomy: Taxonomy, today: Callable[[], date] | None = None) -> None:
        self.store = store
        self.taxonomy = taxonomy
        self._today = today or (lambda: datetime.now(UTC).astimezone().date())
        self._lock = Lock()
        self._frames: Frames | None = None
        self._checked = 0.0
        self._views: OrderedDict[tuple[Any, ...], View] = OrderedDict()

    def frames(self) -> Frames:
        """The frames of the store as it is now, or as it was a moment ago."""
        with self._lock:
            if self._frames is None or monotonic() - self._checked > FRESH_SECONDS:
                version = self.store.version
                if self._frames is None or self._frames.version != version:
                    self._frames = self._load(version)
                    self._views.clear()
                self._checked = monotonic()
            return self._frames

    def forget(self) -> None:
        """Look at the store again at the next request; for after a change that was made here."""
        with self._lock:
            self._checked = 0.0

    def view(self, search: str | None) -> tuple[View, list[str]]:
        """The view that an URL's query asks for, with notes on what in it was left out."""
        frames = self.frames()
        today = self.today(frames)
        filters, notes = filtering.parse(search, set(frames.projects["project_id"]), today)
        key = (frames.version, filters, today)
        with self._lock:
            view = self._views.get(key)
            if view is None:
                view = self._views[key] = View(frames, filters, self.taxonomy, today, self.store)
                while len(self._views) > VIEWS_KEPT:
                    self._views.popitem(last=False)
            self._views.move_to_end(key)
        return view, notes

    def today(self, frames: Frames) -> date:
        """Today; for a sample the day it was made as of, so that it does not grow old on the shelf."""
        given = (frames.sample or {}).get("as_of")
        return date.fromisoformat(given) if given else self._today()

    def _load(self, version: int) -> Frames:
        return Frames(
            version=version,
            evidence=stored.evidence_days(self.store),
            projects=stored.projects(self.store),
            active_days=stored.active_days(self.store),
            sample=self.store.setting("sample"),
            accounts=len(self.store.accounts()),
        )


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

    def __init__(self, frames: Frames, filters: Filters, taxonomy: Taxonomy, today: date, store: Store) -> None:
        self.frames = frames
        self.filters = filters
        self.taxonomy = taxonomy
        self.today = today
        self._store = store

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

    @cached_property
    def evidence(self) -> pd.DataFrame:
        kept = self._within(self.frames.evidence)
        return self._current(kept) if self.filters.current else kept

    @cached_property
    def activity(self) -> pd.DataFrame:
        """Columns of frames.active_days."""
        return self._within(self.frames.active_days)

    def _within(self, frame: pd.DataFrame) -> pd.DataFrame:
        kept = frame["day"] <= pd.Timestamp(self.as_of)
        if self.filters.since:
            kept &= frame["day"] >= pd.Timestamp(self.filters.since)
        if self.filters.projects:
            kept &= frame["project_id"].isin(self.filters.projects)
        return frame if kept.all() else frame[kept]

    def _current(self, evidence: pd.DataFrame) -> pd.DataFrame:
        months = pd.DateOffset(months=self.taxonomy.levels.current_months)
        last = evidence.groupby(["subject_kind", "subject"], observed=True)["day"].transform("max")
        return evidence[last > pd.Timestamp(self.as_of) - months]

    def _of_kind(self, kind: str) -> pd.DataFrame:
        return self.evidence[self.evidence["subject_kind"] == kind]

    # Counts

    @cached_property
    def active_day_count(self) -> int:
        return int(self.activity["day"].nunique())

    @cached_property
    def project_count(self) -> int:
        return int(self.activity["project_id"].nunique())

    @cached_property
    def projects_note(self) -> str:
        others = int((~self.projects["own"]).sum())
        return f"{phrases.number(others)} of them somebody else’s" if others else "all your own"

    @cached_property
    def assisted_share(self) -> float:
        uses = self._of_kind("skill")
        return _share(uses["assisted_uses"].sum(), uses["uses"].sum())

    @cached_property
    def days(self) -> list[date]:
        return [found.date() for found in self.activity["day"].drop_duplicates().sort_values()]

    # Skills and areas

    @cached_property
    def levels(self) -> pd.DataFrame:
        """metrics.skill_levels by area in the taxonomy's order, with name and assisted (share of uses)."""
        found = metrics.skill_levels(self.evidence, self.taxonomy, self.as_of).set_index("skill", drop=False)
        skills = [skill for area in self.taxonomy.areas for skill in self.taxonomy.skills_of(area.id)]
        found = found.loc[[skill.id for skill in skills]]
        found["name"] = [skill.name for skill in skills]
        found["assisted"] = (found["assisted_uses"] / found["uses"].where(found["uses"] > 0)).fillna(0.0)
        return found.reset_index(drop=True)

    @cached_property
    def coverage(self) -> pd.DataFrame:
        """metrics.area_coverage, with name."""
        found = metrics.area_coverage(self.levels, self.taxonomy)
        names = {area.id: area.name for area in self.taxonomy.areas}
        return found.assign(name=[names[area] for area in found["area"]])

    @cached_property
    def history(self) -> pd.DataFrame:
        """metrics.coverage_over_time at evenly spaced dates of the window, the last of them `as_of`."""
        return metrics.coverage_over_time(self.evidence, self.taxonomy, self._dates())

    def _dates(self) -> list[date]:
        if self.evidence.empty:
            return []
        first = self.filters.since or self.evidence["day"].min().date()
        days = max((self.as_of - first).days, 1)
        points = min(HISTORY_POINTS, days)
        return [first + timedelta(days=round(days * number / points)) for number in range(points + 1)]

    def area_facts(self, area: str) -> AreaFacts:
        skills = {skill.id for skill in self.taxonomy.skills_of(area)}
        uses = self._of_kind("skill")
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
        rows = self.evidence
        if kind:
            rows = rows[(rows["subject_kind"] == kind) & (rows["subject"] == subject)]
        days = rows.groupby("day")[["uses", "assisted_uses"]].sum()
        own = days["uses"] > days["assisted_uses"]
        frame = pd.DataFrame({"month": days.index.to_period("M").start_time, "own": own, "assisted": ~own})
        return frame.groupby("month", as_index=False)[["own", "assisted"]].sum()

    @cached_property
    def days_by_year(self) -> pd.DataFrame:
        """year, days (active), weeks (the longest run of weeks in a row with an active day), the latest first."""
        days = pd.Series(pd.to_datetime(self.days))
        rows = []
        for year, of_year in days.groupby(days.dt.year):
            weeks = sorted(set((of_year.dt.day_of_year - 1) // 7))
            rows.append((int(year), len(of_year), _longest_run(weeks)))
        return pd.DataFrame(rows[::-1], columns=["year", "days", "weeks"])

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
        latest = f" The latest evidence is of {phrases.day(self.evidence['day'].max())}." if len(self.evidence) else ""
        return f"No skill is new and no level has risen in this time.{latest}"

    @cached_property
    def window_changes(self) -> list[Change]:
        """What grew within the window."""
        return self._changes(self.change_since)

    def _changes(self, since: date) -> list[Change]:
        whole = View(self.frames, replace(self.filters, since=None), self.taxonomy, self.today, self._store)
        found = metrics.what_changed(whole.evidence, self.taxonomy, since, self.as_of)
        return [self._change(row) for row in found.itertuples()]

    def _change(self, row: Any) -> Change:
        days = phrases.count(row.new_days, "more day", "more days")
        text = f"new: {row.after_name}" if row.first_use else f"{row.before_name} → {row.after_name}, {days}"
        return Change(self.taxonomy.skills[row.skill].name, f"/skill/{row.skill}", text)

    # Technologies and projects

    @cached_property
    def technologies(self) -> pd.DataFrame:
        """metrics.technology_use with name, docs and area; those that the taxonomy no longer knows left out."""
        if self._of_kind("technology").empty:
            return pd.DataFrame(columns=["technology", "active_days", "projects", "first", "last", "recency", "name", "docs", "area"])
        found = metrics.technology_use(self.evidence, self.as_of, levels=self.taxonomy.levels)
        known = self.taxonomy.technologies
        found = found[found["technology"].isin(list(known))].copy()
        for column in ("name", "docs", "area"):
            found[column] = [getattr(known[each], column) for each in found["technology"]]
        return found

    @cached_property
    def projects(self) -> pd.DataFrame:
        """frames.projects that hold activity within the filters, the latest first, with skills (how many)."""
        grouped = self.activity.groupby("project_id")
        skills = self._of_kind("skill").groupby("project_id")["subject"].nunique()
        found = self.frames.projects.set_index("project_id")
        found = found[found.index.isin(grouped.groups)].copy()
        found["active_days"] = grouped["day"].nunique()
        found["commits"] = grouped["commits"].sum()
        found["first"], found["last"] = grouped["day"].min(), grouped["day"].max()
        found["skills"] = skills.reindex(found.index).fillna(0).astype(int)
        return found.sort_values(["last", "name"], ascending=[False, True]).reset_index()

    def of_project(self, project: int) -> View | None:
        """All dates of one project; None when there is no such project with work of the person."""
        if project not in set(self.frames.active_days["project_id"]):
            return None
        return View(self.frames, filtering.Filters(projects=(project,)), self.taxonomy, self.today, self._store)

    @cached_property
    def matrix(self) -> pd.DataFrame:
        """Active days: the projects with most of them × the skills that are shown, in the taxonomy's order."""
        most = self.projects.nlargest(MATRIX_PROJECTS, "active_days")
        wide = metrics.project_skill_matrix(self.evidence[self.evidence["project_id"].isin(most["project_id"])])
        shown = [row for row in self.levels.itertuples() if row.skill in wide.columns]
        wide = wide.reindex(index=most["project_id"], columns=[row.skill for row in shown], fill_value=0)
        wide.index = pd.Index(_told_apart(list(most["name"])))
        wide.columns = pd.Index([row.name for row in shown])
        return wide

    @cached_property
    def unmapped(self) -> pd.DataFrame:
        """frames.unmapped_imports, of all dates and projects."""
        return stored.unmapped_imports(self._store)

    def at_head(self, kind: str) -> set[str]:
        """The subjects that the trees of the chosen projects show today."""
        found = stored.head_subjects(self._store)
        found = found[(found["subject_kind"] == kind) & found["project_id"].isin(self.filters.projects)]
        return set(found["subject"])

    def proofs(self, kind: str, subject: str, limit: int, offset: int) -> pd.DataFrame:
        """frames.proofs within the filters, with project_id."""
        projects = list(self.filters.projects) or None
        if self.filters.since or self.filters.until:
            found = stored.proofs(self._store, kind, subject, limit=PROOFS_READ, projects=projects)
            found = self._between(found).iloc[offset : offset + limit]
        else:
            found = stored.proofs(self._store, kind, subject, limit=limit, offset=offset, projects=projects)
        ids = {(row.name, row.url): row.project_id for row in self.frames.projects.itertuples()}
        named = {row.name: row.project_id for row in self.frames.projects.itertuples()}
        found["project_id"] = [ids.get((row.project, row.project_url), named.get(row.project, 0)) for row in found.itertuples()]
        return found

    def _between(self, frame: pd.DataFrame) -> pd.DataFrame:
        days = pd.to_datetime(frame["day"])
        kept = days <= pd.Timestamp(self.as_of)
        if self.filters.since:
            kept &= days >= pd.Timestamp(self.filters.since)
        return frame[kept].copy()


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
