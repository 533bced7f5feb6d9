"""What was done in other people's repositories besides commits, as a frame: pull requests, reviews, issues."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from sqlalchemy import exists, func, not_, select

from data.aliases import renumbered, shown_ids
from data.columns import as_day, read_frame
from data.links import safe_url
from data.schema import activities, fact_values, facts, left_out, projects

if TYPE_CHECKING:
    from data.store import Store

KINDS = ("pull-request", "review", "issue")
MERGED = "pull-request-merged"


def contributions(store: Store) -> pd.DataFrame:
    """Pull requests, reviews and issues in repositories that are somebody else's, newest first.

    Columns: day, project_id, kind (category: pull-request, review, issue), key (the number), title, url, merged
    (truth value; of pull requests, as the forge said when it was read last). What detection left out is not there.
    """
    a, p, f, v = activities.c, projects.c, facts.c, fact_values.c
    was_merged = (
        select(func.count())
        .select_from(facts.join(fact_values))
        .where(f.activity_id == a.id, v.kind == "forge", v.value == MERGED)
        .scalar_subquery()
    )
    query = (
        select(as_day(a.day), a.project_id, a.kind, a.key, a.title, a.url, was_merged.label("merged"))
        .join_from(activities, projects)
        .where(p.person_id == store.person_id(), not_(p.own), a.kind.in_(KINDS))
        .where(not_(exists().where(left_out.c.activity_id == a.id)))
        .order_by(a.when.desc(), a.kind, a.key)
    )
    with store.reading() as connection:
        found = read_frame(connection, query, words=("kind",))
    return found.assign(
        project_id=renumbered(found["project_id"], shown_ids(store)),
        url=pd.array([safe_url(str(url)) for url in found["url"]], dtype="str"),
        merged=found["merged"].astype("bool"),
    )
