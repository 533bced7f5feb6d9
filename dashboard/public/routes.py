"""The public addresses: /p/<token>, /u/<name>, their preview pictures and files; badges and cards for READMEs."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException

from dashboard.access.ledger import bucket
from dashboard.access.public import public
from dashboard.access.rules import is_loopback
from dashboard.public import badges, page
from dashboard.public.drawing import SCHEMES, policy
from dashboard.public.keeping import Portfolios
from dashboard.public.trying import Misses
from dashboard.public.visiting import Visits, is_person
from data import sharing

if TYPE_CHECKING:
    from collections.abc import Callable

    from dashboard.site import Site
    from data.sharing import ShareLink

log = logging.getLogger(__name__)
NOT_FOUND, TOO_MANY, FAILED = 404, 429, 500
YEAR = 31_536_000
DAY = 86_400
BADGE_SECONDS = 600  # for which a site that embeds a badge may show an older one, of a closed link too
SLOW_DOWN = "Too many addresses were tried from here. Try again later.\n"
FILES = "/shared/"


class PublicPages:
    """What a site answers to anyone."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.portfolios = Portfolios(site.store, lambda: site.taxonomy, today)
        self.visits, self.misses = Visits(site.store), Misses()
        self.files = _files()
        self.parts = parts()

    def by_token(self, token: str, answer: Callable[[ShareLink, str], Response]) -> Response:
        return self._opened(lambda: sharing.resolve(self.site.store, token, today()), f"/p/{token}", answer)

    def by_name(self, name: str, answer: Callable[[ShareLink, str], Response]) -> Response:
        name = name.lower()  # phones begin what is typed with a capital
        return self._opened(lambda: sharing.resolve_name(self.site.store, name, today()), f"/u/{name}", answer)

    def by_either(self, key: str, answer: Callable[[ShareLink, str], Response]) -> Response:
        """Answer by a readable name or by a token, which is longer than any name."""
        return self.by_name(key, answer) if len(key) <= sharing.LONGEST_NAME else self.by_token(key, answer)

    def _opened(
        self, find: Callable[[], ShareLink | None], path: str, answer: Callable[[ShareLink, str], Response]
    ) -> Response:
        """Answer with what a link opens; alike for unknown, ended and revoked ones."""
        # of this very machine, or of a proxy on it that is not told of: everyone would wait for one
        who = "" if is_loopback(request.remote_addr) else bucket(request.remote_addr)
        seconds = self.misses.wait(who) if who else 0
        if seconds:
            return Response(SLOW_DOWN, TOO_MANY, {"Retry-After": str(seconds)}, mimetype="text/plain")
        link = find()
        if link is not None:
            return answer(link, path)
        if who:
            self.misses.count(who)
        return self.nothing()

    def page(self, link: ShareLink, path: str) -> Response:
        if request.method == "GET" and is_person(
            request.headers.get("User-Agent", ""), request.headers.get("Sec-Purpose", "")
        ):
            self.visits.count(link.id, today())
        body, mark = self.portfolios.of(link).page(self.addresses(f"/u/{link.name}" if link.name else path))
        return _kept(Response(body, mimetype="text/html"), mark, findable=link.findable)

    def picture(self, link: ShareLink, _: str) -> Response:
        body, mark = self.portfolios.of(link).picture
        answer = _kept(Response(body, mimetype="image/png"), mark, findable=link.findable)
        answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # it is made to be shown elsewhere
        return answer

    def drawing(self, link: ShareLink, draw: Callable[..., str], area: str) -> Response:
        """A badge or card of an area, or of everything; `?scheme=` light, dark or the reader's own."""
        kept = self.portfolios.of(link)
        shown = badges.area_of(kept.portfolio, area)
        if shown is None and area != badges.WHOLE:
            return self.nothing()
        asked = request.args.get("scheme", "")
        body, mark = kept.drawing(draw, shown, asked if asked in SCHEMES else SCHEMES[0])
        answer = Response(body, mimetype="image/svg+xml")
        answer.set_etag(mark)
        answer.headers["Cache-Control"] = f"public, max-age={BADGE_SECONDS}"
        answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        answer.headers["Content-Security-Policy"] = policy(body.decode())
        return answer.make_conditional(request)

    def file(self, name: str) -> Response:
        if name not in self.files:
            return self.nothing()
        text, kind = self.files[name]
        answer = Response(text, mimetype=kind)
        keep = f"max-age={YEAR}, immutable" if "-" in name else f"max-age={DAY}"
        answer.headers["Cache-Control"] = f"public, {keep}"
        return answer

    def nothing(self) -> Response:
        return Response(page.render_nothing(self.parts), NOT_FOUND, mimetype="text/html")

    def addresses(self, path: str) -> page.Addresses:
        """Where the parts of a page are; whole addresses begin as the setting says, or as the visitor asked."""
        base = base_url(self.site)
        parts = self.parts
        image = f"{base}{path}/preview.png"
        return page.Addresses(f"{base}{path}", image, style=parts.style, script=parts.script, icon=parts.icon)


