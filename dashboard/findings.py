"""What a chart says, as its title: one short sentence computed from the numbers that are drawn.

Pure functions of plain values, for the owner's pages and for public ones. A title says a fact, never how good it is.
Shares that read alike are alike: what two bars both call 62 % is a tie. A title stays within `LONGEST` characters
where names allow it; names are left out before numbers are.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from dashboard import phrases

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

LONGEST = 70
LEAST_RISE = 0.01  # in coverage: less is no news
PAIR = 2


class Covered(Protocol):
    """An area with what of it is shown."""

    @property
    def name(self) -> str: ...
    @property
    def coverage(self) -> float: ...
    @property
    def shown(self) -> int: ...
    @property
    def of(self) -> int: ...


class Grown(NamedTuple):
    """Coverage (0 to 1) of an area at two dates."""

    name: str
    before: float
    after: float

    @property
    def points(self) -> int:
        return round(100 * (self.after - self.before))


class Used(NamedTuple):
    """A technology, skill or project and its number: active days, or projects."""

    name: str
    number: int


def fitting(*texts: str) -> str:
    """Return the first text that is short enough for a title, else the last."""
    return next((text for text in texts if len(text) <= LONGEST), texts[-1])


def most_covered(areas: Sequence[Covered]) -> str:
    """Which area has the most coverage."""
    covered = [row for row in areas if row.coverage > 0]
    if not covered:
        return "No area is covered"
    share = phrases.percent(max(row.coverage for row in covered))
    best = [row for row in covered if phrases.percent(row.coverage) == share]
    if len(best) > PAIR:
        return f"{phrases.number(len(best))} areas have the most coverage: {share} each"
    if len(best) == PAIR:
        names = phrases.listing([row.name for row in best])
        return fitting(f"{names} have the most coverage: {share} each", f"2 areas have the most coverage: {share} each")
    (row,) = best
    if len(covered) == 1 and len(areas) > 1:
        return fitting(f"{row.name} is the only area covered: {share}", f"1 area is covered: {share}")
    lead = f"{row.name} has the most coverage: {share}"
    breadth = f"{row.shown} of {phrases.count(row.of, 'skill')}"
    return fitting(f"{lead}, {breadth}", lead, f"The most coverage is {share}, {breadth}")


def from_sources(parts: Iterable[tuple[str, float]], what: str) -> str:
    """From which source most of something is ("the coverage", "the active days").

    `parts` are the names of sources, as "from" has them, and their parts.
    """
    told = sorted(((name, part) for name, part in parts if part > 0), key=lambda pair: -pair[1])
    if not told:
        return f"Nothing of {what} is from any source"
    whole = sum(part for _, part in told)
    share = phrases.percent(told[0][1] / whole)
    some = f"{what} {'are' if what.endswith('s') else 'is'} from"
    best = [name for name, part in told if phrases.percent(part / whole) == share]
    if len(told) == 1:
        return f"All of {some} {best[0]}"
    if len(best) > PAIR:
        return f"{share} of {some} each of {phrases.number(len(best))} sources"
    if len(best) == PAIR:
        return fitting(f"{share} of {some} each of {best[0]} and {best[1]}", f"{share} of {some} each of 2 sources")
    lead = f"{share} of {some} {best[0]}"
    rest = [f"{lead}, the rest from {told[1][0]}"] if len(told) == PAIR else []
    return fitting(*rest, f"{lead}, the most of {phrases.number(len(told))} sources", lead)


def grown(areas: Sequence[Grown], when: str, since: str) -> str:
    """Which area grew most `when` ("in the last 12 months"); if none did, how far one came `since` ("2014")."""
    most = max((row.after - row.before for row in areas), default=0.0)
    if most >= LEAST_RISE:
        best = [row for row in areas if row.points == round(100 * most)]
        if len(best) == 1:
            change = f"{phrases.percent(best[0].before)} → {phrases.percent(best[0].after)}"
            return fitting(f"{best[0].name} grew most {when}: {change}", f"One area grew most {when}: {change}")
        each = f"grew most {when}: {phrases.count(round(100 * most), 'point')} each"
        names = f"{best[0].name} and {best[1].name} {each}" if len(best) == PAIR else ""
        return fitting(*([names] if names else []), f"{phrases.number(len(best))} areas {each}")
    furthest = max((row.after for row in areas), default=0.0)
    if not furthest or not since:
        return "No growth to show yet"
    share = phrases.percent(furthest)
    best = [row for row in areas if phrases.percent(row.after) == share]
    if len(best) == 1:
        return fitting(
            f"{best[0].name} grew furthest since {since}: to {share}",
            f"One area grew furthest since {since}: to {share}",
        )
    return f"{phrases.number(len(best))} areas grew furthest since {since}: to {share} each"


def coverage_of_area(before: float, after: float, when: str, since: str = "") -> str:
    """How the coverage of one area changed `when`; where only a window counts, what it reached `since` then."""
    share = phrases.percent(after)
    if not after:
        return "Nothing of this area is covered"
    if since:
        return f"Coverage reached {share} since {since}"
    if phrases.percent(before) == share:
        return f"Coverage is {share}, unchanged {when}"
    return f"Coverage {'rose' if after > before else 'fell'} from {phrases.percent(before)} to {share} {when}"


def levels(reached: Sequence[int], names: Mapping[int, str], only: str = "") -> str:
    """How many skills stand at which level, the highest first; `names` are those of levels, `only` "current" or ""."""
    counted = Counter(level for level in reached if level)
    skills = f"{only} skill".strip()
    if not counted:
        return f"No {skills} is shown"
    parts = [f"{phrases.number(counted[level])} {names[level]}" for level in sorted(counted, reverse=True)]
    lead = phrases.count(counted.total(), skills)
    if len(parts) == 1:
        return f"{lead} {names[next(iter(counted))]}"
    told = [
        f"{lead}: {', '.join(parts[:most])}{' …' if most < len(parts) else ''}" for most in range(len(parts), 0, -1)
    ]
    return fitting(*told)


def skills_of_area(shown: int, of: int, current: int, *, only_current: bool = False) -> str:
    """How many skills of an area are shown and current."""
    whole = phrases.count(of, "skill")
    if only_current:
        return f"{phrases.number(current)} of {whole} {'is' if current == 1 else 'are'} current"
    if not shown:
        return f"None of {whole} is shown"
    if shown == 1:
        return f"1 of {whole} shown, and it is {'' if current else 'not '}current"
    some = "all" if current == shown else phrases.number(current) if current else "none"
    return f"{phrases.number(shown)} of {whole} shown, {some} of them current"


def active_days(days: int, recent: int, when: str, span: str, least: int = 1) -> str:
    """How many active days there are, and how many of them `when`; the `span` where these are fewer than `least`."""
    whole = phrases.count(days, "active day")
    if days and recent == days:
        return f"{whole}, {'all' if days > 1 else ''} {when}".replace("  ", " ")
    if days and recent >= least:
        return f"{whole}, {phrases.number(recent)} of them {when}"
    return f"{whole}, {span}" if days else "No active day"


def busiest(months: Sequence[Any], unit: str, subject: str = "") -> str:
    """How many days (`unit`) there are, and in which year the most; rows have `month` and the numbers own, assisted.

    `subject` is what they are of: " with NumPy".
    """
    years: Counter[int] = Counter()
    for row in months:
        years[row.month.year] += row.own + row.assisted
    whole = phrases.count(years.total(), unit)
    if not years.total():
        return f"No {unit}{subject}"
    ranked = years.most_common(PAIR)
    if len(ranked) == 1:
        tail = f", all in {ranked[0][0]}" if years.total() > 1 else f", in {phrases.month(months[0].month)}"
    elif ranked[0][1] > ranked[1][1]:
        tail = f", the most in {ranked[0][0]}: {phrases.number(ranked[0][1])}"
    else:
        tail = f", {phrases.month(months[0].month)} – {phrases.month(months[-1].month)}"
    return fitting(f"{whole}{subject}{tail}", f"{whole}{tail}")


def spans(begun: Sequence[tuple[str, date]], only: str = "") -> str:
    """With which skill a timeline begins and with which the newest came; in the order in which they began."""
    whole = phrases.count(len(begun), f"{only} skill".strip())
    if not begun:
        return f"No {only} skill is shown".replace("  ", " ")
    (first, early), (last, late) = begun[0], begun[-1]
    if len(begun) == 1:
        return f"{first} since {phrases.month(early)}"
    if phrases.month(early) == phrases.month(late):
        return f"{whole}, all begun in {phrases.month(early)}"
    return fitting(
        f"{whole}, from {first} in {phrases.month(early)} to {last} in {phrases.month(late)}",
        f"{whole}, from {first} in {early.year} to {last} in {late.year}",
        f"{whole}, the first in {phrases.month(early)}, the newest in {phrases.month(late)}",
    )


def changes(new: int, risen: int, when: str, only: str = "") -> str:
    """How many skills are new and how many gained a level `when`, or nothing; `only` is "current" or nothing."""
    skill = f"{only} skill".strip()
    if not new and not risen:
        return f"No {skill} is new or gained a level {when}".rstrip()
    parts = [phrases.count(new, f"new {skill}")] if new else []
    if risen:
        parts.append(f"{phrases.number(risen) if new else phrases.count(risen, skill)} gained a level")
    return f"{', '.join(parts)} {when}".rstrip()


def technologies(rows: Sequence[Used], only: str = "") -> str:
    """How many technologies there are and which were used most; rows with the most days first."""
    whole = phrases.count(len(rows), f"{only} technology".strip(), f"{only} technologies".strip())
    if not rows:
        return f"No {only} technology is known here".replace("  ", " ")
    if len(rows) <= PAIR + 1:
        return fitting(f"{whole}: {phrases.listing([row.name for row in rows])}", whole)
    # no name stands where the next one has as many days
    most = [n for n in (3, 2, 1) if len(rows) == n or rows[n - 1].number > rows[n].number]
    return fitting(*(f"{whole}, most of all {phrases.listing([row.name for row in rows[:n]])}" for n in most), whole)


def used_most(rows: Sequence[Used], of: int = 0) -> str:
    """Which technology was used on most days; rows with the most first, `of` all active days."""
    if not rows:
        return "No technology was used"
    if rows[0].number == of > 1:
        return _everywhere(rows, "was used on", "technologies were used on", f"all {phrases.number(of)} active days")
    days = f"{phrases.number(rows[0].number)} of {phrases.count(of, 'active day')}" if of else ""
    days = days or phrases.count(rows[0].number, "active day")
    best = [row.name for row in rows if row.number == rows[0].number]
    if len(best) == 1:
        return fitting(f"{best[0]} was used most, on {days}", f"The most used one, on {days}")
    each = f"were used most, on {days} each"
    names = [f"{best[0]} and {best[1]} {each}"] if len(best) == PAIR else []
    return fitting(*names, f"{phrases.number(len(best))} technologies {each}")


def in_most_projects(rows: Sequence[Used], of: int) -> str:
    """Which skill shows in most projects; `of` so many."""
    most = max((row.number for row in rows), default=0)
    if not most:
        return "No project shows a skill"
    best = [row.name for row in rows if row.number == most]
    if of == 1:
        return f"1 project shows {phrases.count(len(best), 'skill')}"
    if most == of:
        ranked = sorted(rows, key=lambda row: -row.number)
        return _everywhere(ranked, "shows in", "skills show in", f"all {phrases.number(of)} projects")
    where = f"{phrases.number(most)} of {phrases.count(of, 'project')}"
    if len(best) == 1:
        return fitting(f"{best[0]} shows in most projects: {where}", f"One skill shows in most projects: {where}")
    names = [f"{best[0]} and {best[1]} show in most projects: {where}"] if len(best) == PAIR else []
    return fitting(*names, f"{phrases.number(len(best))} skills show in most projects: {where}")


def projects(rows: Sequence[Used]) -> str:
    """How many projects there are and which has the most active days."""
    if not rows:
        return "No project is shown by itself"
    whole = phrases.count(len(rows), "project")
    most = max(row.number for row in rows)
    best = [row.name.rpartition("/")[2] or row.name for row in rows if row.number == most]
    if len(best) > 1:
        return whole
    days = phrases.count(most, "day")
    tail = f"{best[0]}, {days}"
    return fitting(f"{whole}: {tail}" if len(rows) == 1 else f"{whole}; most work in {tail}", whole)


def skills_here(rows: Sequence[Used], of: int) -> str:
    """How many skills (`of`) a project shows, and which on most days; rows with the most days first."""
    if not of:
        return "No skill is shown here"
    whole = f"{phrases.count(of, 'skill')} shown here"
    if not rows or (len(rows) > 1 and rows[0].number == rows[1].number):
        return whole
    days = phrases.count(rows[0].number, "day")
    return fitting(f"{whole}, most often {rows[0].name}, on {days}" if of > 1 else f"{rows[0].name}, on {days}", whole)


def _everywhere(rows: Sequence[Used], one: str, many: str, every: str) -> str:
    """What there is no place without, and what comes next; rows with the highest numbers first.

    `one` and `many` are how it is said of one and of more: "was used on", "technologies were used on".
    """
    best = [row.name for row in rows if row.number == rows[0].number]
    if len(best) > 1:
        return f"{phrases.number(len(best))} {many} {every}"
    after = rows[1:3]
    alone = len(after) == 1 or (len(after) == PAIR and after[0].number > after[1].number)
    word = one.rpartition(" ")[2]
    following = f", next {after[0].name} {word} {phrases.number(after[0].number)}" if alone else ""
    return fitting(f"{best[0]} {one} {every}{following}", f"{best[0]} {one} {every}", f"One {one} {every}")


def proof(places: int, through: str = "") -> str:
    """How many places in the work show something, perhaps `through` one technology."""
    if not places:
        return f"Proof through {through}: none" if through else "Proof"
    told = f"{phrases.count(places, 'place')} in your work"
    return fitting(f"Proof through {through}: {told}" if through else f"Proof: {told}", f"Proof: {told}")
