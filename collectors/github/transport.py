"""PyGithub's transport with what it leaves out: bounded replies, no redirects of its own, a bearer token.

PyGithub builds the requests; the connection handed to it replaces its reading of replies, which knows no
deadline and no size, follows a 301 without its query and polls a 202 for ever.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import github
import requests
from github.Requester import HTTPRequestsConnectionClass, HTTPSRequestsConnectionClass

from collectors.replies import PER_REPLY, read_text

if TYPE_CHECKING:
    from collections.abc import ItemsView

    from github.Requester import Requester

    from collectors.github.address import Forge

USER_AGENT = "skillfolio"
API_VERSION = "2022-11-28"
LARGEST_REPLY = 64 << 20
MOVED, NOT_YET = {301: 308}, {202: 503}  # statuses that PyGithub would act upon by itself

# at DEBUG it writes whole replies, with e-mail addresses
logging.getLogger("github.Requester").setLevel(logging.WARNING)


class Bearer(github.Auth.Token):
    """A token sent as GitHub documents it."""

    @property
    def token_type(self) -> str:
        return "Bearer"


class _Reply:
    """A reply read whole, in the shape that PyGithub expects of a connection."""

    def __init__(self, status: int, headers: ItemsView[str, str], text: str) -> None:
        self.status = status
        self._headers = headers
        self._text = text

    def getheaders(self) -> ItemsView[str, str]:
        return self._headers

    def read(self) -> str:
        return self._text


def _read_reply(connection: Any) -> _Reply:
    deadline = time.monotonic() + connection.longest
    with _opened(connection) as reply:
        text = read_text(reply, LARGEST_REPLY, deadline - time.monotonic())
        status = reply.status_code
        status = MOVED.get(status, NOT_YET.get(status, status))
        return _Reply(status, reply.headers.items(), text)


def _opened(connection: Any) -> requests.Response:
    try:
        return connection.session.request(  # type: ignore[no-any-return] # PyGithub's, untyped
            connection.verb,
            f"{connection.protocol}://{connection.place}:{connection.port}{connection.url}",
            headers=connection.headers,
            data=connection.input,
            timeout=connection.timeout,
            allow_redirects=False,
            stream=True,
        )
    except requests.RequestException:
        raise
    except ValueError:  # requests takes a redirect's address apart even where it is not to follow it
        raise requests.exceptions.InvalidURL("the reply leads to something that is no address") from None


class _Https(HTTPSRequestsConnectionClass):
    place = ""
    longest = 0.0

    def getresponse(self) -> Any:
        return _read_reply(self)


class _Http(HTTPRequestsConnectionClass):
    place = ""
    longest = 0.0

    def getresponse(self) -> Any:
        return _read_reply(self)


class Transport:
    """Sends one request at a time; raises requests.RequestException."""

    def __init__(self, forge: Forge, token: str, timeout: int, longest: float | None = None) -> None:
        self._github = github.Github(
            auth=Bearer(token) if token else None,
            base_url=forge.api,
            timeout=timeout,
            retry=None,
            seconds_between_requests=None,
            seconds_between_writes=None,
            user_agent=USER_AGENT,
            api_version=API_VERSION,
            per_page=100,
        )
        requester = self._requester
        kind = _Https if forge.api.startswith("https:") else _Http
        self._connection = kind(requester.hostname, urlsplit(forge.api).port, timeout=timeout, retry=None)
        self._connection.longest = PER_REPLY * timeout if longest is None else longest
        if forge.loopback:  # this machine is not behind a proxy
            self._connection.session.trust_env = False
        self._connection.place = f"[{requester.hostname}]" if ":" in requester.hostname else requester.hostname

    @property
    def _requester(self) -> Requester:
        return self._github.requester

    @property
    def graphql_path(self) -> str:
        return self._requester.graphql_url

    def send(
        self, verb: str, url: str, parameters: dict[str, Any], headers: dict[str, str], body: Any
    ) -> tuple[int, dict[str, str], str]:
        """(status, headers with lower-case names, text)."""
        return self._requester.requestJson(
            verb,
            url,
            parameters,
            headers,
            body,
            cnx=self._connection,
        )

    def close(self) -> None:
        self._connection.close()
        self._github.close()
