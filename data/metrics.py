"""What the evidence amounts to: pure functions of frames (`data/frames.py`), nothing else.

Evidence is the frame of `frames.evidence_days`, or what of it is of one kind, as `frames.ledgers` gives it.

Levels come from `taxonomy.levels`: a level is reached when a skill has at least its days, projects and months
(whole months from first to last evidence). Coverage of an area is the mean of level ÷ 4 over the skills that
count in it. Everything "as of" a date uses the evidence up to that day, included.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from data.cumulative import NONE, Counts, counts_at, date_numbers, day_numbers, tally_of
from data.later import pd
from data.ledger import EPOCH, date_of
from data.levels import MONDAY, WEEK, coverage_of, levels_of, members_of, recency, rows_of, skill_tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from data.ledger import Ledger
    from data.taxonomy import Levels, Taxonomy


class Standing(NamedTuple):
    """What the evidence of one subject amounts to as of a day."""

    subject: str
    level: int  # of skills only
    active_days: int
    projects: int
    first: date | None
    last: date | None
    months: int  # whole, from first to last
    uses: int
    assisted_uses: int
    recency: str


class Coverage(NamedTuple):
    """How much of an area is shown: see `area_coverage`."""

    area: str
    coverage: float
    shown: int
    of: int


class Rise(NamedTuple):
    """A skill first used or risen between two days: see `what_changed`."""

    skill: str
    area: str
    before: int
    after: int
    first_use: bool
    new_days: int
    last: date | None
    before_name: str
    after_name: str


def skill_standings(evidence: pd.DataFrame | Ledger, taxonomy: Taxonomy, as_of: date) -> list[Standing]:
    """Every skill of the taxonomy, in its order; see `skill_levels`."""
    counts = counts_at(skill_tally(evidence, taxonomy), date_numbers([as_of]))
    levels = levels_of(counts, taxonomy)[:, 0]
    return _standings(
        rows_of(evidence, "skill"), list(taxonomy.skills), counts, levels, rules=taxonomy.levels, as_of=as_of
    )


def skill_levels(evidence: pd.DataFrame | Ledger, taxonomy: Taxonomy, as_of: date) -> pd.DataFrame:
    """Every skill of the taxonomy, in its order, with its level as of a day.

    Columns: skill, area, level (0 to 4), level_name, active_days, projects, first, last (day; NaT without
    evidence), months (whole, from first to last), uses, assisted_uses, recency (current, fading, dormant; empty
    without evidence). Skills whose source is "derived" count as `levels.with_derived` says.
    """
    rows = skill_standings(evidence, taxonomy, as_of)
    frame = _frame(Standing, rows, {"subject": "str", "level": "int8", "recency": "str"})
    frame = frame.rename(columns={"subject": "skill"})
    frame.insert(1, "area", _words(skill.area for skill in taxonomy.skills.values()))
    frame.insert(3, "level_name", _words(level_name(taxonomy, row.subject, row.level) for row in rows))
    return frame


def level_name(taxonomy: Taxonomy, skill: str, level: int) -> str:
    """The word for a level of a skill."""
    return next(step.name for step in taxonomy.levels.of(skill) if step.number == level)


def coverages(levels: Sequence[int], taxonomy: Taxonomy) -> list[Coverage]:
    """Coverage of each area, in the taxonomy's order, from the level of each skill in its order."""
    level = np.array(levels, dtype=np.int8)[:, None]
    members = members_of(taxonomy)
    return [
        Coverage(
            area.id,
            float(coverage_of(level, area, taxonomy)[0]),
            int((level[members[area.id]] > 0).sum()),
            len(members[area.id]),
        )
        for area in taxonomy.areas
    ]


def area_coverage(levels: pd.DataFrame, taxonomy: Taxonomy) -> pd.DataFrame:
    """Coverage of each area, in the taxonomy's order, from the frame of `skill_levels`.

    Columns: area, coverage (0 to 1: mean of level ÷ 4 over the skills that count), shown (skills with any level),
    of (skills in the area). Where an area names how many of its skills one needs (`best`), its strongest count and
    those it always asks for.
    """
    level = levels.set_index("skill")["level"].reindex(list(taxonomy.skills)).tolist()
    return _frame(Coverage, coverages(level, taxonomy), {"area": "str"})


def coverage_at(evidence: pd.DataFrame | Ledger, taxonomy: Taxonomy, dates: Sequence[date]) -> NDArray[np.float64]:
    """Coverage as of each date (rows) of each area in the taxonomy's order (columns)."""
    counts = counts_at(skill_tally(evidence, taxonomy), date_numbers(dates))
    levels = levels_of(counts, taxonomy)
    return np.stack([coverage_of(levels, area, taxonomy) for area in taxonomy.areas], axis=1)


def coverage_over_time(evidence: pd.DataFrame | Ledger, taxonomy: Taxonomy, dates: Sequence[date]) -> pd.DataFrame:
    """Coverage of each area as of each date: the same numbers as `area_coverage` on each of them.

    Columns: date, area, coverage; by date, then in the taxonomy's order of areas.
    """
    table = coverage_at(evidence, taxonomy, dates)
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


