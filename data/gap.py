"""What a role asks for against what is there: how much of it is reached, and the smallest steps towards the rest.

Pure functions of the frame that `metrics.skill_levels` makes. Coverage of a role is the weighted mean, over its
skills, of level ÷ level wanted, none counting more than 1.

A step leads to the next level of one skill. It is the fewest active days that fulfil every threshold of
`levels.toml`: as many as are missing, at least one; so many of the projects of those days must be new ones; and
where months are missing between first and last evidence, the last of the days lies on or after a certain date.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterator

    from data.roles import Role
    from data.taxonomy import Level, Taxonomy

STALE = ("fading", "dormant")
DECEMBER = 12


@dataclass(frozen=True, slots=True)
class Step:
    """What is missing for a level: active days, of a derived skill weeks.

    In `projects` of them the skill must be new; the last of them lies on or after `since` (None: any day to come).
    """

    days: int
    projects: int = 0
    since: date | None = None


def role_gap(levels: pd.DataFrame, role: Role, taxonomy: Taxonomy) -> pd.DataFrame:
    """What a role asks for beside what is there, in the order of the role.

    Columns: skill, name, area, wanted (level), wanted_name, must, weight, reason, share (0 to 1: level ÷ wanted, at
    most 1), reached, and of skill_levels: level, level_name, active_days, projects, months, first, last, recency.
    """
    rows = levels.set_index("skill")
    there = rows.loc[[need.skill for need in role.needs]].reset_index()
    wanted = [need.level for need in role.needs]
    asked = pd.DataFrame(
        {
            "name": [taxonomy.skills[need.skill].name for need in role.needs],
            "wanted": wanted,
            "wanted_name": [_name(taxonomy, need.skill, need.level) for need in role.needs],
            "must": [need.must for need in role.needs],
            "weight": [need.weight for need in role.needs],
            "reason": [need.reason for need in role.needs],
        }
    )
    kept = ["skill", "area", "level", "level_name", "active_days", "projects", "months", "first", "last", "recency"]
    found = pd.concat([there[kept], asked], axis=1)
    found["share"] = (found["level"] / found["wanted"]).clip(upper=1.0)
    return found.assign(reached=found["level"] >= found["wanted"])


def coverage_of_role(gap: pd.DataFrame) -> float:
    """Return how much of a role is reached, 0 to 1."""
    return float((gap["share"] * gap["weight"]).sum() / gap["weight"].sum())


def role_areas(gap: pd.DataFrame, taxonomy: Taxonomy) -> pd.DataFrame:
    """Areas that a role asks anything of, in the taxonomy's order.

    Columns: area, name, coverage (0 to 1, of the role's skills in it, weighted), reached, of (skills asked for).
    """
    parts = [(area, gap[gap["area"] == area.id]) for area in taxonomy.areas]
    rows = [
        (area.id, area.name, coverage_of_role(part), int(part["reached"].sum()), len(part))
        for area, part in parts
        if len(part)
    ]
    return pd.DataFrame(rows, columns=["area", "name", "coverage", "reached", "of"])


def next_steps(gap: pd.DataFrame, taxonomy: Taxonomy, as_of: date) -> pd.DataFrame:
    """One step for each skill that is short of the role, those that raise the role's coverage most first.

    Columns: skill, name, area, source (of the skill), must, level, level_name, reach, reach_name (the next level),
    days, projects, since (see Step; NaT: any day), gain (by how much the role's coverage rises, 0 to 1), all_days
    (active days up to the level wanted), wanted_name. Of equal gain, what is asked for in any case and the fewest
    days come first.
    """
    whole = int(gap["weight"].sum())
    rows = []
    for row in _rows(gap[~gap["reached"]]):
        skill = taxonomy.skills[str(row.skill)]
        above = [level for level in taxonomy.levels.of(skill.id) if level.number > row.level]
        wanted = next((level for level in above if level.number >= row.wanted), above[-1])
        step = step_to(row, above[0], as_of)
        gain = row.weight * (min(above[0].number, row.wanted) - row.level) / row.wanted / whole
        rows.append(
            {
                "skill": skill.id, "name": skill.name, "area": skill.area, "source": skill.source, "must": row.must,
                "level": row.level, "level_name": row.level_name,
                "reach": above[0].number, "reach_name": above[0].name,
                "days": step.days, "projects": step.projects, "since": step.since or pd.NaT,
                "gain": gain, "all_days": step_to(row, wanted, as_of).days, "wanted_name": row.wanted_name,
            }
        )  # fmt: skip
    columns = ["skill", "name", "area", "source", "must", "level", "level_name", "reach", "reach_name"]
    columns += ["days", "projects", "since", "gain", "all_days", "wanted_name"]
    found = pd.DataFrame(rows, columns=columns)
    found["since"] = pd.to_datetime(found["since"]).astype("datetime64[s]")
    found["rounded"] = found["gain"].astype(float).round(9)  # equal gains, reached by other roads, are equal
    order = ["rounded", "must", "days", "projects", "name"]
    sorted_rows = found.sort_values(order, ascending=[False, False, True, True, True], ignore_index=True)
    return sorted_rows.drop(columns="rounded")


def step_to(row: Any, level: Level, as_of: date) -> Step:
    """Return the fewest days that lead from counts (active_days, projects, first, last) to a level, after a day."""
    begun = row.active_days > 0 and not pd.isna(row.first)
    first = row.first.date() if begun else as_of + timedelta(days=1)
    since = _months_after(first, level.months) if level.months else None
    lasts = begun and since is not None and row.last.date() >= since
    # without any evidence a span has two ends
    least = 2 if level.months and not begun else 1
    waits = since is not None and not lasts and since > as_of + timedelta(days=1)
    return Step(
        days=max(level.days - int(row.active_days), least),
        projects=max(level.projects - int(row.projects), 0),
        since=since if waits else None,
    )


def smallest_step(steps: pd.DataFrame) -> Any:
    """Return the row of `next_steps` with the fewest days, of these the one with most gain; None: there is none."""
    soon = steps[steps["since"].isna()]
    rows = soon if len(soon) else steps
    found = rows.sort_values(["days", "projects", "gain"], ascending=[True, True, False], kind="stable")
    return next(_rows(found), None)


def step_words(row: Any, taxonomy: Taxonomy) -> tuple[str, str]:
    """Say a row of `next_steps`, as what stands before and behind the skill's name: one sentence without its point."""
    level = next(each for each in taxonomy.levels.of(row.skill) if each.number == row.reach)
    reach = f"reach{'es' if row.days == 1 else ''} {row.reach_name.capitalize()}"
    if not level.days:  # counted in projects alone
        one = "reaches" if row.projects == 1 else "reach"
        before, after = f"{_count(max(row.projects, 1), 'more project')} with ", f" {one} {row.reach_name.capitalize()}"
    elif row.source == "derived":
        before, after = f"{_count(row.days, 'more active week')} for ", f" {reach}"
    else:
        before, after = f"{_count(row.days, 'more active day')} with ", f"{_new_projects(row)} {reach}"
    if not pd.isna(row.since):
        after += f", the last of them not before {row.since.day} {row.since:%b} {row.since.year}"
    return before, after


def _rows(frame: pd.DataFrame) -> Iterator[Any]:
    return frame.itertuples()


def _new_projects(row: Any) -> str:
    if not row.projects:
        return ""
    if row.days == 1:
        return f", in {_count(row.projects, 'project')} where it was not used yet,"
    return f", with {_count(row.projects, 'project')} where it was not used yet among them,"


def _count(number: int, one: str) -> str:
    return f"{number} {one}{'' if number == 1 else 's'}"


def _name(taxonomy: Taxonomy, skill: str, number: int) -> str:
    return next((level.name for level in taxonomy.levels.of(skill) if level.number == number), str(number))


def _months_after(day: date, months: int) -> date:
    """Return the first day from which on so many whole months have passed."""
    number = day.year * DECEMBER + day.month - 1 + months
    year, month = divmod(number, DECEMBER)
    try:
        return date(year, month + 1, day.day)
    except ValueError:  # a month without that day: the first of the next
        return date(year + (month + 1) // DECEMBER, (month + 1) % DECEMBER + 1, 1)
