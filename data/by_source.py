"""Who told of it: active days and coverage divided among the sources that the evidence came from.

One rule everywhere: a day is divided evenly among the sources that saw something on it, and what a skill adds to the
coverage of its area is divided as its active days are. So the parts always add up to the whole.
Sources are numbers from 0; `source_of` gives that of each project, by the project's id.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from data.cumulative import counts_at, date_numbers
from data.ledger import distinct
from data.levels import MONDAY, TOP_LEVEL, WEEK, counted_in, levels_of, members_of, skill_tally, tells_of_weeks

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from numpy.typing import NDArray

    from data.ledger import Ledger
    from data.taxonomy import Taxonomy


def divided_days(
    days: NDArray[Any], projects: NDArray[Any], source_of: NDArray[np.intp], sources: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Distinct active days (since 1970-01-01, ascending), and the share of each source in each.

    Shares are D × sources; rows sum to one. Takes one row a project and day, as `frames.active_days` has them.
    """
    found = distinct(days)
    seen = np.zeros((len(found), sources), dtype=bool)
    seen[np.searchsorted(found, days), source_of[projects]] = True
    return found, seen / np.maximum(seen.sum(axis=1, keepdims=True), 1)


def coverage_parts(
    evidence: Ledger, taxonomy: Taxonomy, dates: Sequence[date], source_of: NDArray[np.intp], sources: int
) -> NDArray[np.float64]:
    """What each source adds to the coverage: dates × areas (in the taxonomy's order) × sources.

    Summed over the sources these are the numbers of `metrics.coverage_at`.
    """
    levels = levels_of(counts_at(skill_tally(evidence, taxonomy), date_numbers(dates)), taxonomy)
    shares = skill_shares(evidence, taxonomy, dates, source_of, sources)
    members = members_of(taxonomy)
    found = np.zeros((len(dates), len(taxonomy.areas), sources))
    for place, area in enumerate(taxonomy.areas):
        counts = counted_in(levels, area, taxonomy)  # members × dates
        parts = levels[members[area.id]] * counts / (TOP_LEVEL * np.maximum(counts.sum(axis=0), 1))
        found[:, place] = np.einsum("st,skt->tk", parts, shares[members[area.id]])
    return found


def skill_shares(
    evidence: Ledger, taxonomy: Taxonomy, dates: Sequence[date], source_of: NDArray[np.intp], sources: int
) -> NDArray[np.float64]:
    """The share of each source in the active days of each skill as of each date: skills × sources × dates.

    Shares of a skill sum to one from its first day on; before it they are 0. A derived skill's week is divided among
    the sources of the day on which it began to count.
    """
    skills = list(taxonomy.skills)
    codes = evidence.codes_in(skills)
    mine = codes >= 0
    if not mine.any():
        return np.zeros((len(skills), sources, len(dates)))
    days = evidence.day[mine].astype(np.intp)
    begin = int(days.min())
    seen = np.zeros((len(skills), sources, int(days.max()) - begin + 1), dtype=bool)
    seen[codes[mine], source_of[evidence.project[mine]], days - begin] = True
    _add_weeks(seen, taxonomy, begin)
    parts = seen / np.maximum(seen.sum(axis=1, keepdims=True, dtype=np.float32), 1)
    until = np.clip(date_numbers(dates) - begin + 1, 0, seen.shape[2])
    bounds = np.unique(until[until > 0])
    sums = np.zeros((*seen.shape[:2], len(bounds) + 1))
    if len(bounds):
        steps = np.add.reduceat(parts[:, :, : bounds[-1]], np.r_[0, bounds[:-1]], axis=2, dtype=np.float64)
        np.cumsum(steps, axis=2, out=sums[:, :, 1:])
    summed = sums[:, :, np.searchsorted(bounds, until, side="right")]
    shares: NDArray[np.float64] = summed / np.maximum(summed.sum(axis=1, keepdims=True), np.finfo(np.float64).tiny)
    return shares


def _add_weeks(seen: NDArray[np.bool_], taxonomy: Taxonomy, begin: int) -> None:
    """Give derived skills the first day of each week that counts (see levels.with_derived)."""
    derived = [place for place, skill in enumerate(taxonomy.skills.values()) if skill.source == "derived"]
    others: NDArray[np.bool_] = np.asarray(seen[tells_of_weeks(taxonomy)].any(axis=0))  # sources × days
    active = np.flatnonzero(others.any(axis=0))
    weeks = (active + begin - MONDAY) // WEEK
    firsts = active[np.r_[True, weeks[1:] != weeks[:-1]]] if len(active) else active
    for place in derived:
        seen[place] = False
        seen[place][:, firsts] = others[:, firsts]
