"""Commits that add more source files than a person writes at once: which wait for the person's word, which have it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from data import schema
from data.aliases import shown_ids
from data.columns import read_rows, row_type
from data.counted import BULK
from data.links import commit_url
from data.models import Correction, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from data.store import Store


def bulk_commits(store: Store) -> list[Any]:
    """Bulk activities that wait or that the person counted, newest first; those left out for another reason are not.

    Rows of project_id (of frames.projects), project (name), project_key, day, key, title, url (may be empty),
    counted (whether the person's word makes it count).
    """
    a, p, o = schema.activities, schema.projects, schema.left_out
    query = (
        select(
            p.c.id.label("project_id"), p.c.name.label("project"), p.c.key.label("project_key"),
            p.c.url.label("project_url"), a.c.day, a.c.key, a.c.title, a.c.url, o.c.reason,
        )
        .join(p, p.c.id == a.c.project_id)
        .outerjoin(o, o.c.activity_id == a.c.id)
        .where(p.c.person_id == store.person_id(), a.c.bulk, or_(o.c.reason.is_(None), o.c.reason == BULK))
        .order_by(a.c.day.desc(), a.c.key, p.c.id)
    )  # fmt: skip
    with store.reading() as connection:
        rows = read_rows(connection, query)
    shown = shown_ids(store)
    return [_bulk(row, shown) for row in rows]


def _bulk(row: Any, shown: Mapping[int, int]) -> Any:
    made = row_type("project_id", "project", "project_key", "day", "key", "title", "url", "counted")
    url = row.url or commit_url(row.project_url, row.key)
    project = shown.get(row.project_id, row.project_id)
    return made(project, row.project, row.project_key, row.day, row.key, row.title, url, row.reason is None)


def say_bulk(store: Store, project_key: str, activity_key: str, *, mine: bool) -> None:
    """Keep or take back the person's word that a bulk commit is theirs; it takes effect at the next detection."""
    said = [
        correction
        for correction in store.corrections()
        if correction.verdict is Verdict.BULK_IS_MINE
        and (correction.project_key, correction.activity_key) == (project_key, activity_key)
    ]
    if mine and not said:
        store.add_correction(Correction(Verdict.BULK_IS_MINE, project_key, activity_key))
    for correction in () if mine else said:
        store.remove_correction(correction.id)
