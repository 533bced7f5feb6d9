"""The page to sign in, and what it leads to. Server-rendered, without any script."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response, redirect, render_template, request, send_file, session, url_for

from dashboard.access import headers, style
from dashboard.access.known import Known
from dashboard.access.ledger import Window, bucket
from dashboard.access.password import Password
from dashboard.access.public import public
from dashboard.access.sessions import GITHUB, PASSWORD
from data.errors import NotUsable, UnexpectedReply

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug import Response as AnyResponse

    from dashboard.access.github import GitHub
    from dashboard.access.ledger import Ledger, Verdict
    from dashboard.access.rules import Rules
    from dashboard.access.sessions import Sessions

# One address guesses 20 times an hour at most, all addresses together 300 times.
WINDOWS = (Window("minute", 60, each=5, all=30), Window("hour", 3600, each=20, all=300))
MARK = Path(__file__).parent.parent / "assets" / "favicon.svg"
POLICY = headers.STRICT_POLICY.replace("script-src 'self'", "script-src 'none'")
LONGEST_NEXT = 1000  # it travels in the cookie while one is at GitHub
NEXT = "next"
UNAUTHORIZED, FORBIDDEN, TOO_MANY, BAD_GATEWAY, SEE_OTHER = 401, 403, 429, 502, 303
CLOSED = "Sign in first: open /login of this address in a browser.\n"


def local_path(text: str | None) -> str:
    """Where to go after signing in: a page of ours, whatever the link says."""
    text = text or "/"
    plain = text.startswith("/") and len(text) <= LONGEST_NEXT and all(c.isprintable() and c not in "\\ " for c in text)
    if not plain or text.startswith("//"):
        return "/"
    try:
        parts = urlsplit(text)
    except ValueError:
        return "/"
    ours = parts.path == "/login" or parts.path.startswith(("/auth/", "/_"))
    return "/" if parts.scheme or parts.netloc or ours else text


def in_words(seconds: float) -> str:
    """How long to wait, rounded up: "42 seconds", "3 minutes"."""
    whole = max(int(seconds) + 1, 1)
    minutes = -(-whole // 60)
    if whole < 100:  # noqa: PLR2004
        return f"{whole} second{'s' if whole != 1 else ''}"
    return f"{minutes} minutes"


class SignIn:
    """The views of signing in with a password, with GitHub, or both."""

    def __init__(self, server: Flask, rules: Rules, sessions: Sessions, ledger: Ledger) -> None:
        self.sessions, self._ledger = sessions, ledger
        self._password = Password(rules.password) if rules.password else None
        self._known = Known(str(server.secret_key))
        self._github = self._connect(server, rules)
        views = Blueprint("access", __name__, template_folder="templates")
        views.add_url_rule("/login", "login", self.login, methods=["GET", "POST"])
        views.add_url_rule("/auth/github", "github", self.to_github)
        views.add_url_rule("/auth/github/back", "github_back", self.from_github)
        views.add_url_rule("/auth/logout", "logout", self.logout, methods=["POST"])
        views.add_url_rule("/auth/style.css", "style", self.style)
        views.add_url_rule("/auth/mark.svg", "mark", self.mark)
        server.register_blueprint(views)

    @staticmethod
    def _connect(server: Flask, rules: Rules) -> GitHub | None:
        if rules.github is None:
            return None
        from dashboard.access.github import GitHub  # noqa: PLC0415  (loads some 10 MB that most do not need)

        return GitHub(server, rules.github)

    def page(
        self,
        said: str = "",
        status: int = 200,
        *,
        onward: str | None = None,
        title: str = "Sign in",
        good: bool = False,
    ) -> Response:
        """The page to sign in, perhaps with what went wrong."""
        text = render_template(
            "access/login.html",
            said=said,
            good=good,
            title=title,
            next=local_path(onward if onward is not None else request.values.get(NEXT)),
            password=self._password is not None,
            github=self._github is not None,
            version=style.version(),
        )
        response = make_response(text, status)
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["Referrer-Policy"] = "same-origin"  # else the form would be sent with "Origin: null"
        if status == UNAUTHORIZED:
            response.headers["WWW-Authenticate"] = 'Cookie realm="Skillfolio", form-action="/login"'
        return response

    def refuse(self) -> Response:
        """What strangers get everywhere else: people the page to sign in, programs and callbacks a sentence."""
        wants_page = "text/html" in request.headers.get("Accept", "")
        navigates = request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
        if request.method in {"GET", "HEAD"} and wants_page and navigates:
            return self.page(status=UNAUTHORIZED, onward=request.full_path.rstrip("?"))
        response = Response(CLOSED, UNAUTHORIZED, mimetype="text/plain")
        response.headers["WWW-Authenticate"] = 'Cookie realm="Skillfolio", form-action="/login"'
        return response

    @public
    def login(self) -> AnyResponse:
        if request.method == "GET":
            if self.sessions.is_signed_in():
                return redirect(local_path(request.args.get(NEXT)))
            out = request.args.get("out") == "1"
            return self.page("You are signed out." if out else "", good=out)
        return self._try_password(request.form.get("password", ""))

    def _try_password(self, typed: str) -> AnyResponse:
        if self._password is None:
            return self.page("Signing in with a password is not set up here.", FORBIDDEN)
        if not typed:
            return self.page("Type the password.", UNAUTHORIZED)
        kind, who = self._known.tries_as(bucket(request.remote_addr))
        verdict = self._ledger.take(kind, who, WINDOWS)
        if not verdict.allowed:
            return self._too_many(verdict)
        if not self._password.matches(typed):
            left = f"{verdict.left or 'No'} {'try' if verdict.left == 1 else 'tries'} left this {verdict.window}."
            return self.page(f"Wrong password. {left}", UNAUTHORIZED, title="Wrong password")
        self._ledger.forgive(kind, who)
        return self._let_in(PASSWORD, "", request.form.get(NEXT))

    def _too_many(self, verdict: Verdict) -> Response:
        response = self.page(f"Too many tries. Wait {in_words(verdict.wait)}.", TOO_MANY, title="Too many tries")
        response.headers["Retry-After"] = str(int(verdict.wait) + 1)
        return response

    def _let_in(self, via: str, login: str, onward: str | None) -> AnyResponse:
        self.sessions.sign_in(via, login)
        response = redirect(local_path(onward), SEE_OTHER)
        self._known.remember(response)
        return response

    @public
    def to_github(self) -> AnyResponse:
        if self._github is None:
            return self.page("Signing in with GitHub is not set up here.", FORBIDDEN)
        session[NEXT] = local_path(request.args.get(NEXT))
        return self._github.leave(url_for("access.github_back", _external=True))

    @public
    def from_github(self) -> AnyResponse:
        if self._github is None:
            return self.page("Signing in with GitHub is not set up here.", FORBIDDEN)
        who = bucket(request.remote_addr)
        verdict = self._ledger.take(GITHUB, who, WINDOWS)
        if not verdict.allowed:
            return self._too_many(verdict)
        onward = session.get(NEXT)
        try:
            login = self._github.arrive()
        except NotUsable as error:
            return self.page(str(error), FORBIDDEN, onward=onward)
        except UnexpectedReply as error:
            return self.page(str(error), BAD_GATEWAY, onward=onward)
        if not self.sessions.allows(login):
            return self.page(
                f"This portfolio does not open to {login}. Are you signed in to GitHub as yourself?", FORBIDDEN
            )
        self._ledger.forgive(GITHUB, who)
        return self._let_in(GITHUB, login, onward)

    @public
    def logout(self) -> AnyResponse:
        self.sessions.sign_out()
        return redirect(url_for("access.login", out=1), SEE_OTHER)

    @public
    def style(self) -> Response:
        response = Response(style.stylesheet(), mimetype="text/css")
        response.headers["Cache-Control"] = f"public, max-age={headers.YEAR}, immutable"
        return response

    @public
    def mark(self) -> Response:
        response = send_file(MARK, mimetype="image/svg+xml", max_age=86_400)
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return response
