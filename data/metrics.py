"""What the evidence amounts to: pure functions of frames (`data/frames.py`), nothing else.

Levels come from `taxonomy.levels`: a level is reached when a skill has at least its days, projects and months
(whole months from first to last evidence). Coverage of an area is the mean of level ÷ 4 over the skills that
count in it. Everything "as of" a date uses the evidence up to that day, included.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from data.cumulative import (
    EPOCH,
    Counts,
    Tally,
    counts_at,
    date_numbers,
    day_numbers,
    months_before,
    tally_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from data.taxonomy import Area, Levels, Taxonomy

TOP_LEVEL = 4
_MONDAY = 4  # 1970-01-05, the first Monday of the day count
_WEEK = 7


def skill_levels(evidence: pd.DataFrame, taxonomy: Taxonomy, as_of: date) -> pd.DataFrame:
    """Every skill of the taxonomy, in its order, with its level as of a day.

    Columns: skill, area, level (0 to 4), level_name, active_days, projects, first, last (day; NaT without
    evidence), months (whole, from first to last), uses, assisted_uses, recency (current, fading, dormant; empty
    without evidence). Skills whose source is "derived" count as `_with_derived` says.
    """
    tally = _skill_tally(evidence, taxonomy)
    counts = counts_at(tally, date_numbers([as_of]))
    levels = _levels(counts, taxonomy)[:, 0]
    skills = list(taxonomy.skills.values())
    frame = pd.DataFrame(
        {
            "skill": _words(skill.id for skill in skills),
            "area": _words(skill.area for skill in skills),
            "level": levels,
            "level_name": _level_names(levels, taxonomy),
            "active_days": counts.active_days[:, 0],
            "projects": counts.projects[:, 0],
            "first": _days(counts.first[:, 0]),
            "last": _days(counts.last[:, 0]),
            "months": counts.months[:, 0],
        }
    )
    uses = _uses(_until(_of_kind(evidence, "skill"), as_of))
    frame = frame.join(uses, on="skill").fillna({"uses": 0, "assisted_uses": 0})
    frame = frame.astype({"uses": "int64", "assisted_uses": "int64"})
    frame["recency"] = recency(counts.last[:, 0], taxonomy.levels, as_of)
    return frame


def area_coverage(levels: pd.DataFrame, taxonomy: Taxonomy) -> pd.DataFrame:
    """Coverage of each area, in the taxonomy's order, from the frame of `skill_levels`.

    Columns: area, coverage (0 to 1: mean of level ÷ 4 over the skills that count), shown (skills with any level),
    of (skills in the area). Where an area names how many of its skills one needs (`best`), its strongest count and
    those it always asks for.
    """
    level = levels.set_index("skill")["level"].reindex(list(taxonomy.skills)).to_numpy()[:, None]
    members = _members(taxonomy)
    return pd.DataFrame(
        {
            "area": _words(area.id for area in taxonomy.areas),
            "coverage": [float(_coverage(level, area, taxonomy)[0]) for area in taxonomy.areas],
            "shown": [int((level[members[area.id]] > 0).sum()) for area in taxonomy.areas],
            "of": [len(members[area.id]) for area in taxonomy.areas],
        }
    )


def coverage_over_time(evidence: pd.DataFrame, taxonomy: Taxonomy, dates: Sequence[date]) -> pd.DataFrame:
    """Coverage of each area as of each date: the same numbers as `area_coverage` on each of them.

    Columns: date, area, coverage; by date, then in the taxonomy's order of areas.
    """
    counts = counts_at(_skill_tally(evidence, taxonomy), date_numbers(dates))
    levels = _levels(counts, taxonomy)
    table = np.stack([_coverage(levels, area, taxonomy) for area in taxonomy.areas], axis=1)
    names = [area.id for area in taxonomy.areas]
    return pd.DataFrame(
        {
            "date": np.repeat(np.array(dates, dtype="datetime64[s]"), len(names)),
            "area": pd.Categorical.from_codes(
                np.tile(np.arange(len(names)), len(dates)).tolist(), categories=pd.Index(names)
            ),
            "coverage": table.ravel(),
        }
    )


def levels_over_time(evidence: pd.DataFrame, taxonomy: Taxonomy, dates: Sequence[date]) -> pd.DataFrame:
    """Level of every skill as of each date: one row a skill (index), one column a date."""
    levels = _levels(counts_at(_skill_tally(evidence, taxonomy), date_numbers(dates)), taxonomy)
    return pd.DataFrame(levels, index=pd.Index(list(taxonomy.skills), name="skill"), columns=pd.Index(dates))


def what_changed(evidence: pd.DataFrame, taxonomy: Taxonomy, since: date, until: date) -> pd.DataFrame:
    """Skills first used or risen after `since` and up to `until`, the greatest rise first.

    Columns: skill, area, before, after (levels), before_name, after_name, first_use (truth value: nothing
    was known of it before), new_days (active days in between), last (day).
    """
    counts = counts_at(_skill_tally(evidence, taxonomy), date_numbers([since, until]))
    levels = _levels(counts, taxonomy)
    skills = list(taxonomy.skills.values())
    frame = pd.DataFrame(
        {
            "skill": _words(skill.id for skill in skills),
            "area": _words(skill.area for skill in skills),
            "before": levels[:, 0],
            "after": levels[:, 1],
            "first_use": (counts.first[:, 0] < 0) & (counts.first[:, 1] >= 0),
            "new_days": counts.active_days[:, 1] - counts.active_days[:, 0],
            "last": _days(counts.last[:, 1]),
        }
    )
    for name in ("before", "after"):
        frame[f"{name}_name"] = _level_names(frame[name].to_numpy(), taxonomy)
    frame = frame[(frame["after"] > frame["before"]) | frame["first_use"]]
    rise = (frame["after"] - frame["before"]).to_numpy()
    return frame.iloc[np.lexsort((frame["skill"], -frame["new_days"], -rise))].reset_index(drop=True)


def technology_use(
    evidence: pd.DataFrame,
    as_of: date,
    *,
    levels: Levels | None = None,
    head: pd.DataFrame | None = None,
    subject_kind: str = "technology",
) -> pd.DataFrame:
    """Technologies (or languages) in use up to a day, the most active days first.

    Columns: <subject_kind>, uses, assisted_uses, active_days, projects, first, last, months, recency,
    present_at_head (truth value, from the frame of `frames.head_subjects`; False without it). Without `levels`,
    recency is current up to 12 months and fading up to 24.
    """
    rows = _until(_of_kind(evidence, subject_kind), as_of)
    codes, subjects = pd.factorize(rows["subject"].astype("str"), sort=True)
    counts = counts_at(tally_of(codes, rows, len(subjects)), date_numbers([as_of]))
    uses = _uses(rows).reindex(subjects)
    at_head = set() if head is None else set(head["subject"][head["subject_kind"] == subject_kind])
    frame = pd.DataFrame(
        {
            subject_kind: _words(subjects),
            "uses": uses["uses"].to_numpy(),
            "assisted_uses": uses["assisted_uses"].to_numpy(),
            "active_days": counts.active_days[:, 0],
            "projects": counts.projects[:, 0],
            "first": _days(counts.first[:, 0]),
            "last": _days(counts.last[:, 0]),
            "months": counts.months[:, 0],
            "recency": recency(counts.last[:, 0], levels, as_of),
            "present_at_head": [subject in at_head for subject in subjects],
        }
    )
    frame["present_at_head"] = frame["present_at_head"].astype(bool)
    return frame.iloc[np.lexsort((frame[subject_kind], -frame["uses"], -frame["active_days"]))].reset_index(drop=True)


def first_uses(evidence: pd.DataFrame) -> pd.DataFrame:
    """The day each subject was first shown. Columns: subject_kind, subject, first; by day."""
    grouped = evidence.groupby(["subject_kind", "subject"], observed=True)["day"].min()
    frame = grouped.rename("first").reset_index()
    return frame.sort_values(["first", "subject_kind", "subject"], ignore_index=True)


def project_skill_matrix(evidence: pd.DataFrame, subject_kind: str = "skill") -> pd.DataFrame:
    """Active days by project (index: project_id) and subject (columns), 0 where there is none."""
    rows = _of_kind(evidence, subject_kind)
    codes, ids = pd.factorize(rows["project_id"], sort=True)
    columns, subjects = pd.factorize(rows["subject"].astype("str"), sort=True)
    # evidence holds one row a project, subject and day: counting rows counts days
    table = np.zeros((len(ids), len(subjects)), dtype=np.int32)
    np.add.at(table, (codes, columns), 1)
    return pd.DataFrame(table, index=pd.Index(ids, name="project_id"), columns=pd.Index(subjects, name="subject"))


def activity_calendar(active_days: pd.DataFrame, since: date, until: date) -> pd.DataFrame:
    """Every day of a span with what was done on it. Columns: day, activities, projects; days without are 0."""
    span = pd.date_range(since, until, freq="D", unit="s", name="day")
    grouped = active_days.groupby("day")
    found = pd.DataFrame({"activities": grouped["activities"].sum(), "projects": grouped["project_id"].nunique()})
    return found.reindex(span, fill_value=0).astype("int64").reset_index()


def weekly_activity(active_days: pd.DataFrame) -> pd.DataFrame:
    """Weeks from the first to the last active one. Columns: week (its Monday), active_days, activities."""
    if active_days.empty:
        empty = {"week": pd.Series(dtype="datetime64[s]")}
        return pd.DataFrame(empty | {name: pd.Series(dtype="int64") for name in ("active_days", "activities")})
    days = active_days.groupby("day")["activities"].sum()
    numbers = day_numbers(days.index.to_series())
    weeks = pd.DatetimeIndex(_days(numbers - (numbers - _MONDAY) % _WEEK))
    grouped = days.groupby(weeks)
    found = pd.DataFrame({"active_days": grouped.size(), "activities": grouped.sum()})
    span = pd.date_range(weeks.min(), weeks.max(), freq="7D", unit="s", name="week")
    return found.reindex(span, fill_value=0).astype("int64").reset_index()


def recency(last: NDArray[np.int32], levels: Levels | None, as_of: date) -> Any:
    """Say how old the last evidence is: current, fading or dormant; empty where there is none (`last` is -1)."""
    current, fading = (levels.current_months, levels.fading_months) if levels else (12, 24)
    conditions = [last < 0, last >= months_before(as_of, current), last >= months_before(as_of, fading)]
    return _words(np.select(conditions, ["", "current", "fading"], default="dormant"))


def _skill_tally(evidence: pd.DataFrame, taxonomy: Taxonomy) -> Tally:
    ids = list(taxonomy.skills)
    rows = _of_kind(evidence, "skill")
    tally = tally_of(_codes(rows["subject"], ids), rows, len(ids))
    return _with_derived(tally, [skill.source == "derived" for skill in taxonomy.skills.values()])


def _with_derived(tally: Tally, derived: Sequence[bool]) -> Tally:
    """Count what only the whole shows: a derived skill has one active day for each week with evidence of any other.

    That is the first such day of the week (Monday to Sunday), in the projects of all other evidence. So the level of
    continuous learning counts weeks in which something was done, however much.
    """
    rows = np.flatnonzero(derived)
    if not len(rows) or not len(tally.days):
        return tally
    others = ~np.asarray(derived, dtype=bool)
    active = np.flatnonzero(tally.shown[others].any(axis=0))
    weeks = (tally.days[active] - _MONDAY) // _WEEK
    firsts = active[np.r_[True, weeks[1:] != weeks[:-1]]] if len(active) else active
    shown, first_in = tally.shown.copy(), tally.first_in.copy()
    for row in rows:
        shown[row, firsts] = True
        first_in[row] = np.minimum(first_in[row], first_in[others].min(axis=0))
    return Tally(tally.days, shown, first_in)


def _levels(counts: Counts, taxonomy: Taxonomy) -> NDArray[np.int8]:
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
        levels = np.where(reached & (counts.first >= 0), np.maximum(levels, numbers), levels)
    return levels


def _coverage(levels: NDArray[Any], area: Area, taxonomy: Taxonomy) -> NDArray[np.float64]:
    """Coverage of an area at each date, from levels S × T."""
    ids = list(taxonomy.skills)
    members = _members(taxonomy)[area.id]
    if not members:
        return np.zeros(levels.shape[1])
    counted = levels[members]
    if area.best is not None:
        always = [place for place in members if ids[place] in area.always]
        others = [place for place in members if ids[place] not in area.always]
        strongest = np.sort(levels[others], axis=0)[::-1][: area.best]
        counted = np.concatenate([strongest, levels[always]])
    return np.asarray(counted.mean(axis=0) / TOP_LEVEL, dtype=np.float64)


def _members(taxonomy: Taxonomy) -> dict[str, list[int]]:
    members: dict[str, list[int]] = {area.id: [] for area in taxonomy.areas}
    for place, skill in enumerate(taxonomy.skills.values()):
        members[skill.area].append(place)
    return members


def _of_kind(evidence: pd.DataFrame, subject_kind: str) -> pd.DataFrame:
    return evidence.loc[evidence["subject_kind"] == subject_kind]


def _until(evidence: pd.DataFrame, as_of: date) -> pd.DataFrame:
    return evidence.loc[evidence["day"] <= pd.Timestamp(as_of)]


def _codes(subjects: pd.Series[Any], ids: Sequence[str]) -> NDArray[Any]:
    if isinstance(subjects.dtype, pd.CategoricalDtype):
        known = pd.Index(ids).get_indexer(subjects.cat.categories)
        return np.append(known, -1)[subjects.cat.codes.to_numpy()]
    return pd.Index(ids).get_indexer(pd.Index(subjects))


def _uses(rows: pd.DataFrame) -> pd.DataFrame:
    found: pd.DataFrame = rows.groupby("subject", observed=True)[["uses", "assisted_uses"]].sum()
    return found


def _level_names(levels: NDArray[Any], taxonomy: Taxonomy) -> Any:
    """Return the word for each skill's level, in the order of the taxonomy's skills."""
    names = [{step.number: step.name for step in taxonomy.levels.of(skill)} for skill in taxonomy.skills]
    return _words(each[int(level)] for each, level in zip(names, levels, strict=True))


def _words(words: Iterable[str]) -> Any:
    return pd.array(list(words), dtype="str")


def _days(numbers: NDArray[np.int32]) -> NDArray[Any]:
    days = (EPOCH + numbers).astype("datetime64[s]")
    days[numbers < 0] = np.datetime64("NaT")
    return days
