"""What was done among others and by one's own word, as frames: posts, their tags, badges, entries by hand.

Read from stored activities and facts; what detection left out is not there. Days are `datetime64[s]`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from sqlalchemy import exists, not_, select

from data import learning
from data.columns import DAY, as_day, read_frame
from data.counted import AWARD
from data.links import safe_url
from data.schema import activities, fact_values, facts, head_facts, left_out, mappings, projects

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement

    from data.store import Store

STACK_OVERFLOW = "stackoverflow"
RANKS = ("gold", "silver", "bronze")


def posts(store: Store) -> pd.DataFrame:
    """Answers and questions on Stack Overflow, newest first.

    Columns: day, project_id, kind (category: answer, question), key (the post's number), title, url, score (may be
    below zero), accepted (truth value; False for questions), tags (tuple).
    """
    kinds = ("answer", "question")
    found = _activities(store, activities.c.kind.in_(kinds), words=("kind",))
    said = _facts(store, activities.c.kind.in_(kinds))
    community = said[said["fact"] == "community"]
    score = community[community["value"] == "score"].set_index("activity_id")["count"]
    accepted = set(community["activity_id"][community["value"] == "accepted-answer"])
    tags = said[said["fact"] == "tag"].groupby("activity_id")["value"].agg(tuple).to_dict()
    return found.assign(
        score=found["activity_id"].map(score).fillna(0).astype("int64"),
        accepted=found["activity_id"].isin(accepted),
        tags=pd.Series([tags.get(number, ()) for number in found["activity_id"]], dtype="object", index=found.index),
    ).drop(columns="activity_id")


def posts_by_month(found: pd.DataFrame) -> pd.DataFrame:
    """The frame of `posts` by calendar month, oldest first, months without any left out.

    Columns: month (its first day), answers, accepted, answer_score, questions, question_score.
    """
    rows = _counted(found).assign(month=found["day"].dt.to_period("M").dt.start_time.astype(DAY))
    return rows.groupby("month")[list(_COUNTS)].sum().reset_index()


def accepted_share(found: pd.DataFrame) -> float | None:
    """Accepted answers ÷ answers in the frame of `posts`, from 0 to 1; None without answers."""
    answers = found[found["kind"] == "answer"]
    return None if answers.empty else float(answers["accepted"].mean())


def stackoverflow_tags(store: Store) -> pd.DataFrame:
    """Tags of the person's posts, those with the highest score of answers first.

    Columns: tag, answers, accepted, answer_score, questions, question_score (sums over the posts that were read),
    first, last (day), technology (id of the one that the tag means, "" where none is known). A tag is a weak sign: it
    tells what a question was about, and makes no claim to the technology.
    """
    found = posts(store)
    rows = _counted(found).assign(tag=found["tags"], day=found["day"]).explode("tag").dropna(subset="tag")
    grouped = rows.groupby("tag")
    table = grouped[list(_COUNTS)].sum().assign(first=grouped["day"].min(), last=grouped["day"].max()).reset_index()
    table["tag"] = table["tag"].astype("str")
    meant = _meant(store)
    table["technology"] = pd.array([meant.get(tag, "") for tag in table["tag"]], dtype="str")
    order = ["answer_score", "answers", "question_score", "tag"]
    return table.sort_values(order, ascending=[False, False, False, True], ignore_index=True)


def badges(store: Store) -> pd.DataFrame:
    """Badges of Stack Overflow, newest first; each time one was awarded is a row.

    Columns: day, project_id, name, rank (gold, silver, bronze; "" where it is not known), for_tag (truth value), url.
    """
    found = _activities(store, activities.c.kind == "badge")
    said = _facts(store, activities.c.kind == "badge")
    community = said[said["fact"] == "community"]
    ranks = {
        number: rank for rank in RANKS for number in community["activity_id"][community["value"] == f"badge-{rank}"]
    }
    of_tag = set(community["activity_id"][community["value"] == "tag-badge"])
    found = found.assign(
        rank=pd.array([ranks.get(number, "") for number in found["activity_id"]], dtype="str"),
        for_tag=found["activity_id"].isin(of_tag),
    )
    return found.rename(columns={"title": "name"})[["day", "project_id", "name", "rank", "for_tag", "url"]]


def stackoverflow_accounts(store: Store) -> pd.DataFrame:
    """Accounts as Stack Overflow told of them last.

    Columns: project_id, url, state (ok, gone), reputation, gold, silver, bronze (badges).
    """
    names = {"reputation": "reputation"} | {f"badges-{rank}": rank for rank in RANKS}
    p, h, v = projects.c, head_facts.c, fact_values.c
    accounts = select(p.id.label("project_id"), p.url, p.state).where(_of_person(store)).order_by(p.id)
    told = (
        select(h.project_id, v.value, h["count"])
        .select_from(head_facts.join(projects).join(fact_values))
        .where(_of_person(store), v.kind == "community", v.value.in_(list(names)))
    )
    with store.reading() as connection:
        found, said = read_frame(connection, accounts), read_frame(connection, told)
    numbers = {(row.project_id, names[str(row.value)]): row.count for row in _rows(said)}
    for name in names.values():
        found[name] = [int(numbers.get((number, name), 0)) for number in found["project_id"]]
    return found


def learning_entries(store: Store) -> pd.DataFrame:
    """What the person entered by hand, newest first: self-reported, wherever it is shown.

    Columns: day, kind (course, certificate, talk, meetup, reading), title, url, minutes (0: not said), skills (tuple
    of ids that the person named; they count for nothing), public (truth value), key.
    """
    kept = learning.entries(store)
    return pd.DataFrame(
        {
            "day": pd.Series([entry.day for entry in kept], dtype=DAY),
            "kind": pd.array([entry.kind for entry in kept], dtype="str"),
            "title": pd.array([entry.title for entry in kept], dtype="str"),
            "url": pd.array([safe_url(entry.url) for entry in kept], dtype="str"),
            "minutes": pd.Series([entry.minutes for entry in kept], dtype="int64"),
            "skills": pd.Series([entry.skills for entry in kept], dtype="object"),
            "public": pd.Series([entry.public for entry in kept], dtype="bool"),
            "key": pd.array([entry.key for entry in kept], dtype="str"),
        }
    )


_COUNTS = ("answers", "accepted", "answer_score", "questions", "question_score")


def _counted(found: pd.DataFrame) -> pd.DataFrame:
    is_answer = (found["kind"] == "answer").to_numpy()
    return pd.DataFrame(
        {
            "answers": is_answer.astype("int64"),
            "accepted": found["accepted"].astype("int64"),
            "answer_score": found["score"].where(is_answer, 0),
            "questions": (~is_answer).astype("int64"),
            "question_score": found["score"].where(~is_answer, 0),
        },
        index=found.index,
    )


def _activities(store: Store, which: ColumnElement[bool], words: tuple[str, ...] = ()) -> pd.DataFrame:
    a = activities.c
    query = (
        select(a.id.label("activity_id"), as_day(a.day), a.project_id, a.kind, a.key, a.title, a.url)
        .join_from(activities, projects)
        .where(_of_person(store), which, _counts())
        .order_by(a.when.desc(), a.key)
    )
    with store.reading() as connection:
        found = read_frame(connection, query, words=words)
    return found.assign(url=pd.array([safe_url(str(url)) for url in found["url"]], dtype="str"))


def _facts(store: Store, which: ColumnElement[bool]) -> pd.DataFrame:
    f, v = facts.c, fact_values.c
    query = (
        select(f.activity_id, v.kind.label("fact"), v.value, f["count"])
        .select_from(facts.join(activities).join(projects).join(fact_values))
        .where(_of_person(store), which)
        .order_by(f.activity_id, v.value)
    )
    with store.reading() as connection:
        return read_frame(connection, query)


def _meant(store: Store) -> dict[str, str]:
    """Technologies by the tag that means them; of several the first by id."""
    v, m = fact_values.c, mappings.c
    query = (
        select(v.value, m.subject)
        .join_from(fact_values, mappings)
        .where(v.kind == "tag", m.subject_kind == "technology")
        .order_by(v.value, m.subject.desc())
    )
    with store.reading() as connection:
        return {str(tag): str(technology) for tag, technology in connection.execute(query)}


def _of_person(store: Store) -> ColumnElement[bool]:
    p = projects.c
    return (p.person_id == store.person_id()) & (p.source == STACK_OVERFLOW)


def _counts() -> ColumnElement[bool]:
    """Say whether nothing speaks against an activity; that others gave a badge does not."""
    against = (left_out.c.activity_id == activities.c.id) & (left_out.c.reason != AWARD)
    return not_(exists().where(against))


def _rows(found: pd.DataFrame) -> Iterable[Any]:
    return found.itertuples()
