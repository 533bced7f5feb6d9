"""The sample and the person's own dashboard at one address: which of them answers. Only `skillfolio demo` has both.

A cookie of the browser says which side its pages are of; it only chooses, and opens nothing: each side has its gate.
What a page of the sample asks for later (its callbacks and files) goes to addresses of its own, so a window that
still shows the sample stays whole when another one has changed sides. What others may see is always the person's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from threading import Lock
from typing import TYPE_CHECKING

from flask import Response, request

from dashboard.markup import html
from data.errors import SkillfolioError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

    from dash.development.base_component import Component
    from flask import Flask

SAMPLE, OWN = "sample", "own"
PREFIX = "/~sample/"
COOKIE = "skillfolio-side"
LASTS = 365 * 24 * 3600  # seconds
SHARED = ("/p/", "/u/", "/badge/", "/card/", "/shared/")
BAD_REQUEST, UNAVAILABLE = 400, 503


@dataclass(frozen=True)
class Side:
    """One of the two, as its pages know it. `begin` makes the own one ready and returns where it begins."""

    name: str
    begin: Callable[[], str]

    @property
    def prefix(self) -> str:
        """How the addresses begin that its pages ask for later."""
        return PREFIX if self.name == SAMPLE else "/"


class Sides:
    """A WSGI application of two: `make(side)` builds each, the own one when it is first asked for."""

    def __init__(self, make: Callable[[Side], Flask], first_page: Callable[[], str], *, has_own: bool = False) -> None:
        self._make, self._first_page = make, first_page
        self._lock = Lock()
        self._own: Flask | None = None
        self._has_own = has_own  # there is a store already; a stranger's cookie does not make one
        self._sample = make(Side(SAMPLE, self.begin))

    def begin(self) -> str:
        """Have the own side ready; returns its first page. Raises SkillfolioError when its store cannot be opened."""
        with self._lock:
            if self._own is None:
                self._own = self._make(Side(OWN, self.begin))
                self._has_own = True
        return self._first_page()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path.startswith(PREFIX):
            environ["PATH_INFO"] = path[len(PREFIX) - 1 :]
        elif self._has_own and (_wants_own(environ) or path.startswith(SHARED)):
            return self._answer_own(environ, start_response)
        return self._sample(environ, start_response)

    def _answer_own(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if self._own is None:
            try:
                self.begin()
            except SkillfolioError:  # the sample goes on, and tells when it is asked again
                return self._sample(environ, start_response)
        assert self._own is not None
        return self._own(environ, start_response)


def _wants_own(environ: WSGIEnvironment) -> bool:
    try:
        kept = SimpleCookie(environ.get("HTTP_COOKIE", ""))
    except CookieError:
        return False
    return COOKIE in kept and kept[COOKIE].value == OWN


def add_choice(server: Flask, side: Side) -> None:
    """Answer the buttons that change sides. The gate looks at this request as at any other that changes something."""

    @server.post("/side")
    def choose_side() -> Response:
        to = request.form.get("to", "")
        if to not in (SAMPLE, OWN):
            return Response("There is no such side.\n", status=BAD_REQUEST, mimetype="text/plain")
        try:
            page = side.begin() if to == OWN else "/"
        except SkillfolioError as error:
            return Response(f"{error}\n", status=UNAVAILABLE, mimetype="text/plain")
        answer = Response(status=303, headers={"Location": page})
        answer.set_cookie(COOKIE, to, max_age=LASTS, httponly=True, samesite="Lax", secure=request.is_secure)
        return answer


def button(text: str, to: str, css: str) -> Component:
    """A button that changes sides. It is a plain form, so that the browser leaves the page."""
    pressed = html.Button(text, type="submit", name="to", value=to, className=css)
    return html.Form(pressed, action="/side", method="POST")
