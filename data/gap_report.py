"""A role against the portfolio as one document: what `skillfolio next --json` prints.

    {"role": {"id", "name"}, "as_of": "2026-01-31", "coverage": 0 to 1, "reached": 12, "of": 27,
     "areas": [{"id", "name", "coverage", "reached", "of"}],
     "steps": [{"skill", "must", "level", "reach", "days", "new_projects", "since", "gain", "source", "sentence"}],
     "stale": [{"skill", "recency", "last"}], "unmapped": [{"package", "language", "active_days"}]}

Steps are ordered as `gap.next_steps` says; `days` is the fewest active days to the level `reach`, of which so many in
`new_projects`, the last on or after `since` (null: any day). Levels are the words of `levels.toml`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from data import frames, metrics
from data.gap import STALE, coverage_of_role, next_steps, role_areas, role_gap, step_words
from data.printed import Printed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from data.gap import NextStep
    from data.roles import Role
    from data.store import Store
    from data.taxonomy import Taxonomy

MOST_UNMAPPED = 10


def role_report(store: Store, taxonomy: Taxonomy, role: Role, as_of: date) -> dict[str, Any]:
    """Return the document described above, of plain JSON values."""
    rows = metrics.skill_standings(frames.evidence_days(store), taxonomy, as_of)
    gap = role_gap({row.subject: row for row in rows}, role, taxonomy)
    unmapped = frames.unmapped_imports(store).head(MOST_UNMAPPED)
    names = ("package", "language", "active_days")
    return {
        "role": {"id": role.id, "name": role.name},
        "as_of": as_of.isoformat(),
        "coverage": round(coverage_of_role(gap), 4),
        "reached": sum(row.reached for row in gap),
        "of": len(gap),
        "areas": [
            {"id": row.area, "name": row.name, "coverage": round(row.coverage, 4), "reached": row.reached, "of": row.of}
            for row in role_areas(gap, taxonomy)
        ],
        "steps": [_step(row, taxonomy) for row in next_steps(gap, taxonomy, as_of)],
        "stale": [
            {"skill": row.skill, "recency": row.recency, "last": row.last.isoformat() if row.last else None}
            for row in gap
            if row.recency in STALE
        ],
        "unmapped": [dict(zip(names, row, strict=True)) for row in unmapped[list(names)].to_numpy().tolist()],
    }


def role_tables(report: dict[str, Any]) -> Iterator[Printed]:
    """Tables of `role_report`; none for what is empty."""
    areas = [(a["name"], f"{a['coverage']:.0%}", f"{a['reached']} of {a['of']}") for a in report["areas"]]
    yield Printed("Areas", ("area", "reached", "skills"), areas)
    steps = [
        (
            step["sentence"],
            "must-have" if step["must"] else "",
            f"{max(step['gain'] * 100, 0.1):.1f} points",
            _elsewhere(step["source"]),
        )
        for step in report["steps"]
    ]
    if steps:
        yield Printed("Next steps, the greatest gain first", ("step", "", "raises the role by", ""), steps)
    if report["stale"]:
        stale = [(each["skill"], each["recency"], each["last"] or "") for each in report["stale"]]
        yield Printed("Going stale", ("skill", "recency", "last"), stale)
    if report["unmapped"]:
        unmapped = [(each["package"], each["language"], str(each["active_days"])) for each in report["unmapped"]]
        yield Printed("Imported, and known to no rule", ("package", "language", "days"), unmapped)


def _step(row: NextStep, taxonomy: Taxonomy) -> dict[str, Any]:
    before, after = step_words(row, taxonomy)
    return {
        "skill": row.skill,
        "must": row.must,
        "level": row.level_name,
        "reach": row.reach_name,
        "days": row.step.days,
        "new_projects": row.step.projects,
        "since": row.step.since.isoformat() if row.step.since else None,
        "gain": round(row.gain, 4),
        "source": row.source,
        "sentence": f"{before}{row.name}{after}",
    }


def _elsewhere(source: str) -> str:
    return "" if source in {"code", "forge", "derived"} else f"from {source}"
