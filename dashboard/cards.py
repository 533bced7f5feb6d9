"""What pages are put together from: cards, tables, levels, tiles, notes.

A card is a function call. It holds its title, one sentence of explanation, a figure or other content, the
same as a table for readers who don't see charts, and an empty state that says what to do next.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dash import dcc

from dashboard import phrases
from dashboard.markup import Link, html

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from dash.development.base_component import Component

    from dashboard.figures import Figure

Cell = Any  # text, number or component
DATE = re.compile(rf"\b(\d{{1,2}} )?({'|'.join(phrases.MONTHS)}) \d{{4}}\b")
SCROLLED = {"options": {"tabIndex": 0}}  # of a select: a list that scrolls can be reached by itself


@dataclass(frozen=True)
class Empty:
    """Why there is nothing to show, and the commands that change it."""

    reason: str
    commands: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """Rows under heads; `numeric` are the columns (from 0) that are set right-aligned."""

    caption: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    numeric: frozenset[int] = frozenset()
    whole: frozenset[int] = frozenset()  # columns whose text is never broken, such as dates
    stacked: bool = False  # on a narrow screen each row becomes a block, its cells under their heads
    lines: bool = False  # on a narrow screen each row becomes two lines: its head with `lead` beside it, and the rest
    lead: int = 0
    minor: frozenset[int] = frozenset()  # columns that a narrow screen leaves out


def unbroken(text: Cell) -> Cell:
    """A text whose dates stay on one line: "3 Mar 2024" with spaces that do not break."""
    return DATE.sub(lambda found: found[0].replace(" ", "\u00a0"), text) if isinstance(text, str) else text


def link(text: Cell, href: str, **more: Any) -> Component:
    """A link within the dashboard."""
    return Link(text, href=href, **more)


def outside_link(text: Cell, href: str) -> Component:
    """A link to another site; anything but a web address stays plain text."""
    if not href.startswith(("https://", "http://")):
        return html.Span(text)
    return html.A(
        [text, html.Span(" (opens another site)", className="sf-unseen")],
        href=href,
        target="_blank",
        rel="noopener noreferrer",
        className="sf-outside",
    )


def empty_state(empty: Empty) -> Component:
    commands = [html.Code(command, className="sf-command") for command in empty.commands]
    return html.Div([html.P(empty.reason), *commands], className="sf-empty")


def table(data: Table, *, narrow: bool = False) -> Component:
    """A table in a part that scrolls by itself when the screen is too narrow, by keyboard too."""

    def cell(column: int, content: Cell, row_head: bool) -> Component:
        css = ["sf-number"] if column in data.numeric else ["sf-nowrap"] if column in data.whole else []
        css += ["sf-lead"] if data.lead and column == data.lead else ["sf-minor"] if column in data.minor else []
        more = {"className": " ".join(css)} if css else {}
        if row_head:
            return html.Th(content, scope="row", **more)
        label = {"data-head": data.heads[column]} if data.stacked or data.lines else {}
        return html.Td(content, **more, **label)

    heads = [
        html.Th(head, scope="col", **({"className": "sf-number"} if column in data.numeric else {}))
        for column, head in enumerate(data.heads)
    ]
    shape = f"{' sf-stacked' if data.stacked else ''}{' sf-lines' if data.lines else ''}"
    rows = [html.Tr([cell(column, content, column == 0) for column, content in enumerate(row)]) for row in data.rows]
    return html.Div(
        html.Table(
            [html.Caption(data.caption, className="sf-unseen"), html.Thead(html.Tr(heads)), html.Tbody(rows)],
            className=f"sf-table{' sf-narrow' if narrow else ''}{shape}",
        ),
        className="sf-scroll",
        tabIndex=0,
        role="region",
        **{"aria-label": data.caption},
    )


def graph(key: str, figure: Figure, title: str, height: int, least_width: int = 0) -> Component:
    """A figure with its name for screen readers, and room kept for it: the browser draws it when it comes near."""
    drawn = html.Div(
        [
            dcc.Store(id={"type": "figure", "index": key}, data=figure),
            html.Div(id={"type": "plot", "index": key}, className="sf-plot", style={"height": height}),
        ],
        role="img",
        className="sf-graph",
        style={"minWidth": least_width} if least_width else {},
        **{"aria-label": title},
    )
    if not least_width:
        return drawn
    return html.Div(drawn, className="sf-scroll", tabIndex=0, role="region", **{"aria-label": f"{title}, scrollable"})


def as_table(data: Table) -> Component:
    """The table behind a chart, folded away."""
    return html.Details([html.Summary("Show as a table"), table(data, narrow=True)], className="sf-details")


def card(
    title: str,
    explanation: Cell = "",
    content: Any = None,
    *,
    empty: Empty | None = None,
    table_instead: Table | None = None,
    method: str = "",
    updated: str = "",
    css: str = "",
    anchor: str = "",
    after: Component | None = None,
) -> Component:
    """Make one card of a page.

    With `empty` it shows why nothing is there and what to do. `method` is the part of the Method page that explains
    its numbers, `updated` says when they were read, `after` stands below in either case, such as links to more.
    """
    aside = [link("How this is computed", f"/method#{method}", className="sf-how")] if method and not empty else []
    head = html.Div([html.H2(unbroken(title)), *aside], className="sf-card-head")
    body = [empty_state(empty)] if empty else list(content) if isinstance(content, list) else [content]
    more = [as_table(table_instead)] if table_instead and not empty else []
    foot = [html.P(updated, className="sf-updated")] if updated else []
    text = [html.P(unbroken(explanation), className="sf-explanation")] if explanation and not empty else []
    named = {"id": anchor} if anchor else {}
    return html.Section(
        [head, *text, *body, *more, *foot, *([after] if after is not None else [])],
        className=f"sf-card {css}".strip(),
        **named,
    )


def level(number: int, name: str) -> Component:
    """A level as a word and four marks."""
    return html.Span(
        [html.Span(className=f"sf-pips sf-level-{number}", **{"aria-hidden": "true"}), html.Span(name)],
        className="sf-level" if number else "sf-level sf-none",
    )


def bar(share: float, colour: str = "accent") -> Component:
    """A thin bar beside a number that says the same in text."""
    filled = html.Span(style={"width": f"{share:.1%}", "background": f"var(--sf-{colour.replace(':', '-')})"})
    return html.Span(filled, className="sf-bar", **{"aria-hidden": "true"})


def chip(text: str, tone: str = "") -> Component:
    """A short word about the thing it stands beside; tone: "", "warn" or "bad"."""
    return html.Span(text, className=f"sf-chip sf-{tone}" if tone else "sf-chip")


def tile(value: str, label: str, note: Cell = "", href: str = "") -> Component:
    """One figure that matters, with what it counts and a note; it opens its own explanation or list."""
    shown = link(value, href, className="sf-tile-value") if href else html.Span(value, className="sf-tile-value")
    return html.Div(
        [html.Dt(label), html.Dd([shown, html.Span(unbroken(note), className="sf-tile-note")])],
        className="sf-tile",
    )


def tiles(items: Iterable[Component]) -> Component:
    return html.Dl(list(items), className="sf-tiles")


def page_head(title: Cell, summary: Cell = "", *, above: Sequence[Cell] = (), beside: Cell = None) -> Component:
    """The head of a page: where it belongs, its name (the only h1), a sentence."""
    crumbs = [html.Nav(html.Ol([html.Li(part) for part in above]), className="sf-crumbs", **{"aria-label": "Above"})]
    return html.Header(
        [
            *(crumbs if above else []),
            html.Div([html.H1(title), *([beside] if beside is not None else [])], className="sf-title"),
            *([html.P(unbroken(summary), className="sf-summary")] if summary else []),
        ],
        className="sf-page-head",
    )


def notes(texts: Sequence[str]) -> list[Component]:
    """What was wrong with the address, said once above the page."""
    return [html.Div([html.P(text) for text in texts], className="sf-note", role="status")] if texts else []


def more_pages(page: int, more: bool, href: Callable[[int], str], what: str, of: int = 0) -> Component | None:
    """Links to the page before and after, with the number of pages where it is known; None when there is only one."""
    if page == 1 and not more:
        return None

    def step(text: str, to: int, there: bool) -> Component:
        return link(text, href(to), className="sf-button") if there else html.Span(text, className="sf-button sf-off")

    here = html.Span(f"Page {page} of {phrases.number(of)}" if of else f"Page {page}")
    return html.Nav(
        [step("Previous", page - 1, page > 1), here, step("Next", page + 1, more)],
        className="sf-pager",
        **{"aria-label": f"Pages of {what}"},
    )
