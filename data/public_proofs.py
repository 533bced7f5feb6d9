"""Proofs and entries that a public page links to: of projects that are shown, at addresses anyone can open."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, not_, select

from data import frames, schema
from data.aliases import shown_ids
from data.columns import as_day, read_frame
from data.links import line_url, safe_url
from data.public_parts import PublicEntry, PublicProof, PublicSource
from data.public_words import is_clean, naming, said

if TYPE_CHECKING:
    from collections.abc import Hashable
    from datetime import date

    import pandas as pd

    from data.store import Store

PROOFS = 3  # of each skill
LOOKED_AT = 24  # the latest facts, among which those of different projects are chosen
ENTRIES = 6  # of each source
CODE = frozenset({"commit", "merge", "tag", "repository"})  # kinds of activity that are shown as code
TITLES = {
    "github": "Open source on GitHub",
    "kaggle": "Kaggle",
    "stackoverflow": "Stack Overflow",
    "manual": "Courses, talks and reading",
}
SELF_REPORTED = "manual"
NO_PROJECTS = frozenset({"stackoverflow", SELF_REPORTED})  # sources that are shown by themselves, not as a project


def proofs(store: Store, skill: str, shown: pd.DataFrame, as_of: date) -> tuple[PublicProof, ...]:
    """Return the latest proofs of a skill, of different projects first. `shown`: projects, by project_id."""
    ids = [int(project) for project in shown["project_id"]]
    found = frames.proofs(store, "skill", skill, limit=LOOKED_AT, projects=ids, until=as_of)
    ranked: list[tuple[int, int, PublicProof]] = []
    seen: Counter[Hashable] = Counter()
    told: set[tuple[str, str]] = set()
    for number, row in enumerate(found.to_dict("records")):
        proof = _proof(row, shown)
        if proof is None or (proof.url, proof.project) in told:
            continue
        told.add((proof.url, proof.project))
        ranked.append((seen[proof.project], number, proof))
        seen[proof.project] += 1
    chosen = sorted(ranked, key=lambda each: each[:2])[:PROOFS]
    return tuple(sorted((proof for _, _, proof in chosen), key=lambda proof: proof.day, reverse=True))


def _proof(row: dict[Hashable, Any], shown: pd.DataFrame) -> PublicProof | None:
    """Return a proof; its address is made from the project as shown, since a clone may know it by an older name."""
    if row["project_id"] not in shown.index:
        return None
    project = shown.loc[row["project_id"]]
    path, line = str(row["path"]), int(row["line"])
    if row["kind"] == "commit":
        url = line_url(str(project["url"]), str(row["key"]), path, line)
    else:
        url = safe_url(str(row["url"]))
    if not url or not is_clean(url):
        return None
    return PublicProof(
        day=row["day"].date(),
        seen=said(str(row["value"]), 80),
        project=said(str(project["name"]), 120),
        path=said(path, 120),
        line=line,
        url=url,
        assisted=bool(row["assisted"]),
    )


def sources(
    store: Store, shown: pd.DataFrame, private_names: list[str], as_of: date, *, named: bool
) -> tuple[PublicSource, ...]:
    """Return what each source holds besides commits: pull requests, notebooks, answers. Titles only where `named`."""
    found = _entries(store, shown, as_of)
    private = naming(private_names)
    result = []
    for source in sorted(found["source"].unique(), key=_order):
        rows = found[found["source"] == source].to_dict("records")
        counts = Counter(str(row["kind"]) for row in rows)
        entries = [entry for row in rows if named and (entry := _entry(row)) is not None]
        if private:
            entries = [entry for entry in entries if not private.search(f"{entry.title} {entry.url}")]
        result.append(
            PublicSource(
                id=str(source),
                title=TITLES.get(str(source), str(source).replace("-", " ").capitalize()),
                self_reported=source == SELF_REPORTED,
                counts=tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0]))),
                entries=tuple({(entry.title, entry.url): entry for entry in entries}.values())[:ENTRIES],
            )
        )
    return tuple(result)


def _order(source: str) -> tuple[int, str]:
    known = list(TITLES)
    return (known.index(source) if source in known else len(known), source)


def _entries(store: Store, shown: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Activities besides commits, newest first. Columns: day, source, kind, title, url."""
    a, p = schema.activities, schema.projects
    ids = {int(project) for project in shown["project_id"]}
    stored = ids | {project for project, as_ in shown_ids(store).items() if as_ in ids}
    query = (
        select(as_day(a.c.day), p.c.source, a.c.kind, a.c.title, a.c.url)
        .join(p, p.c.id == a.c.project_id)
        .where(a.c.project_id.in_(stored), a.c.kind.not_in(CODE), a.c.day <= as_of)
        .where(not_(exists().where(schema.left_out.c.activity_id == a.c.id)))
        .order_by(a.c.day.desc(), a.c.key)
    )
    with store.reading() as connection:
        return read_frame(connection, query)


def _entry(row: dict[Hashable, Any]) -> PublicEntry | None:
    url, title = safe_url(str(row["url"])), said(str(row["title"]), 120)
    url = url if is_clean(url) else ""
    return PublicEntry(str(row["kind"]), title, url, row["day"].date()) if title else None
