"""The dashboard: `create_app` puts store, taxonomy and pages together. Nothing happens at import.

Everything a page shows comes in one answer, made for the address: path and filters. So every view can be
linked, and a reload, the back button and a sent link show the same.
"""

from __future__ import annotations

import logging
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dash import MATCH, ClientsideFunction, Dash, Input, Output, State, set_props
from flask import Response, request

from dashboard import bulk, gate, pages, shell, sides, theme
from dashboard.access.headers import owner_policy
from dashboard.answers import Answers, answer
from dashboard.markup import as_json, html, written
from dashboard.portfolio import Portfolio
from dashboard.public.routes import add_public_pages
from dashboard.site import Site, SourceChoice
from data.errors import SkillfolioError
from data.taxonomy.own import load_chosen, own_file

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dashboard.sides import Side
    from dashboard.site import FirstLook
    from data.settings import Settings
    from data.store import Store
    from data.taxonomy import Taxonomy

log = logging.getLogger(__name__)
ASSETS = Path(__file__).with_name("assets")
PLOTLY = "vendor/plotly-cartesian-4.1.1.min.js"
GRAPH = "/_dash-component-suites/dash/dcc/async-graph.js"
FAILED = "Something went wrong while making this page. The log of the server says what; the other pages still work."

HTML = '<html lang="en">'
INDEX = """<!DOCTYPE html>
<html lang="en">
<head>
{%metas%}
<meta name="color-scheme" content="light dark">
<title>{%title%}</title>
<link rel="icon" type="image/svg+xml" href="FAVICON">
<script src="SCHEME"></script>
{%css%}
<style>TOKENS</style>
PLOTLY
</head>
<body>
<noscript>The dashboard needs JavaScript. The same figures are printed by: COMMAND report</noscript>
{%app_entry%}
<footer>{%config%}{%scripts%}{%renderer%}</footer>
</body>
</html>"""


def _asset(app: Dash, path: str) -> str:
    return f"{app.get_asset_url(path)}?m={(ASSETS / path).stat().st_mtime:.0f}"


class _Dash(Dash):
    """Dash, with the title of the page asked for and the chart bundle asked for early where it is needed."""

    site: Site

    def interpolate_index(self, **parts: str) -> str:
        found = self.site.find(request.path)
        page = found[0] if found else None
        rel = "preload" if page and page.charts else "prefetch"
        bundle = f'<link rel="{rel}" as="script" href="{_asset(self, PLOTLY)}" data-plotly>'
        if rel == "preload":
            bundle += f'<link rel="preload" as="script" href="{self.get_relative_path(GRAPH)}">'
        title = f"{page.title} · Skillfolio" if page else "Skillfolio"
        made = super().interpolate_index(**{**parts, "title": escape(title)}).replace("PLOTLY", bundle, 1)
        filtered = page and page.filtered and not self.site.portfolio.frames().empty
        return made.replace(HTML, f"{HTML[:-1]} data-filtered>", 1) if filtered else made


def _told(exc: Exception) -> None:
    """Tell the person about a failure in a callback: our own errors in their words, others by the log."""
    if isinstance(exc, SkillfolioError):
        text = str(exc)
    else:
        log.error("a page failed", exc_info=exc)
        text = FAILED
    set_props("notice", {"children": html.P(text, className="sf-notice")})


def _add_routing(site: Site) -> None:
    answers = Answers(site)

    @site.app.callback(
        Output("content", "children"),
        Output("menu-bar", "children"),
        Output("filters", "hidden"),
        Output("arrival", "data"),
        Output("notice", "children"),
        Input("url", "pathname"),
        Input("url", "search"),
        running=[(Output("going", "className"), "sf-going sf-on", "sf-going")],
    )
    def update_page(path: str | None, search: str | None) -> tuple[Any, ...]:
        made = answers.of(path or "/", search or "")
        return written(made.body), written(made.menu), made.unfiltered, made.arrival, None


