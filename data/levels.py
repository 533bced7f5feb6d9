"""From counts to levels, and from levels to coverage, for all skills and dates at once.

A level is reached when a skill has at least its days, projects and months (whole months from first to last
evidence). Coverage of an area is the mean of level ÷ 4 over the skills that count in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from data import ledger
from data.cumulative import NONE, Counts, Tally, months_before, tally_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from numpy.typing import NDArray

    from data.ledger import Ledger
    from data.taxonomy import Area, Levels, Taxonomy

TOP_LEVEL = 4
MONDAY = 4  # 1970-01-05, the first Monday of the day count
WEEK = 7


def skill_tally(evidence: pd.DataFrame | Ledger, taxonomy: Taxonomy) -> Tally:
    """Count the evidence of every skill; a ledger remembers it."""
    rows = rows_of(evidence, "skill")
    counted_for, tally = rows.found.get("tally", (None, None))
    if counted_for is not taxonomy:
        counted = tally_of(rows.codes_in(list(taxonomy.skills)), rows, len(taxonomy.skills))
        tally = with_derived(counted, [skill.source == "derived" for skill in taxonomy.skills.values()])
        rows.found["tally"] = (taxonomy, tally)
    found: Tally = tally
    return found


def with_derived(tally: Tally, derived: Sequence[bool]) -> Tally:
    """Count what only the whole shows: a derived skill has one active day for each week with evidence of any other.

    That is the first such day of the week (Monday to Sunday), in the projects of all other evidence. So the level of
    continuous learning counts weeks in which something was done, however much.
    """
    rows = np.flatnonzero(derived)
    if not len(rows) or not len(tally.days):
        return tally
    others = ~np.asarray(derived, dtype=bool)
    active = np.flatnonzero(tally.shown[others].any(axis=0))
    weeks = (tally.days[active] - MONDAY) // WEEK
    firsts = active[np.r_[True, weeks[1:] != weeks[:-1]]] if len(active) else active
    shown, first_in = tally.shown.copy(), tally.first_in.copy()
    for row in rows:
        shown[row, firsts] = True
        first_in[row] = np.minimum(first_in[row], first_in[others].min(axis=0))
    return Tally(tally.days, shown, first_in)


def levels_of(counts: Counts, taxonomy: Taxonomy) -> NDArray[np.int8]:
    """Return the level of each skill at each date: S × T."""
    levels = np.zeros(counts.active_days.shape, dtype=np.int8)
    steps = [taxonomy.levels.of(skill) for skill in taxonomy.skills]
    months = counts.months
    for place in range(max((len(each) for each in steps), default=0)):
        step = [each[min(place, len(each) - 1)] for each in steps]
        days, projects, least = (
            np.array([getattr(level, name) for level in step])[:, None] for name in ("days", "projects", "months")
        )
        numbers = np.array([level.number for level in step], dtype=np.int8)[:, None]
        reached = (counts.active_days >= days) & (counts.projects >= projects) & (months >= least)
        levels = np.where(reached & (counts.first != NONE), np.maximum(levels, numbers), levels)
    return levels


def coverage_of(levels: NDArray[Any], area: Area, taxonomy: Taxonomy) -> NDArray[np.float64]:
    """Coverage of an area at each date, from levels S × T."""
    ids = list(taxonomy.skills)
    members = members_of(taxonomy)[area.id]
    if not members:
        return np.zeros(levels.shape[1])
    counted = levels[members]
    if area.best is not None:
        always = [place for place in members if ids[place] in area.always]
        others = [place for place in members if ids[place] not in area.always]
        strongest = np.sort(levels[others], axis=0)[::-1][: area.best]
        counted = np.concatenate([strongest, levels[always]])
    return np.asarray(counted.mean(axis=0) / TOP_LEVEL, dtype=np.float64)


def members_of(taxonomy: Taxonomy) -> dict[str, list[int]]:
    members: dict[str, list[int]] = {area.id: [] for area in taxonomy.areas}
    for place, skill in enumerate(taxonomy.skills.values()):
        members[skill.area].append(place)
    return members


def recency(last: NDArray[np.int32], levels: Levels | None, as_of: date) -> list[str]:
    """Say how old the last evidence is: current, fading or dormant; empty where there is none."""
    current, fading = (levels.current_months, levels.fading_months) if levels else (12, 24)
    conditions = [last == NONE, last >= months_before(as_of, current), last >= months_before(as_of, fading)]
    found: list[str] = np.select(conditions, ["", "current", "fading"], default="dormant").tolist()
    return found


def rows_of(evidence: pd.DataFrame | Ledger, subject_kind: str) -> Ledger:
    """Return the rows of a kind; a ledger holds one kind only, which must be this."""
    return ledger.of_frame(evidence, subject_kind) if isinstance(evidence, pd.DataFrame) else evidence