def rises(evidence: pd.DataFrame | Ledger, taxonomy: Taxonomy, since: date, until: date) -> list[Rise]:
    """Skills first used or risen after `since` and up to `until`, the greatest rise first; see `what_changed`."""
    counts = counts_at(skill_tally(evidence, taxonomy), date_numbers([since, until]))
    levels = levels_of(counts, taxonomy)
    first_use = (counts.first[:, 0] == NONE) & (counts.first[:, 1] != NONE)
    new_days = counts.active_days[:, 1] - counts.active_days[:, 0]
    skills = list(taxonomy.skills.values())
    found = []
    for place in np.flatnonzero((levels[:, 1] > levels[:, 0]) | first_use).tolist():
        skill, before, after = skills[place], int(levels[place, 0]), int(levels[place, 1])
        names = [level_name(taxonomy, skill.id, level) for level in (before, after)]
        last = _date(int(counts.last[place, 1]))
        found.append(
            Rise(skill.id, skill.area, before, after, bool(first_use[place]), int(new_days[place]), last, *names)
        )
    return sorted(found, key=lambda rise: (rise.before - rise.after, -rise.new_days, rise.skill))


def what_changed(evidence: pd.DataFrame | Ledger, taxonomy: Taxonomy, since: date, until: date) -> pd.DataFrame:
    """Skills first used or risen after `since` and up to `until`, the greatest rise first.

    Columns: skill, area, before, after (levels), before_name, after_name, first_use (truth value: nothing
    was known of it before), new_days (active days in between), last (day).
    """
    types = {"skill": "str", "area": "str", "before": "int8", "after": "int8", "first_use": "bool"}
    names = {"before_name": "str", "after_name": "str"}
    return _frame(Rise, rises(evidence, taxonomy, since, until), types | names)


def standings(
    evidence: pd.DataFrame | Ledger, as_of: date, *, levels: Levels | None = None, subject_kind: str = "technology"
) -> list[Standing]:
    """Subjects of a kind in use up to a day, the most active days first; see `technology_use`."""
    rows = rows_of(evidence, subject_kind)
    subjects = sorted(rows.shown())
    counts = counts_at(tally_of(rows.codes_in(subjects), rows, len(subjects)), date_numbers([as_of]))
    none = np.zeros(len(subjects), dtype=np.int8)
    found = [row for row in _standings(rows, subjects, counts, none, rules=levels, as_of=as_of) if row.active_days]
    return sorted(found, key=lambda row: (-row.active_days, -row.uses, row.subject))


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
    at_head = set() if head is None else set(head["subject"][head["subject_kind"] == subject_kind])
    rows = standings(evidence, as_of, levels=levels, subject_kind=subject_kind)
    frame = _frame(Standing, rows, {"subject": "str", "recency": "str"}).drop(columns="level")
    frame["present_at_head"] = np.array([row.subject in at_head for row in rows], dtype=bool)
    return frame.rename(columns={"subject": subject_kind})


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


def _standings(
    rows: Ledger, ids: Sequence[str], counts: Counts, levels: NDArray[np.int8], *, rules: Levels | None, as_of: date
) -> list[Standing]:
    """Counts as of one day with the uses up to it, subject by subject."""
    until = int(date_numbers([as_of])[0])
    if len(rows) and rows.last_day > until:
        rows = rows.where(rows.day <= until)
    codes = rows.codes_in(ids)
    columns = (
        ids,
        levels.tolist(),
        counts.active_days[:, 0].tolist(),
        counts.projects[:, 0].tolist(),
        [_date(number) for number in counts.first[:, 0].tolist()],
        [_date(number) for number in counts.last[:, 0].tolist()],
        counts.months[:, 0].tolist(),
        rows.sums("uses", codes, len(ids)).tolist(),
        rows.sums("assisted", codes, len(ids)).tolist(),
        recency(counts.last[:, 0], rules, as_of),
    )
    return [Standing._make(row) for row in zip(*columns, strict=True)]


def _frame(kind: type[NamedTuple], rows: Sequence[Any], types: dict[str, str]) -> pd.DataFrame:
    """Rows as a frame: days as `datetime64[s]`, numbers int64 unless `types` says otherwise."""
    columns = dict(zip(kind._fields, zip(*rows, strict=True), strict=True)) if rows else dict.fromkeys(kind._fields, ())
    found = {}
    for name, values in columns.items():
        if name in {"first", "last"}:
            found[name] = np.array(values, dtype="datetime64[s]")
        elif types.get(name) == "str":
            found[name] = _words(values)
        else:
            found[name] = np.array(values, dtype=types.get(name, "float64" if name == "coverage" else "int64"))
    return pd.DataFrame(found)


def _words(words: Iterable[str]) -> Any:
    return pd.array(list(words), dtype="str")


def _date(number: int) -> date | None:
    return None if number == NONE else date_of(number)


def _days(numbers: NDArray[np.int32]) -> NDArray[Any]:
    return (EPOCH + numbers).astype("datetime64[s]")
