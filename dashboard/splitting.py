"""Splitting figures by source: the control, which lives in the address, the legend, and the tables of parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboard import cards, findings, phrases
from dashboard.cards import Table
from dashboard.markup import html
from dashboard.site import SPLIT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from dash.development.base_component import Component

    from dashboard.site import Ask
    from dashboard.skill_views import Change
    from dashboard.source_views import Source

RULE = "A day that several sources saw is divided among them, so the parts add up to the whole."


def control(ask: Ask) -> Component | None:
    """Two links: figures as a whole, or split by source; nothing where all work is from one source."""
    if len(ask.view.sources) < 2:  # noqa: PLR2004
        return None

    def choice(text: str, href: str, here: bool) -> Component:
        current = {"aria-current": "true"} if here else {}
        return html.Li(cards.link(text, href, className=f"sf-pick{' sf-picked' if here else ''}"), **current)

    whole = ask.view.filters.link(ask.path)
    parts = ask.view.filters.link(ask.path, split=SPLIT)
    return html.Nav(
        html.Ul(
            [choice("All together", whole, not ask.split), choice("Split by source", parts, ask.split)],
            className="sf-picks",
        ),
        **{"aria-label": "Figures"},
    )


def legend(sources: Iterable[Source]) -> Component:
    """What each colour means; what is self-reported is hatched and says so."""
    return marks_legend(
        [(source.name, source.colour.removeprefix("@"), "sf-hatched" if source.own_word else "") for source in sources]
    )


def marks_legend(marks: Iterable[tuple[str, str, str]]) -> Component:
    """Words behind a mark: text, colour token, further class of the mark."""
    items = [
        html.Li(
            [
                html.Span(
                    className=f"sf-swatch {css}".strip(),
                    style={"--swatch": f"var(--sf-{token.replace(':', '-')})"},
                    **{"aria-hidden": "true"},
                ),
                text,
            ]
        )
        for text, token, css in marks
    ]
    return html.Ul(items, className="sf-legend", **{"aria-label": "Legend"})


def parts_table(
    caption: str,
    heads: Sequence[str],
    rows: Sequence[tuple[Sequence[Any], Sequence[float]]],
    sources: Sequence[Source],
    say: Any = phrases.percent,
) -> Table:
    """Rows whose last columns are parts by source; sources without any are left out."""
    shown = [place for place, _ in enumerate(sources) if any(parts[place] for _, parts in rows)]
    cells = [[*first, *(say(parts[place]) if parts[place] else "–" for place in shown)] for first, parts in rows]
    width = len(heads)
    return Table(
        caption,
        (*heads, *(sources[place].name for place in shown)),
        cells,
        frozenset(range(width, width + len(shown))),
    )


def change(ask: Ask, found: Change, since: date) -> Component:
    """A line of a list of changes; split by source, it tells where its new days are from."""
    line = [cards.link(found.name, ask.link(found.path)), html.Span(found.text)]
    if ask.split:
        view = ask.view
        parts = zip(view.sources, view.new_days(found.skill, since), strict=True)
        told = [f"{source.name} {days(part)}" for source, part in parts if part]
        line.insert(1, html.Span(f"Days: {', '.join(told)}" if told else "From all of them", className="sf-parts"))
    return html.Li(line)


def from_sources(parts: Iterable[Sequence[float]], sources: Sequence[Source], what: str) -> str:
    """See findings.from_sources; each part is a list in the order of the sources."""
    sums = [sum(each) for each in zip(*parts, strict=True)]
    told = [(source.told, part) for source, part in zip(sources, sums, strict=False)]
    return findings.from_sources(told, what)


def days(value: float) -> str:
    """Active days that may be divided: "3", "3.5"."""
    return phrases.number(value) if float(value).is_integer() else f"{value:.1f}"
