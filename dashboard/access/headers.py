"""What every answer carries: the content security policies, and the headers that keep an answer from being misused."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Response

YEAR = 31_536_000

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
OWNER = {
    # not "no-referrer": browsers would then send "Origin: null" with a form of our own
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
}
# Nothing inline, no script but our own files, nothing from elsewhere.
STRICT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
)
PUBLIC = {
    "Content-Security-Policy": STRICT_POLICY,
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
}


def owner_policy(script_hashes: Sequence[str] = ()) -> str:
    """The policy of the owner's pages: own files only; inline styles because the component libraries set them."""
    scripts = " ".join(["'self'", *script_hashes])
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "font-src 'self'; connect-src 'self'; worker-src 'self' blob:; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'; object-src 'none'"
    )


def dress_public(response: Response) -> None:
    """Strict headers; what a public view said itself stands."""
    for name, value in PUBLIC.items():
        response.headers.setdefault(name, value)
    response.headers.update(ALWAYS)


def dress_owner(response: Response, policy: str) -> None:
    response.headers.update(ALWAYS | OWNER | {"Content-Security-Policy": policy})


def promise_https(response: Response) -> None:
    """Tell the browser to keep to https; only for an answer that went out over it."""
    response.headers["Strict-Transport-Security"] = f"max-age={YEAR}"
