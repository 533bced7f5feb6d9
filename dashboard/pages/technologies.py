"""Technologies: what was used, how much and until when; what was imported and is not mapped to anything yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard import cards, figures, filters, findings, mapping, phrases, tables
from dashboard.beginning import none_in_view, unless_empty
from dashboard.markup import html
from dashboard.site import Ask, Page, Shown

if TYPE_CHECKING:
    from dash.development.base_component import Component

    from dashboard.site import Site

BARS = 12
ROWS_A_PAGE = 60


def register(site: Site) -> None:
    shown = unless_empty(lambda ask: layout(site, ask), "Technologies")
    site.add(Page("/technologies", "Technologies", shown, place=2, filtered=True, kept=True))
    mapping.add_mapping(site)


def layout(site: Site, ask: Ask) -> Shown:
    body = [cards.page_head("Technologies", ask.view.sentence), _bars(ask), _all(ask), _unmapped(site, ask)]
    return Shown("Technologies", body)


def _bars(ask: Ask) -> Component:
    view = ask.view
    most = view.technologies[:BARS]
    name = "Most used technologies"
    used = [findings.Used(row.name, row.active_days) for row in most]
    return cards.card(
        findings.used_most(used, view.active_day_count) if used else name,
        f"{name}, by distinct days on which you wrote something that uses them, {view.window}.",
        cards.graph(
            "technologies-bars", figures.technology_bars(most), f"{name}: bars", figures.ROW * max(len(most), 1)
        ),
        empty=none_in_view(ask) or _none(ask),
        method="evidence",
    )


def _none(ask: Ask) -> cards.Empty | None:
    return (
        None if len(ask.view.technologies) else cards.Empty("No technology that is known here was seen in your work.")
    )


def _all(ask: Ask) -> Component:
    rows = ask.view.technologies
    page, pages = filters.last_page(filters.argument(ask.search, "page"), len(rows), ROWS_A_PAGE)
    shown = rows[(page - 1) * ROWS_A_PAGE : page * ROWS_A_PAGE]
    pager = cards.more_pages(page, page < pages, lambda to: ask.link("/technologies", page=to), "technologies", pages)
    current = sum(row.recency == "current" for row in rows)
    whole = phrases.count(len(rows), "technology", "technologies")
    return cards.card(
        f"{whole}, {phrases.number(current) if current else 'none'} of them current" if rows else "No technology",
        f"Used in your code, not merely listed as a dependency, {ask.view.window}. The most active days first.",
        cards.table(tables.technologies(ask, shown, "Technologies")),
        empty=none_in_view(ask) or _none(ask),
        method="evidence",
        after=pager,
    )


def _unmapped(site: Site, ask: Ask) -> Component:
    found = ask.view.frames.unmapped
    more = (
        f" The {mapping.SHOWN} most used of {phrases.number(len(found))} are listed."
        if len(found) > mapping.SHOWN
        else ""
    )
    parts = [html.Div(mapping.table(found), id="mapping-table")]
    if len(found) and not ask.view.frames.sample:
        parts.append(mapping.form(found, site.taxonomy))
    counts = "counts" if len(found) == 1 else "count"
    packages = phrases.count(len(found), "imported package")
    return cards.card(
        f"{packages} {counts} for no skill yet" if len(found) else "Every package that you import is known",
        "Imported and not mapped: packages in your code that no rule knows yet, so they count for no skill. All dates "
        f"and projects.{more}",
        parts,
        anchor="unmapped",
    )