def add_public_pages(site: Site) -> PublicPages:
    """Let a site answer its public addresses."""
    pages = PublicPages(site)
    blueprint = Blueprint("public", __name__)

    @blueprint.errorhandler(Exception)
    def failed(error: Exception) -> Response | HTTPException:
        """Say it to the visitor, and to the log without the address, which is a secret."""
        if isinstance(error, HTTPException):
            return error
        log.error("%s could not be made", request.endpoint, exc_info=error)
        return Response(page.render_failed(pages.parts), FAILED, mimetype="text/html")

    @blueprint.get("/p/<token>")
    @blueprint.get("/p/<token>/")  # some programs add the slash
    @public
    def page_by_token(token: str) -> Response:
        return pages.by_token(token, pages.page)

    @blueprint.get("/u/<name>")
    @blueprint.get("/u/<name>/")
    @public
    def page_by_name(name: str) -> Response:
        return pages.by_name(name, pages.page)

    @blueprint.get("/p/<token>/preview.png")
    @public
    def picture_by_token(token: str) -> Response:
        return pages.by_token(token, pages.picture)

    @blueprint.get("/u/<name>/preview.png")
    @public
    def picture_by_name(name: str) -> Response:
        return pages.by_name(name, pages.picture)

    @blueprint.get("/badge/<key>/<area>.svg")
    @public
    def badge(key: str, area: str) -> Response:
        return pages.by_either(key, lambda link, _: pages.drawing(link, badges.badge, area))

    @blueprint.get("/card/<key>.svg", defaults={"area": badges.WHOLE})
    @blueprint.get("/card/<key>/<area>.svg")
    @public
    def card(key: str, area: str) -> Response:
        return pages.by_either(key, lambda link, _: pages.drawing(link, badges.card, area))

    @blueprint.get(f"{FILES}<name>")
    @public
    def file(name: str) -> Response:
        return pages.file(name)

    site.app.server.register_blueprint(blueprint)
    return pages


def base_url(site: Site) -> str:
    """Return how addresses of this server begin, without a slash at the end."""
    return site.settings.public_url or request.url_root.rstrip("/")


def today() -> date:
    """Return today where the server stands: links end, and visits are counted, by its calendar."""
    return datetime.now(UTC).astimezone().date()


def _texts() -> tuple[tuple[str, str, str], ...]:
    return ("page.css", page.style(), "text/css"), ("page.js", page.script(), "text/javascript")


def _files() -> dict[str, tuple[str, str]]:
    """Text and type of the files of public pages, by names that change with the text."""
    named = {page.versioned(name, text): (text, kind) for name, text, kind in _texts()}
    return {**named, "icon.svg": (page.icon(), "image/svg+xml")}


def parts() -> page.Addresses:
    """Return where style, script and icon of a public page are."""
    style, script = (f"{FILES}{page.versioned(name, text)}" for name, text, _ in _texts())
    return page.Addresses(style=style, script=script, icon=f"{FILES}icon.svg")


def _kept(answer: Response, mark: str, *, findable: bool) -> Response:
    """Let browsers keep an answer but ask each time: a link that is closed is closed at once."""
    answer.set_etag(mark)
    answer.headers["Cache-Control"] = "private, no-cache"
    if findable:
        answer.headers["X-Robots-Tag"] = "all"
    return answer.make_conditional(request)
