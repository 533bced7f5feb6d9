"""Parts of the Share page: the links there are, the form, the preview, and the address that is shown once."""

from __future__ import annotations

import base64
from io import BytesIO
from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc
import segno
from dash import dcc, html

from dashboard import cards, phrases
from dashboard.exports.downloads import menu
from data import published, sharing
from data.public_folders import SOURCE
from data.public_proofs import TITLES
from data.publishable import can_be_public, kept_private_by_clones

if TYPE_CHECKING:
    from datetime import date

    from dash.development.base_component import Component

    from dashboard.site import Site
    from data.public_parts import PublicPortfolio
    from data.sharing import ShareLink, Visits

ONCE = (
    "Copy the address now: it is shown this once. Only a fingerprint of it is kept, so nobody who sees this page or "
    "the store later can read it. If it gets lost, make a new address."
)
DAYS_TOLD = 30  # days with visits
STATES = {"active": ("open", "good"), "ended": ("ended", "warn"), "revoked": ("revoked", "")}


def links(site: Site, today: date) -> Component:
    """Every link with what it shows, its visits and what can be done with it; closed ones folded away."""
    found = sharing.links(site.store)
    visits = sharing.visits(site.store, today)
    if not found:
        empty = cards.Empty(
            "There is no link yet, so nobody else can see anything. The form below makes one; a preview comes first."
        )
        return cards.card("Your links", empty=empty)
    closed = [link for link in found if link.revoked]
    items = [_link(site, link, visits.get(link.id, sharing.Visits()), today) for link in found if not link.revoked]
    content: list[Any] = [html.Ul(items, className="sf-links")] if items else [html.P("No link is open.")]
    if closed:
        rows = [html.Li([html.Strong(link.title), html.Span(_closed(link, visits))]) for link in closed]
        title = f"{phrases.count(len(closed), 'revoked link')}"
        content.append(html.Details([html.Summary(title), html.Ul(rows, className="sf-list")], className="sf-details"))
    return cards.card("Your links", content=content)


def _closed(link: ShareLink, visits: dict[int, Visits]) -> str:
    total = visits[link.id].total if link.id in visits else 0
    return f"revoked {phrases.day(link.revoked)}, {phrases.count(total, 'visit')} in all"


def _link(site: Site, link: ShareLink, visits: Visits, today: date) -> Component:
    word, tone = STATES[link.state(today)]
    head = html.Div([html.H3(link.title), cards.chip(word, tone), *_address(link)], className="sf-chips")
    facts = [
        _visits(visits, today),
        f"made {phrases.day(link.made)}",
        f"ends {phrases.day(link.ends)}" if link.ends else "no end date",
        phrases.count(len(link.areas), "area"),
        phrases.count(len(link.projects), "project") + ("" if link.named else ", without names"),
        *(["private projects in totals"] if link.private_totals else []),
        *(["search engines may find it"] if link.findable else []),
    ]
    note = [html.P(link.note, className="sf-quiet")] if link.note else []

    def button(do: str, text: str, **more: Any) -> Component:
        return dmc.Button(
            text,
            id={"type": "share-do", "do": do, "link": link.id},
            n_clicks=0,
            size="xs",
            variant="default",
            **{"aria-label": f"{text}: {link.title}"},
            **more,
        )

    actions = [button("change", "Change"), button("renew", "New address"), button("revoke", "Revoke", color="red")]
    text = html.P(" · ".join(facts), className="sf-quiet")
    parts = [head, *note, text, *(_by_day(site, link) if visits.total else []), menu(site, link)]
    return html.Li([html.Div(parts), html.Div(actions, className="sf-actions")])


def _by_day(site: Site, link: ShareLink) -> list[Component]:
    """The latest days with visits, folded away."""
    found = sharing.visits_by_day(site.store, link.id)[: -DAYS_TOLD - 1 : -1]
    rows = [html.Li([html.Span(phrases.day(day)), html.Span(phrases.count(number, "visit"))]) for day, number in found]
    summary = html.Summary("Visits by day", **{"aria-label": f"Visits by day: {link.title}"})
    return [html.Details([summary, html.Ul(rows, className="sf-list")], className="sf-details")]


def _address(link: ShareLink) -> list[Component]:
    """The readable address; the other one is not known any more."""
    if not link.name:
        return []
    return [html.A(f"/u/{link.name}", href=f"/u/{link.name}", target="_blank", rel="noopener")]


def _visits(visits: Visits, today: date) -> str:
    if not visits.total or visits.last is None:
        return "not opened yet"
    last = phrases.ago(visits.last, today)
    return f"{phrases.count(visits.total, 'visit')}, {phrases.number(visits.recent)} in 30 days, the last {last}"


