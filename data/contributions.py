"""What was done in other people's repositories besides commits, as rows: pull requests, reviews, issues."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import exists, not_, select

from data.aliases import shown_ids
from data.links import safe_url
from data.schema import activities, fact_values, facts, left_out, projects

if TYPE_CHECKING:
    from datetime import date

    from data.store import Store

KINDS = ("pull-request", "review", "issue")
MERGED = "pull-request-merged"


class Contribution(NamedTuple):
    """One of them; `merged` is of pull requests, as the forge said when it was read last."""

    day: date
    project_id: int  # of frames.projects
    kind: str
    key: str  # its number
    title: str
    url: str
    merged: bool


def read_contributions(store: Store) -> list[Contribution]:
    """Those in repositories that are somebody else's, newest first; what detection left out is not there."""
    a, p, f, v = activities.c, projects.c, facts.c, fact_values.c
    merged = (
        exists()
        .where(f.activity_id == a.id, f.value_id == v.id, v.kind == "forge", v.value == MERGED)
        .correlate(activities)
    )
    query = (
        select(a.day, a.project_id, a.kind, a.key, a.title, a.url, merged.label("merged"))
        .join_from(activities, projects)
        .where(p.person_id == store.person_id(), not_(p.own), a.kind.in_(KINDS))
        .where(not_(exists().where(left_out.c.activity_id == a.id)))
        .order_by(a.when.desc(), a.kind, a.key)
    )
    with store.reading() as connection:
        rows = connection.execute(query).all()
    shown = shown_ids(store)
    return [
        Contribution(day, shown.get(project, project), kind, key, title, safe_url(url), bool(was))
        for day, project, kind, key, title, url, was in rows
    ]
