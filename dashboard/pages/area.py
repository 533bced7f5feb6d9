"""Area: its coverage and how that grew, each of its skills, the technologies behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard import cards, figures, findings, phrases, tables
from dashboard.beginning import none_in_view, unless_empty
from dashboard.markup import html
from dashboard.shell import not_found
from dashboard.site import Ask, Page, Shown

if TYPE_CHECKING:
    from dash.development.base_component import Component

    from dashboard.site import Site

TECHNOLOGIES_SHOWN = 12


def register(site: Site) -> None:
    site.add(Page("/area/<area>", "Area", unless_empty(layout, "Area"), filtered=True, kept=True))


def layout(ask: Ask) -> Shown:
    view = ask.view
    found = [area for area in view.taxonomy.areas if area.id == ask.variables["area"]]
    if not found:
        return not_found(ask.path)
    area = found[0]
    body = [
        cards.page_head(area.name, area.summary, above=[cards.link("Overview", ask.link("/"))]),
        _tiles(ask, area.id),
        _history(ask, area.id, area.name),
        _skills(ask, area.id),
        _technologies(ask, area.id, area.name),
    ]
    return Shown(area.name, body)


def _tiles(ask: Ask, area: str) -> Component:
    view = ask.view
    row = next(each for each in view.coverage if each.area == area)
    current = sum(skill.recency == "current" for skill in view.levels_of[area])
    facts = view.area_facts(area)
    assisted = phrases.percent(facts.assisted) if facts.active_days else "–"
    weeks = "weeks count here" if row.shown else ""
    return cards.tiles(
        [
            cards.tile(phrases.percent(row.coverage), "Coverage", view.as_of_text, "/method#coverage"),
            cards.tile(
                f"{row.shown} of {row.of}", "Skills shown", f"{current or 'none'} of them current", "/method#recency"
            ),
            cards.tile(
                phrases.number(facts.active_days) if facts.active_days or not row.shown else "–",
                "Active days",
                f"in {phrases.count(facts.projects, 'project')}" if facts.active_days else weeks,
            ),
            cards.tile(assisted, "Assisted uses", "by an AI assistant", "/method#assisted"),
        ]
    )


def _rule(ask: Ask, area: str) -> str:
    """How the coverage of this area is computed."""
    found = next(each for each in ask.view.taxonomy.areas if each.id == area)
    if not found.best:
        return "The mean level of its skills, out of the highest."
    always = [ask.view.taxonomy.skills[skill].name for skill in found.always]
    best = {1: "strongest skill", 2: "two strongest skills"}.get(found.best, f"{found.best} strongest skills")
    also = f" and {phrases.listing(always)}" if always else ""
    return f"The mean level of your {best} here{also}, out of the highest: nobody needs all of them."


def _history(ask: Ask, area: str, name: str) -> Component:
    view = ask.view
    points = view.history_of[area]
    shown = f"Coverage of {name} over time"
    grown, since = view.grown[area], phrases.day(view.filters.since) if view.filters.since else ""
    yearly = list({when.year: (when, coverage) for when, coverage in points}.values())
    rows = [[phrases.day(when), phrases.percent(coverage)] for when, coverage in yearly]
    table = cards.Table(shown, ("At", "Coverage"), rows, frozenset({1}))
    return cards.card(
        findings.coverage_of_area(grown.before, grown.after, view.last_year, since),
        f"Coverage over time. {_rule(ask, area)} {view.each_point}",
        cards.graph("area-history", figures.coverage_history(points, area, ticks=8), shown, 220),
        empty=none_in_view(ask),
        table_instead=table,
        method="coverage",
    )


def _unread(ask: Ask, area: str) -> list[Component]:
    """Says which sources some skills wait for."""
    names = ask.view.unread_of(area)
    if not names:
        return []
    text = (
        f"Not read yet: {phrases.listing(names)}. Skills that only show there stand as “not read yet”. "
        "Coverage counts them like skills that are not shown."
    )
    return [html.P(text, className="sf-quiet")]


def _skills(ask: Ask, area: str) -> Component:
    view = ask.view
    listed = view.listed_of(area)
    none = "No skill of this area is current. Turn off “Current only” to see them all."
    row = next(each for each in view.coverage if each.area == area)
    current = sum(skill.recency == "current" for skill in view.levels_of[area])
    return cards.card(
        findings.skills_of_area(row.shown, row.of, current, only_current=view.filters.current),
        f"From distinct active days and projects, {view.as_of_text}. Each skill opens its proof.",
        [*_unread(ask, area), cards.table(tables.skills(ask, listed, "Its skills"))],
        empty=None if listed else cards.Empty(none),
        method="levels",
    )


def _technologies(ask: Ask, area: str, name: str) -> Component:
    view = ask.view
    rows = view.technologies_of(area)
    shown = rows[:TECHNOLOGIES_SHOWN]
    more = [
        html.P(
            [f"and {len(rows) - len(shown)} more on ", cards.link("Technologies", ask.link("/technologies"))],
            className="sf-quiet",
        )
    ]
    empty = none_in_view(ask) or (
        None if len(rows) else cards.Empty("No technology of this area was seen in your work.")
    )
    used = [findings.Used(row.name, row.active_days) for row in rows]
    return cards.card(
        findings.technologies(used, view.only),
        f"Technologies behind it: those whose use can show a skill of {name}, most active days first, {view.window}.",
        [
            cards.table(tables.technologies(ask, shown, "Technologies behind it")),
            *(more if len(rows) > len(shown) else []),
        ],
        empty=empty,
    )
