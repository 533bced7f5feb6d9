"""What a public page says: sentences from the numbers."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from dashboard import findings, phrases

if TYPE_CHECKING:
    from datetime import date

    from data.public_parts import PublicArea, PublicPortfolio, PublicSkill

SHORT_YEAR = timedelta(days=365)
LAST_YEAR = "in the last 12 months"
TELLING_DAYS = 12
PRACTISED, APPLIED, SUSTAINED = 2, 3, 4
LONGEST_DESCRIPTION = 200
LONG_NAME = 36  # characters from which it is written smaller
KINDS = {"reading": ("reading", "readings")}  # whose plural, or whose name, is not what one expects


def headline(found: PublicPortfolio) -> str:
    return found.person or found.title


def is_long(name: str) -> bool:
    return len(name) > LONG_NAME


def lead(found: PublicPortfolio) -> str:
    """One sentence on what it rests on."""
    summary = found.summary
    if not summary.active_days:
        return "There is nothing to show here yet."
    projects = phrases.count(summary.projects, "public project") if summary.projects else ""
    private = phrases.count(summary.private_projects, "private project") if summary.private_projects else ""
    where = " and ".join(part for part in (projects, private) if part)
    skills = f"{summary.skills_shown} of {phrases.count(summary.skills_of, 'skill')}"
    which = f" in {found.areas[0].name}," if len(found.areas) == 1 else ""
    days = f"{phrases.count(summary.active_days, 'active day')}{f' in {where}' if where else ''}"
    return f"{skills}{which} shown by {days}, {span(found)}."


def span(found: PublicPortfolio) -> str:
    return _months(found.summary.first, found.summary.last)


def _months(first: date | None, last: date | None) -> str:
    begin, end = phrases.month(first), phrases.month(last)
    return begin if begin == end else f"{begin} – {end}"


def description(found: PublicPortfolio) -> str:
    """For search engines and link previews."""
    title = f"{found.title}. " if found.person else ""
    text = f"{title}{lead(found)}"
    if not found.summary.active_days:
        return text
    open_ = found.summary.proofs and not found.summary.private_projects
    longer = f"{text} Every level is computed from dated work{' and opens to its proof' if open_ else ''}."
    return longer if len(longer) <= LONGEST_DESCRIPTION else text


def picture(found: PublicPortfolio) -> str:
    """What the preview picture shows, for who cannot see it."""
    if not found.summary.active_days:
        return headline(found)
    shown = f"Levels of skills in {found.areas[0].name}" if len(found.areas) == 1 else "Coverage of each skill area"
    return f"{shown} as bars, as of {phrases.day(found.as_of)}"


def trust(found: PublicPortfolio) -> list[tuple[str, str]]:
    """What makes it credible, as short facts: a figure and what it says."""
    summary = found.summary
    facts: list[tuple[str, str]] = []
    if not summary.active_days:
        return facts
    if summary.proofs:
        facts.append((phrases.number(summary.proofs), "links to the code that proves it"))
    else:
        facts.append((phrases.number(summary.active_days), "dated days of work behind it"))
    if found.read:
        facts.append((phrases.day(found.read), "last read from the work itself"))
    else:
        facts.append((phrases.day(found.as_of), "date of these figures"))
    facts.append((phrases.percent(summary.assisted), "of it marked as written with an AI assistant"))
    return facts


def growth_title(found: PublicPortfolio) -> str:
    """What grew most in the last 12 months, or over the whole time: the words and numbers of the owner's Growth."""
    grown = [findings.Grown(area.name, area.year_before, area.coverage) for area in found.areas]
    since = str(found.summary.first.year) if found.summary.first else ""
    if len(grown) > 1:
        return findings.grown(grown, LAST_YEAR, since)
    for name, before, after in grown:
        if after - before >= findings.LEAST_RISE:
            return f"{name} grew {LAST_YEAR}: {phrases.percent(before)} → {phrases.percent(after)}"
        if after and since:
            return f"{name} grew since {since}: to {phrases.percent(after)}"
    return "No growth to show yet"


def growth_line(area: PublicArea) -> str:
    """A line of growth for who cannot see it."""
    (first, before), (last, after) = area.growth[0], area.growth[-1]
    ends = (f"{phrases.percent(share)} in {phrases.month(day)}" for day, share in ((first, before), (last, after)))
    return f"{area.name}: coverage from {' to '.join(ends)}"


def growth_span(found: PublicPortfolio) -> str:
    """From where to where the lines of growth go, which is longer than the work where that ended earlier."""
    days = [day for area in found.areas for day, _ in area.growth]
    return _months(min(days), max(days)) if days else ""


def years_grown(found: PublicPortfolio) -> float:
    """How long the lines of growth are."""
    days = [day for area in found.areas for day, _ in area.growth]
    return (max(days) - min(days)).days / SHORT_YEAR.days if days else 0.0


def levels_title(found: PublicPortfolio) -> str:
    levels = [skill.level for area in found.areas for skill in area.skills]
    sustained, applied, practised = (levels.count(level) for level in (SUSTAINED, APPLIED, PRACTISED))
    if sustained:
        more = f", {applied} more applied in real projects" if applied else ""
        return f"{phrases.count(sustained, 'skill')} sustained for a year or more{more}"
    if applied:
        return f"{phrases.count(applied, 'skill')} applied in more than one project"
    tried = found.summary.skills_shown - practised
    if practised:
        return (
            f"{phrases.count(practised, 'skill')} practised{f', {phrases.number(tried)} more tried' if tried else ''}"
        )
    return f"{phrases.count(tried, 'skill')} tried so far"


def days_title(found: PublicPortfolio) -> str:
    recent = sum(day > found.as_of - SHORT_YEAR for day in found.days)
    return findings.active_days(len(found.days), recent, LAST_YEAR, span(found), TELLING_DAYS)


def projects_title(found: PublicPortfolio) -> str:
    return findings.projects([findings.Used(one.name, one.active_days) for one in found.projects])


def technologies_title(found: PublicPortfolio) -> str:
    return findings.technologies([findings.Used(one.name, one.active_days) for one in found.technologies])


def short(name: str) -> str:
    """The name of a project without its owner."""
    return name.rpartition("/")[2] or name


def skill(one: PublicSkill) -> str:
    """The name of a skill where nothing else marks what rests on the person's own word."""
    return f"{one.name} (self-reported)" if one.self_reported else one.name


def evidence(skill: PublicSkill) -> str:
    """What stands behind a level."""
    if not skill.active_days:
        return ""
    unit = phrases.count(skill.active_days, "active week" if skill.in_weeks else "active day")
    projects = f" in {phrases.count(skill.projects, 'project')}" if skill.projects else ""
    return f"{unit}{projects}, {_months(skill.first, skill.last)}"


def kind(name: str, number: int) -> str:
    one, many = KINDS.get(name, (name.replace("-", " "), ""))
    return phrases.count(number, one, many)


def kind_of(name: str) -> str:
    return KINDS.get(name, (name.replace("-", " "), ""))[0].capitalize()


def needs(level: object) -> str:
    """What a level asks for, as a reader says it."""
    days, projects, months = (getattr(level, name) for name in ("days", "projects", "months"))
    parts = [phrases.count(days, "active day") if days else ""]
    parts += [phrases.count(projects, "project") if projects > 1 else ""]
    parts += [phrases.count(months, "month") + " from first to last" if months else ""]
    return phrases.listing([part for part in parts if part])
