"""What the Share page lets its owner take away: each export of a link, as a file."""

from __future__ import annotations

from contextlib import nullcontext
from threading import Lock
from typing import TYPE_CHECKING

from dash import html
from flask import Response

from dashboard.exports.formats import BY_ID, FORMATS
from dashboard.public import badges
from data import sharing
from data.errors import SkillfolioError, TryLater

if TYPE_CHECKING:
    from dash.development.base_component import Component

    from dashboard.exports.formats import Format
    from dashboard.site import Site
    from data.sharing import ShareLink

PATH = "/share/export/"
NOT_FOUND, CANNOT, LATER = 404, 409, 503


def offered(site: Site) -> list[Format]:
    """Return the formats that can be made here."""
    return [each for each in FORMATS if each.is_there(site.settings.browser)]


def menu(site: Site, link: ShareLink) -> Component:
    """The files of a link, folded away."""
    items = [
        html.Li(
            html.A(
                each.title,
                href=f"{PATH}{link.id}/{each.id}",
                download=each.file,
                className="sf-button",
                **{"aria-label": f"{each.title}: {link.title}"},
            )
        )
        for each in offered(site)
    ]
    told = html.P("Files show what the address shows, as of now. They stay as they are when you revoke the link.")
    lacking = [html.P(each.needs) for each in FORMATS if not each.is_there(site.settings.browser)]
    parts = [html.Summary("Download"), told, html.Ul(items, className="sf-downloads"), *lacking, *_readme(site, link)]
    return html.Details(parts, className="sf-details sf-files")


def _readme(site: Site, link: ShareLink) -> list[Component]:
    """How a README shows a badge that stays up to date; only where the address is one that others reach."""
    page = _address(site, link)
    if not page:
        return []
    badge = f"{site.settings.public_url}/badge/{link.name}/{badges.WHOLE}.svg"
    written = f"[![Machine-learning skills]({badge})]({page})"
    return [
        html.P("For a README, always up to date:"),
        html.Code(written, className="sf-readme", tabIndex=0, role="region", **{"aria-label": "Markdown of the badge"}),
    ]


def add_downloads(site: Site) -> None:
    """Answer the owner with the files; the gate refuses everyone else, since the view is not marked as public."""
    printing = Lock()  # a browser takes 200 MB: one at a time

    @site.app.server.get(f"{PATH}<int:number>/<name>")
    def share_export(number: int, name: str) -> Response:
        link = next((each for each in sharing.links(site.store) if each.id == number and not each.revoked), None)
        wanted = BY_ID.get(name)
        if link is None or wanted is None:
            return _said("There is no such link, or it was revoked. Go back to the page Share.", NOT_FOUND)
        found = site.public.portfolios.of(link).portfolio
        try:
            with printing if wanted.id == "pdf" else nullcontext():
                body = wanted.make(found, _address(site, link), site.settings.browser)
        except TryLater as error:
            return _said(str(error), LATER)
        except SkillfolioError as error:
            return _said(str(error), CANNOT)
        return _file(wanted, body)


def _address(site: Site, link: ShareLink) -> str:
    """Where the page is, when that is known: a token is not, and a file need not stand where the page does."""
    base = site.settings.public_url
    return f"{base}/u/{link.name}" if base and link.name else ""


def _file(wanted: Format, body: bytes) -> Response:
    answer = Response(body, mimetype=wanted.type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{wanted.file}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _said(text: str, status: int) -> Response:
    return Response(f"{text}\n", status, mimetype="text/plain")
