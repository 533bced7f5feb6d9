"""What stands around every page: head, menu, filters, the note on a sample; and what is shown when none is found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc
from dash import dcc

from dashboard import cards, phrases, sides, theme
from dashboard.access.rules import rules_of
from dashboard.markup import html
from dashboard.site import Ask, Shown

if TYPE_CHECKING:
    from dash.development.base_component import Component

    from dashboard.loaded import Frames
    from dashboard.site import Site

NAVBAR = {"width": 232, "breakpoint": "md", "collapsed": {"mobile": True}}
HEADER = {"height": 56}


def icon(name: str) -> Component:
    return html.Span(className=f"sf-icon sf-icon-{name}", **{"aria-hidden": "true"})


def _header(site: Site) -> Component:
    menu = dmc.Burger(
        id="menu",
        opened=False,
        size="sm",
        hiddenFrom="md",
        **{"aria-label": "Menu", "aria-controls": "menu-bar", "aria-expanded": "false"},
    )
    name = html.Div([menu, dcc.Link([html.Span(className="sf-mark"), "Skillfolio"], href="/", className="sf-brand")])
    scheme = dmc.ColorSchemeToggle(
        id="scheme", lightIcon=icon("sun"), darkIcon=icon("moon"), variant="subtle", color="gray", size="lg",
        **{"aria-label": "Switch between light and dark"},
    )  # fmt: skip
    tools = html.Div([scheme, *_way_out(site)])
    return dmc.AppShellHeader(html.Div([name, tools], className="sf-header"))


def _way_out(site: Site) -> list[Component]:
    """A button to sign out, where one signs in. It is a plain form, so that the browser leaves the page."""
    if not rules_of(site.settings).sign_in:
        return []
    button = html.Button("Sign out", type="submit", className="sf-out")
    return [html.Form(button, action="/auth/logout", method="POST")]


def menu(site: Site, ask: Ask) -> list[Component]:
    """The menu, the page in use marked, every link keeping the filters."""

    def entry(text: str, path: str, css: str = "", colour: str = "") -> Component:
        here = ask.path == path
        dot = [html.Span(className="sf-dot", style={"background": f"var(--sf-area-{colour})"})] if colour else []
        current = {"aria-current": "page"} if here else {}
        inner = cards.link([*dot, text], ask.link(path), className=f"sf-nav {css}{' sf-here' if here else ''}")
        return html.Li(inner, **current)

    main = [entry(page.title, page.path) for page in site.menu if (page.place or 0) < 50]  # noqa: PLR2004
    more = [entry(page.title, page.path) for page in site.menu if (page.place or 0) >= 50]  # noqa: PLR2004
    areas = [entry(area.name, f"/area/{area.id}", "sf-small", area.id) for area in site.taxonomy.areas]
    return [
        html.Ul(main),
        html.H2("Areas", className="sf-nav-head"),
        html.Ul(areas),
        html.Ul(more, className="sf-nav-foot"),
        *_way_back(site),
    ]


def _way_back(site: Site) -> list[Component]:
    """From one's own work to the sample, where both are."""
    if site.side is None or site.side.name != sides.OWN:
        return []
    return [sides.button("See the sample", sides.SAMPLE, "sf-nav sf-small sf-plain")]


def filter_bar(projects: list[dict[str, str]]) -> Component:
    """From, to, projects, current only. The browser keeps them and the address the same."""
    return html.Div(
        [
            dmc.TextInput(id="filter-from", label="From", attributes={"input": {"type": "date"}}, value="", size="xs"),
            dmc.TextInput(id="filter-to", label="To", attributes={"input": {"type": "date"}}, value="", size="xs"),
            dmc.MultiSelect(
                id="filter-projects", label="Projects", placeholder="All projects", data=projects, value=[], size="xs",
                searchable=True, clearable=True, limit=60, nothingFoundMessage="No project of that name",
                className="sf-filter-projects", clearButtonProps={"aria-label": "Clear projects"}, withScrollArea=False,
                attributes=cards.SCROLLED,
            ),
            dmc.Switch(
                id="filter-current", label="Current only", checked=False, size="sm", className="sf-filter-switch"
            ),
            dmc.Button("Clear filters", id="filter-clear", variant="subtle", size="xs", n_clicks=0),
        ],
        id="filters",
        hidden=True,
        className="sf-filters",
        role="group",
        **{"aria-label": "Filters"},
    )  # fmt: skip


