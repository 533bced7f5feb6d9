"""Rows of `projects` that are one repository, since a clone and a forge both lead to it: shown as one project."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from data import schema
from data.columns import read_rows
from data.links import web_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from data.models import Correction
    from data.store import Store

FIRST_SOURCES = ("github",)  # of rows that are one repository, the one of such a source is shown


def shown_as(stored: Iterable[Any]) -> dict[int, int]:
    """Map each project id to the one it is shown as: that of its repository, but for clones that stand apart.

    Takes rows with project_id, source, url, vanished, private.
    """
    rows = list(stored)
    apart = clones_apart(rows)
    return {project: project if project in apart else as_ for project, as_ in repositories(rows).items()}


def clones_apart(stored: Iterable[Any]) -> frozenset[int]:
    """Return the ids of private clones of what a forge shows to everyone; takes the rows of `shown_as`.

    Such a clone may hold what was never pushed. Commits that the forge has count there (`counted.left_out`); the others
    are a private project of their own.
    """
    rows = {row.project_id: row for row in stored}
    return frozenset(
        project
        for project, as_ in repositories(rows.values()).items()
        if rows[project].private and rows[project].source not in FIRST_SOURCES
        if rows[as_].source in FIRST_SOURCES and not rows[as_].private
    )


def repositories(stored: Iterable[Any]) -> dict[int, int]:
    """Map each project id to the first of its repository: rows with the same web address are one.

    Takes rows with project_id, source, url, vanished. A forge's own come first, then the names that its
    repositories had before and that none of them bears now, then clones.
    """
    rows = sorted((row.project_id, row.source, row.url, row.vanished) for row in stored)
    addresses = {project: web_address(url) or f"#{project}" for project, _, url, _ in rows}
    forge = [(project, vanished) for project, source, _, vanished in rows if source in FIRST_SOURCES]
    bearer: dict[str, int] = {}
    for project, _ in forge:
        bearer.setdefault(addresses[project], project)
    for project, vanished in forge:
        host = "/".join(addresses[project].split("/")[:3])
        for name in vanished:
            bearer.setdefault(f"{host}/{name}".lower(), bearer[addresses[project]])
    for project, address in addresses.items():
        bearer.setdefault(address, project)
    return {project: bearer[address] for project, address in addresses.items()}


def said_of_all(stored: Sequence[Any], corrections: Iterable[Correction]) -> list[Correction]:
    """Return corrections such that each stands for every row of its project's repository.

    Takes the rows of `shown_as`, with key. So a clone that is added later is covered, too.
    """
    first = repositories(stored)
    group = {row.key: first[row.project_id] for row in stored}
    keys: dict[int, list[str]] = {}
    for key, project in group.items():
        keys.setdefault(project, []).append(key)
    return [
        replace(each, project_key=key)
        for each in corrections
        for key in (keys[group[each.project_key]] if each.project_key in group else [each.project_key])
    ]


def stored_projects(store: Store) -> list[Any]:
    """Rows of `projects` as they are stored, by id: project_id and the fields of models.Project."""
    p = schema.projects.c
    query = select(p.id.label("project_id"), *[column for column in p if column.name not in {"id", "person_id"}])
    with store.reading() as connection:
        return read_rows(connection, query.where(p.person_id == store.person_id()).order_by(p.id))


def shown_ids(store: Store) -> dict[int, int]:
    """Only those that are shown as another one; most portfolios have none."""
    p = schema.projects.c
    query = select(p.id.label("project_id"), p.source, p.url, p.vanished, p.private)
    query = query.where(p.person_id == store.person_id())
    with store.reading() as connection:
        rows = read_rows(connection, query)
    return {project: as_ for project, as_ in shown_as(rows).items() if project != as_}


def renumbered(ids: pd.Series[int], shown: dict[int, int]) -> pd.Series[int]:
    return ids.replace(shown) if shown else ids


def joined(found: pd.DataFrame, shown: dict[int, int], key: list[str]) -> pd.DataFrame:
    """Give rows the id that their project is shown as, and add up those that become one."""
    if not shown or not found["project_id"].isin(list(shown)).any():
        return found
    found = found.assign(project_id=renumbered(found["project_id"], shown))
    types = found.dtypes.to_dict()
    return found.groupby(key, observed=True, as_index=False).sum().astype(types)
