"""What was done among others and by one's own word, as frames: posts, their tags, badges, entries by hand.

Read from stored activities and facts; what detection left out is not there. Days are `datetime64[s]`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

import data.posts
from data import learning
from data.columns import DAY, read_frame
from data.later import pd
from data.links import safe_url
from data.posts import RANKS, STACK_OVERFLOW
from data.schema import fact_values, head_facts, projects

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement

    from data.store import Store


def posts(store: Store) -> pd.DataFrame:
    """Answers and questions on Stack Overflow, newest first.

    Columns: day, project_id, kind (category: answer, question), key (the post's number), title, url, score (may be
    below zero), accepted (truth value; False for questions), tags (tuple).
    """
    rows = data.posts.read_posts(store)
    made = pd.DataFrame(rows, columns=list(data.posts.Post._fields))
    types = {"day": DAY, "project_id": "int32", "kind": "category", "key": "str", "title": "str", "url": "str"}
    made = made.assign(day=pd.to_datetime(made["day"])).astype({**types, "score": "int64", "accepted": "bool"})
    return made.assign(tags=pd.Series([row.tags for row in rows], dtype="object", index=made.index))


def posts_by_month(found: pd.DataFrame) -> pd.DataFrame:
    """The frame of `posts` by calendar month, oldest first, months without any left out.

    Columns: month (its first day), answers, accepted, answer_score, questions, question_score.
    """
    sums = data.posts.by_month(_rows(found))
    made = pd.DataFrame(list(sums.values()), columns=list(data.posts.Sums._fields)).astype("int64")
    made.insert(0, "month", pd.Series(list(sums), dtype=DAY))
    return made


def accepted_share(found: pd.DataFrame) -> float | None:
    """Accepted answers ÷ answers in the frame of `posts`, from 0 to 1; None without answers."""
    return data.posts.accepted_share(list(_rows(found)))


def stackoverflow_tags(store: Store) -> pd.DataFrame:
    """Tags of the person's posts, those with the highest score of answers first.

    Columns: tag, answers, accepted, answer_score, questions, question_score (sums over the posts that were read),
    first, last (day), technology (id of the one that the tag means, "" where none is known). A tag is a weak sign: it
    tells what a question was about, and makes no claim to the technology.
    """
    found = data.posts.read_posts(store)
    sums, meant = data.posts.by_tag(found), data.posts.technologies_of_tags(store)
    made = pd.DataFrame(list(sums.values()), columns=list(data.posts.Sums._fields)).astype("int64")
    made.insert(0, "tag", pd.Series(list(sums), dtype="str"))
    days = {tag: [post.day for post in found if tag in post.tags] for tag in sums}
    return made.assign(
        first=pd.Series([min(each) for each in days.values()], dtype=DAY),
        last=pd.Series([max(each) for each in days.values()], dtype=DAY),
        technology=pd.array([meant.get(tag, "") for tag in sums], dtype="str"),
    )


def badges(store: Store) -> pd.DataFrame:
    """Badges of Stack Overflow, newest first; each time one was awarded is a row.

    Columns: day, project_id, name, rank (gold, silver, bronze; "" where it is not known), for_tag (truth value), url.
    """
    made = pd.DataFrame(data.posts.read_badges(store), columns=list(data.posts.Award._fields))
    types = {"day": DAY, "project_id": "int32", "name": "str", "rank": "str", "for_tag": "bool", "url": "str"}
    return made.assign(day=pd.to_datetime(made["day"])).astype(types)


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


def _of_person(store: Store) -> ColumnElement[bool]:
    p = projects.c
    return (p.person_id == store.person_id()) & (p.source == STACK_OVERFLOW)


def _rows(found: pd.DataFrame) -> Iterable[Any]:
    return found.itertuples()