def sample_note(site: Site, sample: dict[str, Any] | None) -> list[Component]:
    """Says on every page that this is a sample, of what, and leads to one's own work."""
    if not sample:
        return []
    names = [str(name) for name in sample.get("repositories", ())]
    read = f", read from {phrases.count(len(names), 'public repository', 'public repositories')}, not from your work."
    text = html.P([html.Strong(str(sample.get("label") or "Sample portfolio")), read])
    leave = [sides.button("Use my own work", sides.OWN, "sf-primary")] if site.side else []
    commands = [] if site.side else [html.P("Name the places where it is, and let Skillfolio read them:")]
    commands += [
        html.Code(f"{site.command} {each}", className="sf-command")
        for each in ("add git ~/code", "add github YOUR-LOGIN", "up")
        if not site.side
    ]
    summary = "Which ones" if site.side else "Which ones, and how to see your own work"
    details = html.Details([html.Summary(summary), html.Ul([html.Li(name) for name in names]), *commands])
    return [
        html.Div(
            [html.Div([text, *leave], className="sf-sample-head"), details],
            className="sf-sample",
            role="note",
            **{"aria-label": "About this sample"},
        )
    ]


def waiting() -> Component:
    """Shown until the first page has come."""
    blocks = [dmc.Skeleton(height=height, radius="md") for height in (34, 96, 320, 220)]
    return html.Div([html.P("Loading the page", className="sf-unseen", role="status"), *blocks], className="sf-waiting")


def shell(site: Site, frames: Frames) -> Component:
    """The layout around every page."""
    projects = [{"value": str(row.project_id), "label": row.name} for row in frames.project_rows.values()]
    areas = [area.id for area in site.taxonomy.areas]
    content = html.Div(waiting(), id="content", tabIndex=-1)
    body = dmc.AppShell(
        [
            _header(site),
            dmc.AppShellNavbar(
                html.Div(id="menu-bar", className="sf-menu", tabIndex=0, role="group", **{"aria-label": "Pages"}),
                **{"aria-label": "Pages and areas"},
            ),
            dmc.AppShellMain(
                html.Div(
                    [
                        *sample_note(site, frames.sample),
                        html.Div(id="notice", role="alert"),
                        filter_bar(projects),
                        content,
                    ],
                    className="sf-main",
                ),
            ),
        ],
        id="shell",
        header=HEADER,
        navbar=NAVBAR,
        padding=0,
        transitionDuration=0,
    )  # fmt: skip
    return dmc.MantineProvider(
        [
            dcc.Location(id="url", refresh=False),
            dcc.Store(id="tokens", data=theme.browser_tokens(areas)),
            dcc.Store(id="arrival"),
            dcc.Store(id="arrived"),
            html.A("Skip to the page", href="#content", className="sf-skip"),
            html.Div(id="going", className="sf-going", **{"aria-hidden": "true"}),
            body,
        ],
        theme=theme.MANTINE,
        defaultColorScheme="auto",
    )


def not_found(path: str) -> Shown:
    """The page for an address that means nothing."""
    body = [
        cards.page_head("There is no such page"),
        cards.card(
            "Nothing is kept at this address",
            content=[
                html.P(
                    [html.Code(path[:200]), " is not a page of this portfolio. It may have been renamed or removed."]
                ),
                cards.link("Go to the overview", "/", className="sf-button"),
            ],
        ),
    ]
    return Shown("There is no such page", body, found=False)