def form(site: Site, link: ShareLink | None) -> list[Component]:
    """The fields, filled with what a link shows; for a new one with all that is public."""
    projects = site.portfolio.frames().project_rows.values()
    may = [row for row in projects if can_be_public(row)]
    private = [row for row in projects if not can_be_public(row)]
    totals = phrases.count(len(private), "private project") if private else "private projects"
    sources = sorted({row.source for row in projects})
    new = sharing.ShareLink(
        title="",
        areas=tuple(area.id for area in site.taxonomy.areas),
        projects=tuple(row.key for row in may),
        sources=tuple(sources),
    )
    now = link or new
    return [
        html.Div(
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
        ),
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
        html.Div(
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
                dmc.Switch(
                    id="share-findable", label="Let search engines find the page", checked=now.findable, size="md"
                ),
            ],
            className="sf-stack sf-tight",
        ),
        html.Div(
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
        ),
        html.Div(
            [
                dmc.Button("Preview", id="share-preview-do", n_clicks=0),
                *([dmc.Button("Cancel", id="share-cancel", n_clicks=0, variant="subtle")] if link else []),
            ],
            className="sf-actions",
        ),
    ]


def _source(site: Site, source: str) -> str:
    choice = site.sources.get(source)
    return choice.title if choice else TITLES.get(source, source.capitalize())


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


def preview(found: PublicPortfolio, link: ShareLink, href: str, *, renames: int = 0) -> Component:
    """What becomes public, told before it does: every name of a project, the sums, what stays closed.

    `renames`: how many other links will show another name of the person than they do now.
    """
    summary = found.summary
    names = found.project_names
    skills = f"{summary.skills_shown} of {phrases.count(summary.skills_of, 'skill')}"
    linked = phrases.count(summary.proofs, "link")
    facts = [
        f"{phrases.count(len(found.areas), 'area')}: {phrases.listing([area.name for area in found.areas], 8)}",
        f"{skills}, {f'with {linked}' if summary.proofs else 'without links'} to the code",
        phrases.count(summary.active_days, "active day"),
        phrases.count(len(found.technologies), "technology", "technologies"),
        f"{phrases.count(summary.private_projects, 'private project')} in totals, without names"
        if summary.private_projects
        else "nothing of private projects",
        "search engines may find it" if found.findable else "search engines are told to leave it out",
        f"open to {phrases.day(link.ends)}" if link.ends else "open until you revoke it",
    ]
    if renames:
        called = f"say “{found.person}”" if found.person else "lose your name"
        facts.append(f"{phrases.count(renames, 'other link')} will {called} too, since your name stands on all of them")
    told = (
        f"{phrases.count(len(names), 'name')} of projects will be public:"
        if names
        else "No name of a project will be public."
    )
    entries = [
        html.Li(f"{source.title}: {phrases.count(len(source.entries), 'title')} of what you did there")
        for source in found.sources
        if source.entries
    ]
    listed = html.Ul([html.Li(name) for name in names], className="sf-names", id="share-names")
    parts = [
        html.Ul([html.Li(fact) for fact in facts] + entries, className="sf-facts"),
        html.H3(told),
        *([listed] if names else []),
        html.Div(
            [
                dmc.Button("Save the change" if link.id else "Make it public", id="share-publish", n_clicks=0),
                html.A(
                    "Open the page as visitors will see it",
                    href=href,
                    target="_blank",
                    rel="noopener",
                    className="sf-button",
                ),
            ],
            className="sf-actions",
        ),
    ]
    title = f"What “{link.title}” will show"
    now = "Visitors see what they saw before, until you save it." if link.id else "Nothing of it is public yet."
    return cards.card(title, f"{now} Look at it, then decide.", parts, css="sf-previewed")


def address(url: str, title: str) -> Component:
    """The address of a link, shown once, with a way to copy it and a picture to scan."""
    code = BytesIO()
    segno.make(url, error="m").save(code, kind="png", scale=6, border=3)
    source = f"data:image/png;base64,{base64.b64encode(code.getvalue()).decode()}"
    field = dmc.TextInput(
        id="share-address",
        label="Address",
        value=url,
        readOnly=True,
        className="sf-grow",
        attributes={"input": {"autoFocus": True}},  # the button that made it is gone, and the focus with it
    )
    copy = dmc.CopyButton(value=url, children="Copy", copiedChildren="Copied", variant="default")
    return cards.card(
        f"“{title}” is open",
        ONCE,
        [
            html.Div([field, copy], className="sf-form"),
            html.Div(
                [
                    html.Img(
                        src=source, alt=f"QR code of the address of {title}", className="sf-code", width=180, height=180
                    ),
                    html.Div(
                        [
                            html.P("Scan it, or put it on paper."),
                            html.A(
                                "Save the QR code", href=source, download="skillfolio-qr.png", className="sf-button"
                            ),
                            html.A("Open the page", href=url, target="_blank", rel="noopener", className="sf-button"),
                        ],
                        className="sf-stack sf-tight",
                    ),
                ],
                className="sf-coded",
            ),
        ],
    )


def said(text: Any) -> Component:
    return html.P(text, className="sf-said sf-sample")


def refused(text: str) -> Component:
    return html.P(text, className="sf-notice")


def confirmation() -> list[Component]:
    return [dcc.ConfirmDialog(id="share-confirm", message=""), dcc.Store(id="share-asked")]
