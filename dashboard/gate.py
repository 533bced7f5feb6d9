"""Who may ask, and what every answer carries: the gate, the security headers, caching and compression.

The pages show everything a person has, so they answer on the person's own machine only. The gate decides by
Flask's endpoint, never by the text of a path, so no spelling of a path slips past it.
"""

from __future__ import annotations

import gc
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Response, request
from flask_compress import Compress

from dashboard.access import headers
from dashboard.access.public import is_public

if TYPE_CHECKING:
    from dash import Dash
    from flask import Flask

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP")
CLOSED = (
    "This portfolio answers only on the machine it runs on, at http://127.0.0.1 or http://localhost. "
    "To read it from elsewhere, bring its port to your own machine: ssh -L {port}:127.0.0.1:{port} HOST\n"
)
FOREIGN = "This request came from another site and was not carried out.\n"
YEAR = 31_536_000
OK = 200
NOT_MODIFIED = 304
LARGEST_BODY = 1_000_000  # bytes; a callback's body is some kilobytes


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


def _is_loopback(address: str | None) -> bool:
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return (mapped or parsed).is_loopback


def _host_name(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _is_here() -> bool:
    """Whether the request comes from this machine, names it by its own names, and came through no proxy.

    The name is checked because a foreign page can point its own name at 127.0.0.1 (DNS rebinding).
    """
    named = _host_name(request.host) in LOOPBACK_NAMES
    return named and _is_loopback(request.remote_addr) and not any(name in request.headers for name in FORWARDED)


def refuse_foreign_posts() -> Response | None:
    """Refuse what another site's page sends through the person's browser."""
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return None
    origin = request.headers.get("Origin")
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    own = origin is None or origin == f"{request.scheme}://{request.host}"
    return None if own and site == "same-origin" else Response(FOREIGN, status=403, mimetype="text/plain")


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


def guard(server: Flask, port: int) -> Policy:
    """Put the gate and the headers on a server; returns the policy so that it can be filled in later."""
    policy = Policy()
    server.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY

    @server.before_request
    def refuse_strangers() -> Response | None:
        if is_public(server, request.endpoint) or _is_here():
            return None
        return Response(CLOSED.format(port=port), status=403, mimetype="text/plain")

    server.before_request(refuse_foreign_posts)

    @server.after_request
    def dress(response: Response) -> Response:
        if is_public(server, request.endpoint):
            headers.dress_public(response)
        else:
            headers.dress_owner(response, policy.text)
            _cache(response)
        return response

    return policy


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
        answer = client.get(app.config.routes_pathname_prefix + "_dash-dependencies")
    if answer.status_code != OK:
        raise RuntimeError("the dashboard's layout cannot be made; the log holds the reason")
    gc.collect()
    gc.freeze()  # what is loaded by now stays; looking at it again took a tenth of a second now and then
