"""Proofs and entries that a public page links to: of projects that are shown, at addresses anyone can open."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from sqlalchemy import exists, not_, select

from data import schema
from data.columns import as_day, read_rows
from data.links import line_url, safe_url
from data.proofs_at_once import read_latest
from data.public_parts import PublicEntry, PublicProof, PublicSource
from data.public_words import is_clean, said

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from data.public_evidence import Passed

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


def proofs(passed: Passed) -> dict[str, tuple[PublicProof, ...]]:
    """Return by skill its latest proofs, of different projects first; of skills that any project shows openly."""
    found = read_latest(
        passed.store,
        "skill",
        passed.open_ids,
        limit=LOOKED_AT,
        projects_shown=list(passed.open_projects),
        until=passed.as_of,
        shown=passed.shown_ids,
    )
    return {skill: _chosen(passed, rows) for skill, rows in found.items()}


def _chosen(passed: Passed, found: list[Any]) -> tuple[PublicProof, ...]:
    ranked: list[tuple[int, int, PublicProof]] = []
    seen: Counter[str] = Counter()
    told: set[tuple[str, str]] = set()
    for number, row in enumerate(found):
        proof = _proof(row, passed.open_projects)
        if proof is None or (proof.url, proof.project) in told:
            continue
        told.add((proof.url, proof.project))
        ranked.append((seen[proof.project], number, proof))
        seen[proof.project] += 1
    chosen = sorted(ranked, key=lambda each: each[:2])[:PROOFS]
    return tuple(sorted((proof for _, _, proof in chosen), key=lambda proof: proof.day, reverse=True))


def _proof(row: Any, shown: Mapping[int, Any]) -> PublicProof | None:
    """Return a proof; its address is made from the project as shown, since a clone may know it by an older name."""
    project = shown.get(row.project_id)
    if project is None:
        return None
    url = (
        line_url(project.url, row.key, row.path, row.line)
        if row.kind == "commit"
        else _present(safe_url(row.url), project)
    )
    if not url or not is_clean(url):
        return None
    return PublicProof(
        day=row.day,
        seen=said(row.value, 80),
        project=said(project.name, 120),
        path=said(row.path, 120),
        line=row.line,
        url=url,
        assisted=row.assisted,
    )


def sources(passed: Passed) -> tuple[PublicSource, ...]:
    """Return what each source holds besides commits: pull requests, notebooks, answers.

    Titles only where the link shows names.
    """
    found: dict[str, list[Any]] = {}
    for row in _activities(passed):
        found.setdefault(row.source, []).append(row)
    result = []
    for source, rows in sorted(found.items(), key=lambda each: _order(each[0])):
        counts = Counter(row.kind for row in rows)
        result.append(
            PublicSource(
                id=source,
                title=TITLES.get(source, source.replace("-", " ").capitalize()),
                self_reported=source == SELF_REPORTED,
                counts=tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0]))),
                entries=tuple(islice(_entries(passed, rows), ENTRIES)) if passed.link.named else (),
            )
        )
    return tuple(result)


def _entries(passed: Passed, rows: list[Any]) -> Iterator[PublicEntry]:
    """Of rows that say the same (versions of a notebook) the first, which is the latest."""
    told: set[tuple[str, str]] = set()
    for row in rows:
        entry = _entry(passed, row)
        if entry is not None and (entry.title, entry.url) not in told:
            told.add((entry.title, entry.url))
            yield entry


def _order(source: str) -> tuple[int, str]:
    known = list(TITLES)
    return (known.index(source) if source in known else len(known), source)


def _activities(passed: Passed) -> list[Any]:
    """Activities besides commits, newest first. Rows of day, project_id, source, kind, title, url."""
    a, p = schema.activities, schema.projects
    ids = passed.telling_projects
    stored = [*ids, *(project for project, as_ in passed.shown_ids.items() if as_ in ids)]
    query = (
        select(as_day(a.c.day), a.c.project_id, p.c.source, a.c.kind, a.c.title, a.c.url)
        .join(p, p.c.id == a.c.project_id)
        .where(a.c.project_id.in_(stored), a.c.kind.not_in(CODE), a.c.day <= passed.as_of)
        .where(not_(exists().where(schema.left_out.c.activity_id == a.c.id)))
        .order_by(a.c.day.desc(), a.c.key)
    )
    with passed.store.reading() as connection:
        return read_rows(connection, query)


def _entry(passed: Passed, row: Any) -> PublicEntry | None:
    project = passed.open_projects[passed.shown_ids.get(row.project_id, row.project_id)]
    url, title = _present(safe_url(row.url), project), said(row.title, 120)
    url = url if is_clean(url) else ""
    if passed.untold and passed.untold.search(f"{title} {unquote(_beyond(url, project))}"):
        return None
    name = "" if row.source in NO_PROJECTS else said(project.name, 120)
    return PublicEntry(row.kind, title, url, row.day, name) if title else None


def _present(url: str, project: Any) -> str:
    """The address of something in a repository under the name that this bears now."""
    host = "/".join(project.url.split("/")[:3])
    for name in project.vanished:
        start = f"{host}/{name}/".lower()
        if host and url.lower().startswith(start):
            return f"{project.url.rstrip('/')}/{url[len(start) :]}"
    return url


def _beyond(url: str, project: Any) -> str:
    """The part of an address that its project's own, which is shown anyway, does not tell."""
    return url.removeprefix(f"{project.url.rstrip('/')}/") if project.url else url
