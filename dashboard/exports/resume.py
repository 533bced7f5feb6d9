"""A résumé in the format of jsonresume.org: what the portfolio proves, and nothing that it does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboard.public import words

if TYPE_CHECKING:
    from datetime import date

    from data.public_parts import PublicPortfolio, PublicProject

SCHEMA = "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json"
TECHNOLOGIES = 24
PROJECTS = 25  # with the most active days: a résumé is read by people
PROJECT_SKILLS = 8


def resume(found: PublicPortfolio, *, address: str = "") -> dict[str, Any]:
    """Return the résumé: basics, skills with levels as words, projects, certificates. Empty parts are left out."""
    parts = {
        "$schema": SCHEMA,
        "basics": _basics(found, address),
        "skills": [*_skills(found), *_technologies(found)],
        "projects": [_project(project) for project in found.projects[:PROJECTS]],
        "certificates": _certificates(found),
        "meta": {"lastModified": f"{found.as_of.isoformat()}T00:00:00"},
    }
    return {name: part for name, part in parts.items() if part}


def _basics(found: PublicPortfolio, address: str) -> dict[str, str]:
    sample = "A sample, from public repositories. " if found.is_sample else ""
    how = "Levels are computed from dated work: tried, practised, applied, sustained."
    known = {
        "name": found.person,
        "label": found.title,
        "url": address,
        "summary": f"{sample}{words.lead(found)} {how}".replace("\u202f", " "),
    }
    return {name: text for name, text in known.items() if text}


def _skills(found: PublicPortfolio) -> list[dict[str, Any]]:
    """Skills in the order of their areas, the highest levels first."""
    return [
        {"name": words.skill(skill), "level": skill.level_name, "keywords": [area.name]}
        for area in found.areas
        for skill in sorted(area.skills, key=lambda skill: -skill.level)
        if skill.level
    ]


def _technologies(found: PublicPortfolio) -> list[dict[str, Any]]:
    names = [technology.name for technology in found.technologies[:TECHNOLOGIES]]
    return [{"name": "Technologies", "keywords": names}] if names else []


def _project(project: PublicProject) -> dict[str, Any]:
    keywords = [skill.name for skill in project.skills[:PROJECT_SKILLS]]
    parts: dict[str, Any] = {
        "name": project.name,
        "description": project.description,
        "url": project.url,
        "startDate": _day(project.first),
        "endDate": _day(project.last),
        "highlights": [f"{project.active_days} active {'day' if project.active_days == 1 else 'days'}"],
        "keywords": list(dict.fromkeys([*keywords, *project.technologies])),
        "roles": [] if project.own else ["Contributor"],
    }
    return {name: part for name, part in parts.items() if part}


def _certificates(found: PublicPortfolio) -> list[dict[str, Any]]:
    """Certificates that the person noted; they are their own word."""
    return [
        {"name": entry.title, "date": _day(entry.day), **({"url": entry.url} if entry.url else {})}
        for source in found.sources
        for entry in source.entries
        if entry.kind == "certificate"
    ]


def _day(day: date) -> str:
    return day.isoformat()
