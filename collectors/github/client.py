"""Asks GitHub: one request at a time, within the budget, with retries that end, and conditional where it can be."""

from __future__ import annotations

import json
import random
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import requests

from collectors.github.budget import Budget, refusal_wait, resource_of
from collectors.github.transport import Transport
from data.errors import NotUsable, TryLater, UnexpectedReply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from collectors.github.address import Forge

TRIES = 3
DEADLINE = 180.0  # seconds for one request with all its tries and waits
LONGEST_WAIT = 20.0  # seconds that a run waits for a limit; beyond that it ends calmly
LONGEST_SEARCH_WAIT = 65.0  # search counts by the minute
OK, NOT_MODIFIED, UNAUTHORISED, FORBIDDEN, TOO_MANY = 200, 304, 401, 403, 429
REDIRECTS = frozenset({301, 302, 307, 308})
# what a reply about one item may say; the caller decides
ABOUT_ITEM = frozenset({FORBIDDEN, 404, 409, 410, 422, 451})


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: `data` is parsed JSON (None for 304), `next` the following page's address."""

    status: int
    data: Any = None
    etag: str = ""
    next: str = ""
    message: str = field(default="", repr=False)  # of a refusal, written by the server
    blocked: bool = False

    @property
    def ok(self) -> bool:
        return self.status == OK

    def list(self) -> list[dict[str, Any]]:
        """The items of a list; raises UnexpectedReply."""
        if not isinstance(self.data, list) or not all(isinstance(item, dict) for item in self.data):
            raise UnexpectedReply("GitHub answered with something else than the list that was asked for.")
        return self.data

    def dict(self) -> dict[str, Any]:
        if not isinstance(self.data, dict):
            raise UnexpectedReply("GitHub answered with something else than the object that was asked for.")
        return self.data


