"""Answers and questions of a user, page by page from the one that changed longest ago.

The next page begins at the last date seen, so no page has a high number (those above 25 ask for a key) and a list
that is cut off anywhere goes on where it was. A whole list that was read in one go tells which posts are gone.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from collectors.stackexchange import parse
from collectors.stackexchange.client import Refused
from data.errors import UnexpectedReply
from data.models import Batch

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from collectors.run import Run
    from collectors.stackexchange.client import Client
    from data.models import Activity, Project

PAGE = 100
SHORT = 300  # a list of up to three pages is cheap enough to be read whole each time there is news
MONTH = 30 * 86_400.0


@dataclass(frozen=True, slots=True)
class Posts:
    """One of the two lists: its name in the API, the kind of activity, the item's number."""

    name: str
    kind: str
    number: str


POSTS = (Posts("answers", "answer", "answer_id"), Posts("questions", "question", "question_id"))


@dataclass(slots=True)
class _Cursor:
    """Where the next page begins: posts that changed at `since` or later, and which page of them."""

    since: int
    page: int = 1

    def move(self, last: int) -> None:
        if last > self.since:
            self.since, self.page = last, 1
        else:
            self.page += 1  # a whole page changed in one second


@dataclass(slots=True)
class Lists:
    """Bookmarks `answers` and `questions`: `since` (newest change seen), `at` (an unfinished whole list), `whole`."""

    run: Run
    client: Client
    project: Project
    chosen: str
    user: str

    def is_due(self, posts: Posts, count: int | None) -> bool:
        """Whether there is something to read although nothing happened: an unfinished list, or a month has gone."""
        mark = self.run.bookmark(posts.name) or {}
        since = time.time() - mark.get("whole", 0.0)
        return count != 0 and ("at" in mark or not 0 <= since <= MONTH)  # before it: the clock was set back

    def read(self, posts: Posts, count: int | None) -> Iterator[Batch]:
        """What is new or changed; everything when that is due. `count` is what the user has, where it is known."""
        mark = self.run.bookmark(posts.name) or {}
        if count == 0 and not mark:
            return
        whole = self.is_due(posts, count) or (count is not None and count <= SHORT)
        cursor = _Cursor(int(mark.get("at", 0)) if whole else int(mark.get("since", 0)))
        seen: set[str] | None = set() if whole and not cursor.since else None
        begun, newest, done = time.time(), int(mark.get("since", 0)), 0
        while not self.run.stopping():
            items, more = self._page(posts, cursor)
            done += len(items)
            self.run.progress(step=f"{posts.name}: {done} of {count}" if whole and count else posts.name)
            last = max((parse.touched(item) for item in items), default=0)
            newest = max(newest, last)
            if seen is not None:
                seen |= {str(item.get(posts.number)) for item in items}
            cursor.move(last)
            kept = {**mark, "since": newest}
            if whole:
                kept = kept | {"at": cursor.since} if more else {"since": newest, "whole": begun}
            gone = [] if more else self._gone(posts, seen, count)
            yield Batch(self.project, self._activities(posts, items), bookmarks={posts.name: kept}, gone=gone)
            if not more:
                return

    def _page(self, posts: Posts, cursor: _Cursor) -> tuple[list[dict[str, Any]], bool]:
        asked: dict[str, Any] = {"sort": "activity", "order": "asc", "pagesize": PAGE, "page": cursor.page}
        if cursor.since:
            asked["min"] = cursor.since
        if self.chosen:
            asked["filter"] = self.chosen
        try:
            reply = self.client.get(f"/users/{self.user}/{posts.name}", asked)
        except Refused:
            raise UnexpectedReply(f"Stack Overflow no longer lists {posts.name} as its interface describes.") from None
        return reply.items, reply.has_more and bool(reply.items)

    def _gone(self, posts: Posts, seen: set[str] | None, count: int | None) -> list[str]:
        """Posts that a whole list did not show; one that shows fewer than there are tells nothing."""
        if seen is None or len(seen) < (1 if count is None else count):
            return []
        return sorted(self.run.known_keys(self.project.key, posts.kind) - seen)

    def _activities(self, posts: Posts, items: Sequence[Mapping[str, Any]]) -> list[Activity]:
        questions = self._questions(items) if posts.kind == "answer" else {}
        found = []
        for item in items:
            try:
                if posts.kind == "answer":
                    asked = item.get("question_id")
                    question = questions.get(asked, {}) if _is_number(asked) else {}
                    found.append(parse.answer(item, self.user, question))
                else:
                    found.append(parse.question(item, self.user))
                    self._tell_of_moved(item)
            except parse.NotTheirs:
                self.run.issue("post-without-owner", "A post no longer names you as its owner; it was left out.")
            except UnexpectedReply as problem:
                number = item.get(posts.number)
                self.run.issue(
                    "unexpected-item", f"A post was left out: {problem}.", f"{posts.kind} {str(number)[:20]}"
                )
        return found

    def _tell_of_moved(self, item: Mapping[str, Any]) -> None:
        if parse.moved(item):
            self.run.issue("post-moved", "A question was moved to another site; its score there is not read.")

    def _questions(self, items: Sequence[Mapping[str, Any]]) -> dict[Any, dict[str, Any]]:
        """The questions of answers that lack title or tags, as they do without our filter."""
        lacking = [item.get("question_id") for item in items if "tags" not in item or "title" not in item]
        wanted = sorted({number for number in lacking if isinstance(number, int) and _is_number(number)})
        found: dict[Any, dict[str, Any]] = {}
        for at in range(0, len(wanted), PAGE):
            found |= self._asked(wanted[at : at + PAGE])
        return found

    def _asked(self, numbers: Collection[Any]) -> dict[Any, dict[str, Any]]:
        ids = ";".join(map(str, numbers))
        try:
            reply = self.client.get(f"/questions/{ids}", {"pagesize": PAGE})
        except Refused:
            return {}
        return {item.get("question_id"): item for item in reply.items if _is_number(item.get("question_id"))}


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= parse.LATEST
