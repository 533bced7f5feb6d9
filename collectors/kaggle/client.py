"""Asks Kaggle: one request at a time, never in a hurry, with retries that end and replies that are bounded.

A call is a POST of JSON; without credentials Kaggle's older interface answers a little to GET. Redirects are followed
for files alone, and there without credentials: Kaggle's files lie on other hosts.
"""

from __future__ import annotations

import email.utils
import json
import random
import time
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import requests

from collectors.kaggle.credentials import NONE, Auth, Credentials
from collectors.loopback import is_loopback
from collectors.replies import ReplyTooLarge, pour
from data.errors import NotUsable, TryLater, UnexpectedReply

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import IO

    from collectors.kaggle.address import Site

USER_AGENT = "skillfolio"
TRIES = 5  # of a request that is told to wait
OUTAGE_TRIES = 3
LONGEST_WAIT = 20.0  # seconds that a run waits; beyond that it ends calmly
GAP = 0.5  # seconds between two requests
LARGEST_REPLY = 64 << 20
LARGEST_FILE = 512 << 20
MOST_HOPS = 3
REDIRECTS = frozenset({301, 302, 303, 307, 308})
FILE_TIMES = (5.0, 120.0)


class Limited(TryLater):
    """Kaggle asks us to wait: a limit of one of its calls, the others may still answer."""


class Outage(TryLater):
    """No answer, or one that says that Kaggle has trouble."""


class Refused(Exception):
    """What Kaggle says about one thing that was asked for: not there, not for us. The caller decides."""

    def __init__(self, status: int, message: str = "") -> None:
        super().__init__(status)
        self.status = status
        self.message = message  # the server's words; for decisions, never shown

    @property
    def missing(self) -> bool:
        return self.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE} or (
            self.status == HTTPStatus.FORBIDDEN and "not found" in self.message.lower()
        )


