"""A run of the Stack Overflow source: the user, then what is new of answers, questions and badges.

The user's own numbers (reputation, posts, badges) tell whether anything happened: without news they are all that is
asked for. Votes do not touch a post's date, so everything is listed anew once a month, and short lists always.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from collectors.pausing import Stopped, pause
from collectors.stackexchange import badges, parse
from collectors.stackexchange.address import SITE, profile_url
from collectors.stackexchange.client import LONGEST_BACKOFF, Client, Refused
from collectors.stackexchange.posts import POSTS, Lists
from data.errors import NotUsable, UnexpectedReply
from data.models import Batch, Project

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from collectors.run import Run
    from collectors.stackexchange.parse import User

INCLUDED = "answer.tags;answer.title;user.answer_count;user.question_count"
FRESH = 60.0  # seconds in which the same is not asked again, as the API's terms want it
USER, FILTER, WAITS = "user", "filter", "waits"  # bookmarks


def collect(run: Run) -> Generator[Batch]:
    """Batches of what is new since the last run."""
    longest = time.time() + LONGEST_BACKOFF  # where the clock was set back
    client = Client(
        run.settings.stackexchange_url,
        SITE,
        run.settings.stackexchange_key or "",
        timeout=max(1.0, float(run.options.get("timeout", 20))),
        pause=lambda seconds: _pause(run, seconds),
        tell=lambda left: run.progress(budget=left),
        waits={str(name): min(float(until), longest) for name, until in (run.bookmark(WAITS) or {}).items()},
    )
    try:
        yield from _Collection(run, client).everything()
    except Stopped:
        return
    finally:
        run.counts["requests"] += client.sent
        now = time.time()
        waits = {name: until for name, until in client.waits.items() if until > now}
        if waits or run.bookmark(WAITS):
            run.remember({WAITS: waits or None})
        client.close()


def _pause(run: Run, seconds: float) -> None:
    if seconds >= 1:
        run.progress(step=f"waiting {seconds:.0f} s, as Stack Overflow asks")
    pause(run, seconds)


@dataclass(slots=True)
class _Collection:
    run: Run
    client: Client
    chosen: str = field(default="", init=False)  # the id of our filter; empty: the API's own

    @property
    def key(self) -> str:
        return f"{SITE}:{self.run.handle}"

    def everything(self) -> Iterator[Batch]:
        run = self.run
        stored = run.bookmark(USER) or {}
        since = time.time() - stored.get("asked", 0.0)
        if 0 <= since < float(run.options.get("fresh", FRESH)):  # before it: the clock was set back
            self._count(stored.get("state"))
            run.progress(step="read a moment ago")
            return
        run.progress(step="looking for news")
        self.chosen = self._filter()
        user = self._user()
        if user is None:
            yield from self._gone(stored)
            return
        self._count(user.state)
        project = self._project()
        lists = Lists(run, self.client, project, self.chosen, run.handle)
        counts = {"answers": user.answers, "questions": user.questions}
        news = None in user.state or user.state != stored.get("state")
        if news:
            yield Batch(project, head_facts=user.facts())
        for kind in POSTS:
            if news or lists.is_due(kind, counts[kind.name]):
                yield from lists.read(kind, counts[kind.name])
        if badges.are_due(run, news=list(user.badges) != (stored.get("state") or [0, None])[1]):
            yield from badges.read(run, self.client, project)
        if run.stopping():
            return
        run.remember({USER: {"state": user.state, "asked": time.time()}})
        run.progress(step="done")

    def _count(self, state: list[Any] | None) -> None:
        """Posts on the site, for the run's summary, also when none of them is read again."""
        self.run.counts["posts"] += sum(number or 0 for number in (state or [0, [], 0, 0])[2:])

    def _filter(self) -> str:
        """Ask once for a filter that adds what answers and users lack; it never changes and never expires."""
        stored = self.run.bookmark(FILTER) or {}
        if stored.get("include") == INCLUDED and stored.get("base") == self.client.base:
            return str(stored["id"])
        asked = {"include": INCLUDED, "base": "default", "unsafe": "false"}
        try:
            found = self.client.get("/filters/create", asked, of_site=False).items
        except Refused:
            return ""
        name = str(found[0].get("filter", "")) if found else ""
        if name:
            self.run.remember({FILTER: {"include": INCLUDED, "base": self.client.base, "id": name}})
        return name

    def _user(self) -> User | None:
        path = f"/users/{self.run.handle}"
        try:
            found = self.client.get(path, {"filter": self.chosen} if self.chosen else {}).items
        except Refused as refusal:
            if not self.chosen or "filter" not in str(refusal):
                raise UnexpectedReply("Stack Overflow does not take a request that its interface describes.") from None
            self.chosen = ""
            self.run.remember({FILTER: None})
            found = self.client.get(path).items
        return parse.user(found[0], self.run.handle) if found else None

    def _project(self) -> Project:
        known = self.run.known(self.key)
        project = Project(SITE, self.key, "Stack Overflow", url=profile_url(self.run.handle))
        return project if known is None else replace(project, vanished=known.vanished)

    def _gone(self, stored: dict[str, Any]) -> Iterator[Batch]:
        known = self.run.known(self.key)
        if known is None:
            raise NotUsable(
                f"Stack Overflow has no user {self.run.handle}. Look at the number in your profile's address, "
                "stackoverflow.com/users/NUMBER/your-name."
            )
        self._count(stored.get("state"))
        self.run.issue(
            "account-gone",
            "Stack Overflow shows this account no more; what was read stays, and is shown to you alone.",
            self.run.handle,
        )
        yield Batch(replace(known, state="gone", private=True))
