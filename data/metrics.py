"""What the evidence amounts to: pure functions of frames (`data/frames.py`), nothing else.

Evidence is the frame of `frames.evidence_days`, or what of it is of one kind, as `frames.ledgers` gives it.

Levels come from `taxonomy.levels`: a level is reached when a skill has at least its days, projects and months
(whole months from first to last evidence). Coverage of an area is the mean of level ÷ 4 over the skills that
count in it. Everything "as of" a date uses the evidence up to that day, included.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from data.cumulative import NONE, counts_at, date_numbers, day_numbers, tally_of
from data.ledger import EPOCH
from data.levels import MONDAY, WEEK, coverage_of, levels_of, members_of, recency, rows_of, skill_tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from data.ledger import Ledger
    from data.taxonomy import Levels, Taxonomy


def skill_levels(evidence: pd.DataFrame | Ledger, taxonomy: Taxonomy, as_of: date) -> pd.DataFrame:
    """Every skill of the taxonomy, in its order, with its level as of a day.

    Columns: skill, area, level (0 to 4), level_name, active_days, projects, first, last (day; NaT without
    evidence), months (whole, from first to last), uses, assisted_uses, recency (current, fading, dormant; empty
    without evidence). Skills whose source is "derived" count as `levels.with_derived` says.
    """
    tally = skill_tally(evidence, taxonomy)
    counts = counts_at(tally, date_numbers([as_of]))
    levels = levels_of(counts, taxonomy)[:, 0]
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
    rows = rows_of(evidence, "skill")
    uses = _uses(rows, list(taxonomy.skills), as_of)
    return frame.assign(**uses, recency=recency(counts.last[:, 0], taxonomy.levels, as_of))


def area_coverage(levels: pd.DataFrame, taxonomy: Taxonomy) -> pd.DataFrame:
    """Coverage of each area, in the taxonomy's order, from the frame of `skill_levels`.

    Columns: area, coverage (0 to 1: mean of level ÷ 4 over the skills that count), shown (skills with any level),
    of (skills in the area). Where an area names how many of its skills one needs (`best`), its strongest count and
    those it always asks for.
    """
    level = levels.set_index("skill")["level"].reindex(list(taxonomy.skills)).to_numpy()[:, None]
    members = members_of(taxonomy)
    return pd.DataFrame(
        {
            "area": _words(area.id for area in taxonomy.areas),
            "coverage": [float(coverage_of(level, area, taxonomy)[0]) for area in taxonomy.areas],
            "shown": [int((level[members[area.id]] > 0).sum()) for area in taxonomy.areas],
            "of": [len(members[area.id]) for area in taxonomy.areas],
        }
    )


def coverage_over_time(evidence: pd.DataFrame | Ledger, taxonomy: Taxonomy, dates: Sequence[date]) -> pd.DataFrame:
    """Coverage of each area as of each date: the same numbers as `area_coverage` on each of them.

    Columns: date, area, coverage; by date, then in the taxonomy's order of areas.
    """
    counts = counts_at(skill_tally(evidence, taxonomy), date_numbers(dates))
    levels = levels_of(counts, taxonomy)
    table = np.stack([coverage_of(levels, area, taxonomy) for area in taxonomy.areas], axis=1)
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


def levels_over_time(evidence: pd.DataFrame | Ledger, taxonomy: Taxonomy, dates: Sequence[date]) -> pd.DataFrame:
    """Level of every skill as of each date: one row a skill (index), one column a date."""
    levels = levels_of(counts_at(skill_tally(evidence, taxonomy), date_numbers(dates)), taxonomy)
    return pd.DataFrame(levels, index=pd.Index(list(taxonomy.skills), name="skill"), columns=pd.Index(dates))


def what_changed(evidence: pd.DataFrame | Ledger, taxonomy: Taxonomy, since: date, until: date) -> pd.DataFrame:
    """Skills first used or risen after `since` and up to `until`, the greatest rise first.

    Columns: skill, area, before, after (levels), before_name, after_name, first_use (truth value: nothing
    was known of it before), new_days (active days in between), last (day).
    """
    counts = counts_at(skill_tally(evidence, taxonomy), date_numbers([since, until]))
    levels = levels_of(counts, taxonomy)
    skills = list(taxonomy.skills.values())
    frame = pd.DataFrame(
        {
            "skill": _words(skill.id for skill in skills),
            "area": _words(skill.area for skill in skills),
            "before": levels[:, 0],
            "after": levels[:, 1],
            "first_use": (counts.first[:, 0] == NONE) & (counts.first[:, 1] != NONE),
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
    evidence: pd.DataFrame | Ledger,
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
    rows = rows_of(evidence, subject_kind)
    subjects = sorted(rows.shown())
    counts = counts_at(tally_of(rows.codes_in(subjects), rows, len(subjects)), date_numbers([as_of]))
    at_head = set() if head is None else set(head["subject"][head["subject_kind"] == subject_kind])
    frame = pd.DataFrame(
        {
            subject_kind: _words(subjects),
            **_uses(rows, subjects, as_of),
            "active_days": counts.active_days[:, 0],
            "projects": counts.projects[:, 0],
            "first": _days(counts.first[:, 0]),
            "last": _days(counts.last[:, 0]),
            "months": counts.months[:, 0],
            "recency": recency(counts.last[:, 0], levels, as_of),
            "present_at_head": np.array([subject in at_head for subject in subjects], dtype=bool),
        }
    )
    order = np.lexsort((frame[subject_kind], -frame["uses"], -frame["active_days"]))
    shown = order[frame["active_days"].to_numpy()[order] > 0]
    return frame.iloc[shown].reset_index(drop=True)


def first_uses(evidence: pd.DataFrame) -> pd.DataFrame:
    """The day each subject was first shown. Columns: subject_kind, subject, first; by day."""
    grouped = evidence.groupby(["subject_kind", "subject"], observed=True)["day"].min()
    frame = grouped.rename("first").reset_index()
    return frame.sort_values(["first", "subject_kind", "subject"], ignore_index=True)


def project_skill_matrix(evidence: pd.DataFrame | Ledger, subject_kind: str = "skill") -> pd.DataFrame:
    """Active days by project (index: project_id) and subject (columns), 0 where there is none."""
    rows = rows_of(evidence, subject_kind)
    codes, ids = pd.factorize(rows.project, sort=True)
    subjects = sorted(rows.shown())
    places = codes * len(subjects) + rows.codes_in(subjects)
    # evidence holds one row a project, subject and day: counting rows counts days
    table = np.bincount(places, minlength=len(ids) * len(subjects)).reshape(len(ids), len(subjects))
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
    weeks = pd.DatetimeIndex(_days(numbers - (numbers - MONDAY) % WEEK))
    grouped = days.groupby(weeks)
    found = pd.DataFrame({"active_days": grouped.size(), "activities": grouped.sum()})
    span = pd.date_range(weeks.min(), weeks.max(), freq="7D", unit="s", name="week")
    return found.reindex(span, fill_value=0).astype("int64").reset_index()


def _uses(rows: Ledger, ids: Sequence[str], as_of: date) -> dict[str, NDArray[np.int64]]:
    """Sum up uses of each subject up to a day."""
    until = int(date_numbers([as_of])[0])
    if len(rows) and rows.last_day > until:
        rows = rows.where(rows.day <= until)
    codes = rows.codes_in(ids)
    return {
        "uses": rows.sums("uses", codes, len(ids)),
        "assisted_uses": rows.sums("assisted", codes, len(ids)),
    }


def _level_names(levels: NDArray[Any], taxonomy: Taxonomy) -> Any:
    """Return the word for each skill's level, in the order of the taxonomy's skills."""
    names = [{step.number: step.name for step in taxonomy.levels.of(skill)} for skill in taxonomy.skills]
    return _words(each[int(level)] for each, level in zip(names, levels, strict=True))


def _words(words: Iterable[str]) -> Any:
    return pd.array(list(words), dtype="str")


def _days(numbers: NDArray[np.int32]) -> NDArray[Any]:
    days = (EPOCH + numbers).astype("datetime64[s]")
    days[numbers == NONE] = np.datetime64("NaT")
    return days
