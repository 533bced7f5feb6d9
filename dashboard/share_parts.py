"""Parts of the Share page: the links there are, the preview, and the address that is shown once."""

from __future__ import annotations

import base64
from io import BytesIO
from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc
import segno
from dash import dcc, html

from dashboard import cards, phrases
from dashboard.exports.downloads import menu
from data import sharing

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


def preview(found: PublicPortfolio, link: ShareLink, href: str, *, renames: int = 0) -> Component:
    """What becomes public, told before it does: every name of a project, the sums, what stays closed.

    `renames`: how many other links will show another name of the person than they do now.
    """
    names = found.project_names
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
        html.Ul([html.Li(fact) for fact in _facts(found, link, renames)] + entries, className="sf-facts"),
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


def _facts(found: PublicPortfolio, link: ShareLink, renames: int) -> list[str]:
    summary = found.summary
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
    return facts


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
