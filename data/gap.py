"""What a role asks for against what is there: how much of it is reached, and the smallest steps towards the rest.

Pure functions of what `metrics.skill_standings` says. Coverage of a role is the weighted mean, over its skills, of
level ÷ level wanted, none counting more than 1.

A step leads to the next level of one skill. It is the fewest active days that fulfil every threshold of
`levels.toml`: as many as are missing, at least one; so many of the projects of those days must be new ones; and
where months are missing between first and last evidence, the last of the days lies on or after a certain date.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple, Protocol

from data.metrics import level_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from data.roles import Role
    from data.taxonomy import Level, Taxonomy

STALE = ("fading", "dormant")
DECEMBER = 12


class Stands(Protocol):
    """What is asked of a skill's row: a Standing, or a row of a page."""

    @property
    def level(self) -> int: ...
    @property
    def active_days(self) -> int: ...
    @property
    def projects(self) -> int: ...
    @property
    def first(self) -> date | None: ...
    @property
    def last(self) -> date | None: ...
    @property
    def recency(self) -> str: ...


class Asked(NamedTuple):
    """A skill that a role asks for, beside what is there."""

    skill: str
    name: str
    area: str
    wanted: int  # level
    wanted_name: str
    must: bool
    weight: int
    reason: str
    level: int
    level_name: str
    active_days: int
    projects: int
    first: date | None
    last: date | None
    recency: str

    @property
    def share(self) -> float:
        return min(self.level / self.wanted, 1.0)

    @property
    def reached(self) -> bool:
        return self.level >= self.wanted


class AreaGap(NamedTuple):
    """The skills of a role in one area."""

    area: str
    name: str
    coverage: float  # 0 to 1, of the role's skills in it, weighted
    reached: int
    of: int
    there: float  # mean level ÷ 4
    wanted: float  # the same of the levels wanted


@dataclass(frozen=True, slots=True)
class Step:
    """What is missing for a level: active days, of a derived skill weeks.

    In `projects` of them the skill must be new; the last of them lies on or after `since` (None: any day to come).
    """

    days: int
    projects: int = 0
    since: date | None = None


class NextStep(NamedTuple):
    """The step of one skill to its next level, and what that is worth to a role."""

    skill: str
    name: str
    area: str
    source: str  # of the skill
    must: bool
    level: int
    level_name: str
    reach: int  # the next level
    reach_name: str
    step: Step
    gain: float  # by how much the role's coverage rises, 0 to 1
    wanted_name: str
    all_days: int  # active days up to the level wanted


def role_gap(rows: Mapping[str, Stands], role: Role, taxonomy: Taxonomy) -> list[Asked]:
    """Return what a role asks for beside what is there, in the order of the role; `rows` are by skill."""
    found = []
    for need in role.needs:
        skill, row = taxonomy.skills[need.skill], rows[need.skill]
        wanted = level_name(taxonomy, skill.id, need.level)
        there = level_name(taxonomy, skill.id, row.level)
        found.append(
            Asked(
                skill.id, skill.name, skill.area, need.level, wanted, need.must, need.weight, need.reason, row.level,
                there, row.active_days, row.projects, row.first, row.last, row.recency,
            )
        )  # fmt: skip
    return found


def coverage_of_role(gap: Sequence[Asked]) -> float:
    """Return how much of a role is reached, 0 to 1."""
    return sum(row.share * row.weight for row in gap) / sum(row.weight for row in gap)


def role_areas(gap: Sequence[Asked], taxonomy: Taxonomy) -> list[AreaGap]:
    """Return the areas that a role asks anything of, in the taxonomy's order."""
    found = []
    for area in taxonomy.areas:
        part = [row for row in gap if row.area == area.id]
        if part:
            top = max(level.number for level in taxonomy.levels.steps) * len(part)
            there, wanted = sum(row.level for row in part) / top, sum(row.wanted for row in part) / top
            reached = sum(row.reached for row in part)
            found.append(AreaGap(area.id, area.name, coverage_of_role(part), reached, len(part), there, wanted))
    return found


def next_steps(gap: Sequence[Asked], taxonomy: Taxonomy, as_of: date) -> list[NextStep]:
    """Return one step for each skill that is short of the role, those that raise the role's coverage most first.

    Of equal gain, what is asked for in any case and the fewest days come first.
    """
    whole = sum(row.weight for row in gap)
    found = []
    for row in gap:
        if row.reached:
            continue
        skill = taxonomy.skills[row.skill]
        above = [level for level in taxonomy.levels.of(skill.id) if level.number > row.level]
        wanted = next((level for level in above if level.number >= row.wanted), above[-1])
        gain = row.weight * (min(above[0].number, row.wanted) - row.level) / row.wanted / whole
        found.append(
            NextStep(
                skill.id, skill.name, skill.area, skill.source, row.must, row.level, row.level_name, above[0].number,
                above[0].name, step_to(row, above[0], as_of), gain, row.wanted_name,
                step_to(row, wanted, as_of).days,
            )
        )  # fmt: skip
    # equal gains, reached by other roads, are equal
    return sorted(found, key=lambda each: (-round(each.gain, 9), not each.must, each.step.days, each.name))


def step_to(row: Stands, level: Level, as_of: date) -> Step:
    """Return the fewest days after `as_of` that lead from what is there to a level."""
    begun = row.active_days > 0 and row.first is not None
    tomorrow = as_of + timedelta(days=1)
    since = _months_after(row.first if row.first and begun else tomorrow, level.months) if level.months else tomorrow
    there = bool(level.months) and begun and row.last is not None and row.last >= since
    # a span without any beginning needs two days
    least = 2 if level.months and not begun else 1
    return Step(
        days=max(level.days - row.active_days, least),
        projects=max(level.projects - row.projects, 0),
        since=since if since > tomorrow and not there else None,
    )


def smallest_step(steps: Sequence[NextStep]) -> NextStep | None:
    """Return the step with the fewest days, of these the one with most gain; one that needs no waiting if there is."""
    return min(
        steps,
        key=lambda each: (each.step.since is not None, each.step.days, each.step.projects, -each.gain),
        default=None,
    )


def step_words(row: NextStep, taxonomy: Taxonomy) -> tuple[str, str]:
    """Say a step, as what stands before and behind the skill's name: one sentence without its point."""
    step, level = row.step, next(each for each in taxonomy.levels.of(row.skill) if each.number == row.reach)
    number, before = step.days, f"{_count(step.days, 'more active day')} with "
    among = _new_projects(step)
    if not level.days:  # counted in projects alone
        number, among = max(step.projects, 1), ""
        before = f"{_count(number, 'more project')} with "
    elif row.source == "derived":
        before = f"{_count(step.days, 'more active week')} for "
    reach = f"{among} reach{'es' if number == 1 else ''} {row.reach_name.capitalize()}"
    since = f", the last of them not before {step.since.day} {step.since:%b} {step.since.year}" if step.since else ""
    return before, reach + since


def _new_projects(step: Step) -> str:
    if not step.projects:
        return ""
    new = f"{_count(step.projects, 'project')} where it was not used yet"
    return f", in {new}," if step.days == 1 else f", with {new} among them,"


def _count(number: int, one: str) -> str:
    return f"{number} {one}{'' if number == 1 else 's'}"


def _months_after(day: date, months: int) -> date:
    """Return the first day from which on so many whole months have passed."""
    year, month = divmod(day.year * DECEMBER + day.month - 1 + months, DECEMBER)
    try:
        return date(year, month + 1, day.day)
    except ValueError:  # a month without that day: the first of the next
        return date(year + (month + 1) // DECEMBER, (month + 1) % DECEMBER + 1, 1)
