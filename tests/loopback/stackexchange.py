"""A Stack Exchange on this machine: compressed pages with their wrapper, filters, quota, backoff, and faults to order."""

from __future__ import annotations

import gzip
import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.loopback import serving

NOW = int(time.time())
DAY = 86_400
IN_DEFAULT = {  # what the API leaves out unless a filter names it
    "answers": {"tags", "title", "link"},
    "users": {"answer_count", "question_count"},
}
MESSAGES = {
    400: "bad_parameter", 403: "access_denied", 404: "no_method", 500: "internal_error",
    502: "throttle_violation", 503: "temporarily_unavailable",
}  # fmt: skip


@dataclass
class Asked:
    """A request as it came in."""

    path: str
    query: dict[str, str]

    @property
    def method(self) -> str:
        return (
            self.path.rsplit("/", 1)[-1] if not self.path.startswith("/users/") or self.path.count("/") > 2 else "users"
        )


@dataclass
class Answer:
    """`body`: a dict goes out as JSON, bytes as they are. `backoff` stands in the wrapper."""

    status: int = 200
    body: Any = None
    packed: bool = True
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False


def error(number: int, message: str = "") -> Answer:
    return Answer(400, {"error_id": number, "error_name": MESSAGES.get(number, "other"), "error_message": message})


@dataclass
class Site:
    """What the API knows of one user; posts and events are items as the API gives them with every field."""

    number: int = 1234567
    there: bool = True
    reputation: int = 5210
    badges: list[dict[str, Any]] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)
    questions: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    asked_by_others: list[dict[str, Any]] = field(default_factory=list)

    @property
    def owner(self) -> dict[str, Any]:
        return {"user_id": self.number, "display_name": "Ada &amp; Co", "reputation": self.reputation}

    def user(self) -> dict[str, Any]:
        ranks = [badge["rank"] for badge in self.badges]
        return {
            "user_id": self.number,
            "display_name": "Ada &amp; Co",
            "user_type": "registered",
            "reputation": self.reputation,
            "badge_counts": {rank: ranks.count(rank) for rank in ("gold", "silver", "bronze")},
            "answer_count": len(self.answers),
            "question_count": len(self.questions),
            "link": f"https://stackoverflow.com/users/{self.number}/ada",
        }

    def answer(
        self, number: int, at: int, *, tags: tuple[str, ...] = ("python", "pandas"), **more: Any
    ) -> dict[str, Any]:
        item = {
            "answer_id": number,
            "question_id": number - 1,
            "score": 3,
            "is_accepted": False,
            "creation_date": at,
            "last_activity_date": at,
            "owner": self.owner,
            "content_license": "CC BY-SA 4.0",
            "title": f"How to do &quot;{number}&quot;?",
            "tags": list(tags),
        } | more
        self.answers.append(item)
        self.asked_by_others.append({"question_id": number - 1, "title": item["title"], "tags": list(tags)})
        return item

    def question(self, number: int, at: int, *, tags: tuple[str, ...] = ("numpy",), **more: Any) -> dict[str, Any]:
        item = {
            "question_id": number,
            "title": f"Why {number}?",
            "tags": list(tags),
            "score": 1,
            "view_count": 10,
            "answer_count": 0,
            "is_answered": False,
            "creation_date": at,
            "last_activity_date": at,
            "owner": self.owner,
        } | more
        self.questions.append(item)
        return item

    def badge(self, number: int, name: str, at: int, rank: str = "bronze", kind: str = "named") -> None:
        self.badges.append({"badge_id": number, "name": name, "rank": rank, "badge_type": kind, "award_count": 1})
        event = {
            "timeline_type": "badge",
            "creation_date": at,
            "badge_id": number,
            "detail": name,
            "user_id": self.number,
        }
        self.events.append(event)


Fault = Callable[[Asked], Answer | None]


class _Handler(serving.Handler):
    server_of: StackExchange

    def respond(self) -> None:
        parts = urlsplit(self.path)
        ask = Asked(parts.path.removeprefix("/2.3"), dict(parse_qsl(parts.query)))
        answer = self.server_of.answer(ask)
        body = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
        headers = {**answer.headers, "Content-Type": "application/json; charset=utf-8"}
        if answer.packed:
            body, headers["Content-Encoding"] = gzip.compress(body, 1), "gzip"
        self.send(answer.status, headers, body, cut=answer.cut)


