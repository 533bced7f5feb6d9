"""What one set of filters leaves of the portfolio, with the words and counts that every page begins with."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from dashboard import phrases
from data.ledger import date_of, day_number
from data.shown import KINDS

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from dashboard.filters import Filters
    from dashboard.loaded import Activity, Frames
    from data.ledger import Ledger
    from data.taxonomy import Taxonomy

YEAR = 365  # days

Row = TypeVar("Row", bound=Any)  # with recency


class Window:
    """Evidence and activity within one set of filters, and words on them."""

    def __init__(self, frames: Frames, filters: Filters, taxonomy: Taxonomy, today: date) -> None:
        self.frames = frames
        self.filters = filters
        self.taxonomy = taxonomy
        self.today = today
        self._evidence: dict[str, Ledger] = {}

    # Words

    @property
    def as_of(self) -> date:
        return min(self.filters.until or self.today, self.today)

    @property
    def as_of_text(self) -> str:
        return f"as of {phrases.day(self.as_of)}"

    @property
    def year_before(self) -> date:
        return self.as_of - timedelta(days=YEAR)

    @property
    def last_year(self) -> str:
        """Words on the year that ends with the day as of which all is."""
        recent = self.as_of == self.today
        return "in the last 12 months" if recent else f"in the 12 months to {phrases.day(self.as_of)}"

    @property
    def only(self) -> str:
        """What is listed, before a noun: "current" or nothing."""
        return "current" if self.filters.current else ""

    @cached_property
    def window(self) -> str:
        """From when to when the evidence is that is shown."""
        if not len(self.activity):
            return "in the chosen dates"
        return phrases.span(*(date_of(int(day)) for day in self.activity.days[[0, -1]]))

    @cached_property
    def each_point(self) -> str:
        """What a point of a line over time rests on."""
        since = self.filters.since
        left_out = f" Work before {phrases.day(since)} is left out." if since else ""
        return f"Each point uses the evidence up to its date, {self.window}.{left_out}"

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
        return not any(len(self.of_kind(kind)) for kind in KINDS)

    @property
    def skills(self) -> Ledger:
        """Evidence of skills within the filters."""
        return self.of_kind("skill")

    def of_kind(self, kind: str) -> Ledger:
        """Evidence of one kind of subject within the filters."""
        found = self._evidence.get(kind)
        if found is None:
            evidence = self.frames.evidence[kind]
            found = evidence.where(self._within(evidence.day, evidence.project)) if len(evidence) else evidence
            self._evidence[kind] = found
        return found

    def rest(self) -> None:
        """Let go of filtered evidence once a page is made: what was counted from it stays, and is small."""
        self._evidence.clear()
        self.__dict__.pop("_whole", None)

    @cached_property
    def activity(self) -> Activity:
        found = self.frames.activity
        return found.where(self._within(found.day, found.project))

    @cached_property
    def _whole(self) -> Window:
        """The same without a beginning: what came before the window too."""
        if not self.filters.since:
            return self
        return Window(self.frames, replace(self.filters, since=None), self.taxonomy, self.today)

    def _within(self, days: NDArray[Any], projects: NDArray[Any]) -> NDArray[np.bool_]:
        """Which rows the filters leave; days are counted from 1970-01-01."""
        kept: NDArray[np.bool_] = days <= day_number(self.as_of)
        if self.filters.since:
            kept &= days >= day_number(self.filters.since)
        if self.filters.projects:
            kept &= np.isin(projects, self.filters.projects)
        return kept

    def _listed(self, rows: list[Row]) -> list[Row]:
        """Rows with recency that are to be listed: with "current only" the others are hidden, and no number changes."""
        return [row for row in rows if row.recency == "current"] if self.filters.current else rows

    # Counts

    @cached_property
    def active_day_count(self) -> int:
        return len(self.activity.days)

    @cached_property
    def project_count(self) -> int:
        return len(self.activity.projects)

    @cached_property
    def projects_note(self) -> str:
        if self.frames.sample:
            return "public repository" if self.project_count == 1 else "public repositories"
        others = sum(not self.frames.project_rows[project].own for project in self.activity.projects.tolist())
        return f"{phrases.number(others)} of them somebody else’s" if others else "all your own"

    @cached_property
    def assisted_share(self) -> float:
        return self.skills.assisted_share

    @property
    def assisted_text(self) -> str:
        """The share as text; a dash when nothing was used at all."""
        return phrases.percent(self.assisted_share) if len(self.skills) else "–"

    @property
    def days(self) -> NDArray[np.datetime64]:
        """Distinct active days, the earliest first."""
        return self.activity.days.astype("datetime64[D]")

    @property
    def recent_days(self) -> int:
        """Active days of the year up to the day as of which all is."""
        return int((self.activity.days > day_number(self.year_before)).sum())
