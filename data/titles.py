"""What activities are called: titles, and the scores and ranks that a site gave, for lists of proof."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from data.aliases import shown_ids
from data.schema import activities, fact_values, facts, projects

if TYPE_CHECKING:
    from collections.abc import Collection

    from data.store import Store

NAMED = frozenset(
    {"answer", "question", "notebook", "dataset", "model", "competition", "submission", "pull-request", "issue",
     "review", "release", "course", "certificate", "talk", "meetup", "reading"}
)  # fmt: skip
"""Kinds of activities whose title says more than their key; a commit's key is its name."""
_COUNTED = {"score": "score", "kaggle-rank": "rank", "kaggle-teams": "teams"}
_WRITTEN = "kaggle-score:"

Key = tuple[int, str, str]
"""project_id of frames.projects, kind, key"""


class Title(NamedTuple):
    """`score` is as the site gives it, "" for none; rank and teams are of competitions, 0 for none."""

    title: str
    score: str = ""
    rank: int = 0
    teams: int = 0


def titles_of(store: Store, wanted: Collection[Key]) -> dict[Key, Title]:
    """Return the titles of some activities; those of kinds that have none are not there."""
    asked = {each for each in wanted if each[1] in NAMED}
    if not asked:
        return {}
    shown = shown_ids(store)
    ids = {project for project, *_ in asked}
    stored = {*ids, *(project for project, as_ in shown.items() if as_ in ids)}
    a, f, v = activities.c, facts.c, fact_values.c
    which = (
        a.project_id.in_(stored) & a.kind.in_({kind for _, kind, _ in asked}) & a.key.in_({key for *_, key in asked})
    )
    mine = projects.c.person_id == store.person_id()
    query = select(a.id, a.project_id, a.kind, a.key, a.title).join_from(activities, projects).where(which, mine)
    said = (
        select(f.activity_id, v.value, f["count"])
        .select_from(facts.join(activities).join(fact_values))
        .where(which, v.kind == "community", v.value.in_(list(_COUNTED)) | v.value.startswith(_WRITTEN))
    )
    with store.reading() as connection:
        rows = connection.execute(query).all()
        told: dict[int, dict[str, str]] = {}
        for number, value, count in connection.execute(said):
            name = _COUNTED.get(value, "score")
            told.setdefault(number, {})[name] = str(value).removeprefix(_WRITTEN) if ":" in value else str(count)
    found = {}
    for number, project, kind, key, title in rows:
        place = (shown.get(project, project), kind, key)
        of = told.get(number, {})
        if place in asked:
            found[place] = Title(title, of.get("score", ""), int(of.get("rank", 0)), int(of.get("teams", 0)))
    return found