class StackExchange(serving.Server):
    """Runs in threads of the test's process. `asked` is the log; `faults` may answer instead."""

    handler = _Handler

    def __init__(self, site: Site, *, quota: int = 300, keys: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.site = site
        self.asked: list[Asked] = []
        self.faults: list[Fault] = []
        self.keys = keys
        self.quota = self.left = quota
        self.backoffs: dict[str, int] = {}  # by method, for its next answer
        self.filters: dict[str, set[str]] = {}
        self.biggest_page = 100
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"{super().url}/2.3"

    def methods(self) -> list[str]:
        return [ask.method for ask in list(self.asked)]

    def answer(self, ask: Asked) -> Answer:  # noqa: PLR0911 - one line per rule
        with self._lock:
            self.asked.append(ask)
        for fault in list(self.faults):
            found = fault(ask)
            if found is not None:
                return found
        key = ask.query.get("key", "")
        if key and key not in self.keys:
            return error(400, "`key` doesn't match a known application")
        if self.left <= 0:
            return error(502, "too many requests from this IP, more requests available in 17524 seconds")
        self.left -= 1
        if ask.path == "/filters/create":
            return self._filter(ask)
        if ask.query.get("site") != "stackoverflow":
            return error(400, "site is required")
        if "filter" in ask.query and ask.query["filter"] not in self.filters:
            return error(400, "Invalid filter specified")
        if int(ask.query.get("page", 1)) > 25 and not key:
            return error(403, "page above 25 requires access token or app key")
        return self._listed(ask)

    def _filter(self, ask: Asked) -> Answer:
        name = f"!{len(self.filters)}abc"
        self.filters[name] = set(ask.query["include"].split(";"))
        return self._wrapped(ask, [{"filter": name, "filter_type": "safe"}], more=False)

    def _listed(self, ask: Asked) -> Answer:  # noqa: PLR0911 - one line per method
        found = re.fullmatch(r"/(users|questions)/([\d;]+)(?:/(\w+))?", ask.path)
        if found is None:
            return error(404, "no method found with this name")
        kind, ids, what = found.groups()
        numbers = {int(number) for number in ids.split(";")}
        if kind == "questions":
            known = [*self.site.asked_by_others, *self.site.questions]
            return self._paged(ask, [item for item in known if item["question_id"] in numbers])
        if self.site.number not in numbers or not self.site.there:
            return self._paged(ask, [])
        match what:
            case None:
                return self._paged(ask, [self._filtered(ask, "users", self.site.user())])
            case "answers" | "questions":
                items = [self._filtered(ask, what, item) for item in getattr(self.site, what)]
                return self._paged(ask, _sorted(ask, items))
            case "timeline":
                events = sorted(self.site.events, key=lambda event: -event["creation_date"])
                return self._paged(ask, [event for event in events if _within(ask, event)])
            case "badges":
                return self._paged(ask, self.site.badges)
        return error(404, "no method found with this name")

    def _filtered(self, ask: Asked, kind: str, item: dict[str, Any]) -> dict[str, Any]:
        included = {name.partition(".")[2] for name in self.filters.get(ask.query.get("filter", ""), ())}
        left_out = IN_DEFAULT.get(kind, set()) - included
        return {name: value for name, value in item.items() if name not in left_out}

    def _paged(self, ask: Asked, items: list[dict[str, Any]]) -> Answer:
        size = min(int(ask.query.get("pagesize", 30)), self.biggest_page)
        start = (int(ask.query.get("page", 1)) - 1) * size
        return self._wrapped(ask, items[start : start + size], more=len(items) > start + size)

    def _wrapped(self, ask: Asked, items: list[dict[str, Any]], *, more: bool) -> Answer:
        body: dict[str, Any] = {"items": items, "has_more": more, "quota_max": self.quota, "quota_remaining": self.left}
        backoff = self.backoffs.pop(ask.method, 0)
        return Answer(body=body | ({"backoff": backoff} if backoff else {}))


def _within(ask: Asked, event: dict[str, Any]) -> bool:
    low, high = int(ask.query.get("fromdate", 0)), int(ask.query.get("todate", 1 << 40))
    return low <= event["creation_date"] <= high


def _sorted(ask: Asked, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    assert ask.query["sort"] == "activity"
    low = int(ask.query.get("min", 0))
    kept = [item for item in items if item.get("last_activity_date", 0) >= low]
    ordered = sorted(kept, key=lambda item: item.get("last_activity_date", 0))
    return ordered if ask.query["order"] == "asc" else ordered[::-1]