def _add_browser_functions(app: Dash) -> None:
    def browser(name: str) -> ClientsideFunction:
        return ClientsideFunction("skillfolio", name)

    app.clientside_callback(
        ClientsideFunction("skillfolio_charts", "draw"),
        Output({"type": "plot", "index": MATCH}, "children"),
        Input({"type": "figure", "index": MATCH}, "data"),
        Input("scheme", "computedColorScheme"),
        State("tokens", "data"),
        State({"type": "plot", "index": MATCH}, "id"),
    )
    app.clientside_callback(
        browser("filter"),
        Output("url", "search"),
        Output("filter-from", "value"),
        Output("filter-to", "value"),
        Output("filter-projects", "value"),
        Output("filter-current", "checked"),
        Input("url", "search"),
        Input("filter-from", "value"),
        Input("filter-to", "value"),
        Input("filter-projects", "value"),
        Input("filter-current", "checked"),
    )
    app.clientside_callback(
        browser("clear"),
        Output("url", "search", allow_duplicate=True),
        Input("filter-clear", "n_clicks"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        browser("menu"),
        Output("shell", "navbar"),
        Output("menu", "opened"),
        Output("menu", "aria-expanded"),
        Input("menu", "opened"),
        Input("url", "pathname"),
        State("shell", "navbar"),
        prevent_initial_call=True,
    )
    app.clientside_callback(browser("arrive"), Output("arrived", "data"), Input("arrival", "data"))


def _index(app: Dash, taxonomy: Taxonomy, command: str) -> str:
    tokens = theme.stylesheet([area.id for area in taxonomy.areas])
    return (
        INDEX.replace("FAVICON", _asset(app, "favicon.svg"))
        .replace("SCHEME", _asset(app, "scheme.js"))
        .replace("TOKENS", tokens)
        .replace("COMMAND", escape(command))
    )


def create_app(
    settings: Settings,
    store: Store,
    *,
    taxonomy: Taxonomy,
    launch: Callable[[int | None], None] | None = None,
    sources: Mapping[str, SourceChoice] | None = None,
    command: str = "skillfolio",
    first_look: FirstLook | None = None,
    side: Side | None = None,
    access: Settings | None = None,
) -> Dash:
    """Build one dashboard over a store.

    `launch(account_id | None)` starts collecting (None: everything) in another process and returns at once;
    without it the Sources page shows the command instead of a button. `sources` are those that can be added.
    `command` is how the program was called, for the commands that pages show. `first_look` is what Welcome asks.
    `side` says which of two dashboards at one address this is; `access` whose sign-in holds then (default: settings).
    """
    app = _Dash(
        "dashboard",
        title="Skillfolio",
        update_title="",
        assets_folder=str(ASSETS),
        assets_ignore=r"(plotly-.*|scheme)\.(js|txt)$",
        health_endpoint="healthz",
        suppress_callback_exceptions=True,
        meta_tags=[
            {"name": "viewport", "content": "width=device-width, initial-scale=1"},
            {
                "name": "description",
                "content": "Which skills a machine-learning engineer's own work shows, and since when.",
            },
        ],
        on_error=_told,
        compress=False,
        requests_pathname_prefix=side.prefix if side else "/",
        routes_pathname_prefix="/",
    )
    policy = gate.guard(app.server, access or settings)
    gate.compress(app.server)
    portfolio = Portfolio(store, taxonomy, own_file=own_file(settings.home), load=lambda: load_chosen(settings))
    site = Site(app, settings, store, portfolio, launch, dict(sources or {}), command=command)
    site.first_look, site.side = first_look, side
    app.site = site
    if side is not None:
        sides.add_choice(app.server, side)
    app.index_string = _index(app, taxonomy, command)
    site.public = add_public_pages(site)
    for module in pages.load():
        module.register(site)
    _add_routing(site)
    bulk.add_decisions(site, lambda path, search: written(as_json(answer(site, path, search)[0].body)))
    _add_browser_functions(app)
    app.layout = lambda: shell.shell(site, site.portfolio.frames())
    _answer_unknown_with_404(site)
    portfolio.frames().warm()
    gate.warm(app)
    policy.text = owner_policy(app.csp_hashes())
    return app


def _answer_unknown_with_404(site: Site) -> None:
    shells = {"/", "/<path:path>"}

    @site.app.server.after_request
    def say_not_found(response: Response) -> Response:
        if request.endpoint in shells and response.status_code == 200 and site.find(request.path) is None:  # noqa: PLR2004
            response.status_code = 404
        return response
