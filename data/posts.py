"""Posts and badges of Stack Overflow as rows, and what they amount to: for pages, which do without frames.

Read from stored activities and facts; what detection left out is not there. data/community.py gives the same as frames.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import exists, not_, select

from data.counted import AWARD
from data.links import safe_url
from data.schema import activities, fact_values, facts, head_facts, left_out, mappings, projects

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

    from sqlalchemy import ColumnElement

    from data.store import Store

STACK_OVERFLOW = "stackoverflow"
RANKS = ("gold", "silver", "bronze")


class Post(NamedTuple):
    """An answer or question."""

    day: date
    project_id: int
    kind: str  # answer, question
    key: str  # the post's number
    title: str
    url: str
    score: int  # may be below zero
    accepted: bool  # of answers
    tags: tuple[str, ...]


class Award(NamedTuple):
    """A badge, each time one was given."""

    day: date
    project_id: int
    name: str
    rank: str  # gold, silver, bronze; "" where it is not known
    for_tag: bool
    url: str


class Sums(NamedTuple):
    """What some posts amount to; scores are sums."""

    answers: int = 0
    accepted: int = 0
    answer_score: int = 0
    questions: int = 0
    question_score: int = 0

    def with_post(self, post: Post) -> Sums:
        if post.kind == "answer":
            return self._replace(
                answers=self.answers + 1,
                accepted=self.accepted + post.accepted,
                answer_score=self.answer_score + post.score,
            )
        return self._replace(questions=self.questions + 1, question_score=self.question_score + post.score)


def read_posts(store: Store) -> list[Post]:
    """Answers and questions, newest first."""
    which = activities.c.kind.in_(("answer", "question"))
    found, said = _activities(store, which), _facts(store, which)
    posts = []
    for number, day, project, kind, key, title, url in found:
        told = said.get(number, ())
        score = sum(count for fact, value, count in told if fact == "community" and value == "score")
        accepted = any(fact == "community" and value == "accepted-answer" for fact, value, _ in told)
        tags = tuple(value for fact, value, _ in told if fact == "tag")
        posts.append(Post(day, project, kind, key, title, safe_url(url), score, accepted, tags))
    return posts


def read_badges(store: Store) -> list[Award]:
    """Badges, newest first; each time one was awarded is a row."""
    which = activities.c.kind == "badge"
    found, said = _activities(store, which), _facts(store, which)
    awards = []
    for number, day, project, _, _, title, url in found:
        told = {value for fact, value, _ in said.get(number, ()) if fact == "community"}
        rank = next((rank for rank in RANKS if f"badge-{rank}" in told), "")
        awards.append(Award(day, project, title, rank, "tag-badge" in told, safe_url(url)))
    return awards


def read_reputation(store: Store) -> int:
    """Reputation of all accounts together, as the site told it last; 0 where it did not."""
    h, v = head_facts.c, fact_values.c
    query = (
        select(h["count"])
        .select_from(head_facts.join(projects).join(fact_values))
        .where(_of_person(store), v.kind == "community", v.value == "reputation")
    )
    with store.reading() as connection:
        return sum(connection.execute(query).scalars())


def technologies_of_tags(store: Store) -> dict[str, str]:
    """Return ids of technologies by the tag that means them; of several the first by id."""
    v, m = fact_values.c, mappings.c
    query = (
        select(v.value, m.subject)
        .join_from(fact_values, mappings)
        .where(v.kind == "tag", m.subject_kind == "technology")
        .order_by(v.value, m.subject.desc())
    )
    with store.reading() as connection:
        return {str(tag): str(technology) for tag, technology in connection.execute(query)}


def by_tag(posts: Iterable[Post]) -> dict[str, Sums]:
    """Sums by tag, those with the highest score of answers first."""
    found: dict[str, Sums] = {}
    for post in posts:
        for tag in post.tags:
            found[tag] = found.get(tag, Sums()).with_post(post)

    def order(pair: tuple[str, Sums]) -> tuple[int, int, int, str]:
        tag, sums = pair
        return -sums.answer_score, -sums.answers, -sums.question_score, tag

    return dict(sorted(found.items(), key=order))


def by_month(posts: Iterable[Post]) -> dict[date, Sums]:
    """Sums by the first day of the month, oldest first, months without any left out."""
    return dict(sorted(_grouped(posts, lambda post: post.day.replace(day=1)).items()))


def accepted_share(posts: Sequence[Post]) -> float | None:
    """Accepted answers ÷ answers, from 0 to 1; None without answers."""
    answers = [post.accepted for post in posts if post.kind == "answer"]
    return sum(answers) / len(answers) if answers else None


def _grouped(posts: Iterable[Post], key: Callable[[Post], date]) -> dict[date, Sums]:
    found: dict[date, Sums] = {}
    for post in posts:
        group = key(post)
        found[group] = found.get(group, Sums()).with_post(post)
    return found


def _activities(store: Store, which: ColumnElement[bool]) -> list[tuple[int, date, int, str, str, str, str]]:
    a = activities.c
    query = (
        select(a.id, a.day, a.project_id, a.kind, a.key, a.title, a.url)
        .join_from(activities, projects)
        .where(_of_person(store), which, _counts())
        .order_by(a.when.desc(), a.key)
    )
    with store.reading() as connection:
        return [tuple(row) for row in connection.execute(query)]


def _facts(store: Store, which: ColumnElement[bool]) -> Mapping[int, Sequence[tuple[str, str, int]]]:
    """Kind, value and count of the facts of each activity, by its id."""
    f, v = facts.c, fact_values.c
    query = (
        select(f.activity_id, v.kind, v.value, f["count"])
        .select_from(facts.join(activities).join(projects).join(fact_values))
        .where(_of_person(store), which)
        .order_by(f.activity_id, v.value)
    )
    found: dict[int, list[tuple[str, str, int]]] = {}
    with store.reading() as connection:
        for number, kind, value, count in connection.execute(query):
            found.setdefault(number, []).append((kind, value, count))
    return found


def _of_person(store: Store) -> ColumnElement[bool]:
    p = projects.c
    return (p.person_id == store.person_id()) & (p.source == STACK_OVERFLOW)


def _counts() -> ColumnElement[bool]:
    """Say whether nothing speaks against an activity; that others gave a badge does not."""
    against = (left_out.c.activity_id == activities.c.id) & (left_out.c.reason != AWARD)
    return not_(exists().where(against))
