"""Overview: the eight areas, every skill's level, what changed lately, how fresh the sources are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard import bulk, cards, figures, findings, phrases, source_figures, source_parts, splitting, tables
from dashboard.beginning import none_in_view, unless_empty
from dashboard.markup import html
from dashboard.site import Ask, Page, Shown

if TYPE_CHECKING:
    from dash.development.base_component import Component

    from dashboard.cards import Table
    from dashboard.site import Site
    from data.models import RunRecord

CHANGES_SHOWN = 8
SOURCES_SHOWN = 4


def register(site: Site) -> None:
    show = unless_empty(lambda ask: layout(site, ask), "Overview")
    site.add(Page("/", "Overview", show, place=0, filtered=True))


def layout(site: Site, ask: Ask) -> Shown:
    view = ask.view
    body = [
        cards.page_head("Overview", view.sentence, beside=splitting.control(ask)),
        *source_parts.more_to_come(site),
        *bulk.note(view.frames.bulk),
        _tiles(ask),
        html.Div(
            [
                _coverage(ask),
                html.Div([_changes(ask), _freshness(site, ask)], className="sf-stack sf-side"),
                _levels(ask),
            ],
            className="sf-columns",
        ),
    ]
    return Shown("Overview", body)


def _tiles(ask: Ask) -> Component:
    view = ask.view
    shown = view.shown
    current = sum(row.recency == "current" for row in shown)
    total = len(view.taxonomy.skills)
    return cards.tiles(
        [
            cards.tile(phrases.number(view.active_day_count), "Active days", view.window, ask.link("/growth")),
            cards.tile(phrases.number(view.project_count), "Projects", view.projects_note, ask.link("/projects")),
            cards.tile(
                f"{len(shown)} of {total}",
                "Skills shown",
                f"{phrases.number(current) if current else 'none'} of them current",
                "/method#recency",
            ),
            cards.tile(
                view.assisted_text,
                "Assisted uses",
                "by an AI assistant",
                "/method#assisted",
            ),
        ]
    )


def _coverage(ask: Ask) -> Component:
    view = ask.view
    name = "Coverage by area and source" if ask.split else "Coverage by area"
    title = (
        splitting.from_sources(view.coverage_parts.values(), view.sources, "the coverage")
        if ask.split
        else findings.most_covered(view.coverage)
    )
    figure = (
        source_figures.coverage_bars(view.coverage, view.coverage_parts, view.sources)
        if ask.split
        else figures.coverage_bars(view.coverage)
    )
    drawn = cards.graph("overview-coverage", figure, f"{name}: bars", figures.ROW * len(view.coverage))
    split = " What a skill adds is divided among the sources as its active days are." if ask.split else ""
    return cards.card(
        title,
        f"{name}: the mean level of each area’s skills, out of the highest, {view.as_of_text}; and how many of them "
        f"are shown at all.{_exceptions(ask)}{split}",
        [splitting.legend(view.seen_sources), drawn] if ask.split else drawn,
        empty=none_in_view(ask),
        table_instead=_parts_table(ask) if ask.split else tables.coverage(ask),
        method="growth" if ask.split else "coverage",
        updated=f"Last read {phrases.moment(view.frames.read)}." if view.frames.read and not view.frames.sample else "",
        css="sf-wide",
    )


def _parts_table(ask: Ask) -> Table:
    view = ask.view
    rows = [
        (
            [cards.link(row.name, ask.link(f"/area/{row.area}")), phrases.percent(row.coverage)],
            view.coverage_parts[row.area],
        )
        for row in view.coverage
    ]
    return splitting.parts_table("Coverage by area and source", ("Area", "Coverage"), rows, view.sources)


def _exceptions(ask: Ask) -> str:
    """Areas of which one needs but a few skills."""
    return "".join(f" Of {area.name} only the strongest count." for area in ask.view.taxonomy.areas if area.best)


def _changes(ask: Ask) -> Component:
    view = ask.view
    new = sum(change.new for change in view.changes)
    title = findings.changes(new, len(view.changes) - new, f"since {phrases.day(view.recent_since)}", view.only)
    items = [splitting.change(ask, change, view.recent_since) for change in view.changes[:CHANGES_SHOWN]]
    more = len(view.changes) - len(items)
    rest = (
        [html.P([f"and {more} more on ", cards.link("Growth", ask.link("/growth"))], className="sf-quiet")]
        if more > 0
        else []
    )
    empty = none_in_view(ask) or (None if items else cards.Empty(view.nothing_new))
    return cards.card(title, content=[html.Ul(items, className="sf-list"), *rest], empty=empty)


def _freshness(site: Site, ask: Ask) -> Component:
    """How fresh each source is, the one that was read last on top."""
    last: dict[int, RunRecord] = {}
    for run in site.store.runs(100):
        last.setdefault(run.account_id, run)
    accounts = sorted(site.store.accounts(), key=lambda account: -last[account.id].id if account.id in last else 0)
    items = [
        html.Li(
            [
                html.Span(source_parts.short_name(site, account.source, account.handle), className="sf-where"),
                html.Span(source_parts.freshness(account, last.get(account.id), ask.view.today)),
            ]
        )
        for account in accounts[:SOURCES_SHOWN]
    ]
    more = f"All {len(accounts)} sources and runs" if len(accounts) > len(items) else "Sources and runs"
    empty = None
    if not items:
        sample = "A sample has no sources of its own: it was read from the repositories named above."
        empty = cards.Empty(
            sample if ask.view.frames.sample else "No source is connected; what is shown was read before."
        )
    content = [html.Ul(items, className="sf-list"), cards.link(more, "/sources", className="sf-how")]
    ended = max((run.ended for run in last.values() if run.ended), default=None)
    title = f"Last read {phrases.ago(ended, ask.view.today)}" if ended else "Not read yet"
    return cards.card("A sample, read once" if ask.view.frames.sample else title, content=content, empty=empty)


def _levels(ask: Ask) -> Component:
    view = ask.view
    listed = [row.level for area in view.taxonomy.areas for row in view.listed_of(area.id)]
    names = {step.number: step.name for step in view.taxonomy.levels.steps}
    return cards.card(
        findings.levels(listed, names, view.only),
        f"Level of every skill, from distinct active days and projects, {view.as_of_text}. Each opens its proof.",
        tables.skills_by_area(ask),
        method="levels",
        css="sf-full",
    )
