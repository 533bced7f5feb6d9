"""Asks the Stack Exchange API: one request at a time, within its daily number, pausing as it asks to.

https://api.stackexchange.com/docs/throttle: 300 requests a day and address without a key, 10,000 with one; at most 30
a second; `backoff` in an answer forbids the same method for that many seconds.
"""

from __future__ import annotations

import json
import random
import re
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests

from collectors.replies import PER_REPLY, ReplyTooLarge, read_text
from data.errors import NotUsable, TryLater, UnexpectedReply

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TRIES = 3
GAP = 0.05  # seconds between two requests: 20 a second
LONGEST_BACKOFF = 86_400  # the day's requests are given anew after it, so no pause makes sense for longer
LONGEST_WAIT = 60.0  # seconds that a run waits when it is asked to; beyond that it ends calmly
RESERVE = 10  # requests left for the person's other programs
BUDGET = "Stack Overflow"
LARGEST = 16 << 20  # bytes of a reply: a hundred posts are some 100 kB
OK = 200
BAD_PARAMETER, THROTTLED = 400, 502
BROKEN = frozenset({500, 503})  # error ids: internal_error, temporarily_unavailable
ABOUT_THE_KEY = frozenset({401, 402, 403, 405, 406})
BUSY = frozenset({403, 429})  # statuses of a ban for too many requests, with any body
SERVER = 500
_IDS = re.compile(r"/-?\d+(?:;\d+)*(?=/|$)")
_SECONDS = re.compile(r"in (\d{1,7}) seconds?")


class Refused(Exception):
    """The request itself was wrong, by the API's word: a filter or id that it does not take."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One page."""

    items: list[dict[str, Any]]
    has_more: bool


