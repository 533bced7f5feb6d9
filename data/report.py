"""The whole portfolio as one document: what `skillfolio report --json` prints.

    {"person": "…", "as_of": "2026-01-31",
     "areas": [{"id", "name", "coverage" (0 to 1), "breadth": {"shown", "of"}}],
     "skills": [{"id", "area", "uses", "assisted_uses", "active_days", "projects", "first", "last" (YYYY-MM-DD),
                 "months", "level" (0 to 4), "level_name", "recency", "present_at_head", "self_reported",
                 "proof": {"project", "commit", "path", "line", "day", "value", "url"}}],
     "technologies": [the same without area and level], "languages": [likewise],
     "projects": [{"name", "url", "private", "fork", "own", "archived", "state", "commits", "active_days", "first",
                   "last", "self_reported",
                   "skills": [{"id", "uses", "active_days", "first", "last", "present_at_head"}]}],
     "self_reported": [{"kind", "title", "day", "hours" (null: not said), "url", "skills", "public"}],
     "sources": [{"source", "handle", "projects", "last_run": {"state", "started", "ended", "issues": [
                  {"code", "subject", "message", "count"}]}}]}

Only what was shown by `as_of` is there. A skill or technology that stands in the tree at HEAD, without evidence of
one's own, makes no claim. `proof` and `last_run` are null where there is none. `self_reported` marks what rests on the
person's own word alone; the skills that such an entry names get nothing from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from data import frames, learning, metrics
from data.later import pd
from data.links import safe_url
from data.proofs_at_once import latest_proofs

if TYPE_CHECKING:
    from datetime import date

    from data.store import Store
    from data.taxonomy import Taxonomy

_USE = ("uses", "assisted_uses", "active_days", "projects", "first", "last", "months", "recency")


def portfolio_report(store: Store, taxonomy: Taxonomy, as_of: date) -> dict[str, Any]:
    """Return the document described above, of plain JSON values."""
    evidence = frames.evidence_days(store)
    evidence = evidence[evidence["day"] <= pd.Timestamp(as_of)]
    head = frames.head_subjects(store)
    levels = metrics.skill_levels(evidence, taxonomy, as_of)
    return {
        "person": store.setting("person_name") or "me",
        "as_of": as_of.isoformat(),
        "areas": _areas(levels, taxonomy),
        "skills": _skills(store, levels, taxonomy, head, as_of),
        "technologies": _used(store, evidence, taxonomy, head, as_of, kind="technology"),
        "languages": _used(store, evidence, taxonomy, head, as_of, kind="language"),
        "projects": _projects(store, evidence, head),
        "self_reported": _self_reported(store, as_of),
        "sources": _sources(store),
    }


def _areas(levels: pd.DataFrame, taxonomy: Taxonomy) -> list[dict[str, Any]]:
    coverage = metrics.area_coverage(levels, taxonomy)
    return [
        {
            "id": area.id,
            "name": area.name,
            "coverage": round(float(row["coverage"]), 4),
            "breadth": {"shown": int(row["shown"]), "of": int(row["of"])},
        }
        for area, (_, row) in zip(taxonomy.areas, coverage.iterrows(), strict=True)
    ]


def _skills(
    store: Store, levels: pd.DataFrame, taxonomy: Taxonomy, head: pd.DataFrame, as_of: date
) -> list[dict[str, Any]]:
    shown = levels[levels["active_days"] > 0].rename(columns={"skill": "id"})
    said = {skill.id for skill in taxonomy.skills.values() if skill.source == "self-reported"}
    at_head = _at_head(head, "skill")
    shown = shown.assign(present_at_head=shown["id"].isin(at_head), self_reported=shown["id"].isin(said))
    names = ("id", "area", *_USE, "level", "level_name", "present_at_head", "self_reported")
    return _with_proof(store, "skill", _plain(shown, names), as_of)


def _used(
    store: Store, evidence: pd.DataFrame, taxonomy: Taxonomy, head: pd.DataFrame, as_of: date, *, kind: str
) -> list[dict[str, Any]]:
    used = metrics.technology_use(evidence, as_of, levels=taxonomy.levels, head=head, subject_kind=kind)
    rows = _plain(used.rename(columns={kind: "id"}), ("id", *_USE, "present_at_head"))
    return _with_proof(store, kind, rows, as_of)


def _with_proof(store: Store, kind: str, rows: list[dict[str, Any]], as_of: date) -> list[dict[str, Any]]:
    proofs = latest_proofs(store, kind, as_of)
    return [{**row, "proof": proofs.get(row["id"])} for row in rows]


def _at_head(head: pd.DataFrame, kind: str) -> set[str]:
    return set(head["subject"][head["subject_kind"] == kind])


def _projects(store: Store, evidence: pd.DataFrame, head: pd.DataFrame) -> list[dict[str, Any]]:
    skills = _project_skills(evidence, head)
    names = (
        "name", "url", "private", "fork", "own", "archived", "state", "commits", "active_days", "first", "last",
        "self_reported",
    )  # fmt: skip
    projects = frames.projects(store)
    projects = projects.assign(self_reported=projects["source"] == learning.SOURCE)
    rows = _plain(projects, names)
    return [{**row, "skills": skills.get(key, [])} for key, row in zip(projects["project_id"], rows, strict=True)]


def _project_skills(evidence: pd.DataFrame, head: pd.DataFrame) -> dict[int, list[dict[str, Any]]]:
    rows = evidence[evidence["subject_kind"] == "skill"]
    grouped = rows.groupby(["project_id", "subject"], observed=True)
    table = pd.DataFrame(
        {
            "uses": grouped["uses"].sum(),
            "active_days": grouped["day"].nunique(),
            "first": grouped["day"].min(),
            "last": grouped["day"].max(),
        }
    ).reset_index()
    at_head = pd.MultiIndex.from_frame(head.loc[head["subject_kind"] == "skill", ["project_id", "subject"]])
    keys = pd.MultiIndex.from_frame(table[["project_id", "subject"]])
    table["present_at_head"] = keys.isin(at_head)
    table = table.rename(columns={"subject": "id"})
    table = table.sort_values(["active_days", "id"], ascending=[False, True])
    names = ("id", "uses", "active_days", "first", "last", "present_at_head")
    return {int(str(key)): _plain(group, names) for key, group in table.groupby("project_id")}


def _self_reported(store: Store, as_of: date) -> list[dict[str, Any]]:
    return [
        {
            "kind": entry.kind,
            "title": entry.title,
            "day": entry.day.isoformat(),
            "hours": round(entry.minutes / 60, 2) if entry.minutes else None,
            "url": safe_url(entry.url),
            "skills": list(entry.skills),
            "public": entry.public,
        }
        for entry in learning.entries(store)
        if entry.day <= as_of
    ]


def _sources(store: Store) -> list[dict[str, Any]]:
    links = dict(frames.sources(store).set_index("account_id")["projects"])
    found = []
    for account in store.accounts():
        last = next(iter(store.runs(1, account.id)), None)
        run = last and {
            "state": str(last.state),
            "started": last.started.isoformat(),
            "ended": last.ended.isoformat() if last.ended else None,
            "issues": [
                {"code": each.code, "subject": each.subject, "message": each.message, "count": each.count}
                for each in store.issues(last.id)
            ],
        }
        handed = {"source": account.source, "handle": account.handle, "projects": int(links[account.id])}
        found.append({**handed, "last_run": run})
    return found


def _plain(frame: pd.DataFrame, names: tuple[str, ...]) -> list[dict[str, Any]]:
    return [
        dict(zip(names, map(_value, row), strict=True))
        for row in zip(*(frame[name].tolist() for name in names), strict=True)
    ]


def _value(cell: Any) -> Any:
    if isinstance(cell, pd.Timestamp):
        return cell.date().isoformat()
    if cell is pd.NaT:
        return None
    return cell.item() if isinstance(cell, np.generic) else cell
