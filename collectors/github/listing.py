"""The person's own repositories: whole at first and once a week, between that only what was pushed to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from collectors.github import parse
from collectors.github.identity import token_hash
from collectors.github.parse import Repo  # noqa: TC001 - workers read a listing from JSON by its types
from data.errors import TryLater, UnexpectedReply

if TYPE_CHECKING:
    from collectors.github.client import Client, Reply
    from collectors.github.identity import Person
    from collectors.run import Run

WHOLE_EVERY = timedelta(days=7)


@dataclass(slots=True)
class Listing:
    """What a listing brought. `whole`: every repository is in `repos`. `gone`: the login has no page any more.

    `later` is set when a limit ended it early: what is in `repos` can be read all the same.
    """

    repos: list[Repo] = field(default_factory=list)
    whole: bool = False
    unchanged: bool = False
    gone: bool = False
    later: TryLater | None = None
    etag: str = ""
    known: dict[str, str] = field(default_factory=dict)  # id → name, as of the last listing
    last_whole: str = ""
    kept: dict[str, str] = field(default_factory=dict)  # vanished ones that are still to be asked for

    def bookmark(self, wanted: str) -> dict[str, Any]:
        """What the next listing needs to know, once everything of this one is saved."""
        names = {str(repo.id): repo.full_name for repo in self.repos}
        return {
            "etag": self.etag,
            "pushed": max((repo.pushed for repo in self.repos), default=""),
            "names": names | self.kept if self.whole else self.known | names,
            "wanted": wanted,
            "whole": datetime.now(UTC).isoformat() if self.whole else self.last_whole,
        }


def bookmark_name(person: Person, token: str) -> str:
    return f"listing:{person.id}:{token_hash(token)}"


def fetch_own(run: Run, client: Client, person: Person, wanted: str) -> Listing:
    """The repositories that the person owns, last pushed first; with `wanted` changed all of them again."""
    stored = run.bookmark(bookmark_name(person, client.token)) or {}
    partly = bool(stored) and stored["wanted"] == wanted and not _due(stored)
    listing = Listing(known=stored.get("names", {}), last_whole=stored.get("whole", ""))
    path = "/user/repos" if person.owner else f"/users/{person.login}/repos"
    which = {"affiliation": "owner"} if person.owner else {"type": "owner"}
    parameters = {**which, "sort": "pushed", "direction": "desc", "per_page": 100}
    try:
        reply = client.get(path, parameters, etag=stored.get("etag", "") if partly else "")
        while _take(run, listing, reply, client.forge.site):
            if not reply.next:
                listing.whole = True
                break
            if partly and listing.repos and listing.repos[-1].pushed < stored["pushed"]:
                break
            reply = client.get(reply.next)
    except TryLater as later:
        listing.later = later
    return listing


def _due(stored: dict[str, Any]) -> bool:
    return not stored["whole"] or datetime.now(UTC) - datetime.fromisoformat(stored["whole"]) > WHOLE_EVERY


def _take(run: Run, listing: Listing, reply: Reply, site: str) -> bool:
    """Add a page's repositories; False when there is none to add."""
    if reply.status == 304:  # noqa: PLR2004
        listing.unchanged = True
        return False
    if not reply.ok:
        listing.gone = True
        return False
    listing.etag = listing.etag or reply.etag
    seen = {repo.id for repo in listing.repos}  # pages shift when something is pushed meanwhile
    for item in reply.list():
        repo = parsed(run, item, site)
        if repo is not None and repo.id not in seen:
            listing.repos.append(repo)
    return True


def parsed(run: Run, item: object, site: str) -> Repo | None:
    """A repository of a list; None, and an issue, when it is not what GitHub describes."""
    if not isinstance(item, dict):
        return None
    try:
        return parse.repo(item, site)
    except UnexpectedReply as problem:
        run.issue("unexpected-item", str(problem), parse.text(item.get("full_name"), 100))
        return None
