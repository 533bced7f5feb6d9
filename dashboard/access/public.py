"""The public list: views that anyone may call. What is not marked here answers its owner only.

    @blueprint.get("/p/<token>")
    @public
    def portfolio(token: str) -> Response: ...

The mark is on the function, so a route that someone forgets to mark stays closed. The gate gives each answer of
a public view the strict headers of `headers.py`; the view may set these itself, and then its word stands:
Content-Security-Policy, X-Robots-Tag (default: noindex), Cross-Origin-Resource-Policy (default: same-origin; a
badge that other sites embed needs "cross-origin") and Cache-Control (default: no-store).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from flask import Flask

    View = TypeVar("View", bound=Callable[..., Any])

MARK = "__skillfolio_public__"
FOREIGN_ENDPOINTS = frozenset({"/healthz"})  # Dash makes this view, so it cannot carry the mark; it says "OK"


def public(view: View) -> View:
    """Put a view function on the public list. Write it below the route's own decorator."""
    setattr(view, MARK, True)
    return view


def is_public(server: Flask, endpoint: str | None) -> bool:
    """Whether anyone may call this endpoint; an address that means nothing (None) is not public."""
    if endpoint is None:
        return False
    return endpoint in FOREIGN_ENDPOINTS or getattr(server.view_functions.get(endpoint), MARK, False) is True
