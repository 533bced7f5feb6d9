"""Who is answered: the gate, in front of every route; and caching, compression and the first request.

The gate decides by Flask's endpoint, never by the text of a path, so no spelling of a path slips past it. What is
not on the public list (`access/public.py`) is for the owner: the person at this machine, or, once a password or
GitHub is set, whoever signed in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, request
from flask_compress import Compress
from werkzeug.middleware.proxy_fix import ProxyFix

from dashboard.access import headers, origins
from dashboard.access.keys import signing_key
from dashboard.access.ledger import Ledger
from dashboard.access.public import FOREIGN_ENDPOINTS, is_public
from dashboard.access.rules import rules_of
from dashboard.access.sessions import Sessions

if TYPE_CHECKING:
    from collections.abc import Callable

    from dash import Dash
    from flask import Flask
    from werkzeug import Response as AnyResponse

    from dashboard.access.rules import Rules
    from data.settings import Settings

    Gate = Callable[[bool], AnyResponse | None]  # asked whether the view is public; None lets in

CLOSED = (
    "This portfolio answers only on the machine it runs on, at http://127.0.0.1 or http://localhost. "
    "To read it from elsewhere, bring its port to your own machine: ssh -L {port}:127.0.0.1:{port} HOST\n"
    "or set how you sign in (SKILLFOLIO_PASSWORD, or GitHub) and start it again.\n"
)
FOREIGN = "This request came from another site and was not carried out.\n"
BEHIND = (
    "If it is your own site behind a proxy, say how many proxies stand in front (SKILLFOLIO_PROXIES=1), and let the "
    "proxy pass on Host and X-Forwarded-Proto.\n"
)
UNNAMED = "This server does not answer under that name. Its owner sets the names: SKILLFOLIO_HOSTS.\n"
INSIDE = "skillfolio.inside"  # in the environment of a request that we make ourselves; no header becomes this
YEAR = 31_536_000
OK = 200
NOT_MODIFIED = 304
UNAUTHORIZED, FORBIDDEN = 401, 403
LARGEST_BODY = 3_000_000  # bytes; a callback's body is some kilobytes, a calendar of 2 MB in base64 is the largest


class Policy:
    """The content security policy of the owner's pages; the hashes in it are known when all callbacks are."""

    text = headers.owner_policy()


class StaticBodies:
    """Compressed bodies of files that are the same for everyone; an answer with data is never kept."""

    def __init__(self) -> None:
        self.bodies: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        return self.bodies.get(key)

    def set(self, key: str, body: bytes) -> None:
        if key.partition(";")[2].startswith(("/_dash-component-suites/", "/assets/")):
            self.bodies[key] = body


def _cache(response: Response) -> None:
    """Files with a version in their address stay for a year, other files are asked for again, answers never stay."""
    path = request.path
    if path.startswith("/assets/"):
        versioned = "m" in request.args
    elif path.startswith("/_dash-component-suites/"):
        versioned = response.cache_control.max_age is not None  # Dash says so where the address holds a version
    else:
        response.headers["Cache-Control"] = "no-store"
        return
    if response.status_code in {OK, NOT_MODIFIED}:
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable" if versioned else "no-cache"


def guard(server: Flask, settings: Settings) -> Policy:
    """Put gate, sign-in and headers on a server; returns the policy so that it can be filled in later.

    Raises NotUsable when the settings for signing in are not whole, or nothing can be kept beside the store.
    """
    rules = rules_of(settings)
    server.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    if rules.proxies:
        # names are not taken from X-Forwarded-Host: a proxy that does not set it would let the visitor choose
        server.wsgi_app = ProxyFix(server.wsgi_app, x_for=rules.proxies, x_proto=rules.proxies, x_host=0)
    gate = _open_gate(server, settings, rules) if rules.sign_in else _home_gate(settings.port)

    @server.before_request
    def refuse_strangers() -> AnyResponse | None:
        if request.environ.get(INSIDE) is True:
            return None
        if request.endpoint in FOREIGN_ENDPOINTS:
            return None
        return _misnamed(rules) or gate(is_public(server, request.endpoint))

    policy = Policy()

    @server.after_request
    def dress(response: Response) -> Response:
        if is_public(server, request.endpoint) or response.status_code == UNAUTHORIZED:
            headers.dress_public(response)
        else:
            headers.dress_owner(response, policy.text)
            _cache(response)
        if request.is_secure and not origins.asks_this_machine():
            headers.promise_https(response)
        return response

    return policy


def _misnamed(rules: Rules) -> Response | None:
    """Refuse other names than those that are set; this machine's own serve on it whatever is set."""
    if not rules.hosts or origins.host_name(request.host) in rules.hosts:
        return None
    if origins.asks_this_machine() and origins.comes_from_this_machine():
        return None
    return _say(UNNAMED, FORBIDDEN)


def _home_gate(port: int) -> Gate:
    """Nobody signs in: who sits at this machine is answered."""

    def let_in(public: bool) -> AnyResponse | None:
        if not public and not origins.comes_from_this_machine():
            return _say(CLOSED.format(port=port), UNAUTHORIZED)
        if not public and not origins.asks_this_machine():
            return _say(CLOSED.format(port=port), FORBIDDEN)
        return None if _is_ours(public, certain=False) else _say(FOREIGN, FORBIDDEN)

    return let_in


def _open_gate(server: Flask, settings: Settings, rules: Rules) -> Gate:
    """Everyone signs in."""
    from dashboard.access.signing_in import SignIn  # noqa: PLC0415  (who stays on their machine needs none of it)

    ledger = Ledger(settings.home)
    door = SignIn(server, rules, Sessions(server, rules, signing_key(settings), ledger), ledger)

    def let_in(public: bool) -> AnyResponse | None:
        if not public and not door.sessions.is_signed_in():
            return door.refuse()
        if not _is_ours(public, certain=True):
            return _say(FOREIGN if rules.proxies else FOREIGN + BEHIND, FORBIDDEN)
        return None

    return let_in


def _is_ours(public: bool, *, certain: bool) -> bool:
    """Others may put public pictures into theirs; nobody else's page may ask for what is the owner's."""
    return origins.is_ours(certain=certain) and (public or not origins.is_embedded())


def _say(text: str, status: int) -> Response:
    return Response(text, status=status, mimetype="text/plain")


def compress(server: Flask) -> None:
    """Compress answers, keeping the compressed form of static files."""
    bodies = StaticBodies()
    server.config.update(
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_CACHE_KEY=lambda asked: asked.path,
        COMPRESS_CACHE_BACKEND=lambda: bodies,
    )
    Compress().init_app(server)

    @server.after_request  # runs before the compression: the last one registered is the first one called
    def read_whole(response: Response) -> Response:
        """Files are sent as streams, which would be compressed anew each time and left open."""
        if response.direct_passthrough:
            response.direct_passthrough = False
            response.make_sequence()
        return response


def warm(app: Dash) -> None:
    """Make the first request here: a threaded server races on it, and hooks cannot be added after it."""
    with app.server.test_client() as client:
        answer = client.get(app.config.routes_pathname_prefix + "_dash-dependencies", environ_base={INSIDE: True})
    if answer.status_code != OK:
        raise RuntimeError("the dashboard's layout cannot be made; the log holds the reason")
