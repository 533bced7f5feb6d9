"""Commits with more new files than a person writes at once: they wait for the person's word, which is given here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc
from dash import ALL, Input, Output, State

from dashboard import cards, phrases
from dashboard.markup import html
from dashboard.pressing import button_id
from dashboard.site import FIXED
from data.bulk import say_bulk
from data.detect import detect
from data.errors import SkillfolioError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dash.development.base_component import Component

    from dashboard.site import Site

FILES = 300  # a commit that adds more source files than this is bulk
SHOWN = 25


def waiting_text(found: Sequence[Any]) -> str:
    """How many wait; empty when none does."""
    number = sum(not row.counted for row in found)
    if not number:
        return ""
    verb = "waits" if number == 1 else "wait"
    return f"{phrases.count(number, 'commit')} with more than {FILES} new source files {verb} for your word"


def note(found: Sequence[Any]) -> list[Component]:
    """One line with a link to where the person decides, or nothing."""
    text = waiting_text(found)
    return [html.P([f"{text}. ", cards.link("Decide", "/sources#bulk")], className="sf-summary")] if text else []


def card(site: Site, found: Sequence[Any]) -> list[Component]:
    """Each such commit with its date, its page and the two words that one can say; nothing when there is none."""
    if not found:
        return []
    rows = [_row(site, row) for row in found[:SHOWN]]
    heads = ("Date", "Project", "Commit", "State", *(() if site.is_sample else ("Actions",)))
    text = (
        "So many files at once are often copied in: a framework, data, somebody else’s code. Until you say that it is "
        "your own work, such a commit shows no skill."
    )
    title = waiting_text(found) or "Commits that you counted although they add many files"
    return [
        cards.card(
            title,
            text,
            cards.table(cards.Table("Commits with many new files", heads, rows, stacked=True)),
            method="attribution",
            anchor="bulk",
        )
    ]


def _row(site: Site, row: Any) -> list[Any]:
    short = str(row.key)[:10]
    opened = cards.outside_link(html.Code(short), str(row.url)) if row.url else html.Code(short)
    state = cards.chip("counted", "good") if row.counted else cards.chip("waits for your word", "warn")
    text, do = ("Leave it out", "leave") if row.counted else ("Count it", "count")
    button = dmc.Button(
        text, id={"type": "bulk", "do": do, "project": row.project_key, "key": row.key}, n_clicks=0,
        size="compact-sm", variant="default", **{"aria-label": f"{text}: {short} of {row.project}"},
    )  # fmt: skip
    return [
        html.Span(phrases.day(row.day), className="sf-nowrap"),
        cards.link(row.project, f"/project/{row.project_id}"),
        html.Div([opened, html.Div(str(row.title)[:120], className="sf-quiet")], className="sf-where"),
        state,
        *([] if site.is_sample else [html.Div(button, className="sf-actions")]),
    ]


def add_decisions(site: Site, answer: Any) -> None:
    """Let the buttons keep the person's word and detect anew; `answer(path, search)` makes the page again."""

    @site.app.callback(
        Output("content", "children", allow_duplicate=True),
        Output("notice", "children", allow_duplicate=True),
        Input({"type": "bulk", "do": ALL, "project": ALL, "key": ALL}, "n_clicks"),
        State("url", "pathname"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    def update_bulk(_: list[int | None], path: str | None, search: str | None) -> tuple[Any, Any]:
        asked = button_id()
        try:
            said = _decide(site, str(asked["do"]), str(asked["project"]), str(asked["key"]))
        except SkillfolioError as error:
            said = html.P(str(error), className="sf-notice")
        return answer(path or "/", search or ""), said


def _decide(site: Site, do: str, project_key: str, key: str) -> Component:
    if site.is_sample:
        return html.P(FIXED, className="sf-notice")
    found = site.portfolio.frames().bulk
    asked = next((row for row in found if (row.project_key, row.key) == (project_key, key)), None)
    if asked is None:
        return html.P("This commit is not one that waits for your word.", className="sf-notice")
    for row in found:
        if (row.project_id, row.key) == (asked.project_id, key):
            say_bulk(site.store, row.project_key, key, mine=do == "count")
    detect(site.store, site.taxonomy)
    site.portfolio.forget()
    now = "counts as your own work" if do == "count" else "is left out"
    return html.P([html.Code(key[:10]), f" {now}. Every page follows at once."], className="sf-said sf-sample")
