"""The one gate to the public: what a share link lets others see, as plain values.

Pages, exports, badges and images are made from `PublicPortfolio` and never read the store themselves. What a
project may show is asked of the store each time, so one that turned private is gone with the next collection.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from hashlib import sha256
from itertools import groupby
from math import log
from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import select

from data import frames, metrics, public_proofs, schema, shown
from data.aliases import clones_apart, repositories, stored_projects
from data.later import pd
from data.links import safe_url
from data.public_parts import (
    ProjectSkill,
    PublicArea,
    PublicLevel,
    PublicPortfolio,
    PublicProject,
    PublicProof,
    PublicSkill,
    PublicSummary,
    PublicTechnology,
)
from data.public_words import is_clean, naming, said

if TYPE_CHECKING:
    from collections.abc import Iterable

    from data.sharing import ShareLink
    from data.store import Store
    from data.taxonomy import Area, Skill, Taxonomy

GROWTH_POINTS = 48
PROJECT_TECHNOLOGIES = 6
PERSON_NAME = "person_name"  # setting: how the person wants to be called in public
SOURCES_OF_SKILLS = {"kaggle": "kaggle", "stack-overflow": "stackoverflow", "self-reported": "manual"}
HIDDEN_STATES = frozenset({"gone", "blocked"})
_OWN_HOST = "github:"  # keys of repositories on github.com are github:<number>; others name their host


def portfolio(store: Store, taxonomy: Taxonomy, link: ShareLink, as_of: date) -> PublicPortfolio:
    """Return what a link shows as of a day."""
    chosen = _Chosen(store, taxonomy, link, as_of)
    areas = tuple(_area(chosen, area, place) for place, area in enumerate(taxonomy.areas) if area.id in link.areas)
    ended = [run.ended for run in store.runs(50) if run.ended]
    return PublicPortfolio(
        person=said_name(str(store.setting(PERSON_NAME) or "")),
        title=link.title,
        introduction=link.introduction,
        findable=link.findable,
        named=link.named,
        is_sample=bool(store.setting("sample")),
        as_of=as_of,
        read=max(ended).date() if ended else None,
        summary=_summary(chosen, areas),
        areas=areas,
        projects=_projects(chosen),
        technologies=_technologies(chosen),
        sources=public_proofs.sources(store, chosen.shown_one_by_one, chosen.private_names, as_of, named=link.named),
        days=tuple(_dates(np.unique(chosen.skills["day"].to_numpy()))),
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
    """Return today; for a sample the day that it says, so that it does not age on the shelf."""
    given = (store.setting("sample") or {}).get("as_of")
    return date.fromisoformat(given) if given else today


def visibility(store: Store, link: ShareLink) -> str:
    """Return a mark that changes when the link does, or what any project lets others see. Costs one small query."""
    p = schema.projects.c
    query = select(p.id, p.key, p.name, p.url, p.private, p.state).order_by(p.id)
    with store.reading() as connection:
        rows = [tuple(row) for row in connection.execute(query)]
    return sha256(repr((link, rows)).encode("utf-8", "replace")).hexdigest()


def can_be_public(projects: pd.DataFrame) -> pd.Series[bool]:
    """Say of each row of `frames.projects` whether a share link may show it one by one.

    Not what is private, no longer there, blocked, or "public" only inside a company's own GitHub.
    """
    elsewhere = projects["key"].str.startswith(_OWN_HOST) & projects["key"].str.contains("/", regex=False)
    return ~projects["private"] & ~projects["state"].isin(HIDDEN_STATES) & ~elsewhere


def kept_private_by_clones(store: Store) -> tuple[str, ...]:
    """Return the names of public projects of which a clone on this machine holds work that their forge does not.

    That work counts as private.
    """
    stored = stored_projects(store)
    apart, first = clones_apart(stored), repositories(stored)
    names = {row.project_id: row.name for row in stored}
    kept = {names[first[row.project_id]] for row in shown.projects(store) if row.project_id in apart}
    return tuple(sorted(kept, key=str.casefold))


def _last_part(name: str) -> str:
    return name.rpartition("/")[2].casefold()


@dataclass(frozen=True)
class _Shared:
    """How many projects there are, and how many of them show each subject."""

    projects: int
    by_subject: dict[str, int]


@dataclass
class _Chosen:
    """What a link lets through: evidence of the chosen areas, from projects that may be shown or may count."""

    store: Store
    taxonomy: Taxonomy
    link: ShareLink
    as_of: date

    @cached_property
    def projects(self) -> pd.DataFrame:
        """Columns of frames.projects, and may (be shown one by one), shown (is, by this link), counts."""
        found = frames.projects(self.store)
        may = can_be_public(found)
        sources = found["source"].isin(self.link.sources)
        shown = may & sources & found["key"].isin(self.link.projects)
        counts = shown | (~may & sources & self.link.private_totals)
        return found.assign(may=may, shown=shown, counts=counts)

    @cached_property
    def shown_one_by_one(self) -> pd.DataFrame:
        """Rows of `projects` that are shown, with the address that may be linked (none where names are not shown)."""
        found = self.projects[self.projects["shown"]].copy()
        found["url"] = [safe_url(url) if is_clean(url) else "" for url in found["url"]]
        return found.set_index("project_id", drop=False)

    @cached_property
    def private_names(self) -> list[str]:
        stored = stored_projects(self.store)
        apart = clones_apart(stored)
        hidden = self.projects[~self.projects["may"] & ~self.projects["project_id"].isin(apart)]
        public = {_last_part(name) for name in self.projects["name"][self.projects["may"]]}
        clones = [row.name for row in stored if row.project_id in apart and _last_part(row.name) not in public]
        return [*hidden["name"], *(name for names in hidden["vanished"] for name in names), *clones]

    @cached_property
    def evidence(self) -> pd.DataFrame:
        """All evidence that counts, of every area: a derived skill needs it whole."""
        found = frames.evidence_days(self.store)
        ids = self.projects["project_id"][self.projects["counts"]]
        return found[found["project_id"].isin(ids) & (found["day"] <= pd.Timestamp(self.as_of))]

    @cached_property
    def skills(self) -> pd.DataFrame:
        """Evidence of the skills of the chosen areas."""
        ids = [skill.id for skill in self.taxonomy.skills.values() if skill.area in self.link.areas]
        return self.evidence[(self.evidence["subject_kind"] == "skill") & self.evidence["subject"].isin(ids)]

    @cached_property
    def open_skills(self) -> pd.DataFrame:
        """The same, of projects that are shown one by one."""
        return self.skills[self.skills["project_id"].isin(self.shown_one_by_one.index)]

    @cached_property
    def open_technologies(self) -> pd.DataFrame:
        """Evidence of technologies of the chosen areas, of projects shown one by one only.

        An entry of the person's own may be named after a package of their employer.
        """
        known = [entry.id for entry in self.taxonomy.technologies.values() if entry.area in self.link.areas]
        rows = self.evidence[(self.evidence["subject_kind"] == "technology") & self.evidence["subject"].isin(known)]
        return rows[rows["project_id"].isin(self.shown_one_by_one.index)]

    @cached_property
    def technologies_by_project(self) -> dict[int, pd.DataFrame]:
        return {int(str(key)): rows for key, rows in self.open_technologies.groupby("project_id")}

    @cached_property
    def shared_skills(self) -> _Shared:
        return _shared(self.open_skills)

    @cached_property
    def shared_technologies(self) -> _Shared:
        return _shared(self.open_technologies)

    @cached_property
    def _skill_levels(self) -> pd.DataFrame:
        return metrics.skill_levels(self.evidence, self.taxonomy, self.as_of)

    @cached_property
    def levels(self) -> dict[str, Any]:
        """Rows of metrics.skill_levels by skill."""
        return {str(row.skill): row for row in _rows(self._skill_levels)}

    @cached_property
    def coverage(self) -> dict[str, Any]:
        """Rows of metrics.area_coverage by area."""
        found = metrics.area_coverage(self._skill_levels, self.taxonomy)
        return {str(row.area): row for row in _rows(found)}

    @cached_property
    def growth(self) -> dict[str, tuple[tuple[date, float], ...]]:
        if self.skills.empty:
            return {}
        first = self.skills["day"].min().date()
        days = max((self.as_of - first).days, 1)
        points = min(GROWTH_POINTS, days)
        dates = [first + timedelta(days=round(days * number / points)) for number in range(points + 1)]
        found = metrics.coverage_over_time(self.evidence, self.taxonomy, dates)
        rows = zip(found["area"], _dates(found["date"].to_numpy()), found["coverage"].tolist(), strict=True)
        ordered = sorted(rows, key=lambda row: (row[0], row[1]))
        return {
            area: tuple((day, share) for _, day, share in each) for area, each in groupby(ordered, lambda row: row[0])
        }

    @cached_property
    def read_sources(self) -> set[str]:
        """Sources that count here."""
        return set(self.projects["source"][self.projects["counts"]])


def _area(chosen: _Chosen, area: Area, place: int) -> PublicArea:
    row = chosen.coverage[area.id]
    return PublicArea(
        id=area.id,
        name=area.name,
        summary=area.summary,
        place=place,
        coverage=float(row.coverage),
        shown=int(row.shown),
        of=int(row.of),
        best=area.best,
        skills=tuple(_skill(chosen, skill) for skill in chosen.taxonomy.skills_of(area.id)),
        growth=chosen.growth.get(area.id, ()),
    )


def _skill(chosen: _Chosen, skill: Skill) -> PublicSkill:
    row = chosen.levels[skill.id]
    is_open = skill.source == "derived" or bool((chosen.open_skills["subject"] == skill.id).any())
    proofs: tuple[PublicProof, ...] = ()
    if chosen.link.named and is_open and skill.source != "derived":
        proofs = public_proofs.proofs(chosen.store, skill.id, chosen.shown_one_by_one, chosen.as_of)
    return PublicSkill(
        id=skill.id,
        name=skill.name,
        level=int(row.level),
        level_name=str(row.level_name),
        active_days=int(row.active_days),
        in_weeks=skill.source == "derived",
        projects=int(row.projects),
        first=_day(row.first),
        last=_day(row.last),
        recency=str(row.recency),
        is_read=SOURCES_OF_SKILLS.get(skill.source, "") in {"", *chosen.read_sources},
        private_only=int(row.active_days) > 0 and not is_open,
        self_reported=skill.source == "self-reported",
        proofs=proofs,
    )


def _summary(chosen: _Chosen, areas: tuple[PublicArea, ...]) -> PublicSummary:
    skills = [skill for area in areas for skill in area.skills]
    with_evidence = set(chosen.skills["project_id"].unique())
    counted = chosen.projects[chosen.projects["project_id"].isin(with_evidence)]
    counted = counted[~counted["source"].isin(public_proofs.NO_PROJECTS)]
    days = chosen.skills["day"]
    uses = int(chosen.skills["uses"].sum())
    return PublicSummary(
        active_days=int(days.nunique()),
        projects=int(counted["shown"].sum()),
        private_projects=int((~counted["shown"]).sum()),
        skills_shown=sum(skill.level > 0 for skill in skills),
        skills_of=len(skills),
        first=_day(days.min()),
        last=_day(days.max()),
        assisted=int(chosen.skills["assisted_uses"].sum()) / uses if uses else 0.0,
        proofs=sum(len(skill.proofs) for skill in skills),
    )


def _projects(chosen: _Chosen) -> tuple[PublicProject, ...]:
    """Projects with evidence of the chosen areas, the most active days first."""
    private = naming(chosen.private_names)
    by_project = {
        int(str(key)): rows
        for key, rows in chosen.open_skills.groupby("project_id")
        if chosen.shown_one_by_one["source"][key] not in public_proofs.NO_PROJECTS
    }
    ordered = sorted(by_project, key=lambda key: (-by_project[key]["day"].nunique(), key))
    found = []
    for number, project_id in enumerate(ordered, start=1):
        row, evidence = chosen.shown_one_by_one.loc[project_id], by_project[project_id]
        description = said(str(row["description"]), 240) if chosen.link.named else ""
        found.append(
            PublicProject(
                name=said(str(row["name"]), 120) if chosen.link.named else f"Project {number}",
                url=str(row["url"]) if chosen.link.named else "",
                description="" if private and private.search(description) else description,
                source=str(row["source"]),
                own=bool(row["own"]),
                fork=bool(row["fork"]),
                stars=int(str(row["stars"])) if chosen.link.named else 0,
                first=evidence["day"].min().date(),
                last=evidence["day"].max().date(),
                active_days=int(evidence["day"].nunique()),
                skills=_project_skills(chosen, evidence),
                technologies=_project_technologies(chosen, project_id),
            )
        )
    return tuple(found)


def _project_skills(chosen: _Chosen, evidence: pd.DataFrame) -> tuple[ProjectSkill, ...]:
    known = chosen.taxonomy.skills
    found = [(known[skill], days) for skill, days in _telling(evidence, chosen.shared_skills) if skill in known]
    return tuple(ProjectSkill(skill.id, skill.name, skill.area, days) for skill, days in found)


def _telling(mine: pd.DataFrame, shared: _Shared) -> list[tuple[str, int]]:
    """Subjects of a project with their active days, those first that tell it from the others.

    Active days, times the logarithm of how few of the projects show the subject.
    """
    # evidence holds one row a project, subject and day: counting rows counts days
    days = Counter(mine["subject"].tolist())
    rare = {subject: log((1 + shared.projects) / shared.by_subject[subject]) for subject in days}
    return sorted(days.items(), key=lambda each: (-each[1] * rare[each[0]], each[0]))


def _shared(rows: pd.DataFrame) -> _Shared:
    counted = rows.groupby("subject", observed=True)["project_id"].nunique()
    return _Shared(int(rows["project_id"].nunique()), {str(subject): int(n) for subject, n in counted.items()})


def _project_technologies(chosen: _Chosen, project_id: int) -> tuple[str, ...]:
    rows = chosen.technologies_by_project.get(project_id)
    found = _telling(rows, chosen.shared_technologies) if rows is not None else []
    return tuple(chosen.taxonomy.technologies[subject].name for subject, _ in found[:PROJECT_TECHNOLOGIES])


def _technologies(chosen: _Chosen) -> tuple[PublicTechnology, ...]:
    used = metrics.technology_use(chosen.open_technologies, chosen.as_of, levels=chosen.taxonomy.levels)
    known = chosen.taxonomy.technologies
    return tuple(
        PublicTechnology(
            id=str(row.technology),
            name=known[str(row.technology)].name,
            area=known[str(row.technology)].area,
            active_days=int(row.active_days),
            projects=int(row.projects),
            first=row.first.date(),
            last=row.last.date(),
        )
        for row in _rows(used)
    )


def _rows(frame: pd.DataFrame) -> Iterable[Any]:
    return frame.itertuples()


def _day(value: Any) -> date | None:
    return None if pd.isna(value) else pd.Timestamp(value).date()


def _dates(days: Any) -> list[date]:
    found: list[date] = np.asarray(days).astype("datetime64[D]").tolist()
    return found