@dataclass(slots=True)
class Client:
    """Raises TryLater for limits and outages, NotUsable for a refused key, Refused, and UnexpectedReply for the rest.

    `pause` waits that many seconds (and may end the run by raising); `tell` is given what is left of the day's
    requests after each reply. `waits` says until when (seconds since the epoch) a method must not be asked.
    """

    base: str
    site: str
    key: str = field(default="", repr=False)
    timeout: float = 20.0
    pause: Callable[[float], None] = time.sleep
    tell: Callable[[Mapping[str, int]], None] = lambda _left: None
    clock: Callable[[], float] = time.time
    gap: float = GAP
    waits: dict[str, float] = field(default_factory=dict)
    sent: int = 0
    left: int | None = None
    most: int = 0
    _last: float = 0.0
    _session: requests.Session = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._session = requests.Session()
        self._session.headers.update({"User-Agent": "skillfolio", "Accept": "application/json"})
        if urlsplit(self.base).scheme == "http":  # this machine: neither behind a proxy nor counting
            self._session.trust_env = False
            self.gap = 0.0

    def close(self) -> None:
        self._session.close()

    def get(self, path: str, parameters: Mapping[str, Any] | None = None, *, of_site: bool = True) -> Reply:
        """One page of a method. `path` begins with `/`."""
        asked = dict(parameters or {})
        if of_site:
            asked["site"] = self.site
        if self.key:
            asked["key"] = self.key
        method = _IDS.sub("/{ids}", path)
        tries = 0
        while True:
            self._wait(method)
            status, body = self._send(path, asked)
            found = self._judged(status, body, method)
            if isinstance(found, Reply):
                return found
            tries += 1
            if tries >= TRIES:
                raise TryLater(found)
            self.pause(0.3 * 2.0 ** (tries - 1) * random.uniform(0.8, 1.2))  # noqa: S311 - spreads, hides nothing

    def _wait(self, method: str) -> None:
        if self.left is not None and self.left < RESERVE:
            more = "" if self.key else ", and a free key (STACKEXCHANGE_KEY) brings 10,000"
            number = f"{self.most:,} " if self.most else ""
            raise TryLater(f"Stack Overflow's {number}requests of the day are used up; they are given anew daily{more}")
        seconds = self.waits.get(method, 0.0) - self.clock()
        if seconds > LONGEST_WAIT:
            raise TryLater("Stack Overflow asks for a pause", seconds)
        if seconds > 0:
            self.pause(seconds)
        self.waits.pop(method, None)
        early = self._last + self.gap - time.monotonic()
        if early > 0:
            time.sleep(early)
        self._last = time.monotonic()

    def _send(self, path: str, asked: Mapping[str, Any]) -> tuple[int, Any]:
        """Status and parsed body; status 0 with a sentence when no answer came, None for what is no JSON."""
        self.sent += 1
        try:
            with self._session.get(
                self.base + path, params=asked, timeout=self.timeout, allow_redirects=False, stream=True
            ) as reply:
                status, text = reply.status_code, read_text(reply, LARGEST, PER_REPLY * self.timeout)
        except ReplyTooLarge:
            raise UnexpectedReply("Stack Overflow's answer is larger than any that its interface has.") from None
        except requests.RequestException as error:  # its text holds the address, and so the key
            name = "timeout" if isinstance(error, requests.Timeout) else type(error).__name__
            return 0, f"Stack Overflow does not answer ({name})"
        except ValueError:  # requests takes a redirect's address apart even where it is not to follow it
            raise UnexpectedReply("Stack Overflow leads to something that is no address.") from None
        try:
            return status, json.loads(text)
        except (ValueError, RecursionError):
            return status, None

    def _judged(self, status: int, body: Any, method: str) -> Reply | str:
        """The page, or why it makes sense to ask again; raises what does not."""
        if not status:
            return str(body)
        if isinstance(body, dict):
            self._note(body, method)
            if "error_id" in body or "error_name" in body:
                return self._refusal(body)
            if status == OK:
                return _page(body)
        if status in BUSY:
            raise TryLater("Stack Overflow refuses requests from this address for a while")
        if status >= SERVER:
            return f"Stack Overflow has trouble (status {status})"
        if body is None and status == OK:
            raise UnexpectedReply(
                "Something between here and Stack Overflow answered with a page instead of data (a login page?)."
            )
        raise UnexpectedReply(f"Stack Overflow answered with status {status}, which its interface does not describe.")

    def _note(self, body: Mapping[str, Any], method: str) -> None:
        """Take over what any answer says of limits, also a refusal."""
        left, most, backoff = (_number(body.get(name)) for name in ("quota_remaining", "quota_max", "backoff"))
        if most is not None:
            self.most = most
        if left is not None:
            self.left = left
            self.tell({BUDGET: left})
        if backoff:
            self.waits[method] = self.clock() + min(backoff, LONGEST_BACKOFF) + 1.0

    def _refusal(self, body: Mapping[str, Any]) -> str:
        number = _number(body.get("error_id"))
        said = str(body.get("error_message", ""))[:300]
        if number == THROTTLED:
            found = _SECONDS.search(said)
            raise TryLater("Stack Overflow's request limit is reached", float(found[1]) if found else None)
        if number in BROKEN:
            return "Stack Overflow has trouble"
        if number in ABOUT_THE_KEY or (number == BAD_PARAMETER and "key" in said):
            raise NotUsable(
                "Stack Overflow refused the key: copy STACKEXCHANGE_KEY again, or unset it."
                if self.key
                else "Stack Overflow asks for a key: register one at https://stackapps.com and set STACKEXCHANGE_KEY."
            )
        if number == BAD_PARAMETER:
            raise Refused(said)
        raise UnexpectedReply(f"Stack Overflow answered with the error {number}, which Skillfolio does not know.")


def _page(body: Mapping[str, Any]) -> Reply:
    items = body.get("items")
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise UnexpectedReply("Stack Overflow answered with something else than the list that was asked for.")
    return Reply(items, body.get("has_more") is True)


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
