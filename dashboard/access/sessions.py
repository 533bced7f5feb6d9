"""Sessions: a signed cookie that says who signed in, how and when. Nothing in it is secret, nothing can be changed."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import request, session
from flask.sessions import SecureCookieSessionInterface

if TYPE_CHECKING:
    from flask import Flask

    from dashboard.access.ledger import Ledger
    from dashboard.access.rules import Rules

LASTS = timedelta(days=14)
KEY = "signed-in"
PASSWORD, GITHUB = "password", "github"
COOKIE = "skillfolio"


class Cookies(SecureCookieSessionInterface):
    """Over https the cookie is Secure and bound to the host by its name; a plain one of that host cannot stand in."""

    salt = "skillfolio-session"
    digest_method = staticmethod(hashlib.sha256)

    def get_cookie_name(self, app: Flask) -> str:  # noqa: ARG002
        return f"__Host-{COOKIE}" if request.is_secure else COOKIE

    def get_cookie_secure(self, app: Flask) -> bool:  # noqa: ARG002
        return request.is_secure

    def get_cookie_samesite(self, app: Flask) -> str:  # noqa: ARG002
        return "Lax"  # not Strict: one comes back from GitHub by a link


class Sessions:
    """Who is signed in. A change of the password, the GitHub app or the allowed logins signs out whom it concerns."""

    def __init__(self, server: Flask, rules: Rules, key: str, ledger: Ledger) -> None:
        server.secret_key = key
        server.permanent_session_lifetime = LASTS
        server.config["SESSION_REFRESH_EACH_REQUEST"] = False  # else every file that may be cached carries a cookie
        server.session_interface = Cookies()
        self._logins = rules.github.logins if rules.github else frozenset()
        self._ledger = ledger
        self._marks: dict[str, str] = {}
        if rules.password:
            self._marks[PASSWORD] = _mark(key, PASSWORD, rules.password)
        if rules.github:
            self._marks[GITHUB] = _mark(key, GITHUB, rules.github.web_url, rules.github.client_id)

    def sign_in(self, via: str, login: str = "") -> None:
        """Begin a session in place of whatever the cookie held."""
        self.sign_out()
        session[KEY] = {
            "via": via,
            "login": login,
            "at": int(time.time()),
            "id": secrets.token_urlsafe(16),
            "mark": self._marks[via],
        }
        session.permanent = True

    def sign_out(self) -> None:
        """End the session, so that a copy of its cookie is worth nothing either."""
        if self.is_signed_in():
            found = session[KEY]
            self._ledger.end(found["id"], found["at"] + LASTS.total_seconds())
        session.clear()

    def allows(self, login: str) -> bool:
        """Whether this GitHub login (lower case) may sign in."""
        return login in self._logins

    def is_signed_in(self) -> bool:
        found = session.get(KEY)
        if not isinstance(found, dict):
            return False
        via = found.get("via", "")
        mark = self._marks.get(via)
        known = mark is not None and hmac.compare_digest(mark, found.get("mark", ""))
        young = 0 <= time.time() - found.get("at", 0) + 60 < LASTS.total_seconds()
        allowed = via != GITHUB or self.allows(found.get("login", ""))
        return known and young and allowed and not self._ledger.has_ended(found.get("id", ""))


def _mark(key: str, *parts: str) -> str:
    """Equal while the settings are equal, and tells nothing about them."""
    return hmac.new(key.encode(), "\0".join(("mark", *parts)).encode(), hashlib.sha256).hexdigest()[:32]
