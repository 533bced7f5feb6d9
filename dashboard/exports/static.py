"""The public page as files: one that holds everything, or a folder for a web server such as GitHub Pages."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dashboard.public import page
from data.errors import NotUsable

if TYPE_CHECKING:
    from data.public_parts import PublicPortfolio


def one_file(found: PublicPortfolio, *, script: bool = True, address: str = "") -> str:
    """Return the page as one HTML file: nothing is loaded, and its policy lets it use nothing but what it holds.

    `script=False` leaves out zoom and the values under the pointer; all else is there without it. `address` is where
    the file will stand, if it will; a preview picture is then looked for beside it.
    """
    return page.render(found, _addresses(address, image=False, script=script))


def folder(found: PublicPortfolio, *, script: bool = True, address: str = "") -> dict[str, bytes]:
    """Return the files of a static site by name; `address` (https://…/) is where it will stand."""
    from dashboard.public import picture  # noqa: PLC0415 - Pillow only where a picture is drawn

    return {
        ".nojekyll": b"",  # GitHub Pages: serve the files as they are
        "preview.png": picture.draw(found),
        "404.html": page.render_nothing(_addresses("", image=False, script=False)).encode(),
        "index.html": page.render(found, _addresses(address, image=True, script=script)).encode(),
    }


def checked_address(text: str) -> str:
    """Return the address of a folder on the web, ending in a slash; empty for none. Raises NotUsable."""
    parts = urlsplit(text)
    if text and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment):
        raise NotUsable("Write where the site will stand as https://ada.github.io/portfolio/.")
    if parts.username or parts.password:
        raise NotUsable("Write the address without a user and a password.")
    return text if not text or text.endswith("/") else f"{text}/"


def _addresses(address: str, *, image: bool, script: bool) -> page.Addresses:
    style, code = page.style(), page.inline_script() if script else ""
    return page.Addresses(
        canonical=address,
        image=f"{address.rstrip('/')}/preview.png" if address and image else "",
        icon=f"data:image/svg+xml;base64,{b64encode(page.icon().encode()).decode()}",
        style_text=style,
        script_text=code,
        policy=_policy(style, code),
    )


def _policy(style: str, script: str) -> str:
    scripts = f"script-src {_hash(script)}; " if script else ""
    rest = "img-src data:; base-uri 'none'; form-action 'none'"
    return f"default-src 'none'; style-src {_hash(style)}; {scripts}{rest}"


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
