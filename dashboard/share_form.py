"""The form of the Share page: everything that a link can show or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc
from dash import html

from dashboard import cards, phrases
from dashboard.source_views import NAMES
from data import published, sharing
from data.public_folders import SOURCE
from data.public_proofs import TITLES
from data.publishable import can_be_public, kept_private_by_clones

if TYPE_CHECKING:
    from dash.development.base_component import Component

    from dashboard.site import Site
    from data.sharing import ShareLink


def form(site: Site, link: ShareLink | None) -> list[Component]:
    """The fields, filled with what a link shows; for a new one with all that is public."""
    frames = site.portfolio.frames()
    projects = frames.project_rows.values()
    may = [row for row in projects if can_be_public(row)]
    private = [row for row in projects if not can_be_public(row)]
    sources = [source.id for source in frames.origins.sources]
    new = sharing.ShareLink(
        title="",
        areas=tuple(area.id for area in site.taxonomy.areas),
        projects=tuple(row.key for row in may),
        sources=tuple(sources),
    )
    now = link or new
    return [
        _who(site, now),
        dmc.Textarea(
            id="share-introduction",
            label="Introduction",
            value=now.introduction,
            description="In your own words; plain text or Markdown. Empty: none.",
            autosize=True,
            minRows=2,
            maxRows=10,
        ),
        _choices("share-areas", "Areas", [(area.id, area.name) for area in site.taxonomy.areas], now.areas),
        _projects(may, now.projects, _left_out(site, private, some=bool(may))),
        _choices("share-sources", "Sources", [(each, _source(site, each)) for each in sources], now.sources),
        _switches(now, private),
        _address(now),
        html.Div(
            [
                dmc.Button("Preview", id="share-preview-do", n_clicks=0),
                *([dmc.Button("Cancel", id="share-cancel", n_clicks=0, variant="subtle")] if link else []),
            ],
            className="sf-actions",
        ),
    ]


def _who(site: Site, now: ShareLink) -> Component:
    return html.Div(
        [
            dmc.TextInput(
                id="share-person",
                label="Your name, as visitors read it",
                value=str(site.store.setting(published.PERSON_NAME) or ""),
                description="Stands on all your links. Empty: the title stands alone.",
                attributes={"input": {"maxLength": 80}},
            ),
            dmc.TextInput(
                id="share-title",
                label="Title",
                value=now.title,
                description="One line under your name, such as “Machine-learning engineer, forecasting”.",
                attributes={"input": {"maxLength": sharing.TITLE}},
            ),
        ],
        className="sf-pair",
    )


def _switches(now: ShareLink, private: list[Any]) -> Component:
    totals = phrases.count(len(private), "private project") if private else "private projects"
    return html.Div(
        [
            dmc.Switch(
                id="share-named",
                label="Show names of projects, and links to the code that proves each skill",
                checked=now.named,
                size="md",
            ),
            dmc.Switch(
                id="share-private",
                label=f"Let {totals} count, in totals only",
                checked=now.private_totals,
                size="md",
                disabled=not private and not now.private_totals,
            ),
            dmc.Switch(id="share-findable", label="Let search engines find the page", checked=now.findable, size="md"),
        ],
        className="sf-stack sf-tight",
    )


def _address(now: ShareLink) -> Component:
    return html.Div(
        [
            dmc.TextInput(
                id="share-name",
                label="Readable address",
                value=now.name,
                description="Anyone can guess it, such as ada-lovelace for /u/ada-lovelace. Empty: none.",
                attributes={"input": {"maxLength": 40}},
            ),
            dmc.TextInput(
                id="share-ends",
                label="Last day",
                value=now.ends.isoformat() if now.ends else "",
                description="The address opens nothing after it. Empty: until you revoke it.",
                attributes={"input": {"type": "date"}},
            ),
            dmc.TextInput(
                id="share-note",
                label="Note to yourself",
                value=now.note,
                description="For whom this is. Only you see it.",
                attributes={"input": {"maxLength": sharing.NOTE}},
            ),
        ],
        className="sf-pair",
    )


def _source(site: Site, source: str) -> str:
    choice = site.sources.get(source)
    return choice.title if choice else NAMES[source] if source == SOURCE else TITLES.get(source, source.capitalize())


def _choices(key: str, label: str, options: list[tuple[str, str]], chosen: tuple[str, ...]) -> Component:
    boxes = [dmc.Checkbox(label=name, value=value, size="md") for value, name in options]
    return dmc.CheckboxGroup(
        html.Div(boxes, className="sf-boxes"), id=key, label=label, value=[v for v, _ in options if v in chosen]
    )


def _left_out(site: Site, private: list[Any], *, some: bool) -> list[Any]:
    """Which projects are not offered, though `some` are, and what can be done about it."""
    if not private:
        return ["Projects that are read later are not shown until you choose them here."]
    these = "Only these can be shown one by one." if some else "None can be shown by itself yet."
    of = phrases.count(len(private), "private or removed project")
    never = "it is never named" if len(private) == 1 else "they are never named"
    told = f"{these} {of} cannot: {never} anywhere." if some else f"{these} {of}: {never} anywhere."
    kept = kept_private_by_clones(site.store)
    if kept:
        of = phrases.listing(list(kept), 5)
        told += f" Of {of} your folders hold work that is not on the web; that stays private."
    if site.is_sample or not any(row.source == SOURCE for row in private):
        return [told]
    sources = cards.link("Sources", "/sources")
    return [f"{told} A folder counts as private until you press “Make public” beside it on ", sources, "."]


def _projects(may: list[Any], chosen: tuple[str, ...], told: list[Any]) -> Component:
    boxes = [dmc.Checkbox(label=row.name, value=row.key, size="md") for row in may]
    group = dmc.CheckboxGroup(
        html.Div(html.Div(boxes, className="sf-boxes"), className="sf-long", tabIndex=0, role="region", hidden=not may,
                 **{"aria-label": "Projects to choose from"}),
        id="share-projects",
        label="Projects",
        description=html.Span(told, className="sf-quiet"),
        value=[row.key for row in may if row.key in chosen],
    )  # fmt: skip
    buttons = html.Div(
        [
            dmc.Button("Choose all projects", id="share-all", n_clicks=0, size="xs", variant="default"),
            dmc.Button("Choose none", id="share-none", n_clicks=0, size="xs", variant="default"),
        ],
        className="sf-actions",
        hidden=not may,
    )
    return html.Div([group, buttons], className="sf-stack sf-tight")
