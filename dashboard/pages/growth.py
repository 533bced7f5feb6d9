"""Growth: coverage over time, when each skill began and was last seen, active days, what changed in a window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard import cards, figures, findings, phrases, source_figures, splitting
from dashboard.beginning import none_in_view, unless_empty
from dashboard.cards import Table
from dashboard.markup import html
from dashboard.site import Ask, Page, Shown

if TYPE_CHECKING:
    from dash.development.base_component import Component

    from dashboard.site import Site
    from dashboard.skill_views import SkillRow
    from dashboard.source_views import SourceSpan

YEARS_SHOWN = 5  # in the table of parts


def register(site: Site) -> None:
    site.add(Page("/growth", "Growth", unless_empty(layout, "Growth"), place=1, filtered=True, kept=True))


def layout(ask: Ask) -> Shown:
    body = [
        cards.page_head("Growth", ask.view.sentence, beside=splitting.control(ask)),
        _history(ask),
        _months(ask) if ask.split else _calendar(ask),
        html.Div([_changes(ask)], className="sf-stack"),
        _first_uses_by_source(ask) if ask.split else _first_uses(ask),
    ]
    return Shown("Growth", body)


def _history(ask: Ask) -> Component:
    view = ask.view
    parts = []
    for area in view.coverage:
        points = view.history_of[area.area]
        figure = (
            source_figures.coverage_history(view.history_parts[area.area], view.sources)
            if ask.split
            else figures.coverage_history(points, area.area)
        )
        drawn = cards.graph(f"growth-{area.area}", figure, f"Coverage of {area.name} over time", 130)
        head = html.H3(
            [cards.link(area.name, ask.link(f"/area/{area.area}")), html.Span(phrases.percent(area.coverage))]
        )
        parts.append(html.Div([head, drawn]))
    split = " What a skill adds is divided among the sources as its active days are." if ask.split else ""
    multiples = html.Div(parts, className="sf-multiples")
    name = "Coverage over time, by area and source" if ask.split else "Coverage over time, by area"
    return cards.card(
        _grown(ask),
        f"{name}. {view.each_point} Coverage is the mean level of the area’s skills, out of the highest.{split}",
        [splitting.legend(view.seen_sources), multiples] if ask.split else multiples,
        empty=none_in_view(ask),
        table_instead=_parts_table(ask) if ask.split else _history_table(ask),
        method="growth" if ask.split else "coverage",
    )


def _grown(ask: Ask) -> str:
    view = ask.view
    if ask.split:
        latest = [points[-1][1] for points in view.history_parts.values() if points]
        return splitting.from_sources(latest, view.sources, "the coverage")
    begun = view.bounds[0] if view.bounds else None
    since = phrases.day(view.filters.since) if view.filters.since else str(begun.year) if begun else ""
    # within a window everything begins at nothing, so only how far it came is told
    grown = [row._replace(before=row.after) if view.filters.since else row for row in view.grown.values()]
    return findings.grown(grown, view.last_year, since)


def _parts_table(ask: Ask) -> Table:
    """Each area at the end of each of the latest years, and now."""
    view = ask.view
    rows = [
        ([area.name, phrases.day(when)], parts)
        for area in view.coverage
        for when, parts in list({when.year: (when, parts) for when, parts in view.history_parts[area.area]}.values())[
            -YEARS_SHOWN:
        ]
        if any(parts)
    ]
    caption = f"Coverage by source at the last point of each year, up to {YEARS_SHOWN} years"
    return splitting.parts_table(caption, ("Area", "At"), rows, view.sources)


def _months(ask: Ask) -> Component:
    """The calendar's days as bars that can be split."""
    view = ask.view
    name = "Active days by source"
    sums: dict[int, list[float]] = {}
    for row in view.month_parts:
        known = sums.setdefault(row.month.year, [0.0] * len(view.sources))
        sums[row.month.year] = [round(one + other, 2) for one, other in zip(known, row.days, strict=True)]
    rows = [([str(year)], days) for year, days in sorted(sums.items(), reverse=True)]
    step = "quarter" if source_figures.by_quarter(view.month_parts) else "month"
    figure = source_figures.months(view.month_parts, view.sources, view.bounds)
    return cards.card(
        splitting.from_sources([row.days for row in view.month_parts], view.sources, "the active days"),
        f"{name} and {step}, {view.window}. {splitting.RULE}",
        [splitting.legend(view.seen_sources), cards.graph("growth-months", figure, f"{name}: bars", 240)],
        empty=none_in_view(ask),
        table_instead=splitting.parts_table(
            "Active days by year and source", ("Year",), rows, view.sources, splitting.days
        ),
        method="growth",
    )