@dataclass(slots=True)
class Client:
    """Raises TryLater for limits and outages, NotUsable for a refused token, UnexpectedReply for the rest.

    `pause` waits that many seconds (and may end the run by raising), `tell` is given the budget after each reply.
    """

    forge: Forge
    token: str = field(default="", repr=False)
    timeout: int = 20  # seconds without a byte
    longest: float | None = None  # seconds for one answer; by default a few timeouts
    pause: Callable[[float], None] = time.sleep
    tell: Callable[[Mapping[str, int]], None] = lambda _left: None
    budget: Budget = field(default_factory=Budget)
    sent: int = 0
    _transport: Transport = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._transport = Transport(self.forge, self.token, self.timeout, self.longest)

    def close(self) -> None:
        self._transport.close()

    def get(self, path: str, parameters: Mapping[str, Any] | None = None, *, etag: str = "") -> Reply:
        """One resource or page. `path` begins with `/` or is an address that GitHub itself gave."""
        return self._ask("GET", path, dict(parameters or {}), {"If-None-Match": etag} if etag else {}, None)

    def pages(self, path: str, parameters: Mapping[str, Any], *, most: int = 1000) -> Iterator[Reply]:
        """Page after page as the Link header leads, until the caller stops or `most` were read."""
        reply = self.get(path, parameters)
        for _ in range(most):
            yield reply
            if not reply.next:
                return
            reply = self.get(reply.next)

    def graphql(self, query: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """The `data` of a query; parts that GitHub could not answer are None in it. Raises NotAnswered."""
        body = {"query": query, "variables": dict(variables)}
        for tries in range(TRIES):
            reply = self._ask("POST", self._transport.graphql_path, {}, {}, body)
            if not reply.ok:
                raise NotAnswered(reply.status)
            answer = reply.dict()
            kinds = {str(error.get("type", "")) for error in answer.get("errors") or () if isinstance(error, dict)}
            if "RATE_LIMITED" in kinds:
                self._wait_or_stop(60.0 * 2.0**tries, "graphql", LONGEST_WAIT)
                continue
            if not isinstance(answer.get("data"), dict):
                raise NotAnswered(reply.status)
            return dict(answer["data"])
        raise TryLater("GitHub's query limit is reached", 60.0)

    def _ask(self, verb: str, url: str, parameters: dict[str, Any], headers: dict[str, str], body: Any) -> Reply:
        started = time.monotonic()
        resource = resource_of(urlsplit(url).path)
        tries = hops = 0
        while True:
            self._wait_or_stop(self.budget.wait(resource, time.time()), resource, _longest(resource))
            problem: str
            try:
                status, found, text = self._send(verb, url, parameters, headers, body)
            except requests.RequestException as error:
                problem = f"GitHub does not answer ({_name(error)})"
            else:
                self.budget.note(found, resource)
                self.tell(self.budget.left())
                if status in REDIRECTS and verb == "GET" and hops == 0:
                    hops, url, parameters = 1, self._moved(url, found), {}
                    continue
                if status in {FORBIDDEN, TOO_MANY}:
                    wait = refusal_wait(status, found, text[:4096], time.time(), tries)
                    if wait is not None:
                        self._wait_or_stop(wait, resource, _longest(resource) if tries < TRIES - 1 else 0.0)
                        tries += 1
                        continue
                reply = _parsed(status, found, text)
                if reply is not None:
                    return reply
                problem = f"GitHub has trouble (status {status})" if status != OK else "GitHub's answer was cut off"
            tries += 1
            if tries >= TRIES or time.monotonic() - started > DEADLINE:
                raise TryLater(problem)
            self.pause(0.5 * 2.0 ** (tries - 1) * random.uniform(0.5, 1.5))  # noqa: S311 - spreads, hides nothing

    def _send(
        self, verb: str, url: str, parameters: dict[str, Any], headers: dict[str, str], body: Any
    ) -> tuple[int, dict[str, str], str]:
        if not url.startswith("/") and not self.forge.owns(url):
            raise UnexpectedReply("GitHub's answer points to another host; nothing was sent there.")
        self.sent += 1
        accept = {"Accept": "application/vnd.github+json", **headers}
        return self._transport.send(verb, url, parameters, accept, body)

    def _moved(self, url: str, headers: Mapping[str, str]) -> str:
        there = urljoin(urljoin(self.forge.api, url), headers.get("location", ""))
        if not self.forge.owns(there):
            raise UnexpectedReply("GitHub redirects to another host; nothing was sent there.")
        return there

    def _wait_or_stop(self, seconds: float, resource: str, longest: float) -> None:
        if seconds <= 0:
            return
        if seconds > longest:
            kind = {"core": "request", "graphql": "query"}.get(resource, resource)
            raise TryLater(f"GitHub's {kind} limit is reached", seconds)
        self.pause(seconds)


class NotAnswered(Exception):
    """This GitHub, or this token, has no answer to queries (an old server, a narrow token)."""


def _longest(resource: str) -> float:
    return LONGEST_SEARCH_WAIT if resource == "search" else LONGEST_WAIT


def _name(error: requests.RequestException) -> str:
    return "timeout" if isinstance(error, requests.Timeout) else type(error).__name__


def _parsed(status: int, headers: Mapping[str, str], text: str) -> Reply | None:
    """The reply; None when asking again makes sense."""
    if status == NOT_MODIFIED:
        return Reply(status, etag=headers.get("etag", ""))
    if status >= 500:  # noqa: PLR2004
        return None
    if status == UNAUTHORISED:
        raise NotUsable(
            "GitHub refused the token: it may have ended or been revoked. Make a new GITHUB_TOKEN, or unset it."
        )
    if status != OK and status not in ABOUT_ITEM:
        raise UnexpectedReply(f"GitHub answered with status {status}, which the interface does not describe.")
    if "json" not in headers.get("content-type", ""):
        if status != OK:
            return Reply(status)
        raise UnexpectedReply("Something between here and GitHub answered with a page instead of data (a login page?).")
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None if status == OK else Reply(status)
    if status == OK:
        return Reply(status, data, headers.get("etag", ""), _next_page(headers.get("link", "")))
    told = data if isinstance(data, dict) else {}
    return Reply(status, message=str(told.get("message", ""))[:200], blocked="block" in told)


def _next_page(link: str) -> str:
    for part in requests.utils.parse_header_links(link) if link else ():
        if part.get("rel") == "next":
            return str(part.get("url", ""))
    return ""
