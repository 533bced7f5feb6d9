"""The one gate to the public: what a share link lets others see, as plain values.

Pages, exports, badges and images are made from `PublicPortfolio` and never read the store themselves. What a
project may show is asked of the store each time, so one that turned private is gone with the next collection.
"""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING

from sqlalchemy import select

from data import metrics, public_projects, public_proofs, schema, shown
from data.ledger import date_of, distinct
from data.public_evidence import Passed
from data.public_parts import PublicArea, PublicLevel, PublicPortfolio, PublicProof, PublicSkill, PublicSummary
from data.public_words import said

if TYPE_CHECKING:
    from collections.abc import Mapping

    from data.sharing import ShareLink
    from data.store import Store
    from data.taxonomy import Area, Skill, Taxonomy

PERSON_NAME = "person_name"  # setting: how the person wants to be called in public
SOURCES_OF_SKILLS = {
    "github": "github",
    "kaggle": "kaggle",
    "stack-overflow": "stackoverflow",
    "self-reported": "manual",
}


def portfolio(store: Store, taxonomy: Taxonomy, link: ShareLink, as_of: date) -> PublicPortfolio:
    """Return what a link shows as of a day."""
    passed = Passed(store, taxonomy, link, as_of)
    proofs = public_proofs.proofs(passed) if link.named else {}
    chosen = [(place, area) for place, area in enumerate(taxonomy.areas) if area.id in link.areas]
    areas = tuple(_area(passed, area, place, proofs) for place, area in chosen)
    is_sample = bool(store.setting("sample"))
    ended = [] if is_sample else [run.ended for run in store.runs(50) if run.ended]
    return PublicPortfolio(
        person=said_name(str(store.setting(PERSON_NAME) or "")),
        title=link.title,
        introduction=link.introduction,
        findable=link.findable,
        named=link.named,
        is_sample=is_sample,
        as_of=as_of,
        read=max(ended).date() if ended else None,
        summary=_summary(passed, areas),
        areas=areas,
        projects=public_projects.projects(passed),
        technologies=public_projects.technologies(passed),
        sources=public_proofs.sources(passed),
        days=tuple(map(date_of, distinct(passed.skills.day).tolist())),
        levels=tuple(
            PublicLevel(step.number, step.name, step.days, step.projects, step.months) for step in taxonomy.levels.steps
        ),
        current_months=taxonomy.levels.current_months,
        areas_of=len(taxonomy.areas),
    )


def said_name(name: str) -> str:
    """Return how the person is called, as a page says it."""
    return said(name, 80)


def as_of(store: Store, today: date) -> date:
    """Return today; for a sample the day that it says, or its last active one, so that it does not age on the shelf."""
    sample = store.setting("sample")
    if not sample:
        return today
    given = sample.get("as_of")
    if given:
        return date.fromisoformat(given)
    days = shown.activity(store)[:, 1]
    return date_of(int(days.max())) if len(days) else today


def visibility(store: Store, link: ShareLink) -> str:
    """Return a mark that changes when the link does, what any project lets others see, or the person's word.

    That is on work and on how they want to be called. Costs four small queries.
    """
    p, c, a, s = schema.projects.c, schema.corrections.c, schema.activities.c, schema.settings.c
    queries = (
        select(s.value).where(s.name == PERSON_NAME),
        select(p.id, p.key, p.name, p.url, p.private, p.state).order_by(p.id),
        select(c.id, c.verdict, c.project_key, c.activity_key, c.path, c.subject).order_by(c.id),
        # entries of the person's own, each public or not
        select(a.id, a.project_id, a.key).join_from(schema.activities, schema.projects)
        .where(p.source == public_proofs.SELF_REPORTED).order_by(a.id),
    )  # fmt: skip
    with store.reading() as connection:
        rows = [tuple(row) for query in queries for row in connection.execute(query)]
    return sha256(repr((link, rows)).encode("utf-8", "replace")).hexdigest()


def _area(passed: Passed, area: Area, place: int, proofs: Mapping[str, tuple[PublicProof, ...]]) -> PublicArea:
    row = passed.coverage[area.id]
    return PublicArea(
        id=area.id,
        name=area.name,
        summary=area.summary,
        place=place,
        coverage=row.coverage,
        shown=row.shown,
        of=row.of,
        best=area.best,
        skills=tuple(_skill(passed, skill, proofs.get(skill.id, ())) for skill in passed.taxonomy.skills_of(area.id)),
        growth=passed.growth.get(area.id, ()),
        year_before=passed.year_before.get(area.id, 0.0),
    )


def _skill(passed: Passed, skill: Skill, proofs: tuple[PublicProof, ...]) -> PublicSkill:
    row = passed.levels[skill.id]
    derived = skill.source == "derived"
    is_open = derived or skill.id in passed.open_ids
    return PublicSkill(
        id=skill.id,
        name=skill.name,
        level=row.level,
        level_name=metrics.level_name(passed.taxonomy, skill.id, row.level),
        active_days=row.active_days,
        in_weeks=derived,
        projects=row.projects,
        first=row.first,
        last=row.last,
        recency=row.recency,
        is_read=SOURCES_OF_SKILLS.get(skill.source, "") in {"", *passed.read_sources},
        private_only=row.active_days > 0 and not is_open,
        self_reported=skill.source == "self-reported",
        proofs=proofs,
    )


def _summary(passed: Passed, areas: tuple[PublicArea, ...]) -> PublicSummary:
    skills = [skill for area in areas for skill in area.skills]
    days = distinct(passed.skills.day).tolist()
    projects = [
        key
        for key in distinct(passed.skills.project).tolist()
        if passed.counting[key].source not in public_proofs.NO_PROJECTS
    ]
    open_ones = sum(key in passed.open_projects for key in projects)
    return PublicSummary(
        active_days=len(days),
        projects=open_ones,
        private_projects=len(projects) - open_ones,
        skills_shown=sum(skill.level > 0 for skill in skills),
        skills_of=len(skills),
        first=date_of(days[0]) if days else None,
        last=date_of(days[-1]) if days else None,
        assisted=passed.skills.assisted_share,
        proofs=sum(len(skill.proofs) for skill in skills),
    )
