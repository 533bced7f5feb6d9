"""One raw item of the API → an activity of ours; pure.

Types and fields: https://api.stackexchange.com/docs/types/answer and its neighbours. Texts of a safe filter come
escaped for HTML.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from data.errors import UnexpectedReply
from data.models import Activity, Fact, FactKind

if TYPE_CHECKING:
    from collections.abc import Mapping

BEGUN = datetime(2008, 7, 1, tzinfo=UTC)  # before it there was no Stack Overflow
LATEST = 1 << 40  # no date lies beyond
RANKS = ("gold", "silver", "bronze")
MOST_TAGS = 10  # a question has five
LONGEST_TAG = 100


class NotTheirs(Exception):
    """The post has no owner any more, or another one."""


@dataclass(frozen=True, slots=True)
class User:
    """A user as of now; `answers` and `questions` are None where the API does not tell."""

    number: str
    reputation: int
    badges: tuple[int, ...]  # gold, silver, bronze
    answers: int | None
    questions: int | None

    @property
    def state(self) -> list[Any]:
        """What changes with every vote, post and badge."""
        return [self.reputation, list(self.badges), self.answers, self.questions]

    def facts(self) -> list[Fact]:
        counts = {"reputation": self.reputation} | {
            f"badges-{rank}": n for rank, n in zip(RANKS, self.badges, strict=True)
        }
        return [Fact(FactKind.COMMUNITY, name, count=number) for name, number in counts.items()]


def user(item: Mapping[str, Any], number: str) -> User:
    if str(item.get("user_id")) != number:
        raise UnexpectedReply("Stack Overflow answered with another user than the one that was asked for.")
    badges = item.get("badge_counts")
    told = badges if isinstance(badges, dict) else {}
    return User(
        number,
        _whole(item.get("reputation")) or 0,
        tuple(_whole(told.get(rank)) or 0 for rank in RANKS),
        _whole(item.get("answer_count")),
        _whole(item.get("question_count")),
    )


def answer(item: Mapping[str, Any], number: str, question: Mapping[str, Any]) -> Activity:
    """`question` has title and tags where the answer's own item lacks them; raises NotTheirs, UnexpectedReply."""
    key, score = _post(item, "answer_id", number)
    facts = [_counted("answer", score), Fact(FactKind.COMMUNITY, "score", count=score)]
    if item.get("is_accepted") is True:
        facts.append(Fact(FactKind.COMMUNITY, "accepted-answer"))
    return Activity(
        "answer",
        key,
        when(item.get("creation_date")),
        author=f"stackoverflow:{number}",
        url=f"https://stackoverflow.com/a/{key}",
        title=plain(item.get("title") or question.get("title")),
        facts=(*facts, *tags(item.get("tags") or question.get("tags"))),
    )


def question(item: Mapping[str, Any], number: str) -> Activity:
    """Raises NotTheirs, UnexpectedReply."""
    key, score = _post(item, "question_id", number)
    facts = [_counted("question", score), Fact(FactKind.COMMUNITY, "score", count=score)]
    return Activity(
        "question",
        key,
        when(item.get("creation_date")),
        author=f"stackoverflow:{number}",
        url=f"https://stackoverflow.com/q/{key}",
        title=plain(item.get("title")),
        facts=(*facts, *tags(item.get("tags"))),
    )


def badge(event: Mapping[str, Any], number: str, kinds: Mapping[int, tuple[str, bool]]) -> Activity | None:
    """An event of the timeline, when it is a badge. `kinds`: (rank, for a tag?) by the badge's number."""
    if event.get("timeline_type") != "badge":
        return None
    identifier, made = _whole(event.get("badge_id")), when(event.get("creation_date"))
    if not identifier:
        raise UnexpectedReply("a badge without its number")
    name = plain(event.get("detail"))
    rank, of_tag = kinds.get(identifier, ("", False))
    facts = [Fact(FactKind.COMMUNITY, "badge")]
    if rank in RANKS:
        facts.append(Fact(FactKind.COMMUNITY, f"badge-{rank}"))
    if of_tag:
        facts += [Fact(FactKind.COMMUNITY, "tag-badge"), *tags([name])]
    return Activity(
        "badge",
        f"badge-{identifier}-{int(made.timestamp())}",
        made,
        author=f"stackoverflow:{number}",
        url=f"https://stackoverflow.com/help/badges/{identifier}",
        title=name,
        facts=tuple(facts),
    )


def moved(item: Mapping[str, Any]) -> bool:
    """Whether a question was moved to another site."""
    return isinstance(item.get("migrated_to"), dict)


def when(value: object) -> datetime:
    seconds = _whole(value)
    if seconds is not None and BEGUN.timestamp() <= seconds <= (datetime.now(UTC) + timedelta(days=1)).timestamp():
        return datetime.fromtimestamp(seconds, UTC)
    raise UnexpectedReply("a post without a date that can be")


def touched(item: Mapping[str, Any]) -> int:
    """When a post last changed, in seconds since the epoch; 0 when it is not told."""
    seconds = _whole(item.get("last_activity_date")) or 0
    return seconds if 0 <= seconds <= LATEST else 0


def tags(value: object) -> list[Fact]:
    texts = [str(tag).strip().lower() for tag in value[:MOST_TAGS]] if isinstance(value, list) else []
    return [Fact(FactKind.TAG, text) for text in dict.fromkeys(texts) if text and len(text) <= LONGEST_TAG]


def plain(value: object) -> str:
    return html.unescape(value).strip() if isinstance(value, str) else ""


def _post(item: Mapping[str, Any], name: str, number: str) -> tuple[str, int]:
    owner = item.get("owner")
    if not isinstance(owner, dict) or str(owner.get("user_id")) != number:
        raise NotTheirs
    key, score = _whole(item.get(name)), _whole(item.get("score"))
    if not key or key < 0 or score is None:
        raise UnexpectedReply("a post without number or score")
    return str(key), score


def _counted(kind: str, score: int) -> Fact:
    """Readers found a post below zero to be of no use: it is kept, under a name that shows no skill."""
    return Fact(FactKind.COMMUNITY, kind if score >= 0 else f"{kind}-below-zero")


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