def _history_table(ask: Ask) -> Table:
    """At the end of each year, and now."""
    view = ask.view
    areas = view.coverage
    last = {when.year: number for number, (when, _) in enumerate(view.history_of[areas[0].area])}
    rows = [
        [
            phrases.day(view.history_of[areas[0].area][number][0]),
            *(phrases.percent(view.history_of[area.area][number][1]) for area in areas),
        ]
        for number in last.values()
    ]
    heads = ("At", *(area.name for area in areas))
    return Table("Coverage at the last point of each year", heads, rows, frozenset(range(1, len(areas) + 1)))


def _calendar(ask: Ask) -> Component:
    view = ask.view
    years = view.days_by_year
    name = "Active days, week by week"
    table = Table(
        "Active days by year",
        ("Year", "Active days", "Longest run of active weeks"),
        [[str(row.year), phrases.number(row.days), phrases.count(row.weeks, "week")] for row in years],
        frozenset({1, 2}),
    )
    height = figures.YEAR_ROW * max(len(years), 2) + 34
    return cards.card(
        findings.active_days(view.active_day_count, view.recent_days, view.last_year, view.window),
        f"{name}: a row is a year, a square a week. The stronger its colour, the more days on which you wrote "
        f"something, {view.window}.",
        cards.graph("growth-calendar", figures.activity_calendar(view.days), f"{name}: calendar", height, 560),
        empty=none_in_view(ask),
        table_instead=table,
        method="growth",
    )


def _changes(ask: Ask) -> Component:
    view = ask.view
    items = [splitting.change(ask, change, view.change_since) for change in view.window_changes]
    new = sum(change.new for change in view.window_changes)
    within = f"between {phrases.day(view.change_since)} and {phrases.day(view.as_of)}"
    empty = none_in_view(ask) or (None if items else cards.Empty(view.nothing_new))
    return cards.card(
        findings.changes(new, len(items) - new, within, view.only),
        ["Skills first seen and levels that rose. ", cards.link("Compare any two dates", "/compare")],
        html.Ul(items, className="sf-list sf-two"),
        empty=empty,
    )


def _begun(ask: Ask) -> str:
    begun = [(row.name, row.first) for row in ask.view.first_uses if row.first]
    filters = ask.view.filters
    if begun and (filters.since or filters.projects):  # these may leave out where a skill really began
        return f"{phrases.count(len(begun), f'{ask.view.only} skill'.strip())} used, {ask.view.window}"
    return findings.spans(begun, ask.view.only)


def _first_uses(ask: Ask) -> Component:
    view = ask.view
    uses = view.first_uses
    name = "First and last use of each skill"
    table = Table(
        name,
        ("Skill", "First use", "Last use"),
        [
            [cards.link(row.name, ask.link(f"/skill/{row.skill}")), phrases.day(row.first), phrases.day(row.last)]
            for row in uses
        ],
    )
    return cards.card(
        _begun(ask),
        f"{name}, in the order in which they began. The large dot is the first day, the small one the last, "
        f"{view.window}.",
        cards.graph("growth-first", figures.first_uses(uses), f"{name}: timeline", figures.SPAN_ROW * len(uses) + 40),
        empty=none_in_view(ask),
        table_instead=table,
        method="growth",
    )


def _first_uses_by_source(ask: Ask) -> Component:
    view = ask.view
    uses = view.first_uses_parts
    name = "First and last use of each skill, by source"
    rows = [[cards.link(row.name, ask.link(f"/skill/{row.skill}")), *_spans(ask, row, spans)] for row, spans in uses]
    heads = ("Skill", *(source.name for source in view.sources))
    height = source_figures.SPAN_ROW * len(uses) + 50
    graph = cards.graph("growth-first", source_figures.first_uses(uses, view.sources), f"{name}: timeline", height)
    return cards.card(
        _begun(ask),
        f"{name}, in the order in which they began: a line for each source, {view.window}. Dotted with open diamonds: "
        "self-reported. Grey: derived from all the others.",
        [splitting.legend(view.seen_sources), graph],
        empty=none_in_view(ask),
        table_instead=Table(name, heads, rows),
        method="growth",
    )


def _spans(ask: Ask, row: SkillRow, spans: list[SourceSpan]) -> list[str]:
    """First and last use in each source; of a skill derived from all of them, the whole in the first column."""
    if not spans:
        return [f"{phrases.span(row.first, row.last)}, from all", *["–"] * (len(ask.view.sources) - 1)]
    told = {span.source: phrases.span(span.first, span.last) for span in spans}
    return [told.get(place, "–") for place in range(len(ask.view.sources))]