@dataclass(slots=True)
class Client:
    """Raises Limited and Outage (both TryLater), NotUsable for refused credentials, Refused, UnexpectedReply.

    `pause` waits that many seconds (and may end the run by raising).
    """

    site: Site
    credentials: Credentials = field(default_factory=Credentials)
    timeout: float = 30.0  # seconds without a byte
    longest: float = 180.0  # seconds for one reply
    largest: int = LARGEST_REPLY  # bytes of one
    pause: Callable[[float], None] = time.sleep
    sent: int = 0
    _session: requests.Session = field(default_factory=requests.Session, repr=False)
    _last: float = 0.0

    def __post_init__(self) -> None:
        self._session.headers["User-Agent"] = USER_AGENT
        if self.site.loopback:  # this machine is not behind a proxy
            self._session.trust_env = False

    @property
    def signed_in(self) -> bool:
        return self.credentials.kind != NONE

    def close(self) -> None:
        self._session.close()

    def call(self, method: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """The answer of `service/Method`; raises Refused for what is about the thing asked for."""
        sent = {name: value for name, value in body.items() if value is not None}
        told = self._ask("POST", f"{self.site.rpc}/{method}", {"json": sent})
        if not isinstance(told, dict):
            raise UnexpectedReply("Kaggle answered with something else than the object that was asked for.")
        return told

    def get(self, path: str, parameters: Mapping[str, Any]) -> Any:
        """What the older interface answers; without credentials little else does."""
        return self._ask("GET", f"{self.site.rest}{path}", {"params": dict(parameters)})

    def download(self, method: str, body: Mapping[str, Any], to: IO[bytes]) -> None:
        """Write the file that a call answers with, or leads to on another host, where no credential is sent."""
        verb, url, more = "POST", f"{self.site.rpc}/{method}", {"json": dict(body)}
        for _ in range(MOST_HOPS + 1):
            there = self._patiently(verb, url, more, to)
            if not isinstance(there, str):
                return
            verb, url, more = "GET", self._allowed(urljoin(url, there)), {}
        raise UnexpectedReply("Kaggle's file leads from address to address without an end.")

    def _allowed(self, url: str) -> str:
        safe = urlsplit(url).scheme == "https" or (self.site.loopback and is_loopback(url))
        if not safe:
            raise UnexpectedReply("Kaggle leads to an address that is not safe; nothing was sent there.")
        return url

    def _ask(self, verb: str, url: str, more: dict[str, Any]) -> Any:
        told = self._patiently(verb, url, more, None)
        if isinstance(told, str):
            raise UnexpectedReply("Kaggle redirects to another page (a login page?); nothing was sent there.")
        status, message = _error_in(told.data)
        if status:
            raise self._refused(status, message)
        return told.data

    def _patiently(self, verb: str, url: str, more: dict[str, Any], to: IO[bytes] | None) -> _Json | str:
        """Parsed JSON, or the address that a redirect names (nothing is returned of a file that was written)."""
        tries = 0
        while True:
            try:
                reply = self._send(verb, url, more, to)
            except requests.RequestException as error:
                problem: TryLater = Outage(f"Kaggle does not answer ({_name(error)})")
                wait, most = 0.5 * 2.0**tries, OUTAGE_TRIES
            else:
                if reply.status in REDIRECTS and reply.location:
                    return reply.location
                status, message = reply.error()
                if status == HTTPStatus.TOO_MANY_REQUESTS:
                    wait, most = max(reply.asked, 1.0 * 2.0**tries), TRIES
                    problem = Limited("Kaggle's request limit is reached", wait)
                elif status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                    problem = Outage(f"Kaggle has trouble (status {status})", reply.asked or None)
                    wait, most = max(reply.asked, 0.5 * 2.0**tries), OUTAGE_TRIES
                elif status:
                    raise self._refused(status, message)
                elif to is not None or reply.readable:
                    return _Json(reply.data)
                else:
                    problem, wait, most = Outage("Kaggle's answer was cut off"), 0.5 * 2.0**tries, OUTAGE_TRIES
            tries += 1
            if tries >= most or wait > LONGEST_WAIT:
                raise problem
            self.pause(wait * (1.0 + random.uniform(0.0, 0.25)))  # noqa: S311 - spreads, hides nothing

    def _refused(self, status: int, message: str) -> Exception:
        words = message.lower()
        if status != HTTPStatus.UNAUTHORIZED or "permission" in words:
            return Refused(status, message)
        if not self.signed_in:
            return Refused(status, message)
        return NotUsable(
            f"Kaggle refused {self.credentials.title}: it may have ended or been revoked. Make a new API token in your "
            "Kaggle settings, or remove this one."
        )

    def _send(self, verb: str, url: str, more: dict[str, Any], to: IO[bytes] | None) -> _Reply:
        if not self.site.loopback:
            since = time.monotonic() - self._last
            if self._last and since < GAP:
                self.pause(GAP - since)
        self.sent += 1
        nobody = Credentials()  # an object of its own keeps ~/.netrc away from other hosts
        auth = Auth(self.credentials if self.site.owns(url) else nobody, self.site)
        times = (5.0, self.timeout) if to is None else FILE_TIMES
        try:
            with self._session.request(
                verb,
                url,
                auth=auth,
                timeout=times,
                allow_redirects=False,
                stream=True,
                **more,
            ) as reply:
                if to is None:
                    return _read(reply, None, self.largest, self.longest)
                return _read(reply, to, self.largest, 5 * self.longest)
        except requests.RequestException:
            raise
        except ValueError:  # requests takes a redirect's address apart even where it is not to follow it
            raise UnexpectedReply("Kaggle leads to something that is no address; nothing was sent there.") from None
        finally:
            self._last = time.monotonic()
            self._session.cookies.clear()


@dataclass(frozen=True, slots=True)
class _Json:
    data: Any


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    asked: float  # seconds that Retry-After names
    location: str
    data: Any = None
    readable: bool = False

    def error(self) -> tuple[int, str]:
        """Status (0: none) and message; a reply of status 200 may hold an error too."""
        code, message = _error_in(self.data)
        if self.status >= HTTPStatus.BAD_REQUEST:
            return self.status, message
        if self.status != HTTPStatus.OK:
            raise UnexpectedReply(f"Kaggle answered with status {self.status}, which it does not describe.")
        return code, message


def _error_in(data: Any) -> tuple[int, str]:
    """Of both shapes: {"code", "message"} and {"error": {"code", "message", "status"}}, or a plain text in `error`."""
    if not isinstance(data, dict):
        return 0, ""
    told = data.get("error")
    inner = told if isinstance(told, dict) else data
    code, message = inner.get("code"), inner.get("message")
    text = message if isinstance(message, str) else told if isinstance(told, str) else ""
    number = int(code) if isinstance(code, int | str) and str(code).isdecimal() and len(str(code)) == 3 else 0  # noqa: PLR2004
    if number < HTTPStatus.BAD_REQUEST:
        number = HTTPStatus.BAD_REQUEST if told else 0
    return number, text


def _read(reply: requests.Response, to: IO[bytes] | None, largest: int, longest: float) -> _Reply:
    status, asked = reply.status_code, _seconds(reply.headers.get("Retry-After", ""))
    location = reply.headers.get("Location", "") if status in REDIRECTS else ""
    if location:
        return _Reply(status, asked, location)
    if to is not None and status == HTTPStatus.OK:
        to.seek(0)
        to.truncate()
        _pour(reply, to, LARGEST_FILE, longest)
        return _Reply(status, asked, "")
    body = BytesIO()
    _pour(reply, body, largest, longest)
    try:
        return _Reply(status, asked, "", json.loads(body.getvalue()), readable=True)
    except (ValueError, RecursionError):
        if status == HTTPStatus.OK and "json" not in reply.headers.get("Content-Type", ""):
            raise UnexpectedReply(
                "Something between here and Kaggle answered with a page instead of data (a login page?)."
            ) from None
        return _Reply(status, asked, "")


def _pour(reply: requests.Response, to: IO[bytes], most: int, longest: float) -> None:
    try:
        with closing(reply):
            pour(reply, to, most, longest)
    except ReplyTooLarge:
        raise UnexpectedReply("Kaggle's answer is larger than any that it describes.") from None


def _seconds(header: str) -> float:
    """Retry-After: seconds or a date."""
    text = header.strip()
    if text.isdecimal():
        return float(text[:9])
    try:
        return max(0.0, (email.utils.parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return 0.0


def _name(error: requests.RequestException) -> str:
    return "timeout" if isinstance(error, requests.Timeout) else type(error).__name__
