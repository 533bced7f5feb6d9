"""From counts to levels, and from levels to coverage, for all skills and dates at once.

A level is reached when a skill has at least its days, projects and months (whole months from first to last
evidence). Coverage of an area is the mean of level ÷ 4 over the skills that count in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from data.cumulative import NONE, Counts, Tally, months_before, tally_of
from data.ledger import Ledger, of_frame

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import pandas as pd
    from numpy.typing import NDArray

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
        derived = [skill.source == "derived" for skill in taxonomy.skills.values()]
        tally = with_derived(counted, derived, tells_of_weeks(taxonomy))
        rows.found["tally"] = (taxonomy, tally)
    found: Tally = tally
    return found


def tells_of_weeks(taxonomy: Taxonomy) -> NDArray[np.bool_]:
    """Say of each skill whether its evidence makes a week of derived skills; what one says of oneself does not."""
    return np.array(
        [skill.source not in {"derived", "self-reported"} for skill in taxonomy.skills.values()], dtype=bool
    )


def with_derived(tally: Tally, derived: Sequence[bool], telling: NDArray[np.bool_]) -> Tally:
    """Count what only the whole shows: a derived skill has one active day for each week with evidence of a telling one.

    That is the first such day of the week (Monday to Sunday), in the projects of all that evidence. So the level of
    continuous learning counts weeks in which something was done, however much.
    """
    rows = np.flatnonzero(derived)
    if not len(rows) or not len(tally.days) or not telling.any():
        return tally
    active = np.flatnonzero(tally.shown[telling].any(axis=0))
    weeks = (tally.days[active] - MONDAY) // WEEK
    firsts = active[np.r_[True, weeks[1:] != weeks[:-1]]] if len(active) else active
    shown, first_in = tally.shown.copy(), tally.first_in.copy()
    for row in rows:
        shown[row, firsts] = True
        first_in[row] = np.minimum(first_in[row], first_in[telling].min(axis=0))
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
    members = members_of(taxonomy)[area.id]
    if not members:
        return np.zeros(levels.shape[1])
    counts = counted_in(levels, area, taxonomy)
    return np.asarray(
        (levels[members] * counts).sum(axis=0) / np.maximum(counts.sum(axis=0), 1) / TOP_LEVEL, dtype=np.float64
    )


def counted_in(levels: NDArray[Any], area: Area, taxonomy: Taxonomy) -> NDArray[np.bool_]:
    """Say which skills of an area count in its coverage at each date: its members × T, from levels S × T."""
    ids = list(taxonomy.skills)
    members = members_of(taxonomy)[area.id]
    counts = np.ones((len(members), levels.shape[1]), dtype=bool)
    if area.best is not None:
        others = [place for place, member in enumerate(members) if ids[member] not in area.always]
        strength = -levels[members][others]
        weaker = np.argsort(np.argsort(strength, axis=0, kind="stable"), axis=0, kind="stable") >= area.best
        counts[others] = ~weaker
    return counts


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
    return evidence if isinstance(evidence, Ledger) else of_frame(evidence, subject_kind)
