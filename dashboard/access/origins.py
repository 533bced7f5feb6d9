"""Where a request comes from: this machine or another, our own page or a foreign one, under which name it asked."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request

from dashboard.access.rules import is_loopback

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
FORWARDED = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def host_name(host: str) -> str:
    """The name in a Host header, without port; empty when it is none."""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def asks_this_machine() -> bool:
    """Whether the request names this machine by its own names.

    A foreign page can point its own name at 127.0.0.1 (DNS rebinding); its requests then carry that name.
    """
    return host_name(request.host) in LOOPBACK_NAMES


def comes_from_this_machine() -> bool:
    """Whether nothing speaks for a visitor from elsewhere, come through a proxy on this machine.

    A proxy with its default settings may add no header, but then mostly speaks HTTP/1.0, as no browser does.
    """
    proxied = any(name in request.headers for name in FORWARDED)
    old = request.environ.get("SERVER_PROTOCOL") == "HTTP/1.0"
    return is_loopback(request.remote_addr) and not proxied and not old


def is_ours(*, certain: bool) -> bool:
    """Whether a request that changes something was sent by our own page.

    Browsers tell by Origin, and over https or on this machine by Sec-Fetch-Site too. Programs send neither:
    without `certain` they may.
    """
    if request.method in SAFE_METHODS:
        return True
    origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
    if origin is None and site is None:
        return not certain
    same = origin is None or origin == f"{request.scheme}://{request.host}"
    return same and site in (None, "same-origin")


def is_embedded() -> bool:
    """Whether a page of another site asks for this as a part of itself: it could make us work, though not read it.

    Following a link from there is no such thing.
    """
    foreign = request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site")
    return foreign and request.headers.get("Sec-Fetch-Dest") != "document"
