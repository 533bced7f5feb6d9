"""Badges and the days on which they were awarded: only the timeline tells those.

It is read in a window that ends when reading began, so pages keep their numbers while it lasts; an unfinished one is
in the bookmark. Badges come last and stop well before the day's requests are used up.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from collectors.stackexchange import parse
from collectors.stackexchange.client import Refused
from data.errors import UnexpectedReply
from data.models import Batch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.run import Run
    from collectors.stackexchange.client import Client
    from data.models import Activity, Project

BOOKMARK = "badges"
PAGE = 100
LAST_PAGE = 25  # pages above ask for a key
OVERLAP = 86_400  # seconds: an event may reach the timeline late


def are_due(run: Run, *, news: bool) -> bool:
    """Whether to look: other badge counts than before, or a timeline that was not read to its end."""
    return news or "to" in (run.bookmark(BOOKMARK) or {})


def read(run: Run, client: Client, project: Project) -> Iterator[Batch]:
    """Badges that are new since the last time, or the first time all of them."""
    mark = dict(run.bookmark(BOOKMARK) or {})
    if "to" not in mark:
        mark = {"from": max(0, mark.get("newest", 0) - OVERLAP), "to": int(time.time()), "page": 1}
    kinds = _kinds(run, client)
    while not run.stopping():
        if client.left is not None and client.left < client.most // 3:
            run.issue("badges-later", "Badges took too many of the day's requests; the next run goes on with them.")
            return
        run.progress(step="badges")
        asked = {"fromdate": mark["from"], "todate": mark["to"], "page": mark["page"], "pagesize": PAGE}
        try:
            reply = client.get(f"/users/{run.handle}/timeline", {name: value for name, value in asked.items() if value})
        except Refused:
            raise UnexpectedReply("Stack Overflow no longer tells the timeline as its interface describes.") from None
        more = reply.has_more and bool(reply.items)
        found = _activities(run, reply.items, kinds)
        mark = _moved(mark, reply.items) if more else {"newest": mark.get("end", mark["to"])}
        yield Batch(project, found, bookmarks={BOOKMARK: mark})
        if not more:
            return


def _moved(mark: dict[str, Any], items: list[dict[str, Any]]) -> dict[str, Any]:
    """The next page; after the last one a window that ends where this one did, newest events being first."""
    dates = [date for item in items if isinstance(date := item.get("creation_date"), int)]
    low = min([mark.get("low", mark["to"]), *dates])
    if mark["page"] < LAST_PAGE:
        return {**mark, "page": mark["page"] + 1, "low": low}
    if low >= mark["to"]:
        raise UnexpectedReply("Stack Overflow's timeline does not go back in time.")
    return {"from": mark["from"], "to": low, "page": 1, "end": mark.get("end", mark["to"])}


def _activities(run: Run, items: list[dict[str, Any]], kinds: dict[int, tuple[str, bool]]) -> list[Activity]:
    found = []
    for item in items:
        try:
            badge = parse.badge(item, run.handle, kinds)
        except UnexpectedReply as problem:
            run.issue("unexpected-item", f"A badge was left out: {problem}.", "timeline")
            continue
        if badge is not None:
            found.append(badge)
    return found


def _kinds(run: Run, client: Client) -> dict[int, tuple[str, bool]]:
    """Rank of each badge of the user, and whether it is one for a tag; dates are not told here."""
    found: dict[int, tuple[str, bool]] = {}
    for page in range(1, LAST_PAGE + 1):
        try:
            reply = client.get(f"/users/{run.handle}/badges", {"pagesize": PAGE, "page": page, "sort": "name"})
        except Refused:
            return found
        for item in reply.items:
            number = item.get("badge_id")
            if isinstance(number, int):
                found[number] = (str(item.get("rank", "")), item.get("badge_type") == "tag_based")
        if not reply.has_more or run.stopping():
            break
    return found
